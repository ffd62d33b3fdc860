/* token/abbreviation: does this stop belong to the word before it? */
#ifndef ENTI_ABBREVIATION_H
#define ENTI_ABBREVIATION_H

#include "base/base.h"

/* Judges the stop at `stop`, behind which the text goes on at `next` (a blank or more lies between, or a letter of
 * another script). The sentence begins at `head`, the block ends at `end`. */
bool enti_abbreviates(const char *text, size_t head, size_t stop, size_t next, size_t end);

#endif
