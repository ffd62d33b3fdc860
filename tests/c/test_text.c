/* text: UTF-8, what fold is, long runs of marks, memory. Normal forms on random text: test_normal.c.
 *
 * The oracle of UTF-8 asks which values a prefix can still become, which is how the Unicode Standard
 * words it and not how the code does; its numbers stand in RELIABILITY 2.4. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "entente.h"
#include "text/fold.h"
#include "text/ucd.h"
#include "text/utf8.h"
#include "patience.h"

enum { FORMS = ENT_HANS + 1 };

/* ---- UTF-8 -------------------------------------------------------------------------------- */

/* Whether `have` bytes can begin a sequence of `need` bytes for an allowed code point. */
static bool can_begin(const unsigned char *byte, size_t have, size_t need) {
  static const struct { unsigned mask, lead; uint32_t least, most; } kind[] = {
      {0, 0, 0, 0}, {0x80, 0x00, 0, 0x7F}, {0xE0, 0xC0, 0x80, 0x7FF}, {0xF0, 0xE0, 0x800, 0xFFFF},
      {0xF8, 0xF0, 0x10000, 0x10FFFF}};
  if ((byte[0] & kind[need].mask) != kind[need].lead) return false;
  uint32_t low = byte[0] & (~kind[need].mask & 0xFF), high;
  for (size_t i = 1; i < have; i++) {
    if ((byte[i] & 0xC0) != 0x80) return false;
    low = low << 6 | (byte[i] & 0x3F);
  }
  high = low;
  for (size_t i = have; i < need; i++) {
    low <<= 6;
    high = high << 6 | 0x3F;
  }
  if (low >= 0xD800 && high <= 0xDFFF) return false;
  return high >= kind[need].least && low <= kind[need].most;
}

static size_t naive_mend(const unsigned char *byte, size_t length, char *out, size_t *replaced,
                         size_t *valid) {
  size_t at = 0, size = 0;
  *replaced = 0;
  *valid = length;
  while (at < length) {
    size_t longest = 1;
    bool whole = false;
    for (size_t need = 1; need <= 4; need++)
      for (size_t have = 1; have <= need && have <= length - at; have++)
        if (can_begin(byte + at, have, need) && (have > longest || have == need)) {
          longest = have;
          whole = have == need;
        }
    if (whole) {
      memcpy(out + size, byte + at, longest);
      size += longest;
    } else {
      if (*replaced == 0) *valid = at;
      memcpy(out + size, "\xEF\xBF\xBD", 3);
      size += 3;
      *replaced += 1;
    }
    at += longest;
  }
  return size;
}

static size_t check_mend(const unsigned char *byte, size_t length) {
  char wanted[16];
  size_t replaced, valid, count, size;
  size_t wanted_size = naive_mend(byte, length, wanted, &replaced, &valid);
  ent_string *string;
  assert_int_equal(ent_utf8_mend(NULL, (const char *)byte, length, &string, &count), ENT_OK);
  const char *bytes = ent_string_bytes(string, &size);
  assert_int_equal(size, wanted_size);
  assert_memory_equal(bytes, wanted, size);
  assert_int_equal(count, replaced);
  assert_int_equal(ent_utf8_valid((const char *)byte, length), valid);
  ent_string_free(string);
  return replaced;
}

static void utf8_oracle(void **state) {
  (void)state;
  static const unsigned char edge[25] = {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF,
                                         0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE,
                                         0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF};
  size_t strings = 0, faulty = 0, replaced = 0;
  for (size_t length = 1, all = 25; length <= 4; length++, all *= 25)
    for (size_t number = 0; number < all; number++) {
      unsigned char byte[4];
      for (size_t i = 0, rest = number; i < length; i++, rest /= 25) byte[i] = edge[rest % 25];
      size_t count = check_mend(byte, length);
      strings++;
      replaced += count;
      if (count) faulty++;
    }
  assert_int_equal(strings, 406900);
  assert_int_equal(faulty, 404320);
  assert_int_equal(replaced, 1253536);
}

