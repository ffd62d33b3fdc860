/* text: normal forms and their maps, on random strings and on every code point.
 *
 * Two oracles: the form written from the definition (sort by exchange, compose by D117), and for the map
 * the slices of the source that it gives, normalized again. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "entente.h"
#include "text/compose.h"
#include "text/fold.h"
#include "text/mapping.h"
#include "text/utf8.h"

enum { FORMS = ENT_HANS + 1 };

static uint32_t seed = 1;
static uint32_t chance(uint32_t below) {
  seed = seed * 1664525u + 1013904223u;
  return (uint32_t)(((uint64_t)seed * below) >> 32);
}

/* ---- random text -------------------------------------------------------------------------- */

/* Letters of many scripts, what changes under the forms, marks of several classes, what fold removes. */
static const uint32_t pool[] = {
    'a',    'B',    's',    '\'',   'z',    ' ',    '-',    0x00E9, 0x00C5, 0x0110, 0x01A0, 0x1EC7, 0x00DF,
    0x0130, 0x0131, 0x0149, 0x01C4, 0x0344, 0x0345, 0x0390, 0x03B1, 0x03A9, 0x03C2, 0x1FB3, 0x0430, 0x0419,
    0x0627, 0x0653, 0x0622, 0x05D0, 0x05BC, 0x05F3, 0x0915, 0x093C, 0x0958, 0x09C7, 0x09BE, 0x0BC6, 0x0BD7,
    0x0E01, 0x0E33, 0x0E48, 0x0EB3, 0x0F71, 0x0F73, 0x0F74, 0x1025, 0x102E, 0x1100, 0x1161, 0x11A7, 0x11A8,
    0xAC00, 0xAC01, 0x115F, 0x1B05, 0x1B35, 0x1E9B, 0x2011, 0x2019, 0x201C, 0x200D, 0x200B, 0x00AD, 0x034F,
    0x2126, 0x212B, 0x2260, 0x226E, 0x0338, 0x3000, 0x3042, 0x304B, 0x3099, 0x309A, 0x30AB, 0xFF76, 0xFF9E,
    0x6578, 0x6570, 0x9D3B, 0x4E2D, 0xF900, 0xF9FB, 0x2F800, 0xFB01, 0xFB1D, 0xFDFA, 0xFE19, 0xFF21, 0x0300,
    0x0301, 0x0302, 0x0307, 0x0323, 0x0327, 0x0328, 0x0315, 0x031B, 0x0334, 0x1D15E, 0x1D165, 0x1D16D,
    0x110BA, 0x11131, 0x11127, 0x1F600, 0xE0001, 0xE0F00, 0xFE0F, 0x20000, 0x10FFFF, 0x0F77, 0x1D400};

static uint32_t random_mark(void) {
  for (;;) {
    uint32_t cp = pool[chance(sizeof pool / sizeof *pool)];
    if (enti_ucd_class(cp) != 0) return cp;
  }
}

/* Most strings are short; some are long, and of those some are nearly all marks. */
static size_t random_text(char *out, int round) {
  size_t count = chance(round % 100 == 0 ? 120 : 9) + 1, length = 0;
  bool marks = round % 200 == 0;
  for (size_t i = 0; i < count; i++)
    length += enti_utf8_put(out + length,
                            marks && chance(50) ? random_mark() : pool[chance(sizeof pool / sizeof *pool)]);
  return length;
}

/* ---- the naive normal form ---------------------------------------------------------------- */

typedef struct part { /* a code point and the hull of the source bytes that went into it */
  uint32_t cp;
  size_t begin, end;
} part;

typedef struct naive {
  part at[4096];
  size_t count;
} naive;

static void naive_add(naive *text, const uint32_t *cps, size_t count, size_t begin, size_t end) {
  for (size_t i = 0; i < count; i++) text->at[text->count++] = (part){cps[i], begin, end};
}

