/* text/valid: how far is this UTF-8? ent_utf8_valid's kernels.
 *
 * Invariant: every kernel gives the offset of the first byte that does not belong to a well-formed
 * sequence (Unicode Standard, table 3-7), or the length. */
#ifndef ENTI_VALID_H
#define ENTI_VALID_H

#include "base/base.h"

typedef size_t enti_valid_kernel(const char *text, size_t length);

enti_valid_kernel enti_valid_plain;
enti_valid_kernel *enti_valid_vector(void); /* NULL where this processor has none */

/* The length, at least 1, of the sequence or maximal subpart at text[at]; *whole says which. */
size_t enti_valid_subpart(const char *text, size_t length, size_t at, bool *whole);

#endif
