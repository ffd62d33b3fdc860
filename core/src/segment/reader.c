/* segment/reader: opened by its footer, read in place.
 *
 * Invariant: after enti_segment_open every section lies inside the view, has the size that the footer's counts ask
 * for, and ENTI_SLACK bytes behind its end can be read. */
#include "base/string.h"
#include "segment/parts.h"
#include "segment/reader.h"

/* ---- opening ---- */

static bool read_footer(enti_footer *f, const unsigned char *at) {
  const unsigned char *from = at;
  for (int i = 0; i < ENTI_SECTIONS; i++, from += 16) {
    f->sections[i].offset = enti_get64(from);
    f->sections[i].length = enti_get64(from + 8);
  }
  f->tokens = enti_get64(from);
  f->bytes = enti_get64(from + 8);
  f->documents = enti_get32(from + 16);
  f->types = enti_get32(from + 20);
  f->terms = enti_get32(from + 24);
  return memcmp(at + ENTI_FOOTER_SIZE - 8, ENTI_SEGMENT_MAGIC, 8) == 0;
}

static bool check_footer(const enti_footer *f, uint64_t end) {
  uint64_t at = 8, types = f->types, slots = f->sections[ENTI_SECTION_SLOTS].length / 4;
  for (int i = 0; i < ENTI_SECTIONS; i++) {
    if (f->sections[i].offset < at || f->sections[i].offset > end || f->sections[i].length > end - f->sections[i].offset)
      return false;
    at = f->sections[i].offset + f->sections[i].length;
  }
  return f->documents < ENT_NONE && types < ENT_NONE && f->terms <= types && slots >= 8 && slots > types &&
         (slots & (slots - 1)) == 0 && f->sections[ENTI_SECTION_SLOTS].length % 4 == 0 &&
         f->sections[ENTI_SECTION_TERMS].length == ((uint64_t)f->terms + 1) * ENTI_TERM_SIZE &&
         f->sections[ENTI_SECTION_TYPE_OFFSETS].length == (types + 1) * 5 &&
         f->sections[ENTI_SECTION_TYPE_COUNTS].length == types * 5 && f->sections[ENTI_SECTION_TYPE_TERMS].length == types * 4 &&
         f->sections[ENTI_SECTION_BARE].length % 8 == 0 && f->sections[ENTI_SECTION_HANS].length % 8 == 0 &&
         f->sections[ENTI_SECTION_RECORDS].length == (uint64_t)f->documents * ENTI_RECORD_SIZE;
}

ent_status enti_segment_open(const ent_alloc *alloc, enti_view *view, enti_segment **out, ent_error *err) {
  alloc = enti_alloc_or_default(alloc);
  enti_segment *s = enti_new(alloc, sizeof *s);
  if (!s) return enti_fail(err, ENT_ERR_MEMORY, 0, "out of memory for a segment");
  s->alloc = *alloc;
  s->view = view;
  ent_status status = view->length < ENTI_FOOTER_SIZE + 8 ? ENT_ERR_DAMAGE : ENT_OK;
  uint64_t end = view->length - ENTI_FOOTER_SIZE;
  if (status == ENT_OK) status = enti_view_touch(view, end, ENTI_FOOTER_SIZE);
  if (status == ENT_OK && !(read_footer(&s->footer, view->at + end) && check_footer(&s->footer, end))) status = ENT_ERR_DAMAGE;
  if (status == ENT_OK) {
    uint64_t offset = s->footer.sections[ENTI_SECTION_GAPS].offset, length = s->footer.sections[ENTI_SECTION_GAPS].length;
    status = enti_view_touch(view, offset, length);
    if (status == ENT_OK && !enti_gap_table_read(&s->gaps, view->at + offset, view->at + offset + length)) status = ENT_ERR_DAMAGE;
  }
  if (status == ENT_OK) status = enti_view_still(view);
  if (status != ENT_OK) {
    enti_segment_free(s);
    return enti_fail(err, status, 0, "a segment's footer is not as it was written");
  }
  *out = s;
  return ENT_OK;
}

void enti_segment_free(enti_segment *segment) {
  if (!segment) return;
  ent_alloc alloc = segment->alloc;
  enti_free(&alloc, segment, sizeof *segment);
}

