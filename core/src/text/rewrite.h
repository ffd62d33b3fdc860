/* text/rewrite: how is a whole string put into a normal form, and what came from where?
 *
 * Invariant: the text is valid UTF-8; time is linear but for the ordering of marks (compose.h). */
#ifndef ENTI_REWRITE_H
#define ENTI_REWRITE_H

#include "base/base.h"
#include "text/mapping.h"

/* A step of the map: output bytes from `out` on, up to the next step, came from source bytes from
 * `source` on, up to the next step. In a parallel step each character keeps its length, so offsets
 * inside run side by side; any other step is one block. */
typedef struct enti_step {
  size_t out, source;
  bool parallel;
} enti_step;

/* Steps ascend strictly in `out` and never descend in `source`. */
typedef struct enti_trace {
  ENTI_ARRAY(enti_step) steps;
  size_t covered; /* source bytes up to here belong to some step */
} enti_trace;

/* Appends the form of text to *out; *trace, where not NULL, starts zeroed. On failure both hold a part. */
ent_status enti_rewrite(const ent_alloc *alloc, const enti_rule *rule, const char *text, size_t length,
                        enti_bytes *out, enti_trace *trace);

/* Appends ASCII lower-cased; other bytes pass. */
ent_status enti_rewrite_lower(const ent_alloc *alloc, const char *text, size_t length, enti_bytes *out);

#endif
