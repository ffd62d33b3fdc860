/* match/scan: one pass over a document's tokens that finds every term.
 *
 * A type is asked once which elements it fits: its form on each layer is looked up among the literals, and
 * each beginning of it among the beginnings of globs. The answer is kept as long as the coder lives, so the
 * pass itself is one array look-up per token, and a comparison of the other tokens where an element starts a
 * term. A document with given tokens is passed twice: over its tokens for what asks for their annotations, over
 * their pieces (pieces.c) for what asks for words. */
#include "match/coder.h"
#include "text/utf8.h"
#include "token/gap.h"

static const enti_slice unknown_type = {SIZE_MAX, 0};

/* ---- which elements does a type fit? ---- */

static ent_status take_elements(ent_coder *coder, uint32_t pattern, size_t first) {
  size_t count;
  const uint32_t *elements = enti_list(&coder->codebook->pattern_elements, pattern, &count);
  for (size_t i = 0; i < count; i++) {
    bool known = false;
    for (size_t k = first; k < coder->elements.count && !known; k++) known = coder->elements.at[k] == elements[i];
    if (known) continue;
    ent_status status = enti_array_reserve(&coder->alloc, &coder->elements, 1);
    if (status != ENT_OK) return status;
    coder->elements.at[coder->elements.count++] = elements[i];
  }
  return ENT_OK;
}

/* coder->key holds the layer and the form. */
static ent_status fit_form(ent_coder *coder, unsigned char layer, size_t first) {
  const ent_codebook *codebook = coder->codebook;
  const char *key = coder->key.at;
  size_t length = coder->key.count;
  ent_status status = ENT_OK;
  uint32_t pattern = enti_vocab_find(codebook->patterns, key, length);
  if (pattern != ENT_NONE) status = take_elements(coder, pattern, first);
  uint64_t lengths = codebook->prefix_lengths[layer];
  for (size_t prefix = 0; lengths && prefix + 1 <= length && status == ENT_OK; prefix++, lengths >>= 1) {
    if (!(lengths & 1)) continue;
    uint32_t number = enti_vocab_find(codebook->prefixes, key, prefix + 1);
    if (number == ENT_NONE) continue;
    size_t count;
    const uint32_t *globs = enti_list(&codebook->prefix_patterns, number, &count);
    for (size_t i = 0; i < count && status == ENT_OK; i++) {
      const enti_type *glob = &codebook->patterns->types.at[globs[i]];
      if (enti_glob_matches(glob->bytes + 1, glob->length - 1, key + 1, length - 1))
        status = take_elements(coder, globs[i], first);
    }
  }
  return status;
}

static ent_status fit_type(ent_coder *coder, uint32_t type) {
  size_t first = coder->elements.count;
  bool given = enti_type_is_given(&coder->vocab->types.at[type]);
  for (unsigned char layer = 0; layer < ENTI_ALL_LAYERS; layer++) {
    uint32_t form = type;
    if (!coder->codebook->layer_used[layer] || enti_asks_annotation(coder->codebook, layer) != given) continue;
    ent_status status = ENT_OK;
    if (layer != ENTI_RAW) status = ent_vocab_layer(coder->vocab, type, coder->layers[layer], &form);
    if (status != ENT_OK) return status;
    size_t length;
    const char *bytes = ent_vocab_bytes(coder->vocab, form, &length);
    char mark = (char)layer;
    coder->key.count = 0;
    status = enti_bytes_add(&coder->alloc, &coder->key, &mark, 1);
    if (status == ENT_OK) status = enti_bytes_add(&coder->alloc, &coder->key, bytes, length);
    if (status == ENT_OK) status = fit_form(coder, layer, first);
    if (status != ENT_OK) {
      coder->elements.count = first;
      return status;
    }
  }
  coder->type_elements.at[type] = (enti_slice){first, coder->elements.count - first};
  return ENT_OK;
}

static ent_status elements_of(ent_coder *coder, uint32_t type, enti_slice *out) {
  if (type >= coder->type_elements.count) {
    size_t more = coder->vocab->types.count - coder->type_elements.count;
    ent_status status = enti_array_reserve(&coder->alloc, &coder->type_elements, more);
    if (status != ENT_OK) return status;
    for (size_t i = 0; i < more; i++) coder->type_elements.at[coder->type_elements.count++] = unknown_type;
  }
  if (coder->type_elements.at[type].begin == SIZE_MAX) {
    ent_status status = fit_type(coder, type);
    if (status != ENT_OK) return status;
  }
  *out = coder->type_elements.at[type];
  return ENT_OK;
}

static ent_status fits(ent_coder *coder, uint32_t token, uint32_t element, bool *yes) {
  enti_slice slice;
  *yes = true;
  if (coder->codebook->elements.at[element].anything) return ENT_OK;
  ent_status status = elements_of(coder, coder->tokens[token].type, &slice);
  *yes = false;
  for (size_t i = 0; i < slice.count && status == ENT_OK && !*yes; i++)
    *yes = coder->elements.at[slice.begin + i] == element;
  return status;
}

/* ---- is what stands between two tokens what the term allows? ---- */

/* The same bytes, a run of blanks for a run of blanks. */
static bool same_written(const char *a, size_t a_length, const char *b, size_t b_length) {
  size_t i = 0, k = 0;
  while (i < a_length && k < b_length) {
    if (enti_utf8_blank(a[i]) && enti_utf8_blank(b[k])) {
      while (i < a_length && enti_utf8_blank(a[i])) i++;
      while (k < b_length && enti_utf8_blank(b[k])) k++;
    } else if (a[i++] != b[k++]) {
      return false;
    }
  }
  return i == a_length && k == b_length;
}

