/* The short ways: marks and line ends many bytes at a time, gaps by a table, words in sorted lists. Each finds what the
 * long way does. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/word_list.h"
#include "text/unicode_tables.h"
#include "text/utf8.h"
#include "token/gap.h"
#include "token/mark.h"
#include "vocab/hint.h"

static bool ends_sentences(uint32_t c) {
  return c == '.' || c == 0xFF0E || c == 0x2024 || c == 0xFF1B || c == 0x0E5A || c == 0x0E5B || c == 0x17D4 || c == 0x17D5 ||
         enti_unicode_sb(c) == ENTI_SB_STERM;
}

/* Each mark there is, at each place of a vector, with letters of its own script or none about it. */
static void every_mark_is_found(void **state) {
  (void)state;
  size_t marks = 0;
  for (uint32_t c = 1; c < 0x110000; c++) {
    if ((c >= 0xD800 && c < 0xE000) || !ends_sentences(c)) continue;
    marks++;
    for (size_t place = 0; place < 70; place++) {
      char text[128];
      memset(text, 'a', sizeof text);
      (void)enti_utf8_put(text + place, c);
      for (int plain = 0; plain < 2; plain++)
        if (enti_mark_find(text, 0, sizeof text, sizeof text, plain) != place) fail_msg("U+%04X at %zu", c, place);
      assert_int_equal(enti_mark_find(text, 0, place, sizeof text, false), place);
    }
  }
  assert_true(marks > 140);
}

static uint32_t next_random(uint32_t *seed) { return *seed = *seed * 1664525u + 1013904223u; }

static void both_ways_find_the_same(void **state) {
  (void)state;
  static const uint32_t pool[] = {'a', 'a', ' ', '.', '!', ',', '\n', '\r', '\f', '\t', 0xE9, 0x2019, 0x2026, 0x203D, 0x4E2D,
                                  0x3002, 0x3001, 0xE01, 0xE5A, 0x1000, 0x104B, 0x17D4, 0xAC00, 0xA4FF, 0xFF0C, 0x1F600};
  uint32_t seed = 1;
  for (int round = 0; round < 3000; round++) {
    char text[300];
    size_t length = 0, rare = next_random(&seed) >> 16 & 31;
    while (length < 200) {
      uint32_t at = next_random(&seed) >> 16;
      length += enti_utf8_put(text + length, at % 32 < rare ? 'x' : pool[at % (sizeof pool / sizeof *pool)]);
    }
    for (size_t from = 0; from < length; from++) {
      size_t stop = from + (next_random(&seed) >> 16) % (length - from + 1);
      assert_int_equal(enti_line_end(text, from, stop, false), enti_line_end(text, from, stop, true));
      if (((unsigned char)text[from] & 0xC0) == 0x80 || (stop < length && ((unsigned char)text[stop] & 0xC0) == 0x80)) continue;
      assert_int_equal(enti_mark_find(text, from, stop, length, false), enti_mark_find(text, from, stop, length, true));
    }
  }
}

static void line_ends(void **state) {
  (void)state;
  static const char ends[] = {'\n', '\r', '\f'};
  for (size_t i = 0; i < sizeof ends; i++)
    for (size_t place = 0; place < 70; place++) {
      char text[100];
      memset(text, 'a', sizeof text);
      text[place] = ends[i];
      for (int plain = 0; plain < 2; plain++) {
        assert_int_equal(enti_line_end(text, 0, sizeof text, plain), place);
        assert_int_equal(enti_line_end(text, place + 1, sizeof text, plain), sizeof text);
        assert_int_equal(enti_line_end(text, 0, place, plain), place);
      }
    }
}

