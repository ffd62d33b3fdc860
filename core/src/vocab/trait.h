/* vocab/trait: what does a type hold that a repair reads otherwise? */
#ifndef ENTI_TRAIT_H
#define ENTI_TRAIT_H

#include "vocab/vocab.h"

/* A type's traits: bits of ENT_REPAIR_… (what it holds), and these. */
#define ENTI_TRAIT_HAN UINT32_C(0x10000)     /* a Han character */
#define ENTI_TRAIT_AM_TAIL UINT32_C(0x20000) /* begins with what only goes on a Thai syllable: ำ ํ า */
#define ENTI_TRAIT_KNOWN UINT32_C(0x80000000)

/* Each type is looked through once; from then on this is one look-up. */
ent_status enti_trait_find(ent_vocab *vocab, uint32_t type);
static inline ent_status enti_trait_of(ent_vocab *vocab, uint32_t type, uint32_t *traits) {
  if (type >= vocab->traits.count || !(vocab->traits.at[type] & ENTI_TRAIT_KNOWN)) {
    ent_status status = enti_trait_find(vocab, type);
    if (status != ENT_OK) return status;
  }
  *traits = vocab->traits.at[type];
  return ENT_OK;
}

/* The repair (one bit of ENT_REPAIR_…) that reads the character or sequence at text[at] otherwise, 0 for none;
 * *next is behind it. Valid UTF-8; at < end. */
unsigned enti_trait_read(const char *text, size_t at, size_t end, size_t *next);

#endif
