/* text: the kernels, vector beside plain, on the same inputs; what the tables say against the machine's own
 * rules; maps both ways; where a text may be cut. Normal forms themselves: test_normal.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente.h"
#include "text/quick.h"
#include "text/valid.h"

enum { FORMS = ENT_HANS + 1, ROOM = 1 << 14 };

static uint32_t seed = 7;
static uint32_t chance(uint32_t below) {
  seed = seed * 1664525u + 1013904223u;
  return (uint32_t)(((uint64_t)seed * below) >> 32);
}

/* Ranges of which a stretch of text is made: what a kernel knows by bytes, and what stands around it. */
static const uint32_t stretches[][2] = {
    {0x20, 0x7E},     {0x41, 0x5A},     {0xC0, 0x17F},    {0x1A0, 0x1B4},   {0x1EA0, 0x1EFF}, {0xE01, 0xE3A},
    {0xE40, 0xE4E},   {0xE31, 0xE3A},   {0xE47, 0xE4C},   {0xE80, 0xEDF},   {0x300, 0x36F},   {0x3000, 0x303F},
    {0x3040, 0x30FF}, {0x4E00, 0x9FFF}, {0xAC00, 0xD7A3}, {0xFF01, 0xFF9F}, {0x2010, 0x2026}, {0x391, 0x44F},
    {0x1F600, 0x1F64F}, {0x5D0, 0x5EA}, {0x591, 0x5C7},   {0x621, 0x65F},   {0x901, 0x963},   {0x1100, 0x11FF},
    {0x200B, 0x200F}, {0xA0, 0xAD},     {0x80, 0x10FFFF}};

static size_t random_text(char *out, size_t most) {
  size_t length = 0;
  while (length + 64 < most) {
    const uint32_t *range = stretches[chance(sizeof stretches / sizeof *stretches)];
    for (uint32_t left = chance(chance(4) ? 5 : 40) + 1; left > 0 && length + 8 < most; left--) {
      uint32_t cp = range[0] + chance(range[1] - range[0] + 1);
      if (cp < 0xD800 || cp > 0xDFFF) length += enti_utf8_put(out + length, cp);
    }
  }
  return length;
}

/* ---- two kernels -------------------------------------------------------------------------- */

typedef struct side {
  enti_quick quick;
  enti_map map;
  char out[ROOM];
} side;

static void begin(side *s, ent_form form, const char *text, size_t length) {
  s->map.edits.count = s->map.anchors.count = 0;
  s->map.end = (enti_point){0, 0};
  assert_int_equal(enti_map_reserve(&enti_alloc_default, &s->map, length), ENT_OK);
  s->quick = (enti_quick){.text = text, .length = length, .out = s->out, .map = &s->map};
  enti_quick_init(&s->quick, form);
}

static bool run(side *s, enti_quick_kernel *kernel) {
  bool machine = kernel(&s->quick, s->quick.length);
  if (machine) enti_quick_back(&s->quick);
  return machine;
}

/* Leaves out what a machine would take: up to a clean code point with a clean one behind it. */
static void leave_out(side *s) {
  enti_quick *quick = &s->quick;
  uint32_t cp;
  size_t at = enti_utf8_next(quick->text, quick->at, &cp), next;
  for (; at < quick->length; at = next) {
    next = enti_utf8_next(quick->text, at, &cp);
    if (enti_quick_is_clean(quick, at) && (next == quick->length || enti_quick_is_clean(quick, next))) break;
  }
  quick->at = at;
  enti_map_add(&s->map, quick->size, at - s->map.end.source - (quick->size - s->map.end.out), 0);
}

static void check_kernels(const char *text, size_t length) {
  static side plain, vector;
  enti_quick_kernel *fast = enti_quick_vector();
  if (!fast) fast = enti_quick_plain;
  for (int form = 0; form < FORMS; form++) {
    begin(&plain, (ent_form)form, text, length);
    begin(&vector, (ent_form)form, text, length);
    bool machine;
    do {
      machine = run(&plain, enti_quick_plain);
      assert_int_equal(run(&vector, fast), machine);
      assert_int_equal(plain.quick.at, vector.quick.at);
      assert_int_equal(plain.quick.size, vector.quick.size);
      assert_memory_equal(plain.out, vector.out, plain.quick.size);
      assert_int_equal(plain.map.edits.count, vector.map.edits.count);
      if (plain.map.edits.count)
        assert_memory_equal(plain.map.edits.at, vector.map.edits.at,
                            plain.map.edits.count * sizeof *plain.map.edits.at);
      if (!machine) break;
      leave_out(&plain);
      leave_out(&vector);
    } while (plain.quick.at < length);
  }
}

