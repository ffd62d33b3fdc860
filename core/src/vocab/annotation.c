/* vocab/annotation: types of tokens that came with their text (vertical text), and what they came with.
 *
 *   given type = form 0xFF { annotation 0xFF }        as many annotations as the vocabulary names, some of them empty
 *
 * So can (NOUN) and can (VERB) are two types with one form. 0xFF is never part of UTF-8: the last byte of a key tells
 * whether it is one, and the form ends at the first. Fold, bare and the layers made from them are of the form. An
 * annotation is a layer, too: there a type is what its annotation folds to, so that a term finds it. What has none
 * (also every token that we found ourselves) is there the empty form, which no term finds. */
#include "vocab/vocab.h"

#include "text/fold.h"

uint32_t enti_vocab_annotation_count(const ent_vocab *vocab) {
  uint32_t count = 0;
  for (size_t i = 0; i < vocab->named.count; i++) count += vocab->named.at[i].annotation != 0;
  return count;
}

bool enti_vocab_is_annotation(const ent_vocab *vocab, uint32_t layer) {
  const uint32_t first = ENT_FOLD + ENTI_LAYERS;
  return layer >= first && layer - first < vocab->named.count && vocab->named.at[layer - first].annotation != 0;
}

const char *ent_vocab_annotation_name(const ent_vocab *vocab, uint32_t number) {
  for (size_t i = 0; i < vocab->named.count; i++)
    if (vocab->named.at[i].annotation == number + 1) return vocab->named.at[i].name;
  return NULL;
}

ent_status ent_vocab_annotations(ent_vocab *vocab, const char *const *names, size_t count, ent_error *err) {
  uint32_t known = enti_vocab_annotation_count(vocab), number;
  bool same = known == count;
  for (uint32_t i = 0; same && i < known; i++) same = strcmp(names[i], ent_vocab_annotation_name(vocab, i)) == 0;
  if (same) return ENT_OK;
  if (known > 0) return enti_fail(err, ENT_ERR_STATE, 0, "the vocabulary names its annotations already");
  size_t had = vocab->named.count;
  ent_status status = ENT_OK;
  for (size_t i = 0; i < count && status == ENT_OK; i++) status = enti_vocab_annotation_add(vocab, names[i], &number, err);
  if (status != ENT_OK) vocab->named.count = had; /* they have no forms yet */
  return status;
}

const char *ent_vocab_annotation(const ent_vocab *vocab, uint32_t type, uint32_t number, size_t *length) {
  *length = 0;
  if (type >= vocab->types.count || !enti_type_is_given(&vocab->types.at[type])) return NULL;
  const enti_type *entry = &vocab->types.at[type];
  const char *at = entry->bytes + enti_type_form(entry) + 1, *end = entry->bytes + entry->length;
  for (; at < end; number--) {
    const char *mark = memchr(at, ENTI_GIVEN_MARK, (size_t)(end - at));
    if (number == 0) {
      *length = (size_t)(mark - at);
      return *length ? at : NULL;
    }
    at = mark + 1;
  }
  return NULL;
}

ent_status enti_vocab_annotation_form(ent_vocab *vocab, uint32_t type, enti_layer *layer, uint32_t *out) {
  if (type < layer->forms.count && layer->forms.at[type] != ENT_NONE) {
    *out = layer->forms.at[type];
    return ENT_OK;
  }
  size_t length;
  const char *bytes = ent_vocab_annotation(vocab, type, layer->annotation - 1, &length);
  if (!bytes) return enti_vocab_intern(vocab, "", 0, out);
  vocab->scratch.count = 0;
  ent_status status = enti_text_fold(&vocab->alloc, ENT_FOLD, bytes, length, &vocab->scratch);
  if (status == ENT_OK) status = enti_vocab_intern(vocab, vocab->scratch.at, vocab->scratch.count, out);
  if (status == ENT_OK && type >= layer->forms.count) status = enti_vocab_cover_list(vocab, &layer->forms, ENT_NONE);
  if (status == ENT_OK) layer->forms.at[type] = *out;
  return status;
}

ent_status enti_vocab_intern_given(ent_vocab *vocab, const char *form, size_t length, const char *const *annotations,
                                   uint32_t *type) {
  static const char mark[] = {(char)ENTI_GIVEN_MARK};
  uint32_t count = enti_vocab_annotation_count(vocab);
  enti_bytes *key = &vocab->scratch;
  key->count = 0;
  ent_status status = enti_bytes_add(&vocab->alloc, key, form, length);
  if (status == ENT_OK) status = enti_bytes_add(&vocab->alloc, key, mark, 1);
  for (uint32_t i = 0; i < count && status == ENT_OK; i++) {
    const char *annotation = annotations ? annotations[i] : NULL;
    if (annotation) status = enti_bytes_add(&vocab->alloc, key, annotation, strlen(annotation));
    if (status == ENT_OK) status = enti_bytes_add(&vocab->alloc, key, mark, 1);
  }
  return status == ENT_OK ? enti_vocab_intern(vocab, key->at, key->count, type) : status;
}
