/* An allocator that counts what is held, and fails when it is told to: the n-th call, once or from then on. Threads may
 * share it. */
#ifndef METER_H
#define METER_H

#include <stdlib.h>

#include "entente.h"

typedef struct meter {
  size_t calls, fail_at, live; /* fail_at 0: none fails */
  bool for_ever, failed;
} meter;

static inline void *meter_resize(void *user, void *block, size_t old_size, size_t new_size) {
  meter *m = user;
  if (new_size == 0) {
    (void)__atomic_sub_fetch(&m->live, old_size, __ATOMIC_RELAXED);
    free(block);
    return NULL;
  }
  size_t call = __atomic_add_fetch(&m->calls, 1, __ATOMIC_RELAXED);
  if (m->fail_at && (call == m->fail_at || (m->for_ever && call > m->fail_at))) {
    __atomic_store_n(&m->failed, true, __ATOMIC_RELAXED);
    return NULL;
  }
  void *made = realloc(block, new_size);
  if (made) (void)__atomic_add_fetch(&m->live, new_size - old_size, __ATOMIC_RELAXED);
  return made;
}

#endif
