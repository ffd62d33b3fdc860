/* index/layer: what is a type on a layer? A layer maps types to types: each is computed by the text room
 * the first time it is asked for, once per type and never per token. */
#include "index/vocab.h"
#include "text/fold.h"

ent_status ent_vocab_layer(ent_vocab *vocab, uint32_t type, ent_form layer, uint32_t *out) {
  if (type >= vocab->types.count || layer < ENT_FOLD || layer > ENT_HANS) return ENT_ERR_ARGUMENT;
  size_t number = (size_t)(layer - ENT_FOLD);
  ent_status status = ENT_OK;
  if (type >= vocab->layers[number].count)
    status = enti_vocab_cover_list(vocab, &vocab->layers[number], ENT_NONE);
  if (status != ENT_OK) return status;
  uint32_t form = vocab->layers[number].at[type];
  if (form == ENT_NONE) {
    const enti_type *entry = &vocab->types.at[type];
    vocab->scratch.count = 0;
    status = enti_text_fold(&vocab->alloc, layer, entry->bytes, entry->length, &vocab->scratch);
    if (status == ENT_OK) status = enti_vocab_intern(vocab, vocab->scratch.at, vocab->scratch.count, &form);
    if (status != ENT_OK) return status;
    vocab->layers[number].at[type] = form;
  }
  *out = form;
  return ENT_OK;
}
