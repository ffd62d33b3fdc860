/* text/quick_avx2: the kernel for x86-64 with AVX2. See quick.h.
 *
 * 64 bytes are lower-cased and written at once, whatever they are: a byte from 'A' to 'Z' never stands
 * inside a longer code point. Then those code points are looked up that are not plain by their bytes: all
 * of Han and Hangul is by the first byte, most of Thai, Kana and Vietnamese by two or three. What is written is
 * right up to the first one that changes. */
#include "text/quick.h"
#include "text/vector.h"

#if ENTI_VECTOR_AVX2

enum { STEP = 64, AHEAD = 2 * STEP + 4 }; /* a step is copied again from inside of it */

/* Bytes and what follows each of them; what a form takes as plain. */
typedef struct lanes {
  __m256i bytes, next, third;
} lanes;

typedef struct masks {
  __m256i safe, lower; /* by a lead's lower half; 0x20 or 0 */
  bool composed;
} masks;

#define SAME(a, byte) _mm256_cmpeq_epi8(a, _mm256_set1_epi8((char)(byte)))
#define BITS(a, byte) _mm256_and_si256(a, _mm256_set1_epi8((char)(byte)))
#define AT_LEAST(a, byte) _mm256_cmpeq_epi8(_mm256_max_epu8(a, _mm256_set1_epi8((char)(byte))), a)
#define AT_MOST(a, byte) _mm256_cmpeq_epi8(_mm256_min_epu8(a, _mm256_set1_epi8((char)(byte))), a)
#define BOTH(a, b) _mm256_and_si256(a, b)
#define EITHER(a, b) _mm256_or_si256(a, b)
#define TWICE(...) _mm256_setr_epi8(__VA_ARGS__, __VA_ARGS__)

/* In the highest bit of each lane: a code point begins that is not plain by its first byte. Only E0 … EF
 * stay below 0x80 in `half`, so that the shuffle takes what it has for their lower half. */
ENTI_AVX2 static inline __m256i suspects(__m256i bytes, const masks *form) {
  __m256i turned = _mm256_xor_si256(bytes, _mm256_set1_epi8((char)0xE0));
  __m256i half = _mm256_adds_epu8(turned, _mm256_set1_epi8(0x70));
  __m256i begins = BOTH(_mm256_cmpgt_epi8(bytes, _mm256_set1_epi8((char)0xBF)), bytes);
  return _mm256_andnot_si256(_mm256_shuffle_epi8(form->safe, half), begins);
}

/* CJK marks U+3001 … U+300B and Kana (E3 80 81 … E3 83 BE) but for U+3099 … U+30A0. */
ENTI_AVX2 static inline __m256i plain_kana(const lanes *at) {
  __m256i third = at->third;
  __m256i marks = BOTH(SAME(at->next, 0x80), BOTH(AT_LEAST(third, 0x81), AT_MOST(third, 0x8B)));
  __m256i first = SAME(at->next, 0x81);
  __m256i second = _mm256_andnot_si256(BOTH(AT_LEAST(third, 0x99), AT_MOST(third, 0xA0)), SAME(at->next, 0x82));
  __m256i last = _mm256_andnot_si256(SAME(third, 0xBF), SAME(at->next, 0x83));
  return BOTH(SAME(at->bytes, 0xE3), EITHER(EITHER(marks, first), EITHER(second, last)));
}

/* Small letters of Latin-1 (C3 A0 … C3 BF) and of Vietnamese: ă đ ĩ ũ ơ ư, and the odd ones of
 * U+1EA0 … U+1EFF (E1 BA A0 … E1 BB BF). A bit for each of six kinds. */
