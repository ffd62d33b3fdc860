/* token/break: what the three breakers of UAX #29 share.
 *
 * Invariant: each breaker reads forward from a boundary and needs nothing before it, because every
 * left context that a rule names lies in the same segment; and no code point is read more than three
 * times while a text is walked from boundary to boundary, so that walking is linear. */
#ifndef ENTI_BREAK_H
#define ENTI_BREAK_H

#include "text/unicode_tables.h"
#include "text/utf8.h"

/* Reads the record of the code point at text[at] and returns where the next one begins. */
static inline size_t enti_break_read(const char *text, size_t at, uint32_t *record) {
  uint32_t cp;
  size_t next = enti_utf8_next(text, at, &cp);
  *record = enti_unicode_record(cp);
  return next;
}

#endif
