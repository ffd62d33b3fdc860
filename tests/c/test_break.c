/* breakers: UAX #29 against the rules written down one by one, and walking in linear time.
 *
 * The naive breakers below ask at each place all rules in order and look as far to both sides as a rule
 * says. They share the property table with the code, not a line of logic; the table itself is tested by
 * Unicode's files (tests/conformance). */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "entente.h"
#include "text/unicode_tables.h"
#include "text/utf8.h"
#include "patience.h"

static uint32_t seed = 1;
static uint32_t chance(uint32_t below) {
  seed = seed * 1664525u + 1013904223u;
  return (uint32_t)(((uint64_t)seed * below) >> 32);
}

/* ---- the rules ---------------------------------------------------------------------------- */

enum { MOST = 24 };

/* A string as classes of one property; places are 0 … count, place i is before class i. */
typedef struct classes {
  unsigned at[MOST];
  bool picture[MOST];
  int count;
} classes;

#define IS(value, prefix, name) ((value) == ENTI_##prefix##_##name)

#define G(value, name) IS(value, GCB, name)
static bool grapheme_rule(const classes *s, int i) {
  unsigned a = s->at[i - 1], b = s->at[i];
  if (G(a, CR) && G(b, LF)) return false;                                            /* GB3 */
  if (G(a, CONTROL) || G(a, CR) || G(a, LF)) return true;                            /* GB4 */
  if (G(b, CONTROL) || G(b, CR) || G(b, LF)) return true;                            /* GB5 */
  if (G(a, L) && (G(b, L) || G(b, V) || G(b, LV) || G(b, LVT))) return false;        /* GB6 */
  if ((G(a, LV) || G(a, V)) && (G(b, V) || G(b, T))) return false;                   /* GB7 */
  if ((G(a, LVT) || G(a, T)) && G(b, T)) return false;                               /* GB8 */
  if (G(b, EXTEND) || G(b, ZWJ) || G(b, SPACINGMARK) || G(a, PREPEND)) return false; /* GB9 */
  if (G(a, ZWJ) && s->picture[i]) {                                                  /* GB11 */
    int k = i - 2;
    while (k >= 0 && G(s->at[k], EXTEND)) k--;
    if (k >= 0 && s->picture[k]) return false;
  }
  if (G(a, REGIONAL_INDICATOR) && G(b, REGIONAL_INDICATOR)) { /* GB12, GB13 */
    int k = i - 1;
    while (k >= 0 && G(s->at[k], REGIONAL_INDICATOR)) k--;
    if ((i - 1 - k) % 2 == 1) return false;
  }
  return true;
}

#define W(value, name) IS(value, WB, name)
static bool word_line_end(unsigned c) { return W(c, CR) || W(c, LF) || W(c, NEWLINE); }
static bool word_ignored(unsigned c) { return W(c, EXTEND) || W(c, FORMAT) || W(c, ZWJ); }
static bool letter(unsigned c) { return W(c, ALETTER) || W(c, HEBREW_LETTER); }
static bool mid_letter(unsigned c) { return W(c, MIDLETTER) || W(c, MIDNUMLET) || W(c, SINGLE_QUOTE); }
static bool mid_number(unsigned c) { return W(c, MIDNUM) || W(c, MIDNUMLET) || W(c, SINGLE_QUOTE); }

/* WB4: the index of what stands left of place i, its trail left out; -1 at the start. */
static int word_left(const classes *s, int i) {
  int k = i - 1;
  while (k > 0 && word_ignored(s->at[k]) && !word_line_end(s->at[k - 1])) k--;
  return k;
}

