/* store/file: whole files and folders. What is in it, put this there, what is beside it?
 *
 * Invariant: a file that is written is there whole or is as it was before. The bytes go into
 * `.NAME.PID.tmp` in the same folder, which is synced, renamed over the target, and then the folder is
 * synced; whatever fails before the rename takes the temporary file away again.
 *
 * Only regular files are read or replaced: a pipe could block for ever, a device has no end, and a
 * rename over /dev/null would take it away from everybody. Every message begins with the path. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/string.h"
#include "store/call.h"

enum { SHOWN = 150, FIRST_READ = 16 * 1024, TEMP_NAME = 200, TEMP_TRIES = 100 };

/* The end of a path that is too long for a message; it begins at the start of a UTF-8 character. */
static const char *shown(const char *path) {
  size_t length = strlen(path);
  if (length <= SHOWN) return path;
  path += length - SHOWN;
  while (((unsigned char)*path & 0xC0) == 0x80) path++;
  return path;
}

static ent_status no_path(ent_error *err) {
  return enti_fail(err, ENT_ERR_ARGUMENT, 0, "a path is needed: name a file or a folder");
}

/* The message for an errno value: path, reason, and what helps where that is known. */
static ent_status world_fault(ent_error *err, const char *path, const char *what, int number) {
  char reason[80];
  const char *remedy = "";
  switch (number) {
    case ENOENT: remedy = "; check the name"; break;
    case EACCES:
    case EPERM:
    case EROFS: remedy = "; change its permissions or choose another place"; break;
    case ENOSPC:
    case EDQUOT: remedy = "; free some space"; break;
    case EMFILE:
    case ENFILE: remedy = "; close some files or raise the limit (ulimit -n)"; break;
    default: break;
  }
#if defined(__GLIBC__)
  const char *text = strerror_r(number, reason, sizeof reason); /* GNU's may leave `reason` alone */
#else
  const char *text = strerror_r(number, reason, sizeof reason) == 0 ? reason : "unknown error";
#endif
  ent_status code = number == ENOMEM ? ENT_ERR_MEMORY : ENT_ERR_IO;
  return enti_fail(err, code, 0, "%s: cannot %s: %s%s", shown(path), what, text, remedy);
}

const char *enti_file_shown(const char *path) { return shown(path); }

ent_status enti_file_fault(ent_error *err, const char *path, const char *what, int number) {
  return world_fault(err, path, what, number);
}

static ent_status not_regular(ent_error *err, const char *path, mode_t mode, bool writing) {
  const char *kind = S_ISDIR(mode)    ? "a folder"
                     : S_ISFIFO(mode) ? "a named pipe"
                     : S_ISSOCK(mode) ? "a socket"
                                      : "a device";
  const char *remedy = writing           ? "name a file that may be replaced"
                       : S_ISDIR(mode) ? "name a file in it"
                                       : "copy its bytes into a file first";
  return enti_fail(err, ENT_ERR_IO, 0, "%s: is %s, not a file; %s", shown(path), kind, remedy);
}

static ent_status too_large(ent_error *err, const char *path, size_t limit) {
  return enti_fail(err, ENT_ERR_LIMIT, 0, "%s: is larger than the limit of %zu bytes; raise the limit or part the file",
                   shown(path), limit);
}

static int open_again(const char *path, int flags, mode_t mode) {
  int fd;
  do fd = open(path, flags | O_CLOEXEC, mode);
  while (fd < 0 && errno == EINTR);
  return fd;
}

/* Linux has closed the descriptor even where it says EINTR: closing again might hit another thread's. */
static int close_once(int fd) {
  int result = close(fd);
  return result < 0 && errno == EINTR ? 0 : result;
}

/* ---- reading ------------------------------------------------------------------------------ */

/* Reads up to the end; a byte past the limit is too much. st_size is only a guess, as a file may grow
 * while it is read, and files of /proc say 0. */
static ent_status read_all(int fd, const char *path, size_t guess, size_t limit, ent_string **string,
                           ent_error *err) {
  size_t most = limit < SIZE_MAX ? limit + 1 : limit, used = 0;
  for (;;) {
    size_t room = (*string)->length;
    if (used == room) {
      size_t wanted = room == 0 ? guess : room > most / 2 ? most : room * 2;
      if (wanted > most) wanted = most;
      ent_status status = used == most ? ENT_ERR_LIMIT : enti_string_resize(string, wanted);
      if (status == ENT_ERR_LIMIT) return too_large(err, path, limit);
      if (status != ENT_OK)
        return enti_fail(err, status, 0, "%s: out of memory at %zu bytes; read fewer or smaller files at once",
                         shown(path), wanted);
      room = wanted;
    }
    size_t chunk = room - used;
    ssize_t got = read(fd, (*string)->bytes + used, chunk > SSIZE_MAX ? SSIZE_MAX : chunk);
    if (got == 0) break;
    if (got > 0) used += (size_t)got;
    else if (errno != EINTR) return world_fault(err, path, "read it", errno);
  }
  return enti_string_resize(string, used);
}

