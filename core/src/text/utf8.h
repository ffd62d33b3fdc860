/* text/utf8: is this UTF-8, and which code point stands here?
 *
 * Invariant: the inline functions trust their text (bytes from outside are validated once, by
 * ent_utf8_valid or ent_utf8_mend, and then trusted); offsets stand at a code point's first byte. */
#ifndef ENTI_UTF8_H
#define ENTI_UTF8_H

#include "base/base.h"

/* A blank or line end of ASCII. */
static inline bool enti_utf8_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/* Reads the code point at text[at], valid UTF-8, and returns where the next one begins. */
static inline size_t enti_utf8_next(const char *text, size_t at, uint32_t *cp) {
  const unsigned char *byte = (const unsigned char *)text + at;
  if (byte[0] < 0x80) {
    *cp = byte[0];
    return at + 1;
  }
  if (byte[0] < 0xE0) {
    *cp = (byte[0] & 0x1Fu) << 6 | (byte[1] & 0x3Fu);
    return at + 2;
  }
  if (byte[0] < 0xF0) {
    *cp = (byte[0] & 0x0Fu) << 12 | (byte[1] & 0x3Fu) << 6 | (byte[2] & 0x3Fu);
    return at + 3;
  }
  *cp = (byte[0] & 0x07u) << 18 | (byte[1] & 0x3Fu) << 12 | (byte[2] & 0x3Fu) << 6 | (byte[3] & 0x3Fu);
  return at + 4;
}

/* The code point at text[at]. */
static inline uint32_t enti_utf8_at(const char *text, size_t at) {
  uint32_t cp;
  (void)enti_utf8_next(text, at, &cp);
  return cp;
}

/* The first byte of the code point that ends before text[at]; at > 0. */
static inline size_t enti_utf8_before(const char *text, size_t at) {
  do at--;
  while (((unsigned char)text[at] & 0xC0) == 0x80);
  return at;
}

/* Bytes that a code point takes. */
static inline size_t enti_utf8_size(uint32_t cp) {
  return cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
}

/* Writes a code point, at most 4 bytes, and returns how many. */
static inline size_t enti_utf8_put(char *out, uint32_t cp) {
  if (cp < 0x80) {
    out[0] = (char)cp;
    return 1;
  }
  if (cp < 0x800) {
    out[0] = (char)(0xC0 | cp >> 6);
    out[1] = (char)(0x80 | (cp & 0x3F));
    return 2;
  }
  if (cp < 0x10000) {
    out[0] = (char)(0xE0 | cp >> 12);
    out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
    out[2] = (char)(0x80 | (cp & 0x3F));
    return 3;
  }
  out[0] = (char)(0xF0 | cp >> 18);
  out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
  out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
  out[3] = (char)(0x80 | (cp & 0x3F));
  return 4;
}

/* The end of the run of ASCII bytes that begins at `at`; at when there is none. */
static inline size_t enti_utf8_ascii(const char *text, size_t length, size_t at) {
  while (length - at >= 8) {
    uint64_t eight;
    memcpy(&eight, text + at, 8);
    if (eight & UINT64_C(0x8080808080808080)) break;
    at += 8;
  }
  while (at < length && (unsigned char)text[at] < 0x80) at++;
  return at;
}

#endif
