/* corpus/writer: what writer.c fills and commit.c makes durable. */
#ifndef ENTI_WRITER_H
#define ENTI_WRITER_H

#include "corpus/corpus.h"
#include "corpus/crew.h"
#include "corpus/fresh.h"
#include "store/lock.h"
#include "vocab/vocab.h"

typedef struct enti_open_document { /* in the batch that is open; by its number among `ids` */
  uint32_t number;
  unsigned lane;
  bool there; /* not taken out again */
  uint8_t hash[16];
} enti_open_document;

struct ent_writer {
  ent_alloc alloc;
  const enti_io *io;
  char *path;
  enti_lock lock;
  size_t memory;
  unsigned threads;
  ent_status fault; /* what ended it */
  bool changed, merging;
  uint64_t generation, next;
  ent_totals totals; /* as of the last commit */
  enti_parts parts;  /* those of the last commit, then those spilled since */
  size_t committed;
  enti_sealer *open_part; /* of the last part, when it can be synced as it is */
  /* the open batch */
  enti_batch *batch;
  enti_crew *crew; /* with more than one thread */
  ent_vocab *ids;
  ENTI_ARRAY(enti_open_document) open;
  uint64_t weight, looked; /* a measure of its documents, and how much it was when memory was last looked at */
  uint64_t *filter;        /* of the ids in the spilled parts */
};

static inline enti_place enti_writer_place(ent_writer *writer) {
  return (enti_place){&writer->alloc, writer->io, writer->path, &writer->next};
}

/* writer.c */
/* Waits for the threads. */
ent_status enti_writer_drain(ent_writer *writer, ent_error *err);
/* Frees the batch and what belongs to it; the next add makes it anew. */
void enti_writer_drop_batch(ent_writer *writer);
void enti_writer_drop_filter(ent_writer *writer);
/* ENT_ERR_STATE once something has ended it. */
ent_status enti_writer_check(const ent_writer *writer, ent_error *err);
/* Notes what ended the writer, if it is not ENT_OK. */
ent_status enti_writer_end(ent_writer *writer, ent_status status);

/* commit.c */
/* Writes the open batch as one more part, which is not yet durable; `keep`: its file stays open. */
ent_status enti_writer_spill(ent_writer *writer, bool keep, ent_error *err);

#endif
