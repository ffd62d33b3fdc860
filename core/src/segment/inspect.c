/* segment/inspect: is all of a segment as it was meant?
 *
 * Whatever has one form in bytes is read, written again and compared: a document's tokens and parts, a term's postings,
 * the columns. What is told twice is compared: the documents' tokens and the postings by a sum of hashes a term, the
 * counts, the totals. What types are on the layers is found again, for a merge relies on it. So memory grows with the
 * vocabulary and the longest document, not with the tokens. A document's hash is taken as it stands. */
#include "segment/inspect.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "segment/parts.h"

void enti_inspect_fault(enti_inspector *i, const char *format, ...) {
  char line[200];
  va_list args;
  va_start(args, format);
  (void)vsnprintf(line, sizeof line, format, args);
  va_end(args);
  i->faulty = true;
  if (i->report) i->report(i->user, line);
}

ent_status enti_inspect_note(enti_inspector *i, ent_status status, const char *thing, uint64_t number) {
  if (status != ENT_ERR_DAMAGE) return status;
  enti_inspect_fault(i, "%s %" PRIu64 " cannot be read", thing, number);
  return ENT_OK;
}

/* ---- layout ---- */

/* Whether [begin, end) is a few zeros. */
static ent_status check_zeros(enti_inspector *i, uint64_t begin, uint64_t end) {
  enti_view *view = i->segment->view;
  if (begin > end || end - begin > 7) {
    enti_inspect_fault(i, "a section does not begin where the one before it ends, at byte %" PRIu64, begin);
    return ENT_OK;
  }
  ent_status status = enti_view_touch(view, begin, end - begin);
  for (uint64_t at = begin; at < end && status == ENT_OK; at++)
    if (view->at[at] != 0) enti_inspect_fault(i, "byte %" PRIu64 ", between two sections, is not 0", at);
  return enti_inspect_note(i, status, "byte", begin);
}

static ent_status check_layout(enti_inspector *i) {
  enti_view *view = i->segment->view;
  const enti_footer *f = &i->segment->footer;
  uint64_t at = 8, footer = view->length - ENTI_FOOTER_SIZE;
  ent_status status = enti_view_touch(view, 0, 8);
  if (status == ENT_OK && memcmp(view->at, ENTI_SEGMENT_MAGIC, 8) != 0) enti_inspect_fault(i, "the beginning is not a segment's");
  if (status == ENT_OK && enti_get32(view->at + footer + ENTI_FOOTER_SIZE - 12) != 0) enti_inspect_fault(i, "the footer's spare bytes are not 0");
  status = enti_inspect_note(i, status, "byte", 0);
  for (int section = 0; section < ENTI_SECTIONS && status == ENT_OK; section++) {
    if (f->sections[section].offset % 8 != 0) enti_inspect_fault(i, "section %d is not aligned", section);
    status = check_zeros(i, at, f->sections[section].offset);
    at = f->sections[section].offset + f->sections[section].length;
  }
  return status == ENT_OK ? check_zeros(i, at, footer) : status;
}

/* ---- documents ---- */

typedef struct reading { /* documents, one after the other */
  ent_vocab *vocab;
  ent_index *index;
  enti_type_map map;
  enti_bytes scratch;
  ent_document_view before;
  uint64_t next; /* where the next document begins */
  uint64_t tokens, bytes;
  /* one document */
  ENTI_ARRAY(uint32_t) types, texts;
  ENTI_ARRAY(uint8_t) codes;
  ENTI_ARRAY(enti_gap_form) literals;
  ENTI_ARRAY(enti_edited) edited;
} reading;

static void close_index(enti_inspector *i, reading *r) {
  ent_index_free(r->index);
  ent_vocab_free(r->vocab);
  enti_array_free(i->alloc, &r->map);
  r->index = NULL;
  r->vocab = NULL;
}

static void close_reading(enti_inspector *i, reading *r) {
  close_index(i, r);
  enti_array_free(i->alloc, &r->scratch);
  enti_array_free(i->alloc, &r->types);
  enti_array_free(i->alloc, &r->texts);
  enti_array_free(i->alloc, &r->codes);
  enti_array_free(i->alloc, &r->literals);
  enti_array_free(i->alloc, &r->edited);
}

enum { MANY = 1 << 16 }; /* types that make a vocabulary large */

ent_status enti_inspect_vocab(enti_inspector *i, ent_vocab **vocab) {
  if (*vocab && ent_vocab_count(*vocab) > MANY) {
    ent_vocab_free(*vocab);
    *vocab = NULL;
  }
  return *vocab ? ENT_OK : ent_vocab_new(i->alloc, vocab);
}

