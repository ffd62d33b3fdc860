/* segment/merge: several segments become one.
 *
 *   1. types and gaps of all inputs are counted, without those of removed documents, and numbered anew;
 *   2. documents are read in the order of their ids, their numbers mapped, and written again;
 *   3. terms are read in their order from all inputs at once; positions are copied as they are.
 *
 * What was read of an input is forgotten behind the reading, so memory holds maps of numbers, one input's vocabulary
 * at a time, and little else. */
#include "segment/merge.h"

void enti_merge_pass(enti_source_segment *in, uint64_t offset) {
  enum { STEP = 1 << 20 };
  enti_view *view = in->segment->view;
  if (!view->forget || offset < in->read + STEP) return;
  view->forget(view, in->read, offset);
  in->read = offset;
}

void enti_merge_forget(enti_source_segment *in) {
  enti_view *view = in->segment->view;
  if (view->forget) view->forget(view, 0, view->length);
  in->read = 0;
}

/* ---- order ---- */

typedef struct head { /* the next document of an enti_source_segment */
  const char *id;
  size_t length;
  uint32_t input, document;
} head;

static int compare_heads(const head *a, const head *b) {
  return enti_compare_bytes(a->id, a->length, b->id, b->length);
}

static void sift(head *heap, size_t count, size_t parent) {
  for (size_t child; (child = 2 * parent + 1) < count; parent = child) {
    if (child + 1 < count && compare_heads(&heap[child + 1], &heap[child]) < 0) child++;
    if (compare_heads(&heap[parent], &heap[child]) <= 0) return;
    head kept = heap[parent];
    heap[parent] = heap[child];
    heap[child] = kept;
  }
}

/* The next document that stands, or false. */
static ent_status next_head(enti_merger *m, head *h, uint32_t from, bool *has) {
  enti_source_segment *in = &m->inputs[h->input];
  ent_document_view view;
  while (from < enti_segment_documents(in->segment) && enti_bit_has(in->removed, from)) from++;
  *has = from < enti_segment_documents(in->segment);
  if (!*has) return ENT_OK;
  ent_status status = enti_segment_document(in->segment, from, &view);
  *has = status == ENT_OK;
  if (*has) *h = (head){view.id, view.id_length, h->input, from};
  if (*has) enti_merge_pass(in, (uint64_t)((const unsigned char *)view.id - in->segment->view->at));
  return status;
}

static ent_status order_documents(enti_merger *m) {
  head *heap = enti_new(m->alloc, (m->count + 1) * sizeof *heap);
  size_t heads = 0;
  const head *last = NULL;
  head before;
  bool has;
  ent_status status = heap ? ENT_OK : ENT_ERR_MEMORY;
  for (uint32_t i = 0; i < m->count && status == ENT_OK; i++) {
    enti_source_segment *in = &m->inputs[i];
    uint32_t documents = enti_segment_documents(in->segment);
    status = enti_array_reserve(m->alloc, &in->documents, documents);
    if (status != ENT_OK) break;
    for (; in->documents.count < documents; in->documents.count++) in->documents.at[in->documents.count] = ENT_NONE;
    heap[heads].input = i;
    status = next_head(m, &heap[heads], 0, &has);
    heads += has;
  }
  for (size_t i = heads; i-- > 0;) sift(heap, heads, i);
  while (heads > 0 && status == ENT_OK) {
    head *top = &heap[0];
    if (last && compare_heads(last, top) == 0)
      status = enti_fail(m->err, ENT_ERR_ARGUMENT, 0, "two inputs have a document %.*s", (int)(top->length < 160 ? top->length : 160), top->id);
    if (m->order.count >= ENT_NONE - 1) status = ENT_ERR_LIMIT;
    if (status == ENT_OK) status = enti_array_reserve(m->alloc, &m->order, 1);
    if (status != ENT_OK) break;
    m->inputs[top->input].documents.at[top->document] = (uint32_t)m->order.count;
    m->order.at[m->order.count++] = (enti_source_place){top->input, top->document};
    before = *top;
    last = &before;
    status = next_head(m, top, top->document + 1, &has);
    if (!has) heap[0] = heap[--heads];
    sift(heap, heads, 0);
  }
  for (size_t i = 0; i < m->count; i++) enti_merge_forget(&m->inputs[i]);
  enti_free(m->alloc, heap, (m->count + 1) * sizeof *heap);
  return status;
}

/* ---- counting ---- */