ent_status ent_file_read(const ent_alloc *alloc, const char *path, size_t limit, ent_string **out,
                         ent_error *err) {
  if (!path || !*path) return no_path(err);
  int fd = open_again(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0); /* opening a pipe must not wait */
  if (fd < 0) return world_fault(err, path, "open it", errno);
  struct stat about;
  ent_string *string = NULL;
  ent_status status;
  if (fstat(fd, &about) < 0) status = world_fault(err, path, "examine it", errno);
  else if (!S_ISREG(about.st_mode)) status = not_regular(err, path, about.st_mode, false);
  else if (about.st_size > 0 && (uintmax_t)about.st_size > limit) status = too_large(err, path, limit);
  else if ((status = enti_string_new(alloc, NULL, 0, &string)) != ENT_OK)
    (void)enti_fail(err, status, 0, "%s: out of memory", shown(path));
  else {
    size_t guess = about.st_size < FIRST_READ ? FIRST_READ : (size_t)about.st_size + 1; /* + 1: sees the end */
    status = read_all(fd, path, guess, limit, &string, err);
  }
  (void)close_once(fd);
  if (status == ENT_OK) *out = string;
  else ent_string_free(string);
  return status;
}

/* ---- writing ------------------------------------------------------------------------------ */

static int write_all(int fd, const char *bytes, size_t length) {
  while (length) {
    ssize_t wrote = write(fd, bytes, length > SSIZE_MAX ? SSIZE_MAX : length);
    if (wrote < 0 && errno != EINTR) return -1;
    if (wrote > 0) {
      bytes += wrote;
      length -= (size_t)wrote;
    }
  }
  return 0;
}

static int sync_again(int fd) {
  int result;
  do result = fsync(fd);
  while (result < 0 && errno == EINTR);
  return result;
}

/* The folder that holds `path`, as a path of its own, and the name in it. */
static bool part_path(const char *path, char folder[PATH_MAX], const char **name) {
  const char *slash = strrchr(path, '/');
  *name = slash ? slash + 1 : path;
  size_t length = slash ? (size_t)(slash - path) + 1 : 0;
  if (length >= PATH_MAX) return false;
  memcpy(folder, path, length);
  folder[length] = '\0';
  return true;
}

/* Opens a new file beside the target; the name is free again after a crash, as a later one is taken. */
static int open_temp(const char *folder, const char *name, char temp[PATH_MAX]) {
  for (int try = 0; try < TEMP_TRIES; try++) {
    char again[16] = "";
    if (try) (void)snprintf(again, sizeof again, "-%d", try);
    int length = snprintf(temp, PATH_MAX, "%s.%.*s.%ld%s.tmp", folder, TEMP_NAME, name, (long)getpid(), again);
    if (length < 0 || length >= PATH_MAX) {
      errno = ENAMETOOLONG;
      return -1;
    }
    int fd = open_again(temp, O_WRONLY | O_CREAT | O_EXCL, 0666);
    if (fd >= 0 || errno != EEXIST) return fd;
  }
  return -1;
}

static ent_status sync_folder(const char *folder, const char *path, ent_error *err) {
  int fd = open_again(*folder ? folder : ".", O_RDONLY | O_DIRECTORY, 0);
  if (fd < 0) return world_fault(err, path, "open its folder after writing", errno);
  int result = sync_again(fd), number = errno;
  (void)close_once(fd);
  /* Some file systems cannot sync a folder; there is nothing that a caller could do about it. */
  if (result < 0 && number != EINVAL && number != ENOTSUP)
    return world_fault(err, path, "sync its folder after writing", number);
  return ENT_OK;
}

/* `mode` is that of the file to be replaced, 0 when there is none. */
static ent_status replace_file(const char *path, const char *bytes, size_t length, mode_t mode, ent_error *err) {
  char folder[PATH_MAX], temp[PATH_MAX];
  const char *name, *failed = NULL;
  if (!part_path(path, folder, &name)) return world_fault(err, path, "write it", ENAMETOOLONG);
  if (!*name) return enti_fail(err, ENT_ERR_IO, 0, "%s: is no name of a file; add one", shown(path));
  int fd = open_temp(folder, name, temp);
  if (fd < 0) return world_fault(err, path, "write beside it", errno);
  int number = 0;
  if (mode && fchmod(fd, mode & 0777) < 0) failed = "keep its permissions";
  else if (write_all(fd, bytes, length) < 0) failed = "write it";
  else if (sync_again(fd) < 0) failed = "sync it";
  if (failed) number = errno;
  if (close_once(fd) < 0 && !failed) {
    failed = "close it";
    number = errno;
  }
  if (!failed && rename(temp, path) < 0) {
    failed = "rename the new file over it";
    number = errno;
  }
  if (failed) {
    (void)unlink(temp);
    return world_fault(err, path, failed, number);
  }
  return sync_folder(folder, path, err);
}

