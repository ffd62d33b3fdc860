/* token/mark: where could a sentence end, where does a line? */
#ifndef ENTI_MARK_H
#define ENTI_MARK_H

#include "base/base.h"

/* The first byte of [at, stop) that can begin a mark that ends sentences, or `stop`; the text goes on to `end`. With
 * `plain` no machine's own instructions are used. */
size_t enti_mark_find(const char *text, size_t at, size_t stop, size_t end, bool plain);
/* The first LF, CR or FF of [at, end), or `end`. */
size_t enti_line_end(const char *text, size_t at, size_t end, bool plain);

#endif
