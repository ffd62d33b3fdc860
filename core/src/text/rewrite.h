/* text/rewrite: how is a whole string put into a normal form, and what came from where?
 *
 * Invariant: the text is valid UTF-8; time is linear but for the ordering of marks (compose.h). */
#ifndef ENTI_REWRITE_H
#define ENTI_REWRITE_H

#include "base/base.h"
#include "text/map.h"
#include "text/mapping.h"

/* Appends the form of text to *out. *map, where not NULL, starts zeroed and *out empty; it is open at
 * the end, see enti_map_finish. On failure both hold a part. */
ent_status enti_rewrite(const ent_alloc *alloc, const enti_rule *rule, const char *text, size_t length,
                        enti_bytes *out, enti_map *map);

#endif
