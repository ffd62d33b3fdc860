/* fault_disk: tests of the tests: the disk in memory, the table of faults, and power cuts over a toy that keeps one
 * number on disk in the way in which a corpus keeps its segments. */
#define _GNU_SOURCE
#include "powercut.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>

/* ---- the toy ------------------------------------------------------------------------------ */

/* The bytes of commit k: `length` of them, made of k. */
static size_t toy_bytes(uint64_t k, char out[1600]) {
  size_t length = 700 + (size_t)(k % 7) * 111;
  for (size_t i = 0; i < length; i++) out[i] = (char)(k * 31 + i * i % 251 + 1);
  return length;
}

static int64_t toy_put(const enti_io *io, const char *path, const char *bytes, size_t length) {
  char temp[32];
  (void)snprintf(temp, sizeof temp, "%s.tmp", path);
  int fd = io->open(io->user, temp, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  int64_t result = fd;
  for (size_t at = 0; result >= 0 && at < length; at += (size_t)result)
    result = io->write(io->user, fd, bytes + at, at ? length - at : (length + 1) / 2);
  if (result >= 0) result = io->sync(io->user, fd);
  if (fd >= 0) {
    int closed = io->close(io->user, fd);
    if (result >= 0) result = closed;
  }
  return result >= 0 ? io->rename(io->user, temp, path) : result;
}

static int64_t toy_sync(const enti_io *io) {
  int fd = io->open(io->user, "toy", O_RDONLY | O_DIRECTORY, 0);
  if (fd < 0) return fd;
  int64_t result = io->sync(io->user, fd), closed = io->close(io->user, fd);
  return result < 0 ? result : closed;
}

static int64_t toy_commit(const enti_io *io, uint64_t k) {
  char path[24], bytes[1600];
  size_t length = toy_bytes(k, bytes);
  (void)snprintf(path, sizeof path, "toy/data-%" PRIu64, k);
  int64_t result = toy_put(io, path, bytes, length);
  if (result >= 0) result = toy_sync(io);
  char number[8];
  memcpy(number, &k, sizeof k);
  if (result >= 0) result = toy_put(io, "toy/manifest", number, sizeof number);
  if (result >= 0) result = toy_sync(io);
  return result;
}

static void toy_clean(const enti_io *io, uint64_t k) {
  char path[24];
  (void)snprintf(path, sizeof path, "toy/data-%" PRIu64, k - 1);
  (void)io->unlink(io->user, path);
}

static int64_t toy_read(const enti_io *io, const char *path, char *bytes, size_t room) {
  int fd = io->open(io->user, path, O_RDONLY, 0);
  if (fd < 0) return fd;
  int64_t count = io->read(io->user, fd, bytes, room, 0);
  (void)io->close(io->user, fd);
  return count;
}

static bool toy_run(void *user, const enti_io *io, volatile uint64_t *acknowledged) {
  uint64_t commits = *(uint64_t *)user;
  for (uint64_t k = *acknowledged + 1; k <= commits; k++) {
    if (toy_commit(io, k) < 0) return false;
    *acknowledged = k;
    toy_clean(io, k);
  }
  return true;
}

static bool toy_find(const enti_io *io, uint64_t *found) {
  char path[24], bytes[1600], wanted[1600], number[9];
  int64_t count = toy_read(io, "toy/manifest", number, sizeof number);
  *found = 0;
  if (count == -ENOENT) return true;
  if (count != 8) return false;
  memcpy(found, number, 8);
  (void)snprintf(path, sizeof path, "toy/data-%" PRIu64, *found);
  size_t length = toy_bytes(*found, wanted);
  return toy_read(io, path, bytes, sizeof bytes) == (int64_t)length && memcmp(bytes, wanted, length) == 0;
}

static bool toy_check(void *user, disk *d, uint64_t *found, char why[POWERCUT_WHY]) {
  enti_io io = disk_io(d);
  uint64_t next;
  (void)user;
  (void)snprintf(why, POWERCUT_WHY, "commit %" PRIu64 " is not as it was written", *found);
  return toy_find(&io, found) && toy_commit(&io, *found + 1) >= 0 && toy_find(&io, &next) && next == *found + 1;
}

static disk *toy_disk(void) { /* with a folder that lasts */
  disk *d = disk_new();
  enti_io io = disk_io(d);
  (void)io.make(io.user, "toy");
  disk *made = disk_after(d, DISK_ALL, 0);
  disk_free(d);
  return made;
}

static void test_toy(void) {
  static const struct {
    const char *name;
    fault_mutant mutant;
  } mutants[] = {{"no fsync of a file", MUTANT_NO_FILE_SYNC},
                 {"no fsync of the folder", MUTANT_NO_FOLDER_SYNC},
                 {"a manifest written in place", MUTANT_IN_PLACE}};
  uint64_t commits = 12;
  powercut_subject subject = {&commits, toy_run, toy_check};
  powercut_result result = {0};
  disk *start = toy_disk();
  powercut(&subject, start, 0, MUTANT_NONE, 32, &result);
  tap(result.violations == 0 && result.states >= 5000, "a toy lasts: %" PRIu64 " violations of %" PRIu64 " states, %" PRIu64 " unique",
      result.violations, result.states, result.unique);
  for (size_t i = 0; i < sizeof mutants / sizeof *mutants; i++) {
    result = (powercut_result){.violations = 3}; /* not printed */
    powercut(&subject, start, 0, mutants[i].mutant, 32, &result);
    tap(result.violations > 3, "seen in a toy: %s (%" PRIu64 " of %" PRIu64 " states)", mutants[i].name, result.violations - 3,
        result.states);
  }
  disk_free(start);
}

/* ---- the disk ----------------------------------------------------------------------------- */

static int write_file(const enti_io *io, const char *path, const char *bytes) {
  int fd = io->open(io->user, path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  (void)io->write(io->user, fd, bytes, strlen(bytes));
  return fd;
}

static bool sync_folder(const enti_io *io, const char *path) {
  int fd = io->open(io->user, path, O_RDONLY | O_DIRECTORY, 0);
  return io->sync(io->user, fd) == 0 && io->close(io->user, fd) == 0;
}

/* Whether a file holds these bytes after a cut; NULL: is not there. */
static bool left(const disk *d, disk_cut cut, uint64_t seed, const char *path, const char *bytes) {
  char got[2048] = "";
  disk *after = disk_after(d, cut, seed);
  enti_io io = disk_io(after);
  int64_t count = toy_read(&io, path, got, sizeof got - 1);
  disk_free(after);
  return bytes ? count >= 0 && strcmp(got, bytes) == 0 : count == -ENOENT;
}

static void test_calls(void) {
  disk *d = disk_new();
  enti_io io = disk_io(d);
  enti_bytes names = {0};
  enti_io_stat about;
  int fd = write_file(&io, "f", "bytes");
  tap(io.stat(io.user, fd, &about) == 0 && about.size == 5 && about.regular && !about.folder, "a file has a length");
  tap(io.open(io.user, "f", O_WRONLY | O_CREAT | O_EXCL, 0) == -EEXIST && io.open(io.user, "g", O_RDONLY, 0) == -ENOENT &&
          io.open(io.user, "f/x", O_RDONLY, 0) == -ENOTDIR && io.open(io.user, "f", O_RDONLY | O_DIRECTORY, 0) == -ENOTDIR &&
          io.write(io.user, 99, "", 1) == -EBADF && io.unlink(io.user, "g") == -ENOENT,
      "errors are those of the system");
  int other = io.open(io.user, "./f", O_RDWR, 0);
  tap(io.lock(io.user, fd) == 0 && io.lock(io.user, other) == -EWOULDBLOCK && io.close(io.user, fd) == 0 &&
          io.lock(io.user, other) == 0,
      "one descriptor has the lock until it is closed");
  tap(io.unlink(io.user, "f") == 0 && io.stat(io.user, other, &about) == 0 && about.size == 5, "an open file outlives its name");
  (void)io.make(io.user, "folder");
  (void)io.close(io.user, write_file(&io, "folder/a", ""));
  tap(io.list(io.user, "/folder", &enti_alloc_default, &names) == 0 && names.count == 2 && memcmp(names.at, "a", 2) == 0,
      "a folder lists its names");
  enti_array_free(&enti_alloc_default, &names);
  disk_free(d);
}

static void test_cuts(void) {
  disk *d = disk_new();
  enti_io io = disk_io(d);
  int fd = write_file(&io, "f", "one");
  tap(left(d, DISK_ALL, 0, "f", "one") && left(d, DISK_NOTHING, 0, "f", NULL) && left(d, DISK_NAMES, 0, "f", ""),
      "neither name nor bytes last by themselves");
  (void)io.sync(io.user, fd);
  tap(left(d, DISK_NOTHING, 0, "f", NULL) && left(d, DISK_NAMES, 0, "f", "one"), "a synced file's name does not last");
  (void)sync_folder(&io, "/");
  (void)io.write(io.user, fd, "two", 3);
  bool lost = false, torn = false;
  for (uint64_t seed = 0; seed < 200; seed++) {
    lost |= left(d, DISK_RANDOM, seed, "f", "one");
    torn |= left(d, DISK_RANDOM, seed, "f", "onet");
  }
  tap(left(d, DISK_NOTHING, 0, "f", "one") && lost && torn, "a write is lost, or torn anywhere");
  (void)io.close(io.user, write_file(&io, "g", "three"));
  (void)io.rename(io.user, "g", "f");
  bool mixed = false;
  for (uint64_t seed = 0; seed < 200; seed++) mixed |= left(d, DISK_RANDOM, seed, "f", "thrtwo");
  tap(left(d, DISK_LAST, 0, "f", "three") && left(d, DISK_LAST, 0, "g", NULL) && !mixed, "a rename needs no name before it");
  disk_doom(d, fd);
  (void)io.sync(io.user, fd);
  (void)io.close(io.user, fd);
  (void)io.unlink(io.user, "f");
  tap(left(d, DISK_NOTHING, 0, "f", "one"), "what a failed sync dropped does not come back with the next; an unlink waits, too");
  disk_free(d);
}

/* ---- the table ---------------------------------------------------------------------------- */

static void test_table(void) {
  disk *d = disk_new();
  enti_io under = disk_io(d);
  faulty f;
  faulty_init(&f, &under, d);
  f.kind = FAULT_EIO;
  f.at = 2;
  int fd = f.io.open(f.io.user, "f", O_WRONLY | O_CREAT, 0666);
  bool good = f.io.write(f.io.user, fd, "abcd", 4) == -EIO && f.io.write(f.io.user, fd, "abcd", 4) == 4;
  tap(good && f.calls == 3 && f.failed == 1, "the N-th call fails, once");
  f.persistent = true;
  f.at = 5;
  good = f.io.write(f.io.user, fd, "", 1) == 1;
  tap(good && f.io.sync(f.io.user, fd) == -EIO && f.io.sync(f.io.user, fd) == -EIO, "or from the N-th on");
  f.kind = FAULT_SHORT;
  f.at = 1;
  good = f.io.write(f.io.user, fd, "abcd", 4) == 2;
  f.kind = FAULT_LOST;
  tap(good && f.io.write(f.io.user, fd, "abcd", 4) == 4 && f.io.close(f.io.user, fd) == 0, "a write is short, or lost");
  tap(left(d, DISK_ALL, 0, "f", "abcd") == false && toy_read(&under, "f", (char[64]){0}, 64) == 7, "and no byte of it is there");
  disk_free(d);
}

int main(void) {
  test_calls();
  test_cuts();
  test_table();
  test_toy();
  return tap_end();
}
