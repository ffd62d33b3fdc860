/* store/manifest: which segments are a commit? */
#ifndef ENTI_MANIFEST_H
#define ENTI_MANIFEST_H

#include "store/call.h"

typedef struct enti_entry { /* a segment */
  uint64_t number; /* of its file: segment-0000000007 */
  uint64_t length; /* bytes of the file */
  uint32_t crc;    /* of its trailer, which stands for all of it */
  uint32_t documents, removed_count;
  uint64_t tokens, bytes; /* of the documents that are not removed */
  uint64_t *removed;      /* a bit a document; NULL: none is */
} enti_entry;

typedef struct enti_manifest {
  ent_alloc alloc;
  uint64_t generation; /* 0: nothing was ever committed */
  uint64_t next;       /* the number of the next segment: none is used twice */
  ENTI_ARRAY(enti_entry) entries; /* by number, ascending */
} enti_manifest;

enum { ENTI_SEGMENT_NAME = 32 };
/* "segment-0000000007", then `end`. */
void enti_segment_name(char out[ENTI_SEGMENT_NAME], uint64_t number, const char *end);
/* Whether a name is that of a segment or of one that was being written; *number then. */
bool enti_segment_named(const char *name, uint64_t *number);
#define ENTI_MOST_SEGMENTS UINT64_C(9999999999)

static inline size_t enti_removed_words(uint32_t documents) { return ((size_t)documents + 63) / 64; }

/* What a folder's manifest says. *found is false, and the manifest empty, when there is none. */
ent_status enti_manifest_read(enti_manifest *manifest, const ent_alloc *alloc, const enti_io *io, const char *folder,
                              bool *found, ent_error *err);
/* Writes it beside the old one and synced, but does not yet put it in its place. */
ent_status enti_manifest_prepare(const enti_manifest *manifest, const enti_io *io, const char *folder, ent_error *err);
/* Puts it there: from now on readers see it. Durable once the folder is synced. */
ent_status enti_manifest_publish(const enti_io *io, const char *folder, ent_error *err);
/* As prepare and read do, without files. */
ent_status enti_manifest_format(const enti_manifest *manifest, enti_bytes *text);
ent_status enti_manifest_parse(enti_manifest *manifest, const char *text, size_t length);

/* A copy of an entry, its bits included. */
ent_status enti_entry_copy(const ent_alloc *alloc, const enti_entry *entry, enti_entry *out);
void enti_entry_free(const ent_alloc *alloc, enti_entry *entry);
void enti_manifest_free(enti_manifest *manifest);

#endif
