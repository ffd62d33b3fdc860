/* text/utf8: mending. See utf8.h.
 *
 * A whole sequence is kept; anything shorter is a maximal subpart (Unicode Standard, 3.9) and becomes one
 * U+FFFD; a byte that begins nothing is one by itself. */
#include "text/utf8.h"

#include "base/string.h"
#include "text/valid.h"

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
    at += enti_valid_subpart(text, length, at, &whole);
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
