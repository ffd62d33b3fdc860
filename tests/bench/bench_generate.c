/* bench_generate: words as Zipf and Mandelbrot have them, drawn by a fixed generator of random numbers.
 *
 * Word r of the vocabulary is r written with syllables for digits, so that frequent words are short. Its weight is
 * 1 / (r + 2.7), and beyond rank BEND falls with the square, as in real texts: the first 10, 100, 1,000 and 10,000 words
 * are 22, 49, 78 and 98 per cent of all, in speeches of the UN 28, 51, 78 and 98. One word in FRESH is drawn from a far
 * larger set, so that new types never end; one in NAMES has a capital, one in NUMBERS is a number. Words are drawn by
 * Walker's alias method. It must be faster than what is measured with it: words are spelled beforehand, and one random
 * number serves several decisions. */
#include "bench_generate.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  WORDS = 200000, BEND = 2000, SYLLABLES = 60, FRESH = 1000, NAMES = 25, NUMBERS = 60, COMMAS = 18, QUESTIONS = 30,
  DOCUMENT = 30000, SPELLED = 16, /* bytes of a word */
  LONGEST = 2 * SPELLED           /* bytes that are written to for a word with its marks */
};

typedef struct alias {
  uint32_t share; /* of 2^32: so often the word itself, else the other one */
  uint32_t other;
} alias;

typedef struct spelling {
  char bytes[SPELLED];
  uint8_t length;
} spelling;

struct bench_generator {
  uint64_t random;
  alias aliases[WORDS];
  spelling words[WORDS];
  char text[DOCUMENT + 2 * LONGEST];
};

static uint64_t draw(bench_generator *g) { /* xorshift64* */
  g->random ^= g->random >> 12;
  g->random ^= g->random << 25;
  g->random ^= g->random >> 27;
  return g->random * 2685821657736338717u;
}

static uint32_t below(bench_generator *g, uint32_t limit) { return (uint32_t)((draw(g) >> 32) * limit >> 32); }

static void fill_aliases(bench_generator *g, double *weights, uint32_t *small, uint32_t *large) {
  double sum = 0;
  for (uint32_t i = 0; i < WORDS; i++) {
    weights[i] = 1 / ((double)i + 2.7);
    if (i >= BEND) weights[i] *= BEND / ((double)i + 1);
    sum += weights[i];
  }
  size_t smalls = 0, larges = 0;
  for (uint32_t i = 0; i < WORDS; i++) {
    weights[i] *= WORDS / sum;
    if (weights[i] < 1)
      small[smalls++] = i;
    else
      large[larges++] = i;
  }
  while (smalls && larges) {
    uint32_t less = small[--smalls], more = large[larges - 1];
    g->aliases[less] = (alias){(uint32_t)(weights[less] * 4294967295.0), more};
    weights[more] -= 1 - weights[less];
    if (weights[more] < 1) {
      larges--;
      small[smalls++] = more;
    }
  }
  while (smalls) g->aliases[small[--smalls]].share = UINT32_MAX;
  while (larges) g->aliases[large[--larges]].share = UINT32_MAX;
}

/* A number in syllables; below 13,000,000 it has four at most. */
static spelling spell(uint32_t number) {
  static const char syllables[SYLLABLES][4] = {
      "a", "to", "in", "the", "of", "is", "re", "and", "con", "er", "ta", "mi", "on", "es", "pro", "li", "da", "ver", "sa", "ti",
      "ma", "en", "de", "ra", "com", "na", "al", "ri", "per", "se", "lo", "ter", "ca", "ni", "an", "po", "men", "si", "ac", "tu",
      "ba", "ment", "pa", "vi", "ex", "la", "un", "di", "tion", "su", "fi", "or", "ga", "nu", "ste", "ha", "ki", "wa", "jo", "bu"};
  spelling word = {{0}, 0};
  for (;; number = number / SYLLABLES - 1) {
    const char *syllable = syllables[number % SYLLABLES];
    for (size_t i = 0; i < sizeof syllables[0] && syllable[i]; i++) word.bytes[word.length++] = syllable[i];
    if (number < SYLLABLES) return word;
  }
}

bench_generator *bench_generator_new(void) {
  bench_generator *g = calloc(1, sizeof *g);
  double *weights = calloc(WORDS, sizeof *weights);
  uint32_t *places = calloc(2 * WORDS, sizeof *places);
  bool fine = g && weights && places;
  if (fine) {
    g->random = 88172645463325252u;
    fill_aliases(g, weights, places, places + WORDS);
    for (uint32_t i = 0; i < WORDS; i++) g->words[i] = spell(i);
  }
  free(weights);
  free(places);
  if (fine) return g;
  free(g);
  return NULL;
}

void bench_generator_free(bench_generator *g) { free(g); }

static char capital(char c) { return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c; }

static size_t put(char *to, const spelling *word) {
  memcpy(to, word->bytes, SPELLED); /* there is room */
  return word->length;
}

static size_t word(bench_generator *g, char *to) {
  uint64_t number = draw(g);
  uint32_t rare = (uint32_t)(number & 0xFFFF);
  if (rare < 65536 / NUMBERS) return (size_t)sprintf(to, "%u", below(g, 10) < 3 ? 1945 + below(g, 80) : below(g, 1000));
  if (rare < 65536 / NUMBERS + 65536 / FRESH) {
    spelling fresh = spell(WORDS + below(g, 12000000));
    return put(to, &fresh);
  }
  uint32_t i = (uint32_t)((number >> 32) * WORDS >> 32);
  if ((uint32_t)(draw(g) >> 32) > g->aliases[i].share) i = g->aliases[i].other;
  size_t length = put(to, &g->words[i]);
  if ((uint32_t)(number >> 16 & 0xFFFF) < 65536 / NAMES) to[0] = capital(to[0]);
  return length;
}

static size_t sentence(bench_generator *g, char *text, size_t used) {
  uint32_t words = 6 + below(g, 30), commas = 0;
  for (uint32_t i = 0; i < words && used < DOCUMENT; i++) {
    size_t begin = used;
    used += word(g, text + used);
    if (i == 0) text[begin] = capital(text[begin]);
    if (++commas >= COMMAS && i + 1 < words) {
      text[used++] = ',';
      commas = below(g, COMMAS);
    }
    text[used++] = ' ';
  }
  text[used - 1] = below(g, QUESTIONS) == 0 ? '?' : '.';
  return used;
}

const char *bench_generator_next(bench_generator *g, size_t *length) {
  size_t used = 0, least = DOCUMENT / 3 + below(g, 2 * DOCUMENT / 3);
  while (used < least) {
    uint32_t sentences = 3 + below(g, 7);
    for (uint32_t i = 0; i < sentences && used < DOCUMENT; i++) {
      if (i) g->text[used++] = ' ';
      used = sentence(g, g->text, used);
    }
    g->text[used++] = '\n';
    g->text[used++] = '\n';
  }
  *length = used;
  return g->text;
}
