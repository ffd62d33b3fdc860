/* bomb: "a" and marks of alternating classes, 64 kB doubled up to 4 MB, through each form. Prints the least of five
 * times in ms, and the largest factor between a length and its double.
 *
 * Every call gets fresh pages from the system, as the first of a program does. glibc would give blocks below 32 MB
 * again as they are and larger ones fresh, and the step from warm memory to cold looks like worse than linear. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "entente.h"

enum { LEAST = 1 << 16, MOST = 1 << 22, RUNS = 5 };

static double least_ms(ent_form form, const char *text, size_t length) {
  double least = 1e9;
  for (int run = 0; run < RUNS; run++) {
    ent_normal *normal;
    clock_t start = clock();
    if (ent_normalize(NULL, form, text, length, &normal, NULL) != ENT_OK) exit(1);
    double ms = (double)(clock() - start) * 1000 / CLOCKS_PER_SEC;
    ent_normal_free(normal);
    if (ms < least) least = ms;
  }
  return least;
}

int main(void) {
  static const struct { const char *name; ent_form form; } forms[] = {
      {"NFC", ENT_NFC}, {"NFD", ENT_NFD}, {"NFKC", ENT_NFKC}, {"NFKD", ENT_NFKD},
      {"fold", ENT_FOLD}, {"bare", ENT_BARE}, {"hans", ENT_HANS}};
  static const char marks[] = "\u0301\u0323\u0315\u0334"; /* two bytes each */
  (void)mallopt(M_MMAP_THRESHOLD, 1 << 17);
  char *text = malloc(MOST);
  if (!text) return 1;
  text[0] = 'a';
  for (size_t at = 1; at + 1 < MOST; at += 2) memcpy(text + at, marks + (at - 1) % (sizeof marks - 1), 2);
  printf("form");
  for (size_t size = LEAST; size <= MOST; size *= 2) printf("\t%zu kB", size >> 10);
  printf("\tfactor\n");
  for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
    double before = 0, factor = 0;
    printf("%s", forms[f].name);
    for (size_t size = LEAST; size <= MOST; size *= 2) {
      double ms = least_ms(forms[f].form, text, size - 1);
      printf("\t%.2f", ms);
      if (before > 0 && ms / before > factor) factor = ms / before;
      before = ms;
    }
    printf("\t%.2f\n", factor);
  }
  free(text);
  return 0;
}
