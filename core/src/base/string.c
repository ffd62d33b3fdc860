/* base/string: ent_string, one block that holds its allocator, its length and its bytes.
 *
 * Invariant: bytes[length] is NUL, so that a caller may read it as a C string where the bytes allow. */
#include "base/string.h"

static bool block_size(size_t length, size_t *out) {
  return enti_add(sizeof(ent_string), 1, out) && enti_add(*out, length, out);
}

ent_status enti_string_new(const ent_alloc *alloc, const char *bytes, size_t length, ent_string **out) {
  alloc = enti_alloc_or_default(alloc);
  size_t size;
  if (!block_size(length, &size)) return ENT_ERR_LIMIT;
  ent_string *string = enti_resize(alloc, NULL, 0, size);
  if (!string) return ENT_ERR_MEMORY;
  string->alloc = *alloc;
  string->length = length;
  if (bytes && length) memcpy(string->bytes, bytes, length);
  string->bytes[length] = '\0';
  *out = string;
  return ENT_OK;
}

ent_status enti_string_resize(ent_string **string, size_t length) {
  ent_alloc alloc = (*string)->alloc;
  size_t old_size, new_size;
  if (!block_size((*string)->length, &old_size) || !block_size(length, &new_size)) return ENT_ERR_LIMIT;
  ent_string *block = enti_resize(&alloc, *string, old_size, new_size);
  if (!block) return ENT_ERR_MEMORY;
  block->length = length;
  block->bytes[length] = '\0';
  *string = block;
  return ENT_OK;
}

const char *ent_string_bytes(const ent_string *string, size_t *length) {
  if (length) *length = string->length;
  return string->bytes;
}

void ent_string_free(ent_string *string) {
  size_t size;
  if (!string || !block_size(string->length, &size)) return;
  ent_alloc alloc = string->alloc;
  enti_free(&alloc, string, size);
}
