/* vocab/layer: what is a type on a layer? A layer maps types to types; each is computed the first time it is
 * asked for, once per type and never per token.
 *
 *   fold, bare, hans   the text room's forms, from the type's bytes
 *   stem-LANG          a Snowball stem, from the folded form
 *   annotations        what stands beside the form of a token that came with its text (annotation.c)
 *   others             a plugin's function of the folded form, or forms that are given from outside
 *
 * Invariant: a named layer's list is kept by folded type, so all that folds alike stands alike; but for an
 * annotation's, for can (NOUN) and can (VERB) fold alike. */
#include "vocab/variant.h"
#include "text/fold.h"
#include "text/utf8.h"

static const char *const form_names[ENTI_LAYERS] = {"fold", "bare", "hans"};

/* Whether a form can hold an ideograph, which hans may change: a byte that begins U+2000 or what is above it. */
static bool may_hold_han(const char *bytes, size_t length) {
  for (size_t i = 0; i < length; i++)
    if ((unsigned char)bytes[i] >= 0xE2) return true;
  return false;
}

static ent_status text_form(ent_vocab *vocab, uint32_t type, size_t number, uint32_t *out);

/* Most forms need no work: what is ASCII in its fold is so in the others, and few words are Han. ENT_NONE where
 * the text room must be asked. */
static ent_status easy_form(ent_vocab *vocab, uint32_t type, size_t number, uint32_t *form) {
  *form = ENT_NONE;
  if (number == 0) return ENT_OK;
  uint32_t fold;
  ent_status status = text_form(vocab, type, 0, &fold);
  if (status != ENT_OK) return status;
  const enti_type *entry = &vocab->types.at[fold];
  bool same = number == ENT_HANS - ENT_FOLD ? !may_hold_han(entry->bytes, entry->length)
                                            : enti_utf8_ascii(entry->bytes, entry->length, 0) == entry->length;
  if (same) *form = fold;
  return ENT_OK;
}

static ent_status make_form(ent_vocab *vocab, uint32_t type, size_t number, uint32_t *form) {
  const enti_type *entry = &vocab->types.at[type];
  ent_form kind = (ent_form)(ENT_FOLD + number);
  size_t length = enti_type_form(entry);
  vocab->scratch.count = 0;
  ent_status status = enti_variant_off(entry)
                          ? enti_variant_fold(&vocab->alloc, kind, entry, &vocab->scratch)
                          : enti_text_fold(&vocab->alloc, kind, entry->bytes, length, &vocab->scratch);
  if (status != ENT_OK) return status;
  if (vocab->scratch.count == entry->length && memcmp(vocab->scratch.at, entry->bytes, entry->length) == 0) {
    *form = type;
    return ENT_OK;
  }
  return enti_vocab_intern(vocab, vocab->scratch.at, vocab->scratch.count, form);
}

static ent_status text_form(ent_vocab *vocab, uint32_t type, size_t number, uint32_t *out) {
  ent_status status = ENT_OK;
  if (type >= vocab->layers[number].count)
    status = enti_vocab_cover_list(vocab, &vocab->layers[number], ENT_NONE);
  if (status != ENT_OK) return status;
  uint32_t form = vocab->layers[number].at[type];
  if (form == ENT_NONE) {
    status = easy_form(vocab, type, number, &form);
    if (status == ENT_OK && form == ENT_NONE) status = make_form(vocab, type, number, &form);
    if (status != ENT_OK) return status;
    vocab->layers[number].at[type] = form;
  }
  *out = form;
  return ENT_OK;
}

/* ---- layers with names ---- */

static ent_status keep_form(ent_vocab *vocab, enti_layer *layer, uint32_t fold, const char *bytes, size_t length,
                            uint32_t *form) {
  if (ent_utf8_valid(bytes, length) != length) return ENT_ERR_UTF8;
  ent_status status = enti_vocab_intern(vocab, bytes, length, form);
  if (status == ENT_OK && fold >= layer->forms.count) status = enti_vocab_cover_list(vocab, &layer->forms, ENT_NONE);
  if (status == ENT_OK) layer->forms.at[fold] = *form;
  return status;
}