/* An empty index; with a new vocabulary when the old one has grown large. */
static ent_status open_index(enti_inspector *i, reading *r) {
  if (r->vocab && ent_vocab_count(r->vocab) > MANY) close_index(i, r);
  if (r->index) ent_index_clear(r->index);
  if (r->index) return ENT_OK;
  ent_status status = r->vocab ? ENT_OK : ent_vocab_new(i->alloc, &r->vocab);
  return status == ENT_OK ? ent_index_new(r->vocab, &r->index) : status;
}

static void check_id(enti_inspector *i, reading *r, uint32_t document, const ent_document_view *view) {
  enum { MOST = 4095 };
  if (view->id_length == 0 || view->id_length > MOST || ent_utf8_valid(view->id, view->id_length) != view->id_length ||
      memchr(view->id, '\0', view->id_length))
    enti_inspect_fault(i, "document %" PRIu32 ": its id is none", document);
  if (document > 0 && enti_inspect_compare(r->before.id, r->before.id_length, view->id, view->id_length) >= 0)
    enti_inspect_fault(i, "document %" PRIu32 ": its id is not behind the one before it", document);
  r->before = *view;
}

static ent_status take_block(enti_inspector *i, reading *r, uint32_t document, const enti_token_block *block) {
  uint32_t first = (uint32_t)r->types.count;
  ent_status status = enti_array_reserve(i->alloc, &r->types, block->count);
  if (status == ENT_OK) status = enti_array_reserve(i->alloc, &r->codes, block->count);
  if (status == ENT_OK) status = enti_array_reserve(i->alloc, &r->literals, block->count);
  if (status == ENT_OK) status = enti_array_reserve(i->alloc, &r->edited, block->edited_count);
  for (uint32_t k = 0; k < block->count && status == ENT_OK; k++) {
    uint32_t type = block->types[k];
    if (type >= i->counts.count) return ENT_ERR_DAMAGE;
    uint32_t term = i->terms.at[type];
    i->counts.at[type]++;
    i->gap_counts[block->codes[k]]++;
    if (term < i->sums.count) i->sums.at[term] += enti_inspect_place(document, first + k);
    r->types.at[r->types.count++] = type;
    r->codes.at[r->codes.count++] = block->codes[k];
    if (block->codes[k] == ENTI_GAP_LITERAL) r->literals.at[r->literals.count++] = block->gaps[k];
  }
  for (uint32_t k = 0; k < block->edited_count && status == ENT_OK; k++) {
    enti_edited edited = block->edited[k];
    edited.token += first;
    r->edited.at[r->edited.count++] = edited;
  }
  return status;
}

/* Reads the tokens and writes them again. */
static ent_status check_tokens(enti_inspector *i, reading *r, uint32_t document) {
  enti_block_cursor blocks;
  enti_token_block block;
  r->types.count = r->texts.count = r->codes.count = r->literals.count = r->edited.count = r->scratch.count = 0;
  ent_status status = enti_segment_blocks(i->segment, document, &blocks);
  if (status == ENT_OK) status = enti_array_reserve(i->alloc, &r->texts, blocks.count);
  for (uint32_t b = 0; status == ENT_OK && b < blocks.count; b++) {
    const unsigned char *at, *end;
    uint32_t tokens;
    status = enti_block_bytes(&blocks, b, &at, &end, &tokens, &r->texts.at[r->texts.count++]);
    if (status == ENT_OK && !enti_token_block_read(&block, tokens, &i->segment->gaps, at, end)) status = ENT_ERR_DAMAGE;
    if (status == ENT_OK) status = take_block(i, r, document, &block);
  }
  if (status != ENT_OK) return status;
  enti_plain plain = {r->types.at, r->codes.at, (uint32_t)r->types.count, r->literals.at, r->literals.count,
                      r->edited.at, r->edited.count, r->texts.at};
  status = enti_tokens_write(i->alloc, &plain, &r->scratch);
  if (status == ENT_OK) status = enti_view_touch(i->segment->view, blocks.record.table, blocks.record.stream);
  if (status != ENT_OK) return status;
  if (r->scratch.count != blocks.record.stream ||
      (r->scratch.count && memcmp(r->scratch.at, i->segment->view->at + blocks.record.table, r->scratch.count) != 0))
    enti_inspect_fault(i, "document %" PRIu32 ": its tokens are not as they are written", document);
  return ENT_OK;
}

