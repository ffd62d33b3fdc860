/* vocab/glob: which forms does a pattern fit? */
#ifndef ENTI_GLOB_H
#define ENTI_GLOB_H

#include "base/base.h"

enum { ENTI_GLOB_ANY = 0xFF, ENTI_GLOB_ONE = 0xFE }; /* in compiled patterns; never in UTF-8 */

/* Appends a pattern's compiled form: `*`, `?`, `\` before a character that stands for itself; the rest is brought into
 * `form`, unless `raw`. ENT_ERR_UTF8 when it is not valid. */
ent_status enti_glob_compile(const ent_alloc *alloc, bool raw, ent_form form, const char *pattern, size_t length,
                             enti_bytes *out);

bool enti_glob_matches(const char *glob, size_t glob_length, const char *text, size_t length);
/* The bytes before the first wildcard. */
size_t enti_glob_prefix(const char *glob, size_t length);

#endif
