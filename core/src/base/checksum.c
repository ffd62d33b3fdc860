/* base/checksum: see checksum.h.
 *
 * The plain kernel takes eight bytes a step: tables[k][b] is what byte b does to the checksum when k bytes follow
 * it. That is linear in the bits of b, so each table is made of its eight powers of two by the preprocessor, and
 * stands in the file as a constant. The vector kernel is the processor's own instruction, which has this polynomial. */
#include "base/checksum.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include <nmmintrin.h>
#define VECTOR_SSE42 1
#else
#define VECTOR_SSE42 0
#endif

#define BIT(n, bit, value) ((n) >> (bit) & 1 ? UINT32_C(value) : 0)
#define ENTRY(n, a, b, c, d, e, f, g, h)                                                                       \
  BIT(n, 0, a) ^ BIT(n, 1, b) ^ BIT(n, 2, c) ^ BIT(n, 3, d) ^ BIT(n, 4, e) ^ BIT(n, 5, f) ^ BIT(n, 6, g) ^ \
      BIT(n, 7, h)
#define ROW_4(n, ...) \
  ENTRY(n, __VA_ARGS__), ENTRY((n) + 1, __VA_ARGS__), ENTRY((n) + 2, __VA_ARGS__), ENTRY((n) + 3, __VA_ARGS__)
#define ROW_16(n, ...) \
  ROW_4(n, __VA_ARGS__), ROW_4((n) + 4, __VA_ARGS__), ROW_4((n) + 8, __VA_ARGS__), ROW_4((n) + 12, __VA_ARGS__)
#define ROW_64(n, ...) \
  ROW_16(n, __VA_ARGS__), ROW_16((n) + 16, __VA_ARGS__), ROW_16((n) + 32, __VA_ARGS__), ROW_16((n) + 48, __VA_ARGS__)
#define TABLE(...) \
  { ROW_64(0, __VA_ARGS__), ROW_64(64, __VA_ARGS__), ROW_64(128, __VA_ARGS__), ROW_64(192, __VA_ARGS__) }

static const uint32_t tables[8][256] = {
    TABLE(0xF26B8303, 0xE13B70F7, 0xC79A971F, 0x8AD958CF, 0x105EC76F, 0x20BD8EDE, 0x417B1DBC, 0x82F63B78),
    TABLE(0x13A29877, 0x274530EE, 0x4E8A61DC, 0x9D14C3B8, 0x3FC5F181, 0x7F8BE302, 0xFF17C604, 0xFBC3FAF9),
    TABLE(0xA541927E, 0x4F6F520D, 0x9EDEA41A, 0x38513EC5, 0x70A27D8A, 0xE144FB14, 0xC76580D9, 0x8B277743),
    TABLE(0xDD45AAB8, 0xBF672381, 0x7B2231F3, 0xF64463E6, 0xE964B13D, 0xD725148B, 0xABA65FE7, 0x52A0C93F),
    TABLE(0x38116FAC, 0x7022DF58, 0xE045BEB0, 0xC5670B91, 0x8F2261D3, 0x1BA8B557, 0x37516AAE, 0x6EA2D55C),
    TABLE(0xEF306B19, 0xDB8CA0C3, 0xB2F53777, 0x6006181F, 0xC00C303E, 0x85F4168D, 0x0E045BEB, 0x1C08B7D6),
    TABLE(0x68032CC8, 0xD0065990, 0xA5E0C5D1, 0x4E2DFD53, 0x9C5BFAA6, 0x3D5B83BD, 0x7AB7077A, 0xF56E0EF4),
    TABLE(0x493C7D27, 0x9278FA4E, 0x211D826D, 0x423B04DA, 0x847609B4, 0x0D006599, 0x1A00CB32, 0x34019664)};

uint32_t enti_crc32c_plain(uint32_t crc, const void *bytes, size_t length) {
  const unsigned char *at = bytes;
  crc = ~crc;
  for (; length >= 8; at += 8, length -= 8)
    crc = tables[7][at[0] ^ (crc & 0xFF)] ^ tables[6][at[1] ^ (crc >> 8 & 0xFF)] ^
          tables[5][at[2] ^ (crc >> 16 & 0xFF)] ^ tables[4][at[3] ^ crc >> 24] ^ tables[3][at[4]] ^
          tables[2][at[5]] ^ tables[1][at[6]] ^ tables[0][at[7]];
  for (; length > 0; at++, length--) crc = tables[0][(crc ^ *at) & 0xFF] ^ crc >> 8;
  return ~crc;
}

#if VECTOR_SSE42
__attribute__((target("sse4.2"))) static uint32_t crc32c_sse42(uint32_t crc, const void *bytes, size_t length) {
  const unsigned char *at = bytes;
  uint64_t sum = ~crc, word;
  for (; length >= sizeof word; at += sizeof word, length -= sizeof word) {
    memcpy(&word, at, sizeof word);
    sum = _mm_crc32_u64(sum, word);
  }
  uint32_t rest = (uint32_t)sum;
  for (; length > 0; at++, length--) rest = _mm_crc32_u8(rest, *at);
  return ~rest;
}
#endif

enti_crc32c_kernel *enti_crc32c_vector(void) {
#if VECTOR_SSE42
  return __builtin_cpu_supports("sse4.2") ? crc32c_sse42 : NULL;
#else
  return NULL;
#endif
}

uint32_t enti_crc32c(uint32_t crc, const void *bytes, size_t length) {
  enti_crc32c_kernel *vector = enti_crc32c_vector();
  return vector ? vector(crc, bytes, length) : enti_crc32c_plain(crc, bytes, length);
}
