/* hostile: segments that somebody made to do harm. The checksums of a file would be right, so the reader sees bytes that
 * all count as checked.
 *
 * The first byte says what the rest of an input is: 0, the segment itself; else changes to one of a few sound segments,
 * which are made here, so that inputs stay meaningful when the format moves: place (2 bytes), how and where it is
 * counted from (1), a value (1 or 4). Memory comes from a budget: a claim of gigabytes is refused, and what is not given
 * back is found. */
#ifndef FUZZ_HOSTILE_H
#define FUZZ_HOSTILE_H

#include "fuzz.h"

#include "../c/sample_segment.h"
#include "segment/find.h"

/* ---- memory ---- */

enum { HOSTILE_MOST = 64 << 20 };
static size_t hostile_held;

static inline void *hostile_resize(void *user, void *block, size_t old_size, size_t new_size) {
  (void)user;
  if (new_size > old_size && new_size - old_size > HOSTILE_MOST - hostile_held) return NULL;
  void *made = new_size ? realloc(block, new_size) : NULL;
  if (new_size && !made) return NULL;
  if (!new_size) free(block);
  hostile_held = hostile_held - old_size + new_size;
  return made;
}

static const ent_alloc hostile_alloc = {hostile_resize, NULL};

/* ---- segments ---- */

enum { HOSTILE_BASES = 4 };
static memory_sink hostile_bases[HOSTILE_BASES];

static inline void hostile_start(void) {
  static memory_many many;
  size_t count;
  if (hostile_bases[0].at) return;
  const ent_document *documents = memory_documents(&count);
  memory_many_make(&many);
  for (int i = 0; i < HOSTILE_BASES; i++) hostile_bases[i] = memory_sink_new();
  FUZZ_CHECK(memory_segment(NULL, documents, count, &hostile_bases[0]) == ENT_OK);
  FUZZ_CHECK(memory_segment(NULL, documents + 1, 1, &hostile_bases[1]) == ENT_OK);
  FUZZ_CHECK(memory_segment(NULL, many.documents, MEMORY_MANY / 2, &hostile_bases[2]) == ENT_OK);
  FUZZ_CHECK(memory_segment(NULL, documents, 0, &hostile_bases[3]) == ENT_OK);
}

/* Makes changes to bytes: a place counts from the begin, from the end, or from the begin of a section. */
static inline void hostile_change(fuzz_input *in, unsigned char *at, size_t length) {
  while (in->left > 3 && length >= ENTI_FOOTER_SIZE) {
    size_t place = fuzz_byte(in) | (size_t)fuzz_byte(in) << 8, from = 0;
    unsigned how = fuzz_byte(in);
    if (how & 0x80) { /* a section, as the footer has it by now */
      size_t entry = length - ENTI_FOOTER_SIZE + (how >> 2 & 15) % ENTI_SECTIONS * 16;
      from = (size_t)(enti_get64(at + entry) % length);
    }
    place = how & 0x40 ? length - 1 - place % length : (from + place) % length;
    uint32_t value = fuzz_byte(in);
    if ((how & 3) == 3)
      for (int i = 1; i < 4; i++) value |= (uint32_t)fuzz_byte(in) << 8 * i;
    if ((how & 3) == 0) at[place] = (unsigned char)value;
    else if ((how & 3) == 1) at[place] ^= (unsigned char)(1u << (value & 7));
    else if (place + 4 > length) continue;
    else if ((how & 3) == 2) (void)enti_put32(at + place, enti_get32(at + place) + (value ^ 0x80u) - 0x80u);
    else (void)enti_put32(at + place, value);
  }
}

/* A view of a segment out of an input; free view.at. */
static inline enti_view hostile_view(fuzz_input *in) {
  hostile_start();
  unsigned base = fuzz_byte(in);
  if (base == 0) return memory_view(in->at, in->left);
  const memory_sink *sound = &hostile_bases[(base - 1) % HOSTILE_BASES];
  enti_view view = memory_view(sound->at, sound->length);
  hostile_change(in, (unsigned char *)(uintptr_t)view.at, (size_t)view.length);
  return view;
}

static inline void hostile_free(enti_view *view) { free((void *)(uintptr_t)view->at); }

/* What may come of reading: it is well, it is damaged, or it asks for too much. */
static inline bool hostile_fine(ent_status status) {
  FUZZ_CHECK(status == ENT_OK || status == ENT_ERR_DAMAGE || status == ENT_ERR_MEMORY || status == ENT_ERR_LIMIT);
  return status == ENT_OK;
}

/* What an index relies on, whoever filled it. */
static inline void hostile_check_document(const ent_index *index, uint32_t document) {
  size_t length, count, before = 0;
  const char *text = ent_index_text(index, document, &length);
  FUZZ_CHECK(ent_utf8_valid(text, length) == length);
  uint32_t tokens = ent_index_tokens(index, document);
  for (uint32_t i = 0; i < tokens; i++) {
    ent_token token = ent_index_token(index, document, i);
    FUZZ_CHECK(token.begin >= before && token.begin < token.end && token.end <= length);
    FUZZ_CHECK(fuzz_at_character(text, length, token.begin) && fuzz_at_character(text, length, token.end));
    ent_annotation annotation;
    for (uint32_t k = 0; ent_vocab_annotation(ent_index_vocab(index), token.type, k, &annotation); k++)
      FUZZ_CHECK(annotation.name_length > 0 && annotation.value_length > 0);
    before = token.end;
  }
  for (int unit = ENT_SENTENCE; unit <= ENT_DOCUMENT; unit++) {
    const ent_part *parts = ent_index_parts(index, document, (ent_unit)unit, &count);
    before = 0;
    for (size_t i = 0; i < count; i++) {
      FUZZ_CHECK(parts[i].begin >= before && parts[i].begin <= parts[i].end && parts[i].end <= length);
      FUZZ_CHECK(parts[i].last + 1 == parts[i].first || (parts[i].first <= parts[i].last && parts[i].last < tokens));
      FUZZ_CHECK(parts[i].heading_begin <= parts[i].heading_end && parts[i].heading_end <= length);
      FUZZ_CHECK(fuzz_at_character(text, length, parts[i].begin) && fuzz_at_character(text, length, parts[i].end));
      FUZZ_CHECK(fuzz_at_character(text, length, parts[i].heading_begin) && fuzz_at_character(text, length, parts[i].heading_end));
      before = parts[i].end;
    }
    for (uint32_t i = 0; i < tokens; i++) (void)ent_index_part_of(index, document, (ent_unit)unit, i);
  }
  const ent_edit *edits = ent_index_edits(index, document, &count);
  for (size_t i = 0; i < count; i++) {
    FUZZ_CHECK(edits[i].begin <= edits[i].end && edits[i].end <= length && (unsigned)edits[i].kind < ENT_EDIT_KINDS);
    FUZZ_CHECK(fuzz_at_character(text, length, edits[i].begin) && fuzz_at_character(text, length, edits[i].end));
  }
  const ent_span *spans = ent_index_spans(index, document, &count);
  for (size_t i = 0; i < count; i++) {
    FUZZ_CHECK(spans[i].begin <= spans[i].end && spans[i].end <= length && strlen(spans[i].name) > 0);
    FUZZ_CHECK(fuzz_at_character(text, length, spans[i].begin) && fuzz_at_character(text, length, spans[i].end));
    if (spans[i].attributes) FUZZ_CHECK(ent_utf8_valid(spans[i].attributes, strlen(spans[i].attributes)) == strlen(spans[i].attributes));
  }
  (void)ent_index_damage(index, document);
}

#endif