static void kernels_on_random_text(void **state) {
  (void)state;
  static char text[2048];
  for (int round = 0; round < 20000; round++)
    check_kernels(text, random_text(text, round % 10 ? 300 : sizeof text));
}

/* Every code point behind and before what a kernel must not pass over, at a lane of a step that changes. */
static void kernels_on_code_points(void **state) {
  (void)state;
  static const char *const behind[] = {"", "\u0E01", "\u0E01\u0E48", "\u0E33", "\u200B", "\u00C0", "\u05D0\u05B0"};
  static const char *const before[] = {"", "\u0E48", "\u0E38", "\u0301", "\u0EC8"};
  char text[512];
  for (uint32_t cp = 0x80; cp <= 0x10FFFF; cp += cp < 0x3400 || (cp >= 0xF900 && cp < 0x10000) ? 1 : 61) {
    if (cp >= 0xD800 && cp <= 0xDFFF) continue;
    size_t length = 40 + cp % 61;
    memset(text, 'x', length);
    for (size_t i = 0; i < sizeof behind / sizeof *behind; i++)
      for (size_t j = 0; j < sizeof before / sizeof *before; j++) {
        length += (size_t)sprintf(text + length, "%s", behind[i]);
        length += enti_utf8_put(text + length, cp);
        length += (size_t)sprintf(text + length, "%sx", before[j]);
      }
    check_kernels(text, length);
  }
}

static void valid_kernels(void **state) {
  (void)state;
  static char text[512];
  enti_valid_kernel *vector = enti_valid_vector();
  if (!vector) vector = enti_valid_plain;
  for (int round = 0; round < 300000; round++) {
    size_t length = random_text(text, 100 + chance(300)), faults = chance(3);
    for (size_t i = 0; i < faults; i++) {
      size_t at = chance((uint32_t)length);
      if (chance(2)) text[at] = (char)chance(256);
      else length = at + 1;
    }
    assert_int_equal(vector(text, length), enti_valid_plain(text, length));
  }
}

/* ---- maps both ways ----------------------------------------------------------------------- */

static bool at_character(const char *text, size_t length, size_t at) {
  return at == length || ((unsigned char)text[at] & 0xC0) != 0x80;
}

/* Every character of one side: what the other side says of it leads back to it. */
static void maps_agree(void **state) {
  (void)state;
  static char text[1024];
  for (int round = 0; round < 20000; round++) {
    size_t length = random_text(text, 80 + chance(200)), size, last = 0;
    ent_normal *normal;
    assert_int_equal(ent_normalize(NULL, (ent_form)(round % FORMS), text, length, &normal, NULL), ENT_OK);
    const char *bytes = ent_normal_bytes(normal, &size);
    for (size_t at = 0, next; at < length; at = next) {
      uint32_t cp;
      next = enti_utf8_next(text, at, &cp);
      ent_range to = ent_normal_target(normal, at, next);
      assert_true(to.begin <= to.end && to.end <= size && to.begin <= last);
      assert_true(at_character(bytes, size, to.begin) && at_character(bytes, size, to.end));
      if (to.begin < to.end) {
        ent_range from = ent_normal_source(normal, to.begin, to.end);
        assert_true(from.begin <= at && next <= from.end);
      }
      last = to.end > last ? to.end : last; /* neighbours touch or are of one block */
    }
    assert_int_equal(last, size);
    for (size_t at = 0, next; at < size; at = next) {
      uint32_t cp;
      next = enti_utf8_next(bytes, at, &cp);
      ent_range from = ent_normal_source(normal, at, next);
      ent_range to = ent_normal_target(normal, from.begin, from.end);
      assert_true(to.begin <= at && next <= to.end);
    }
    ent_range all = ent_normal_target(normal, 0, length + 1);
    assert_int_equal(all.begin, 0);
    assert_int_equal(all.end, size);
    ent_normal_free(normal);
  }
}

