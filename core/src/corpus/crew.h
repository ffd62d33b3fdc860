/* corpus/crew: threads that index documents. */
#ifndef ENTI_CREW_H
#define ENTI_CREW_H

#include "segment/batch.h"

typedef struct enti_crew enti_crew;

/* `threads` of them, each with its lane of the batch, which they borrow. At most `room` bytes of documents wait. */
ent_status enti_crew_new(const ent_alloc *alloc, enti_batch *batch, unsigned threads, size_t room, enti_crew **out);
/* Ends the threads, whatever still waits. */
void enti_crew_free(enti_crew *crew);

/* Gives a copy of a document that enti_document_check has passed to whoever is free; waits while too many wait. `key`
 * comes back when it is done. A failure of any of them is given at the next call, and sticks. */
ent_status enti_crew_give(enti_crew *crew, const ent_document *document, const uint8_t hash[16], uint32_t key, ent_error *err);
/* Waits until nobody works, and tells where each document went that was given since the last time. */
ent_status enti_crew_drain(enti_crew *crew, void (*done)(void *user, uint32_t key, unsigned lane, uint32_t number),
                           void *user, ent_error *err);

#endif
