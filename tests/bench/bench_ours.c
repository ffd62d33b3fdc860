/* bench_ours: our side of every kernel. */
#include <stdlib.h>

#include "base/base.h"
#include "bench.h"
#include "index/vocab.h"
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

/* What an indexer keeps from one document to the next; its memory is used again by the next run. */
typedef struct word {
  uint32_t begin, end, type;
} word;

typedef ENTI_ARRAY(word) word_list;

void *ours_words_open(void) { return calloc(1, sizeof(word_list)); }

void ours_words_close(void *state) {
  word_list *list = state;
  enti_array_free(&enti_alloc_default, list);
  free(list);
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
  word_list *list = state;
  ent_vocab *vocab = NULL;
  ent_status status = ent_vocab_new(NULL, &vocab);
  enti_segmenter segmenter = {.text = input->utf8, .end = input->length};
  size_t begin, end;
  list->count = 0;
  while (status == ENT_OK && enti_segment_next(&segmenter, &begin, &end)) {
    uint32_t type;
    status = enti_vocab_intern(vocab, input->utf8 + begin, end - begin, &type);
    if (status == ENT_OK) status = enti_array_reserve(&enti_alloc_default, list, 1);
    if (status == ENT_OK) list->at[list->count++] = (word){(uint32_t)begin, (uint32_t)end, type};
  }
  if (status == ENT_OK) status = all_layers(vocab);
  ent_vocab_free(vocab);
  *found = list->count;
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