static bool joins(const ent_coder *coder, const enti_term *term, const enti_step *step, uint32_t token) {
  const enti_token *right = &coder->tokens[token], *left = right - 1;
  const char *marks = step->marks.count ? coder->codebook->bytes.at + step->marks.begin : "";
  if (right->gap == ENTI_GAP_BREAK) return false;
  if (term->exact)
    return same_written(coder->text + left->end, right->begin - left->end, marks, step->marks.count);
  if (right->gap == ENTI_GAP_JOIN) return true;
  if (step->marks.count == 0) return false;
  enti_gap_view view = enti_gap_read(coder->text, coder->length, left->end, right->begin);
  return view.mark_count == step->marks.count && memcmp(view.marks, marks, view.mark_count) == 0;
}

/* What an exact term writes outside its words. */
static bool framed(const ent_coder *coder, const enti_term *term, uint32_t first, uint32_t last) {
  const char *bytes = coder->codebook->bytes.at;
  size_t begin = coder->tokens[first].begin, end = coder->tokens[last].end;
  if (term->lead.count > begin || term->trail.count > coder->length - end) return false;
  return (term->lead.count == 0 ||
          memcmp(coder->text + begin - term->lead.count, bytes + term->lead.begin, term->lead.count) == 0) &&
         (term->trail.count == 0 || memcmp(coder->text + end, bytes + term->trail.begin, term->trail.count) == 0);
}

/* ---- the pass ---- */

/* The tokens that hold the pieces first … last; false where these cut a word. */
static bool find_tokens(const ent_coder *coder, uint32_t *first, uint32_t *last) {
  if (coder->tokens[*first].inside || (*last + 1 < coder->token_count && coder->tokens[*last + 1].inside)) return false;
  *first = coder->piece_tokens.at[*first];
  *last = coder->piece_tokens.at[*last];
  return true;
}

static ent_status note(ent_coder *coder, uint32_t term, uint32_t first, uint32_t last) {
  if (coder->in_pieces && !find_tokens(coder, &first, &last)) return ENT_OK;
  ent_status status = enti_array_reserve(&coder->alloc, &coder->found, 1);
  if (status != ENT_OK) return status;
  if (coder->found.count >= ENT_NONE) return ENT_ERR_LIMIT;
  uint32_t number = (uint32_t)coder->found.count++;
  coder->found.at[number] = (enti_found){first, last, ENT_NONE};
  enti_chain *chain = &coder->chains.at[term];
  if (chain->run != coder->run) *chain = (enti_chain){coder->run, number, number};
  else coder->found.at[chain->tail].next = number;
  chain->tail = number;
  return ENT_OK;
}

/* Compares a term whose trigger fits the token at `at`. */
static ent_status try_term(ent_coder *coder, uint32_t number, uint32_t at) {
  const ent_codebook *codebook = coder->codebook;
  const enti_term *term = &codebook->terms.at[number];
  size_t count = term->steps.count;
  if (at < term->trigger || coder->token_count - at < count - term->trigger) return ENT_OK;
  uint32_t first = at - (uint32_t)term->trigger, last = first + (uint32_t)count - 1;
  const enti_step *steps = codebook->steps.at + term->steps.begin;
  for (size_t i = 1; i < count; i++)
    if (!joins(coder, term, &steps[i], first + (uint32_t)i)) return ENT_OK;
  for (size_t i = 0; i < count; i++) {
    bool yes = i == term->trigger;
    ent_status status = yes ? ENT_OK : fits(coder, first + (uint32_t)i, steps[i].element, &yes);
    if (status != ENT_OK || !yes) return status;
  }
  return term->exact && !framed(coder, term, first, last) ? ENT_OK : note(coder, number, first, last);
}

static bool is_given(const ent_coder *coder, uint32_t token) {
  return enti_type_is_given(&coder->vocab->types.at[coder->tokens[token].type]);
}

static ent_status pass(ent_coder *coder) {
  const ent_codebook *codebook = coder->codebook;
  bool given = coder->token_count > 0 && is_given(coder, 0); /* then all are */
  for (uint32_t at = 0; at < coder->token_count; at++) {
    enti_slice elements;
    ent_status status = elements_of(coder, coder->tokens[at].type, &elements);
    for (size_t i = 0; i < elements.count && status == ENT_OK; i++) {
      size_t count;
      const uint32_t *terms = enti_list(&codebook->element_triggers, coder->elements.at[elements.begin + i], &count);
      for (size_t k = 0; k < count && status == ENT_OK; k++) status = try_term(coder, terms[k], at);
    }
    for (size_t i = 0; i < codebook->wild_terms.count && status == ENT_OK; i++)
      if (codebook->terms.at[codebook->wild_terms.at[i]].annotation == given)
        status = try_term(coder, codebook->wild_terms.at[i], at);
    if (status != ENT_OK) return status;
  }
  return ENT_OK;
}

ent_status enti_coder_scan(ent_coder *coder) {
  const enti_token *tokens = coder->tokens;
  uint32_t count = coder->token_count;
  bool given = count > 0 && is_given(coder, 0);
  coder->found.count = 0;
  ent_status status = pass(coder);
  if (status == ENT_OK && given) status = enti_coder_divide(coder);
  if (status != ENT_OK || !given) return status;
  coder->tokens = coder->pieces.at;
  coder->token_count = (uint32_t)coder->pieces.count;
  coder->in_pieces = true;
  status = pass(coder);
  coder->in_pieces = false;
  coder->tokens = tokens;
  coder->token_count = count;
  return status;
}
