/* token/segment and token/window: the two ways to the tokens agree, and a window's classes are UAX #29's. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "text/unicode_tables.h"
#include "text/utf8.h"
#include "token/segment.h"
#include "token/window.h"

/* ---- windows ---- */

static bool same(enti_window a, enti_window b) {
  return a.letter == b.letter && a.digit == b.digit && a.both == b.both && a.letters == b.letters &&
         a.digits == b.digits && a.other == b.other;
}

/* What a window says of one character is what the tables say. */
static void classes_are_the_tables(void **state) {
  (void)state;
  for (uint32_t cp = 1; cp < 0x110000; cp++) {
    if (cp >= 0xD800 && cp < 0xE000) continue;
    char at[ENTI_WINDOW_SIZE] = {0};
    uint64_t bytes = (UINT64_C(1) << enti_utf8_put(at, cp)) - 1;
    enti_window w = enti_window_read(at);
    unsigned class = enti_unicode_wb(cp);
    if (w.letter & bytes) assert_true((w.letter & bytes) == bytes && class == ENTI_WB_ALETTER);
    if (cp >= 0x80 && !(w.letter & bytes)) assert_true((w.other & bytes) == bytes);
    if (cp >= 0x80) continue;
    assert_int_equal(w.letter & 1, class == ENTI_WB_ALETTER);
    assert_int_equal(w.digit & 1, class == ENTI_WB_NUMERIC);
    assert_int_equal(w.both & 1, class == ENTI_WB_MIDNUMLET || class == ENTI_WB_SINGLE_QUOTE);
    assert_int_equal(w.letters & 1, class == ENTI_WB_MIDLETTER);
    assert_int_equal(w.digits & 1, class == ENTI_WB_MIDNUM);
    assert_int_equal(w.other & 1, class == ENTI_WB_EXTENDNUMLET);
  }
}

static uint32_t seed = 29;
static uint32_t draw(uint32_t below) {
  seed = seed * 1664525u + 1013904223u;
  return (uint32_t)((uint64_t)(seed >> 8) * below >> 24);
}

/* Code points that rules name, and their neighbours in the tables. */
static const uint32_t pool[] = {'a', 'Z', 'q', '0', '9', '.', '\'', ':', ',', ';', '_', ' ', ' ', '-', '"', '\n', '\r',
    0x41, 0xC0, 0xD7, 0xF7, 0xFF, 0x111, 0x1A1, 0x1B0, 0x24F, 0x27F, 0x280, 0x2B0, 0x2D7, 0x1E00, 0x1EA1, 0x1EFF, 0x1F00,
    0x1DFF, 0x300, 0x301, 0xAD, 0x200D, 0xB7, 0x2019, 0x201C, 0x2027, 0x203F, 0x5D0, 0x5D1, 0x416, 0x391, 0x4E2D, 0x56FD, 0x9FFF,
    0x4DFF, 0x3001, 0x3005, 0x302A, 0x3042, 0x30AB, 0x30FC, 0xFF0C, 0xFF9E, 0xAC00, 0xE01, 0xE33, 0xE32, 0xE4D, 0xE49, 0xEB2, 0xECD,
    0x1000, 0x1780, 0x17D2, 0x1A20, 0x1F600, 0x1F1E8, 0x1F1F3, 0xFE0F, 0x20E3, 0xE0020, 0x20000, 0x661, 0xE50, 0x85, 0x2060, 0xFEFF};

static size_t random_text(char *text, size_t characters) {
  size_t length = 0;
  uint32_t kind = draw(3), few[4];
  for (size_t i = 0; i < 4; i++) few[i] = pool[draw(sizeof pool / sizeof *pool)];
  for (size_t i = 0; i < characters; i++) {
    uint32_t cp = pool[draw(sizeof pool / sizeof *pool)];
    if (kind == 0 && draw(8)) cp = 'a' + draw(26);          /* words of letters, now and then something else */
    if (kind == 1) cp = draw(3) ? few[draw(4)] : pool[draw(16)]; /* much of the same */
    length += enti_utf8_put(text + length, cp);
  }
  return length;
}

enum { MOST = 400 };

#if ENTI_VECTOR_AVX2
__attribute__((target("avx2,bmi,bmi2"))) static enti_window by_avx2(const char *at) { return enti_window_read_avx2(at); }
#endif

static void both_readers_agree(void **state) {
  (void)state;
#if ENTI_VECTOR_AVX2
  static char text[MOST * 4];
  if (!enti_window_has_avx2()) return;
  for (int round = 0; round < 20000; round++) {
    (void)random_text(text, MOST);
    for (size_t at = 0; at < 64; at += 1 + draw(9)) assert_true(same(enti_window_read(text + at), by_avx2(text + at)));
    for (size_t i = 0; i < 64; i++) text[i] = (char)draw(256); /* no text at all */
    assert_true(same(enti_window_read(text), by_avx2(text)));
  }
#else
  (void)same;
#endif
}

/* ---- tokens ---- */

typedef struct tokens {
  enti_stretch at[MOST * 4];
  size_t count;
} tokens;

