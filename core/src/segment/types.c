/* segment/types: types and terms, looked up in place.
 *
 * A form is found by its hash, a term besides by its place in the bytewise order, which a glob's beginning uses. */
#include "segment/reader.h"

#include "segment/lexicon.h"
#include "vocab/variant.h"

ent_status enti_segment_key(const enti_segment *s, uint32_t type, const char **bytes, size_t *length) {
  if (type >= s->footer.types) return ENT_ERR_DAMAGE;
  uint64_t place = (uint64_t)type * 5;
  ent_status status = enti_segment_touch(s, ENTI_SECTION_TYPE_OFFSETS, place, 10);
  if (status != ENT_OK) return status;
  const unsigned char *at = enti_segment_at(s, ENTI_SECTION_TYPE_OFFSETS) + place;
  uint64_t begin = enti_get40(at), end = enti_get40(at + 5);
  if (begin > end || end - begin > INT32_MAX) return ENT_ERR_DAMAGE;
  *bytes = (const char *)enti_segment_at(s, ENTI_SECTION_TYPE_BYTES) + begin;
  *length = (size_t)(end - begin);
  return enti_segment_touch(s, ENTI_SECTION_TYPE_BYTES, begin, end - begin);
}

ent_status enti_segment_type(const enti_segment *s, uint32_t type, const char **bytes, size_t *length) {
  ent_status status = enti_segment_key(s, type, bytes, length);
  if (status != ENT_OK) return status;
  *length = enti_type_form(&(enti_type){*bytes, (uint32_t)*length});
  if (enti_variant_is(*bytes, *length)) *length -= ENTI_VARIANT_MARK;
  return ENT_OK;
}

ent_status enti_segment_count(const enti_segment *s, uint32_t type, uint64_t *count) {
  if (type >= s->footer.types) return ENT_ERR_DAMAGE;
  ent_status status = enti_segment_touch(s, ENTI_SECTION_TYPE_COUNTS, (uint64_t)type * 5, 5);
  if (status == ENT_OK) *count = enti_get40(enti_segment_at(s, ENTI_SECTION_TYPE_COUNTS) + (uint64_t)type * 5);
  return status;
}

ent_status enti_segment_type_term(const enti_segment *s, uint32_t type, uint32_t *term) {
  if (type >= s->footer.types) return ENT_ERR_DAMAGE;
  ent_status status = enti_segment_touch(s, ENTI_SECTION_TYPE_TERMS, (uint64_t)type * 4, 4);
  if (status != ENT_OK) return status;
  *term = enti_get32(enti_segment_at(s, ENTI_SECTION_TYPE_TERMS) + (uint64_t)type * 4);
  return *term != ENT_NONE && *term >= s->footer.terms ? ENT_ERR_DAMAGE : ENT_OK;
}

ent_status enti_segment_type_find(const enti_segment *s, const char *key, size_t length, uint32_t *type) {
  uint64_t slots = s->footer.sections[ENTI_SECTION_SLOTS].length / 4, at = enti_lexicon_home(key, length, slots);
  *type = ENT_NONE;
  for (uint64_t tries = 0; tries <= s->footer.types; tries++, at = (at + 1) & (slots - 1)) {
    const char *bytes;
    size_t own;
    ent_status status = enti_segment_touch(s, ENTI_SECTION_SLOTS, at * 4, 4);
    if (status != ENT_OK) return status;
    uint32_t mark = enti_get32(enti_segment_at(s, ENTI_SECTION_SLOTS) + at * 4);
    if (mark == 0) return ENT_OK;
    status = enti_segment_key(s, mark - 1, &bytes, &own);
    if (status != ENT_OK) return status;
    if (own != length || memcmp(bytes, key, length) != 0) continue;
    *type = mark - 1;
    return ENT_OK;
  }
  return ENT_ERR_DAMAGE; /* no slot is free */
}

/* ---- terms ---- */

ent_status enti_segment_term(const enti_segment *s, uint32_t term, enti_term_view *out) {
  uint64_t place = (uint64_t)term * ENTI_TERM_SIZE, all = s->footer.sections[ENTI_SECTION_POSTINGS].length;
  if (term >= s->footer.terms) return ENT_ERR_DAMAGE;
  ent_status status = enti_segment_touch(s, ENTI_SECTION_TERMS, place, 2 * ENTI_TERM_SIZE);
  if (status != ENT_OK) return status;
  const unsigned char *at = enti_segment_at(s, ENTI_SECTION_TERMS) + place;
  uint64_t begin = enti_get64(at), end = enti_get64(at + ENTI_TERM_SIZE);
  if (begin > end || end > all) return ENT_ERR_DAMAGE;
  out->begin = s->footer.sections[ENTI_SECTION_POSTINGS].offset + begin;
  out->end = s->footer.sections[ENTI_SECTION_POSTINGS].offset + end;
  out->tokens = enti_get64(at + 8);
  out->documents = enti_get32(at + 16);
  out->type = enti_get32(at + 20);
  return ENT_OK;
}

ent_status enti_segment_term_form(const enti_segment *s, uint32_t term, const char **bytes, size_t *length) {
  enti_term_view view;
  ent_status status = enti_segment_term(s, term, &view);
  return status == ENT_OK ? enti_segment_key(s, view.type, bytes, length) : status;
}

ent_status enti_segment_term_from(const enti_segment *s, const char *form, size_t length, uint32_t *term) {
  uint32_t low = 0, high = s->footer.terms;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    const char *bytes;
    size_t own;
    ent_status status = enti_segment_term_form(s, middle, &bytes, &own);
    if (status != ENT_OK) return status;
    if (enti_compare_bytes(bytes, own, form, length) < 0) low = middle + 1;
    else high = middle;
  }
  *term = low;
  return ENT_OK;
}

ent_status enti_segment_term_find(const enti_segment *s, const char *form, size_t length, uint32_t *term) {
  uint32_t type, own;
  enti_term_view view;
  *term = ENT_NONE;
  ent_status status = enti_segment_type_find(s, form, length, &type);
  if (status != ENT_OK || type == ENT_NONE) return status;
  status = enti_segment_type_term(s, type, &own);
  if (status == ENT_OK && own != ENT_NONE) { /* nearly always a term folds to itself */
    status = enti_segment_term(s, own, &view);
    if (status == ENT_OK && view.type == type) *term = own;
  }
  if (status != ENT_OK || *term != ENT_NONE) return status;
  status = enti_segment_term_from(s, form, length, &own);
  if (status != ENT_OK || own >= s->footer.terms) return status;
  status = enti_segment_term(s, own, &view);
  if (status == ENT_OK && view.type == type) *term = own;
  return status;
}

ent_status enti_segment_cursor(const enti_segment *s, uint32_t term, enti_cursor *cursor) {
  enti_term_view view;
  ent_status status = enti_segment_term(s, term, &view);
  return status == ENT_OK ? enti_cursor_open(cursor, s->view, view.begin, view.end, view.documents, s->footer.documents) : status;
}
