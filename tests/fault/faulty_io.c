/* faulty_io: each call asks `fails` first. */
#define _GNU_SOURCE
#include "faulty_io.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* What a call is to the kinds of faults. */
enum { TAKES_ROOM = 1, CAN_WAIT = 2, MOVES_BYTES = 4, WRITES = 8 };

static bool applies(const faulty *f, unsigned call) {
  switch (f->kind) {
    case FAULT_NONE: return false;
    case FAULT_ENOSPC:
    case FAULT_EDQUOT: return call & TAKES_ROOM;
    case FAULT_EINTR: return call & CAN_WAIT;
    case FAULT_SHORT: return call & MOVES_BYTES;
    case FAULT_LOST:
    case FAULT_LESS: return call & WRITES;
    default: return true;
  }
}

/* Whether this call fails, and counts it. */
static bool fails(faulty *f, unsigned call) {
  f->calls++;
  if (!applies(f, call)) return false;
  f->able++;
  bool now = f->able == f->at;
  if (f->persistent && f->able > f->at) now = f->kind != FAULT_EINTR || (f->able - f->at) % 3 != 2;
  f->failed += now;
  return now;
}

static int number_of(fault_kind kind) {
  switch (kind) {
    case FAULT_ENOSPC: return -ENOSPC;
    case FAULT_EDQUOT: return -EDQUOT;
    case FAULT_EINTR: return -EINTR;
    default: return -EIO;
  }
}

static bool is_error(fault_kind kind) { return kind >= FAULT_EIO && kind <= FAULT_EINTR; }

static void note(faulty *f, const char *call, const char *path, int64_t result) {
  size_t place = f->calls % FAULT_TRACE;
  (void)snprintf(f->trace[place].call, sizeof f->trace[place].call, "%s", call);
  (void)snprintf(f->trace[place].path, sizeof f->trace[place].path, "%s", path ? path : "");
  f->trace[place].result = result;
}

/* A call from beginning to end: `failed` says that it must not be passed on. */
#define BEGIN(flags)                                                      \
  faulty *f = user;                                                       \
  if (f->most && f->calls >= f->most) return -EIO;                        \
  bool now = fails(f, (flags));                                           \
  if (now && f->kind == FAULT_KILL) (void)kill(getpid(), SIGKILL);        \
  bool failed = now && is_error(f->kind)
#define END(name, path, changes)                                          \
  note(f, (name), (path), result);                                        \
  if (now && f->kind == FAULT_KILLED) (void)kill(getpid(), SIGKILL);      \
  if ((changes) && result >= 0 && f->changed) f->changed(f->user);        \
  return result

static int faulty_open(void *user, const char *path, int flags, unsigned mode) {
  bool writes = (flags & O_ACCMODE) != O_RDONLY;
  BEGIN(CAN_WAIT | (writes ? TAKES_ROOM : 0));
  int result = failed ? number_of(f->kind) : f->under.open(f->under.user, path, flags, mode);
  END("open", path, writes);
}

static int64_t faulty_read(void *user, int fd, void *bytes, size_t length, uint64_t offset) {
  BEGIN(CAN_WAIT | MOVES_BYTES);
  if (now && f->kind == FAULT_SHORT) length = (length + 1) / 2;
  int64_t result = failed ? number_of(f->kind) : f->under.read(f->under.user, fd, bytes, length, offset);
  END("read", NULL, false);
}

static int64_t faulty_write(void *user, int fd, const void *bytes, size_t length) {
  BEGIN(CAN_WAIT | MOVES_BYTES | TAKES_ROOM | WRITES);
  size_t some = length;
  bool lies = now && (f->kind == FAULT_LOST || f->kind == FAULT_LESS);
  if (now && (f->kind == FAULT_SHORT || f->kind == FAULT_LESS)) some = f->kind == FAULT_LESS ? length / 2 : (length + 1) / 2;
  if (now && f->kind == FAULT_LOST) some = 0;
  int64_t result = failed ? number_of(f->kind) : f->under.write(f->under.user, fd, bytes, some);
  if (lies && result >= 0) result = (int64_t)length;
  END("write", NULL, true);
}

static int faulty_sync(void *user, int fd) {
  BEGIN(CAN_WAIT | TAKES_ROOM);
  enti_io_stat about = {0};
  int result = failed ? number_of(f->kind) : 0;
  bool asks = !failed && f->mutant != MUTANT_NONE && f->under.stat(f->under.user, fd, &about) == 0;
  bool skipped = asks && f->mutant == (about.folder ? MUTANT_NO_FOLDER_SYNC : MUTANT_NO_FILE_SYNC);
  if (failed && f->kind != FAULT_EINTR && f->medium) disk_doom(f->medium, fd);
  if (!failed && !skipped) result = f->under.sync(f->under.user, fd);
  END("sync", NULL, true);
}

