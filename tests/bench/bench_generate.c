/* bench_generate: words as Zipf and Mandelbrot have them, drawn by a fixed generator of random numbers.
 *
 * Word r of the vocabulary is r written with syllables for digits, so that frequent words are short. Its weight is
 * 1 / (r + 2.7). One word in FRESH is drawn from a far larger set, so that new types never end; one in NAMES has a
 * capital, one in NUMBERS is a number. Words are drawn by Walker's alias method. */
#include "bench_generate.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  WORDS = 200000, SYLLABLES = 60, FRESH = 500, NAMES = 25, NUMBERS = 60, COMMAS = 12, QUESTIONS = 30,
  DOCUMENT = 30000, LONGEST = 24 /* bytes that a word with its marks may take */
};

typedef struct alias {
  uint32_t share; /* of 2^32: so often the word itself, else the other one */
  uint32_t other;
} alias;

struct bench_generator {
  uint64_t random;
  alias aliases[WORDS];
  char text[DOCUMENT + 2 * LONGEST];
};

static uint32_t draw(bench_generator *g) { /* xorshift64* */
  g->random ^= g->random >> 12;
  g->random ^= g->random << 25;
  g->random ^= g->random >> 27;
  return (uint32_t)(g->random * 2685821657736338717u >> 32);
}

static uint32_t below(bench_generator *g, uint32_t limit) { return (uint32_t)((uint64_t)draw(g) * limit >> 32); }

static void fill_aliases(bench_generator *g, double *weights, uint32_t *small, uint32_t *large) {
  double sum = 0;
  for (uint32_t i = 0; i < WORDS; i++) sum += weights[i] = 1 / ((double)i + 2.7);
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

bench_generator *bench_generator_new(void) {
  bench_generator *g = calloc(1, sizeof *g);
  double *weights = calloc(WORDS, sizeof *weights);
  uint32_t *places = calloc(2 * WORDS, sizeof *places);
  bool fine = g && weights && places;
  if (fine) {
    g->random = 88172645463325252u;
    fill_aliases(g, weights, places, places + WORDS);
  }
  free(weights);
  free(places);
  if (fine) return g;
  free(g);
  return NULL;
}

void bench_generator_free(bench_generator *g) { free(g); }

/* A number in syllables; gives the bytes written. */
static size_t spell(char *to, uint32_t number) {
  static const char syllables[SYLLABLES][4] = {
      "a", "to", "in", "the", "of", "is", "re", "and", "con", "er", "ta", "mi", "on", "es", "pro", "li", "da", "ver", "sa", "ti",
      "ma", "en", "de", "ra", "com", "na", "al", "ri", "per", "se", "lo", "ter", "ca", "ni", "an", "po", "men", "si", "ac", "tu",
      "ba", "ment", "pa", "vi", "ex", "la", "un", "di", "tion", "su", "fi", "or", "ga", "nu", "ste", "ha", "ki", "wa", "jo", "bu"};
  size_t used = 0;
  for (;; number = number / SYLLABLES - 1) {
    const char *syllable = syllables[number % SYLLABLES];
    for (size_t i = 0; i < sizeof syllables[0] && syllable[i]; i++) to[used++] = syllable[i];
    if (number < SYLLABLES) return used;
  }
}

static size_t word(bench_generator *g, char *to) {
  if (below(g, NUMBERS) == 0) {
    uint32_t number = below(g, 10) < 3 ? 1945 + below(g, 80) : below(g, 1000);
    return (size_t)sprintf(to, "%u", number);
  }
  if (below(g, FRESH) == 0) return spell(to, WORDS + below(g, 12000000));
  uint32_t i = below(g, WORDS);
  return spell(to, draw(g) <= g->aliases[i].share ? i : g->aliases[i].other);
}

static size_t sentence(bench_generator *g, char *text, size_t used) {
  uint32_t words = 6 + below(g, 30);
  for (uint32_t i = 0; i < words && used < DOCUMENT; i++) {
    if (i) {
      if (below(g, COMMAS) == 0) text[used++] = ',';
      text[used++] = ' ';
    }
    size_t begin = used;
    used += word(g, text + used);
    if ((i == 0 || below(g, NAMES) == 0) && text[begin] >= 'a') text[begin] = (char)(text[begin] - 'a' + 'A');
  }
  text[used++] = below(g, QUESTIONS) == 0 ? '?' : '.';
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
