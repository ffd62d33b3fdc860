/* segment/find: where do words stand, side by side or near each other? */
#ifndef ENTI_FIND_H
#define ENTI_FIND_H

#include "segment/reader.h"
#include "segment/windows.h"

/* A search, compiled: independent of segments; frozen. */
typedef struct enti_query {
  enti_bytes globs;                 /* compiled, on the folded layer */
  ENTI_ARRAY(enti_slice) words;     /* of globs: one token each */
  ENTI_ARRAY(enti_slice) operands;  /* of words: side by side */
  uint32_t distance;                /* at most so many tokens between neighbouring operands, in any order */
} enti_query;

enum { ENTI_WORDS_MOST = 64 };

/* `terms`: words parted by blanks. With distance ENT_NONE all terms are one operand. */
ent_status enti_query_make(const ent_alloc *alloc, const char *const *terms, size_t count, uint32_t distance, enti_query *out,
                           ent_error *err);
void enti_query_free(const ent_alloc *alloc, enti_query *query);

/* One segment's documents with a hit, in order. */
typedef struct enti_finder enti_finder;
ent_status enti_finder_new(const ent_alloc *alloc, const enti_segment *segment, const uint64_t *removed,
                           const enti_query *query, enti_finder **out);
void enti_finder_free(enti_finder *finder);
ent_status enti_finder_next(enti_finder *finder, uint32_t *document); /* ENT_NONE at the end */
/* The hits in the last document that next gave; until the next call. */
ent_status enti_finder_places(enti_finder *finder, const ent_place **places, size_t *count);

#endif