static void one_by_one(enti_segmenter cursor, tokens *out) {
  size_t begin, end;
  out->count = 0;
  while (enti_segment_next(&cursor, &begin, &end)) out->at[out->count++] = (enti_stretch){(uint32_t)begin, (uint32_t)end};
}

static void many(enti_segmenter cursor, bool plain, size_t room, tokens *out) {
  enti_stretch some[256];
  size_t count;
  out->count = 0;
  while ((count = enti_segment_many(&cursor, some, room, plain)) > 0) {
    assert_true(count <= room);
    memcpy(out->at + out->count, some, count * sizeof *some);
    out->count += count;
  }
}

/* The text ends where its block does, so that reading behind the end is seen by the sanitizer. */
static void every_way_gives_the_same_tokens(void **state) {
  (void)state;
  static char text[MOST * 4];
  static tokens expected, found;
  for (int round = 0; round < 60000; round++) {
    size_t length = random_text(text, draw(round % 10 ? 60 : MOST)), skips = 0, at = 0;
    char *exact = malloc(length + 1);
    ent_range skip[4];
    assert_non_null(exact);
    memcpy(exact, text, length);
    exact = realloc(exact, length ? length : 1);
    while (skips < 4 && draw(3) == 0 && at < length) { /* stretches that are passed over, at character borders */
      size_t begin = at + draw((uint32_t)(length - at)), end;
      while (begin < length && ((unsigned char)text[begin] & 0xC0) == 0x80) begin++;
      for (end = begin + draw(12); end < length && ((unsigned char)text[end] & 0xC0) == 0x80;) end++;
      if (end > length) end = length;
      if (begin < end) skip[skips++] = (ent_range){begin, end};
      at = end;
    }
    enti_segmenter cursor = {exact, 0, length, skip, skips, 0};
    one_by_one(cursor, &expected);
    for (int way = 0; way < 4; way++) {
      many(cursor, way & 1, way & 2 ? ENTI_SEGMENT_ROOM : 256, &found);
      assert_int_equal(found.count, expected.count);
      assert_memory_equal(found.at, expected.at, expected.count * sizeof *expected.at);
    }
    free(exact);
  }
}

static void a_word_longer_than_windows(void **state) {
  (void)state;
  static char text[10000];
  enti_stretch token[ENTI_SEGMENT_ROOM];
  memset(text, 'a', sizeof text);
  enti_segmenter cursor = {text, 0, sizeof text, NULL, 0, 0};
  assert_int_equal(enti_segment_many(&cursor, token, ENTI_SEGMENT_ROOM, false), 1);
  assert_int_equal(token->begin, 0);
  assert_int_equal(token->end, sizeof text);
}

/* น้ำ with SARA AM, with its parts, and with its parts in the other order; Lao ນ້ຳ likewise. */
static void vowel_am_is_one_token(void **state) {
  (void)state;
  static const char *const words[] = {"\u0E19\u0E49\u0E33", "\u0E19\u0E49\u0E4D\u0E32", "\u0E19\u0E4D\u0E49\u0E32",
                                      "\u0E99\u0EC9\u0EB3", "\u0E99\u0EC9\u0ECD\u0EB2"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    size_t begin, end, length = strlen(words[i]);
    enti_segmenter cursor = {words[i], 0, length, NULL, 0, 0};
    assert_true(enti_segment_next(&cursor, &begin, &end));
    assert_int_equal(begin, 0);
    assert_int_equal(end, length);
  }
}

/* Myanmar: its marks that are no part of a grapheme cluster belong to the token before them. */
static void a_mark_is_no_gap(void **state) {
  (void)state;
  static const char word[] = "\u1019\u103C\u1014\u103A\u1019\u102C\u1038";
  static const size_t edges[] = {0, 6, 12, 21};
  enti_segmenter cursor = {word, 0, sizeof word - 1, NULL, 0, 0};
  for (size_t i = 0, begin, end; i < 3; i++) {
    assert_true(enti_segment_next(&cursor, &begin, &end));
    assert_int_equal(begin, edges[i]);
    assert_int_equal(end, edges[i + 1]);
  }
}

/* U+FF9E, a letter, hangs on the blank before it: the token is the letter, and lies in its sentence. */
static void a_blank_is_no_part(void **state) {
  (void)state;
  static const char *const texts[] = {"\u2009\uFF9E", "\u200B\uFF9E", "\u3002\uFF9E", "\u00B7\uFF9E", " \uFF9E"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    size_t begin, end, length = strlen(texts[i]);
    enti_segmenter cursor = {texts[i], 0, length, NULL, 0, 0};
    assert_true(enti_segment_next(&cursor, &begin, &end));
    assert_int_equal(begin, length - 3);
    assert_int_equal(end, length);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(classes_are_the_tables),      cmocka_unit_test(both_readers_agree),
      cmocka_unit_test(every_way_gives_the_same_tokens), cmocka_unit_test(a_word_longer_than_windows),
      cmocka_unit_test(vowel_am_is_one_token),       cmocka_unit_test(a_mark_is_no_gap),
      cmocka_unit_test(a_blank_is_no_part),
  };
  return cmocka_run_group_tests_name("segment", tests, NULL, NULL);
}
