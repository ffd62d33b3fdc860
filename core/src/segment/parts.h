/* segment/parts: a document's structure as bytes. */
#ifndef ENTI_PARTS_H
#define ENTI_PARTS_H

#include "index/index.h"
#include "segment/format.h"

/* What stands behind a document's last token; all of the text when it has none. */
typedef struct enti_tail {
  const char *bytes;
  uint32_t length;
} enti_tail;

/* Appends what is known of a document of an index but its tokens: parts, edits, and the text's tail. */
ent_status enti_parts_write(const ent_index *index, uint32_t document, const ent_alloc *alloc, enti_bytes *out);

/* Only the tail. */
bool enti_parts_tail(const unsigned char *at, const unsigned char *end, enti_tail *tail);

/* Appends the parts to an index, to a document of `length` bytes whose tokens are there already; ENT_ERR_DAMAGE, with
 * nothing counted as added by the document's slices, when the bytes are malformed. */
ent_status enti_parts_read(ent_index *index, enti_document *document, const unsigned char *at, const unsigned char *end);

#endif
