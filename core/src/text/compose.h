/* text/compose: in which order do marks stand, and which of them join their letter?
 *
 * Invariant: a sequence is a stretch of decomposed code points on which ordering and composition act
 * alone: nothing in it joins or passes what stands outside. Ordering costs n log n at most and
 * composition n, however long a run of marks is. */
#ifndef ENTI_COMPOSE_H
#define ENTI_COMPOSE_H

#include "base/base.h"

/* A code point and the source bytes [begin, end) that it came from, behind the sequence's origin. Small, for a long
 * run of marks is read and written several times. */
typedef struct enti_piece {
  uint32_t cp;
  uint32_t class; /* canonical combining class; 0 is a starter */
  uint32_t begin, end;
} enti_piece;

/* Nearly every sequence fits in `few`, so that short work allocates nothing. */
enum { ENTI_SEQUENCE_FEW = 24 };

typedef struct enti_sequence {
  const ent_alloc *alloc;
  enti_piece *at; /* few or many */
  size_t count, room;
  size_t origin; /* where in the source the first piece was pushed; none begins before */
  ENTI_ARRAY(enti_piece) many;
  ENTI_ARRAY(enti_piece) sorting; /* scratch of the counting sort */
  enti_piece few[ENTI_SEQUENCE_FEW];
} enti_sequence;

/* A sequence is not moved between init and free: `at` may point into it. */
void enti_sequence_init(enti_sequence *sequence, const ent_alloc *alloc);
void enti_sequence_free(enti_sequence *sequence);
/* Adds a code point of the source bytes [begin, end). Nothing that comes until the sequence is empty begins before
 * `origin`; ENT_ERR_LIMIT where it ends more than 4 GiB behind the sequence's. */
ent_status enti_sequence_push(enti_sequence *sequence, size_t origin, uint32_t cp, uint32_t class, size_t begin, size_t end);
/* Canonical order: sorts each run of marks by class and keeps the order of equals. */
ent_status enti_sequence_order(enti_sequence *sequence);
/* Canonical composition of an ordered sequence; a composite's source is the hull of its parts'. */
void enti_sequence_compose(enti_sequence *sequence);

/* The primary composite of a pair, Hangul included; 0 when there is none. */
uint32_t enti_compose_pair(uint32_t first, uint32_t second);

#endif
