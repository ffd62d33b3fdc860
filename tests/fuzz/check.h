/* check: what holds for every map and every indexed document, whoever made the text: a fuzzer, or test_property.
 *
 * FUZZ_CHECK may be set before this is included, so that a test fails in its own way. */
#ifndef FUZZ_CHECK_H
#define FUZZ_CHECK_H

#include "fuzz.h"

/* ---- maps --------------------------------------------------------------------------------- */

/* Each character came from whole characters; neighbours' ranges are neighbours or one block; all of the source is
 * covered, unless nothing is left of it. */
static inline void check_map(const ent_normal *normal, const char *text, size_t length) {
  size_t size;
  const char *bytes = ent_normal_bytes(normal, &size);
  ent_range last = {0, 0};
  FUZZ_CHECK(ent_utf8_valid(bytes, size) == size);
  for (size_t at = 0; at < size;) {
    size_t next = fuzz_character(bytes, size, at + 1);
    ent_range range = ent_normal_source(normal, at, next), inner = ent_normal_source(normal, next - 1, next);
    FUZZ_CHECK(range.begin < range.end && range.end <= length);
    FUZZ_CHECK(range.begin == inner.begin && range.end == inner.end);
    FUZZ_CHECK(fuzz_at_character(text, length, range.begin) && fuzz_at_character(text, length, range.end));
    FUZZ_CHECK(range.begin == last.end || (at > 0 && range.begin == last.begin && range.end == last.end));
    last = range;
    at = next;
  }
  FUZZ_CHECK(last.end == (size ? length : 0));
}

/* ---- documents ---------------------------------------------------------------------------- */

typedef struct check_doc {
  const ent_index *index;
  uint32_t document, tokens;
  const char *text;
  size_t length;
  const ent_edit *edits;
  size_t edit_count;
} check_doc;

/* By their beginnings; each behind the one before it, or inside it. */
static inline void check_edits(const check_doc *d) {
  size_t begin = 0, before = 0;
  for (size_t i = 0; i < d->edit_count; i++) {
    const ent_edit *edit = &d->edits[i];
    FUZZ_CHECK(edit->begin >= begin && edit->begin < edit->end && edit->end <= d->length);
    FUZZ_CHECK(edit->begin >= before || edit->end <= before);
    begin = edit->begin;
    if (edit->end > before) before = edit->end;
  }
}

/* Writes what an edit inside a token makes of its bytes, and how many that is. */
static inline size_t check_edit(const check_doc *d, const ent_edit *edit, char *out) {
  size_t size = edit->end - edit->begin;
  bool ignored = edit->kind == ENT_EDIT_ZERO_WIDTH || edit->kind == ENT_EDIT_SOFT_HYPHEN;
  for (size_t at = edit->begin; at < edit->end && edit->kind == ENT_EDIT_SOFT_HYPHEN; at++)
    if ((unsigned char)d->text[at] < 0x80) ignored = false; /* with the line end behind it */
  if (ignored || edit->kind == ENT_EDIT_LIGATURE || edit->kind == ENT_EDIT_WIDTH) { /* the fold reads them */
    memcpy(out, d->text + edit->begin, size);
    return size;
  }
  if (edit->kind != ENT_EDIT_SARA_AM) return 0;
  size = 0;
  for (size_t at = edit->begin; at < edit->end;) { /* its tone, if there is one, then U+0E33 */
    uint32_t cp;
    at = enti_utf8_next(d->text, at, &cp);
    if (cp >= 0xE48 && cp <= 0xE4B) size += enti_utf8_put(out + size, cp);
  }
  return size + enti_utf8_put(out + size, 0xE33);
}

/* The source bytes of a token as its edits read them, into `out`, which has room for twice the document. */
static inline size_t check_slice(const check_doc *d, ent_token token, char *out) {
  size_t size = 0, at = token.begin;
  for (size_t i = 0; i < d->edit_count; i++) {
    const ent_edit *edit = &d->edits[i];
    if (edit->kind == ENT_EDIT_KEPT || edit->begin < at || edit->end > token.end) continue;
    memcpy(out + size, d->text + at, edit->begin - at);
    size += edit->begin - at;
    size += check_edit(d, edit, out + size);
    at = edit->end;
  }
  memcpy(out + size, d->text + at, token.end - at);
  return size + (token.end - at);
}

