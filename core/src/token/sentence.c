/* token/sentence: our sentence ends, over those of UAX #29.
 *
 * Within one block (blank lines have ended it already), so a line end never ends a sentence. A candidate
 * is a terminator with its closing marks; a full stop must also be followed by a blank or a Han character
 * and not by a small letter, and what stands before it must not be an abbreviation, an initial or a number
 * at the block's head. */
#include "text/ucd.h"
#include "text/unicode_tables.h"
#include "text/utf8.h"
#include "token/segment.h"

typedef enum mark { NO_MARK, FULL_STOP, TERMINATOR } mark;

static mark mark_of(uint32_t c) {
  switch (c) {
    case '.': case 0xFF0E: case 0x2024: return FULL_STOP;
    case '!': case '?': case 0x3002: case 0xFF01: case 0xFF1F: case 0xFF1B: case 0xFF61: case 0x203C: case 0x203D:
    case 0x2047: case 0x2048: case 0x2049: case 0x104A: case 0x104B: case 0x17D4: case 0x17D5: case 0x0964:
    case 0x0965: case 0x061F: case 0x06D4:
      return TERMINATOR;
    default: return NO_MARK;
  }
}

static bool closes(uint32_t c) {
  switch (c) {
    case '"': case '\'': case ')': case ']': case '}': case '*': case '_': case 0xBB: case 0x2019: case 0x201D:
    case 0x203A: case 0x3009: case 0x300B: case 0x300D: case 0x300F: case 0x3011: case 0xFF09: case 0xFF3D:
      return true;
    default: return false;
  }
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

/* Never end a sentence. The second list does not when a number follows, the third not before a small
 * letter (which the rule for small letters covers): it is here only to be known as words. */
static const char *const always[] = {
    "al", "cf", "vs", "dr", "mr", "mrs", "ms", "prof", "st", "gov", "gen", "col", "sen", "rep", "ed", "eds", "trans",
    "cit", "op", "ca", "approx", "dept", "univ", "tr", "ts", "ths", "gs", "pgs", "yth", "drs", "hon", "adm", "amb", NULL};
static const char *const before_number[] = {
    "no", "nos", "vol", "vols", "p", "pp", "fig", "figs", "ch", "sec", "art", "arts", "para", "paras", "hlm", "tab",
    "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "bil", "hal", "eq", NULL};
/* Words that begin a sentence more often than they follow a name that ends in a stop (the U.S. The …). */
static const char *const starters[] = {
    "the", "it", "this", "these", "that", "those", "in", "however", "but", "and", "a", "an", "we", "they", "for", "as",
    "at", "on", "its", "there", "such", "while", "although", "when", "if", "beijing", "asean", "china", NULL};

static bool listed(const char *const *list, const char *word, size_t length) {
  for (; *list; list++) {
    if (strlen(*list) != length) continue;
    size_t i = 0;
    while (i < length && ((unsigned char)word[i] | 0x20) == (unsigned char)(*list)[i]) i++;
    if (i == length) return true;
  }
  return false;
}

static bool ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static bool ascii_digit(char c) { return c >= '0' && c <= '9'; }

/* Whether the stop at `stop` belongs to the word before it; `next` is where the text goes on. */
static bool abbreviates(const char *text, size_t head, size_t stop, size_t next, size_t end) {
  size_t word = stop;
  bool inner = false, numeral = true;
  while (word > head && (ascii_letter(text[word - 1]) || ascii_digit(text[word - 1]) || text[word - 1] == '.')) {
    word--;
    if (text[word] == '.') inner = true;
    if (ascii_letter(text[word]) && text[word] != 'I' && text[word] != 'V' && text[word] != 'X') numeral = false;
  }
  size_t length = stop - word;
  if (length == 0) return stop > head + 1 && text[stop - 1] == ']' && text[stop - 2] >= 'A' && text[stop - 2] <= 'Z';
  if (word > head && (unsigned char)text[word - 1] >= 0x80) return false;
  if (numeral && word == head) return true; /* "2. The digital gap" */
  if (length == 1 && text[word] >= 'A' && text[word] <= 'Z') return true;
  if (inner && ascii_letter(text[word]) && text[word + 1] == '.') {
    size_t to = next;
    while (to < end && ascii_letter(text[to])) to++;
    return !listed(starters, text + next, to - next);
  }
  if (listed(always, text + word, length)) return true;
  return next < end && ascii_digit(text[next]) && listed(before_number, text + word, length);
}

size_t enti_sentence_end(const char *text, size_t at, size_t end, const ent_range *skips, size_t skip_count) {
  size_t head = at;
  while (at < end) {
    uint32_t c;
    while (skip_count > 0 && skips->end <= at) skips++, skip_count--;
    if (skip_count > 0 && skips->begin <= at) {
      at = skips->end;
      continue;
    }
    size_t stop = at;
    at = enti_utf8_next(text, at, &c);
    mark kind = mark_of(c);
    if (kind == NO_MARK) continue;
    bool closed = false, strong = kind == TERMINATOR;
    size_t back = at;
    while (back < end) { /* further terminators and closing marks */
      size_t next = enti_utf8_next(text, back, &c);
      if (mark_of(c) == TERMINATOR) strong = true;
      else if (closes(c)) closed = true;
      else if (mark_of(c) != FULL_STOP) break;
      back = next;
    }
    size_t next = enti_skip_blanks(text, back, end, skips, skip_count);
    if (next >= end) return back < end ? back : end;
    c = enti_utf8_at(text, next);
    bool spaced = next > back, han = enti_unicode_script(c) == ENTI_SCRIPT_HAN, lower = enti_ucd_is_lower(c);
    at = back;
    if (continues(c)) continue;
    if (strong && closed && lower) continue; /* “What is trust?” asks the author */
    if (strong) return back;
    if (lower || (!spaced && !(han && stop > head && (unsigned char)text[stop - 1] >= 0x80))) continue;
    if (!closed && abbreviates(text, head, stop, next, end)) continue;
    return back;
  }
  return end;
}
