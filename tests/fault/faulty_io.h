/* faulty_io: a table of calls that passes them on to another, counts them, and lets some fail.
 *
 * A call that fails is not passed on, but for close, which closes. One thread. */
#ifndef FAULT_IO_H
#define FAULT_IO_H

#include "disk.h"

typedef enum fault_kind {
  FAULT_NONE,
  FAULT_EIO,
  FAULT_ENOSPC, /* of calls that take room: open to write, write, sync, rename, make, truncate */
  FAULT_EDQUOT, /* likewise */
  FAULT_EINTR,  /* of open, read, write, sync, close, lock, truncate; from then on two of three */
  FAULT_SHORT,  /* of read and write: half of it */
  FAULT_LOST,   /* of write: says that all was written; nothing was */
  FAULT_LESS,   /* likewise; half was */
  FAULT_KILL,   /* SIGKILL before the call */
  FAULT_KILLED  /* SIGKILL behind it */
} fault_kind;

/* Ways of writing that do not last; a test of the tests. */
typedef enum fault_mutant {
  MUTANT_NONE,
  MUTANT_NO_FILE_SYNC,
  MUTANT_NO_FOLDER_SYNC,
  MUTANT_IN_PLACE /* what would be renamed over a file is written over its bytes */
} fault_mutant;

enum { FAULT_TRACE = 24 };

typedef struct faulty {
  enti_io io;    /* the table to hand over */
  enti_io under; /* where calls go */
  disk *medium;  /* of `under`, or NULL: learns of syncs that failed */
  fault_kind kind;
  uint64_t at; /* the first call that fails, of those that can in this way, from 1 */
  bool persistent;
  fault_mutant mutant;
  void (*changed)(void *user); /* after each call that changes something; may be NULL */
  void *user;
  uint64_t most;  /* calls, after which all fail: whoever makes them does not end; 0: no limit */
  uint64_t calls; /* all of them */
  uint64_t able;  /* those that could have failed */
  uint64_t failed;
  struct {
    char call[12], path[64];
    int64_t result;
  } trace[FAULT_TRACE]; /* the last calls; call number n stands at n % FAULT_TRACE */
} faulty;

/* The caller sets the fault, the mutant and what else it wants afterwards. The struct stays where it is. */
void faulty_init(faulty *f, const enti_io *under, disk *medium);
/* Lines of TAP that say what the last calls were. */
void faulty_print(const faulty *f);

#endif