ENTI_AVX2 static inline __m256i plain_latin(const lanes *at) {
  enum { LATIN_1 = 1, A_BREVE = 2, D_STROKE = 4, TILDE = 8, O_HORN = 16, U_HORN = 32 };
  enum { L = LATIN_1 };
  const __m256i lead = TWICE(0, 0, 0, L, A_BREVE | D_STROKE | TILDE, TILDE, O_HORN | U_HORN, 0, 0, 0, 0, 0,
                             0, 0, 0, 0);
  const __m256i upper = TWICE(0, 0, 0, 0, 0, 0, 0, 0, A_BREVE, D_STROKE, L | TILDE | O_HORN, L | U_HORN, 0, 0,
                              0, 0);
  const __m256i lower = TWICE(L | U_HORN, L | D_STROKE | O_HORN, L, L | A_BREVE, L, L, L, L, L, L | TILDE, L, L,
                              L, L, L, L);
  __m256i kinds = BOTH(_mm256_shuffle_epi8(lead, BITS(at->bytes, 0x0F)),
                       BOTH(_mm256_shuffle_epi8(upper, BITS(_mm256_srli_epi16(at->next, 4), 0x0F)),
                            _mm256_shuffle_epi8(lower, BITS(at->next, 0x0F))));
  __m256i two = _mm256_andnot_si256(SAME(kinds, 0), SAME(BITS(at->bytes, 0xF0), 0xC0));
  __m256i block = EITHER(SAME(at->next, 0xBB), BOTH(SAME(at->next, 0xBA), AT_LEAST(at->third, 0xA0)));
  return EITHER(two, BOTH(SAME(at->bytes, 0xE1), BOTH(block, SAME(BITS(at->third, 1), 1))));
}

/* `shifted` is 'A' … 'Z' moved to the lowest signed values. */
ENTI_AVX2 static inline __m256i lowered(__m256i bytes, __m256i bit) {
  __m256i shifted = _mm256_sub_epi8(bytes, _mm256_set1_epi8((char)('A' + 0x80)));
  __m256i upper = _mm256_cmpgt_epi8(_mm256_set1_epi8(-0x80 + 26), shifted);
  return _mm256_or_si256(bytes, _mm256_and_si256(upper, bit));
}

/* Whether a mark stands in order: behind what comes before it, before what follows. */
static bool in_order(const char *text, size_t length, const uint8_t *verdicts, size_t at, unsigned verdict) {
  enti_quick near = {.text = text, .length = length, .verdicts = verdicts};
  uint32_t cp;
  size_t next = enti_utf8_next(text, at, &cp);
  unsigned behind = next < length ? enti_quick_verdict(&near, next) : 0;
  return enti_quick_ordered(&near, at, verdict) && (behind == 0 || behind >= verdict);
}

/* What is to be done for the code point at `at`, which is not ASCII; 0: nothing. */
static inline unsigned judge(const char *text, size_t length, const uint8_t *verdicts, size_t at) {
  const unsigned char *byte = (const unsigned char *)text + at;
  /* As enti_quick_profile, without asking for the length: blocks of two-byte code points are uniform. */
  unsigned block = enti_quick_leads[(byte[0] & 0x3Fu) << 6 | (byte[1] & 0x3Fu)];
  unsigned verdict = verdicts[enti_quick_blocks[block << 6 | (byte[2] & 0x3Fu)]];
  if (verdict == 0 || verdict >= ENTI_QUICK_MACHINE) return verdict;
  return in_order(text, length, verdicts, at, verdict) ? 0 : ENTI_QUICK_MACHINE;
}

ENTI_AVX2 static inline void copy_step(const char *from, char *to, const masks *form) {
  __m256i low = _mm256_loadu_si256((const __m256i *)from);
  __m256i high = _mm256_loadu_si256((const __m256i *)(from + 32));
  _mm256_storeu_si256((__m256i *)to, lowered(low, form->lower));
  _mm256_storeu_si256((__m256i *)(to + 32), lowered(high, form->lower));
}

