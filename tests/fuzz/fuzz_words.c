/* fuzz_words: the tokens against their definition; word and grapheme boundaries against ICU, where its rules are those
 * of UAX #29, and what boundaries promise.
 *
 * Six bytes say where the cursor begins and ends and which two ranges it skips; then a text as fuzz.h reads it. */
#include "../diff/icu.h"
#include "fuzz.h"
#include "text/ucd.h"
#include "token/segment.h"

/* As segment.c's room note says it: one grapheme cluster in scripts without spaces, the Thai or Lao vowel AM in two parts
 * being one, and marks with them; else a word segment that holds a letter, number or ideograph, without underscores at its ends. A blank
 * or mark of punctuation stays out of it: a letter that is a mark to UAX #29 (U+FF9E) hangs on the blank before it, and the
 * blank is left off. */
typedef struct naive {
  const char *text;
  size_t at, stop;
} naive;

static bool without_spaces(uint32_t cp) {
  switch (enti_unicode_script(cp)) {
    case ENTI_SCRIPT_HAN: case ENTI_SCRIPT_HIRAGANA: case ENTI_SCRIPT_THAI: case ENTI_SCRIPT_LAO: case ENTI_SCRIPT_KHMER:
    case ENTI_SCRIPT_MYANMAR: case ENTI_SCRIPT_TAI_THAM: case ENTI_SCRIPT_NEW_TAI_LUE: case ENTI_SCRIPT_TAI_LE:
      return true;
    default: return false;
  }
}

static bool is_mark(uint32_t cp) {
  unsigned category = enti_unicode_category(cp);
  return category == ENTI_CATEGORY_MN || category == ENTI_CATEGORY_MC || category == ENTI_CATEGORY_ME;
}

/* The grapheme cluster at `at`, and those behind it that begin with a mark or are the other part of its AM. */
static size_t naive_cluster(const char *text, size_t length, size_t at) {
  size_t end = ent_grapheme_next(text, length, at);
  uint32_t cp, other_part = 0;
  for (;;) {
    while (at < end) {
      at = enti_utf8_next(text, at, &cp);
      if (cp == 0xE4D) other_part = 0xE32;
      if (cp == 0xECD) other_part = 0xEB2;
    }
    if (end == length) return end;
    cp = enti_utf8_at(text, end);
    if (!is_mark(cp) && (other_part == 0 || cp != other_part)) return end;
    if (cp == other_part) other_part = 0;
    end = ent_grapheme_next(text, length, end);
  }
}

/* A blank or mark of punctuation, which is no word by itself. */
static bool no_word(uint32_t cp) {
  switch (enti_unicode_wb(cp)) {
    case ENTI_WB_OTHER: case ENTI_WB_CR: case ENTI_WB_LF: case ENTI_WB_NEWLINE: case ENTI_WB_WSEGSPACE: case ENTI_WB_MIDLETTER:
    case ENTI_WB_MIDNUM: case ENTI_WB_MIDNUMLET: case ENTI_WB_SINGLE_QUOTE: case ENTI_WB_DOUBLE_QUOTE:
      return !enti_ucd_is_word(cp) && !is_mark(cp);
    default: return false;
  }
}

static bool naive_next(naive *n, size_t *begin, size_t *end) {
  while (n->at < n->stop) {
    *begin = n->at;
    uint32_t first;
    size_t next = enti_utf8_next(n->text, n->at, &first);
    if (no_word(first)) {
      n->at = next;
      continue;
    }
    n->at = without_spaces(enti_utf8_at(n->text, n->at)) ? naive_cluster(n->text, n->stop, n->at)
                                                         : ent_word_next(n->text, n->stop, n->at);
    *end = n->at;
    while (*begin < *end && n->text[*begin] == '_') ++*begin;
    while (*end > *begin && n->text[*end - 1] == '_') --*end;
    uint32_t cp;
    for (size_t at = *begin; at < *end;) {
      at = enti_utf8_next(n->text, at, &cp);
      if (enti_ucd_is_word(cp)) return true;
    }
  }
  return false;
}

typedef size_t next_boundary(const char *text, size_t length, size_t at);

