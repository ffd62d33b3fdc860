/* store/sealer: writes a sealed file. The layout stands in sealed_format.h.
 *
 * Bytes gather in a buffer of whole blocks; when it is full its blocks are summed and it is written. A failure sticks,
 * with its message. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>

#include "base/checksum.h"
#include "store/call.h"
#include "store/sealed.h"
#include "store/sealed_format.h"

enum { BUFFER = 16 * ENTI_BLOCK, AHEAD = 8 * BUFFER };

struct enti_sealer {
  enti_sink sink; /* first: the sink is the sealer */
  ent_alloc alloc;
  const enti_io *io;
  int fd; /* -1: closed */
  ent_error fault; /* its code is ENT_OK while there is none */
  size_t used;
  uint64_t written, ahead; /* bytes of the file; of them, bytes that are on their way to the disk */
  ENTI_ARRAY(uint32_t) sums;
  char path[ENTI_PATH];
  unsigned char buffer[BUFFER];
};

static ent_status flush(enti_sealer *sealer) {
  int result = enti_call_write(sealer->io, sealer->fd, sealer->buffer, sealer->used);
  if (result >= 0) sealer->written += sealer->used;
  sealer->used = 0;
  if (result >= 0 && sealer->io->ahead && sealer->written - sealer->ahead >= AHEAD) {
    sealer->io->ahead(sealer->io->user, sealer->fd, sealer->ahead, sealer->written - sealer->ahead);
    sealer->ahead = sealer->written;
  }
  return result < 0 ? enti_file_fault(&sealer->fault, sealer->path, "write it", -result) : ENT_OK;
}

/* Sums the blocks of payload in the buffer and writes it. */
static ent_status flush_blocks(enti_sealer *sealer) {
  size_t blocks = (sealer->used + ENTI_BLOCK - 1) / ENTI_BLOCK;
  ent_status status = enti_array_reserve(&sealer->alloc, &sealer->sums, blocks);
  if (status != ENT_OK) return enti_fail(&sealer->fault, status, 0, "%s: out of memory", enti_file_shown(sealer->path));
  for (size_t at = 0; at < sealer->used; at += ENTI_BLOCK) {
    size_t length = sealer->used - at < ENTI_BLOCK ? sealer->used - at : ENTI_BLOCK;
    sealer->sums.at[sealer->sums.count++] = enti_crc32c(0, sealer->buffer + at, length);
  }
  return flush(sealer);
}

static ent_status sink_write(enti_sink *sink, const void *bytes, size_t length) {
  enti_sealer *sealer = (enti_sealer *)sink;
  const char *at = bytes;
  while (length > 0 && sealer->fault.code == ENT_OK) {
    size_t room = BUFFER - sealer->used, some = length < room ? length : room;
    memcpy(sealer->buffer + sealer->used, at, some);
    sealer->used += some;
    at += some;
    length -= some;
    if (sealer->used == BUFFER) (void)flush_blocks(sealer);
  }
  return sealer->fault.code;
}

ent_status enti_sealer_new(const ent_alloc *alloc, const enti_io *io, const char *path, enti_sealer **out, ent_error *err) {
  size_t length = strlen(path);
  if (length >= ENTI_PATH) return enti_file_fault(err, path, "make it", ENAMETOOLONG);
  enti_sealer *sealer = enti_resize(alloc, NULL, 0, sizeof *sealer);
  if (!sealer) return enti_fail(err, ENT_ERR_MEMORY, 0, "%s: out of memory", enti_file_shown(path));
  sealer->sink = (enti_sink){sink_write, 0};
  sealer->alloc = *alloc;
  sealer->io = io;
  sealer->fault.code = ENT_OK;
  sealer->used = 0;
  sealer->written = sealer->ahead = 0;
  sealer->sums.at = NULL;
  sealer->sums.count = sealer->sums.room = 0;
  memcpy(sealer->path, path, length + 1);
  sealer->fd = enti_call_open(io, path, O_RDWR | O_CREAT | O_EXCL);
  if (sealer->fd < 0) {
    (void)enti_file_fault(err, path, "make it", -sealer->fd);
    ent_status status = sealer->fd == -ENOMEM ? ENT_ERR_MEMORY : ENT_ERR_IO;
    enti_free(alloc, sealer, sizeof *sealer);
    return status;
  }
  *out = sealer;
  return ENT_OK;
}