static ent_status named_form(ent_vocab *vocab, uint32_t type, enti_layer *layer, uint32_t *out) {
  uint32_t fold;
  if (layer->annotation) return enti_vocab_annotation_form(vocab, type, layer, out);
  ent_status status = text_form(vocab, type, 0, &fold);
  if (status != ENT_OK) return status;
  if (fold < layer->forms.count && layer->forms.at[fold] != ENT_NONE) {
    *out = layer->forms.at[fold];
    return ENT_OK;
  }
  const char *word = vocab->types.at[fold].bytes, *form = word;
  size_t length = vocab->types.at[fold].length, form_length = length;
  if (layer->stemmer) {
    status = enti_stemmer_stem(layer->stemmer, word, length, &form, &form_length);
  } else if (layer->plugin.form) {
    status = layer->plugin.form(layer->plugin.user, word, length, &form, &form_length);
  } else {
    *out = fold; /* not kept: it may still be given */
    return ENT_OK;
  }
  return status == ENT_OK ? keep_form(vocab, layer, fold, form, form_length, out) : status;
}

ent_status ent_vocab_layer(ent_vocab *vocab, uint32_t type, uint32_t layer, uint32_t *out) {
  if (type >= vocab->types.count || layer < ENT_FOLD) return ENT_ERR_ARGUMENT;
  size_t number = layer - ENT_FOLD;
  if (number < ENTI_LAYERS) return text_form(vocab, type, number, out);
  number -= ENTI_LAYERS;
  return number < vocab->named.count ? named_form(vocab, type, &vocab->named.at[number], out) : ENT_ERR_ARGUMENT;
}

/* The number of a layer that is there, or ENT_NONE. */
static uint32_t number_of(const ent_vocab *vocab, const char *name) {
  for (uint32_t i = 0; i < ENTI_LAYERS; i++)
    if (strcmp(form_names[i], name) == 0) return ENT_FOLD + i;
  for (uint32_t i = 0; i < vocab->named.count; i++)
    if (strcmp(vocab->named.at[i].name, name) == 0) return ENT_FOLD + ENTI_LAYERS + i;
  return ENT_NONE;
}

/* Adds a layer that is not there; it takes the stemmer over on success only. */
static ent_status append(ent_vocab *vocab, const char *name, enti_layer made, uint32_t *number, ent_error *err) {
  ent_status status = vocab->named.count < ENTI_NAMED_LAYERS ? ENT_OK : ENT_ERR_LIMIT;
  if (status == ENT_OK) status = enti_array_reserve(&vocab->alloc, &vocab->named, 1);
  if (status != ENT_OK) return enti_fail(err, status, 0, "layer %s: %s", name, ent_status_text(status));
  memcpy(made.name, name, strlen(name));
  *number = ENT_FOLD + ENTI_LAYERS + (uint32_t)vocab->named.count;
  vocab->named.at[vocab->named.count++] = made;
  return ENT_OK;
}

