/* base/checksum: CRC-32C (Castagnoli): are these the bytes that were written? */
#ifndef ENTI_CHECKSUM_H
#define ENTI_CHECKSUM_H

#include "base/base.h"

/* Of bytes that follow those of which `crc` is the checksum; 0 where none stand before them. */
uint32_t enti_crc32c(uint32_t crc, const void *bytes, size_t length);

/* The two ways to it, for tests: the vector way is NULL where this machine has none. */
typedef uint32_t enti_crc32c_kernel(uint32_t crc, const void *bytes, size_t length);
uint32_t enti_crc32c_plain(uint32_t crc, const void *bytes, size_t length);
enti_crc32c_kernel *enti_crc32c_vector(void);

#endif
