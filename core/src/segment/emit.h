/* segment/emit: a segment's sections, one behind the other, as a batch and a merge both write them. */
#ifndef ENTI_EMIT_H
#define ENTI_EMIT_H

#include "segment/lexicon.h"
#include "segment/postings.h"
#include "segment/token_blocks.h"

typedef struct enti_emitter {
  const ent_alloc *alloc;
  enti_sink *sink;
  enti_footer footer;
  enti_bytes records, terms, scratch;
} enti_emitter;

ent_status enti_section_begin(enti_sink *sink, enti_footer *footer, int section); /* at the next multiple of 8 */
ent_status enti_section_end(enti_sink *sink, enti_footer *footer, int section);

/* Order of calls: begin, documents, postings, finish. Documents and terms come in order. */
ent_status enti_emit_begin(enti_emitter *emitter, const ent_alloc *alloc, enti_sink *sink);
void enti_emit_free(enti_emitter *emitter);

typedef struct enti_document_bytes { /* what a document's record and bytes are made of */
  const char *id;
  size_t id_length;
  const char *parts;
  size_t parts_length;
  uint32_t length; /* bytes of its text */
  const uint8_t *hash;
} enti_document_bytes;
ent_status enti_emit_document(enti_emitter *emitter, const enti_document_bytes *document, const enti_plain *plain);

ent_status enti_emit_postings_begin(enti_emitter *emitter);
/* A term whose bytes are `postings`; `type` is its number in the lexicon. */
ent_status enti_emit_term(enti_emitter *emitter, const char *postings, size_t length, uint64_t tokens, uint32_t documents,
                          uint32_t type);

/* The frequent gaps out of all of a vocabulary of gaps (bytes, then kind), by falling count, then bytewise: the table
 * points into it; codes[gap] is its code or ENTI_GAP_LITERAL. */
void enti_emit_choose_gaps(const ent_vocab *gaps, const uint64_t *counts, size_t count, enti_gap_table *table,
                           uint8_t *codes);
enti_gap_form enti_gap_form_of(const ent_vocab *gaps, uint32_t gap);

/* Terms, lexicon, columns (whose section `columns` holds), gaps, records, footer. */
ent_status enti_emit_finish(enti_emitter *emitter, const enti_lexicon *lexicon, const enti_bytes *columns,
                            const enti_gap_table *gaps);

#endif
