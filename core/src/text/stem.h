/* text/stem: what is the stem of a folded word?
 *
 * Invariant: stem.c is the only file that includes <libstemmer.h>. A stemmer belongs to the vocabulary that
 * made it and works on one word at a time. libstemmer takes its few kilobytes from malloc, not from an
 * ent_alloc; it has no global state. */
#ifndef ENTI_STEM_H
#define ENTI_STEM_H

#include "base/base.h"

typedef struct enti_stemmer enti_stemmer;

/* ENT_ERR_ARGUMENT for a language that has none. */
ent_status enti_stemmer_new(const char *lang, enti_stemmer **out);
void enti_stemmer_free(enti_stemmer *stemmer);

/* The stem of a folded word, until the next call or free. Words too long to be words are their own. */
ent_status enti_stemmer_stem(enti_stemmer *stemmer, const char *word, size_t length, const char **out,
                             size_t *out_length);

#endif
