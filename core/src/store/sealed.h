/* store/sealed: a file that is written once, from its first byte to its last, and then only read, each block of it
 * checked when it is first touched. */
#ifndef ENTI_SEALED_H
#define ENTI_SEALED_H

#include "segment/sink.h"
#include "segment/view.h"
#include "store/io.h"

/* ---- writing ---- */

typedef struct enti_sealer enti_sealer;

typedef struct enti_seal { /* what a finished file is known by */
  uint64_t length;         /* bytes of the file */
  uint32_t crc;            /* of its trailer, which stands for all of it */
} enti_seal;

/* Makes the file, which must not be there. `path` is copied. */
ent_status enti_sealer_new(const ent_alloc *alloc, const enti_io *io, const char *path, enti_sealer **out, ent_error *err);
/* Where the payload goes. Once a write has failed all others do. */
enti_sink *enti_sealer_sink(enti_sealer *sealer);
/* The message of a write that failed, if one did: for whoever wrote through the sink, which has none. */
void enti_sealer_fault(const enti_sealer *sealer, ent_error *err);
/* Writes what is left, the checksums and the trailer. The file can be read then, but is not yet durable. */
ent_status enti_sealer_finish(enti_sealer *sealer, enti_seal *seal, ent_error *err);
/* Syncs and closes a finished file. A sync that failed is never tried again: the file counts for nothing. */
ent_status enti_sealer_sync(enti_sealer *sealer, ent_error *err);
/* Closes the file if it is open. It stays, whatever is in it: its owner unlinks it. */
void enti_sealer_free(enti_sealer *sealer);

/* ---- reading ---- */

typedef struct enti_sealed enti_sealed;

/* Opens a file in a time that does not grow with it; with ENT_OPEN_READ it is not mapped. With `seal`, ENT_ERR_DAMAGE
 * when it is another file than that. ENT_ERR_IO, and *missing, when there is none; `missing` may be NULL. */
ent_status enti_sealed_open(const ent_alloc *alloc, const enti_io *io, const char *path, unsigned flags,
                            const enti_seal *seal, enti_sealed **out, bool *missing, ent_error *err);
void enti_sealed_free(enti_sealed *sealed);
/* The payload, until freed. `check` may be called by many threads. */
enti_view *enti_sealed_view(enti_sealed *sealed);
/* Reads all of it again, whatever has been checked. `report` as in ent_corpus_verify. */
ent_status enti_sealed_verify(enti_sealed *sealed, void (*report)(void *user, const char *line), void *user);

#endif
