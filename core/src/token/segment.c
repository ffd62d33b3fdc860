/* token/segment: the tokens of a stretch of text.
 *
 * A token is a UAX #29 word segment that holds a letter, number or ideograph; in scripts that are written
 * without spaces, a grapheme cluster with every mark behind it. Underscores at a word's ends are emphasis marks,
 * not part of it, nor is a blank or mark of punctuation at its beginning.
 *
 * Two ways lead to the same tokens. enti_segment_next goes from boundary to boundary by the full rules.
 * enti_segment_many reads windows of 64 bytes (window.h) and takes the full rules only where a window shows
 * bytes that are not its own: it leaves at a boundary, and comes back at one, so neither way needs to know
 * what the other has seen. */
#include "token/segment.h"

#include "text/ucd.h"
#include "text/unicode_tables.h"
#include "text/utf8.h"
#include "token/window.h"

enum { PLAIN, WORD, JOINER, OTHER };

/* ASCII: letters, digits and _ make words; . , : ; ' may join two of them. */
static unsigned ascii_class(unsigned char c) {
  if (c >= 0x80) return OTHER;
  if ((unsigned)((c | 0x20) - 'a') < 26 || (unsigned)(c - '0') < 10 || c == '_') return WORD;
  if (c == '.' || c == ',' || c == ':' || c == ';' || c == '\'') return JOINER;
  return PLAIN;
}

#define SCRIPT(name) (1u << ENTI_SCRIPT_##name)
enum {
  WITHOUT_SPACES = SCRIPT(HAN) | SCRIPT(HIRAGANA) | SCRIPT(THAI) | SCRIPT(LAO) | SCRIPT(KHMER) | SCRIPT(MYANMAR) |
                   SCRIPT(TAI_THAM) | SCRIPT(NEW_TAI_LUE) | SCRIPT(TAI_LE)
};

static bool written_without_spaces(uint32_t record) { return 1u << enti_record_script(record) & WITHOUT_SPACES; }

bool enti_written_without_spaces(uint32_t c) { return written_without_spaces(enti_unicode_record(c)); }

bool enti_holds_word(const char *text, size_t begin, size_t end) {
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
  if (ascii_class(c) == PLAIN || (ascii_class(c) == JOINER && at + 1 == end)) return at;
  if (ascii_class(c) == OTHER) return 0;
  unsigned behind = ascii_class((unsigned char)text[at + 1]);
  return behind == PLAIN || behind == JOINER ? at : 0;
}

/* ---- scripts without spaces ---- */

#define CLASS(name) (1u << ENTI_GCB_##name)
#define CATEGORY(name) (1u << ENTI_CATEGORY_##name)
enum { MARKS = CATEGORY(MN) | CATEGORY(MC) | CATEGORY(ME), TRAILING = CLASS(EXTEND) | CLASS(SPACINGMARK) | CLASS(ZWJ) };
enum { NIKHAHIT = 0xE4D, SARA_AA = 0xE32, NIGGAHITA = 0xECD, LAO_AA = 0xEB2 };

/* U+4E00 … U+9FFF, all of them ideographs that trail nothing; three bytes can be read. */
static inline bool common_han(const char *at) {
  unsigned char lead = (unsigned char)at[0];
  return (lead >= 0xE5 && lead <= 0xE9) || (lead == 0xE4 && (unsigned char)at[1] >= 0xB8);
}

/* Takes the common ideographs from *at on, but for the last, behind which anything may stand. */
static inline size_t take_han(const char *text, size_t *at, size_t stop, enti_stretch *tokens, size_t room) {
  size_t count = 0, from = *at;
  for (; count < room && stop - from >= 6 && common_han(text + from) && common_han(text + from + 3); from += 3)
    tokens[count++] = (enti_stretch){(uint32_t)from, (uint32_t)from + 3};
  *at = from;
  return count;
}

/* Whether a character goes with the one before it. Every mark does: those that a grapheme cluster leaves out
 * (Burmese ာ ါ း, U+102B, U+102C, U+1038) would be gaps without a letter. */
static inline bool trails(uint32_t record) {
  return (1u << enti_record_gcb(record) & TRAILING) || (1u << enti_record_category(record) & MARKS);
}

