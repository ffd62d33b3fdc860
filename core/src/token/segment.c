/* token/segment: the tokens of a stretch of text.
 *
 * A token is a UAX #29 word segment that holds a letter, number or ideograph; in scripts that are written
 * without spaces, a grapheme cluster. Underscores at a word's ends are emphasis marks, not part of it.
 * Runs of ASCII letters and digits are found here; whatever they touch that could join them goes to the
 * full rules. */
#include "token/segment.h"

#include "text/ucd.h"
#include "text/unicode_tables.h"
#include "text/utf8.h"

enum { PLAIN = 0, WORD = 1, JOINER = 2 };

/* ASCII: letters, digits and _ make words; . , : ; ' may join two of them. */
static unsigned ascii_class(unsigned char c) {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_') return WORD;
  if (c == '.' || c == ',' || c == ':' || c == ';' || c == '\'') return JOINER;
  return PLAIN;
}

static bool written_without_spaces(uint32_t c) {
  switch (enti_unicode_script(c)) {
    case ENTI_SCRIPT_HAN: case ENTI_SCRIPT_HIRAGANA: case ENTI_SCRIPT_THAI: case ENTI_SCRIPT_LAO:
    case ENTI_SCRIPT_KHMER: case ENTI_SCRIPT_MYANMAR: case ENTI_SCRIPT_TAI_THAM: case ENTI_SCRIPT_NEW_TAI_LUE:
    case ENTI_SCRIPT_TAI_LE:
      return true;
    default: return false;
  }
}

/* Whether [begin, end) holds a letter, number or ideograph. */
static bool holds_word(const char *text, size_t begin, size_t end) {
  while (begin < end) {
    uint32_t c;
    begin = enti_utf8_next(text, begin, &c);
    if (c < 0x80 ? (ascii_class((unsigned char)c) == WORD && c != '_') : enti_ucd_is_word(c)) return true;
  }
  return false;
}

/* The end of the ASCII word at `at` when no rule can carry it further, else 0. */
static size_t ascii_word(const char *text, size_t at, size_t end) {
  while (at < end && ascii_class((unsigned char)text[at]) == WORD) at++;
  if (at == end) return at;
  unsigned char c = (unsigned char)text[at];
  if (c >= 0x80) return 0;
  if (ascii_class(c) == PLAIN) return at;
  if (at + 1 == end) return at;
  unsigned char behind = (unsigned char)text[at + 1];
  return behind < 0x80 && ascii_class(behind) != WORD ? at : 0;
}

/* How far the text reads on without a skip. */
static size_t stretch_end(enti_segmenter *s) {
  while (s->skip < s->skip_count && s->skips[s->skip].end <= s->at) s->skip++;
  while (s->skip < s->skip_count && s->skips[s->skip].begin <= s->at) {
    s->at = s->skips[s->skip].end;
    s->skip++;
  }
  return s->skip < s->skip_count && s->skips[s->skip].begin < s->end ? s->skips[s->skip].begin : s->end;
}

bool enti_segment_next(enti_segmenter *s, size_t *begin, size_t *end) {
  for (;;) {
    size_t stop = stretch_end(s);
    if (s->at >= s->end) return false;
    while (s->at < stop) {
      size_t from = s->at, to;
      unsigned char first = (unsigned char)s->text[from];
      if (first < 0x80) {
        if (ascii_class(first) != WORD) {
          s->at++;
          continue;
        }
        to = ascii_word(s->text, from, stop);
        if (to == 0) to = ent_word_next(s->text, stop, from);
      } else {
        uint32_t c;
        c = enti_utf8_at(s->text, from);
        to = written_without_spaces(c) ? ent_grapheme_next(s->text, stop, from)
                                       : ent_word_next(s->text, stop, from);
      }
      s->at = to;
      while (from < to && s->text[from] == '_') from++;
      while (to > from && s->text[to - 1] == '_') to--;
      if (!holds_word(s->text, from, to)) continue;
      *begin = from;
      *end = to;
      return true;
    }
  }
}
