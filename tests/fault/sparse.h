/* sparse: a table of calls that writes zeros as holes, so that a file of many GiB costs none. */
#ifndef SPARSE_H
#define SPARSE_H

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "store/io.h"

static int64_t sparse_write(void *user, int fd, const void *bytes, size_t length) {
  const char *at = bytes;
  if (length == 0 || at[0] != 0 || memcmp(at, at + 1, length - 1) != 0) return enti_io_system.write(user, fd, bytes, length);
  return lseek(fd, (off_t)length, SEEK_CUR) < 0 ? -errno : (int64_t)length;
}

static inline enti_io sparse_io(void) {
  enti_io io = enti_io_system;
  io.write = sparse_write;
  return io;
}

#endif
