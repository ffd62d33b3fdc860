/* vocab/trait: what does a type hold that a repair reads otherwise, and which languages does it hint at? */
#ifndef ENTI_TRAIT_H
#define ENTI_TRAIT_H

#include "vocab/hint.h"
#include "vocab/vocab.h"

/* A type's traits, in sixteen bits, so that those of all frequent types stay in the nearest cache: bits of ENT_REPAIR_…
 * from ENT_REPAIR_LIGATURES on (what it holds), in place of those below it these, and the languages that it hints at. */
enum {
  ENTI_TRAIT_HAN = 1,     /* a Han character */
  ENTI_TRAIT_AM_TAIL = 2, /* begins with what only goes on a Thai syllable: ำ ํ า */
  ENTI_TRAIT_HINT = 9     /* the first bit of ENTI_HINT_… */
};
static inline unsigned enti_trait_hint(unsigned traits) { return traits >> ENTI_TRAIT_HINT; }

/* Looks through the types that are new, each once: then vocab->traits has those of all types that there are. */
ent_status enti_trait_find(ent_vocab *vocab);
static inline ent_status enti_trait_cover(ent_vocab *vocab) {
  return vocab->traits.count < vocab->types.count ? enti_trait_find(vocab) : ENT_OK;
}

/* The repair (one bit of ENT_REPAIR_…) that reads the character or sequence at text[at] otherwise, 0 for none;
 * *next is behind it. Valid UTF-8; at < end. */
unsigned enti_trait_read(const char *text, size_t at, size_t end, size_t *next);

#endif
