/* token/segment: where are the tokens? */
#ifndef ENTI_SEGMENT_H
#define ENTI_SEGMENT_H

#include "base/base.h"

/* A cursor over [at, end) of a text. Pulled until it gives false. */
typedef struct enti_segmenter {
  const char *text;
  size_t at, end;
  const ent_range *skips; /* sorted; those behind `skip` are not yet passed */
  size_t skip_count, skip;
} enti_segmenter;

bool enti_segment_next(enti_segmenter *segmenter, size_t *begin, size_t *end);

/* Sentence ends inside one block, ours (DESIGN 4): the end of the sentence that begins at `at`, its
 * closing marks included; at most `end`. The next one begins behind the blanks that follow. */
size_t enti_sentence_end(const char *text, size_t at, size_t end, const ent_range *skips, size_t skip_count);

/* The first byte at or behind `at` that is neither blank nor in a skip, or `end`. */
size_t enti_skip_blanks(const char *text, size_t at, size_t end, const ent_range *skips, size_t skip_count);

#endif
