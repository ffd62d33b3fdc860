/* segment/frozen: documents and their index, frozen, read in place from a view.
 *
 * All numbers that come out of a segment have been checked against its limits; ENT_ERR_DAMAGE otherwise. A segment is
 * frozen: any number of threads may read it. */
#ifndef ENTI_FROZEN_H
#define ENTI_FROZEN_H

#include "index/index.h"
#include "segment/sink.h"
#include "segment/view.h"

typedef struct enti_segment enti_segment;

/* Borrows the view, which outlives it. Reads the footer only. */
ent_status enti_segment_open(const ent_alloc *alloc, enti_view *view, enti_segment **out, ent_error *err);
void enti_segment_free(enti_segment *segment);

uint32_t enti_segment_documents(const enti_segment *segment);
ent_totals enti_segment_totals(const enti_segment *segment);
/* Documents stand in the bytewise order of their ids. */
ent_status enti_segment_document(const enti_segment *segment, uint32_t document, ent_document_view *out);
/* ENT_NONE where there is none with this id. */
ent_status enti_segment_find(const enti_segment *segment, const char *id, size_t length, uint32_t *document);
ent_status enti_segment_text(const enti_segment *segment, const ent_alloc *alloc, uint32_t document, size_t begin, size_t end,
                             ent_string **out);

/* Which type of a vocabulary each type of the segment is, as far as it was asked for: filled by enti_segment_load. */
typedef ENTI_ARRAY(uint32_t) enti_type_map;
ent_status enti_segment_load(const enti_segment *segment, uint32_t document, ent_index *index, enti_type_map *map,
                             uint32_t *number, ent_error *err);

/* Reads all of it. `report` as in ent_corpus_verify. */
ent_status enti_segment_verify(const enti_segment *segment, void (*report)(void *user, const char *line), void *user);

/* ---- columns ---- */

ent_status enti_segment_columns(const enti_segment *segment, size_t *count);
ent_status enti_segment_column_name(const enti_segment *segment, size_t column, const char **name, size_t *length);
/* The column of that name, or SIZE_MAX. */
ent_status enti_segment_column_find(const enti_segment *segment, const char *name, size_t *column);
/* Distinct values of a column; 1 … count are the codes of documents that have one, 0 that of those that have none. */
ent_status enti_segment_column_values(const enti_segment *segment, size_t column, uint32_t *count);
ent_status enti_segment_column_value(const enti_segment *segment, size_t column, uint32_t code, ent_value *out);
ent_status enti_segment_column_code(const enti_segment *segment, size_t column, uint32_t document, uint32_t *code);

/* ---- merge ---- */

typedef struct enti_merge_input {
  const enti_segment *segment;
  const uint64_t *removed; /* a bit a document that is left out; NULL: none is */
} enti_merge_input;

/* Writes one segment of the documents of several; no id may stand in two of them. */
ent_status enti_segment_merge(const ent_alloc *alloc, const enti_merge_input *inputs, size_t count, enti_sink *sink,
                              ent_error *err);

#endif
