/* segment/invert: from documents as terms to terms with their documents. */
#ifndef ENTI_INVERT_H
#define ENTI_INVERT_H

#include "segment/postings.h"

typedef struct enti_document_terms { /* token i is terms[types[i]] */
  const uint32_t *types, *terms;
  uint32_t count;
} enti_document_terms;

typedef struct enti_inversion {
  const enti_document_terms *documents;
  uint32_t document_count, term_count;
  const uint64_t *term_tokens; /* by term: how many tokens there are of it in all documents */
} enti_inversion;

/* Gives the postings of the terms [first, end) to `take`, in order; each of them occurs. */
typedef ent_status enti_take_term(void *user, uint32_t term, const enti_bytes *postings, uint64_t tokens, uint32_t documents);
ent_status enti_invert(const ent_alloc *alloc, const enti_inversion *inversion, uint32_t first, uint32_t end,
                       enti_take_term *take, void *user);

#endif
