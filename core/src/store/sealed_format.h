/* store/sealed_format: how a sealed file is laid out; for sealed.c and sealer.c alone.
 *
 *   file    = payload, zeros up to a multiple of 8, sums, tops, trailer
 *   sums    = the CRC32C of each 16 KiB block of payload; the zeros belong to the last one
 *   tops    = the CRC32C of each 16 KiB block of sums
 *   trailer = magic (8), version (4), bytes of a block (4), length of the payload (8), CRC32C of tops (4),
 *             CRC32C of the trailer before it (4)
 *
 * Numbers are little-endian. The lengths of the parts follow from that of the payload, and the file has no byte
 * besides. To open it the trailer and the tops are read, 64 KiB of them for a terabyte; a block of sums is checked
 * when one of its sums is first wanted, a block of payload when it is first touched. */
#ifndef ENTI_SEALED_FORMAT_H
#define ENTI_SEALED_FORMAT_H

#include "segment/format.h"
#include "segment/view.h"

enum { ENTI_SEALED_VERSION = 1, ENTI_TRAILER = 32, ENTI_SUM = 4, ENTI_SUMS_PER_BLOCK = ENTI_BLOCK / ENTI_SUM };
#define ENTI_SEALED_MAGIC "entSeal\n"

typedef struct enti_layout {
  uint64_t payload;      /* bytes */
  uint64_t blocks, tops; /* how many of them */
  uint64_t sums_at, tops_at, trailer_at, length;
} enti_layout;

/* False where a file would be longer than 2^62 bytes. */
static inline bool enti_layout_of(uint64_t payload, enti_layout *out) {
  if (payload > UINT64_C(1) << 61) return false;
  out->payload = payload;
  out->blocks = (payload + ENTI_BLOCK - 1) >> ENTI_BLOCK_BITS;
  out->tops = (out->blocks + ENTI_SUMS_PER_BLOCK - 1) / ENTI_SUMS_PER_BLOCK;
  out->sums_at = (payload + 7) & ~UINT64_C(7);
  out->tops_at = out->sums_at + out->blocks * ENTI_SUM;
  out->trailer_at = out->tops_at + out->tops * ENTI_SUM;
  out->length = out->trailer_at + ENTI_TRAILER;
  return true;
}

#endif