static bool word_rule(const classes *s, int i) {
  unsigned before = s->at[i - 1], b = s->at[i];
  if (W(before, CR) && W(b, LF)) return false;               /* WB3 */
  if (word_line_end(before) || word_line_end(b)) return true; /* WB3a, WB3b */
  if (W(before, ZWJ) && s->picture[i]) return false;         /* WB3c */
  if (W(before, WSEGSPACE) && W(b, WSEGSPACE)) return false; /* WB3d */
  if (word_ignored(b)) return false;                         /* WB4 */
  int k = word_left(s, i), kk = k > 0 ? word_left(s, k) : -1, n = i + 1;
  while (n < s->count && word_ignored(s->at[n])) n++;
  unsigned a = s->at[k], aa = kk >= 0 ? s->at[kk] : ENTI_WB_OTHER;
  unsigned bb = n < s->count ? s->at[n] : ENTI_WB_OTHER;
  if (letter(a) && letter(b)) return false;                                                    /* WB5 */
  if (letter(a) && mid_letter(b) && letter(bb)) return false;                                  /* WB6 */
  if (letter(aa) && mid_letter(a) && letter(b)) return false;                                  /* WB7 */
  if (W(a, HEBREW_LETTER) && W(b, SINGLE_QUOTE)) return false;                                 /* WB7a */
  if (W(a, HEBREW_LETTER) && W(b, DOUBLE_QUOTE) && W(bb, HEBREW_LETTER)) return false;         /* WB7b */
  if (W(aa, HEBREW_LETTER) && W(a, DOUBLE_QUOTE) && W(b, HEBREW_LETTER)) return false;         /* WB7c */
  if ((W(a, NUMERIC) || letter(a)) && W(b, NUMERIC)) return false;                             /* WB8, WB9 */
  if (W(a, NUMERIC) && letter(b)) return false;                                                /* WB10 */
  if (W(aa, NUMERIC) && mid_number(a) && W(b, NUMERIC)) return false;                          /* WB11 */
  if (W(a, NUMERIC) && mid_number(b) && W(bb, NUMERIC)) return false;                          /* WB12 */
  if (W(a, KATAKANA) && W(b, KATAKANA)) return false;                                          /* WB13 */
  bool wordlike = letter(a) || W(a, NUMERIC) || W(a, KATAKANA);
  if ((wordlike || W(a, EXTENDNUMLET)) && W(b, EXTENDNUMLET)) return false;                    /* WB13a */
  if (W(a, EXTENDNUMLET) && (letter(b) || W(b, NUMERIC) || W(b, KATAKANA))) return false;      /* WB13b */
  if (W(a, REGIONAL_INDICATOR) && W(b, REGIONAL_INDICATOR)) {                                  /* WB15, 16 */
    int flags = 0;
    for (; k >= 0 && W(s->at[k], REGIONAL_INDICATOR); k = k > 0 ? word_left(s, k) : -1) flags++;
    if (flags % 2 == 1) return false;
  }
  return true;
}

#define S(value, name) IS(value, SB, name)
static bool paragraph_end(unsigned c) { return S(c, SEP) || S(c, CR) || S(c, LF); }
static bool sentence_ignored(unsigned c) { return S(c, EXTEND) || S(c, FORMAT); }
static bool terminator(unsigned c) { return S(c, ATERM) || S(c, STERM); }

static int sentence_left(const classes *s, int i) { /* SB5 */
  int k = i - 1;
  while (k > 0 && sentence_ignored(s->at[k]) && !paragraph_end(s->at[k - 1])) k--;
  return k;
}

static bool small_letter_ahead(const classes *s, int i) {
  for (; i < s->count; i++) {
    unsigned c = s->at[i];
    if (S(c, LOWER)) return true;
    if (S(c, OLETTER) || S(c, UPPER) || paragraph_end(c) || terminator(c)) return false;
  }
  return false;
}

