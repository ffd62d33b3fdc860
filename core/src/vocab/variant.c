/* vocab/variant: types of tokens in which something is left as it is.
 *
 *   variant = form of the type, mark        mark = U+FDD0 + the repairs that are off, as a number of five bits
 *
 * A repair inside a token is what the layers do anyway, so to switch one off is to give the token another type:
 * a variant, whose forms keep what that repair would read otherwise. No term is folded so, and none finds it;
 * `exact` does, for the bytes are the same. One vocabulary serves indexes with and without a repair. */
#include "vocab/variant.h"

#include "vocab/trait.h"
#include "text/fold.h"
#include "text/rewrite.h"

ent_status enti_variant_of(ent_vocab *vocab, uint32_t type, unsigned off, uint32_t *out) {
  const char *bytes;
  size_t length;
  char mark[ENTI_VARIANT_MARK] = {(char)0xEF, (char)0xB7, (char)(0x90 + ((off & ENTI_REPAIR_IN_TOKEN) >> ENTI_IN_TOKEN_SHIFT))};
  bytes = ent_vocab_bytes(vocab, type, &length);
  vocab->scratch.count = 0;
  ent_status status = enti_bytes_add(&vocab->alloc, &vocab->scratch, bytes, length);
  if (status == ENT_OK) status = enti_bytes_add(&vocab->alloc, &vocab->scratch, mark, sizeof mark);
  const enti_type *entry = &vocab->types.at[type]; /* its annotations stay behind the form */
  size_t form = enti_type_form(entry);
  if (status == ENT_OK) status = enti_bytes_add(&vocab->alloc, &vocab->scratch, entry->bytes + form, entry->length - form);
  return status == ENT_OK ? enti_vocab_intern(vocab, vocab->scratch.at, vocab->scratch.count, out) : status;
}

/* SARA AM taken apart is what the form of ำ is, too: a word joiner inside keeps the two from being one. */
static ent_status keep(const ent_alloc *alloc, unsigned bit, const char *bytes, size_t length, enti_bytes *out) {
  ent_status status = enti_bytes_add(alloc, out, bytes, length);
  return status == ENT_OK && bit == ENT_REPAIR_SARA_AM ? enti_bytes_add(alloc, out, "\xE2\x81\xA0", 3) : status;
}

ent_status enti_variant_fold(const ent_alloc *alloc, ent_form layer, const enti_type *type, enti_bytes *out) {
  const enti_rule *rule = enti_rule_of(layer);
  unsigned off = enti_variant_off(type);
  const char *bytes = type->bytes;
  size_t before = out->count, at = 0, piece = 0, length = enti_type_form(type) - ENTI_VARIANT_MARK;
  ent_status status = ENT_OK;
  while (at < length && status == ENT_OK) {
    size_t next;
    unsigned bit = enti_trait_read(bytes, at, length, &next);
    if (bit & off) {
      if (at > piece) status = enti_rewrite(alloc, rule, bytes + piece, at - piece, out, NULL);
      if (status == ENT_OK) status = keep(alloc, bit, bytes + at, next - at, out);
      piece = next;
    }
    at = next;
  }
  if (status == ENT_OK && length > piece) status = enti_rewrite(alloc, rule, bytes + piece, length - piece, out, NULL);
  if (status != ENT_OK) out->count = before;
  else out->count = before + enti_fold_without_ending(out->at + before, out->count - before);
  return status;
}