static void naive_order(naive *text) {
  for (bool moved = true; moved;) {
    moved = false;
    for (size_t i = 1; i < text->count; i++) {
      part a = text->at[i - 1], b = text->at[i];
      if (enti_ucd_class(b.cp) == 0 || enti_ucd_class(a.cp) <= enti_ucd_class(b.cp)) continue;
      text->at[i - 1] = b;
      text->at[i] = a;
      moved = true;
    }
  }
}

/* D117, word for word: the last starter before, if nothing between blocks. */
static void naive_compose(naive *text) {
  for (size_t i = 1; i < text->count; i++) {
    part *c = &text->at[i];
    unsigned class = enti_ucd_class(c->cp);
    for (size_t s = i; s-- > 0;) {
      part *starter = &text->at[s];
      if (enti_ucd_class(starter->cp) != 0) {
        if (enti_ucd_class(starter->cp) >= class) break;
        continue;
      }
      uint32_t composite = enti_compose_pair(starter->cp, c->cp);
      if (composite) {
        starter->cp = composite;
        if (c->begin < starter->begin) starter->begin = c->begin;
        if (c->end > starter->end) starter->end = c->end;
        memmove(c, c + 1, (text->count - i - 1) * sizeof *c);
        text->count--;
        i--;
      }
      break;
    }
  }
}

/* *out is overwritten; bytes, and how many they are. */
static size_t naive_form(ent_form form, const char *text, size_t length, naive *out, char *bytes) {
  static naive then;
  const enti_rule *rule = enti_rule_of(form);
  uint32_t cps[ENTI_UCD_LONGEST], cp;
  out->count = then.count = 0;
  for (size_t at = 0, next; at < length; at = next) {
    next = enti_utf8_next(text, at, &cp);
    naive_add(out, cps, enti_ucd_decompose(cp, rule->compatible, cps), at, next);
  }
  naive_order(out);
  if (rule->folds) {
    for (size_t i = 0; i < out->count; i++)
      naive_add(&then, cps, enti_mapping_fold(rule, out->at[i].cp, cps), out->at[i].begin, out->at[i].end);
    naive_order(&then);
    memcpy(out->at, then.at, then.count * sizeof *then.at);
    out->count = then.count;
  }
  if (rule->composes) naive_compose(out);
  size_t size = 0;
  for (size_t i = 0; i < out->count; i++) size += enti_utf8_put(bytes + size, out->at[i].cp);
  return rule->folds ? enti_fold_without_ending(bytes, size) : size;
}

/* ---- maps --------------------------------------------------------------------------------- */

static bool at_character(const char *text, size_t length, size_t at) {
  return at == length || (at < length && ((unsigned char)text[at] & 0xC0) != 0x80);
}

/* Normalization is boundary-safe before a starter that joins nothing before it. */
static bool safe_at(const char *bytes, size_t size, size_t at) {
  return at == size || at == 0 ||
         !(enti_unicode_record(enti_utf8_at(bytes, at)) & (ENTI_HAS_MARK | ENTI_HAS_JOINS));
}

static void check_slice(ent_form form, const ent_normal *whole, const char *text, size_t begin, size_t end) {
  size_t size, part_size;
  const char *bytes = ent_normal_bytes(whole, &size);
  ent_range range = ent_normal_source(whole, begin, end);
  bool cut_clean = ent_normal_source(whole, 0, begin).end == range.begin &&
                   (end == size || ent_normal_source(whole, end, size).begin == range.end);
  if (!cut_clean || !safe_at(bytes, size, begin) || !safe_at(bytes, size, end)) return;
  if (enti_fold_without_ending(bytes + begin, end - begin) != end - begin) return;
  ent_normal *slice;
  assert_int_equal(
      ent_normalize(NULL, form, text + range.begin, range.end - range.begin, &slice, NULL), ENT_OK);
  const char *part_bytes = ent_normal_bytes(slice, &part_size);
  assert_int_equal(part_size, end - begin);
  assert_memory_equal(part_bytes, bytes + begin, part_size);
  ent_normal_free(slice);
}