static void utf8_spots(void **state) {
  (void)state;
  static const struct { const char *bytes; size_t replaced; } spot[] = {
      {"\xF0\x80\x80", 3},         {"\xE0\x80", 2},     {"\xED\xA0\x80", 3},
      {"\xF4\x90\x80\x80", 4},     {"\xC0\xAF", 2},     {"\xE2\x82", 1},
      {"\xF0\x9F\x98", 1},         {"\xFC\x80\x80\x80\x80\xAF", 6}};
  for (size_t i = 0; i < sizeof spot / sizeof *spot; i++) {
    ent_string *string;
    size_t replaced, length;
    assert_int_equal(
        ent_utf8_mend(NULL, spot[i].bytes, strlen(spot[i].bytes), &string, &replaced), ENT_OK);
    assert_int_equal(replaced, spot[i].replaced);
    (void)ent_string_bytes(string, &length);
    assert_int_equal(length, 3 * replaced);
    ent_string_free(string);
  }
  for (size_t at = 0; at < 20; at++) {
    char text[20];
    memset(text, 'a', sizeof text);
    text[at] = '\xFF';
    assert_int_equal(ent_utf8_valid(text, sizeof text), at);
  }
  assert_int_equal(ent_utf8_valid(NULL, 0), 0);
}

/* Every code point is encoded, valid and read back; surrogates are not valid. */
static void utf8_code_points(void **state) {
  (void)state;
  size_t of_size[5] = {0};
  for (uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
    char bytes[4];
    size_t size = enti_utf8_put(bytes, cp);
    if (cp >= 0xD800 && cp <= 0xDFFF) {
      assert_int_equal(ent_utf8_valid(bytes, size), 0);
      continue;
    }
    uint32_t back;
    assert_int_equal(ent_utf8_valid(bytes, size), size);
    assert_int_equal(enti_utf8_next(bytes, 0, &back), size);
    assert_int_equal(back, cp);
    assert_int_equal(enti_utf8_size(cp), size);
    assert_int_equal(enti_utf8_before(bytes, size), 0);
    of_size[size]++;
  }
  assert_int_equal(of_size[1], 128);
  assert_int_equal(of_size[2], 1920);
  assert_int_equal(of_size[3], 61440);
  assert_int_equal(of_size[4], 1048576);
}

/* ---- forms -------------------------------------------------------------------------------- */

static void check_form(ent_form form, const char *text, const char *wanted) {
  ent_normal *normal;
  size_t size;
  assert_int_equal(ent_normalize(NULL, form, text, strlen(text), &normal, NULL), ENT_OK);
  const char *bytes = ent_normal_bytes(normal, &size);
  if (size != strlen(wanted) || memcmp(bytes, wanted, size) != 0)
    fail_msg("form %d of \"%s\" is \"%.*s\", not \"%s\"", (int)form, text, (int)size, bytes, wanted);
  ent_normal_free(normal);
}

