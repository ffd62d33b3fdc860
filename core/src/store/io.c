/* store/io: the system's own calls. See io.h. */
#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include "store/io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static int result_of(int result) { return result < 0 ? -errno : result; }

static int system_open(void *user, const char *path, int flags, unsigned mode) {
  (void)user;
  return result_of(open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, (mode_t)mode));
}

static int64_t system_read(void *user, int fd, void *bytes, size_t length, uint64_t offset) {
  (void)user;
  off_t at = (off_t)offset;
  if (at < 0 || (uint64_t)at != offset) return -EOVERFLOW;
  ssize_t got = pread(fd, bytes, length > SSIZE_MAX ? SSIZE_MAX : length, at);
  return got < 0 ? -errno : got;
}

static int64_t system_write(void *user, int fd, const void *bytes, size_t length) {
  (void)user;
  ssize_t wrote = write(fd, bytes, length > SSIZE_MAX ? SSIZE_MAX : length);
  return wrote < 0 ? -errno : wrote;
}

static int system_sync(void *user, int fd) {
  (void)user;
  return result_of(fsync(fd));
}

#if defined(__linux__)
static void system_ahead(void *user, int fd, uint64_t offset, uint64_t length) {
  (void)user;
  (void)sync_file_range(fd, (off_t)offset, (off_t)length, SYNC_FILE_RANGE_WRITE);
}
#else
#define system_ahead NULL
#endif

static int system_close(void *user, int fd) {
  (void)user;
  return result_of(close(fd));
}

static int system_stat(void *user, int fd, enti_io_stat *out) {
  (void)user;
  struct stat about;
  if (fstat(fd, &about) < 0) return -errno;
  out->size = about.st_size > 0 ? (uint64_t)about.st_size : 0;
  out->regular = S_ISREG(about.st_mode);
  out->folder = S_ISDIR(about.st_mode);
  out->device = (uint64_t)about.st_dev;
  out->node = (uint64_t)about.st_ino;
  return 0;
}

static int system_rename(void *user, const char *from, const char *to) {
  (void)user;
  return result_of(rename(from, to));
}

static int system_unlink(void *user, const char *path) {
  (void)user;
  return result_of(unlink(path));
}

static int system_make(void *user, const char *path) {
  (void)user;
  return result_of(mkdir(path, 0777));
}

static int system_lock(void *user, int fd) {
  (void)user;
  return result_of(flock(fd, LOCK_EX | LOCK_NB));
}

static int system_truncate(void *user, int fd, uint64_t length) {
  (void)user;
  return result_of(ftruncate(fd, (off_t)length));
}

static int system_list(void *user, const char *path, const ent_alloc *alloc, enti_bytes *names) {
  (void)user;
  DIR *folder = opendir(path);
  if (!folder) return -errno;
  int result = 0;
  for (;;) {
    errno = 0;
    const struct dirent *entry = readdir(folder);
    if (!entry) {
      result = -errno;
      break;
    }
    const char *name = entry->d_name;
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) continue;
    if (enti_bytes_add(alloc, names, name, strlen(name) + 1) != ENT_OK) {
      result = -ENOMEM;
      break;
    }
  }
  (void)closedir(folder);
  return result;
}

const enti_io enti_io_system = {.open = system_open,
                                .read = system_read,
                                .write = system_write,
                                .sync = system_sync,
                                .ahead = system_ahead,
                                .close = system_close,
                                .stat = system_stat,
                                .rename = system_rename,
                                .unlink = system_unlink,
                                .make = system_make,
                                .lock = system_lock,
                                .truncate = system_truncate,
                                .list = system_list};
