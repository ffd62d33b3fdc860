/* segment/emit: sections are aligned to 8 bytes; the footer stands last and names them all.
 *
 * The bytes depend on nothing but what is written: no time, no address, no order of threads. */
#include "segment/emit.h"

ent_status enti_section_begin(enti_sink *sink, enti_footer *footer, int section) {
  static const char zeros[8] = {0};
  ent_status status = enti_sink_write(sink, zeros, (size_t)(-sink->at & 7));
  footer->sections[section].offset = sink->at;
  return status;
}

ent_status enti_section_end(enti_sink *sink, enti_footer *footer, int section) {
  footer->sections[section].length = sink->at - footer->sections[section].offset;
  return ENT_OK;
}

ent_status enti_emit_begin(enti_emitter *e, const ent_alloc *alloc, enti_sink *sink) {
  memset(e, 0, sizeof *e);
  e->alloc = alloc;
  e->sink = sink;
  ent_status status = enti_sink_write(sink, ENTI_SEGMENT_MAGIC, 8);
  return status == ENT_OK ? enti_section_begin(sink, &e->footer, ENTI_SECTION_DOCUMENTS) : status;
}

void enti_emit_free(enti_emitter *e) {
  if (!e->alloc) return;
  enti_array_free(e->alloc, &e->records);
  enti_array_free(e->alloc, &e->terms);
  enti_array_free(e->alloc, &e->scratch);
}

ent_status enti_emit_document(enti_emitter *e, const enti_document_bytes *d, const enti_plain *plain) {
  unsigned char record[ENTI_RECORD_SIZE], *at;
  uint64_t offset = e->sink->at - e->footer.sections[ENTI_SECTION_DOCUMENTS].offset;
  if (d->id_length > UINT32_MAX || d->parts_length > UINT32_MAX || e->footer.documents == ENT_NONE - 1) return ENT_ERR_LIMIT;
  e->scratch.count = 0;
  ent_status status = enti_tokens_write(e->alloc, plain, &e->scratch);
  if (status == ENT_OK && e->scratch.count > UINT32_MAX) status = ENT_ERR_LIMIT;
  if (status == ENT_OK) status = enti_sink_write(e->sink, d->id, d->id_length);
  if (status == ENT_OK) status = enti_sink_write(e->sink, d->parts, d->parts_length);
  if (status == ENT_OK) status = enti_sink_write(e->sink, e->scratch.at, e->scratch.count);
  if (status != ENT_OK) return status;
  at = enti_put32(enti_put32(enti_put64(record, offset), plain->count), d->length);
  at = enti_put32(enti_put32(at, (uint32_t)e->scratch.count), (uint32_t)d->id_length);
  at = enti_put32(enti_put32(at, (uint32_t)d->parts_length), 0);
  memcpy(at, d->hash, 16);
  e->footer.documents++;
  e->footer.tokens += plain->count;
  e->footer.bytes += d->length;
  return enti_bytes_add(e->alloc, &e->records, record, sizeof record);
}

ent_status enti_emit_postings_begin(enti_emitter *e) {
  ent_status status = enti_section_end(e->sink, &e->footer, ENTI_SECTION_DOCUMENTS);
  return status == ENT_OK ? enti_section_begin(e->sink, &e->footer, ENTI_SECTION_POSTINGS) : status;
}

static ent_status add_term(enti_emitter *e, uint64_t tokens, uint32_t documents, uint32_t type) {
  unsigned char made[ENTI_TERM_SIZE];
  uint64_t offset = e->sink->at - e->footer.sections[ENTI_SECTION_POSTINGS].offset;
  (void)enti_put32(enti_put32(enti_put64(enti_put64(made, offset), tokens), documents), type);
  return enti_bytes_add(e->alloc, &e->terms, made, sizeof made);
}

ent_status enti_emit_term(enti_emitter *e, const char *postings, size_t length, uint64_t tokens, uint32_t documents,
                          uint32_t type) {
  ent_status status = add_term(e, tokens, documents, type);
  return status == ENT_OK ? enti_sink_write(e->sink, postings, length) : status;
}

/* ---- gaps ---- */

enti_gap_form enti_gap_form_of(const ent_vocab *gaps, uint32_t gap) {
  const enti_type *type = &gaps->types.at[gap];
  return (enti_gap_form){type->bytes, type->length - 1, (uint8_t)type->bytes[type->length - 1]};
}

static bool comes_before(const ent_vocab *gaps, const uint64_t *counts, uint32_t left, uint32_t right) {
  if (counts[left] != counts[right]) return counts[left] > counts[right];
  const enti_type *one = &gaps->types.at[left], *other = &gaps->types.at[right];
  return enti_compare_bytes(one->bytes, one->length, other->bytes, other->length) < 0;
}