#define WB(name) (1u << ENTI_WB_##name)
enum {
  NO_WORD = WB(OTHER) | WB(CR) | WB(LF) | WB(NEWLINE) | WB(WSEGSPACE) | WB(MIDLETTER) | WB(MIDNUM) | WB(MIDNUMLET) |
            WB(SINGLE_QUOTE) | WB(DOUBLE_QUOTE)
};

/* Whether a segment's first character is a blank or mark of punctuation, which stays out of a word though UAX #29
 * hangs what extends it on it (U+FF9E is a letter that does). */
static bool begins_no_word(uint32_t record) {
  return (1u << enti_record_wb(record) & NO_WORD) && !enti_record_is_word(record) &&
         !(1u << enti_record_category(record) & MARKS);
}

/* Takes grapheme clusters as tokens, from the boundary *at, where a script without spaces stands, to where it
 * ends. None of these scripts has Prepend, Hangul or pictures, so a cluster is what trails; the vowel AM that
 * is written as its two parts keeps them together. */
static size_t take_clusters(const char *text, size_t *at, size_t stop, enti_stretch *tokens, size_t room) {
  uint32_t cp, record, from = (uint32_t)*at;
  size_t count = 0, next = enti_utf8_next(text, from, &cp);
  record = enti_unicode_record(cp);
  while (count < room && written_without_spaces(record) && !begins_no_word(record)) {
    bool word = false, more = true;
    uint32_t other_part = 0; /* of the AM that has begun; it has one */
    do {
      other_part = cp == NIKHAHIT ? SARA_AA : cp == NIGGAHITA ? LAO_AA : cp == other_part ? 0 : other_part;
      word |= enti_record_is_word(record);
      *at = next;
      if (next == stop || (unsigned char)text[next] < 0x80) {
        more = false;
        break;
      }
      next = enti_utf8_next(text, next, &cp);
      record = enti_unicode_record(cp);
    } while (trails(record) || (other_part && cp == other_part));
    tokens[count] = (enti_stretch){from, (uint32_t)*at};
    count += word;
    if (!more) break;
    from = (uint32_t)*at;
  }
  return count;
}

/* ---- by the full rules ---- */

/* How far the text reads on without a skip. */
static size_t stretch_end(enti_segmenter *s) {
  while (s->skip < s->skip_count && s->skips[s->skip].end <= s->at) s->skip++;
  while (s->skip < s->skip_count && s->skips[s->skip].begin <= s->at) {
    s->at = s->skips[s->skip].end;
    s->skip++;
  }
  return s->skip < s->skip_count && s->skips[s->skip].begin < s->end ? s->skips[s->skip].begin : s->end;
}

/* Passes the segment at the boundary *at, or several where a script without spaces stands; how many tokens they
 * are, at most `room`, which is 1 or more. */
static size_t take_segments(const char *text, size_t *at, size_t stop, enti_stretch *tokens, size_t room) {
  size_t from = *at, to = 0;
  unsigned char first = (unsigned char)text[from];
  if (first < 0x80) {
    if (ascii_class(first) != WORD) {
      *at = from + 1;
      return 0;
    }
    to = ascii_word(text, from, stop);
  } else {
    uint32_t cp, record;
    size_t next = enti_utf8_next(text, from, &cp);
    record = enti_unicode_record(cp);
    if (begins_no_word(record)) {
      *at = next;
      return 0;
    }
    if (written_without_spaces(record)) return take_clusters(text, at, stop, tokens, room);
  }
  if (to == 0) to = ent_word_next(text, stop, from);
  *at = to;
  while (from < to && text[from] == '_') from++;
  while (to > from && text[to - 1] == '_') to--;
  *tokens = (enti_stretch){(uint32_t)from, (uint32_t)to};
  return enti_holds_word(text, from, to);
}

bool enti_segment_next(enti_segmenter *s, size_t *begin, size_t *end) {
  enti_stretch token;
  for (;;) {
    size_t stop = stretch_end(s);
    if (s->at >= s->end) return false;
    while (s->at < stop) {
      if (take_segments(s->text, &s->at, stop, &token, 1) == 0) continue;
      *begin = token.begin;
      *end = token.end;
      return true;
    }
  }
}

