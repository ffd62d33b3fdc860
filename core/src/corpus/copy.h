/* corpus/copy: a document in one block of memory of its own. */
#ifndef ENTI_COPY_H
#define ENTI_COPY_H

#include "base/base.h"

typedef struct enti_copy {
  ent_document document; /* all its pointers lead into the block */
  char *block;
  size_t size;
} enti_copy;

ent_status enti_copy_document(const ent_alloc *alloc, const ent_document *document, enti_copy *out);
void enti_copy_free(const ent_alloc *alloc, enti_copy *copy);

#endif
