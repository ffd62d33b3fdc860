/* text/valid: see valid.h.
 *
 * The plain kernel stands on one step: what is the longest prefix here that could begin a well-formed
 * sequence?
 *
 * The vector kernel asks of every byte and the one before it, by their halves, which faults the pair
 * could be part of: three tables, one bit a fault, and what all three say is so. A continuation behind a
 * continuation is a fault of the pair unless a lead two or three bytes before wants it. It only says
 * that there is a fault in a block; the plain kernel says where. */
#include "text/valid.h"

#include "text/utf8.h"
#include "text/vector.h"

/* The range that the second byte must lie in, and the length that the first byte announces (0: none).
 * The rows of table 3-7 differ in the second byte only. */
static size_t announced(unsigned char lead, unsigned char *low, unsigned char *high) {
  *low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  *high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (lead < 0x80) return 1;
  if (lead < 0xC2) return 0;
  if (lead < 0xE0) return 2;
  if (lead < 0xF0) return 3;
  return lead < 0xF5 ? 4 : 0;
}

size_t enti_valid_subpart(const char *text, size_t length, size_t at, bool *whole) {
  const unsigned char *byte = (const unsigned char *)text + at;
  unsigned char low, high;
  size_t wanted = announced(byte[0], &low, &high), have = 1;
  if (wanted > 1 && length - at > 1 && byte[1] >= low && byte[1] <= high) {
    have = 2;
    while (have < wanted && have < length - at && (byte[have] & 0xC0) == 0x80) have++;
  }
  *whole = have == wanted;
  return have;
}

size_t enti_valid_plain(const char *text, size_t length) {
  size_t at = 0;
  while ((at = enti_utf8_ascii(text, length, at)) < length) {
    while (at < length && (unsigned char)text[at] >= 0x80) {
      bool whole;
      size_t size = enti_valid_subpart(text, length, at, &whole);
      if (!whole) return at;
      at += size;
    }
  }
  return length;
}

enum { VECTOR = 32, STEP = 2 * VECTOR };

size_t ent_utf8_valid(const char *text, size_t length) {
  enti_valid_kernel *vector = length < STEP ? NULL : enti_valid_vector();
  return vector ? vector(text, length) : enti_valid_plain(text, length);
}

#if ENTI_VECTOR_AVX2

/* Faults of two neighbouring bytes. LARGE_8 and LONG_F0 are told apart by the first byte's lower half. */
enum {
  CUT = 1 << 0,      /* a lead, and no continuation */
  STRAY = 1 << 1,    /* ASCII, and a continuation */
  LONG_E0 = 1 << 2,  /* E0 80 … 9F: too long for its value */
  LARGE_9 = 1 << 3,  /* F4 90 … BF, and F5 … FF: above U+10FFFF */
  HALF = 1 << 4,     /* ED A0 … BF: a surrogate */
  LONG_C0 = 1 << 5,  /* C0, C1 */
  LONG_F0 = 1 << 6,  /* F0 80 … 8F */
  LARGE_8 = 1 << 6,  /* F5 … FF 80 … 8F */
  FOLLOWS = 1 << 7   /* two continuations */
};

#define TWICE(...) _mm256_setr_epi8(__VA_ARGS__, __VA_ARGS__)
#define BYTE(bits) ((char)(bits))

/* The bytes that stand `count` before those of `now`. */
#define BEHIND(now, last, count) \
  _mm256_alignr_epi8(now, _mm256_permute2x128_si256(last, now, 0x21), 16 - (count))

ENTI_AVX2 static inline __m256i upper_half(__m256i bytes) {
  return _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(0x0F));
}

