/* naive_search: where words stand, by looking at every token of a document in memory and at every choice of places. */
#ifndef NAIVE_SEARCH_H
#define NAIVE_SEARCH_H

#include <stdlib.h>
#include <string.h>

#include "index/index.h"
#include "segment/find.h"
#include "token/gap.h"
#include "vocab/glob.h"

enum { NAIVE_PLACES = 1 << 14 };

typedef struct naive_places {
  size_t count;
  ent_place at[NAIVE_PLACES];
} naive_places;

/* Whether a token's folded form fits a word of a query. */
static inline bool naive_fits(const enti_query *q, size_t word, const ent_index *index, uint32_t type) {
  uint32_t fold;
  size_t length;
  if (ent_vocab_layer(index->vocab, type, ENT_FOLD, &fold) != ENT_OK) abort();
  const enti_type *form = &index->vocab->types.at[fold]; /* with the mark that a variant may have */
  const char *bytes = form->bytes;
  length = form->length;
  return enti_glob_matches(q->globs.at + q->words.at[word].begin, q->words.at[word].count, bytes, length);
}

static inline void naive_operand(const enti_query *q, size_t operand, const ent_index *index, const enti_document *d, naive_places *out) {
  enti_slice words = q->operands.at[operand];
  out->count = 0;
  for (uint32_t first = 0; first + words.count <= d->tokens.count; first++) {
    bool stands = true;
    for (uint32_t i = 0; i < words.count && stands; i++) {
      const enti_token *token = &index->tokens.at[d->tokens.begin + first + i];
      stands = naive_fits(q, words.begin + i, index, token->type) && (i == 0 || token->gap == ENTI_GAP_JOIN);
    }
    if (stands && out->count < NAIVE_PLACES) out->at[out->count++] = (ent_place){first, first + (uint32_t)words.count - 1};
  }
}

/* Adds the windows of all choices of one span an operand in this order of operands, from `at` on. */
static inline void naive_choose(const naive_places *spans, const uint8_t *order, size_t count, size_t at, uint32_t distance,
                                uint32_t first, uint32_t last, naive_places *out) {
  if (at == count) {
    for (size_t i = 0; i < out->count; i++)
      if (out->at[i].first == first && out->at[i].last == last) return;
    if (out->count == NAIVE_PLACES) abort();
    out->at[out->count++] = (ent_place){first, last};
    return;
  }
  const naive_places *own = &spans[order[at]];
  for (size_t i = 0; i < own->count; i++) {
    const ent_place *span = &own->at[i];
    if (at > 0 && (span->first <= last || span->first - last - 1 > distance)) continue;
    naive_choose(spans, order, count, at + 1, distance, at ? first : span->first, span->last, out);
  }
}

static inline void naive_orders(const naive_places *spans, uint8_t *order, size_t count, size_t at, uint32_t distance, naive_places *out) {
  if (at == count) naive_choose(spans, order, count, 0, distance, 0, 0, out);
  for (size_t i = at; i < count; i++) {
    uint8_t kept = order[at];
    order[at] = order[i];
    order[i] = kept;
    naive_orders(spans, order, count, at + 1, distance, out);
    order[i] = order[at];
    order[at] = kept;
  }
}

static inline int naive_compare(const void *a, const void *b) {
  const ent_place *left = a, *right = b;
  if (left->first != right->first) return left->first < right->first ? -1 : 1;
  return (left->last > right->last) - (left->last < right->last);
}

/* The windows that hold no other one, sorted. `spans` has room for those of each operand. */
static inline void naive_search(const enti_query *q, const ent_index *index, uint32_t document, naive_places *spans, naive_places *all,
                                naive_places *out) {
  const enti_document *d = &index->documents.at[document];
  uint8_t order[ENTI_OPERANDS_MOST] = {0, 1, 2, 3, 4, 5, 6, 7};
  out->count = all->count = 0;
  for (size_t i = 0; i < q->operands.count; i++) {
    naive_operand(q, i, index, d, &spans[i]);
    if (spans[i].count == 0) return;
  }
  naive_orders(spans, order, q->operands.count, 0, q->distance, all);
  for (size_t i = 0; i < all->count; i++) {
    bool least = true;
    for (size_t k = 0; k < all->count && least; k++)
      least = k == i || all->at[k].first < all->at[i].first || all->at[k].last > all->at[i].last;
    if (least) out->at[out->count++] = all->at[i];
  }
  if (out->count) qsort(out->at, out->count, sizeof *out->at, naive_compare);
}

#endif
