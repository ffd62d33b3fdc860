/* base: the few functions that are not inline. See base.h for the contract. */
#define _DEFAULT_SOURCE /* madvise */
#include "base.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif

/* Asks for large pages inside a large new block: to fault in 32 MB page by page costs as much time as to fold
 * it three times. Not for one that grows: to move its large pages costs more than they save. It is a hint, and what
 * comes of it does not matter. */
static void ask_large_pages(void *block, size_t size) {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  const uintptr_t page = (uintptr_t)1 << 21;
  if (size < 4 * page) return;
  uintptr_t begin = ((uintptr_t)block + page - 1) & ~(page - 1), end = ((uintptr_t)block + size) & ~(page - 1);
  (void)madvise((void *)begin, end - begin, MADV_HUGEPAGE);
#else
  (void)block;
  (void)size;
#endif
}

static void *default_resize(void *user, void *block, size_t old_size, size_t new_size) {
  (void)user;
  (void)old_size;
  if (new_size == 0) {
    free(block);
    return NULL;
  }
  void *fresh = realloc(block, new_size);
  if (fresh && !block) ask_large_pages(fresh, new_size);
  return fresh;
}

const ent_alloc enti_alloc_default = {default_resize, NULL};

ent_status enti_fail(ent_error *err, ent_status code, size_t offset, const char *format, ...) {
  if (err) {
    va_list args;
    err->code = code;
    err->offset = offset;
    va_start(args, format);
    (void)vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
  }
  return code;
}

ent_status enti_grow(const ent_alloc *alloc, void **at, size_t *room, size_t need, size_t element) {
  size_t wanted = *room < 8 ? 8 : *room;
  while (wanted < need) {
    if (wanted > SIZE_MAX / 2) return ENT_ERR_LIMIT;
    wanted *= 2;
  }
  size_t old_size = *room * element, new_size;
  if (!enti_mul(wanted, element, &new_size)) return ENT_ERR_LIMIT;
  void *block = enti_resize(alloc, *at, old_size, new_size);
  if (!block) return ENT_ERR_MEMORY;
  *at = block;
  *room = wanted;
  return ENT_OK;
}

ent_status enti_bytes_add(const ent_alloc *alloc, enti_bytes *bytes, const void *data, size_t length) {
  ent_status status = enti_array_reserve(alloc, bytes, length);
  if (status != ENT_OK) return status;
  if (length) memcpy(bytes->at + bytes->count, data, length);
  bytes->count += length;
  return ENT_OK;
}

const char *ent_status_text(ent_status status) {
  switch (status) {
    case ENT_OK: return "done";
    case ENT_ERR_MEMORY: return "out of memory";
    case ENT_ERR_LIMIT: return "too large";
    case ENT_ERR_ARGUMENT: return "wrong argument";
    case ENT_ERR_UTF8: return "invalid UTF-8";
    case ENT_ERR_PATTERN: return "malformed pattern";
    case ENT_ERR_STATE: return "not possible in this state";
    case ENT_ERR_IO: return "input or output failed";
    case ENT_ERR_TIME: return "time limit reached";
    case ENT_ERR_DAMAGE: return "damaged file";
    case ENT_ERR_LOCKED: return "locked by another process";
  }
  return "unknown status";
}