/* Not zero in the lanes where a fault shows; `last` are the 32 bytes before. */
ENTI_AVX2 static inline __m256i faults(__m256i now, __m256i last) {
  enum { ANY = CUT | STRAY | FOLLOWS, SECOND = STRAY | LONG_C0 | FOLLOWS };
  enum { STOP = ANY | LARGE_9 | LARGE_8 };
  const __m256i first_upper =
      TWICE(STRAY, STRAY, STRAY, STRAY, STRAY, STRAY, STRAY, STRAY, BYTE(FOLLOWS), BYTE(FOLLOWS), BYTE(FOLLOWS),
            BYTE(FOLLOWS), CUT | LONG_C0, CUT, CUT | LONG_E0 | HALF, CUT | LARGE_9 | LARGE_8 | LONG_F0);
  const __m256i first_lower =
      TWICE(BYTE(ANY | LONG_E0 | LONG_C0 | LONG_F0), BYTE(ANY | LONG_C0), BYTE(ANY), BYTE(ANY),
            BYTE(ANY | LARGE_9), BYTE(STOP), BYTE(STOP), BYTE(STOP), BYTE(STOP), BYTE(STOP), BYTE(STOP),
            BYTE(STOP), BYTE(STOP), BYTE(STOP | HALF), BYTE(STOP), BYTE(STOP));
  const __m256i second_upper =
      TWICE(CUT, CUT, CUT, CUT, CUT, CUT, CUT, CUT, BYTE(SECOND | LONG_E0 | LARGE_8 | LONG_F0),
            BYTE(SECOND | LONG_E0 | LARGE_9), BYTE(SECOND | HALF | LARGE_9), BYTE(SECOND | HALF | LARGE_9), CUT,
            CUT, CUT, CUT);
  __m256i one = BEHIND(now, last, 1);
  __m256i pair = _mm256_and_si256(
      _mm256_and_si256(_mm256_shuffle_epi8(first_upper, upper_half(one)),
                       _mm256_shuffle_epi8(first_lower, _mm256_and_si256(one, _mm256_set1_epi8(0x0F)))),
      _mm256_shuffle_epi8(second_upper, upper_half(now)));
  /* The highest bit where a lead of three or four stands two before, or a lead of four three before. */
  __m256i third = _mm256_subs_epu8(BEHIND(now, last, 2), _mm256_set1_epi8(0xE0 - 0x80));
  __m256i fourth = _mm256_subs_epu8(BEHIND(now, last, 3), _mm256_set1_epi8(0xF0 - 0x80));
  __m256i wanted = _mm256_and_si256(_mm256_or_si256(third, fourth), _mm256_set1_epi8((char)0x80));
  return _mm256_xor_si256(pair, wanted);
}

ENTI_AVX2 static size_t valid_avx2(const char *text, size_t length) {
  size_t at = 0;
  __m256i last = _mm256_setzero_si256();
  for (; length - at >= STEP; at += STEP) {
    __m256i low = _mm256_loadu_si256((const __m256i *)(text + at));
    __m256i high = _mm256_loadu_si256((const __m256i *)(text + at + VECTOR));
    __m256i either = _mm256_or_si256(low, high);
    /* ASCII is valid behind all but a sequence that is cut off. */
    if (_mm256_movemask_epi8(either) == 0 && (at == 0 || (unsigned char)text[at - 1] < 0x80)) {
      last = high;
      continue;
    }
    __m256i wrong = _mm256_or_si256(faults(low, last), faults(high, low));
    if (!_mm256_testz_si256(wrong, wrong)) break;
    last = high;
  }
  /* The last code point that begins before `at` may reach out of what was seen. */
  if (at > 0 && (unsigned char)text[at - 1] >= 0x80) at = enti_utf8_before(text, at);
  return at + enti_valid_plain(text + at, length - at);
}

enti_valid_kernel *enti_valid_vector(void) { return enti_has_avx2() ? valid_avx2 : NULL; }

#else

enti_valid_kernel *enti_valid_vector(void) { return NULL; }

#endif

size_t ent_utf8_whole(const char *text, size_t length) {
  size_t at = length;
  unsigned char low, high;
  bool whole;
  while (at > 0 && length - at < 3 && ((unsigned char)text[at - 1] & 0xC0) == 0x80) at--;
  if (at == 0) return length;
  at--; /* a byte that could begin a sequence always does: what stands before it ends there */
  size_t have = enti_valid_subpart(text, length, at, &whole);
  return at + have == length && announced((unsigned char)text[at], &low, &high) > have ? at : length;
}