static ent_status count_up(const ent_alloc *alloc, enti_count_array *counts, uint32_t number, uint64_t by) {
  while (number >= counts->count) {
    ent_status status = enti_array_reserve(alloc, counts, 1);
    if (status != ENT_OK) return status;
    counts->at[counts->count++] = 0;
  }
  counts->at[number] += by;
  return ENT_OK;
}

static ent_status count_types(enti_merger *m, enti_source_segment *in) {
  uint32_t types = in->segment->footer.types;
  ent_status status = enti_array_reserve(m->alloc, &in->types, types);
  for (uint32_t i = 0; i < types && status == ENT_OK; i++) {
    uint64_t count;
    const char *key;
    size_t length;
    uint32_t type = ENT_NONE;
    status = enti_segment_count(in->segment, i, &count);
    if (status == ENT_OK && count > 0) {
      status = enti_segment_key(in->segment, i, &key, &length);
      if (status == ENT_OK && !enti_key_is_valid(key, length)) status = ENT_ERR_DAMAGE;
      if (status == ENT_OK) status = enti_vocab_intern(m->vocab, key, length, &type);
      if (status == ENT_OK) status = count_up(m->alloc, &m->counts, type, count);
    }
    in->types.at[in->types.count++] = type;
  }
  return status;
}

static ent_status gap_of(enti_merger *m, const enti_gap_form *form, uint32_t *gap) {
  m->scratch.count = 0;
  ent_status status = enti_bytes_add(m->alloc, &m->scratch, form->bytes, form->length);
  if (status == ENT_OK) status = enti_bytes_add(m->alloc, &m->scratch, &form->kind, 1);
  return status == ENT_OK ? enti_vocab_intern(m->gap_vocab, m->scratch.at, m->scratch.count, gap) : status;
}

static ent_status count_block(enti_merger *m, enti_source_segment *in, const enti_token_block *block, bool removed) {
  ent_status status = ENT_OK;
  for (uint32_t i = 0; i < block->count && status == ENT_OK && !removed; i++) {
    uint32_t gap;
    if (block->codes[i] != ENTI_GAP_LITERAL) gap = in->gaps.at[block->codes[i]];
    else if (block->gaps[i].length > ENTI_GAP_LONGEST) continue;
    else status = gap_of(m, &block->gaps[i], &gap);
    if (status == ENT_OK) status = count_up(m->alloc, &m->gap_counts, gap, 1);
  }
  for (uint32_t i = 0; i < block->count && removed; i++) {
    uint32_t type = block->types[i] < in->types.count ? in->types.at[block->types[i]] : ENT_NONE;
    if (type == ENT_NONE || m->counts.at[type] == 0) return ENT_ERR_DAMAGE;
    m->counts.at[type]--;
  }
  return status;
}

static ent_status count_input(enti_merger *m, enti_source_segment *in) {
  enti_block_cursor blocks;
  enti_token_block block;
  ent_status status = count_types(m, in);
  enti_merge_forget(in);
  if (status == ENT_OK) status = enti_array_reserve(m->alloc, &in->gaps, in->segment->gaps.count);
  for (size_t i = 0; i < in->segment->gaps.count && status == ENT_OK; i++)
    status = gap_of(m, &in->segment->gaps.at[i], &in->gaps.at[in->gaps.count++]);
  for (uint32_t d = 0; d < enti_segment_documents(in->segment) && status == ENT_OK; d++) {
    status = enti_segment_blocks(in->segment, d, &blocks);
    for (uint32_t b = 0; status == ENT_OK && b < blocks.count; b++) {
      const unsigned char *at, *end;
      uint32_t tokens, text;
      status = enti_block_bytes(&blocks, b, &at, &end, &tokens, &text);
      if (status == ENT_OK && !enti_token_block_read(&block, tokens, &in->segment->gaps, at, end)) status = ENT_ERR_DAMAGE;
      if (status == ENT_OK) status = count_block(m, in, &block, enti_bit_has(in->removed, d));
    }
    if (status == ENT_OK) enti_merge_pass(in, blocks.record.table);
  }
  enti_merge_forget(in);
  return status;
}

/* ---- numbering ---- */

