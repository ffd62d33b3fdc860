/* token/grapheme: what does a reader call one character? Extended grapheme clusters of UAX #29 15.0,
 * no rule changed. Rules are named as there (GB3 …). */
#include "token/break.h"

#define CLASS(name) (1u << ENTI_GCB_##name)
#define IN(value, set) ((1u << (value) & (set)) != 0)

enum {
  HARD = CLASS(CONTROL) | CLASS(CR) | CLASS(LF),
  TRAILS = CLASS(EXTEND) | CLASS(ZWJ) | CLASS(SPACINGMARK)
};

/* How much of an emoji sequence (GB11) or flag (GB12, GB13) ends at the last code point. */
typedef enum { NOTHING, PICTURE, PICTURE_AND_JOINER, HALF_FLAG } progress;

static bool joins(unsigned last, unsigned next, progress seen) {
  if (last == ENTI_GCB_CR && next == ENTI_GCB_LF) return true;                   /* GB3 */
  if (IN(last, HARD) || IN(next, HARD)) return false;                            /* GB4, GB5 */
  if (IN(next, TRAILS) || last == ENTI_GCB_PREPEND) return true;                 /* GB9, GB9a, GB9b */
  switch (last) {
    case ENTI_GCB_L: return IN(next, CLASS(L) | CLASS(V) | CLASS(LV) | CLASS(LVT)); /* GB6 */
    case ENTI_GCB_LV:
    case ENTI_GCB_V: return IN(next, CLASS(V) | CLASS(T)); /* GB7 */
    case ENTI_GCB_LVT:
    case ENTI_GCB_T: return next == ENTI_GCB_T; /* GB8 */
    case ENTI_GCB_ZWJ: return next == ENTI_GCB_EXTENDED_PICTOGRAPHIC && seen == PICTURE_AND_JOINER;
    case ENTI_GCB_REGIONAL_INDICATOR: return next == last && seen == HALF_FLAG;
    default: return false; /* GB999 */
  }
}

static progress advance(progress seen, unsigned class) {
  switch (class) {
    case ENTI_GCB_EXTENDED_PICTOGRAPHIC: return PICTURE;
    case ENTI_GCB_EXTEND: return seen == PICTURE ? PICTURE : NOTHING;
    case ENTI_GCB_ZWJ: return seen == PICTURE ? PICTURE_AND_JOINER : NOTHING;
    case ENTI_GCB_REGIONAL_INDICATOR: return seen == HALF_FLAG ? NOTHING : HALF_FLAG;
    default: return NOTHING;
  }
}

size_t ent_grapheme_next(const char *text, size_t length, size_t at) {
  if (at >= length) return length;
  /* Between two ASCII characters there is a boundary, but for CR LF. */
  if (at + 1 < length && ((unsigned char)text[at] | (unsigned char)text[at + 1]) < 0x80 && text[at] != '\r')
    return at + 1;
  uint32_t record;
  at = enti_break_read(text, at, &record);
  unsigned last = enti_record_gcb(record);
  progress seen = advance(NOTHING, last);
  while (at < length) {
    size_t next = enti_break_read(text, at, &record);
    unsigned class = enti_record_gcb(record);
    if (!joins(last, class, seen)) break;
    seen = advance(seen, class);
    last = class;
    at = next;
  }
  return at;
}
