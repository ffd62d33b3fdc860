/* token/sentence_plain: where are the sentence boundaries, by the book? UAX #29 15.0, no rule changed;
 * the sentences that are coded come from sentence.c. Rules are named as there (SB3 …).
 *
 * SB8 looks ahead for a small letter. What it looks over holds no terminator, and only a terminator
 * lets it look: so no two looks overlap, and walking is linear. */
#include "token/break.h"

#define CLASS(name) (1u << ENTI_SB_##name)
#define IN(value, set) ((1u << (value) & (set)) != 0)

enum {
  PARAGRAPH = CLASS(SEP) | CLASS(CR) | CLASS(LF),
  IGNORED = CLASS(EXTEND) | CLASS(FORMAT), /* SB5 */
  TERMINATOR = CLASS(ATERM) | CLASS(STERM),
  ENDS_LOOK = CLASS(OLETTER) | CLASS(UPPER) | CLASS(LOWER) | PARAGRAPH | TERMINATOR
};

/* How far an ending has come: a terminator, then closing marks, then spaces. */
typedef enum { NO_ENDING, TERMINATED, CLOSED, SPACED } ending;

typedef struct context {
  unsigned last, before; /* the last two classes, those of SB5 left out */
  ending ending;
  bool weak; /* the ending's terminator is ATerm, which need not end a sentence */
} context;

/* SB8: whether a small letter comes before any other letter, terminator or paragraph end. */
static bool lower_ahead(const char *text, size_t length, size_t at) {
  while (at < length) {
    uint32_t record;
    at = enti_break_read(text, at, &record);
    unsigned class = enti_record_sb(record);
    if (IN(class, ENDS_LOOK)) return class == ENTI_SB_LOWER;
  }
  return false;
}

/* SB6 to SB11: whether the sentence whose ending stands left goes on with `class`, at text[at]. */
static bool goes_on(const context *left, unsigned class, const char *text, size_t length, size_t at) {
  if (IN(class, CLASS(SCONTINUE) | TERMINATOR)) return true;          /* SB8a */
  if (IN(class, CLASS(SP) | PARAGRAPH)) return true;                  /* SB9, SB10 */
  if (class == ENTI_SB_CLOSE && left->ending != SPACED) return true;  /* SB9 */
  if (!left->weak) return false;                                      /* SB11 */
  if (left->ending == TERMINATED) {
    if (class == ENTI_SB_NUMERIC) return true;                                                /* SB6 */
    if (class == ENTI_SB_UPPER && IN(left->before, CLASS(UPPER) | CLASS(LOWER))) return true; /* SB7 */
  }
  return lower_ahead(text, length, at); /* SB8 */
}

static void advance(context *left, unsigned class) {
  if (IN(class, TERMINATOR)) {
    left->ending = TERMINATED;
    left->weak = class == ENTI_SB_ATERM;
  } else if (left->ending != NO_ENDING) {
    if (class == ENTI_SB_SP) left->ending = SPACED;
    else if (class == ENTI_SB_CLOSE && left->ending != SPACED) left->ending = CLOSED;
    else left->ending = NO_ENDING;
  }
  left->before = left->last;
  left->last = class;
}

size_t ent_sentence_next(const char *text, size_t length, size_t at) {
  context left = {ENTI_SB_OTHER, ENTI_SB_OTHER, NO_ENDING, false};
  if (at >= length) return length;
  while (at < length) {
    uint32_t record;
    size_t next = enti_break_read(text, at, &record);
    unsigned class = enti_record_sb(record);
    if (IN(left.last, PARAGRAPH)) /* SB3, SB4 */
      return left.last == ENTI_SB_CR && class == ENTI_SB_LF ? next : at;
    if (!IN(class, IGNORED)) {
      if (left.ending != NO_ENDING && !goes_on(&left, class, text, length, at)) return at;
      advance(&left, class);
    }
    at = next;
  }
  return length;
}
