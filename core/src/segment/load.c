/* segment/load: a document out of a segment into an index in memory, as if it had been added there.
 *
 * What comes out of a file is checked before it joins what the other rooms trust: types and text are UTF-8, and
 * tokens, parts and edits begin and end between characters. */
#include "segment/parts.h"
#include "segment/reader.h"

typedef struct loader {
  const enti_segment *segment;
  ent_index *index;
  enti_type_map *map;
  enti_document document;
} loader;

/* The type of the index's vocabulary that a type of the segment is. */
static ent_status map_type(loader *l, uint32_t type, uint32_t *out) {
  if (type >= l->map->count) return ENT_ERR_DAMAGE;
  *out = l->map->at[type];
  if (*out != ENT_NONE) return ENT_OK;
  const char *key, *bytes;
  size_t length, own;
  ent_status status = enti_segment_key(l->segment, type, &key, &length);
  if (status == ENT_OK) status = enti_segment_type(l->segment, type, &bytes, &own);
  if (status != ENT_OK) return status;
  if (own == 0 || !enti_key_is_valid(key, length)) return ENT_ERR_DAMAGE;
  status = enti_vocab_intern(l->index->vocab, key, length, out);
  if (status == ENT_OK) l->map->at[type] = *out;
  return status;
}

static ent_status cover_map(loader *l) {
  if (l->map->count == l->segment->footer.types) return ENT_OK;
  ent_status status = enti_array_reserve(&l->segment->alloc, l->map, l->segment->footer.types - l->map->count);
  if (status != ENT_OK) return status;
  while (l->map->count < l->segment->footer.types) l->map->at[l->map->count++] = ENT_NONE;
  return ENT_OK;
}

static ent_status load_block(loader *l, const enti_token_block *block) {
  ent_index *index = l->index;
  enti_bytes *texts = &index->texts;
  ent_status status = enti_array_reserve(&index->alloc, &index->tokens, block->count);
  uint32_t edited = 0;
  for (uint32_t i = 0; i < block->count && status == ENT_OK; i++) {
    const enti_gap_form *gap = &block->gaps[i];
    enti_token token = {.gap = gap->kind & 3, .inside = (gap->kind & ENTI_GAP_INSIDE) != 0};
    status = map_type(l, block->types[i], &token.type);
    if (status != ENT_OK) return status;
    size_t length;
    const char *bytes = ent_vocab_bytes(index->vocab, token.type, &length);
    if (edited < block->edited_count && block->edited[edited].token == i) {
      bytes = block->edited[edited].bytes;
      length = block->edited[edited++].length;
    }
    size_t at = texts->count - l->document.text;
    if (gap->length + (uint64_t)length > l->document.length - at || length == 0) return ENT_ERR_DAMAGE;
    token.begin = (uint32_t)(at + gap->length);
    token.end = (uint32_t)(at + gap->length + length);
    status = enti_bytes_add(&index->alloc, texts, gap->bytes, gap->length);
    if (status == ENT_OK) status = enti_bytes_add(&index->alloc, texts, bytes, length);
    if (status == ENT_OK) index->tokens.at[index->tokens.count++] = token;
  }
  return status;
}

/* Whether [begin, end) parts no character of the text, which is valid. */
static bool is_clean(const loader *l, size_t begin, size_t end) {
  size_t text = l->document.text, length = l->document.length;
  return (begin == length || ((unsigned char)l->index->texts.at[text + begin] & 0xC0) != 0x80) &&
         (end == length || ((unsigned char)l->index->texts.at[text + end] & 0xC0) != 0x80);
}