/* Its source, normalized again, is its fold layer. */
static inline void check_layers(const check_doc *d, ent_token token, char *scratch) {
  ent_vocab *vocab = ent_index_vocab(d->index);
  size_t length, size, slice = check_slice(d, token, scratch);
  uint32_t fold;
  ent_normal *normal;
  FUZZ_CHECK(ent_vocab_layer(vocab, token.type, ENT_FOLD, &fold) == ENT_OK);
  FUZZ_CHECK(ent_normalize(NULL, ENT_FOLD, scratch, slice, &normal, NULL) == ENT_OK);
  const char *folded = ent_normal_bytes(normal, &size), *bytes = ent_vocab_bytes(vocab, fold, &length);
  FUZZ_CHECK(length == size && memcmp(bytes, folded, length) == 0);
  ent_normal_free(normal);
}

static inline void check_tokens(const check_doc *d, const ent_source *source) {
  char *scratch = malloc(2 * d->length + 8);
  size_t before = 0, furniture = 0;
  FUZZ_CHECK(scratch != NULL);
  for (uint32_t i = 0; i < d->tokens; i++) {
    ent_token token = ent_index_token(d->index, d->document, i);
    FUZZ_CHECK(token.begin >= before && token.begin < token.end && token.end <= d->length);
    FUZZ_CHECK(fuzz_at_character(d->text, d->length, token.begin));
    FUZZ_CHECK(fuzz_at_character(d->text, d->length, token.end));
    if (source->unrepaired == 0) check_layers(d, token, scratch); /* what is not repaired stays in the form */
    while (furniture < source->furniture_count && source->furniture[furniture].end <= token.begin) furniture++;
    if (furniture < source->furniture_count) {
      const ent_range *f = &source->furniture[furniture];
      bool inside = token.begin < f->begin && f->end < token.end; /* a word that a hyphen parts goes around it */
      FUZZ_CHECK(f->begin == f->end || f->begin >= token.end || inside);
    }
    before = token.end;
  }
  free(scratch);
}

/* Parts of a unit are in order, do not overlap, and hold the tokens that begin inside them, all of those. */
static inline void check_parts(const check_doc *d, ent_unit unit, bool all_tokens) {
  size_t count, before = 0;
  const ent_part *parts = ent_index_parts(d->index, d->document, unit, &count);
  uint32_t token = 0;
  for (size_t i = 0; i < count; i++) {
    const ent_part *part = &parts[i];
    FUZZ_CHECK(part->begin >= before && part->begin <= part->end && part->end <= d->length);
    FUZZ_CHECK(part->heading_begin <= part->heading_end && part->heading_end <= d->length);
    before = part->end;
    for (; token < d->tokens && ent_index_token(d->index, d->document, token).begin < part->begin; token++)
      FUZZ_CHECK(!all_tokens);
    uint32_t first = token;
    for (; token < d->tokens && ent_index_token(d->index, d->document, token).begin < part->end; token++)
      FUZZ_CHECK(ent_index_part_of(d->index, d->document, unit, token) == part);
    if (token > first) FUZZ_CHECK(part->first == first && part->last == token - 1);
    else FUZZ_CHECK(part->last + 1 == part->first);
  }
  if (all_tokens) FUZZ_CHECK(token == d->tokens);
}

/* Everything that a reader of an index may rely on, for a document made of `source`. */
static inline void check_document(const ent_index *index, uint32_t document, const ent_source *source) {
  check_doc d = {.index = index, .document = document, .tokens = ent_index_tokens(index, document)};
  d.text = ent_index_text(index, document, &d.length);
  d.edits = ent_index_edits(index, document, &d.edit_count);
  FUZZ_CHECK(d.length == source->length);
  if (d.length) FUZZ_CHECK(memcmp(d.text, source->text, d.length) == 0);
  check_edits(&d);
  check_tokens(&d, source);
  for (int unit = ENT_SENTENCE; unit <= ENT_DOCUMENT; unit++) check_parts(&d, (ent_unit)unit, unit != ENT_PAGE);
  size_t count;
  const ent_part *parts = ent_index_parts(index, document, ENT_DOCUMENT, &count);
  FUZZ_CHECK(count == 1 && parts[0].begin == 0 && parts[0].end == d.length);
  parts = ent_index_parts(index, document, ENT_SECTION, &count);
  FUZZ_CHECK(count > 0 && parts[count - 1].end == d.length);
  for (size_t i = 1; i < count; i++) FUZZ_CHECK(parts[i].begin == parts[i - 1].end);
}

#endif