/* Every gap of up to five of these, between letters and between Han characters. */
static void gaps_are_judged_as_read(void **state) {
  (void)state;
  static const char *const pool[] = {" ", "\n", "\r", "\f", "-", ".", "'", ",", "\xE2\x80\x93", "\xE2\x80\x9D", "\xE2\x80\x90",
                                     "\xC2\xAD"};
  enum { POOL = sizeof pool / sizeof *pool, LONGEST = 5 };
  size_t joined = 0, total = 0;
  for (int han = 0; han < 2; han++)
    for (unsigned length = 0, count = 1; length <= LONGEST; length++, count *= POOL)
      for (unsigned number = 0; number < count; number++) {
        char text[32];
        size_t begin = (size_t)snprintf(text, sizeof text, "%s", han ? "中" : "a"), end = begin;
        for (unsigned rest = number, i = 0; i < length; i++, rest /= POOL)
          end += (size_t)snprintf(text + end, sizeof text - end, "%s", pool[rest % POOL]);
        size_t all = end + (size_t)snprintf(text + end, sizeof text - end, "%s", han ? "国" : "b");
        enti_gap gap = enti_gap_judge(text, all, begin, end);
        if (gap != enti_gap_read(text, all, begin, end).gap) fail_msg("gap %u of %u", number, length);
        joined += gap == ENTI_GAP_JOIN;
        total++;
      }
  assert_true(joined > 100 && joined < total);
}

static void words_of_a_list(void **state) {
  (void)state;
  static const enti_word list[] = {{"a", 1}, {"ab", 2}, {"abcdefghijklmn", 3}, {"b", 4}, {"để", 5}};
  for (size_t count = 0; count <= 5; count++)
    for (size_t i = 0; i < 5; i++)
      assert_int_equal(enti_word_kind(list, count, list[i].word, strlen(list[i].word), false), i < count ? list[i].kind : 0);
  static const char *const others[] = {"", "A", "aa", "abc", "abcdefgh", "abcdefghijklm", "abcdefghijklmno", "c", "ba", "đ"};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    assert_int_equal(enti_word_kind(list, 5, others[i], strlen(others[i]), false), 0);
  assert_int_equal(enti_word_kind(list, 5, "AB", 2, true), 2);
  assert_int_equal(enti_word_kind(list, 5, "@", 1, true), 0);
}

/* The small words of the languages, each by itself: were the list out of order, some would not be found. */
static void hints(void **state) {
  (void)state;
  static const struct {
    unsigned hint;
    const char *words[12];
  } cases[] = {
      {ENTI_HINT_EN, {"an", "the", "of", "which", "with", "were", "their", "have", "are", "by", NULL}},
      {ENTI_HINT_EN_DE, {"in", NULL}}, {ENTI_HINT_EN_PT, {"as", NULL}}, {ENTI_HINT_ID, {"adalah", "bahwa", "karena", NULL}},
      {ENTI_HINT_MS, {"merupakan", "ialah", "kerana", NULL}}, {ENTI_HINT_ID_MS, {"yang", "dengan", "tersebut", "antara", NULL}},
      {ENTI_HINT_VI, {"được", "để", "những", "cho", "và", NULL}}, {ENTI_HINT_TL, {"mga", "ang", "sa", NULL}},
      {ENTI_HINT_PT, {"a", "não", "são", NULL}}, {ENTI_HINT_PT_FR_ES, {"de", "que", NULL}},
      {ENTI_HINT_ID_MS_TL_PT_ES, {"para", NULL}}, {ENTI_HINT_DE, {"zu", "und", "für", "nicht", NULL}},
      {ENTI_HINT_ES, {"y", "más", "el", NULL}}, {ENTI_HINT_ZH, {"中", NULL}}, {ENTI_HINT_JA, {"カタカナ", "の", NULL}},
      {ENTI_HINT_TH, {"กา", NULL}}, {ENTI_HINT_RU, {"мир", NULL}}, {ENTI_HINT_NONE, {"", "theory", "x", "'s", "thereof", NULL}}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    for (const char *const *word = cases[i].words; *word; word++)
      assert_int_equal(enti_hint_of(*word, strlen(*word)), cases[i].hint);
  assert_int_equal(enti_hint_of_ascii("THE", 3), ENTI_HINT_EN);
  assert_int_equal(enti_hint_of_ascii("It's", 4), ENTI_HINT_EN);
  assert_int_equal(enti_hint_of_ascii("it'S's", 6), ENTI_HINT_EN);
  assert_int_equal(enti_hint_of_ascii("'s", 2), ENTI_HINT_NONE);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_mark_is_found), cmocka_unit_test(both_ways_find_the_same),
                                     cmocka_unit_test(line_ends), cmocka_unit_test(gaps_are_judged_as_read),
                                     cmocka_unit_test(words_of_a_list), cmocka_unit_test(hints)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
