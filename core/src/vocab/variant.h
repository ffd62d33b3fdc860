/* vocab/variant: a type as it reads when some repairs are off. */
#ifndef ENTI_VARIANT_H
#define ENTI_VARIANT_H

#include "vocab/vocab.h"

/* Repairs of what stands inside one token: five neighbouring bits of ENT_REPAIR_…. */
#define ENTI_REPAIR_IN_TOKEN \
  (ENT_REPAIR_LIGATURES | ENT_REPAIR_SOFT_HYPHENS | ENT_REPAIR_ZERO_WIDTH | ENT_REPAIR_WIDTH | ENT_REPAIR_SARA_AM)

/* The type with the same bytes as `type` that keeps, on every layer, what the repairs `off` would read otherwise. */
ent_status enti_variant_of(ent_vocab *vocab, uint32_t type, unsigned off, uint32_t *out);

/* The mark behind a variant's bytes: U+FDD1 to U+FDEF, which are never part of a token. */
enum { ENTI_VARIANT_MARK = 3 };
static inline bool enti_variant_is(const char *bytes, size_t length) {
  return length > ENTI_VARIANT_MARK && (unsigned char)bytes[length - 3] == 0xEF && (unsigned char)bytes[length - 2] == 0xB7 &&
         (unsigned char)bytes[length - 1] > 0x90 && (unsigned char)bytes[length - 1] <= 0xAF;
}

/* The repairs that are off in a type that is a variant; 0 in one that is not. */
enum { ENTI_IN_TOKEN_SHIFT = 4 }; /* of ENT_REPAIR_LIGATURES, the lowest bit */
static inline unsigned enti_variant_off(const enti_type *type) {
  size_t length = enti_type_form(type);
  if (!enti_variant_is(type->bytes, length)) return 0;
  return ((unsigned)(unsigned char)type->bytes[length - 1] - 0x90) << ENTI_IN_TOKEN_SHIFT;
}

/* Appends a variant's form on a layer. */
ent_status enti_variant_fold(const ent_alloc *alloc, ent_form layer, const enti_type *type, enti_bytes *out);

#endif
