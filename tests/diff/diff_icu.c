/* diff_icu FORMS BOUNDARIES SEED: our forms and boundaries against ICU's on that many random strings each.
 *
 * Prints one line a comparison, `NAME agreed/total`, the first disagreements on standard error, and exits with 1 when
 * there are any. One string in sixteen is long for its kind. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente.h"
#include "icu.h"
#include "text/utf8.h"
#include "../fuzz/pool.h"

enum { SHORT = 12, LONG = 40 };

static bool all_agreed = true;

static void report(const char *name, size_t agreed, size_t total) {
  printf("%s %zu/%zu\n", name, agreed, total);
  (void)fflush(stdout);
  if (agreed != total || total == 0) all_agreed = false;
}

static void complain(const char *name, const uint32_t *cps, size_t count) {
  static int complaints;
  if (complaints++ >= 20) return;
  (void)fprintf(stderr, "%s:", name);
  for (size_t i = 0; i < count; i++) (void)fprintf(stderr, " %04X", (unsigned)cps[i]);
  (void)fputc('\n', stderr);
}

/* A text of 1 to 40 code points, and where each begins in its UTF-8. */
typedef struct text {
  uint32_t cps[LONG];
  size_t offsets[LONG + 1], count;
  char bytes[LONG * 4];
} text;

static void make_text(pool_seed *seed, bool (*allowed)(uint32_t), text *out) {
  out->count = 1 + pool_below(seed, pool_below(seed, 16) ? SHORT : LONG);
  pool_text(seed, out->cps, out->count, allowed);
  out->offsets[0] = 0;
  for (size_t i = 0; i < out->count; i++)
    out->offsets[i + 1] = out->offsets[i] + enti_utf8_put(out->bytes + out->offsets[i], out->cps[i]);
}

/* ---- forms -------------------------------------------------------------------------------- */

static bool form_agrees(ent_form form, const text *t) {
  static char wanted[ICU_ROOM];
  size_t size, wanted_size = icu_form(form, t->cps, t->count, wanted);
  ent_normal *normal;
  if (ent_normalize(NULL, form, t->bytes, t->offsets[t->count], &normal, NULL) != ENT_OK) return false;
  const char *bytes = ent_normal_bytes(normal, &size);
  bool same = size == wanted_size && memcmp(bytes, wanted, size) == 0;
  ent_normal_free(normal);
  return same;
}

static void compare_forms(size_t total, pool_seed seed) {
  static const struct { const char *name; ent_form form; } kinds[] = {
      {"ICU-NFC", ENT_NFC}, {"ICU-NFD", ENT_NFD}, {"ICU-NFKC", ENT_NFKC}, {"ICU-NFKD", ENT_NFKD},
      {"ICU-fold", ENT_FOLD}};
  enum { KINDS = sizeof kinds / sizeof *kinds };
  size_t agreed[KINDS] = {0};
  text t;
  for (size_t round = 0; round < total; round++) {
    make_text(&seed, NULL, &t);
    for (size_t k = 0; k < KINDS; k++)
      if (form_agrees(kinds[k].form, &t)) agreed[k]++;
      else complain(kinds[k].name, t.cps, t.count);
  }
  for (size_t k = 0; k < KINDS; k++) report(kinds[k].name, agreed[k], total);
}

/* ---- boundaries --------------------------------------------------------------------------- */

typedef size_t next_boundary(const char *text, size_t length, size_t at);

static bool boundaries_agree(icu_kind kind, next_boundary *next, const text *t) {
  static bool wanted[ICU_MOST + 1];
  icu_boundaries(kind, t->cps, t->count, wanted);
  size_t at = 0, length = t->offsets[t->count];
  for (size_t i = 1; i <= t->count; i++) {
    if (!wanted[i]) continue;
    if (at >= length || (at = next(t->bytes, length, at)) != t->offsets[i]) return false;
  }
  return at == length;
}

static bool for_words(uint32_t cp) { return !icu_words_differ(cp); }
static bool for_graphemes(uint32_t cp) { return !icu_graphemes_differ(cp); }

static void compare_boundaries(size_t total, pool_seed seed) {
  static const struct {
    const char *name;
    icu_kind kind;
    next_boundary *next;
    bool (*allowed)(uint32_t);
  } kinds[] = {{"ICU-grapheme", ICU_GRAPHEME, ent_grapheme_next, for_graphemes},
               {"ICU-word", ICU_WORD, ent_word_next, for_words},
               {"ICU-sentence", ICU_SENTENCE, ent_sentence_next, NULL}};
  text t;
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
    size_t agreed = 0;
    for (size_t round = 0; round < total; round++) {
      make_text(&seed, kinds[k].allowed, &t);
      if (boundaries_agree(kinds[k].kind, kinds[k].next, &t)) agreed++;
      else complain(kinds[k].name, t.cps, t.count);
    }
    report(kinds[k].name, agreed, total);
  }
}

int main(int argc, char **argv) {
  if (argc != 4) {
    (void)fprintf(stderr, "usage: diff_icu FORMS BOUNDARIES SEED\n");
    return 2;
  }
  pool_seed seed = strtoull(argv[3], NULL, 10);
  compare_forms(strtoul(argv[1], NULL, 10), seed);
  compare_boundaries(strtoul(argv[2], NULL, 10), seed);
  return all_agreed ? 0 : 1;
}
