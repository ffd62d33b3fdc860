/* segment/inspect_lexicon: types, slots, layers, terms and their postings, inspected. */
#include "segment/inspect.h"

#include <inttypes.h>

/* ---- types ---- */

typedef struct type_before {
  const char *key;
  size_t length;
  uint64_t count;
} type_before;

/* Whether a form that a segment has is that of a type of the vocabulary. */
static bool is_form(const enti_inspector *i, uint32_t type, const char *form, size_t length) {
  size_t own;
  const char *bytes = ent_vocab_bytes(i->vocab, type, &own);
  return enti_inspect_compare(bytes, own, form, length) == 0;
}

/* Folds a type again. */
static ent_status check_fold(enti_inspector *i, uint32_t type, const char *key, size_t length, uint32_t term) {
  uint32_t own, fold;
  const char *form;
  size_t size;
  ent_status status = enti_segment_term_form(i->segment, term, &form, &size);
  if (status == ENT_OK) status = enti_inspect_vocab(i, &i->vocab);
  if (status == ENT_OK) status = enti_vocab_intern(i->vocab, key, length, &own);
  if (status == ENT_OK) status = ent_vocab_layer(i->vocab, own, ENT_FOLD, &fold);
  if (status == ENT_OK && !is_form(i, fold, form, size)) enti_inspect_fault(i, "type %" PRIu32 ": it does not fold to its term", type);
  return status;
}

/* By falling count, then bytewise; found by its slot. */
static ent_status check_type(enti_inspector *i, uint32_t type, type_before *before) {
  const enti_segment *s = i->segment;
  const char *key, *bytes;
  size_t length, own;
  uint64_t count;
  uint32_t found, term;
  ent_status status = enti_segment_key(s, type, &key, &length);
  if (status == ENT_OK) status = enti_segment_type(s, type, &bytes, &own);
  if (status == ENT_OK) status = enti_segment_count(s, type, &count);
  if (status == ENT_OK) status = enti_segment_type_term(s, type, &term);
  if (status == ENT_OK) status = enti_segment_type_find(s, key, length, &found);
  if (status != ENT_OK) return status;
  const bool is_nothing = length == 0 && count == 0; /* a letter that is ignorable folds to it */
  if (!is_nothing && (own == 0 || !enti_key_is_valid(key, length))) enti_inspect_fault(i, "type %" PRIu32 ": it is no word", type);
  if (found != type) enti_inspect_fault(i, "type %" PRIu32 ": no slot leads to it", type);
  if (count > 0 && term == ENT_NONE) enti_inspect_fault(i, "type %" PRIu32 ": it folds to no term", type);
  if (type > 0 && (count > before->count ||
                   (count == before->count && enti_inspect_compare(before->key, before->length, key, length) >= 0)))
    enti_inspect_fault(i, "type %" PRIu32 ": it does not come behind the one before it", type);
  i->terms.at[type] = term;
  *before = (type_before){key, length, count};
  return count > 0 && term != ENT_NONE && enti_key_is_valid(key, length) ? check_fold(i, type, key, length, term) : ENT_OK;
}

/* As many slots as the writer makes, and no mark in them but those of the types. */
static ent_status check_slots(enti_inspector *i) {
  const enti_segment *s = i->segment;
  uint64_t slots = s->footer.sections[ENTI_SECTION_SLOTS].length / 4, wanted = 8, marks = 0;
  while (wanted < 2 * (uint64_t)s->footer.types) wanted *= 2;
  if (slots != wanted) enti_inspect_fault(i, "there are %" PRIu64 " slots, not %" PRIu64, slots, wanted);
  ent_status status = enti_segment_touch(s, ENTI_SECTION_SLOTS, 0, slots * 4);
  for (uint64_t slot = 0; slot < slots && status == ENT_OK; slot++)
    marks += enti_get32(enti_segment_at(s, ENTI_SECTION_SLOTS) + slot * 4) != 0;
  if (status == ENT_OK && marks != s->footer.types) enti_inspect_fault(i, "%" PRIu64 " slots are marked, for %" PRIu32 " types", marks, s->footer.types);
  return enti_inspect_note(i, status, "the slots, of section", ENTI_SECTION_SLOTS);
}

/* Pairs of a type and what it is on the layer, sorted. */
static ent_status check_layer(enti_inspector *i, int section) {
  const enti_segment *s = i->segment;
  uint64_t pairs = s->footer.sections[section].length / 8;
  ent_status status = enti_segment_touch(s, section, 0, pairs * 8);
  for (uint64_t pair = 0, before = 0; pair < pairs && status == ENT_OK; pair++) {
    const unsigned char *at = enti_segment_at(s, section) + pair * 8;
    uint32_t from = enti_get32(at), to = enti_get32(at + 4);
    if (from >= s->footer.types || to >= s->footer.types || from == to || (pair > 0 && from <= before))
      enti_inspect_fault(i, "section %d: pair %" PRIu64 " does not belong there", section, pair);
    before = from;
  }
  return enti_inspect_note(i, status, "the layer of section", (uint64_t)section);
}

