/* segment/postings: where does a term stand? */
#ifndef ENTI_POSTINGS_H
#define ENTI_POSTINGS_H

#include "segment/format.h"
#include "segment/view.h"

enum { ENTI_DOCUMENTS_A_BLOCK = 128 };

/* ---- writing ---- */

/* One term while it is written: its documents come in order, each with its positions as they are written. */
typedef struct enti_postings {
  ent_alloc alloc;
  enti_bytes skips, lists, positions;
  uint32_t documents[ENTI_DOCUMENTS_A_BLOCK], lengths[ENTI_DOCUMENTS_A_BLOCK];
  uint32_t held;    /* of a block */
  uint32_t last;    /* document of the last full block */
  uint32_t count;   /* documents */
  uint64_t begun;   /* bytes of positions before the block */
  uint64_t tokens;
} enti_postings;

void enti_postings_free(enti_postings *postings);
/* Room for bytes of positions, behind those that are there; until the next call. */
ent_status enti_postings_room(enti_postings *postings, size_t length, unsigned char **at);
/* A document whose positions, the first, then distances, as varints, are the next `length` bytes there. */
ent_status enti_postings_add(enti_postings *postings, uint32_t document, size_t length, uint32_t tokens);
/* Appends the term to `out` and makes ready for the next. */
ent_status enti_postings_finish(enti_postings *postings, enti_bytes *out);

/* ---- reading ---- */

/* A term's documents one after the other. */
typedef struct enti_cursor {
  enti_view *view;
  uint64_t begin, end;   /* the term's bytes in the view */
  uint64_t lists, positions; /* where they begin in the view */
  uint32_t count, limit; /* documents in all; that the segment has */
  uint32_t block, held, at; /* the block that is read, its documents, the current one */
  uint64_t lengths, place; /* in the view: the block's lengths, packed, and its positions */
  unsigned length_bits;
  bool measured;           /* whether `ends` are read: only who asks for positions needs them */
  uint32_t documents[ENTI_DOCUMENTS_A_BLOCK];
  uint64_t ends[ENTI_DOCUMENTS_A_BLOCK]; /* of each document's positions, from `place` */
} enti_cursor;

/* Stands before the first document. `limit`: how many the segment has. */
ent_status enti_cursor_open(enti_cursor *cursor, enti_view *view, uint64_t begin, uint64_t end, uint32_t count, uint32_t limit);
/* The first document of the next block, ENT_NONE behind the last. */
ent_status enti_cursor_next_block(enti_cursor *cursor, uint32_t *document);
/* The next document, ENT_NONE behind the last. */
static inline ent_status enti_cursor_next(enti_cursor *cursor, uint32_t *document) {
  if (cursor->at + 1 >= cursor->held) return enti_cursor_next_block(cursor, document);
  *document = cursor->documents[++cursor->at];
  return ENT_OK;
}
/* The first document that is not before `wanted`; never goes back. */
ent_status enti_cursor_seek(enti_cursor *cursor, uint32_t wanted, uint32_t *document);
/* The current document's positions as they are written, touched. */
ent_status enti_cursor_bytes(enti_cursor *cursor, const unsigned char **at, uint32_t *length);
/* Appends them as numbers. */
ent_status enti_cursor_positions(enti_cursor *cursor, const ent_alloc *alloc, uint32_t **at, size_t *count, size_t *room);

/* A document's positions one by one: for who may not need all of them. */
typedef struct enti_positions {
  const unsigned char *at, *end;
  uint32_t position; /* the current one; ENT_NONE behind the last, and where they are malformed, which `wrong` tells */
  bool wrong;
} enti_positions;
/* Stands on the first one. */
ent_status enti_positions_open(enti_cursor *cursor, enti_positions *positions);
static inline void enti_positions_next(enti_positions *p) {
  uint32_t step = p->at < p->end ? *p->at : 0;
  if (p->at == p->end) {
    p->position = ENT_NONE;
    return;
  }
  if (step < 0x80) p->at++;
  else if (!enti_get_small(&p->at, p->end, INT32_MAX, &step)) step = 0;
  p->wrong |= step == 0 || (uint64_t)p->position + step > INT32_MAX;
  p->position = p->wrong ? ENT_NONE : p->position + step;
}

/* How many positions there are: bytes that end a varint. */
uint32_t enti_positions_count(const unsigned char *at, uint32_t length);

#endif
