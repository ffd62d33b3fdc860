/* store/call: see call.h. */
#define _GNU_SOURCE
#include "store/call.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

enum { TRIES = 100 }; /* of a call that is interrupted each time */

ent_status enti_path_join(char out[ENTI_PATH], const char *folder, const char *name, ent_error *err) {
  int length = snprintf(out, ENTI_PATH, "%s/%s", folder, name);
  if (length > 0 && length < ENTI_PATH) return ENT_OK;
  return enti_fail(err, ENT_ERR_LIMIT, 0, "%s: the path is too long; choose a shorter one", enti_file_shown(folder));
}

int enti_call_open(const enti_io *io, const char *path, int flags) {
  int fd = -EINTR;
  for (int try = 0; try < TRIES && fd == -EINTR; try++) fd = io->open(io->user, path, flags, 0666);
  return fd;
}

int enti_call_write(const enti_io *io, int fd, const void *bytes, size_t length) {
  const char *at = bytes;
  for (int vain = 0; length > 0;) {
    int64_t wrote = io->write(io->user, fd, at, length);
    if (wrote < 0 && wrote != -EINTR) return (int)wrote;
    if (wrote <= 0) {
      if (++vain == TRIES) return wrote < 0 ? (int)wrote : -EIO;
      continue;
    }
    at += wrote;
    length -= (size_t)wrote;
    vain = 0;
  }
  return 0;
}

int64_t enti_call_read(const enti_io *io, int fd, void *bytes, size_t length, uint64_t offset) {
  size_t done = 0;
  for (int vain = 0; done < length;) {
    int64_t got = io->read(io->user, fd, (char *)bytes + done, length - done, offset + done);
    if (got == 0) break;
    if (got > 0) {
      done += (size_t)got;
      vain = 0;
    } else if (got != -EINTR || ++vain == TRIES) {
      return got;
    }
  }
  return (int64_t)done;
}

int enti_call_close(const enti_io *io, int fd) {
  int result = io->close(io->user, fd);
  return result == -EINTR ? 0 : result;
}

ent_status enti_folder_sync(const enti_io *io, const char *folder, ent_error *err) {
  char path[ENTI_PATH];
  ent_status status = enti_path_join(path, folder, ".", err); /* so that a link to the folder is followed */
  if (status != ENT_OK) return status;
  int fd = enti_call_open(io, path, O_RDONLY | O_DIRECTORY);
  if (fd < 0) return enti_file_fault(err, folder, "open the folder", -fd);
  int result = io->sync(io->user, fd);
  int closed = enti_call_close(io, fd);
  if (result >= 0) result = closed;
  return result < 0 ? enti_file_fault(err, folder, "sync the folder", -result) : ENT_OK;
}

ent_status enti_file_create(const enti_io *io, const char *path, const void *bytes, size_t length, ent_error *err) {
  int fd = enti_call_open(io, path, O_WRONLY | O_CREAT | O_EXCL);
  if (fd < 0) return enti_file_fault(err, path, "make it", -fd);
  const char *what = "write it";
  int result = enti_call_write(io, fd, bytes, length);
  if (result >= 0) {
    what = "sync it";
    result = io->sync(io->user, fd);
  }
  int closed = enti_call_close(io, fd);
  if (result >= 0) result = closed;
  if (result >= 0) return ENT_OK;
  (void)io->unlink(io->user, path);
  return enti_file_fault(err, path, what, -result);
}
