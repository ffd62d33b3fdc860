/* token/sentence: our sentence ends, over those of UAX #29.
 *
 * Within one block (blank lines have ended it already), so a line end never ends a sentence. An end is
 *
 *   mark { mark | closing mark } [ note ]        note: "[12]" or "3" that hangs on it
 *
 * Full stops also need a blank or a Han character behind them, no small letter, and before them no abbreviation.
 * An entry of a reference list, "[1] …" at a line's begin, has no ends at full stops.
 *
 * Most bytes are passed many at a time (mark.h); nothing is read twice but a few bytes at a mark. */
#include "text/ucd.h"
#include "text/unicode_tables.h"
#include "text/utf8.h"
#include "token/abbreviation.h"
#include "token/mark.h"
#include "token/segment.h"

typedef enum mark { NO_MARK, FULL_STOP, TERMINATOR } mark;

static mark mark_of(uint32_t c) {
  if (c < 0x80) return c == '.' ? FULL_STOP : c == '!' || c == '?' ? TERMINATOR : NO_MARK;
  switch (c) {
    case 0xFF0E: case 0x2024: return FULL_STOP;
    case 0xFF1B: case 0x0E5A: case 0x0E5B: case 0x17D4: case 0x17D5: return TERMINATOR; /* ； ๚ ๛ ។ ៕ */
    default: return enti_unicode_sb(c) == ENTI_SB_STERM ? TERMINATOR : NO_MARK;
  }
}

static bool closes(uint32_t c) {
  switch (c) {
    case '"': case '\'': case ')': case ']': case '}': case '*': case '_': case 0xBB: case 0x2019: case 0x201D:
    case 0x203A: case 0x3009: case 0x300B: case 0x300D: case 0x300F: case 0x3011: case 0x3015: case 0xFE42: case 0xFE44:
    case 0xFF02: case 0xFF09: case 0xFF3D: case 0xFF63:
      return true;
    default: return false;
  }
}

static bool opens(uint32_t c) {
  return c == '(' || c == '[' || c == '"' || c == '\'' || c == 0x2018 || c == 0x201C || c == '*' || c == '_';
}

/* A mark that carries a sentence on. */
static bool continues(uint32_t c) {
  switch (c) {
    case ',': case ';': case ':': case '-': case 0x2013: case 0x2014: case 0x3001: case 0xFF0C: case 0xFF1A:
      return true;
    default: return false;
  }
}

static bool blank(uint32_t c) {
  return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xA0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200B) || c == 0x202F;
}

size_t enti_skip_blanks(const char *text, size_t at, size_t end, const ent_range *skips, size_t skip_count) {
  while (at < end) {
    uint32_t c;
    while (skip_count > 0 && skips->end <= at) skips++, skip_count--;
    if (skip_count > 0 && skips->begin <= at) {
      at = skips->end;
      continue;
    }
    size_t next = enti_utf8_next(text, at, &c);
    if (!blank(c)) return at;
    at = next;
  }
  return end;
}

static bool digit(char c) { return c >= '0' && c <= '9'; }

/* Past "[12]", "[3, 4]", "[2-4]" at `at`, or `at`. */
static size_t behind_note(const char *text, size_t at, size_t end) {
  size_t to = at + 1;
  if (to >= end || text[at] != '[' || !digit(text[to])) return at;
  while (to < end && to - at < 24 && (digit(text[to]) || text[to] == ',' || text[to] == '-' || text[to] == ' ')) to++;
  return to < end && text[to] == ']' ? to + 1 : at;
}

/* Past the number of a note that hangs on a stop behind a word, before a capital ("doubled.3 Investment"), or `at`. */
static size_t behind_number(const char *text, size_t head, size_t stop, size_t at, size_t end) {
  size_t to = at;
  if (stop < head + 3 || text[stop - 1] < 'a' || text[stop - 1] > 'z' || text[stop - 2] < 'a' || text[stop - 2] > 'z')
    return at;
  while (to < end && to - at < 3 && digit(text[to])) to++;
  bool stands = to > at && to + 1 < end && (text[to] == ' ' || text[to] == '\n') && text[to + 1] >= 'A' && text[to + 1] <= 'Z';
  return stands && !enti_abbreviates(text, head, stop, at, end) ? to : at;
}

/* Whether the sentence is an entry of a reference list: "[12]" where a line begins. */
static bool is_entry(const char *text, size_t head, size_t end) {
  size_t back = head;
  if (behind_note(text, head, end) == head) return false;
  while (back > 0 && head - back < 16 && (text[back - 1] == ' ' || text[back - 1] == '\t')) back--;
  return back == 0 || text[back - 1] == '\n' || text[back - 1] == '\r' || text[back - 1] == '\f';
}