/* Puts the document together, which checks its text, and writes its parts again. */
static ent_status check_parts(enti_inspector *i, reading *r, uint32_t document, const enti_record *record) {
  uint32_t number;
  ent_status status = open_index(i, r);
  if (status == ENT_OK) status = enti_segment_load(i->segment, document, r->index, &r->map, &number, NULL);
  r->scratch.count = 0;
  if (status == ENT_OK) status = enti_parts_write(r->index, number, i->alloc, &r->scratch);
  if (status != ENT_OK) return status;
  if (r->scratch.count != record->parts_length || memcmp(r->scratch.at, i->segment->view->at + record->parts, r->scratch.count) != 0)
    enti_inspect_fault(i, "document %" PRIu32 ": its parts are not as they are written", document);
  return ENT_OK;
}

static ent_status check_document(enti_inspector *i, reading *r, uint32_t document) {
  const enti_segment *s = i->segment;
  enti_record record;
  ent_document_view view;
  ent_status status = enti_segment_record(s, document, &record);
  if (status == ENT_OK) status = enti_segment_document(s, document, &view);
  if (status != ENT_OK) return enti_inspect_note(i, status, "the record of document", document);
  if (record.id != r->next) enti_inspect_fault(i, "document %" PRIu32 ": does not begin where the one before it ends", document);
  if (enti_get32(enti_segment_at(s, ENTI_SECTION_RECORDS) + (uint64_t)document * ENTI_RECORD_SIZE + 28) != 0)
    enti_inspect_fault(i, "document %" PRIu32 ": the spare bytes of its record are not 0", document);
  r->next = record.table + record.stream;
  r->tokens += record.tokens;
  r->bytes += record.length;
  check_id(i, r, document, &view);
  status = enti_inspect_note(i, check_tokens(i, r, document), "the tokens of document", document);
  return status == ENT_OK ? enti_inspect_note(i, check_parts(i, r, document, &record), "the text of document", document) : status;
}

static ent_status check_documents(enti_inspector *i) {
  const enti_footer *f = &i->segment->footer;
  reading r = {.next = f->sections[ENTI_SECTION_DOCUMENTS].offset};
  ent_status status = ENT_OK;
  for (uint32_t document = 0; document < f->documents && status == ENT_OK; document++) status = check_document(i, &r, document);
  close_reading(i, &r);
  if (status != ENT_OK) return status;
  if (r.next != f->sections[ENTI_SECTION_DOCUMENTS].offset + f->sections[ENTI_SECTION_DOCUMENTS].length)
    enti_inspect_fault(i, "behind the last document stand bytes of none");
  if (r.tokens != f->tokens || r.bytes != f->bytes)
    enti_inspect_fault(i, "the footer tells of %" PRIu64 " tokens and %" PRIu64 " bytes of text, the documents of %" PRIu64 " and %" PRIu64,
                       f->tokens, f->bytes, r.tokens, r.bytes);
  return ENT_OK;
}

/* The gaps of the table: the frequent ones, by falling count, each once. */
static void check_gaps(enti_inspector *i) {
  const enti_gap_table *gaps = &i->segment->gaps;
  for (size_t g = 0; g < gaps->count; g++) {
    const enti_gap_form *gap = &gaps->at[g];
    if (gap->length > ENTI_GAP_LONGEST || i->gap_counts[g] == 0 || (g > 0 && i->gap_counts[g] > i->gap_counts[g - 1]))
      enti_inspect_fault(i, "gap %zu does not belong there", g);
    for (size_t k = 0; k < g; k++)
      if (gaps->at[k].kind == gap->kind && gaps->at[k].length == gap->length && memcmp(gaps->at[k].bytes, gap->bytes, gap->length) == 0)
        enti_inspect_fault(i, "gap %zu is gap %zu again", g, k);
  }
}

/* ---- columns ---- */

static ent_status value_of(void *user, const char *name, size_t length, uint32_t document, const char **value, size_t *size) {
  return enti_segment_field(((const enti_inspector *)user)->segment, document, name, length, value, size);
}

static bool is_name(const char *name, size_t length) {
  enum { MOST = 255 };
  for (size_t i = 0; i < length; i++)
    if ((unsigned char)name[i] < ' ') return false;
  return length > 0 && length <= MOST && ent_utf8_valid(name, length) == length;
}

