/* store/sealed: reads a sealed file. The layout stands in sealed_format.h.
 *
 * Mapped, or as memory of the file's length into which blocks are read when they are first wanted: `at` is the same
 * pointer arithmetic. Where the table of mapped files is full a file is read, too. Invariant: a bit of `checked` or
 * `summed` is set, with release, after its block has been found as written; what is read into memory is written to by
 * one thread at a time, under the lock, and never again once its bit is set. A mapped file that is cut off loses the
 * first letter of its trailer first of all, which enti_view_still sees, wherever in a page the cut is. */
#define _GNU_SOURCE
#include "store/sealed.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>

#include "base/checksum.h"
#include "store/call.h"
#include "store/guard.h"
#include "store/sealed_format.h"

struct enti_sealed {
  enti_view view; /* first: the view is the file */
  ent_alloc alloc;
  const enti_io *io;
  enti_layout layout;
  uint32_t *tops;
  uint64_t *summed; /* a bit a block of sums */
  unsigned char *base;
  int fd;   /* -1: the file is mapped */
  int slot; /* of the guard */
  pthread_mutex_t lock;
};

static size_t words(uint64_t bits) { return (size_t)((bits + 63) / 64); }

static bool has_bit(const uint64_t *bits, uint64_t at) {
  return __atomic_load_n(&bits[at >> 6], __ATOMIC_ACQUIRE) >> (at & 63) & 1;
}

static void set_bit(uint64_t *bits, uint64_t at) {
  (void)__atomic_fetch_or(&bits[at >> 6], UINT64_C(1) << (at & 63), __ATOMIC_RELEASE);
}

/* ---- checking ---- */

/* Bytes of the file, in their place or, with `into`, beside it. */
static ent_status fetch(enti_sealed *sealed, uint64_t at, size_t length, unsigned char *into) {
  if (sealed->fd < 0) {
    if (into) memcpy(into, sealed->base + at, length);
    return ENT_OK;
  }
  int64_t got = enti_call_read(sealed->io, sealed->fd, into ? into : sealed->base + at, length, at);
  return got < 0 ? ENT_ERR_IO : (uint64_t)got == length ? ENT_OK : ENT_ERR_DAMAGE;
}

static size_t sums_length(const enti_sealed *sealed, uint64_t top) {
  uint64_t at = top * ENTI_BLOCK, all = sealed->layout.blocks * ENTI_SUM;
  return all - at < ENTI_BLOCK ? (size_t)(all - at) : ENTI_BLOCK;
}

static size_t block_length(const enti_sealed *sealed, uint64_t block) {
  uint64_t at = block * ENTI_BLOCK, all = sealed->layout.sums_at; /* the zeros belong to the last one */
  return all - at < ENTI_BLOCK ? (size_t)(all - at) : ENTI_BLOCK;
}

static ent_status check_sums(enti_sealed *sealed, uint64_t top) {
  if (has_bit(sealed->summed, top)) return ENT_OK;
  uint64_t at = sealed->layout.sums_at + top * ENTI_BLOCK;
  size_t length = sums_length(sealed, top);
  ent_status status = fetch(sealed, at, length, NULL);
  if (status != ENT_OK) return status;
  if (enti_crc32c(0, sealed->base + at, length) != sealed->tops[top]) return ENT_ERR_DAMAGE;
  set_bit(sealed->summed, top);
  return ENT_OK;
}

static ent_status check_block(enti_sealed *sealed, uint64_t block) {
  if (has_bit(sealed->view.checked, block)) return ENT_OK;
  ent_status status = check_sums(sealed, block / ENTI_SUMS_PER_BLOCK);
  if (status != ENT_OK) return status;
  size_t length = block_length(sealed, block);
  status = fetch(sealed, block * ENTI_BLOCK, length, NULL);
  if (status != ENT_OK) return status;
  const unsigned char *sum = sealed->base + sealed->layout.sums_at + block * ENTI_SUM;
  if (enti_crc32c(0, sealed->base + block * ENTI_BLOCK, length) != enti_get32(sum)) return ENT_ERR_DAMAGE;
  set_bit(sealed->view.checked, block);
  return enti_view_still(&sealed->view);
}

static ent_status check(enti_view *view, uint64_t begin, uint64_t end) {
  enti_sealed *sealed = (enti_sealed *)view;
  ent_status status = ENT_OK;
  if (begin >= end) return ENT_OK;
  if (sealed->fd >= 0) (void)pthread_mutex_lock(&sealed->lock);
  for (uint64_t block = begin >> ENTI_BLOCK_BITS; status == ENT_OK && block <= (end - 1) >> ENTI_BLOCK_BITS; block++)
    status = check_block(sealed, block);
  if (sealed->fd >= 0) (void)pthread_mutex_unlock(&sealed->lock);
  return status;
}

