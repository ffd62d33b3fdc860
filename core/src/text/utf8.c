/* text/utf8: validation and mending. See utf8.h.
 *
 * Both stand on one step, subpart_at: what is the longest prefix here that could begin a well-formed
 * sequence (Unicode Standard, table 3-7)? A whole sequence is kept; anything shorter is a maximal
 * subpart and becomes one U+FFFD; a byte that begins nothing is one by itself. */
#include "text/utf8.h"

#include "base/string.h"

/* The range that the second byte must lie in, and the length that the first byte announces (0: none).
 * The rows of table 3-7 differ in the second byte only. */
static size_t announced(unsigned char lead, unsigned char *low, unsigned char *high) {
  *low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  *high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (lead < 0x80) return 1;
  if (lead < 0xC2) return 0;
  if (lead < 0xE0) return 2;
  if (lead < 0xF0) return 3;
  return lead < 0xF5 ? 4 : 0;
}

/* The length, at least 1, of the sequence or maximal subpart at text[at]; *whole says which. */
static size_t subpart_at(const char *text, size_t length, size_t at, bool *whole) {
  const unsigned char *byte = (const unsigned char *)text + at;
  unsigned char low, high;
  size_t wanted = announced(byte[0], &low, &high), have = 1;
  if (wanted > 1 && length - at > 1 && byte[1] >= low && byte[1] <= high) {
    have = 2;
    while (have < wanted && have < length - at && (byte[have] & 0xC0) == 0x80) have++;
  }
  *whole = have == wanted;
  return have;
}

size_t ent_utf8_valid(const char *text, size_t length) {
  size_t at = 0;
  while ((at = enti_utf8_ascii(text, length, at)) < length) {
    while (at < length && (unsigned char)text[at] >= 0x80) {
      bool whole;
      size_t size = subpart_at(text, length, at, &whole);
      if (!whole) return at;
      at += size;
    }
  }
  return length;
}

/* Writes the mended bytes, where `to` is not NULL, and returns how many they are. */
static size_t mend(const char *text, size_t length, char *to, size_t *replaced) {
  size_t at = 0, size = 0;
  *replaced = 0;
  while (at < length) {
    size_t good = ent_utf8_valid(text + at, length - at);
    if (to) memcpy(to + size, text + at, good);
    size += good;
    at += good;
    if (at == length) break;
    bool whole;
    at += subpart_at(text, length, at, &whole);
    if (to) memcpy(to + size, "\xEF\xBF\xBD", 3);
    size += 3;
    *replaced += 1;
  }
  return size;
}

ent_status ent_utf8_mend(const ent_alloc *alloc, const char *bytes, size_t length, ent_string **out,
                         size_t *replaced) {
  if (length > SIZE_MAX / 3) return ENT_ERR_LIMIT; /* U+FFFD takes three bytes for one */
  size_t count;
  ent_string *string;
  ent_status status = enti_string_new(alloc, NULL, mend(bytes, length, NULL, &count), &string);
  if (status != ENT_OK) return status;
  (void)mend(bytes, length, string->bytes, &count);
  if (replaced) *replaced = count;
  *out = string;
  return ENT_OK;
}