ent_status enti_inspect_types(enti_inspector *i) {
  const enti_segment *s = i->segment;
  uint32_t types = s->footer.types;
  type_before before = {0};
  ent_status status = enti_segment_touch(s, ENTI_SECTION_TYPE_OFFSETS, 0, ((uint64_t)types + 1) * 5);
  if (status == ENT_OK) {
    const unsigned char *offsets = enti_segment_at(s, ENTI_SECTION_TYPE_OFFSETS);
    if (enti_get40(offsets) != 0 || enti_get40(offsets + (uint64_t)types * 5) != s->footer.sections[ENTI_SECTION_TYPE_BYTES].length)
      enti_inspect_fault(i, "the types' offsets do not cover their bytes");
  }
  status = enti_inspect_note(i, status, "the offsets, of section", ENTI_SECTION_TYPE_OFFSETS);
  for (uint32_t type = 0; type < types && status == ENT_OK; type++)
    status = enti_inspect_note(i, check_type(i, type, &before), "type", type);
  if (status == ENT_OK) status = check_slots(i);
  for (int section = ENTI_SECTION_BARE; section <= ENTI_SECTION_HANS && status == ENT_OK; section++) status = check_layer(i, section);
  return status;
}

ent_status enti_inspect_counts(enti_inspector *i) {
  ent_status status = ENT_OK;
  for (uint32_t type = 0; type < i->counts.count && status == ENT_OK; type++) {
    uint64_t count;
    status = enti_segment_count(i->segment, type, &count);
    if (status == ENT_OK && count != i->counts.at[type])
      enti_inspect_fault(i, "type %" PRIu32 ": it has a count of %" PRIu64 ", the documents %" PRIu64 " such tokens", type, count, i->counts.at[type]);
    status = enti_inspect_note(i, status, "the count of type", type);
  }
  return status;
}

/* ---- terms ---- */

typedef struct term_reading {
  const char *form; /* of the term before */
  size_t length;
  uint64_t forms; /* terms whose type does not occur itself */
  uint64_t pairs[2]; /* of each layer that belong to the terms so far */
  enti_postings postings;
  enti_bytes again;
  ENTI_ARRAY(uint32_t) positions;
} term_reading;

/* Reads the postings of a term, adds up its places and writes them again. */
static ent_status check_postings(enti_inspector *i, uint32_t term, const enti_term_view *view, term_reading *r) {
  enti_cursor cursor;
  uint32_t document, length;
  uint64_t sum = 0, tokens = 0;
  unsigned char *to;
  const unsigned char *at;
  ent_status status = enti_segment_cursor(i->segment, term, &cursor);
  if (status == ENT_OK) status = enti_cursor_next(&cursor, &document);
  for (; status == ENT_OK && document != ENT_NONE; status = status == ENT_OK ? enti_cursor_next(&cursor, &document) : status) {
    r->positions.count = 0;
    status = enti_cursor_positions(&cursor, i->alloc, &r->positions.at, &r->positions.count, &r->positions.room);
    for (size_t p = 0; p < r->positions.count && status == ENT_OK; p++) sum += enti_inspect_place(document, r->positions.at[p]);
    tokens += r->positions.count;
    if (status == ENT_OK) status = enti_cursor_bytes(&cursor, &at, &length);
    if (status == ENT_OK) status = enti_postings_room(&r->postings, length, &to);
    if (status != ENT_OK) break;
    memcpy(to, at, length);
    status = enti_postings_add(&r->postings, document, length, (uint32_t)r->positions.count);
  }
  r->again.count = 0;
  ent_status written = enti_postings_finish(&r->postings, &r->again);
  if (status == ENT_OK) status = written;
  if (status == ENT_OK) status = enti_view_touch(i->segment->view, view->begin, view->end - view->begin);
  if (status != ENT_OK) return status;
  if (r->again.count != view->end - view->begin || memcmp(r->again.at, i->segment->view->at + view->begin, r->again.count) != 0)
    enti_inspect_fault(i, "term %" PRIu32 ": its postings are not as they are written", term);
  if (tokens != view->tokens) enti_inspect_fault(i, "term %" PRIu32 ": it tells of %" PRIu64 " tokens, its postings of %" PRIu64, term, view->tokens, tokens);
  if (sum != i->sums.at[term]) enti_inspect_fault(i, "term %" PRIu32 ": its postings are not what the documents hold", term);
  return ENT_OK;
}

