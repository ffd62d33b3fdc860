/* store/lock: who writes to a corpus? One process at a time, which the file `lock` names. */
#ifndef ENTI_LOCK_H
#define ENTI_LOCK_H

#include "store/io.h"

typedef struct enti_lock {
  const enti_io *io;
  int fd; /* -1: not taken */
} enti_lock;

/* ENT_ERR_LOCKED, and the message names the process, while another has it. It ends with the process, however that
 * ends; the file stays. */
ent_status enti_lock_take(enti_lock *lock, const enti_io *io, const char *folder, ent_error *err);
void enti_lock_release(enti_lock *lock);

#endif