uint32_t enti_segment_documents(const enti_segment *s) { return s->footer.documents; }

ent_totals enti_segment_totals(const enti_segment *s) {
  return (ent_totals){s->footer.documents, s->footer.tokens, s->footer.bytes};
}

/* ---- documents ---- */

ent_status enti_segment_record(const enti_segment *s, uint32_t document, enti_record *out) {
  uint64_t place = (uint64_t)document * ENTI_RECORD_SIZE, all = s->footer.sections[ENTI_SECTION_DOCUMENTS].length;
  ent_status status = enti_segment_touch(s, ENTI_SECTION_RECORDS, place, ENTI_RECORD_SIZE);
  if (status != ENT_OK) return status;
  const unsigned char *at = enti_segment_at(s, ENTI_SECTION_RECORDS) + place;
  uint64_t offset = enti_get64(at);
  out->tokens = enti_get32(at + 8);
  out->length = enti_get32(at + 12);
  out->stream = enti_get32(at + 16);
  out->id_length = enti_get32(at + 20);
  out->parts_length = enti_get32(at + 24);
  uint64_t blocks = ((uint64_t)out->tokens + ENTI_TOKENS_A_BLOCK - 1) / ENTI_TOKENS_A_BLOCK;
  if (offset > all || (uint64_t)out->id_length + out->parts_length + out->stream > all - offset) return ENT_ERR_DAMAGE;
  if (out->length > INT32_MAX || out->tokens > out->length || blocks * 8 > out->stream) return ENT_ERR_DAMAGE;
  out->id = s->footer.sections[ENTI_SECTION_DOCUMENTS].offset + offset;
  out->parts = out->id + out->id_length;
  out->table = out->parts + out->parts_length;
  return ENT_OK;
}

ent_status enti_segment_document(const enti_segment *s, uint32_t document, ent_document_view *out) {
  enti_record record;
  ent_status status = enti_segment_record(s, document, &record);
  if (status == ENT_OK) status = enti_view_touch(s->view, record.id, record.id_length);
  if (status != ENT_OK) return status;
  out->id = (const char *)s->view->at + record.id;
  out->id_length = record.id_length;
  out->tokens = record.tokens;
  out->length = record.length;
  memcpy(out->hash, enti_segment_at(s, ENTI_SECTION_RECORDS) + (uint64_t)document * ENTI_RECORD_SIZE + 32, 16);
  return enti_view_still(s->view);
}

ent_status enti_segment_find(const enti_segment *s, const char *id, size_t length, uint32_t *document) {
  uint32_t low = 0, high = s->footer.documents;
  ent_document_view view;
  *document = ENT_NONE;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    ent_status status = enti_segment_document(s, middle, &view);
    if (status != ENT_OK) return status;
    int order = enti_compare_bytes(view.id, view.id_length, id, length);
    if (order == 0) *document = middle;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return ENT_OK;
}

/* ---- text ---- */

ent_status enti_segment_blocks(const enti_segment *s, uint32_t document, enti_block_cursor *out) {
  ent_status status = enti_segment_record(s, document, &out->record);
  if (status != ENT_OK) return status;
  out->segment = s;
  out->count = (uint32_t)(((uint64_t)out->record.tokens + ENTI_TOKENS_A_BLOCK - 1) / ENTI_TOKENS_A_BLOCK);
  return enti_view_touch(s->view, out->record.table, (uint64_t)out->count * 8);
}

ent_status enti_block_bytes(const enti_block_cursor *b, uint32_t number, const unsigned char **at, const unsigned char **end,
                            uint32_t *tokens, uint32_t *text) {
  const unsigned char *entry = b->segment->view->at + b->record.table + (uint64_t)number * 8;
  uint32_t from = enti_get32(entry + 4), to = number + 1 < b->count ? enti_get32(entry + 12) : b->record.stream;
  *text = enti_get32(entry);
  if (from > to || to > b->record.stream || *text > b->record.length) return ENT_ERR_DAMAGE;
  ent_status status = enti_view_touch(b->segment->view, b->record.table + from, (uint64_t)(to - from) + ENTI_SLACK);
  *at = b->segment->view->at + b->record.table + from;
  *end = *at + (to - from);
  *tokens = number + 1 < b->count ? ENTI_TOKENS_A_BLOCK : b->record.tokens - number * ENTI_TOKENS_A_BLOCK;
  return status;
}

