/* store/guard: mapped files that are cut off while they are read. */
#ifndef ENTI_GUARD_H
#define ENTI_GUARD_H

#include "base/base.h"

/* Notes that [begin, end) is a mapped file. *gone becomes 1 when a byte of it is read that the file no longer has,
 * if the handler is installed (ent_corpus_guard). A slot, to be given back before it is unmapped; -1: all are taken. */
int enti_guard_add(const void *begin, const void *end, const volatile int **gone);
void enti_guard_remove(int slot);

#endif
