/* token/mark: bytes that can begin a mark which ends sentences, and line ends, many at a time. A mark that is found is
 * only likely: sentence.c reads the character. */
#include "token/mark.h"

#include "text/vector.h"

/* Bytes that can begin a mark: . ! ?, the leads of two bytes from U+0580 on, and those of three and four bytes but
 * E4 to ED (ideographs and Hangul; U+A000 is EA). E0 to E3 are looked at more closely. */
static bool may_begin_mark(const char *at, const char *end) {
  unsigned char c = (unsigned char)*at;
  if (c < 0x80) return c == '.' || c == '!' || c == '?';
  if (c < 0xD6 || (c >= 0xE4 && c <= 0xE9) || (c >= 0xEB && c <= 0xED)) return false;
  if (c > 0xE3 || c < 0xE0 || end - at < 3) return true;
  unsigned char second = (unsigned char)at[1];
  if (c == 0xE2) return second != 0x80 || (unsigned char)at[2] >= 0xA4;             /* not ’, “, … */
  if (c == 0xE3) return second == 0x80 && at[2] == '\x82';                          /* 。 */
  if (c == 0xE1) return second != 0x80 && second != 0x9E && second < 0xB8;          /* not မ, ក, ế */
  return second == 0xA0 || second == 0xA5 || (second == 0xB9 && (unsigned char)at[2] >= 0x9A); /* ࠰, ।, ๚ */
}

/* Whether one of eight bytes is not ASCII, or is `.`, `!` or `?`. */
static bool eight_may_begin_mark(const char *at) {
  const uint64_t each = UINT64_C(0x0101010101010101), high = each * 0x80;
  uint64_t bytes;
  memcpy(&bytes, at, sizeof bytes);
  uint64_t stop = bytes ^ each * '.', call = bytes ^ each * '!', question = bytes ^ each * '?';
  /* Less one, a zero byte has its high bit set; of ASCII no other has below the lowest zero. */
  return (bytes | (stop - each) | (call - each) | (question - each)) & high;
}

static size_t find_plain(const char *text, size_t at, size_t stop, size_t end) {
  enum { OTHERS = 48 }; /* bytes that are then looked at one by one: what is not ASCII seldom comes alone */
  for (;;) {
    while (stop - at >= 8 && !eight_may_begin_mark(text + at)) at += 8;
    size_t to = stop - at > OTHERS ? at + OTHERS : stop;
    for (; at < to; at++)
      if (may_begin_mark(text + at, text + end)) return at;
    if (at == stop) return stop;
  }
}

static size_t line_end_plain(const char *text, size_t at, size_t end) {
  while (at < end && text[at] != '\n' && text[at] != '\r' && text[at] != '\f') at++;
  return at;
}

#if ENTI_VECTOR_AVX2

enum { STEP = 32 };

/* The bytes that begin a mark by themselves, of which some are then looked at more closely. */
ENTI_AVX2 static inline uint32_t likely(const char *at) {
#define IS(c) _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8((char)(c)))
#define EITHER(a, b) _mm256_or_si256(a, b)
#define FROM(c) _mm256_cmpeq_epi8(_mm256_max_epu8(bytes, _mm256_set1_epi8((char)(c))), bytes)
  const __m256i bytes = _mm256_loadu_si256((const __m256i *)at);
  __m256i ascii = EITHER(EITHER(IS('.'), IS('!')), IS('?'));
  if (_mm256_movemask_epi8(bytes) == 0) return (uint32_t)_mm256_movemask_epi8(ascii);
  __m256i ideographs = EITHER(_mm256_andnot_si256(FROM(0xEA), FROM(0xE4)), _mm256_andnot_si256(FROM(0xEE), FROM(0xEB)));
  return (uint32_t)_mm256_movemask_epi8(EITHER(ascii, _mm256_andnot_si256(ideographs, FROM(0xD6))));
#undef FROM
#undef EITHER
#undef IS
}

ENTI_AVX2 static size_t find_avx2(const char *text, size_t at, size_t stop, size_t end) {
  for (; stop - at >= STEP; at += STEP)
    for (uint32_t found = likely(text + at); found; found &= found - 1) {
      size_t place = at + (size_t)__builtin_ctz(found);
      if (may_begin_mark(text + place, text + end)) return place;
    }
  return find_plain(text, at, stop, end);
}

ENTI_AVX2 static size_t line_end_avx2(const char *text, size_t at, size_t end) {
  const __m256i line_feed = _mm256_set1_epi8('\n'), carriage_return = _mm256_set1_epi8('\r'), form_feed = _mm256_set1_epi8('\f');
  for (; end - at >= STEP; at += STEP) {
    const __m256i bytes = _mm256_loadu_si256((const __m256i *)(text + at));
    __m256i either = _mm256_or_si256(_mm256_cmpeq_epi8(bytes, line_feed), _mm256_cmpeq_epi8(bytes, carriage_return));
    uint32_t found = (uint32_t)_mm256_movemask_epi8(_mm256_or_si256(either, _mm256_cmpeq_epi8(bytes, form_feed)));
    if (found) return at + (size_t)__builtin_ctz(found);
  }
  return line_end_plain(text, at, end);
}

#endif

size_t enti_mark_find(const char *text, size_t at, size_t stop, size_t end, bool plain) {
#if ENTI_VECTOR_AVX2
  if (!plain && enti_has_avx2()) return find_avx2(text, at, stop, end);
#endif
  (void)plain;
  return find_plain(text, at, stop, end);
}

size_t enti_line_end(const char *text, size_t at, size_t end, bool plain) {
#if ENTI_VECTOR_AVX2
  if (!plain && enti_has_avx2()) return line_end_avx2(text, at, end);
#endif
  (void)plain;
  return line_end_plain(text, at, end);
}
