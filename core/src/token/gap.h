/* token/gap: are two neighbouring tokens adjacent, as DESIGN 6 has it? */
#ifndef ENTI_GAP_H
#define ENTI_GAP_H

#include "base/base.h"

typedef enum enti_gap {
  ENTI_GAP_JOIN, /* adjacent */
  ENTI_GAP_MARK, /* adjacent only for a term that writes the same marks */
  ENTI_GAP_BREAK /* never adjacent: a blank line or, set by the index, a sentence end */
} enti_gap;

enum { ENTI_GAP_MARKS = 16 }; /* longer runs of marks are ENTI_GAP_BREAK */

typedef struct enti_gap_view {
  enti_gap gap;
  size_t mark_count;          /* bytes of marks */
  char marks[ENTI_GAP_MARKS]; /* what is left when all that joins is taken out, dashes as - */
} enti_gap_view;

/* What stands between the token that ends at `begin` and the one that begins at `end`. */
enti_gap enti_gap_judge(const char *text, size_t length, size_t begin, size_t end);
/* The same with the marks. */
enti_gap_view enti_gap_read(const char *text, size_t length, size_t begin, size_t end);

#endif
