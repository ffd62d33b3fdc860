/* token/word: where are the word boundaries? UAX #29 15.0, no rule changed; which segments are tokens
 * is decided in segment.c. Rules are named as there (WB3 …).
 *
 * Three rules look past a mark at the letter behind it (WB6, WB7b, WB12). The characters looked over
 * are Extend, Format and ZWJ, which never look further themselves: hence linear. */
#include "token/break.h"

#define CLASS(name) (1u << ENTI_WB_##name)
#define IN(value, set) ((1u << (value) & (set)) != 0)

enum {
  LINE_END = CLASS(CR) | CLASS(LF) | CLASS(NEWLINE),
  IGNORED = CLASS(EXTEND) | CLASS(FORMAT) | CLASS(ZWJ), /* WB4 */
  LETTER = CLASS(ALETTER) | CLASS(HEBREW_LETTER),
  IN_LETTERS = CLASS(MIDLETTER) | CLASS(MIDNUMLET) | CLASS(SINGLE_QUOTE),
  IN_NUMBERS = CLASS(MIDNUM) | CLASS(MIDNUMLET) | CLASS(SINGLE_QUOTE),
  WORDLIKE = LETTER | CLASS(NUMERIC) | CLASS(KATAKANA)
};

/* What stands left of the place in question. */
typedef struct context {
  unsigned last, before; /* the last two classes, those of WB4 left out */
  unsigned raw;          /* the last class, as it is */
} context;

/* The class of the first code point from `at` on that WB4 does not leave out. */
static unsigned class_behind(const char *text, size_t length, size_t at) {
  while (at < length) {
    uint32_t record;
    at = enti_break_read(text, at, &record);
    unsigned class = enti_record_wb(record);
    if (!IN(class, IGNORED)) return class;
  }
  return ENTI_WB_OTHER;
}

/* WB5 to WB16, with `class` at hand and the text behind it from `next` on. */
static bool joins(context left, unsigned class, const char *text, size_t length, size_t next) {
  unsigned last = left.last, before = left.before;
  switch (class) {
    case ENTI_WB_ALETTER:
    case ENTI_WB_HEBREW_LETTER:
      if (IN(last, LETTER | CLASS(NUMERIC) | CLASS(EXTENDNUMLET))) return true; /* WB5, WB10, WB13b */
      if (IN(last, IN_LETTERS)) return IN(before, LETTER);                      /* WB7 */
      return last == ENTI_WB_DOUBLE_QUOTE && class == ENTI_WB_HEBREW_LETTER && before == class; /* WB7c */
    case ENTI_WB_NUMERIC:
      if (IN(last, LETTER | CLASS(NUMERIC) | CLASS(EXTENDNUMLET))) return true; /* WB8, WB9, WB13b */
      return IN(last, IN_NUMBERS) && before == ENTI_WB_NUMERIC;                 /* WB11 */
    case ENTI_WB_KATAKANA: return IN(last, CLASS(KATAKANA) | CLASS(EXTENDNUMLET)); /* WB13, WB13b */
    case ENTI_WB_EXTENDNUMLET: return IN(last, WORDLIKE | CLASS(EXTENDNUMLET));    /* WB13a */
    case ENTI_WB_REGIONAL_INDICATOR: return last == class && before != class;      /* WB15, WB16 */
    case ENTI_WB_DOUBLE_QUOTE:
      return last == ENTI_WB_HEBREW_LETTER && class_behind(text, length, next) == last; /* WB7b */
    default: break;
  }
  if (last == ENTI_WB_HEBREW_LETTER && class == ENTI_WB_SINGLE_QUOTE) return true; /* WB7a */
  if (IN(last, LETTER) && IN(class, IN_LETTERS))
    return IN(class_behind(text, length, next), LETTER); /* WB6 */
  if (last == ENTI_WB_NUMERIC && IN(class, IN_NUMBERS))
    return class_behind(text, length, next) == ENTI_WB_NUMERIC; /* WB12 */
  return false;                                                 /* WB999 */
}

static size_t ascii_letters(const char *text, size_t length, size_t at) {
  while (at < length && (unsigned)(((unsigned char)text[at] | 0x20) - 'a') < 26) at++;
  return at;
}

size_t ent_word_next(const char *text, size_t length, size_t at) {
  if (at >= length) return length;
  uint32_t record;
  at = enti_break_read(text, at, &record);
  unsigned first = enti_record_wb(record);
  if (IN(first, LINE_END)) /* WB3, WB3a */
    return first == ENTI_WB_CR && at < length && text[at] == '\n' ? at + 1 : at;
  context left = {first, ENTI_WB_OTHER, first};
  for (;;) {
    if (left.last == ENTI_WB_ALETTER) {
      size_t end = ascii_letters(text, length, at);
      if (end > at) left.raw = ENTI_WB_ALETTER;
      at = end;
    }
    if (at == length) return at;
    size_t next = enti_break_read(text, at, &record);
    unsigned class = enti_record_wb(record);
    bool picture = left.raw == ENTI_WB_ZWJ && enti_record_gcb(record) == ENTI_GCB_EXTENDED_PICTOGRAPHIC;
    bool spaces = left.raw == ENTI_WB_WSEGSPACE && class == left.raw;
    if (IN(class, IGNORED)) {
      left.raw = class; /* WB4 */
    } else {
      if (!picture && !spaces && !joins(left, class, text, length, next)) return at; /* WB3c, WB3d */
      left = (context){class, left.last, class};
    }
    at = next;
  }
}