/* ---- by windows ---- */

/* Takes segments from the boundary *at on, one at least, until a window can go on there with a word. */
static size_t take_others(const char *text, size_t *at, size_t stop, enti_stretch *tokens, size_t room) {
  size_t count = 0;
  while (count < room) {
    count += take_segments(text, at, stop, tokens + count, room - count);
    while (*at < stop && ascii_class((unsigned char)text[*at]) == PLAIN) (*at)++;
    if (*at == stop || (unsigned char)text[*at] < 0xCA) break;
    count += take_han(text, at, stop, tokens + count, room - count);
  }
  return count;
}

/* The tokens of the window whose first byte stands at the boundary `base`. *next is the boundary where the text
 * goes on; *others says that it goes on with what is not a window's. A word is the full rules' when it touches
 * an other byte, or when one stands behind a mark that may join behind it; a word longer than a window, too. */
static inline __attribute__((always_inline)) size_t window_tokens(enti_window w, size_t base, enti_stretch *tokens,
                                                                  size_t *next, bool *others) {
  const uint64_t in_letters = w.letter << 1 & w.letter >> 1, in_digits = w.digit << 1 & w.digit >> 1;
  const uint64_t word = w.letter | w.digit | (w.both & (in_letters | in_digits)) | (w.letters & in_letters) |
                        (w.digits & in_digits);
  const uint64_t marks = w.both | w.letters | w.digits, open_ended = ~UINT64_C(0) << (ENTI_WINDOW_KNOWN + 1);
  uint64_t starts = word & ~(word << 1), ends = ~word & word << 1;
  uint64_t strange = w.other | (ends & marks & w.other >> 1);
  unsigned cut = (unsigned)__builtin_ctzll(strange | open_ended);
  uint64_t good = ends & ((UINT64_C(1) << cut) - 1);
  size_t count = 0;
  for (; good; good &= good - 1, starts &= starts - 1)
    tokens[count++] = (enti_stretch){(uint32_t)(base + (size_t)__builtin_ctzll(starts)),
                                  (uint32_t)(base + (size_t)__builtin_ctzll(good))};
  size_t start = starts ? (size_t)__builtin_ctzll(starts) : ENTI_WINDOW_SIZE;
  *others = cut <= ENTI_WINDOW_KNOWN || start == 0;
  if (cut <= ENTI_WINDOW_KNOWN) start = ends >> cut & 1 ? start : cut;
  else if (start > ENTI_WINDOW_KNOWN) start = ENTI_WINDOW_KNOWN;
  *next = base + start;
  return count;
}

/* The batch, for one way of reading windows. */
#define SEGMENT_MANY(name, attributes, read)                                                       \
  attributes static size_t name(enti_segmenter *s, enti_stretch *tokens, size_t room) {                \
    size_t count = 0;                                                                              \
    for (size_t stop = stretch_end(s); s->at < s->end; stop = stretch_end(s)) {                    \
      while (s->at < stop) {                                                                       \
        char tail[ENTI_WINDOW_SIZE] = {0};                                                         \
        const char *at = s->text + s->at;                                                          \
        bool others;                                                                               \
        if (room - count < ENTI_WINDOW_SIZE / 2) return count;                                     \
        if (stop - s->at < ENTI_WINDOW_SIZE) at = memcpy(tail, at, stop - s->at);                  \
        count += window_tokens(read(at), s->at, tokens + count, &s->at, &others);                  \
        if (others) count += take_others(s->text, &s->at, stop, tokens + count, room - count);     \
      }                                                                                            \
      if (s->at > stop) s->at = stop;                                                              \
    }                                                                                              \
    return count;                                                                                  \
  }

SEGMENT_MANY(many_plain, , enti_window_read)
#if ENTI_VECTOR_AVX2
SEGMENT_MANY(many_avx2, __attribute__((target("avx2,bmi,bmi2"))), enti_window_read_avx2)
#endif

size_t enti_segment_many(enti_segmenter *s, enti_stretch *tokens, size_t room, bool plain) {
#if ENTI_VECTOR_AVX2
  if (!plain && enti_window_has_avx2()) return many_avx2(s, tokens, room);
#endif
  (void)plain;
  return many_plain(s, tokens, room);
}