/* Lets the system have the pages that lie inside, in steps that are whole pages everywhere. Only of what is mapped: it
 * comes back as it was, while memory would be zeros to whoever still has a pointer there. */
static void forget(enti_view *view, uint64_t begin, uint64_t end) {
  enti_sealed *sealed = (enti_sealed *)view;
  const uint64_t step = UINT64_C(4) * ENTI_BLOCK;
  if (end > view->length) end = view->length;
  if (begin >= end) return;
  begin = (begin + step - 1) / step * step;
  end = end / step * step;
  if (begin < end) (void)madvise(sealed->base + begin, (size_t)(end - begin), MADV_DONTNEED);
}

/* ---- opening ---- */

/* Reads and checks the trailer of a file of `length` bytes and finds where everything stands. */
static ent_status read_trailer(enti_sealed *sealed, uint64_t length, const enti_seal *seal, uint32_t *tops_sum) {
  unsigned char trailer[ENTI_TRAILER];
  if (length < sizeof trailer || (seal && seal->length != length)) return ENT_ERR_DAMAGE;
  int64_t got = enti_call_read(sealed->io, sealed->fd, trailer, sizeof trailer, length - sizeof trailer);
  if (got < 0) return ENT_ERR_IO;
  uint32_t crc = enti_get32(trailer + 28);
  if (got != sizeof trailer || memcmp(trailer, ENTI_SEALED_MAGIC, 8) != 0 || enti_crc32c(0, trailer, 28) != crc ||
      (seal && seal->crc != crc) || enti_get32(trailer + 8) != ENTI_SEALED_VERSION ||
      enti_get32(trailer + 12) != ENTI_BLOCK)
    return ENT_ERR_DAMAGE;
  uint64_t payload = enti_get64(trailer + 16);
  if (!enti_layout_of(payload, &sealed->layout) || sealed->layout.length != length) return ENT_ERR_DAMAGE;
  *tops_sum = enti_get32(trailer + 24);
  return length > SIZE_MAX / 2 ? ENT_ERR_LIMIT : ENT_OK;
}

static ent_status read_tops(enti_sealed *sealed, uint32_t tops_sum) {
  const enti_layout *layout = &sealed->layout;
  size_t size = (size_t)layout->tops * ENTI_SUM;
  if (size == 0) return tops_sum == 0 ? ENT_OK : ENT_ERR_DAMAGE;
  sealed->tops = enti_new(&sealed->alloc, size);
  sealed->summed = enti_new(&sealed->alloc, words(layout->tops) * sizeof(uint64_t));
  sealed->view.checked = enti_new(&sealed->alloc, words(layout->blocks) * sizeof(uint64_t));
  if (!sealed->tops || !sealed->summed || !sealed->view.checked) return ENT_ERR_MEMORY;
  int64_t got = enti_call_read(sealed->io, sealed->fd, sealed->tops, size, layout->tops_at);
  if (got < 0) return ENT_ERR_IO;
  if ((uint64_t)got != size || enti_crc32c(0, sealed->tops, size) != tops_sum) return ENT_ERR_DAMAGE;
  for (uint64_t i = 0; i < layout->tops; i++) sealed->tops[i] = enti_get32((const unsigned char *)&sealed->tops[i]);
  return ENT_OK;
}

/* Maps the file, or, where it is not to be or cannot be, takes memory of its length, which costs nothing yet. */
static ent_status take_memory(enti_sealed *sealed, unsigned flags) {
  size_t length = (size_t)sealed->layout.length;
  void *base = MAP_FAILED;
  if (!(flags & ENT_OPEN_READ)) {
    base = mmap(NULL, length, PROT_READ, MAP_SHARED, sealed->fd, 0);
    if (base != MAP_FAILED) sealed->slot = enti_guard_add(base, (char *)base + length, &sealed->view.gone);
    if (base != MAP_FAILED && sealed->slot < 0) {
      (void)munmap(base, length);
      base = MAP_FAILED;
    }
  }
  if (base == MAP_FAILED)
    base = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (base == MAP_FAILED) return ENT_ERR_MEMORY;
  sealed->base = base;
  sealed->view.at = base;
  sealed->view.length = sealed->layout.payload;
  sealed->view.check = check;
  if (sealed->slot >= 0) {
    sealed->view.forget = forget;
    sealed->view.last = sealed->base + sealed->layout.trailer_at; /* the first letter of its magic */
  }
  return ENT_OK;
}

