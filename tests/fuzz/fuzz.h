/* fuzz: what every target needs: text out of any bytes, and a check that ends the program.
 *
 * The first byte of an input says how the rest is read. Odd: bytes, mended. Even: a code point a byte, ASCII as it is
 * and above it one of 128 with which forms and boundaries go wrong, so that few bytes reach deep. The text stands in a
 * block of exactly its length: a read behind it is seen by AddressSanitizer and by valgrind. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente.h"
#include "text/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the program, with the place, when something does not hold. Never compiled out. */
#ifndef FUZZ_CHECK
#define FUZZ_CHECK(holds)                                                         \
  do {                                                                            \
    if (!(holds)) {                                                               \
      (void)fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #holds);   \
      abort();                                                                    \
    }                                                                             \
  } while (0)
#endif

typedef struct fuzz_input {
  const uint8_t *at;
  size_t left;
} fuzz_input;

/* The next byte of the input; 0 when it is used up. */
static inline unsigned fuzz_byte(fuzz_input *in) {
  if (in->left == 0) return 0;
  in->left--;
  return *in->at++;
}

static const uint32_t fuzz_points[128] = {
    /* Latin, marks of several classes, what composes and what folds */
    0xE9, 0xC5, 0x110, 0x111, 0x1A0, 0x1EC7, 0xDF, 0x130, 0x131, 0x149, 0x1C4, 0x300, 0x301, 0x302, 0x307, 0x308,
    0x315, 0x31B, 0x323, 0x327, 0x334, 0x338, 0x345, 0x340, 0x344, 0x1E9B, 0x390, 0x3B1, 0x3C2, 0x1FB3, 0x2126, 0x212B,
    /* other scripts: Cyrillic, Hebrew, Arabic, Indic, Tibetan, Balinese */
    0x419, 0x438, 0x5D0, 0x5BC, 0x5F4, 0x622, 0x627, 0x653, 0x660, 0x600, 0x915, 0x93C, 0x958, 0x94D, 0x9C7, 0x9BE,
    0xBC6, 0xBD7, 0xD4E, 0xF71, 0xF73, 0xF74, 0x1B05, 0x1B35, 0x110BA, 0x11131, 0x11127, 0x1D15E, 0x1D165, 0xFB1D,
    /* Hangul, Han, kana */
    0x1100, 0x1161, 0x11A7, 0x11A8, 0xAC00, 0xAC01, 0x4E2D, 0x6578, 0x6570, 0xF900, 0x2F800, 0x20000, 0x3042, 0x304B,
    0x3099, 0x30AB, 0x30FC, 0xFF76, 0xFF9E,
    /* written without spaces */
    0xE01, 0xE32, 0xE33, 0xE4D, 0xE48, 0xEB3, 0xECD, 0x1780, 0x17D2, 0x1000, 0x102C, 0x1A20, 0x1980,
    /* marks of a text */
    0x2019, 0x2018, 0x201C, 0x201D, 0x2010, 0x2011, 0x2014, 0xB7, 0x2026, 0x3002, 0xFF01, 0xFF0E, 0x104B, 0x17D4,
    0xA0, 0x3000, 0x2009, 0x2029, 0x85,
    /* ignorable, pictures, flags, full width, far away */
    0xAD, 0x200B, 0x200D, 0x34F, 0xFE0F, 0xFEFF, 0xE0041, 0x1F600, 0x1F1E8, 0xFB01, 0xFF21, 0xFDFA, 0x1D400, 0x378,
    0x10FFFF};

/* A text out of what is left of the input; free it. */
static inline char *fuzz_text(fuzz_input *in, size_t *length) {
  char *text;
  if (fuzz_byte(in) & 1) {
    ent_string *mended;
    FUZZ_CHECK(ent_utf8_mend(NULL, (const char *)in->at, in->left, &mended, NULL) == ENT_OK);
    const char *bytes = ent_string_bytes(mended, length);
    text = malloc(*length ? *length : 1);
    FUZZ_CHECK(text);
    memcpy(text, bytes, *length);
    ent_string_free(mended);
  } else {
    *length = 0;
    for (size_t i = 0; i < in->left; i++)
      *length += in->at[i] < 0x80 ? 1 : enti_utf8_size(fuzz_points[in->at[i] - 0x80]);
    text = malloc(*length ? *length : 1);
    FUZZ_CHECK(text);
    size_t at = 0;
    for (size_t i = 0; i < in->left; i++)
      at += enti_utf8_put(text + at, in->at[i] < 0x80 ? in->at[i] : fuzz_points[in->at[i] - 0x80]);
  }
  in->at += in->left;
  in->left = 0;
  return text;
}

/* Whether a character begins at `at`, or the text ends there. */
static inline bool fuzz_at_character(const char *text, size_t length, size_t at) {
  return at == length || (at < length && ((unsigned char)text[at] & 0xC0) != 0x80);
}

/* The next place at or behind `at` where a character begins. */
static inline size_t fuzz_character(const char *text, size_t length, size_t at) {
  while (!fuzz_at_character(text, length, at)) at = at > length ? length : at + 1;
  return at;
}

#endif