/* Every boundary lies ahead, on a character, and a segment that begins at a boundary ends where it ended. */
static void walk(next_boundary *next, const char *text, size_t length) {
  for (size_t at = 0; at < length;) {
    size_t to = next(text, length, at);
    FUZZ_CHECK(to > at && to <= length && fuzz_at_character(text, length, to));
    FUZZ_CHECK(next(text + at, length - at, 0) == to - at);
    at = to;
  }
  FUZZ_CHECK(next(text, length, length) == length);
}

static void against_icu(icu_kind kind, next_boundary *next, bool (*differs)(uint32_t), const char *text, size_t length) {
  static uint32_t cps[ICU_MOST];
  static bool wanted[ICU_MOST + 1];
  size_t count = 0, number = 0, boundary = 0;
  for (size_t at = 0; at < length; count++) {
    at = enti_utf8_next(text, at, &cps[count]);
    if (differs(cps[count])) return;
  }
  icu_boundaries(kind, cps, count, wanted);
  for (size_t at = 0; at < length;) {
    if (at == boundary) boundary = next(text, length, at);
    at += enti_utf8_size(cps[number]);
    FUZZ_CHECK(wanted[++number] == (at == boundary));
  }
}

/* Batches, with the machine's own instructions and without, give the same tokens. */
static void check_batches(enti_segmenter *cursor, bool plain, const enti_stretch *tokens, size_t total) {
  enti_stretch some[ENTI_SEGMENT_ROOM];
  size_t seen = 0, count;
  while ((count = enti_segment_many(cursor, some, ENTI_SEGMENT_ROOM, plain)) > 0) {
    FUZZ_CHECK(count <= ENTI_SEGMENT_ROOM && seen + count <= total);
    FUZZ_CHECK(memcmp(some, tokens + seen, count * sizeof *some) == 0);
    seen += count;
  }
  FUZZ_CHECK(seen == total);
}

static size_t place(fuzz_input *in, const char *text, size_t length) {
  return fuzz_character(text, length, fuzz_byte(in) % (length + 1));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_input head = {data, size < 6 ? size : 6}, in = {data + head.left, size - head.left};
  if (in.left > ICU_MOST) in.left = ICU_MOST;
  size_t length, cut[6], begin, end, wanted_begin, wanted_end;
  char *text = fuzz_text(&in, &length);
  for (size_t i = 0; i < 6; i++) { /* sorted as they come */
    cut[i] = place(&head, text, length);
    for (size_t k = i; k > 0 && cut[k - 1] > cut[k]; k--) {
      size_t other = cut[k];
      cut[k] = cut[k - 1];
      cut[k - 1] = other;
    }
  }
  if (cut[5] == 0) cut[5] = length; /* few or no bytes for it: all of the text */
  ent_range skips[2] = {{cut[1], cut[2]}, {cut[3], cut[4]}};
  naive stretches[3] = {{text, cut[0], cut[1]}, {text, cut[2], cut[3]}, {text, cut[4], cut[5]}};
  size_t stretch = 0, total = 0;
  enti_segmenter cursor = {text, cut[0], cut[5], skips, 2, 0}, plain = cursor, fast = cursor;
  enti_stretch *tokens = malloc((length + 1) * sizeof *tokens);
  FUZZ_CHECK(tokens);
  while (enti_segment_next(&cursor, &begin, &end)) {
    while (stretch < 3 && !naive_next(&stretches[stretch], &wanted_begin, &wanted_end)) stretch++;
    FUZZ_CHECK(stretch < 3);
    FUZZ_CHECK(begin == wanted_begin && end == wanted_end);
    tokens[total++] = (enti_stretch){(uint32_t)begin, (uint32_t)end};
  }
  while (stretch < 3) FUZZ_CHECK(!naive_next(&stretches[stretch++], &wanted_begin, &wanted_end));
  check_batches(&plain, true, tokens, total);
  check_batches(&fast, false, tokens, total);
  free(tokens);
  walk(ent_word_next, text, length);
  walk(ent_grapheme_next, text, length);
  against_icu(ICU_WORD, ent_word_next, icu_words_differ, text, length);
  against_icu(ICU_GRAPHEME, ent_grapheme_next, icu_graphemes_differ, text, length);
  free(text);
  return 0;
}