/* The pair of a type among those of a layer, or NULL; touched by check_layer. */
static const unsigned char *find_pair(const enti_segment *s, int section, uint32_t type) {
  uint64_t low = 0, pairs = s->footer.sections[section].length / 8, high = pairs;
  const unsigned char *at = enti_segment_at(s, section);
  while (low < high) {
    uint64_t middle = low + (high - low) / 2;
    if (enti_get32(at + middle * 8) < type) low = middle + 1;
    else high = middle;
  }
  return low < pairs && enti_get32(at + low * 8) == type ? at + low * 8 : NULL;
}

/* Finds again what a term is on bare and hans. */
static ent_status check_layers(enti_inspector *i, uint32_t term, const enti_term_view *view, term_reading *r) {
  uint32_t own, form;
  ent_status status = enti_inspect_vocab(i, &i->vocab);
  if (status == ENT_OK) status = enti_vocab_intern(i->vocab, r->form, r->length, &own);
  for (int layer = 0; layer < 2 && status == ENT_OK; layer++) {
    const char *bytes = r->form;
    size_t length = r->length;
    const unsigned char *pair = find_pair(i->segment, ENTI_SECTION_BARE + layer, view->type);
    r->pairs[layer] += pair != NULL;
    if (pair) status = enti_segment_key(i->segment, enti_get32(pair + 4), &bytes, &length);
    if (status == ENT_OK) status = ent_vocab_layer(i->vocab, own, (uint32_t)(ENT_BARE + layer), &form);
    if (status == ENT_OK && !is_form(i, form, bytes, length))
      enti_inspect_fault(i, "term %" PRIu32 ": it is something else on a layer", term);
  }
  return status;
}

static ent_status check_term(enti_inspector *i, uint32_t term, term_reading *r) {
  enti_term_view view;
  const char *form;
  size_t length;
  uint64_t count;
  ent_status status = enti_segment_term(i->segment, term, &view);
  if (status == ENT_OK) status = enti_segment_key(i->segment, view.type, &form, &length);
  if (status == ENT_OK) status = enti_segment_count(i->segment, view.type, &count);
  if (status != ENT_OK) return status;
  if (term > 0 && enti_inspect_compare(r->form, r->length, form, length) >= 0)
    enti_inspect_fault(i, "term %" PRIu32 ": its form is not behind the one before it", term);
  if (count == 0 && i->terms.at[view.type] != term)
    enti_inspect_fault(i, "term %" PRIu32 ": its form does not lead to it", term);
  r->forms += count == 0;
  r->form = form;
  r->length = length;
  if (ent_utf8_valid(form, length) != length) enti_inspect_fault(i, "term %" PRIu32 ": its form is no UTF-8", term);
  else status = check_layers(i, term, &view, r);
  return status == ENT_OK ? check_postings(i, term, &view, r) : status;
}

/* The offset behind the last term's postings, and how many forms, which no token is, are terms. */
static ent_status check_terms_end(enti_inspector *i, const term_reading *r) {
  const enti_segment *s = i->segment;
  uint64_t place = (uint64_t)s->footer.terms * ENTI_TERM_SIZE, forms = 0, spare = 0;
  ent_status status = enti_segment_touch(s, ENTI_SECTION_TERMS, 0, place + ENTI_TERM_SIZE);
  if (status != ENT_OK) return enti_inspect_note(i, status, "the terms, of section", ENTI_SECTION_TERMS);
  const unsigned char *at = enti_segment_at(s, ENTI_SECTION_TERMS);
  for (int k = 8; k < ENTI_TERM_SIZE; k++) spare |= at[place + (uint64_t)k];
  if (enti_get64(at) != 0 || enti_get64(at + place) != s->footer.sections[ENTI_SECTION_POSTINGS].length || spare != 0)
    enti_inspect_fault(i, "the terms do not cover the postings");
  for (size_t type = 0; type < i->terms.count; type++) forms += i->counts.at[type] == 0 && i->terms.at[type] != ENT_NONE;
  for (int layer = 0; layer < 2; layer++)
    if (r->pairs[layer] != s->footer.sections[ENTI_SECTION_BARE + layer].length / 8)
      enti_inspect_fault(i, "section %d has pairs of no term", ENTI_SECTION_BARE + layer);
  if (forms != r->forms) enti_inspect_fault(i, "%" PRIu64 " types that do not occur lead to terms, of %" PRIu64, forms, r->forms);
  return ENT_OK;
}

ent_status enti_inspect_terms(enti_inspector *i) {
  term_reading r = {.postings = {.alloc = *i->alloc}};
  ent_status status = ENT_OK;
  for (uint32_t term = 0; term < i->segment->footer.terms && status == ENT_OK; term++)
    status = enti_inspect_note(i, check_term(i, term, &r), "term", term);
  if (status == ENT_OK) status = check_terms_end(i, &r);
  enti_postings_free(&r.postings);
  enti_array_free(i->alloc, &r.again);
  enti_array_free(i->alloc, &r.positions);
  return status;
}