static bool sentence_rule(const classes *s, int i) {
  unsigned before = s->at[i - 1], b = s->at[i];
  if (S(before, CR) && S(b, LF)) return false; /* SB3 */
  if (paragraph_end(before)) return true;      /* SB4 */
  if (sentence_ignored(b)) return false;       /* SB5 */
  int k = sentence_left(s, i), kk = k > 0 ? sentence_left(s, k) : -1;
  unsigned a = s->at[k], aa = kk >= 0 ? s->at[kk] : ENTI_SB_OTHER;
  if (S(a, ATERM) && S(b, NUMERIC)) return false;                                  /* SB6 */
  if ((S(aa, UPPER) || S(aa, LOWER)) && S(a, ATERM) && S(b, UPPER)) return false;  /* SB7 */
  int spaces = k;
  while (spaces > 0 && S(s->at[spaces], SP)) spaces = sentence_left(s, spaces);
  int marks = spaces, close = k;
  while (marks > 0 && S(s->at[marks], CLOSE)) marks = sentence_left(s, marks);
  while (close > 0 && S(s->at[close], CLOSE)) close = sentence_left(s, close);
  bool ending = terminator(s->at[marks]); /* SATerm Close* Sp* stands left */
  if (S(s->at[marks], ATERM) && small_letter_ahead(s, i)) return false;            /* SB8 */
  if (ending && (S(b, SCONTINUE) || terminator(b))) return false;                  /* SB8a */
  if (terminator(s->at[close]) && (S(b, CLOSE) || S(b, SP) || paragraph_end(b))) return false; /* SB9 */
  if (ending && (S(b, SP) || paragraph_end(b))) return false;                      /* SB10 */
  return ending;                                                                   /* SB11, SB998 */
}

/* ---- random strings ----------------------------------------------------------------------- */

typedef struct breaker {
  const char *name;
  size_t (*next)(const char *text, size_t length, size_t at);
  bool (*rule)(const classes *s, int i);
  unsigned (*class)(uint32_t cp);
} breaker;

static const breaker breakers[] = {
    {"grapheme", ent_grapheme_next, grapheme_rule, enti_unicode_gcb},
    {"word", ent_word_next, word_rule, enti_unicode_wb},
    {"sentence", ent_sentence_next, sentence_rule, enti_unicode_sb},
};

/* Code points of distinct classes, one or two for each. */
static size_t make_pool(const breaker *b, uint32_t *pool) {
  unsigned seen[64] = {0};
  size_t count = 0;
  for (uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
    if (cp >= 0xD800 && cp <= 0xDFFF) continue;
    unsigned kind = b->class(cp) * 2 + (enti_unicode_gcb(cp) == ENTI_GCB_EXTENDED_PICTOGRAPHIC);
    bool ascii_only = cp < 0x80; /* so that both the ASCII paths and the others are walked */
    if (seen[kind] & (ascii_only ? 1u : 2u)) continue;
    seen[kind] |= ascii_only ? 1u : 2u;
    pool[count++] = cp;
  }
  return count;
}

static void compare(const breaker *b, const uint32_t *cps, int count) {
  char text[MOST * 4];
  size_t offset[MOST + 1] = {0};
  classes s = {.count = count};
  for (int i = 0; i < count; i++) {
    offset[i + 1] = offset[i] + enti_utf8_put(text + offset[i], cps[i]);
    s.at[i] = b->class(cps[i]);
    s.picture[i] = enti_unicode_gcb(cps[i]) == ENTI_GCB_EXTENDED_PICTOGRAPHIC;
  }
  size_t length = offset[count], at = 0;
  for (int i = 1; i <= count; i++) {
    if (i < count && !b->rule(&s, i)) continue;
    size_t next = b->next(text, length, at);
    if (next != offset[i]) {
      print_message("%s:", b->name);
      for (int k = 0; k < count; k++) print_message(" %04X", (unsigned)cps[k]);
      fail_msg("a boundary at %zu, not %zu", next, offset[i]);
    }
    at = next;
  }
  assert_int_equal(b->next(text, length, length), length);
}