/* The maps of an input become those to the lexicon's numbers. */
static ent_status number_input(enti_merger *m, enti_source_segment *in) {
  const enti_lexicon *x = &m->lexicon;
  uint32_t terms = in->segment->footer.terms;
  ent_status status = enti_array_reserve(m->alloc, &in->terms, terms);
  for (size_t i = 0; i < in->types.count; i++)
    if (in->types.at[i] != ENT_NONE) in->types.at[i] = x->numbers.at[in->types.at[i]];
  for (uint32_t t = 0; t < terms && status == ENT_OK; t++) {
    const char *form;
    size_t length;
    status = enti_segment_term_form(in->segment, t, &form, &length);
    if (status != ENT_OK) break;
    uint32_t type = enti_vocab_find(m->vocab, form, length), number = type != ENT_NONE ? x->numbers.at[type] : ENT_NONE;
    in->terms.at[in->terms.count++] = number != ENT_NONE ? x->own_terms.at[number] : ENT_NONE;
  }
  enti_merge_forget(in);
  return status;
}

static ent_status number_all(enti_merger *m) {
  ent_status status = ENT_OK;
  for (size_t i = 0; i < m->count && status == ENT_OK; i++) status = count_input(m, &m->inputs[i]);
  if (status == ENT_OK) status = enti_lexicon_make(m->alloc, m->vocab, m->counts.at, m->counts.count, &m->lexicon);
  size_t gaps = ent_vocab_count(m->gap_vocab);
  if (status == ENT_OK) status = enti_array_reserve(m->alloc, &m->gap_codes, gaps + 1);
  if (status == ENT_OK && gaps) status = count_up(m->alloc, &m->gap_counts, (uint32_t)gaps - 1, 0);
  if (status == ENT_OK) enti_emit_choose_gaps(m->gap_vocab, m->gap_counts.at, gaps, &m->gaps, m->gap_codes.at);
  for (size_t i = 0; i < m->count && status == ENT_OK; i++) status = number_input(m, &m->inputs[i]);
  return status;
}

/* ---- documents ---- */

static ent_status take_block(enti_merger *m, const enti_source_segment *in, const enti_token_block *block, uint32_t first) {
  ent_status status = enti_array_reserve(m->alloc, &m->types, block->count);
  if (status == ENT_OK) status = enti_array_reserve(m->alloc, &m->codes, block->count);
  if (status == ENT_OK) status = enti_array_reserve(m->alloc, &m->literals, block->count);
  if (status == ENT_OK) status = enti_array_reserve(m->alloc, &m->edited, block->edited_count);
  for (uint32_t i = 0; i < block->count && status == ENT_OK; i++) {
    uint32_t type = block->types[i] < in->types.count ? in->types.at[block->types[i]] : ENT_NONE, gap = ENT_NONE;
    if (type == ENT_NONE) return ENT_ERR_DAMAGE;
    if (block->codes[i] != ENTI_GAP_LITERAL) gap = in->gaps.at[block->codes[i]];
    else if (block->gaps[i].length <= ENTI_GAP_LONGEST) status = gap_of(m, &block->gaps[i], &gap);
    if (status == ENT_OK && gap != ENT_NONE && gap >= m->gap_counts.count) status = ENT_ERR_DAMAGE; /* it has changed since it was counted */
    if (status != ENT_OK) return status;
    uint8_t code = gap != ENT_NONE ? m->gap_codes.at[gap] : ENTI_GAP_LITERAL;
    m->types.at[m->types.count++] = type;
    m->codes.at[m->codes.count++] = code;
    if (code == ENTI_GAP_LITERAL) m->literals.at[m->literals.count++] = block->gaps[i];
  }
  for (uint32_t i = 0; i < block->edited_count && status == ENT_OK; i++) {
    enti_edited edited = block->edited[i];
    edited.token += first;
    m->edited.at[m->edited.count++] = edited;
  }
  return status;
}