static void check_map(ent_form form, const ent_normal *normal, const char *text, size_t length,
                      const naive *oracle) {
  size_t size, number = 0;
  const char *bytes = ent_normal_bytes(normal, &size);
  ent_range last = {0, 0};
  for (size_t at = 0; at < size;) {
    uint32_t cp;
    size_t next = enti_utf8_next(bytes, at, &cp);
    ent_range range = ent_normal_source(normal, at, next);
    assert_true(range.begin < range.end && range.end <= length);
    assert_true(range.begin <= oracle->at[number].begin && oracle->at[number].end <= range.end);
    assert_true(at_character(text, length, range.begin) && at_character(text, length, range.end));
    /* Neighbours touch, or they are of one block. */
    if (at > 0) assert_true(range.begin == last.end || (range.begin == last.begin && range.end == last.end));
    else assert_int_equal(range.begin, 0);
    last = range;
    check_slice(form, normal, text, at, next);
    at = next;
    number++;
  }
  if (size) assert_int_equal(last.end, length);
  for (int i = 0; i < 8 && size; i++) {
    size_t begin = chance((uint32_t)size), end = begin + chance((uint32_t)(size - begin)) + 1;
    if (at_character(bytes, size, begin) && at_character(bytes, size, end))
      check_slice(form, normal, text, begin, end);
  }
}

/* Against the naive form; both doors alike; maps; folding twice is folding once. */
static void random_strings(void **state) {
  (void)state;
  static char text[1024], wanted[65536];
  static naive oracle;
  enti_bytes word = {0}, again = {0};
  for (int round = 0; round < 200000; round++) {
    size_t length = random_text(text, round);
    ent_form form = (ent_form)(round % FORMS);
    ent_normal *normal;
    size_t size, wanted_size = naive_form(form, text, length, &oracle, wanted);
    assert_int_equal(ent_normalize(NULL, form, text, length, &normal, NULL), ENT_OK);
    const char *bytes = ent_normal_bytes(normal, &size);
    assert_int_equal(size, wanted_size);
    assert_memory_equal(bytes, wanted, size);
    check_map(form, normal, text, length, &oracle);
    word.count = again.count = 0;
    assert_int_equal(enti_text_fold(NULL, form, text, length, &word), ENT_OK);
    assert_int_equal(word.count, size);
    assert_memory_equal(word.at, bytes, size);
    assert_int_equal(enti_text_fold(NULL, form, bytes, size, &again), ENT_OK);
    assert_int_equal(again.count, size);
    assert_memory_equal(again.at, bytes, size);
    ent_normal_free(normal);
  }
  enti_array_free(&enti_alloc_default, &word);
  enti_array_free(&enti_alloc_default, &again);
}

/* Every code point alone, and between a letter and a mark: the same as the naive form. */
static void every_code_point(void **state) {
  (void)state;
  static char wanted[4096];
  static naive oracle;
  static const char *const around[][2] = {{"", ""}, {"a", "\u0301"}};
  enti_bytes out = {0};
  for (uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
    if ((cp >= 0xD800 && cp <= 0xDFFF) || (cp >= 0x30000 && cp < 0xE0000) || cp >= 0xE1000) continue;
    for (size_t a = 0; a < 2; a++)
      for (int form = 0; form < FORMS; form++) {
        char text[16];
        size_t length = strlen(around[a][0]), behind = strlen(around[a][1]);
        memcpy(text, around[a][0], length);
        length += enti_utf8_put(text + length, cp);
        memcpy(text + length, around[a][1], behind);
        length += behind;
        size_t size = naive_form((ent_form)form, text, length, &oracle, wanted);
        out.count = 0;
        assert_int_equal(enti_text_fold(NULL, (ent_form)form, text, length, &out), ENT_OK);
        if (out.count != size || memcmp(out.at, wanted, size) != 0)
          fail_msg("U+%04X, form %d, context %zu", (unsigned)cp, form, a);
      }
  }
  enti_array_free(&enti_alloc_default, &out);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_strings),
      cmocka_unit_test(every_code_point),
  };
  return cmocka_run_group_tests_name("normal", tests, NULL, NULL);
}