static ent_status open_file(enti_sealed *sealed, const char *path, unsigned flags, const enti_seal *seal, ent_error *err) {
  enti_io_stat about;
  uint32_t tops_sum = 0;
  int result = sealed->io->stat(sealed->io->user, sealed->fd, &about);
  if (result < 0) return enti_file_fault(err, path, "examine it", -result);
  ent_status status = about.regular ? read_trailer(sealed, about.size, seal, &tops_sum) : ENT_ERR_DAMAGE;
  if (status == ENT_OK) status = read_tops(sealed, tops_sum);
  if (status == ENT_OK) status = take_memory(sealed, flags);
  if (status == ENT_OK && sealed->slot >= 0) { /* what is mapped needs no descriptor */
    (void)enti_call_close(sealed->io, sealed->fd);
    sealed->fd = -1;
  }
  if (status == ENT_OK) return ENT_OK;
  return enti_fail(err, status, 0, "%s: %s", enti_file_shown(path),
                   status == ENT_ERR_DAMAGE  ? "is damaged; take the corpus from a copy or index it again"
                   : status == ENT_ERR_LIMIT ? "is too large for this machine's addresses"
                   : status == ENT_ERR_IO    ? "cannot read it"
                                             : "out of memory");
}

ent_status enti_sealed_open(const ent_alloc *alloc, const enti_io *io, const char *path, unsigned flags,
                            const enti_seal *seal, enti_sealed **out, bool *missing, ent_error *err) {
  if (missing) *missing = false;
  enti_sealed *sealed = enti_new(alloc, sizeof *sealed);
  if (!sealed) return enti_fail(err, ENT_ERR_MEMORY, 0, "%s: out of memory", enti_file_shown(path));
  sealed->alloc = *alloc;
  sealed->io = io;
  sealed->slot = -1;
  if (pthread_mutex_init(&sealed->lock, NULL) != 0) {
    enti_free(alloc, sealed, sizeof *sealed);
    return enti_fail(err, ENT_ERR_MEMORY, 0, "%s: out of memory", enti_file_shown(path));
  }
  sealed->fd = enti_call_open(io, path, O_RDONLY | O_NONBLOCK);
  ent_status status;
  if (sealed->fd < 0) {
    if (missing) *missing = sealed->fd == -ENOENT;
    status = enti_file_fault(err, path, "open it", -sealed->fd);
  } else {
    status = open_file(sealed, path, flags, seal, err);
  }
  if (status == ENT_OK) *out = sealed;
  else enti_sealed_free(sealed);
  return status;
}

void enti_sealed_free(enti_sealed *sealed) {
  if (!sealed) return;
  ent_alloc alloc = sealed->alloc;
  const enti_layout *layout = &sealed->layout;
  enti_guard_remove(sealed->slot);
  if (sealed->base) (void)munmap(sealed->base, (size_t)layout->length);
  if (sealed->fd >= 0) (void)enti_call_close(sealed->io, sealed->fd);
  (void)pthread_mutex_destroy(&sealed->lock);
  enti_free(&alloc, sealed->tops, (size_t)layout->tops * ENTI_SUM);
  enti_free(&alloc, sealed->summed, words(layout->tops) * sizeof(uint64_t));
  enti_free(&alloc, sealed->view.checked, words(layout->blocks) * sizeof(uint64_t));
  enti_free(&alloc, sealed, sizeof *sealed);
}

enti_view *enti_sealed_view(enti_sealed *sealed) { return &sealed->view; }

/* ---- verifying ---- */

/* Compares `length` bytes of the file with a sum; the buffer holds a block. */
static ent_status verify_block(enti_sealed *sealed, uint64_t at, size_t length, uint32_t sum, unsigned char *buffer) {
  ent_status status = fetch(sealed, at, length, buffer);
  if (status == ENT_OK) status = enti_view_still(&sealed->view);
  if (status != ENT_OK) return status;
  return enti_crc32c(0, buffer, length) == sum ? ENT_OK : ENT_ERR_DAMAGE;
}

ent_status enti_sealed_verify(enti_sealed *sealed, void (*report)(void *user, const char *line), void *user) {
  const enti_layout *layout = &sealed->layout;
  unsigned char sums[ENTI_BLOCK], buffer[ENTI_BLOCK];
  ent_status result = ENT_OK;
  char line[120];
  for (uint64_t top = 0; top < layout->tops; top++) {
    uint64_t first = top * ENTI_SUMS_PER_BLOCK, at = layout->sums_at + top * ENTI_BLOCK;
    size_t length = sums_length(sealed, top);
    ent_status status = verify_block(sealed, at, length, sealed->tops[top], sums);
    if (status != ENT_OK) {
      result = status;
      (void)snprintf(line, sizeof line, "checksums at byte %" PRIu64 ": %s", at, ent_status_text(status));
      if (report) report(user, line);
      continue;
    }
    for (uint64_t block = first; block < first + length / ENTI_SUM; block++) {
      status = verify_block(sealed, block * ENTI_BLOCK, block_length(sealed, block),
                            enti_get32(sums + (block - first) * ENTI_SUM), buffer);
      if (status == ENT_OK) continue;
      result = status;
      (void)snprintf(line, sizeof line, "block at byte %" PRIu64 ": %s", block * ENTI_BLOCK, ent_status_text(status));
      if (report) report(user, line);
    }
  }
  return result;
}
