/* segment/invert: a counting sort.
 *
 * The numbers of all tokens are put behind those of their term, in two passes over the documents' types and one over
 * the result, which is read in order. A token's document is found from its number by a coarse table, since to keep it
 * would cost as much memory again. */
#include "segment/invert.h"

enum {
  COARSE = 8, /* bits of a token's number that the table leaves out */
  AHEAD = 64  /* tokens whose places are asked for before the first is written: they lie all over the memory */
};

#if defined(__GNUC__)
#define PREFETCH_TO_WRITE(address) __builtin_prefetch((address), 1)
#else
#define PREFETCH_TO_WRITE(address) ((void)0)
#endif

typedef struct sorter {
  const ent_alloc *alloc;
  const enti_inversion *in;
  uint32_t first, end;
  uint64_t total;      /* tokens of the terms */
  uint32_t *places;    /* by term: where its next token goes; at the end, where its tokens end */
  uint32_t *tokens;    /* sorted */
  uint32_t *starts;    /* by document: its first token's number; one more */
  uint32_t *coarse;    /* by number >> COARSE: the document of the first of these tokens */
  size_t coarse_count;
} sorter;

static ent_status prepare(sorter *s) {
  uint64_t all = 0;
  for (uint32_t d = 0; d < s->in->document_count; d++) all += s->in->documents[d].count;
  for (uint32_t t = s->first; t < s->end; t++) s->total += s->in->term_tokens[t];
  if (all >= UINT32_MAX) return ENT_ERR_LIMIT; /* a batch is smaller */
  s->coarse_count = (size_t)(all >> COARSE) + 1;
  s->places = enti_new(s->alloc, (size_t)(s->end - s->first + 1) * sizeof *s->places);
  s->tokens = enti_resize(s->alloc, NULL, 0, (size_t)(s->total + 1) * sizeof *s->tokens);
  s->starts = enti_resize(s->alloc, NULL, 0, ((size_t)s->in->document_count + 1) * sizeof *s->starts);
  s->coarse = enti_resize(s->alloc, NULL, 0, s->coarse_count * sizeof *s->coarse);
  return s->places && s->tokens && s->starts && s->coarse ? ENT_OK : ENT_ERR_MEMORY;
}

static void release(sorter *s) {
  enti_free(s->alloc, s->places, (size_t)(s->end - s->first + 1) * sizeof *s->places);
  enti_free(s->alloc, s->tokens, (size_t)(s->total + 1) * sizeof *s->tokens);
  enti_free(s->alloc, s->starts, ((size_t)s->in->document_count + 1) * sizeof *s->starts);
  enti_free(s->alloc, s->coarse, s->coarse_count * sizeof *s->coarse);
}

static void sort_tokens(sorter *s) {
  const uint32_t first = s->first, width = s->end - s->first;
  uint32_t at = 0, number = 0;
  size_t coarse = 0;
  for (uint32_t t = 0; t < width; t++) {
    s->places[t] = at;
    at += (uint32_t)s->in->term_tokens[first + t];
  }
  for (uint32_t d = 0; d < s->in->document_count; d++) {
    const enti_document_terms *document = &s->in->documents[d];
    s->starts[d] = number;
    for (uint32_t i = 0, some; i < document->count; i += some) {
      uint32_t terms[AHEAD];
      some = document->count - i < AHEAD ? document->count - i : AHEAD;
      for (uint32_t k = 0; k < some; k++) {
        terms[k] = document->terms[document->types[i + k]] - first;
        if (terms[k] < width) PREFETCH_TO_WRITE(&s->tokens[s->places[terms[k]]]);
      }
      for (uint32_t k = 0; k < some; k++)
        if (terms[k] < width) s->tokens[s->places[terms[k]]++] = number + i + k;
    }
    number += document->count;
    while (coarse < s->coarse_count && coarse << COARSE < number) s->coarse[coarse++] = d;
  }
  s->starts[s->in->document_count] = number;
}

/* One term, whose tokens are numbers [at, end). */
static ent_status take_documents(const sorter *s, const uint32_t *at, const uint32_t *end, enti_postings *postings) {
  unsigned char *to;
  ent_status status = enti_postings_room(postings, (size_t)(end - at) * 5, &to); /* at most 5 bytes a varint */
  while (at < end && status == ENT_OK) {
    uint32_t document = s->coarse[*at >> COARSE];
    while (s->starts[document + 1] <= *at) document++;
    const uint32_t stop = s->starts[document + 1], *first = at;
    uint32_t before = s->starts[document];
    unsigned char *from = to;
    for (; at < end && *at < stop; before = *at++) to = enti_put_varint(to, *at - before);
    status = enti_postings_add(postings, document, (size_t)(to - from), (uint32_t)(at - first));
  }
  return status;
}

static ent_status take_terms(sorter *s, enti_take_term *take, void *user) {
  enti_postings postings = {.alloc = *s->alloc};
  enti_bytes out = {0};
  ent_status status = ENT_OK;
  const uint32_t *at = s->tokens;
  for (uint32_t t = s->first; t < s->end && status == ENT_OK; t++) {
    const uint32_t *end = s->tokens + s->places[t - s->first];
    status = take_documents(s, at, end, &postings);
    at = end;
    out.count = 0;
    uint64_t tokens = postings.tokens;
    uint32_t documents = postings.count;
    if (documents == 0 || status != ENT_OK) continue;
    status = enti_postings_finish(&postings, &out);
    if (status == ENT_OK) status = take(user, t, &out, tokens, documents);
  }
  enti_postings_free(&postings);
  enti_array_free(s->alloc, &out);
  return status;
}

ent_status enti_invert(const ent_alloc *alloc, const enti_inversion *inversion, uint32_t first, uint32_t end,
                       enti_take_term *take, void *user) {
  sorter s = {.alloc = alloc, .in = inversion, .first = first, .end = end};
  ent_status status = prepare(&s);
  if (status == ENT_OK) sort_tokens(&s);
  if (status == ENT_OK) status = take_terms(&s, take, user);
  release(&s);
  return status;
}
