/* token/segment: where are the tokens? */
#ifndef ENTI_SEGMENT_H
#define ENTI_SEGMENT_H

#include "base/base.h"

/* A cursor over [at, end) of a text of less than 4 GiB. Pulled until it gives nothing more. */
typedef struct enti_segmenter {
  const char *text;
  size_t at, end;
  const ent_range *skips; /* sorted; those behind `skip` are not yet passed */
  size_t skip_count, skip;
} enti_segmenter;

typedef struct enti_stretch { /* bytes of the text, half-open */
  uint32_t begin, end;
} enti_stretch;

/* The next token; false at the end. */
bool enti_segment_next(enti_segmenter *segmenter, size_t *begin, size_t *end);

/* The next tokens, as many as there are and at most `room`, which is ENTI_SEGMENT_ROOM or more; 0 only at
 * the end. The same tokens as from enti_segment_next. With `plain` no machine's own instructions are used. */
enum { ENTI_SEGMENT_ROOM = 64 };
size_t enti_segment_many(enti_segmenter *segmenter, enti_stretch *tokens, size_t room, bool plain);

/* Whether [begin, end) holds a letter, number or ideograph. */
bool enti_holds_word(const char *text, size_t begin, size_t end);

/* Whether a character stands in a script in which each grapheme cluster is a token. */
bool enti_written_without_spaces(uint32_t c);

/* Sentence ends inside one block, ours (DESIGN 4): the end of the sentence that begins at `at`, its
 * closing marks included; at most `end`. The next one begins behind the blanks that follow. */
size_t enti_sentence_end(const char *text, size_t at, size_t end, const ent_range *skips, size_t skip_count);

/* The first byte at or behind `at` that is neither blank nor in a skip, or `end`. */
size_t enti_skip_blanks(const char *text, size_t at, size_t end, const ent_range *skips, size_t skip_count);

#endif
