/* bench_ours: our side of every kernel. */
#include <stdlib.h>

#include "base/base.h"
#include "bench.h"
#include "vocab/vocab.h"
#include "token/segment.h"

/* The normal form and its map, made and freed. */
bool ours_normalize(void *state, const bench_input *input, uint64_t *found) {
  (void)state;
  ent_normal *normal = NULL;
  size_t length;
  if (ent_normalize(NULL, ENT_FOLD, input->utf8, input->length, &normal, NULL) != ENT_OK) return false;
  (void)ent_normal_bytes(normal, &length);
  *found = length;
  ent_normal_free(normal);
  return true;
}

/* ---- words: found, interned, layered ------------------------------------------------------ */

/* What an indexer keeps of each word, and from one document to the next; the memory is used again by the next run. */
typedef struct word_lists {
  ENTI_ARRAY(enti_stretch) spans;
  ENTI_ARRAY(uint32_t) types;
} word_lists;

void *ours_words_open(void) { return calloc(1, sizeof(word_lists)); }

void ours_words_close(void *state) {
  word_lists *lists = state;
  enti_array_free(&enti_alloc_default, &lists->spans);
  enti_array_free(&enti_alloc_default, &lists->types);
  free(lists);
}

/* Each layer of each type that occurs, and of the types that the layers bring. */
static ent_status all_layers(ent_vocab *vocab) {
  static const ent_form layers[] = {ENT_FOLD, ENT_BARE, ENT_HANS};
  ent_status status = ENT_OK;
  for (uint32_t type = 0; type < ent_vocab_count(vocab) && status == ENT_OK; type++) {
    uint32_t on;
    for (size_t i = 0; i < sizeof layers / sizeof layers[0] && status == ENT_OK; i++)
      status = ent_vocab_layer(vocab, type, layers[i], &on);
  }
  return status;
}

/* The vocabulary is new in each run: every type is seen for the first time once. */
bool ours_words(void *state, const bench_input *input, uint64_t *found) {
  enum { BATCH = 1024 };
  word_lists *lists = state;
  ent_vocab *vocab = NULL;
  ent_status status = ent_vocab_new(NULL, &vocab);
  enti_segmenter segmenter = {.text = input->utf8, .end = input->length};
  lists->spans.count = lists->types.count = 0;
  for (size_t count = 1; count > 0 && status == ENT_OK;) {
    status = enti_array_reserve(&enti_alloc_default, &lists->spans, BATCH);
    if (status == ENT_OK) status = enti_array_reserve(&enti_alloc_default, &lists->types, BATCH);
    if (status != ENT_OK) break;
    enti_stretch *spans = lists->spans.at + lists->spans.count;
    uint32_t *types = lists->types.at + lists->types.count;
    count = enti_segment_many(&segmenter, spans, BATCH, false);
    status = enti_vocab_intern_many(vocab, input->utf8, input->length, spans, count, types);
    lists->spans.count += count;
    lists->types.count += count;
  }
  if (status == ENT_OK) status = all_layers(vocab);
  ent_vocab_free(vocab);
  *found = lists->spans.count;
  return status == ENT_OK;
}

/* ---- boundaries, validity ----------------------------------------------------------------- */

typedef size_t next_boundary(const char *text, size_t length, size_t at);

static bool walk(next_boundary *next, const bench_input *input, uint64_t *found) {
  uint64_t count = 0;
  for (size_t at = 0; at < input->length; count++) at = next(input->utf8, input->length, at);
  *found = count;
  return true;
}

bool ours_sentences(void *state, const bench_input *input, uint64_t *found) {
  (void)state;
  return walk(ent_sentence_next, input, found);
}

bool ours_graphemes(void *state, const bench_input *input, uint64_t *found) {
  (void)state;
  return walk(ent_grapheme_next, input, found);
}

bool ours_validate(void *state, const bench_input *input, uint64_t *found) {
  (void)state;
  *found = ent_utf8_valid(input->utf8, input->length);
  return *found == input->length;
}
