/* store/io: every system call on a corpus's files, in one table, so that a test can let any of them fail, count them,
 * or rebuild what a power cut leaves.
 *
 * Each function gives a result >= 0, or -errno. None retries: EINTR and short results are the caller's. Paths are
 * those that the caller gave. */
#ifndef ENTI_IO_H
#define ENTI_IO_H

#include "base/base.h"

typedef struct enti_io_stat {
  uint64_t size;
  bool regular, folder;
  uint64_t device, node; /* which file it is */
} enti_io_stat;

typedef struct enti_io enti_io;
struct enti_io {
  int (*open)(void *user, const char *path, int flags, unsigned mode); /* O_CLOEXEC and O_NOFOLLOW are added */
  int64_t (*read)(void *user, int fd, void *bytes, size_t length, uint64_t offset); /* pread */
  int64_t (*write)(void *user, int fd, const void *bytes, size_t length);           /* at the end of what was written */
  int (*sync)(void *user, int fd);
  /* Begins to bring bytes to the disk, so that the sync that follows has less to wait for; NULL: nothing can. */
  void (*ahead)(void *user, int fd, uint64_t offset, uint64_t length);
  int (*close)(void *user, int fd);
  int (*stat)(void *user, int fd, enti_io_stat *out);
  int (*rename)(void *user, const char *from, const char *to);
  int (*unlink)(void *user, const char *path);
  int (*make)(void *user, const char *path); /* a folder */
  int (*lock)(void *user, int fd);           /* exclusive, without waiting: -EWOULDBLOCK */
  int (*truncate)(void *user, int fd, uint64_t length); /* of the lock file only */
  /* Names in a folder, each ended by NUL, . and .. left out, in any order. */
  int (*list)(void *user, const char *path, const ent_alloc *alloc, enti_bytes *names);
  void *user;
};

/* The system's own; frozen. */
extern const enti_io enti_io_system;

#endif
