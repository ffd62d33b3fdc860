/* segment/windows: which stretches of a document hold a span of each operand, near each other? */
#ifndef ENTI_WINDOWS_H
#define ENTI_WINDOWS_H

#include "base/base.h"

typedef ENTI_ARRAY(ent_place) enti_places;

enum { ENTI_OPERANDS_MOST = 8 };

typedef struct enti_chains { /* that hold one set of operands; those before `head` have ended too far back */
  enti_places ends;          /* their last tokens rise, their first tokens fall */
  size_t head;
} enti_chains;

/* Memory that is kept from one document to the next. */
typedef struct enti_windows {
  ENTI_ARRAY(uint32_t) best;
  enti_chains chains[1 << ENTI_OPERANDS_MOST];
} enti_windows;

void enti_windows_free(const ent_alloc *alloc, enti_windows *windows);
/* The windows that hold a span of each operand, in any order, no token shared, at most `distance` tokens between
 * neighbours, and that contain no other such window; appended to `out`, sorted. An operand's spans are sorted and all
 * of one length. */
ent_status enti_windows_find(const ent_alloc *alloc, enti_windows *windows, const enti_places *operands, size_t count,
                             uint32_t distance, enti_places *out);

#endif