ent_status ent_file_write(const char *path, const char *bytes, size_t length, ent_error *err) {
  if (!path || !*path) return no_path(err);
  if (!bytes && length) return enti_fail(err, ENT_ERR_ARGUMENT, 0, "%s: bytes are needed", shown(path));
  struct stat about;
  if (lstat(path, &about) < 0) {
    if (errno != ENOENT) return world_fault(err, path, "write it", errno);
    return replace_file(path, bytes, length, 0, err);
  }
  char target[PATH_MAX]; /* a link stays a link: what it leads to is replaced */
  const char *real = path;
  if (S_ISLNK(about.st_mode)) {
    real = realpath(path, target);
    if (!real || stat(real, &about) < 0) return world_fault(err, path, "follow the link", errno);
  }
  if (!S_ISREG(about.st_mode)) return not_regular(err, path, about.st_mode, true);
  return replace_file(real, bytes, length, about.st_mode, err);
}

/* ---- folders ------------------------------------------------------------------------------ */

ent_path_kind ent_path_kind_of(const char *path) {
  return ent_path_state_of(path).kind;
}

ent_path_state ent_path_state_of(const char *path) {
  ent_path_state state = {ENT_PATH_NONE, 0, 0, 0, 0, 0};
  struct stat about;
  if (!path || stat(path, &about) < 0) return state;
  state.kind = S_ISREG(about.st_mode) ? ENT_PATH_FILE : S_ISDIR(about.st_mode) ? ENT_PATH_FOLDER : ENT_PATH_OTHER;
  state.size = about.st_size > 0 ? (uint64_t)about.st_size : 0;
  state.seconds = (int64_t)about.st_mtim.tv_sec;
  state.nanoseconds = (uint32_t)about.st_mtim.tv_nsec;
  state.device = (uint64_t)about.st_dev;
  state.node = (uint64_t)about.st_ino;
  return state;
}

static ent_status collect_names(const ent_alloc *alloc, DIR *folder, enti_bytes *names, size_t *count,
                                int *number) {
  for (;;) {
    errno = 0;
    const struct dirent *entry = readdir(folder);
    if (!entry) {
      *number = errno;
      return errno ? ENT_ERR_IO : ENT_OK;
    }
    const char *name = entry->d_name;
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) continue;
    ent_status status = enti_bytes_add(alloc, names, name, strlen(name) + 1);
    if (status != ENT_OK) return status;
    (*count)++;
  }
}

static int compare_names(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b); /* strcmp compares unsigned bytes */
}

static ent_status sort_names(const ent_alloc *alloc, const enti_bytes *names, size_t count, ent_string **out) {
  size_t size;
  ent_string *string = NULL;
  if (!enti_mul(count, sizeof(const char *), &size)) return ENT_ERR_LIMIT;
  const char **order = count ? enti_new(alloc, size) : NULL;
  if (count && !order) return ENT_ERR_MEMORY;
  size_t at = 0, written = 0;
  for (size_t i = 0; i < count; i++) {
    order[i] = names->at + at;
    at += strlen(order[i]) + 1;
  }
  enti_sort(order, count, sizeof *order, compare_names);
  ent_status status = enti_string_new(alloc, NULL, names->count, &string);
  for (size_t i = 0; status == ENT_OK && i < count; i++) {
    size_t length = strlen(order[i]) + 1;
    memcpy(string->bytes + written, order[i], length);
    written += length;
  }
  enti_free(alloc, order, size);
  if (status == ENT_OK) *out = string;
  return status;
}

ent_status ent_folder_list(const ent_alloc *alloc, const char *path, ent_string **out, ent_error *err) {
  if (!path || !*path) return no_path(err);
  alloc = enti_alloc_or_default(alloc);
  DIR *folder = opendir(path);
  if (!folder) return world_fault(err, path, "open the folder", errno);
  enti_bytes names = {0};
  size_t count = 0;
  int number = 0;
  ent_status status = collect_names(alloc, folder, &names, &count, &number);
  (void)closedir(folder);
  if (status == ENT_OK) status = sort_names(alloc, &names, count, out);
  enti_array_free(alloc, &names);
  if (status == ENT_ERR_IO) return world_fault(err, path, "read the folder", number);
  if (status != ENT_OK) return enti_fail(err, status, 0, "%s: %s", shown(path), ent_status_text(status));
  return ENT_OK;
}

ent_status ent_folder_make(const char *path, ent_error *err) {
  if (!path || !*path) return no_path(err);
  if (mkdir(path, 0777) == 0) return ENT_OK;
  int number = errno;
  ent_path_kind kind = ent_path_kind_of(path);
  if (kind == ENT_PATH_FOLDER) return ENT_OK;
  if (number == EEXIST)
    return enti_fail(err, ENT_ERR_IO, 0, "%s: is there already and is no folder; choose another name", shown(path));
  return world_fault(err, path, "make the folder", number);
}
