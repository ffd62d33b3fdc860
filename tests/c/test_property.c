/* properties: what holds for maps and for indexed documents, on random text of all scripts, at volume; and a
 * combining bomb put in order by somebody else.
 *
 * The text comes from tests/fuzz/pool.h, what is asked from tests/fuzz/check.h, which the fuzz targets share. The
 * forms themselves are tested in test_normal.c and against ICU in tests/diff. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#define FUZZ_CHECK(holds) assert_true(holds)
#include "../fuzz/check.h"
#include "../fuzz/pool.h"
#include "text/ucd.h"

enum { FORMS = ENT_HANS + 1, MOST = 600 };

/* A text of `count` code points, in a block of its exact length. */
static char *random_text(pool_seed *seed, size_t count, size_t *length) {
  static uint32_t cps[MOST];
  static char bytes[MOST * 4];
  pool_text(seed, cps, count, NULL);
  *length = 0;
  for (size_t i = 0; i < count; i++) *length += enti_utf8_put(bytes + *length, cps[i]);
  char *text = malloc(*length);
  assert_non_null(text);
  memcpy(text, bytes, *length);
  return text;
}

static void maps(void **state) {
  (void)state;
  pool_seed seed = 20230506;
  for (int round = 0; round < 140000; round++) {
    size_t length, count = 1 + pool_below(&seed, round % 50 ? 24 : MOST);
    char *text = random_text(&seed, count, &length);
    ent_normal *normal;
    assert_int_equal(ent_normalize(NULL, (ent_form)(round % FORMS), text, length, &normal, NULL), ENT_OK);
    check_map(normal, text, length);
    ent_normal_free(normal);
    free(text);
  }
}

/* ---- documents ---------------------------------------------------------------------------- */

/* Words, marks and line ends of papers, between which the random text stands. */
static const char *const phrases[] = {
    " ", " ", "\n", "\n\n", "\f", "\r\n", "-\n", "\u2010\n", "\u00AD\n", "- ", ". ", "\u3002", "? ", "\u201C", "\u2019s ", "_", "*",
    "digital", "digi-\ntal", "co-\noperation",
    "co\u2010\r\n operation", "Sino-\nASEAN", "win-\nwin", "cooperation", "win-win", "The U.S. ", "et al. ", "1. ", "2.1 Trust\n\n", "# ", "- item\n",
    "> ", "| a | b |\n", "---\n", "References\n\n", "[1] A. B. ", "\u4E00\u3001\u5F15\u8A00\n\n", "\u53C2\u8003\u6587\u732E\n\n",
    "\u4E2D \u56FD", "\u0E01\u0E33", "\u0E4D\u0E32", "3,500.25", "http://a.org/b?c ", "x@y.org"};

static char *random_document(pool_seed *seed, size_t *length) {
  enum { PIECES = 60, ROOM = PIECES * 64 };
  char *whole = malloc(ROOM);
  assert_non_null(whole);
  size_t size = 0, pieces = 1 + pool_below(seed, PIECES);
  for (size_t i = 0; i < pieces; i++) {
    if (pool_below(seed, 4)) {
      const char *phrase = phrases[pool_below(seed, sizeof phrases / sizeof *phrases)];
      memcpy(whole + size, phrase, strlen(phrase));
      size += strlen(phrase);
    } else {
      size_t some;
      char *text = random_text(seed, 1 + pool_below(seed, 12), &some);
      memcpy(whole + size, text, some);
      size += some;
      free(text);
    }
  }
  char *text = realloc(whole, size);
  *length = size;
  return text ? text : whole;
}

/* Slicing the source by a token's span, edits left out, and folding it again gives the token's fold layer; and all
 * else that check.h asks of a document. */
static void documents(void **state) {
  (void)state;
  pool_seed seed = 15;
  ent_vocab *vocab;
  ent_index *index;
  size_t tokens = 0, edits = 0;
  assert_int_equal(ent_vocab_new(NULL, &vocab), ENT_OK);
  assert_int_equal(ent_index_new(vocab, &index), ENT_OK);
  for (int round = 0; round < 20000; round++) {
    size_t length, count;
    uint32_t document;
    char *text = random_document(&seed, &length);
    ent_range furniture = {fuzz_character(text, length, pool_below(&seed, length)), 0};
    furniture.end = fuzz_character(text, length, furniture.begin + pool_below(&seed, length - furniture.begin + 1));
    ent_source source = {.text = text, .length = length, .layout = (ent_layout)(round % 3),
                         .unrepaired = round % 4 ? 0 : ENT_REPAIR_ALL, .furniture = &furniture,
                         .furniture_count = round % 5 == 0};
    assert_int_equal(ent_index_add(index, &source, &document, NULL), ENT_OK);
    check_document(index, document, &source);
    tokens += ent_index_tokens(index, document);
    (void)ent_index_edits(index, document, &count);
    edits += count;
    ent_index_clear(index);
    free(text);
  }
  assert_true(tokens > 500000 && edits > 10000); /* otherwise the texts have lost their point */
  ent_index_free(index);
  ent_vocab_free(vocab);
}

/* ---- the bomb ----------------------------------------------------------------------------- */

/* 1 MB of one letter and marks whose classes alternate, in each form, against a stable sort by counting. The marks
 * compose with nothing and fold to themselves. */
static void bomb(void **state) {
  (void)state;
  static const uint32_t kinds[] = {0x0315, 0x0316, 0x0345 + 1, 0x0334, 0x05B0, 0x0360, 0x0321, 0x1DCE};
  enum { KINDS = sizeof kinds / sizeof *kinds, SIZE = 1 << 20 };
  char *text = malloc(SIZE + 4), *wanted = malloc(SIZE + 4);
  assert_true(text && wanted);
  size_t length = 1, size = 1, number[KINDS] = {0};
  text[0] = wanted[0] = 'q';
  for (size_t i = 0; length < SIZE; i++) {
    length += enti_utf8_put(text + length, kinds[(i * 5 + i / 1000) % KINDS]);
    number[(i * 5 + i / 1000) % KINDS]++;
  }
  for (unsigned class = 1; class < 255; class++)
    for (size_t k = 0; k < KINDS; k++)
      for (size_t i = 0; enti_ucd_class(kinds[k]) == class && i < number[k]; i++)
        size += enti_utf8_put(wanted + size, kinds[k]);
  assert_int_equal(size, length);
  for (int form = ENT_NFC; form < FORMS; form++) {
    ent_normal *normal;
    assert_int_equal(ent_normalize(NULL, (ent_form)form, text, length, &normal, NULL), ENT_OK);
    const char *bytes = ent_normal_bytes(normal, &size);
    assert_int_equal(size, form == ENT_BARE ? 1 : length);
    assert_memory_equal(bytes, wanted, size);
    ent_range whole = ent_normal_source(normal, 0, size), letter = ent_normal_source(normal, 0, 1);
    assert_true(whole.begin == 0 && whole.end == length);
    assert_int_equal(letter.end, form == ENT_BARE ? length : 1);
    ent_normal_free(normal);
  }
  free(wanted);
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(maps), cmocka_unit_test(documents), cmocka_unit_test(bomb)};
  return cmocka_run_group_tests_name("property", tests, NULL, NULL);
}