static void fold_cases(void **state) {
  (void)state;
  static const struct { const char *text, *wanted; } fold[] = {
      {"", ""},
      {"ASEAN", "asean"},
      {"\uFF21\uFF33\uFF25\uFF21\uFF2E", "asean"}, /* full width */
      {"Stra\u00DFe", "strasse"},
      {"\u0130", "i\u0307"},
      {"\uFB01nance", "finance"},
      {"co\u00ADoperation", "cooperation"},
      {"\u00ADa\u200B\uFEFF", "a"},
      {"China\u2019s", "china"},
      {"CHINA'S", "china"},
      {"China\u02BCs", "china"},
      {"china's's", "china"},
      {"'s", "'s"},
      {"\u2019s", "'s"},
      {"s", "s"},
      {"let's go", "let's go"},
      {"\u2018\u2019\u201B\u2032", "''''"},
      {"\u201C\u201D\u201E\u00AB\u00BB\u300C\u300F\uFF02", "\"\"\"\"\"\"\"\""},
      {"win\u2010win\u2011win\u2013win\u2014win\u2212win\uFF0Dwin", "win-win-win-win-win-win-win"},
      {"a\u00A0b\u3000c\u2009d\u1680e", "a b c d e"},
      {"Vi\u1EC7t", "vi\u1EC7t"},
      {"Vie\u0323\u0302t", "vi\u1EC7t"},
      {"Vi\u00EA\u0323t", "vi\u1EC7t"},
      {"\u0110\u00F4ng", "\u0111\u00F4ng"},
      {"\u03A3\u03C2", "\u03C3\u03C3"},
      {"\u0345\u0301\u03B1", "\u0301\u03B9\u03B1"}, /* the iota subscript is put in order, then a letter */
      {"a\u200D\u0301", "\u00E1"},                  /* what is removed no longer parts */
      {"a\u034F\u0323", "\u1EA1"},
      {"a\U000E0F00", "a"}, /* reserved */
      {"\u0149", "'n"},
      {"\uFDFA", "\u0635\u0644\u0649 \u0627\u0644\u0644\u0647 \u0639\u0644\u064A\u0647 "
                 "\u0648\u0633\u0644\u0645"},
      {"\u6578\u5B57\u9D3B\u6E9D", "\u6578\u5B57\u9D3B\u6E9D"},
  };
  for (size_t i = 0; i < sizeof fold / sizeof *fold; i++) check_form(ENT_FOLD, fold[i].text, fold[i].wanted);
  check_form(ENT_HANS, "\u6578\u5B57\u9D3B\u6E9D", "\u6570\u5B57\u9E3F\u6C9F"); /* 數字鴻溝 */
  check_form(ENT_HANS, "\u6570\u5B57\u9E3F\u6C9F", "\u6570\u5B57\u9E3F\u6C9F"); /* 数字鸿沟 */
  check_form(ENT_HANS, "\u6230\u7565\u958B\u653E", "\u6218\u7565\u5F00\u653E"); /* 戰略開放 */
  check_form(ENT_HANS, "\u4E7E\u8457\u7687\u540E", "\u4E7E\u8457\u7687\u540E"); /* 乾著皇后 stay */
  check_form(ENT_HANS, "ASEAN\u2019s", "asean");
  check_form(ENT_BARE, "\u0110\u1ED3ng \u0141\u00F3d\u017A \u00D8re \u0131", "dong lodz ore i");
  check_form(ENT_BARE, "\u01FF\u0130", "oi");
  check_form(ENT_BARE, "a'\u015B", "a");
  check_form(ENT_BARE, "\uD55C\uAE00", "\uD55C\uAE00");
}

/* utf8proc 2.8 loses it: RELIABILITY 0.1. */
static void trailing_base_survives(void **state) {
  (void)state;
  for (int form = 0; form < FORMS; form++) {
    bool decomposed = form == ENT_NFD || form == ENT_NFKD;
    check_form((ent_form)form, "\uAC00\u11A7", decomposed ? "\u1100\u1161\u11A7" : "\uAC00\u11A7");
  }
  check_form(ENT_NFC, "\u1100\u1161\u11A7\u11A8", "\uAC00\u11A7\u11A8");
  check_form(ENT_NFC, "\u1100\u1161\u11A8", "\uAC01");
}

static void wrong_arguments(void **state) {
  (void)state;
  ent_normal *normal = NULL;
  ent_error err = {0};
  assert_int_equal(ent_normalize(NULL, ENT_NFC, "abc\xE2\x82", 5, &normal, &err), ENT_ERR_UTF8);
  assert_int_equal(err.code, ENT_ERR_UTF8);
  assert_int_equal(err.offset, 3);
  assert_int_equal(ent_normalize(NULL, (ent_form)FORMS, "a", 1, &normal, NULL), ENT_ERR_ARGUMENT);
  assert_int_equal(ent_normalize(NULL, (ent_form)-1, "a", 1, &normal, NULL), ENT_ERR_ARGUMENT);
  assert_null(normal);
  ent_normal_free(NULL);
  ent_string_free(NULL);
}

/* The source of each [begin, end). */
typedef struct spot {
  size_t begin, end;
  ent_range source;
} spot;