ent_status enti_segment_tail(const enti_segment *s, const enti_record *record, const char **bytes, uint32_t *length) {
  enti_tail tail;
  ent_status status = enti_view_touch(s->view, record->parts, record->parts_length);
  if (status != ENT_OK) return status;
  const unsigned char *at = s->view->at + record->parts;
  if (!enti_parts_tail(at, at + record->parts_length, &tail)) return ENT_ERR_DAMAGE;
  *bytes = tail.bytes;
  *length = tail.length;
  return ENT_OK;
}

/* A stretch of a text, as it is put together: what lies in [begin, end) of it is copied. */
typedef struct stretch {
  char *to;
  size_t begin, end, at;
} stretch;

static void put(stretch *t, const char *bytes, size_t length) {
  size_t from = t->at, stop = t->at + length;
  t->at = stop;
  if (stop <= t->begin || from >= t->end) return;
  if (from < t->begin) {
    bytes += t->begin - from;
    from = t->begin;
  }
  if (stop > t->end) stop = t->end;
  memcpy(t->to + (from - t->begin), bytes, stop - from);
}

static ent_status put_block(const enti_segment *s, const enti_token_block *block, stretch *t) {
  uint32_t edited = 0;
  for (uint32_t i = 0; i < block->count; i++) {
    const char *bytes;
    size_t length;
    put(t, block->gaps[i].bytes, block->gaps[i].length);
    if (edited < block->edited_count && block->edited[edited].token == i) {
      put(t, block->edited[edited].bytes, block->edited[edited].length);
      edited++;
      continue;
    }
    ent_status status = enti_segment_type(s, block->types[i], &bytes, &length);
    if (status != ENT_OK) return status;
    put(t, bytes, length);
  }
  return ENT_OK;
}

/* The first block whose text can reach behind `begin`. */
static uint32_t block_at(const enti_block_cursor *b, size_t begin) {
  uint32_t low = 0, high = b->count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (enti_get32(b->segment->view->at + b->record.table + (uint64_t)middle * 8) <= begin) low = middle + 1;
    else high = middle;
  }
  return low ? low - 1 : 0;
}

/* Every block must begin where the one before it ended, and the tail end where the text does. */
static ent_status put_text(const enti_block_cursor *b, stretch *t) {
  enti_token_block block;
  uint32_t number = block_at(b, t->begin), text = 0, tokens;
  ent_status status = ENT_OK;
  for (bool first = true; number < b->count && status == ENT_OK && (first || t->at < t->end); number++, first = false) {
    const unsigned char *at, *end;
    status = enti_block_bytes(b, number, &at, &end, &tokens, &text);
    if (status == ENT_OK && first) t->at = text;
    if (status == ENT_OK && t->at != text) status = ENT_ERR_DAMAGE;
    if (status == ENT_OK && !enti_token_block_read(&block, tokens, &b->segment->gaps, at, end)) status = ENT_ERR_DAMAGE;
    if (status == ENT_OK) status = put_block(b->segment, &block, t);
  }
  if (status != ENT_OK || (number < b->count && t->at >= t->end)) return status;
  const char *tail;
  uint32_t length;
  status = enti_segment_tail(b->segment, &b->record, &tail, &length);
  if (status == ENT_OK) put(t, tail, length);
  return status == ENT_OK && t->at != b->record.length ? ENT_ERR_DAMAGE : status;
}

ent_status enti_segment_text(const enti_segment *s, const ent_alloc *alloc, uint32_t document, size_t begin, size_t end,
                             ent_string **out) {
  enti_block_cursor blocks;
  ent_string *string = NULL;
  ent_status status = enti_segment_blocks(s, document, &blocks);
  if (status != ENT_OK) return status;
  if (end > blocks.record.length) end = blocks.record.length;
  if (begin > end) begin = end;
  status = enti_string_new(alloc, NULL, end - begin, &string);
  if (status != ENT_OK) return status;
  memset(string->bytes, 0, end - begin);
  stretch t = {string->bytes, begin, end, 0};
  status = put_text(&blocks, &t);
  if (status == ENT_OK) status = enti_view_still(s->view);
  if (status == ENT_OK) *out = string;
  else ent_string_free(string);
  return status;
}