enti_sink *enti_sealer_sink(enti_sealer *sealer) { return &sealer->sink; }

void enti_sealer_fault(const enti_sealer *sealer, ent_error *err) {
  if (err && sealer->fault.code != ENT_OK) *err = sealer->fault;
}

static void put(enti_sealer *sealer, uint32_t value) {
  (void)enti_put32(sealer->buffer + sealer->used, value);
  sealer->used += ENTI_SUM;
}

/* Writes the sums, block by block, and behind them the sum of each block. */
static ent_status write_sums(enti_sealer *sealer, const enti_layout *layout, uint32_t *tops) {
  ent_status status = ENT_OK;
  for (uint64_t top = 0, at = 0; status == ENT_OK && top < layout->tops; top++) {
    for (size_t i = 0; i < ENTI_SUMS_PER_BLOCK && at < layout->blocks; i++) put(sealer, sealer->sums.at[at++]);
    tops[top] = enti_crc32c(0, sealer->buffer, sealer->used);
    status = flush(sealer);
  }
  return status;
}

static ent_status write_tops(enti_sealer *sealer, const enti_layout *layout, const uint32_t *tops, enti_seal *seal) {
  ent_status status = ENT_OK;
  uint32_t sum = 0;
  for (uint64_t top = 0; status == ENT_OK && top < layout->tops;) {
    while (top < layout->tops && sealer->used < BUFFER) put(sealer, tops[top++]);
    sum = enti_crc32c(sum, sealer->buffer, sealer->used);
    status = flush(sealer);
  }
  if (status != ENT_OK) return status;
  memcpy(sealer->buffer, ENTI_SEALED_MAGIC, 8);
  sealer->used = 8;
  put(sealer, ENTI_SEALED_VERSION);
  put(sealer, ENTI_BLOCK);
  put(sealer, (uint32_t)layout->payload);
  put(sealer, (uint32_t)(layout->payload >> 32));
  put(sealer, sum);
  seal->length = layout->length;
  seal->crc = enti_crc32c(0, sealer->buffer, sealer->used);
  put(sealer, seal->crc);
  return flush(sealer);
}

static ent_status finish(enti_sealer *sealer, enti_seal *seal) {
  static const char zeros[8] = {0};
  enti_layout layout;
  if (sealer->fault.code != ENT_OK) return sealer->fault.code;
  if (!enti_layout_of(sealer->sink.at, &layout) || layout.tops > SIZE_MAX / sizeof(uint32_t))
    return enti_fail(&sealer->fault, ENT_ERR_LIMIT, 0, "%s: would be too large", enti_file_shown(sealer->path));
  ent_status status = sink_write(&sealer->sink, zeros, (size_t)(layout.sums_at - layout.payload));
  if (status == ENT_OK && sealer->used > 0) status = flush_blocks(sealer);
  if (status != ENT_OK) return status;
  size_t size = (size_t)layout.tops * sizeof(uint32_t);
  uint32_t *tops = size ? enti_resize(&sealer->alloc, NULL, 0, size) : NULL;
  if (size && !tops) return enti_fail(&sealer->fault, ENT_ERR_MEMORY, 0, "%s: out of memory", enti_file_shown(sealer->path));
  status = write_sums(sealer, &layout, tops);
  if (status == ENT_OK) status = write_tops(sealer, &layout, tops, seal);
  enti_free(&sealer->alloc, tops, size);
  return status;
}

ent_status enti_sealer_finish(enti_sealer *sealer, enti_seal *seal, ent_error *err) {
  ent_status status = finish(sealer, seal);
  if (status != ENT_OK) enti_sealer_fault(sealer, err);
  return status;
}

ent_status enti_sealer_sync(enti_sealer *sealer, ent_error *err) {
  const enti_io *io = sealer->io;
  int result = io->sync(io->user, sealer->fd);
  if (result < 0) return enti_file_fault(err, sealer->path, "sync it", -result);
  result = enti_call_close(io, sealer->fd);
  sealer->fd = -1;
  return result < 0 ? enti_file_fault(err, sealer->path, "close it", -result) : ENT_OK;
}

void enti_sealer_free(enti_sealer *sealer) {
  if (!sealer) return;
  ent_alloc alloc = sealer->alloc;
  if (sealer->fd >= 0) (void)enti_call_close(sealer->io, sealer->fd);
  enti_array_free(&alloc, &sealer->sums);
  enti_free(&alloc, sealer, sizeof *sealer);
}