ENTI_AVX2 static inline uint64_t bits_of(__m256i low, __m256i high) {
  return (uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
}

ENTI_AVX2 static inline lanes read_lanes(const char *text) {
  return (lanes){_mm256_loadu_si256((const __m256i *)text), _mm256_loadu_si256((const __m256i *)(text + 1)),
                 _mm256_loadu_si256((const __m256i *)(text + 2))};
}

#define LANES(low, high, byte) bits_of(SAME(low, byte), SAME(high, byte))

/* The lanes, of those that begin Thai (E0 B8 xx, E0 B9 xx), that are plain: all but SARA AM and PHINTHU,
 * and SARA U and UU (xx is B8, B9) where they do not stand behind a code point E0 B8 xx that is plain. Tone
 * marks, all of one class, are in order but behind a higher mark or behind what was replaced: the caller
 * sees to both. In the last two lanes it cannot be told. */
ENTI_AVX2 static inline uint64_t plain_thai(__m256i low, __m256i high, uint64_t begins) {
  uint64_t b8 = LANES(low, high, 0xB8), b9 = LANES(low, high, 0xB9);
  uint64_t thai = begins & LANES(low, high, 0xE0) & (b8 | b9) >> 1, first = thai & b8 >> 1;
  uint64_t below = first & (b8 | b9) >> 2;
  uint64_t other = first & (LANES(low, high, 0xB3) | LANES(low, high, 0xBA)) >> 2;
  return thai & ~other & (~below | (first & ~other) << 3);
}

/* The lanes of a step that are to be looked at, and how long it is. A few are not worth a closer look. */
ENTI_AVX2 static inline uint64_t lanes_of(const char *text, const masks *form, size_t *step) {
  enum { FEW = 5 };
  const uint64_t edge = UINT64_C(3) << (STEP - 2);
  __m256i low = _mm256_loadu_si256((const __m256i *)text);
  __m256i high = _mm256_loadu_si256((const __m256i *)(text + 32));
  if (_mm256_movemask_epi8(EITHER(low, high)) == 0) return 0;
  uint64_t begins = bits_of(suspects(low, form), suspects(high, form));
  if (__builtin_popcountll(begins) <= FEW) return begins;
  __m256i thai = EITHER(SAME(low, 0xE0), SAME(high, 0xE0));
  if (!_mm256_testz_si256(thai, thai)) {
    if (begins & edge) {
      *step = (size_t)__builtin_ctzll(begins & edge);
      begins &= ~edge;
    }
    return begins & ~plain_thai(low, high, begins);
  }
  if (!form->composed) return begins;
  lanes one = read_lanes(text), two = read_lanes(text + 32);
  __m256i kana = EITHER(SAME(low, 0xE3), SAME(high, 0xE3));
  if (!_mm256_testz_si256(kana, kana)) begins &= ~bits_of(plain_kana(&one), plain_kana(&two));
  return begins & ~bits_of(plain_latin(&one), plain_latin(&two));
}

/* Behind what was replaced a mark of Thai is looked at as well. */
static inline uint64_t fresh_lane(const char *text, size_t lane) {
  return (uint64_t)((unsigned char)text[lane] == 0xE0) << lane;
}

/* Bit n of sixteen into all bits of byte n, twice. */
ENTI_AVX2 static inline __m256i spread(unsigned bits) {
  const __m256i byte = TWICE(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1);
  const __m256i bit = TWICE(1, 2, 4, 8, 16, 32, 64, (char)0x80, 1, 2, 4, 8, 16, 32, 64, (char)0x80);
  return _mm256_cmpeq_epi8(BOTH(_mm256_shuffle_epi8(_mm256_set1_epi16((short)bits), byte), bit), bit);
}

ENTI_AVX2 static bool quick_avx2(enti_quick *quick, size_t stop) {
  const masks form = {spread(quick->safe), _mm256_set1_epi8(quick->lower ? 0x20 : 0), quick->composed};
  enti_quick q = *quick; /* where no output byte can alias it */
  bool machine = false, fresh = true;
  while (q.at < stop && q.length - q.at >= AHEAD) {
    const char *text = q.text + q.at;
    size_t base = q.at, from = 0; /* the lane that stands at q.size */
    copy_step(text, q.out + q.size, &form);
    size_t step = STEP;
    uint64_t begins = lanes_of(text, &form, &step) | (fresh ? fresh_lane(text, 0) : 0);
    fresh = false;
    while (begins) {
      size_t lane = (size_t)__builtin_ctzll(begins);
      begins &= begins - 1;
      unsigned verdict = judge(q.text, q.length, q.verdicts, base + lane);
      if (verdict == 0) continue;
      q.at = base + lane;
      q.size += lane - from;
      machine = verdict == ENTI_QUICK_MACHINE;
      if (machine) goto done;
      enti_quick_replace(&q, verdict);
      from = q.at - base;
      fresh = from >= step;
      if (fresh) break;
      copy_step(text + from, q.out + q.size, &form);
      begins |= fresh_lane(text, from);
    }
    if (!fresh) {
      q.size += step - from;
      q.at = base + step;
    }
  }
done:
  quick->at = q.at;
  quick->size = q.size;
  return machine || (q.at < stop && enti_quick_plain(quick, stop));
}

enti_quick_kernel *enti_quick_vector(void) { return enti_has_avx2() ? quick_avx2 : NULL; }

#else

enti_quick_kernel *enti_quick_vector(void) { return NULL; }

#endif
