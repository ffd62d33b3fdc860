/* match/coder: one codebook at work on one document after another. */
#ifndef ENTI_CODER_H
#define ENTI_CODER_H

#include "match/codebook.h"

typedef struct enti_span { /* tokens, both included */
  uint32_t first, last;
} enti_span;

typedef ENTI_ARRAY(enti_span) enti_spans; /* sorted by first, then last; no two equal */

typedef struct enti_found { /* a hit of a term; those of one term are linked in order */
  uint32_t first, last, next;
} enti_found;

typedef struct enti_chain { /* the hits of one term in this run */
  uint32_t run, head, tail;
} enti_chain;

struct ent_coder {
  const ent_codebook *codebook;
  ent_vocab *vocab;
  ent_alloc alloc;
  uint32_t layers[ENTI_ALL_LAYERS]; /* the vocabulary's number of each layer of the codebook that is used */
  /* which elements a type fits: kept from run to run, grown with the vocabulary */
  ENTI_ARRAY(enti_slice) type_elements;
  enti_numbers elements;
  enti_bytes key;
  /* pieces.c: what terms find in given tokens; the first two are kept from run to run */
  ENTI_ARRAY(enti_slice) type_pieces;  /* of known_pieces, by type */
  ENTI_ARRAY(enti_token) known_pieces; /* bytes of the form */
  ENTI_ARRAY(enti_token) pieces;       /* of the document */
  enti_numbers piece_tokens;           /* the number of each piece's token */
  bool in_pieces;                      /* `tokens` are pieces for now */
  /* the run */
  const ent_index *index;
  uint32_t document;
  const enti_token *tokens; /* of the document */
  uint32_t token_count;
  const char *text;
  size_t length;
  const uint8_t *conditions;
  size_t condition_count;
  uint32_t run;
  ENTI_ARRAY(enti_found) found;
  ENTI_ARRAY(enti_chain) chains; /* by term */
  ENTI_ARRAY(ent_hit) hits;      /* of all categories, in category_order, before overlap */
  ENTI_ARRAY(enti_slice) category_hits;
  ENTI_ARRAY(uint32_t) taken;    /* by token: the last category that holds it, as a stamp */
  uint32_t stamp;
  size_t guarded; /* hits that borders.c left out */
};

/* scan.c: finds all terms in the document. */
ent_status enti_coder_scan(ent_coder *coder);

/* pieces.c: fills `pieces` and `piece_tokens`. */
ent_status enti_coder_divide(ent_coder *coder);

/* eval.c: the spans of a node, into an empty `out`; on failure *out is still to be released. */
ent_status enti_coder_eval(ent_coder *coder, uint32_t node, enti_spans *out);
ent_status enti_spans_add(ent_coder *coder, enti_spans *spans, uint32_t first, uint32_t last);
/* Sorted, equal ones once. */
void enti_spans_tidy(enti_spans *spans);
/* Whether any span of a sorted list overlaps [first, last]; furthest[i] is the largest last of 0…i. */
typedef struct enti_cover {
  const enti_spans *spans;
  enti_numbers furthest;
} enti_cover;
ent_status enti_cover_make(ent_coder *coder, const enti_spans *spans, enti_cover *out);
bool enti_cover_overlaps(const enti_cover *cover, uint32_t first, uint32_t last);

/* near.c: the minimal spans of near, seq and all over the operands' spans. */
ent_status enti_coder_near(ent_coder *coder, const enti_node *node, const enti_spans *operands, size_t count,
                           enti_spans *out);

/* borders.c: whether a hit's borders are borders of words; counts it as guarded if not. */
bool enti_coder_keeps_words(ent_coder *coder, uint32_t first, uint32_t last);

static inline uint32_t enti_unit_of(const ent_coder *coder, ent_unit unit, uint32_t token) {
  return enti_index_part_number(coder->index, coder->document, unit, token);
}

#endif
