/* segment/merge_terms: the terms of several segments in their order, and the columns.
 *
 * Each input's terms stand in the bytewise order, so all are walked at once; of one term, each input's documents come in
 * the order of their new numbers, and are taken from whichever comes first. Positions are copied as they are. */
#include "segment/merge.h"

typedef struct source { /* an input's documents of the term that is being written */
  enti_cursor cursor;
  const enti_number_array *documents;
  uint32_t next; /* the new number of the current one; ENT_NONE at the end */
} source;

/* The new numbers of one input grow with the old ones. */
static ent_status advance(source *s) {
  uint32_t document;
  do {
    ent_status status = enti_cursor_next(&s->cursor, &document);
    if (status != ENT_OK) return status;
    s->next = document == ENT_NONE ? ENT_NONE : s->documents->at[document];
  } while (document != ENT_NONE && s->next == ENT_NONE);
  return ENT_OK;
}

static void sift_sources(source **heap, size_t count) {
  for (size_t parent = 0, child; (child = 2 * parent + 1) < count; parent = child) {
    if (child + 1 < count && heap[child + 1]->next < heap[child]->next) child++;
    if (heap[parent]->next <= heap[child]->next) return;
    source *kept = heap[parent];
    heap[parent] = heap[child];
    heap[child] = kept;
  }
}

static int compare_sources(const void *a, const void *b) {
  const source *left = *(source *const *)a, *right = *(source *const *)b;
  return (left->next > right->next) - (left->next < right->next);
}

/* Takes documents from whichever source is first, as long as it is. */
static ent_status merge_sources(enti_merger *m, source **heap, size_t count) {
  enti_sort(heap, count, sizeof *heap, compare_sources);
  while (count > 0) {
    source *first = heap[0];
    uint32_t limit = ENT_NONE;
    if (first->next == ENT_NONE) {
      heap[0] = heap[--count];
      sift_sources(heap, count);
      continue;
    }
    for (size_t i = 1; i < 3 && i < count; i++)
      if (heap[i]->next < limit) limit = heap[i]->next;
    while (first->next < limit) {
      const unsigned char *at;
      uint32_t length;
      unsigned char *to;
      ent_status status = enti_cursor_bytes(&first->cursor, &at, &length);
      if (status == ENT_OK) status = enti_postings_room(&m->postings, length, &to);
      if (status == ENT_OK) memcpy(to, at, length);
      if (status == ENT_OK) status = enti_postings_add(&m->postings, first->next, length, enti_positions_count(at, length));
      if (status == ENT_OK) status = advance(first);
      if (status != ENT_OK) return status;
    }
    if (first->next == limit && limit != ENT_NONE) return ENT_ERR_DAMAGE; /* a document of two inputs */
    sift_sources(heap, count);
  }
  return ENT_OK;
}

static ent_status write_term(enti_merger *m, uint32_t term, source *sources, source **heap, enti_bytes *out) {
  size_t some = 0;
  ent_status status = ENT_OK;
  for (size_t i = 0; i < m->count && status == ENT_OK; i++) {
    enti_source_segment *in = &m->inputs[i];
    while (in->term < in->terms.count && in->terms.at[in->term] == ENT_NONE) in->term++;
    if (in->term >= in->terms.count || in->terms.at[in->term] != term) continue;
    sources[some].documents = &in->documents;
    status = enti_segment_cursor(in->segment, in->term++, &sources[some].cursor);
    if (status == ENT_OK) status = advance(&sources[some]);
    if (status == ENT_OK) enti_merge_pass(in, sources[some].cursor.begin);
    heap[some] = &sources[some];
    some++;
  }
  if (status == ENT_OK) status = merge_sources(m, heap, some);
  if (status != ENT_OK) return status;
  uint64_t tokens = m->postings.tokens;
  uint32_t documents = m->postings.count;
  if (documents == 0) return ENT_ERR_DAMAGE; /* its types occur */
  out->count = 0;
  status = enti_postings_finish(&m->postings, out);
  return status == ENT_OK ? enti_emit_term(&m->emitter, out->at, out->count, tokens, documents, m->lexicon.terms.at[term]) : status;
}

ent_status enti_merge_terms(enti_merger *m) {
  size_t size = (m->count + 1) * sizeof(source), heap_size = (m->count + 1) * sizeof(source *);
  source *sources = enti_new(m->alloc, size);
  source **heap = enti_new(m->alloc, heap_size);
  enti_bytes out = {0};
  ent_status status = sources && heap ? ENT_OK : ENT_ERR_MEMORY;
  for (size_t i = 0; i < m->count; i++) enti_merge_forget(&m->inputs[i]);
  for (uint32_t t = 0; t < m->lexicon.terms.count && status == ENT_OK; t++) status = write_term(m, t, sources, heap, &out);
  for (size_t i = 0; i < m->count; i++) {
    enti_source_segment *in = &m->inputs[i];
    while (in->term < in->terms.count && in->terms.at[in->term] == ENT_NONE) in->term++;
    if (status == ENT_OK && in->term < in->terms.count) status = ENT_ERR_DAMAGE; /* its terms are not in their order */
    enti_merge_forget(in);
  }
  enti_array_free(m->alloc, &out);
  enti_free(m->alloc, sources, size);
  enti_free(m->alloc, heap, heap_size);
  return status;
}

/* ---- columns ---- */

static ent_status value_of(void *user, const char *name, size_t length, uint32_t document, const char **value, size_t *size) {
  enti_merger *m = user;
  enti_source_place p = m->order.at[document];
  return enti_segment_field(m->inputs[p.input].segment, p.document, name, length, value, size);
}

/* Adds the names of the columns in which a document that stays has a value. */
static ent_status add_names(const enti_source_segment *in, ent_vocab *names) {
  size_t count = 0, length;
  const char *name;
  uint32_t type, code = 0;
  ent_status status = enti_segment_columns(in->segment, &count);
  for (size_t c = 0; c < count && status == ENT_OK; c++) {
    status = enti_segment_column_name(in->segment, c, &name, &length);
    for (uint32_t d = 0; d < in->documents.count && status == ENT_OK; d++) {
      if (in->documents.at[d] == ENT_NONE) continue;
      status = enti_segment_column_code(in->segment, c, d, &code);
      if (status != ENT_OK || code == 0) continue;
      status = enti_vocab_intern(names, name, length, &type);
      break;
    }
  }
  return status;
}

ent_status enti_merge_columns(enti_merger *m) {
  ent_vocab *names = NULL;
  ent_status status = ent_vocab_new(m->alloc, &names);
  for (size_t i = 0; i < m->count && status == ENT_OK; i++) status = add_names(&m->inputs[i], names);
  if (status == ENT_OK) status = enti_columns_write(m->alloc, names, (uint32_t)m->order.count, value_of, m, &m->columns);
  ent_vocab_free(names);
  return status;
}
