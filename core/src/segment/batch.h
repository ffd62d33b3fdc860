/* segment/batch: documents in memory that become one segment. */
#ifndef ENTI_BATCH_H
#define ENTI_BATCH_H

#include "segment/sink.h"

typedef struct enti_batch enti_batch;

/* `lanes`: how many threads may add at the same time, each with a lane of its own, 0, 1, …; 1 or more. */
ent_status enti_batch_new(const ent_alloc *alloc, unsigned lanes, enti_batch **out);
void enti_batch_free(enti_batch *batch);
/* Whether a document would be taken, as far as can be told without indexing it: id, fields, UTF-8, ranges. */
ent_status enti_document_check(const ent_document *document, ent_error *err);
/* Of everything that a document is given with. */
void enti_document_hash(const ent_document *document, uint8_t hash[16]);
/* Adds a document that enti_document_check has passed. *number is its number in the batch. */
ent_status enti_batch_add(enti_batch *batch, unsigned lane, const ent_document *document, const uint8_t hash[16],
                          uint32_t *number, ent_error *err);
/* Takes a document out again: it was replaced or removed before it was written. */
void enti_batch_remove(enti_batch *batch, unsigned lane, uint32_t number);
/* Documents that are in it; bytes that it holds, and will need at most to be written. */
size_t enti_batch_count(const enti_batch *batch);
size_t enti_batch_size(const enti_batch *batch);
/* Writes a segment of the documents in the bytewise order of their ids; the same bytes whatever the lanes that they
 * came by. With `threads` > 1 that many work on it. The batch is empty then, with its memory kept. */
ent_status enti_batch_write(enti_batch *batch, unsigned threads, enti_sink *sink, ent_error *err);

#endif