bool enti_layer_name_is_good(const char *name) {
  size_t length = 0;
  for (; name[length] && length < ENTI_LAYER_NAME; length++) {
    char c = name[length];
    bool small = c >= 'a' && c <= 'z', other = (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (!small && (length == 0 || !other)) return false;
  }
  return length > 0 && length < ENTI_LAYER_NAME && strcmp(name, "stem") != 0 && strncmp(name, "stem-", 5) != 0;
}

static ent_status check_name(const ent_vocab *vocab, const char *name, ent_error *err) {
  if (!enti_layer_name_is_good(name))
    return enti_fail(err, ENT_ERR_ARGUMENT, 0, "'%.40s' cannot name a layer: small letters, digits, - and _, not stem", name);
  if (number_of(vocab, name) != ENT_NONE) return enti_fail(err, ENT_ERR_ARGUMENT, 0, "there is a layer '%s' already", name);
  return ENT_OK;
}

ent_status ent_vocab_layer_add(ent_vocab *vocab, const char *name, const ent_layer *layer, uint32_t *number,
                               ent_error *err) {
  ent_status status = check_name(vocab, name, err);
  enti_layer made = {.stemmer = NULL};
  if (layer) made.plugin = *layer;
  return status == ENT_OK ? append(vocab, name, made, number, err) : status;
}

ent_status ent_vocab_layer_annotation(ent_vocab *vocab, const char *name, uint32_t *number, ent_error *err) {
  uint32_t known = number_of(vocab, name);
  if (known != ENT_NONE && enti_vocab_is_annotation(vocab, known)) {
    *number = known;
    return ENT_OK;
  }
  ent_status status = check_name(vocab, name, err);
  return status == ENT_OK ? append(vocab, name, (enti_layer){.annotation = true}, number, err) : status;
}

ent_status ent_vocab_layer_find(ent_vocab *vocab, const char *name, uint32_t *number, ent_error *err) {
  uint32_t known = number_of(vocab, name);
  if (known != ENT_NONE) {
    *number = known;
    return ENT_OK;
  }
  if (strncmp(name, "stem-", 5) != 0) return enti_fail(err, ENT_ERR_ARGUMENT, 0, "there is no layer '%.40s'", name);
  enti_layer made = {.stemmer = NULL};
  ent_status status = enti_stemmer_new(name + 5, &made.stemmer);
  if (status == ENT_ERR_ARGUMENT) return enti_fail(err, status, 0, "there is no stemmer for '%.8s'", name + 5);
  if (status != ENT_OK) return enti_fail(err, status, 0, "layer %s: %s", name, ent_status_text(status));
  status = append(vocab, name, made, number, err);
  if (status != ENT_OK) enti_stemmer_free(made.stemmer);
  return status;
}

/* The layer of that number if its forms are given from outside, else NULL. */
static enti_layer *given_layer(ent_vocab *vocab, uint32_t layer) {
  const uint32_t first = ENT_FOLD + ENTI_LAYERS;
  if (layer < first || layer - first >= vocab->named.count) return NULL;
  enti_layer *found = &vocab->named.at[layer - first];
  return found->stemmer || found->plugin.form || found->annotation ? NULL : found;
}

ent_status ent_vocab_layer_set(ent_vocab *vocab, uint32_t type, uint32_t layer, const char *form, size_t length) {
  enti_layer *to = given_layer(vocab, layer);
  uint32_t fold, kept;
  if (!to || type >= vocab->types.count) return ENT_ERR_ARGUMENT;
  ent_status status = text_form(vocab, type, 0, &fold);
  return status == ENT_OK ? keep_form(vocab, to, fold, form, length, &kept) : status;
}

ent_status ent_vocab_layer_unset(ent_vocab *vocab, uint32_t layer, uint32_t *from, uint32_t *fold) {
  const enti_layer *of = given_layer(vocab, layer);
  uint32_t next = *from, own;
  if (!of) return ENT_ERR_ARGUMENT;
  for (; next < vocab->types.count; next++) {
    ent_status status = text_form(vocab, next, 0, &own);
    if (status != ENT_OK) return status;
    if (own < of->forms.count && of->forms.at[own] != ENT_NONE) continue;
    *from = next + 1;
    *fold = own;
    return ENT_OK;
  }
  *from = next;
  *fold = ENT_NONE;
  return ENT_OK;
}

void enti_vocab_free_named(ent_vocab *vocab) {
  for (size_t i = 0; i < vocab->named.count; i++) {
    enti_stemmer_free(vocab->named.at[i].stemmer);
    enti_array_free(&vocab->alloc, &vocab->named.at[i].forms);
  }
  enti_array_free(&vocab->alloc, &vocab->named);
}