static void check_target(const char *text, size_t begin, size_t end, size_t to_begin, size_t to_end) {
  ent_normal *normal;
  assert_int_equal(ent_normalize(NULL, ENT_FOLD, text, strlen(text), &normal, NULL), ENT_OK);
  ent_range to = ent_normal_target(normal, begin, end);
  assert_int_equal(to.begin, to_begin);
  assert_int_equal(to.end, to_end);
  ent_normal_free(normal);
}

static void target_spots(void **state) {
  (void)state;
  check_target("a\u00ADb", 1, 3, 1, 1);             /* a soft hyphen leaves nothing */
  check_target("a\u00ADb", 0, 3, 0, 1);
  check_target("Stra\u00DFe", 4, 6, 4, 6);          /* ß is ss */
  check_target("\uFB01nal", 0, 1, 0, 2);            /* inside of ﬁ */
  check_target("\uFB01nal", 3, 4, 2, 3);
  check_target("xe\u0301y", 1, 2, 1, 3);            /* é out of two */
  check_target("\u00E9\u00C9", 1, 3, 0, 4);         /* whole characters */
  check_target("China\u2019s", 5, 9, 5, 5);         /* a final 's */
  check_target("\uFF21\uFF22\uFF23", 3, 6, 1, 2);
  check_target("abc", 2, 2, 2, 2);
  check_target("abc", 9, 9, 3, 3);
}

/* Numbers that do not fit an edit: blocks and gaps of any size, and edits taken back over them. */
static void map_of_any_size(void **state) {
  (void)state;
  if (sizeof(size_t) < 8) return;
  const size_t giga = (size_t)1 << 30;
  const ent_alloc *alloc = &enti_alloc_default;
  enti_map map = {0};
  assert_int_equal(enti_map_block(alloc, &map, 5 * giga, 70000, 5 * giga, 5 * giga + 90000), ENT_OK);
  assert_int_equal(enti_map_reserve(alloc, &map, 4), ENT_OK);
  enti_map_mark(&map, 8 * giga);
  assert_int_equal(map.edits.count, 2);
  enti_map_add(&map, 8 * giga + 10, 3, 1);
  assert_int_equal(enti_map_source(&map, 5 * giga + 69999, false), 5 * giga);
  assert_int_equal(enti_map_source(&map, 5 * giga + 1, true), 5 * giga + 90000);
  assert_int_equal(enti_map_source(&map, 8 * giga, false), 8 * giga + 20000);
  assert_int_equal(enti_map_source(&map, 8 * giga + 11, false), 8 * giga + 20013);
  assert_int_equal(enti_map_out(&map, 8 * giga + 20011, false), 8 * giga + 10);
  assert_int_equal(enti_map_out(&map, 8 * giga + 20011, true), 8 * giga + 11);
  enti_map_pop(&map);
  enti_map_add(&map, 8 * giga + 10, 0, 0);
  enti_map_pop(&map); /* the marker and the block before it */
  assert_int_equal(map.edits.count, 0);
  assert_int_equal(map.end.out, 0);
  enti_map_free(alloc, &map);
}

/* ---- cutting ------------------------------------------------------------------------------ */

static void check_cut(ent_form form, const char *text, size_t length, size_t known) {
  ent_normal *whole, *first, *second;
  size_t cut = ent_normal_cut(form, text, known), size, first_size, second_size;
  assert_true(cut <= known && at_character(text, length, cut));
  if (cut == 0) return;
  assert_int_equal(ent_normalize(NULL, form, text, length, &whole, NULL), ENT_OK);
  assert_int_equal(ent_normalize(NULL, form, text, cut, &first, NULL), ENT_OK);
  assert_int_equal(ent_normalize(NULL, form, text + cut, length - cut, &second, NULL), ENT_OK);
  const char *bytes = ent_normal_bytes(whole, &size);
  const char *one = ent_normal_bytes(first, &first_size), *two = ent_normal_bytes(second, &second_size);
  assert_int_equal(size, first_size + second_size);
  assert_memory_equal(bytes, one, first_size);
  assert_memory_equal(bytes + first_size, two, second_size);
  ent_normal_free(whole);
  ent_normal_free(first);
  ent_normal_free(second);
}

