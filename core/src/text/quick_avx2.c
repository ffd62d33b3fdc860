/* text/quick_avx2: the kernel for x86-64 with AVX2. See quick.h.
 *
 * 64 bytes are lower-cased and written at once, whatever they are: a byte from 'A' to 'Z' never stands
 * inside a longer code point. Then the first bytes of those code points are looked at that are not plain
 * by their first byte alone. What is written is right up to the first one that changes. */
#include "text/quick.h"
#include "text/vector.h"

#if ENTI_VECTOR_AVX2

enum { STEP = 64, AHEAD = STEP + 4 }; /* the last code point of a step may reach out of it */

/* The lanes where a code point begins that is not plain by its first byte. */
ENTI_AVX2 static inline uint32_t suspects(__m256i bytes, __m256i safe) {
  __m256i begins = _mm256_cmpeq_epi8(_mm256_max_epu8(bytes, _mm256_set1_epi8((char)0xC0)), bytes);
  __m256i is_three =
      _mm256_cmpeq_epi8(_mm256_and_si256(bytes, _mm256_set1_epi8((char)0xF0)), _mm256_set1_epi8((char)0xE0));
  __m256i is_safe = _mm256_shuffle_epi8(safe, _mm256_and_si256(bytes, _mm256_set1_epi8(0x0F)));
  return (uint32_t)_mm256_movemask_epi8(_mm256_andnot_si256(_mm256_and_si256(is_three, is_safe), begins));
}

/* `shifted` is 'A' … 'Z' moved to the lowest signed values. */
ENTI_AVX2 static inline __m256i lowered(__m256i bytes, __m256i bit) {
  __m256i shifted = _mm256_sub_epi8(bytes, _mm256_set1_epi8((char)('A' + 0x80)));
  __m256i upper = _mm256_cmpgt_epi8(_mm256_set1_epi8(-0x80 + 26), shifted);
  return _mm256_or_si256(bytes, _mm256_and_si256(upper, bit));
}

ENTI_AVX2 static bool quick_avx2(enti_quick *quick, size_t stop) {
  char lanes[32];
  for (unsigned i = 0; i < 32; i++) lanes[i] = (char)(quick->safe >> (i & 15) & 1 ? 0xFF : 0);
  const __m256i safe = _mm256_loadu_si256((const __m256i *)lanes);
  const __m256i bit = _mm256_set1_epi8(quick->lower ? 0x20 : 0);
  const char *text = quick->text;
  size_t at = quick->at, size = quick->size;
  while (at < stop && quick->length - at >= AHEAD) {
    __m256i low = _mm256_loadu_si256((const __m256i *)(text + at));
    __m256i high = _mm256_loadu_si256((const __m256i *)(text + at + 32));
    _mm256_storeu_si256((__m256i *)(quick->out + size), lowered(low, bit));
    _mm256_storeu_si256((__m256i *)(quick->out + size + 32), lowered(high, bit));
    uint64_t begins = 0;
    if (_mm256_movemask_epi8(_mm256_or_si256(low, high)))
      begins = suspects(low, safe) | (uint64_t)suspects(high, safe) << 32;
    size_t done = STEP;
    for (; begins; begins &= begins - 1) {
      size_t here = at + (size_t)__builtin_ctzll(begins);
      const unsigned char *byte = (const unsigned char *)text + here;
      /* As enti_quick_profile, without asking for the length: blocks of two-byte code points are uniform. */
      unsigned block = enti_quick_leads[(byte[0] & 0x3Fu) << 6 | (byte[1] & 0x3Fu)];
      unsigned verdict = quick->verdicts[enti_quick_blocks[block << 6 | (byte[2] & 0x3Fu)]];
      if (verdict == 0) continue;
      if (verdict < ENTI_QUICK_MACHINE && enti_quick_ordered(quick, here, verdict)) continue;
      quick->size = size + (here - at);
      quick->at = here;
      if (verdict <= ENTI_QUICK_MACHINE) return true;
      enti_quick_replace(quick, verdict);
      at = quick->at;
      size = quick->size;
      done = 0;
      break;
    }
    at += done;
    size += done;
  }
  quick->at = at;
  quick->size = size;
  return at < stop && enti_quick_plain(quick, stop);
}

enti_quick_kernel *enti_quick_vector(void) { return enti_has_avx2() ? quick_avx2 : NULL; }

#else

enti_quick_kernel *enti_quick_vector(void) { return NULL; }

#endif
