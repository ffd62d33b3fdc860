/* base: what every room stands on: status, checked sizes, memory, growing buffers.
 *
 * Invariant: no function here or above it calls malloc, abort, exit or prints. Memory comes from the
 * ent_alloc given at creation; a size that would overflow is ENT_ERR_LIMIT, never a small block. */
#ifndef ENTI_BASE_H
#define ENTI_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "entente.h"

/* Fills *err when err is not NULL and returns code, so that a caller can `return enti_fail(...)`. */
#if defined(__GNUC__)
__attribute__((format(printf, 4, 5)))
#endif
ent_status enti_fail(ent_error *err, ent_status code, size_t offset, const char *format, ...);

/* Checked sizes: false when the result does not fit, and *out is then untouched. */
static inline bool enti_add(size_t a, size_t b, size_t *out) {
  if (a > SIZE_MAX - b) return false;
  *out = a + b;
  return true;
}

static inline bool enti_mul(size_t a, size_t b, size_t *out) {
  if (b != 0 && a > SIZE_MAX / b) return false;
  *out = a * b;
  return true;
}

/* The allocator that is used where the caller gave NULL. */
extern const ent_alloc enti_alloc_default;

static inline const ent_alloc *enti_alloc_or_default(const ent_alloc *alloc) {
  return alloc ? alloc : &enti_alloc_default;
}

/* new_size 0 frees and gives NULL; otherwise NULL means out of memory and the old block stays. */
static inline void *enti_resize(const ent_alloc *alloc, void *block, size_t old_size, size_t new_size) {
  return alloc->resize(alloc->user, block, old_size, new_size);
}

static inline void *enti_new(const ent_alloc *alloc, size_t size) {
  void *block = enti_resize(alloc, NULL, 0, size);
  if (block) memset(block, 0, size);
  return block;
}

static inline void enti_free(const ent_alloc *alloc, void *block, size_t size) {
  if (block) (void)enti_resize(alloc, block, size, 0);
}

/* A growing array of any element type: ENTI_ARRAY(uint32_t) numbers = {0};
 * `count` elements are in use, `room` are allocated. Released with enti_array_free. */
#define ENTI_ARRAY(type) \
  struct {               \
    type *at;            \
    size_t count;        \
    size_t room;         \
  }

ent_status enti_grow(const ent_alloc *alloc, void **at, size_t *room, size_t need, size_t element);

/* Makes room for `extra` more elements behind count; at and room change only on success. */
static inline ent_status enti_reserve(const ent_alloc *alloc, void **at, size_t count, size_t *room,
                                      size_t extra, size_t element) {
  size_t need;
  if (!enti_add(count, extra, &need)) return ENT_ERR_LIMIT;
  if (need <= *room) return ENT_OK;
  return enti_grow(alloc, at, room, need, element);
}

#define enti_array_reserve(alloc, array, extra) \
  enti_reserve((alloc), (void **)&(array)->at, (array)->count, &(array)->room, (extra), sizeof *(array)->at)

#define enti_array_free(alloc, array)                                            \
  do {                                                                           \
    enti_free((alloc), (array)->at, (array)->room * sizeof *(array)->at);        \
    (array)->at = NULL;                                                          \
    (array)->count = (array)->room = 0;                                          \
  } while (0)

/* A growing byte string. Not NUL-terminated. */
typedef ENTI_ARRAY(char) enti_bytes;

ent_status enti_bytes_add(const ent_alloc *alloc, enti_bytes *bytes, const void *data, size_t length);

/* Sorts in place, without memory of its own and in O(n log n) whatever the input. Not stable: compare must
 * order any two elements that differ. */
void enti_sort(void *at, size_t count, size_t element, int (*compare)(const void *, const void *));

/* The bytewise order of two byte strings, of which a beginning comes before the whole: below, at or above 0. */
static inline int enti_compare_bytes(const char *a, size_t a_length, const char *b, size_t b_length) {
  size_t both = a_length < b_length ? a_length : b_length;
  int order = both ? memcmp(a, b, both) : 0;
  return order ? order : (a_length > b_length) - (a_length < b_length);
}

/* Whether a bit is set in 64-bit words; NULL: none is. */
static inline bool enti_bit_has(const uint64_t *bits, size_t number) {
  return bits && (bits[number >> 6] >> (number & 63) & 1);
}

/* For arrays of numbers: ascending order, and whether a sorted one holds a number. */
int enti_compare_u64(const void *a, const void *b);
bool enti_sorted_has(const uint64_t *at, size_t count, uint64_t number);

#endif
