/* token/window: where are the edges of words, many bytes at a time?
 *
 * A window is 64 bytes, each of a class; a class is a 64-bit set of places. Everything that UAX #29 says of
 * ASCII and of the Latin letters beyond it (U+00C0 … U+027F but × and ÷, U+1E00 … U+1EFF), which is nearly
 * all that English, Indonesian, Malay and Vietnamese write, is then shifts and masks; the rest is `other`.
 *
 * Invariant: a class of a place below ENTI_WINDOW_KNOWN does not depend on what lies behind the window. */
#ifndef ENTI_WINDOW_H
#define ENTI_WINDOW_H

#include <stdint.h>

#include "text/vector.h"

enum { ENTI_WINDOW_SIZE = 64, ENTI_WINDOW_KNOWN = 60 };

typedef struct enti_window {
  uint64_t letter;  /* ASCII letters, and all bytes of the Latin letters above */
  uint64_t digit;   /* 0-9 */
  uint64_t both;    /* . ' join two letters or two digits (MidNumLet, Single_Quote) */
  uint64_t letters; /* : joins two letters (MidLetter) */
  uint64_t digits;  /* , ; join two digits (MidNum) */
  uint64_t other;   /* bytes whose rules are not here; _ among them */
} enti_window;

/* Reads 64 bytes. */
enti_window enti_window_read(const char *at);

#if ENTI_VECTOR_AVX2
/* The same with AVX2 and BMI2, for processors that have them. */
static inline bool enti_window_has_avx2(void) { return enti_has_avx2() && __builtin_cpu_supports("bmi2") != 0; }

__attribute__((target("avx2,bmi,bmi2"), always_inline)) static inline uint64_t enti_window_bits(__m256i low, __m256i high) {
  return (uint64_t)(uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
}

__attribute__((target("avx2,bmi,bmi2"), always_inline)) static inline enti_window enti_window_read_avx2(const char *at) {
  enti_window w;
  const __m256i a = _mm256_loadu_si256((const __m256i *)at), b = _mm256_loadu_si256((const __m256i *)(at + 32));
#define IS(c) enti_window_bits(_mm256_cmpeq_epi8(a, _mm256_set1_epi8((char)(c))), _mm256_cmpeq_epi8(b, _mm256_set1_epi8((char)(c))))
/* Bytes from `low` on, `count` of them: the signed comparison of what is left when the least is moved to -128. */
#define WITHIN(v, low, count) _mm256_cmpgt_epi8(_mm256_set1_epi8((char)(-128 + (count))), _mm256_add_epi8((v), _mm256_set1_epi8((char)(-128 - (low)))))
#define IN(low, count) enti_window_bits(WITHIN(a, low, count), WITHIN(b, low, count))
  const __m256i bit = _mm256_set1_epi8(0x20);
  w.letter = enti_window_bits(WITHIN(_mm256_or_si256(a, bit), 'a', 26), WITHIN(_mm256_or_si256(b, bit), 'a', 26));
  w.digit = IN('0', 10);
  w.both = IS('.') | IS('\'');
  w.letters = IS(':');
  w.digits = IS(',') | IS(';');
  w.other = IS('_');
  uint64_t high = enti_window_bits(a, b);
  if (high) {
    uint64_t two = IN(0xC3, 7) & ~(IS(0xC3) & (IS(0x97) | IS(0xB7)) >> 1); /* U+00C0 … U+027F but × and ÷ */
    uint64_t three = IS(0xE1) & IN(0xB8, 4) >> 1;                         /* U+1E00 … U+1EFF */
    uint64_t latin = (two | two << 1 | three | three << 1 | three << 2) & high;
    w.letter |= latin;
    w.other |= high & ~latin;
  }
#undef IN
#undef WITHIN
#undef IS
  return w;
}
#endif

#endif
