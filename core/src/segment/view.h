/* segment/view: the bytes of a segment as they are read: in place, each block checked when it is first touched.
 *
 * Whoever makes a view (the store room: a mapped file, or memory that is filled by pread; a test: an array) gives
 * `check`. Only bytes that were touched may be read; what they hold may still be hostile, so a reader believes
 * nothing of it. */
#ifndef ENTI_VIEW_H
#define ENTI_VIEW_H

#include "base/base.h"

enum { ENTI_BLOCK_BITS = 14, ENTI_BLOCK = 1 << ENTI_BLOCK_BITS }; /* a checksum stands on each 16 KiB */

typedef struct enti_view enti_view;
struct enti_view {
  const unsigned char *at;
  uint64_t length;
  uint64_t *checked; /* a bit a block, set once it is as it was written; NULL: all are */
  /* Verifies the blocks that hold bytes [begin, end), which lie inside, and sets their bits. May be called by
   * many threads. */
  ent_status (*check)(enti_view *view, uint64_t begin, uint64_t end);
  /* Set once bytes have gone (the file was cut off); what was read since then counts for nothing. May be NULL. */
  const volatile int *gone;
  /* A byte behind the others that is not 0: where a mapped file is cut off, the rest of the last page that is left
   * becomes zeros, and nobody is told. May be NULL. */
  const volatile unsigned char *last;
  /* Bytes [begin, end) will not be read soon: a merge says so to keep its memory small. May be NULL. */
  void (*forget)(enti_view *view, uint64_t begin, uint64_t end);
};

/* Makes the bytes [begin, begin + length) readable: ENT_ERR_DAMAGE where they lie outside or are not as written. */
static inline ent_status enti_view_touch(enti_view *view, uint64_t begin, uint64_t length) {
  if (begin > view->length || length > view->length - begin) return ENT_ERR_DAMAGE;
  if (length == 0 || !view->checked) return ENT_OK;
  uint64_t first = begin >> ENTI_BLOCK_BITS, last = (begin + length - 1) >> ENTI_BLOCK_BITS;
  for (uint64_t block = first; block <= last; block++)
    if (!(__atomic_load_n(&view->checked[block >> 6], __ATOMIC_ACQUIRE) >> (block & 63) & 1))
      return view->check(view, begin, begin + length);
  return ENT_OK;
}

/* Whether what was read still counts. */
static inline ent_status enti_view_still(const enti_view *view) {
  __atomic_thread_fence(__ATOMIC_ACQUIRE); /* what was read was read before */
  if (view->last && *view->last == 0) return ENT_ERR_DAMAGE;
  return view->gone && __atomic_load_n(view->gone, __ATOMIC_ACQUIRE) ? ENT_ERR_DAMAGE : ENT_OK;
}

#endif