static void check_spots(ent_form form, const char *text, const char *wanted, const spot *spots,
                        size_t count) {
  ent_normal *normal;
  size_t size;
  assert_int_equal(ent_normalize(NULL, form, text, strlen(text), &normal, NULL), ENT_OK);
  const char *bytes = ent_normal_bytes(normal, &size);
  assert_int_equal(size, strlen(wanted));
  assert_memory_equal(bytes, wanted, size);
  for (const spot *s = spots; s < spots + count; s++) {
    ent_range range = ent_normal_source(normal, s->begin, s->end);
    if (range.begin != s->source.begin || range.end != s->source.end)
      fail_msg("[%zu, %zu) came from [%zu, %zu)", s->begin, s->end, range.begin, range.end);
  }
  ent_normal_free(normal);
}

/* What was removed belongs to what stands before it, at the start to the first. */
static void map_spots(void **state) {
  (void)state;
  static const spot fold[] = {
      {0, 1, {0, 3}},     {0, 5, {0, 7}},     {4, 5, {6, 7}},     {5, 6, {7, 10}},    {6, 7, {10, 11}},
      {8, 9, {12, 15}},   {9, 10, {12, 15}},  {8, 15, {12, 22}},  {14, 15, {19, 22}}, {15, 16, {22, 23}},
      {16, 18, {23, 26}}, {16, 17, {23, 26}}, {17, 18, {23, 26}}, {18, 19, {26, 27}}, {3, 3, {5, 5}},
      {0, 99, {0, 27}},   {99, 99, {27, 27}}, {9, 3, {5, 5}}};
  static const spot order[] = {{0, 1, {0, 1}}, {1, 3, {1, 5}}, {3, 5, {1, 5}}, {5, 6, {5, 6}}};
  static const spot shared[] = {
      {0, 1, {0, 1}}, {1, 2, {1, 2}}, {2, 5, {2, 5}}, {5, 8, {2, 5}}, {8, 9, {5, 6}}};
  static const spot inside[] = {
      {1, 2, {1, 3}}, {2, 3, {1, 3}}, {2, 4, {1, 4}}, {0, 2, {0, 3}}, {2, 2, {1, 1}}};
  static const spot letter[] = {{0, 1, {0, 1}}, {1, 3, {1, 5}}, {3, 5, {1, 5}}, {5, 6, {5, 6}}};
  static const spot ending[] = {{0, 5, {0, 9}}, {4, 5, {4, 9}}, {0, 4, {0, 4}}};
  static const spot nothing[] = {{0, 0, {0, 0}}};
#define SPOTS(form, text, wanted, spots) check_spots(form, text, wanted, spots, sizeof spots / sizeof *spots)
  SPOTS(ENT_FOLD, "\u00ADChina\u2019s \uFB01nance\u00AD E\u0301t", "china's finance \u00E9t", fold);
  SPOTS(ENT_NFC, "q\u0301\u0323x", "q\u0323\u0301x", order);
  SPOTS(ENT_NFD, "ab\uAC00c", "ab\u1100\u1161c", shared);
  SPOTS(ENT_FOLD, "q\u0345\u0301x", "q\u0301\u03B9x", letter); /* the mark that is put behind is a letter */
  SPOTS(ENT_FOLD, "x\u00E9y", "x\u00E9y", inside);
  SPOTS(ENT_FOLD, "China\u2019s", "china", ending);
  SPOTS(ENT_FOLD, "\u00AD", "", nothing);
#undef SPOTS
}

/* ---- time and memory ---------------------------------------------------------------------- */

/* 1 MB of marks on one letter, in wrong order: quadratic sorting would take a quarter of an hour. */
static void combining_bomb(void **state) {
  (void)state;
  size_t marks = 524288, length = 1 + 2 * marks;
  char *text = malloc(length);
  assert_non_null(text);
  text[0] = 'a';
  for (size_t i = 0; i < marks; i++) memcpy(text + 1 + 2 * i, i < marks / 2 ? "\u0301" : "\u0323", 2);
  clock_t start = clock();
  for (int form = 0; form < FORMS; form++) {
    ent_normal *normal;
    size_t size;
    assert_int_equal(ent_normalize(NULL, (ent_form)form, text, length, &normal, NULL), ENT_OK);
    const char *bytes = ent_normal_bytes(normal, &size);
    if (form == ENT_NFC) { /* ạ, the other dots below, the acutes */
      assert_int_equal(size, 3 + 2 * (marks - 1));
      assert_memory_equal(bytes, "\u1EA1\u0323\u0323", 7);
      assert_memory_equal(bytes + size - 2, "\u0301", 2);
    }
    ent_normal_free(normal);
  }
  assert_true(seconds_since(start) < patience(10));
  free(text);
}