static void against_the_rules(void **state) {
  const breaker *b = *state;
  uint32_t pool[128], cps[MOST];
  size_t kinds = make_pool(b, pool);
  assert_true(kinds > 14);
  for (size_t i = 0; i < kinds * kinds * kinds; i++) { /* all of length 3 */
    cps[0] = pool[i % kinds];
    cps[1] = pool[i / kinds % kinds];
    cps[2] = pool[i / kinds / kinds];
    compare(b, cps, 3);
  }
  for (int round = 0; round < 300000; round++) {
    int count = 1 + (int)chance(MOST);
    size_t few = 2 + chance(6); /* of few kinds, so that long patterns come up */
    uint32_t some[8];
    for (size_t i = 0; i < few; i++) some[i] = pool[chance((uint32_t)kinds)];
    for (int i = 0; i < count; i++) cps[i] = some[chance((uint32_t)few)];
    compare(b, cps, count);
  }
}

/* ---- time --------------------------------------------------------------------------------- */

/* 1 MB of each pattern from boundary to boundary: quadratic walking would take hours. */
static void linear_walking(void **state) {
  (void)state;
  static const struct { const char *once, *again; } pattern[] = {
      {"a", "\u0301"}, {"", "\U0001F1E8"}, {"", "a."}, {"", ". "}, {". ", "1 "}, {"", ". 1 "},
      {"", "a b "}, {"", "a"}, {"a:", "\u00AD"}, {"", "a:\u0301"}, {"", "1,\u200D"},
      {"", "\u05D0\""}, {"", "\u200D"}, {"\u231A", "\u200D"}, {"", "\u231A\u200D"}, {"", ".)"},
      {".", ")"}, {".", "\u00AD"}, {"A.", "\u00AD\u0301"}, {"", "a._"}, {"", "\u1100"},
      {"", "\uAC00\u11A8"}, {"", "\u0600"}, {"", "\r\n"}, {"", " "}, {". ", "("}, {"", "1.1 "},
      {"", ". , "}, {"", "\u3002\u300D"}, {"", "'"}};
  enum { SIZE = 1 << 20 };
  char *text = malloc(SIZE);
  assert_non_null(text);
  clock_t start = clock();
  for (size_t p = 0; p < sizeof pattern / sizeof *pattern; p++) {
    size_t length = strlen(pattern[p].once), step = strlen(pattern[p].again);
    memcpy(text, pattern[p].once, length);
    for (; length + step < SIZE; length += step) memcpy(text + length, pattern[p].again, step);
    text[length++] = 'a'; /* so that a look ahead for a small letter finds one, at the far end */
    for (size_t b = 0; b < sizeof breakers / sizeof *breakers; b++)
      for (size_t at = 0; at < length;) {
        size_t next = breakers[b].next(text, length, at);
        assert_true(next > at && next <= length);
        at = next;
      }
    assert_true(seconds_since(start) < patience(30));
  }
  free(text);
}

static void spots(void **state) {
  (void)state;
  assert_int_equal(ent_word_next("can't stop", 10, 0), 5);
  assert_int_equal(ent_word_next("3,500.25 km", 11, 0), 8);
  assert_int_equal(ent_word_next("\u4E2D\u56FD", 6, 0), 3);
  assert_int_equal(ent_word_next("", 0, 0), 0);
  assert_int_equal(ent_grapheme_next("\r\nx", 3, 0), 2);
  assert_int_equal(ent_grapheme_next("e\u0301x", 4, 0), 3);
  assert_int_equal(ent_grapheme_next("x", 1, 7), 1);
  assert_int_equal(ent_sentence_next("It ends. Next.", 14, 0), 9);
  assert_int_equal(ent_sentence_next("c. 3 of them", 12, 0), 12);
  assert_int_equal(ent_sentence_next("U.S. policy", 11, 0), 11);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      {"grapheme", against_the_rules, NULL, NULL, (void *)&breakers[0]},
      {"word", against_the_rules, NULL, NULL, (void *)&breakers[1]},
      {"sentence", against_the_rules, NULL, NULL, (void *)&breakers[2]},
      cmocka_unit_test(linear_walking),
      cmocka_unit_test(spots),
  };
  return cmocka_run_group_tests_name("break", tests, NULL, NULL);
}