static ent_status write_document(enti_merger *m, enti_source_place p) {
  enti_source_segment *in = &m->inputs[p.input];
  enti_block_cursor blocks;
  enti_token_block block;
  ent_document_view view;
  m->types.count = m->texts.count = m->codes.count = m->literals.count = m->edited.count = 0;
  ent_status status = enti_segment_blocks(in->segment, p.document, &blocks);
  if (status == ENT_OK) status = enti_segment_document(in->segment, p.document, &view);
  for (uint32_t b = 0; status == ENT_OK && b < blocks.count; b++) {
    const unsigned char *at, *end;
    uint32_t tokens, text;
    status = enti_block_bytes(&blocks, b, &at, &end, &tokens, &text);
    if (status == ENT_OK && !enti_token_block_read(&block, tokens, &in->segment->gaps, at, end)) status = ENT_ERR_DAMAGE;
    if (status == ENT_OK) status = take_block(m, in, &block, b * ENTI_TOKENS_A_BLOCK);
    if (status == ENT_OK) status = enti_array_reserve(m->alloc, &m->texts, 1);
    if (status == ENT_OK) m->texts.at[m->texts.count++] = text;
  }
  if (status == ENT_OK) status = enti_view_touch(in->segment->view, blocks.record.parts, blocks.record.parts_length);
  if (status == ENT_OK) status = enti_view_still(in->segment->view);
  if (status != ENT_OK) return status;
  enti_plain plain = {m->types.at, m->codes.at, (uint32_t)m->types.count, m->literals.at, m->literals.count,
                      m->edited.at, m->edited.count, m->texts.at};
  enti_document_bytes bytes = {view.id, view.id_length, (const char *)in->segment->view->at + blocks.record.parts,
                               blocks.record.parts_length, blocks.record.length, view.hash};
  status = enti_emit_document(&m->emitter, &bytes, &plain);
  enti_merge_pass(in, blocks.record.id);
  return status;
}

/* ---- the door ---- */

static void release(enti_merger *m) {
  const ent_alloc *alloc = m->alloc;
  for (size_t i = 0; m->inputs && i < m->count; i++) {
    enti_array_free(alloc, &m->inputs[i].types);
    enti_array_free(alloc, &m->inputs[i].terms);
    enti_array_free(alloc, &m->inputs[i].documents);
    enti_array_free(alloc, &m->inputs[i].gaps);
  }
  enti_free(alloc, m->inputs, (m->count + 1) * sizeof *m->inputs);
  enti_array_free(alloc, &m->order);
  ent_vocab_free(m->vocab);
  ent_vocab_free(m->gap_vocab);
  enti_array_free(alloc, &m->counts);
  enti_array_free(alloc, &m->gap_counts);
  enti_array_free(alloc, &m->gap_codes);
  enti_lexicon_free(&m->lexicon);
  enti_emit_free(&m->emitter);
  enti_postings_free(&m->postings);
  enti_array_free(alloc, &m->columns);
  enti_array_free(alloc, &m->scratch);
  enti_array_free(alloc, &m->types);
  enti_array_free(alloc, &m->texts);
  enti_array_free(alloc, &m->codes);
  enti_array_free(alloc, &m->literals);
  enti_array_free(alloc, &m->edited);
}

static ent_status write_all(enti_merger *m, enti_sink *sink) {
  ent_status status = enti_emit_begin(&m->emitter, m->alloc, sink);
  for (size_t i = 0; i < m->order.count && status == ENT_OK; i++) status = write_document(m, m->order.at[i]);
  if (status == ENT_OK) status = enti_emit_postings_begin(&m->emitter);
  if (status == ENT_OK) status = enti_merge_terms(m);
  if (status == ENT_OK) status = enti_merge_columns(m);
  if (status == ENT_OK) status = enti_emit_finish(&m->emitter, &m->lexicon, &m->columns, &m->gaps);
  for (size_t i = 0; i < m->count && status == ENT_OK; i++) status = enti_view_still(m->inputs[i].segment->view);
  return status;
}

ent_status enti_segment_merge(const ent_alloc *alloc, const enti_merge_input *inputs, size_t count, enti_sink *sink,
                              ent_error *err) {
  alloc = enti_alloc_or_default(alloc);
  enti_merger m = {.alloc = alloc, .count = count, .postings = {.alloc = *alloc}, .err = err};
  if (err) err->code = ENT_OK;
  m.inputs = enti_new(alloc, (count + 1) * sizeof *m.inputs);
  ent_status status = m.inputs ? ENT_OK : ENT_ERR_MEMORY;
  for (size_t i = 0; i < count && status == ENT_OK; i++) {
    m.inputs[i].segment = inputs[i].segment;
    m.inputs[i].removed = inputs[i].removed;
  }
  if (status == ENT_OK) status = ent_vocab_new(alloc, &m.vocab);
  if (status == ENT_OK) status = ent_vocab_new(alloc, &m.gap_vocab);
  if (status == ENT_OK) status = order_documents(&m);
  if (status == ENT_OK) status = number_all(&m);
  if (status == ENT_OK) status = write_all(&m, sink);
  release(&m);
  if (status != ENT_OK && (!err || err->code == ENT_OK))
    return enti_fail(err, status, 0, "%s while segments were merged", ent_status_text(status));
  return status;
}
