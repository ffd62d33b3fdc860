/* corpus/corpus: a snapshot of a corpus; and the doors that take another table of system calls. */
#ifndef ENTI_CORPUS_H
#define ENTI_CORPUS_H

#include "corpus/part.h"

struct ent_corpus {
  ent_alloc alloc;
  const enti_io *io;
  unsigned flags;
  char *path;
  uint64_t generation, numbers;
  ent_totals totals;
  enti_parts parts;
  uint64_t turn; /* which vocabulary the maps of the parts are of: it carries this number */
};

/* As ent_writer_open, ent_corpus_open and ent_corpus_merge do, through another table, which outlives what they open. */
ent_status enti_writer_open_with(const enti_io *io, const ent_alloc *alloc, const char *path,
                                 const ent_writer_options *options, ent_writer **out, ent_error *err);
ent_status enti_corpus_open_with(const enti_io *io, const ent_alloc *alloc, const char *path, unsigned flags,
                                 ent_corpus **out, ent_error *err);
ent_status enti_corpus_merge_with(const enti_io *io, const ent_alloc *alloc, const char *path, const char *const *inputs,
                                  size_t count, ent_error *err);

/* The part that holds a document, and its number there; ENT_ERR_ARGUMENT where there is none or it is removed. */
ent_status enti_corpus_locate(const ent_corpus *corpus, uint64_t document, const enti_part **part, uint32_t *local,
                              ent_error *err);

/* Lists of document numbers (list.c). */
struct ent_list {
  ent_alloc alloc;
  ENTI_ARRAY(uint64_t) numbers;
};

/* Walks over several sorted lists of documents, one a part, in the bytewise order of their ids (walk.c). */
typedef struct enti_walker {
  const enti_part *part;
  const uint64_t *wanted; /* a bit a document; NULL: all that are not removed */
  uint32_t at;            /* the document that comes next; the part's count at the end */
  ent_document_view view; /* of it */
} enti_walker;

/* Puts a walker on its first document. */
ent_status enti_walk_start(enti_walker *walker, const enti_part *part, const uint64_t *wanted);
/* The walker whose document comes first, or NULL at the end of all; of equal ids the earlier walker's. */
enti_walker *enti_walk_least(enti_walker *walkers, size_t count);
/* Moves a walker on. */
ent_status enti_walk_on(enti_walker *walker);
/* The order of two ids. */
int enti_id_compare(const ent_document_view *a, const ent_document_view *b);

#endif