/* Counts what is held, checks the sizes it is told, and says no to one call or to all from it on. */
typedef struct meter {
  size_t held, calls, refuse_at;
  bool persistent;
} meter;

static void *metered(void *user, void *block, size_t old_size, size_t new_size) {
  meter *m = user;
  size_t *head = block ? (size_t *)block - 2 : NULL;
  assert_int_equal(head ? *head : 0, old_size);
  if (new_size == 0) {
    m->held -= old_size;
    free(head);
    return NULL;
  }
  m->calls++;
  if (m->refuse_at && (m->calls == m->refuse_at || (m->persistent && m->calls > m->refuse_at))) return NULL;
  head = realloc(head, new_size + 2 * sizeof *head);
  assert_non_null(head);
  *head = new_size;
  m->held += new_size - old_size;
  return head + 2;
}

static ent_status work(const ent_alloc *alloc, const char *text, size_t length) {
  ent_status status = ENT_OK;
  for (int form = 0; form < FORMS && status == ENT_OK; form++) {
    ent_normal *normal = NULL;
    ent_string *string = NULL;
    enti_bytes bytes = {0};
    status = ent_normalize(alloc, (ent_form)form, text, length, &normal, NULL);
    if (status == ENT_OK) status = ent_utf8_mend(alloc, "a\xFF", 2, &string, NULL);
    if (status == ENT_OK) status = enti_bytes_add(alloc, &bytes, "keep", 4);
    size_t before = bytes.count;
    if (status == ENT_OK) status = enti_text_fold(alloc, (ent_form)form, text, length, &bytes);
    if (status != ENT_OK) assert_int_equal(bytes.count, before);
    enti_array_free(alloc, &bytes);
    ent_string_free(string);
    ent_normal_free(normal);
  }
  return status;
}

static void memory_failures(void **state) {
  (void)state;
  char text[1024] = "plain \u1EC7\uFDFA\u0149 ";
  for (int i = 0; i < 90; i++) strcat(text, i % 3 ? "\u0301" : "\u0323");
  strcat(text, "\uFDFA China\u2019s");
  for (int persistent = 0; persistent < 2; persistent++) {
    size_t refused = 0;
    for (;;) {
      meter m = {.refuse_at = refused + 1, .persistent = persistent};
      ent_alloc alloc = {metered, &m};
      ent_status status = work(&alloc, text, strlen(text));
      assert_int_equal(m.held, 0);
      if (status == ENT_OK) break;
      assert_int_equal(status, ENT_ERR_MEMORY);
      refused++;
    }
    assert_true(refused > 50);
  }
}

/* The committed table against utf8proc, where both know the code point. */
static void categories(void **state) {
  (void)state;
  assert_string_equal(ENT_UNICODE_VERSION, ENTI_UNICODE_VERSION);
  for (uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
    unsigned ours = enti_unicode_category(cp);
    if (ours != ENTI_CATEGORY_CN && ours != enti_ucd_category(cp))
      fail_msg("category of U+%04X", (unsigned)cp);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(utf8_oracle),
      cmocka_unit_test(utf8_spots),
      cmocka_unit_test(utf8_code_points),
      cmocka_unit_test(fold_cases),
      cmocka_unit_test(trailing_base_survives),
      cmocka_unit_test(wrong_arguments),
      cmocka_unit_test(map_spots),
      cmocka_unit_test(combining_bomb),
      cmocka_unit_test(memory_failures),
      cmocka_unit_test(categories),
  };
  return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
