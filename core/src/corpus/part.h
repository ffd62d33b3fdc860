/* corpus/part: a segment's file, opened: what the manifest says of it, its bytes, its reader. */
#ifndef ENTI_PART_H
#define ENTI_PART_H

#include "segment/frozen.h"
#include "store/manifest.h"
#include "store/sealed.h"

typedef struct enti_part {
  enti_entry entry;
  enti_sealed *sealed;
  enti_segment *segment;
  enti_type_map map; /* corpus.c: of the vocabulary that documents were last loaded into */
  uint64_t base;     /* corpus.c: the number of its first document */
  bool temporary;    /* its file is still called .tmp */
} enti_part;

typedef ENTI_ARRAY(enti_part) enti_parts;

/* Opens the segment of an entry, which is copied. *missing as in enti_sealed_open. */
ent_status enti_part_open(const ent_alloc *alloc, const enti_io *io, const char *folder, const enti_entry *entry,
                          unsigned flags, enti_part *out, bool *missing, ent_error *err);
/* Opens one that has just been written as .tmp: its counts are what the segment says. */
ent_status enti_part_open_new(const ent_alloc *alloc, const enti_io *io, const char *folder, uint64_t number,
                              const enti_seal *seal, enti_part *out, ent_error *err);
void enti_part_close(const ent_alloc *alloc, enti_part *part);
void enti_part_path(const enti_part *part, const char *folder, char out[ENTI_PATH]);

/* Fails with the name of the part's file in the message. */
ent_status enti_part_fail(const enti_part *part, ent_status status, ent_error *err);

static inline bool enti_part_has(const enti_part *part, uint32_t document) {
  return document < part->entry.documents && !enti_bit_has(part->entry.removed, document);
}
static inline uint32_t enti_part_live(const enti_part *part) { return part->entry.documents - part->entry.removed_count; }

/* The document of this id that is not removed, or ENT_NONE. */
ent_status enti_part_find(const enti_part *part, const char *id, size_t length, uint32_t *document);
/* A document of it; whatever the segment says is checked against the file being still there. */
ent_status enti_part_document(const enti_part *part, uint32_t document, ent_document_view *out);
/* Takes a document out. */
ent_status enti_part_remove(const ent_alloc *alloc, enti_part *part, uint32_t document);

#endif