/* Only what occurs twice is worth a place, but for the first. */
void enti_emit_choose_gaps(const ent_vocab *gaps, const uint64_t *counts, size_t count, enti_gap_table *table,
                           uint8_t *codes) {
  uint32_t chosen[ENTI_GAPS_MOST + 1];
  size_t some = 0;
  for (uint32_t gap = 0; gap < count; gap++) { /* kept sorted: nearly all fall behind at once */
    codes[gap] = ENTI_GAP_LITERAL;
    if (counts[gap] == 0 || gaps->types.at[gap].length > ENTI_GAP_LONGEST + 1) continue;
    if (some == ENTI_GAPS_MOST && !comes_before(gaps, counts, gap, chosen[some - 1])) continue;
    size_t low = 0, high = some;
    while (low < high) {
      size_t middle = low + (high - low) / 2;
      if (comes_before(gaps, counts, chosen[middle], gap)) low = middle + 1;
      else high = middle;
    }
    memmove(chosen + low + 1, chosen + low, (some - low) * sizeof *chosen);
    chosen[low] = gap;
    if (some < ENTI_GAPS_MOST) some++;
  }
  memset(table, 0, sizeof *table);
  for (size_t i = 0; i < some && (i == 0 || counts[chosen[i]] > 1); i++) {
    table->at[i] = enti_gap_form_of(gaps, chosen[i]);
    codes[chosen[i]] = (uint8_t)i;
    table->count = i + 1;
  }
}

/* ---- the end ---- */

static ent_status write_section(enti_emitter *e, int section, const enti_bytes *bytes) {
  ent_status status = enti_section_begin(e->sink, &e->footer, section);
  if (status == ENT_OK) status = enti_sink_write(e->sink, bytes->at, bytes->count);
  return status == ENT_OK ? enti_section_end(e->sink, &e->footer, section) : status;
}

static ent_status write_gaps(enti_emitter *e, const enti_gap_table *gaps) {
  ent_status status = ENT_OK;
  e->scratch.count = 0;
  for (size_t i = 0; i < gaps->count && status == ENT_OK; i++) {
    status = enti_bytes_add(e->alloc, &e->scratch, &gaps->at[i].kind, 1);
    if (status == ENT_OK) status = enti_bytes_varint(e->alloc, &e->scratch, gaps->at[i].length);
    if (status == ENT_OK) status = enti_bytes_add(e->alloc, &e->scratch, gaps->at[i].bytes, gaps->at[i].length);
  }
  return status == ENT_OK ? write_section(e, ENTI_SECTION_GAPS, &e->scratch) : status;
}

static ent_status write_footer(enti_emitter *e) {
  unsigned char made[ENTI_FOOTER_SIZE] = {0}, *at = made;
  static const char zeros[8] = {0};
  ent_status status = enti_sink_write(e->sink, zeros, (size_t)(-e->sink->at & 7));
  for (int i = 0; i < ENTI_SECTIONS; i++)
    at = enti_put64(enti_put64(at, e->footer.sections[i].offset), e->footer.sections[i].length);
  at = enti_put64(enti_put64(at, e->footer.tokens), e->footer.bytes);
  at = enti_put32(enti_put32(enti_put32(at, e->footer.documents), e->footer.types), e->footer.terms);
  memcpy(made + ENTI_FOOTER_SIZE - 8, ENTI_SEGMENT_MAGIC, 8);
  return status == ENT_OK ? enti_sink_write(e->sink, made, sizeof made) : status;
}

ent_status enti_emit_finish(enti_emitter *e, const enti_lexicon *lexicon, const enti_bytes *columns, const enti_gap_table *gaps) {
  ent_status status = add_term(e, 0, 0, 0); /* whose offset ends the last */
  if (status == ENT_OK) status = enti_section_end(e->sink, &e->footer, ENTI_SECTION_POSTINGS);
  if (status == ENT_OK) status = write_section(e, ENTI_SECTION_TERMS, &e->terms);
  if (status == ENT_OK) status = enti_lexicon_write(lexicon, e->sink, &e->footer);
  if (status == ENT_OK) status = write_section(e, ENTI_SECTION_COLUMNS, columns);
  if (status == ENT_OK) status = write_gaps(e, gaps);
  if (status == ENT_OK) status = write_section(e, ENTI_SECTION_RECORDS, &e->records);
  return status == ENT_OK ? write_footer(e) : status;
}
