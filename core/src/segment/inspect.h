/* segment/inspect: what the files that inspect a segment share. */
#ifndef ENTI_INSPECT_H
#define ENTI_INSPECT_H

#include "segment/reader.h"

typedef struct enti_inspector {
  const enti_segment *segment;
  const ent_alloc *alloc; /* the segment's */
  void (*report)(void *user, const char *line);
  void *user;
  bool faulty;
  ENTI_ARRAY(uint32_t) terms;  /* by type: the term that it folds to, or ENT_NONE */
  ENTI_ARRAY(uint64_t) counts; /* by type: tokens in the documents */
  ENTI_ARRAY(uint64_t) sums;   /* by term: hashes of its places in the documents */
  uint64_t gap_counts[256];
  ent_vocab *vocab; /* inspect_lexicon.c: in which types are folded again; a new one when it has grown large */
} enti_inspector;

/* Notes a fault: a line for the report. */
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
void enti_inspect_fault(enti_inspector *inspector, const char *format, ...);

/* Damage is noted as a fault of that thing, and the inspection goes on; any other failure ends it. */
ent_status enti_inspect_note(enti_inspector *inspector, ent_status status, const char *thing, uint64_t number);

/* Bytewise order. */
static inline int enti_inspect_compare(const char *a, size_t a_length, const char *b, size_t b_length) {
  size_t both = a_length < b_length ? a_length : b_length;
  int order = both ? memcmp(a, b, both) : 0;
  return order ? order : (a_length > b_length) - (a_length < b_length);
}

/* A place, hashed: sums of these are equal when the places are, but for one chance in 2^64. */
static inline uint64_t enti_inspect_place(uint32_t document, uint32_t position) {
  uint64_t x = ((uint64_t)document << 32 | position) + UINT64_C(0x9E3779B97F4A7C15);
  x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
  x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
  return x ^ x >> 31;
}

/* An empty vocabulary, or the one that is there and not large. */
ent_status enti_inspect_vocab(enti_inspector *inspector, ent_vocab **vocab);

/* inspect_lexicon.c. The first fills `terms`; the others want `counts` and `sums` of all documents. */
ent_status enti_inspect_types(enti_inspector *inspector);
ent_status enti_inspect_counts(enti_inspector *inspector);
ent_status enti_inspect_terms(enti_inspector *inspector);

#endif
