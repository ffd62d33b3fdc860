/* vocab/annotation: types of tokens that came with their text (vertical text), and what they came with.
 *
 *   given type = form 0xFF { name 0xFE value 0xFF }        by name, bytewise; an empty value is none
 *
 * So can (NOUN) and can (VERB) are two types with one form, and a key says by itself what it holds: no list of names is to
 * be kept beside it, here or on disk. The two marks are never part of UTF-8: the last byte of a key tells whether it is
 * one, and the form ends at the first. Fold, bare and the layers made from them are of the form. An annotation is a layer
 * of its name, too: there a type is what its value folds to, so that a term finds it. What has none (also every token that
 * we found ourselves) is there the empty form, which no term finds. */
#include "vocab/vocab.h"

#include "text/fold.h"

bool enti_vocab_is_annotation(const ent_vocab *vocab, uint32_t layer) {
  const uint32_t first = ENT_FOLD + ENTI_LAYERS;
  return layer >= first && layer - first < vocab->named.count && vocab->named.at[layer - first].annotation;
}

/* ---- writing ---- */

ent_status enti_annotations_sort(enti_annotations *annotations, ent_error *err) {
  if (annotations->count > ENTI_ANNOTATIONS_MOST)
    return enti_fail(err, ENT_ERR_ARGUMENT, 0, "%zu annotations of a token are more than %d", annotations->count, ENTI_ANNOTATIONS_MOST);
  for (size_t i = 0; i < annotations->count; i++) {
    const char *name = annotations->names[i];
    size_t k = i;
    if (!name || !enti_layer_name_is_good(name))
      return enti_fail(err, ENT_ERR_ARGUMENT, 0, "annotation %zu has no name that a layer can have: small letters, digits, - and _", i);
    for (; k > 0; k--) {
      int order = strcmp(annotations->names[annotations->order[k - 1]], name);
      if (order == 0) return enti_fail(err, ENT_ERR_ARGUMENT, 0, "two annotations are named %s", name);
      if (order < 0) break;
      annotations->order[k] = annotations->order[k - 1];
    }
    annotations->order[k] = (uint8_t)i;
  }
  return ENT_OK;
}

static ent_status put(ent_vocab *vocab, const char *bytes, size_t length, unsigned char mark) {
  ent_status status = enti_bytes_add(&vocab->alloc, &vocab->scratch, bytes, length);
  return status == ENT_OK ? enti_bytes_add(&vocab->alloc, &vocab->scratch, &mark, 1) : status;
}

ent_status enti_vocab_intern_given(ent_vocab *vocab, const char *form, size_t length, const enti_annotations *annotations,
                                   const char *const *values, uint32_t *type) {
  vocab->scratch.count = 0;
  ent_status status = put(vocab, form, length, ENTI_GIVEN_MARK);
  for (size_t i = 0; values && i < annotations->count && status == ENT_OK; i++) {
    const char *name = annotations->names[annotations->order[i]], *value = values[annotations->order[i]];
    if (!value || !*value) continue;
    status = put(vocab, name, strlen(name), ENTI_NAME_MARK);
    if (status == ENT_OK) status = put(vocab, value, strlen(value), ENTI_GIVEN_MARK);
  }
  return status == ENT_OK ? enti_vocab_intern(vocab, vocab->scratch.at, vocab->scratch.count, type) : status;
}

/* ---- reading ---- */

/* The annotation at *at, behind which *at then stands; false at the end. */
static bool next_annotation(const char **at, const char *end, ent_annotation *out) {
  if (*at >= end) return false;
  const char *name = memchr(*at, ENTI_NAME_MARK, (size_t)(end - *at));
  const char *value = name ? memchr(name, ENTI_GIVEN_MARK, (size_t)(end - name)) : NULL;
  if (!value) return false;
  *out = (ent_annotation){*at, (size_t)(name - *at), name + 1, (size_t)(value - name) - 1};
  *at = value + 1;
  return true;
}

bool ent_vocab_annotation(const ent_vocab *vocab, uint32_t type, uint32_t number, ent_annotation *out) {
  if (type >= vocab->types.count || !enti_type_is_given(&vocab->types.at[type])) return false;
  const enti_type *entry = &vocab->types.at[type];
  const char *at = entry->bytes + enti_type_form(entry) + 1, *end = entry->bytes + entry->length;
  ent_annotation annotation;
  while (next_annotation(&at, end, &annotation)) {
    if (number-- > 0) continue;
    *out = annotation;
    return true;
  }
  return false;
}

ent_status enti_vocab_annotation_form(ent_vocab *vocab, uint32_t type, enti_layer *layer, uint32_t *out) {
  if (type < layer->forms.count && layer->forms.at[type] != ENT_NONE) {
    *out = layer->forms.at[type];
    return ENT_OK;
  }
  size_t length = strlen(layer->name);
  ent_annotation found;
  uint32_t number = 0;
  while (ent_vocab_annotation(vocab, type, number, &found)) {
    if (found.name_length == length && memcmp(found.name, layer->name, length) == 0) break;
    number++;
  }
  vocab->scratch.count = 0;
  ent_status status = ENT_OK;
  if (ent_vocab_annotation(vocab, type, number, &found))
    status = enti_text_fold(&vocab->alloc, ENT_FOLD, found.value, found.value_length, &vocab->scratch);
  if (status == ENT_OK) status = enti_vocab_intern(vocab, vocab->scratch.count ? vocab->scratch.at : "", vocab->scratch.count, out);
  if (status == ENT_OK && type >= layer->forms.count) status = enti_vocab_cover_list(vocab, &layer->forms, ENT_NONE);
  if (status == ENT_OK) layer->forms.at[type] = *out;
  return status;
}

bool enti_key_is_valid(const char *key, size_t length) {
  enti_type type = {key, (uint32_t)length};
  size_t form = enti_type_form(&type);
  if (form == 0 || ent_utf8_valid(key, form) != form) return false;
  const char *at = key + form + 1, *end = key + length;
  ent_annotation each;
  if (form == length) return true;
  while (next_annotation(&at, end, &each))
    if (each.name_length == 0 || each.value_length == 0 || ent_utf8_valid(each.name, each.name_length) != each.name_length ||
        ent_utf8_valid(each.value, each.value_length) != each.value_length)
      return false;
  return at == end;
}