static ent_status check_column(enti_inspector *i, size_t column, ent_vocab *names) {
  const char *name;
  size_t length;
  uint32_t count = 0, type;
  ent_value value;
  ent_status status = enti_segment_column_name(i->segment, column, &name, &length);
  if (status == ENT_OK && !is_name(name, length)) enti_inspect_fault(i, "column %zu: its name is none", column);
  if (status == ENT_OK) status = enti_vocab_intern(names, name, length, &type);
  if (status == ENT_OK) status = enti_segment_column_values(i->segment, column, &count);
  if (status == ENT_OK && count == 0) enti_inspect_fault(i, "column %zu: it has no value", column);
  for (uint32_t code = 1; code <= count && status == ENT_OK; code++) {
    status = enti_segment_column_value(i->segment, column, code, &value);
    if (status != ENT_OK) break;
    bool text = value.kind == ENT_VALUE_TEXT || value.kind == ENT_VALUE_LIST;
    if ((text && value.length && ent_utf8_valid(value.text, value.length) != value.length) || value.number != value.number)
      enti_inspect_fault(i, "column %zu: value %" PRIu32 " is none", column, code);
  }
  return status;
}

static ent_status check_columns(enti_inspector *i) {
  const enti_segment *s = i->segment;
  uint64_t length = s->footer.sections[ENTI_SECTION_COLUMNS].length;
  enti_bytes again = {0};
  ent_vocab *names = NULL;
  size_t count;
  bool readable = true;
  ent_status status = enti_segment_columns(s, &count);
  if (status != ENT_OK) return enti_inspect_note(i, status, "the columns, of section", ENTI_SECTION_COLUMNS);
  status = ent_vocab_new(i->alloc, &names);
  for (size_t c = 0; c < count && status == ENT_OK; c++) {
    status = check_column(i, c, names);
    readable = readable && status == ENT_OK;
    status = enti_inspect_note(i, status, "column", c);
  }
  if (status == ENT_OK && readable) {
    status = enti_columns_write(i->alloc, names, s->footer.documents, value_of, i, &again);
    if (status == ENT_OK) status = enti_segment_touch(s, ENTI_SECTION_COLUMNS, 0, length);
    if (status == ENT_OK && (again.count != length || memcmp(again.at, enti_segment_at(s, ENTI_SECTION_COLUMNS), again.count) != 0))
      enti_inspect_fault(i, "the columns are not as they are written");
    status = enti_inspect_note(i, status, "the columns, of section", ENTI_SECTION_COLUMNS);
  }
  ent_vocab_free(names);
  enti_array_free(i->alloc, &again);
  return status;
}

/* ---- the door ---- */

static ent_status open_tables(enti_inspector *i) {
  uint32_t types = i->segment->footer.types, terms = i->segment->footer.terms;
  ent_status status = enti_array_reserve(i->alloc, &i->terms, types);
  if (status == ENT_OK) status = enti_array_reserve(i->alloc, &i->counts, types);
  if (status == ENT_OK) status = enti_array_reserve(i->alloc, &i->sums, terms);
  if (status != ENT_OK) return status;
  for (; i->terms.count < types; i->terms.count++) i->terms.at[i->terms.count] = ENT_NONE;
  for (; i->counts.count < types; i->counts.count++) i->counts.at[i->counts.count] = 0;
  for (; i->sums.count < terms; i->sums.count++) i->sums.at[i->sums.count] = 0;
  return ENT_OK;
}

ent_status enti_segment_verify(const enti_segment *segment, void (*report)(void *user, const char *line), void *user) {
  enti_inspector i = {.segment = segment, .alloc = &segment->alloc, .report = report, .user = user};
  ent_status status = open_tables(&i);
  if (status == ENT_OK) status = check_layout(&i);
  if (status == ENT_OK) status = enti_inspect_types(&i);
  if (status == ENT_OK) status = check_documents(&i);
  if (status == ENT_OK) status = enti_inspect_counts(&i);
  if (status == ENT_OK) status = enti_inspect_terms(&i);
  if (status == ENT_OK) status = check_columns(&i);
  if (status == ENT_OK) check_gaps(&i);
  if (status == ENT_OK && enti_view_still(segment->view) != ENT_OK) enti_inspect_fault(&i, "the file was cut off while it was read");
  ent_vocab_free(i.vocab);
  enti_array_free(i.alloc, &i.terms);
  enti_array_free(i.alloc, &i.counts);
  enti_array_free(i.alloc, &i.sums);
  return status == ENT_OK && i.faulty ? ENT_ERR_DAMAGE : status;
}
