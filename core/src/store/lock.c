/* store/lock: see lock.h.
 *
 * The lock is the system's, on the open file; the process number in it is for the message alone, so what a dead
 * writer left there does no harm. The file is never unlinked: two writers could then hold one lock each. */
#define _GNU_SOURCE
#include "store/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "store/call.h"

enum { DIGITS = 20 };

static ent_status held(const enti_io *io, int fd, const char *folder, ent_error *err) {
  char holder[DIGITS + 1];
  int64_t got = enti_call_read(io, fd, holder, DIGITS, 0);
  size_t digits = 0;
  while (got > 0 && digits < (size_t)got && holder[digits] >= '0' && holder[digits] <= '9') digits++;
  holder[digits] = '\0';
  if (digits == 0)
    return enti_fail(err, ENT_ERR_LOCKED, 0, "%s: locked by another process; wait until it is done", enti_file_shown(folder));
  return enti_fail(err, ENT_ERR_LOCKED, 0, "%s: locked by process %s; wait until it is done", enti_file_shown(folder), holder);
}

static ent_status take(enti_lock *lock, const char *folder, const char *path, ent_error *err) {
  const enti_io *io = lock->io;
  enti_io_stat about;
  int result = io->stat(io->user, lock->fd, &about);
  if (result < 0) return enti_file_fault(err, path, "examine it", -result);
  if (!about.regular) return enti_fail(err, ENT_ERR_IO, 0, "%s: is no file; take it away", enti_file_shown(path));
  result = io->lock(io->user, lock->fd);
  if (result == -EWOULDBLOCK) return held(io, lock->fd, folder, err);
  if (result < 0) return enti_file_fault(err, path, "lock it", -result);
  char holder[DIGITS + 2];
  int length = snprintf(holder, sizeof holder, "%ld\n", (long)getpid());
  result = io->truncate(io->user, lock->fd, 0);
  if (result >= 0) result = enti_call_write(io, lock->fd, holder, (size_t)length);
  return result < 0 ? enti_file_fault(err, path, "write it", -result) : ENT_OK;
}

ent_status enti_lock_take(enti_lock *lock, const enti_io *io, const char *folder, ent_error *err) {
  char path[ENTI_PATH];
  *lock = (enti_lock){io, -1};
  ent_status status = enti_path_join(path, folder, "lock", err);
  if (status != ENT_OK) return status;
  lock->fd = enti_call_open(io, path, O_RDWR | O_CREAT | O_NONBLOCK);
  if (lock->fd < 0) {
    int number = -lock->fd;
    lock->fd = -1;
    return enti_file_fault(err, path, "open it", number);
  }
  status = take(lock, folder, path, err);
  if (status != ENT_OK) enti_lock_release(lock);
  return status;
}

void enti_lock_release(enti_lock *lock) {
  if (lock->io && lock->fd >= 0) (void)enti_call_close(lock->io, lock->fd);
  lock->fd = -1;
}
