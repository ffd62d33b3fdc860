/* segment/lexicon: the types of a segment, and their terms, while it is written. */
#ifndef ENTI_LEXICON_H
#define ENTI_LEXICON_H

#include "segment/format.h"
#include "segment/sink.h"
#include "vocab/vocab.h"

/* Types are numbered by falling count, then bytewise; terms, which are folded types, bytewise. */
typedef struct enti_lexicon {
  ent_alloc alloc;
  const ent_vocab *vocab;
  ENTI_ARRAY(uint32_t) types;       /* by number: the vocabulary's type */
  ENTI_ARRAY(uint64_t) counts;      /* by number */
  ENTI_ARRAY(uint32_t) type_terms;  /* by number: the term that it folds to; of types that do not occur, that they are */
  ENTI_ARRAY(uint32_t) own_terms;   /* by number: the term that it is itself, or ENT_NONE */
  ENTI_ARRAY(uint32_t) terms;       /* by term: the number of its type */
  ENTI_ARRAY(uint32_t) numbers;     /* by the vocabulary's type: number, or ENT_NONE */
  ENTI_ARRAY(uint32_t) pairs[2];    /* what bare and hans are, where not the fold: two numbers each, sorted */
} enti_lexicon;

/* Numbers the types of a vocabulary that occur, counts[type] > 0, and what they are on the layers. `counts` has
 * `count` entries; types behind them, if any, do not occur. The vocabulary may grow. */
ent_status enti_lexicon_make(const ent_alloc *alloc, ent_vocab *vocab, const uint64_t *counts, size_t count,
                             enti_lexicon *out);
void enti_lexicon_free(enti_lexicon *lexicon);

/* Writes the sections from ENTI_SECTION_TYPE_OFFSETS to ENTI_SECTION_HANS and notes them in the footer. */
ent_status enti_lexicon_write(const enti_lexicon *lexicon, enti_sink *sink, enti_footer *footer);

/* The home of a form among `slots`, a power of two. */
uint64_t enti_lexicon_home(const char *bytes, size_t length, uint64_t slots);

#endif