/* Whether a reference's mark ([J], [M], [EB/OL]) comes soon and no Chinese stop before it. */
static bool reference_ahead(const char *text, size_t at, size_t end) {
  if (end - at > 240) end = at + 240;
  for (; at + 2 < end; at++) {
    if (text[at] == '[' && text[at + 1] >= 'A' && text[at + 1] <= 'Z') return true;
    if (memcmp(text + at, "。", 3) == 0) return false;
  }
  return false;
}

/* "។ល។", "and so on": the first mark ends nothing. */
static bool khmer_et_cetera(const char *text, size_t at, size_t end) {
  static const char rest[] = "ល។";
  return end - at >= sizeof rest - 1 && memcmp(text + at, rest, sizeof rest - 1) == 0;
}

/* What stands at a mark. */
typedef struct place {
  size_t head, stop; /* the sentence's begin, the mark */
  size_t back;       /* behind all marks, closing marks and notes */
  size_t next;       /* where the text goes on behind blanks */
  uint32_t c;        /* what stands there */
  uint32_t first;    /* the first mark */
  bool strong, closed;
} place;

static void read_place(const char *text, size_t end, place *p) {
  size_t stops = 0;
  while (p->back < end) {
    uint32_t c;
    size_t note = text[p->back] == '[' ? behind_note(text, p->back, end) : p->back, next = enti_utf8_next(text, p->back, &c);
    if (note > p->back) {
      p->closed = true;
      p->back = note;
      continue;
    }
    mark kind = mark_of(c);
    if (kind == TERMINATOR) p->strong = true;
    else if (kind == FULL_STOP) stops++;
    else if (closes(c)) p->closed = true;
    else break;
    p->back = next;
  }
  if (stops > 0) p->closed = true; /* an ellipsis is no abbreviation's stop */
  else if (!p->strong && !p->closed && p->back < end && digit(text[p->back])) {
    size_t note = behind_number(text, p->head, p->stop, p->back, end);
    p->closed = note > p->back;
    p->back = note;
  }
}

static bool is_lower(uint32_t c) { return c < 0x80 ? c >= 'a' && c <= 'z' : enti_ucd_is_lower(c); }

/* Whether a small letter comes first behind opening marks. */
static bool lower_ahead(const char *text, size_t at, size_t end) {
  for (int look = 0; at < end && look < 4; look++) {
    uint32_t c;
    at = enti_utf8_next(text, at, &c);
    if (!opens(c)) return is_lower(c);
  }
  return false;
}

static bool ends_here(const char *text, size_t end, const place *p, bool entry) {
  bool spaced = p->next > p->back, han = p->c >= 0x80 && enti_unicode_script(p->c) == ENTI_SCRIPT_HAN;
  if (continues(p->c)) return false;
  if (p->strong) {
    bool ascii = p->first < 0x80 && (unsigned char)text[p->back - 1] < 0x80;
    if (ascii && !spaced && p->c < 0x80 && !opens(p->c)) return false; /* in an address */
    if (p->closed && is_lower(p->c)) return false; /* “What is trust?” asks the author */
    return !khmer_et_cetera(text, p->back, end);
  }
  if (entry && (p->c != '[' || behind_note(text, p->next, end) == p->next)) return false;
  unsigned char before = p->stop > p->head ? (unsigned char)text[p->stop - 1] : ' ';
  bool word_before = digit((char)before) || (unsigned)(before | 0x20) - 'a' < 26;
  if (!spaced && !(han && !word_before)) return false;
  if (lower_ahead(text, p->next, end)) return false;
  if (han && before >= 0x80 && reference_ahead(text, p->next, end)) return false;
  return p->closed || !enti_abbreviates(text, p->head, p->stop, p->next, end);
}

size_t enti_sentence_end(const char *text, size_t at, size_t end, const ent_range *skips, size_t skip_count) {
  size_t head = at;
  bool entry = is_entry(text, at, end);
  while (at < end) {
    while (skip_count > 0 && skips->end <= at) skips++, skip_count--;
    if (skip_count > 0 && skips->begin <= at) {
      at = skips->end;
      continue;
    }
    size_t stop = skip_count > 0 && skips->begin < end ? skips->begin : end;
    at = enti_mark_find(text, at, stop, end, false);
    if (at >= stop) continue;
    place p = {.head = head, .stop = at};
    p.back = enti_utf8_next(text, at, &p.first);
    at = p.back;
    mark kind = mark_of(p.first);
    if (kind == NO_MARK) continue;
    p.strong = kind == TERMINATOR;
    read_place(text, stop, &p); /* what stands in a skip closes nothing */
    at = p.back;
    p.next = enti_skip_blanks(text, p.back, end, skips, skip_count);
    if (p.next >= end) return p.back < end ? p.back : end;
    p.c = enti_utf8_at(text, p.next);
    if (ends_here(text, end, &p, entry)) return p.back;
  }
  return end;
}