static int faulty_close(void *user, int fd) {
  BEGIN(CAN_WAIT);
  int result = f->under.close(f->under.user, fd);
  if (failed) result = number_of(f->kind);
  END("close", NULL, false);
}

static int faulty_stat(void *user, int fd, enti_io_stat *out) {
  BEGIN(0);
  int result = failed ? number_of(f->kind) : f->under.stat(f->under.user, fd, out);
  END("stat", NULL, false);
}

/* Writes the bytes of one file over those of another, and takes the first away: a rename for those who know no better. */
static int write_over(faulty *f, const char *from, const char *to) {
  const enti_io *io = &f->under;
  char bytes[65536];
  int in = io->open(io->user, from, O_RDONLY, 0);
  if (in < 0) return in;
  int out = io->open(io->user, to, O_WRONLY | O_TRUNC, 0);
  if (out < 0) {
    (void)io->close(io->user, in);
    return out;
  }
  if (f->changed) f->changed(f->user);
  int64_t count, result = 0;
  for (uint64_t at = 0; result >= 0 && (count = io->read(io->user, in, bytes, sizeof bytes, at)) > 0; at += (uint64_t)count) {
    result = io->write(io->user, out, bytes, (size_t)count);
    if (f->changed) f->changed(f->user);
  }
  if (result >= 0) result = io->sync(io->user, out);
  (void)io->close(io->user, out);
  (void)io->close(io->user, in);
  return result >= 0 ? io->unlink(io->user, from) : (int)result;
}

static bool is_there(faulty *f, const char *path) {
  int fd = f->under.open(f->under.user, path, O_RDONLY, 0);
  if (fd >= 0) (void)f->under.close(f->under.user, fd);
  return fd >= 0;
}

static int faulty_rename(void *user, const char *from, const char *to) {
  BEGIN(TAKES_ROOM);
  bool over = !failed && f->mutant == MUTANT_IN_PLACE && is_there(f, to);
  int result = failed ? number_of(f->kind) : over ? write_over(f, from, to) : f->under.rename(f->under.user, from, to);
  END("rename", to, true);
}

static int faulty_unlink(void *user, const char *path) {
  BEGIN(0);
  int result = failed ? number_of(f->kind) : f->under.unlink(f->under.user, path);
  END("unlink", path, true);
}

static int faulty_make(void *user, const char *path) {
  BEGIN(TAKES_ROOM);
  int result = failed ? number_of(f->kind) : f->under.make(f->under.user, path);
  END("make", path, true);
}

static int faulty_lock(void *user, int fd) {
  BEGIN(CAN_WAIT);
  int result = failed ? number_of(f->kind) : f->under.lock(f->under.user, fd);
  END("lock", NULL, false);
}

static int faulty_truncate(void *user, int fd, uint64_t length) {
  BEGIN(CAN_WAIT | TAKES_ROOM);
  int result = failed ? number_of(f->kind) : f->under.truncate(f->under.user, fd, length);
  END("truncate", NULL, true);
}

static int faulty_list(void *user, const char *path, const ent_alloc *alloc, enti_bytes *names) {
  BEGIN(0);
  int result = failed ? number_of(f->kind) : f->under.list(f->under.user, path, alloc, names);
  END("list", path, false);
}

void faulty_init(faulty *f, const enti_io *under, disk *medium) {
  *f = (faulty){.under = *under, .medium = medium};
  f->io = (enti_io){.open = faulty_open, .read = faulty_read, .write = faulty_write, .sync = faulty_sync,
                    .close = faulty_close, .stat = faulty_stat, .rename = faulty_rename, .unlink = faulty_unlink,
                    .make = faulty_make, .lock = faulty_lock, .truncate = faulty_truncate, .list = faulty_list, .user = f};
}

void faulty_print(const faulty *f) {
  uint64_t first = f->calls >= FAULT_TRACE ? f->calls - FAULT_TRACE + 1 : 1;
  for (uint64_t n = first; n <= f->calls; n++)
    printf("#   call %" PRIu64 ": %s %s = %" PRId64 "\n", n, f->trace[n % FAULT_TRACE].call, f->trace[n % FAULT_TRACE].path,
           f->trace[n % FAULT_TRACE].result);
}
