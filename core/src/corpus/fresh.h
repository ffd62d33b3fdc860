/* corpus/fresh: a segment that is being made: written as .tmp, read at once, and later kept or dropped. */
#ifndef ENTI_FRESH_H
#define ENTI_FRESH_H

#include "corpus/part.h"
#include "segment/batch.h"

typedef struct enti_place { /* where and by what files are made */
  const ent_alloc *alloc;
  const enti_io *io;
  const char *folder;
  uint64_t *next; /* the number of the next segment */
} enti_place;

typedef struct enti_fresh {
  enti_part part;
  enti_sealer *sealer; /* NULL once it is synced, or will not be */
} enti_fresh;

/* Each leaves no file behind when it fails. */
ent_status enti_fresh_write(const enti_place *place, enti_batch *batch, unsigned threads, enti_fresh *out, ent_error *err);
/* One segment of the documents of several, with a limit of how many are open at once. */
ent_status enti_fresh_merge(const enti_place *place, const enti_merge_input *inputs, size_t count, enti_fresh *out,
                            ent_error *err);
/* Syncs it, closes it and gives it its name. Durable once the folder is synced. */
ent_status enti_fresh_keep(const enti_place *place, enti_fresh *fresh, ent_error *err);
/* Closes it and takes its file away. */
void enti_fresh_drop(const enti_place *place, enti_fresh *fresh);

#endif