static void cuts(void **state) {
  (void)state;
  static char text[1024];
  static const char *const endings[] = {"", "'s", "China\u2019s", "\u2019S's", "'", "s's"};
  size_t found = 0;
  for (int round = 0; round < 100000; round++) {
    size_t length = random_text(text, 70 + chance(30));
    length += (size_t)sprintf(text + length, "%s", endings[chance(sizeof endings / sizeof *endings)]);
    size_t known = chance((uint32_t)length + 1);
    ent_form form = (ent_form)(round % FORMS);
    check_cut(form, text, length, known);
    if (ent_normal_cut(form, text, known)) found++;
  }
  assert_true(found > 30000);
  assert_int_equal(ent_normal_cut(ENT_NFC, "ab", 2), 1);
  assert_int_equal(ent_normal_cut(ENT_NFC, "abe\u0301", 5), 2);
  assert_int_equal(ent_normal_cut(ENT_NFC, "ab\u4E2D", 4), 1); /* cut short */
  assert_int_equal(ent_normal_cut(ENT_FOLD, "China's", 7), 4);
  assert_int_equal(ent_normal_cut(ENT_NFC, "a", 1), 0);
  assert_int_equal(ent_normal_cut(ENT_NFC, "", 0), 0);
  assert_int_equal(ent_normal_cut((ent_form)99, "ab", 2), 0);
}

/* ---- bare --------------------------------------------------------------------------------- */

static void check_bare(const char *text, const char *wanted) {
  ent_normal *normal;
  size_t size;
  assert_int_equal(ent_normalize(NULL, ENT_BARE, text, strlen(text), &normal, NULL), ENT_OK);
  const char *bytes = ent_normal_bytes(normal, &size);
  if (size != strlen(wanted) || memcmp(bytes, wanted, size) != 0)
    fail_msg("bare of \"%s\" is \"%.*s\"", text, (int)size, bytes);
  ent_normal_free(normal);
}

/* Off Latin, Greek, Cyrillic, Hebrew and Arabic; never what other scripts write their vowels and tones with. */
static void bare_keeps_vowel_signs(void **state) {
  (void)state;
  static const char *const kept[] = {
      "\u0E01\u0E34\u0E19\u0E19\u0E49\u0E33", /* would be cut, were it not for SARA AM: below */
      "\u0E01\u0E39\u0E49",
      "\u0EA5\u0EB2\u0EA7\u0EBB\u0EC9",
      "\u0915\u094D\u0937\u093F\u0902",
      "\u1781\u17D2\u1798\u17C2\u179A",
      "\u1019\u103C\u1014\u103A\u1019\u102C",
      "\u0B95\u0BCD",
      "\u304C\u30D1\u30F4",
      "\uD55C\uAE00"};
  check_bare(kept[0], "\u0E01\u0E34\u0E19\u0E19\u0E49\u0E4D\u0E32");
  for (size_t i = 1; i < sizeof kept / sizeof *kept; i++) check_bare(kept[i], kept[i]);
  check_bare("\u304B\u3099", "\u304C");
  check_bare("Vi\u1EC7t Vie\u0323\u0302t \u0110\u1EA1i", "viet viet dai");
  check_bare("\u0391\u03B8\u03AE\u03BD\u03B1", "\u03B1\u03B8\u03B7\u03BD\u03B1");
  check_bare("\u0439\u0451", "\u0438\u0435");
  check_bare("\u05E9\u05C1\u05B8\u05DC\u05D5\u05B9\u05DD", "\u05E9\u05DC\u05D5\u05DD");
  check_bare("\u0645\u064F\u062D\u064E\u0645\u0651\u064E\u062F \u0622\u0623",
             "\u0645\u062D\u0645\u062F \u0627\u0627");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(kernels_on_random_text),
      cmocka_unit_test(kernels_on_code_points),
      cmocka_unit_test(valid_kernels),          cmocka_unit_test(maps_agree),
      cmocka_unit_test(target_spots),           cmocka_unit_test(map_of_any_size),
      cmocka_unit_test(cuts),                   cmocka_unit_test(bare_keeps_vowel_signs),
  };
  return cmocka_run_group_tests_name("quick", tests, NULL, NULL);
}