static ent_status check(const loader *l) {
  const ent_index *index = l->index;
  const enti_document *d = &l->document;
  if (d->length && ent_utf8_valid(index->texts.at + d->text, d->length) != d->length) return ENT_ERR_DAMAGE;
  for (size_t i = d->tokens.begin; i < index->tokens.count; i++)
    if (!is_clean(l, index->tokens.at[i].begin, index->tokens.at[i].end)) return ENT_ERR_DAMAGE;
  for (int unit = 0; unit < ENTI_UNITS; unit++)
    for (size_t i = 0; i < d->parts[unit].count; i++) {
      const ent_part *part = &index->parts[unit].at[d->parts[unit].begin + i];
      if (!is_clean(l, part->begin, part->end) || !is_clean(l, part->heading_begin, part->heading_end)) return ENT_ERR_DAMAGE;
    }
  for (size_t i = 0; i < d->edits.count; i++) {
    const ent_edit *edit = &index->edits.at[d->edits.begin + i];
    if (!is_clean(l, edit->begin, edit->end)) return ENT_ERR_DAMAGE;
  }
  for (size_t i = 0; i < d->spans.count; i++) {
    const ent_span *span = &index->spans.at[d->spans.begin + i];
    if (!is_clean(l, span->begin, span->end)) return ENT_ERR_DAMAGE;
  }
  return enti_view_still(l->segment->view);
}

static ent_status load(loader *l, uint32_t document) {
  enti_block_cursor blocks;
  enti_token_block block;
  ent_index *index = l->index;
  ent_status status = enti_segment_blocks(l->segment, document, &blocks);
  if (status != ENT_OK) return status;
  l->document.length = blocks.record.length;
  if (status == ENT_OK) status = enti_array_reserve(&index->alloc, &index->texts, blocks.record.length);
  if (status == ENT_OK) status = enti_array_reserve(&index->alloc, &index->documents, 1);
  for (uint32_t b = 0; b < blocks.count && status == ENT_OK; b++) {
    const unsigned char *at, *end;
    uint32_t tokens, text;
    status = enti_block_bytes(&blocks, b, &at, &end, &tokens, &text);
    if (status == ENT_OK && (text != index->texts.count - l->document.text ||
                             !enti_token_block_read(&block, tokens, &l->segment->gaps, at, end)))
      status = ENT_ERR_DAMAGE;
    if (status == ENT_OK) status = load_block(l, &block);
  }
  const char *tail;
  uint32_t length;
  if (status == ENT_OK) status = enti_segment_tail(l->segment, &blocks.record, &tail, &length);
  if (status == ENT_OK && length != l->document.length - (index->texts.count - l->document.text)) status = ENT_ERR_DAMAGE;
  if (status == ENT_OK) status = enti_bytes_add(&index->alloc, &index->texts, tail, length);
  l->document.tokens.count = index->tokens.count - l->document.tokens.begin;
  const unsigned char *parts = l->segment->view->at + blocks.record.parts;
  if (status == ENT_OK) status = enti_parts_read(index, &l->document, parts, parts + blocks.record.parts_length);
  return status == ENT_OK ? check(l) : status;
}

ent_status enti_segment_load(const enti_segment *segment, uint32_t document, ent_index *index, enti_type_map *map,
                             uint32_t *number, ent_error *err) {
  loader l = {segment, index, map, {.text = index->texts.count, .tokens = {index->tokens.count, 0}}};
  size_t parts[ENTI_UNITS], edits = index->edits.count, spans = index->spans.count;
  for (int unit = 0; unit < ENTI_UNITS; unit++) parts[unit] = index->parts[unit].count;
  ent_status status = index->documents.count < ENT_NONE ? cover_map(&l) : ENT_ERR_LIMIT;
  if (status == ENT_OK) status = load(&l, document);
  if (status != ENT_OK) { /* as it was */
    index->texts.count = l.document.text;
    index->tokens.count = l.document.tokens.begin;
    index->edits.count = edits;
    index->spans.count = spans;
    for (int unit = 0; unit < ENTI_UNITS; unit++) index->parts[unit].count = parts[unit];
    return enti_fail(err, status, 0, "%s while a document was loaded", ent_status_text(status));
  }
  *number = (uint32_t)index->documents.count;
  index->documents.at[index->documents.count++] = l.document;
  return ENT_OK;
}
