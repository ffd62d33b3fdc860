/* text/fold: what form of a word is matched? */
#ifndef ENTI_FOLD_H
#define ENTI_FOLD_H

#include "base/base.h"

/* Appends the form of valid UTF-8 to *out, without a map: for words, once per type. On failure *out
 * holds what it held. `text` must not point into *out. */
ent_status enti_text_fold(const ent_alloc *alloc, ent_form form, const char *text, size_t length,
                          enti_bytes *out);

/* The length of a folded string without a final 's (of several, all: folding twice is folding once). */
static inline size_t enti_fold_without_ending(const char *bytes, size_t length) {
  while (length > 2 && bytes[length - 2] == '\'' && bytes[length - 1] == 's') length -= 2;
  return length;
}

#endif
