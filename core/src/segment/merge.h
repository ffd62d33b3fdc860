/* segment/merge: what merge.c, which brings types and documents together, shares with merge_terms.c. */
#ifndef ENTI_MERGE_H
#define ENTI_MERGE_H

#include "segment/emit.h"
#include "segment/reader.h"

typedef ENTI_ARRAY(uint32_t) enti_number_array;
typedef ENTI_ARRAY(uint64_t) enti_count_array;

typedef struct enti_source_segment {
  const enti_segment *segment;
  const uint64_t *removed;
  enti_number_array types;     /* by the input's type: the vocabulary's, then the lexicon's number */
  enti_number_array terms;     /* by the input's term: the new one, or ENT_NONE */
  enti_number_array documents; /* by the input's document: the new one, or ENT_NONE */
  enti_number_array gaps;      /* by the input's code: the gap in the vocabulary of gaps */
  uint32_t term;          /* the next one */
  uint64_t read;          /* the view's bytes before it were forgotten */
} enti_source_segment;

typedef struct enti_source_place {
  uint32_t input, document;
} enti_source_place;

typedef struct enti_merger {
  const ent_alloc *alloc;
  enti_source_segment *inputs;
  size_t count;
  ENTI_ARRAY(enti_source_place) order;
  ent_vocab *vocab, *gap_vocab;
  enti_count_array counts, gap_counts;
  ENTI_ARRAY(uint8_t) gap_codes;
  enti_lexicon lexicon;
  enti_gap_table gaps;
  enti_emitter emitter;
  enti_postings postings;
  enti_bytes columns, scratch;
  /* one document */
  enti_number_array types, texts;
  ENTI_ARRAY(uint8_t) codes;
  ENTI_ARRAY(enti_gap_form) literals;
  ENTI_ARRAY(enti_edited) edited;
  ent_error *err;
} enti_merger;

/* Forgets what was read of an input up to `offset`, now and then, or all of it. */
void enti_merge_pass(enti_source_segment *in, uint64_t offset);
void enti_merge_forget(enti_source_segment *in);

/* merge_terms.c: the postings, once documents and types have their numbers; the columns, into m->columns. */
ent_status enti_merge_terms(enti_merger *m);
ent_status enti_merge_columns(enti_merger *m);

#endif
