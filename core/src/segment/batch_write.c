/* segment/batch_write: a batch becomes a segment.
 *
 *   1. what occurs in all lanes is counted, in the vocabularies of the first lane, which take up the others' types;
 *   2. types, terms and gaps get their numbers (lexicon.c, emit.c);
 *   3. the documents are written in the order of their ids, and the terms are gathered (invert.c), by several threads
 *      where there are: each of them takes a range of terms, and the first one the documents, too. */
#include <pthread.h>

#include "segment/emit.h"
#include "segment/invert.h"
#include "segment/lane.h"

typedef struct place { /* a document */
  uint32_t lane, number;
} place;

typedef ENTI_ARRAY(uint64_t) count_array;
typedef ENTI_ARRAY(uint32_t) map_array;

typedef struct lane_maps { /* by the lane's own types and gaps */
  map_array counts;  /* by type: how many tokens there are of it; a batch has fewer than 2^32 */
  map_array numbers; /* of the lexicon; before that, types of the first lane */
  map_array terms;
  map_array gaps;    /* gaps of the first lane */
  uint8_t codes[256]; /* of the gaps that are not rare; ENTI_GAP_LITERAL for those */
} lane_maps;

typedef struct job {
  enti_batch *batch;
  const ent_alloc *alloc;
  place *order;
  uint32_t count;
  lane_maps *maps;                /* by lane */
  count_array counts, gap_counts; /* by the first lane's */
  count_array term_tokens;
  ENTI_ARRAY(uint8_t) gap_codes;  /* by the first lane's gaps */
  enti_lexicon lexicon;
  enti_gap_table gaps;
  enti_emitter emitter;
  ENTI_ARRAY(enti_document_terms) documents;
  enti_bytes columns;
  /* one document */
  ENTI_ARRAY(uint32_t) types;
  ENTI_ARRAY(uint8_t) codes;
  ENTI_ARRAY(enti_gap_form) literals;
  ENTI_ARRAY(enti_edited) edited;
} job;

static enti_waiting *document_at(const job *j, uint32_t i) {
  return &j->batch->lanes[j->order[i].lane].documents.at[j->order[i].number];
}

/* ---- order ---- */

typedef struct id_entry {
  const char *id;
  size_t length;
  place place;
} id_entry;

static int compare_ids(const void *a, const void *b) {
  const id_entry *left = a, *right = b;
  return enti_compare_bytes(left->id, left->length, right->id, right->length);
}

static ent_status order_documents(job *j) {
  size_t count = enti_batch_count(j->batch), at = 0, size = (count + 1) * sizeof(id_entry);
  id_entry *entries = enti_new(j->alloc, size);
  j->order = enti_new(j->alloc, (count + 1) * sizeof *j->order);
  if (!entries || !j->order || count >= ENT_NONE) {
    enti_free(j->alloc, entries, size);
    return count >= ENT_NONE ? ENT_ERR_LIMIT : ENT_ERR_MEMORY;
  }
  for (uint32_t l = 0; l < j->batch->lane_count; l++) {
    const enti_lane *lane = &j->batch->lanes[l];
    for (uint32_t i = 0; i < lane->documents.count; i++) {
      const enti_waiting *w = &lane->documents.at[i];
      if (!w->removed) entries[at++] = (id_entry){lane->bytes.at + w->id, w->id_length, {l, i}};
    }
  }
  bool sorted = true;
  for (size_t i = 1; i < count && sorted; i++) sorted = compare_ids(&entries[i - 1], &entries[i]) < 0;
  if (!sorted) enti_sort(entries, count, sizeof *entries, compare_ids);
  for (size_t i = 0; i < count; i++) j->order[i] = entries[i].place;
  j->count = (uint32_t)count;
  enti_free(j->alloc, entries, size);
  return ENT_OK;
}

/* ---- counting ---- */

/* Makes an array of `count` elements that are 0. */
#define MAKE(alloc, array, number)                                                                     \
  (enti_array_reserve((alloc), (array), (number)) != ENT_OK                                            \
       ? ENT_ERR_MEMORY                                                                                \
       : ((number) ? (void)memset((array)->at, 0, (number) * sizeof *(array)->at) : (void)0, (array)->count = (number), ENT_OK))

static ent_status count_types(const ent_alloc *alloc, const enti_lane *lane, map_array *out) {
  ent_status status = MAKE(alloc, out, ent_vocab_count(lane->vocab));
  if (status != ENT_OK) return status;
  uint32_t *counts = out->at;
  for (size_t d = 0; d < lane->documents.count; d++) {
    const enti_waiting *w = &lane->documents.at[d];
    const uint32_t *types = lane->types.at + w->types;
    for (uint32_t i = 0; i < w->count && !w->removed; i++) counts[types[i]]++;
  }
  return ENT_OK;
}

/* What the counted forms of one vocabulary are in another. */
static ent_status map_forms(const ent_alloc *alloc, const ent_vocab *from, const uint32_t *counts, size_t count,
                            ent_vocab *to, map_array *map) {
  ent_status status = MAKE(alloc, map, count);
  for (size_t i = 0; i < count && status == ENT_OK; i++) {
    map->at[i] = (uint32_t)i;
    if (from != to && counts[i] > 0)
      status = enti_vocab_intern(to, from->types.at[i].bytes, from->types.at[i].length, &map->at[i]);
  }
  return status;
}

static void add_counts(const uint32_t *counts, const map_array *map, count_array *sum) {
  for (size_t i = 0; i < map->count; i++)
    if (counts[i] > 0) sum->at[map->at[i]] += counts[i];
}

static ent_status count_all(job *j) {
  enti_lane *lanes = j->batch->lanes;
  ent_status status = ENT_OK;
  for (unsigned i = 0; i < j->batch->lane_count && status == ENT_OK; i++) {
    const enti_lane *lane = &lanes[i];
    lane_maps *m = &j->maps[i];
    status = count_types(j->alloc, lane, &m->counts);
    if (status == ENT_OK) status = map_forms(j->alloc, lane->vocab, m->counts.at, m->counts.count, lanes[0].vocab, &m->numbers);
    if (status != ENT_OK) break;
    status = map_forms(j->alloc, lane->gaps, lane->gap_counts.at, lane->gap_counts.count, lanes[0].gaps, &m->gaps);
  }
  if (status == ENT_OK) status = MAKE(j->alloc, &j->counts, ent_vocab_count(lanes[0].vocab));
  if (status == ENT_OK) status = MAKE(j->alloc, &j->gap_counts, ent_vocab_count(lanes[0].gaps));
  for (unsigned i = 0; i < j->batch->lane_count && status == ENT_OK; i++) {
    const lane_maps *m = &j->maps[i];
    add_counts(m->counts.at, &m->numbers, &j->counts);
    add_counts(lanes[i].gap_counts.at, &m->gaps, &j->gap_counts);
  }
  return status;
}

/* Gives types, terms and gaps their numbers. */
static ent_status number_all(job *j) {
  ent_vocab *vocab = j->batch->lanes[0].vocab, *gaps = j->batch->lanes[0].gaps;
  ent_status status = enti_lexicon_make(j->alloc, vocab, j->counts.at, j->counts.count, &j->lexicon);
  if (status == ENT_OK) status = MAKE(j->alloc, &j->gap_codes, j->gap_counts.count);
  if (status == ENT_OK) status = MAKE(j->alloc, &j->term_tokens, j->lexicon.terms.count);
  if (status != ENT_OK) return status;
  enti_emit_choose_gaps(gaps, j->gap_counts.at, j->gap_counts.count, &j->gaps, j->gap_codes.at);
  for (size_t i = 0; i < j->lexicon.types.count; i++)
    if (j->lexicon.counts.at[i] > 0) j->term_tokens.at[j->lexicon.type_terms.at[i]] += j->lexicon.counts.at[i];
  for (unsigned l = 0; l < j->batch->lane_count && status == ENT_OK; l++) {
    lane_maps *maps = &j->maps[l];
    const enti_lane *lane = &j->batch->lanes[l];
    memset(maps->codes, ENTI_GAP_LITERAL, sizeof maps->codes);
    for (uint32_t i = 0; i < lane->coded_count; i++)
      if (lane->gap_counts.at[lane->coded[i]] > 0) maps->codes[i] = j->gap_codes.at[maps->gaps.at[lane->coded[i]]];
    status = MAKE(j->alloc, &maps->terms, maps->numbers.count);
    for (size_t i = 0; i < maps->numbers.count && status == ENT_OK; i++) {
      if (maps->counts.at[i] == 0) continue;
      maps->numbers.at[i] = j->lexicon.numbers.at[maps->numbers.at[i]];
      maps->terms.at[i] = j->lexicon.type_terms.at[maps->numbers.at[i]];
    }
  }
  if (status == ENT_OK) status = MAKE(j->alloc, &j->documents, j->count);
  for (uint32_t i = 0; i < j->count && status == ENT_OK; i++) {
    const enti_waiting *w = document_at(j, i);
    if (w->count == 0) continue;
    j->documents.at[i] = (enti_document_terms){j->batch->lanes[j->order[i].lane].types.at + w->types,
                                               j->maps[j->order[i].lane].terms.at, w->count};
  }
  return status;
}

/* ---- documents ---- */

/* The gaps that are not in the table, or rare in the lane; the others have their codes. */
static ent_status read_odd_gap(job *j, const lane_maps *maps, uint32_t number, uint8_t *code) {
  uint32_t gap = maps->gaps.at[number];
  *code = j->gap_codes.at[gap];
  if (*code != ENTI_GAP_LITERAL) return ENT_OK;
  ent_status status = enti_array_reserve(j->alloc, &j->literals, 1);
  if (status == ENT_OK) j->literals.at[j->literals.count++] = enti_gap_form_of(j->batch->lanes[0].gaps, gap);
  return status;
}

/* Codes and literals of a document's gaps. */
static ent_status read_gaps(job *j, const enti_lane *lane, const lane_maps *maps, const enti_waiting *w) {
  const uint8_t *from = lane->codes.at + w->types, *codes = maps->codes;
  const uint32_t *rare = lane->rare.at ? lane->rare.at + w->rare.begin : NULL;
  uint8_t *restrict to = j->codes.at;
  ent_status status = ENT_OK;
  j->literals.count = 0;
  for (uint32_t i = 0, count = w->count; i < count && status == ENT_OK; i++) {
    uint8_t code = codes[from[i]];
    if (code == ENTI_GAP_LITERAL) status = read_odd_gap(j, maps, enti_lane_gap(lane, from[i], &rare), &code);
    to[i] = code;
  }
  return status;
}

static ent_status write_document(job *j, uint32_t number) {
  const enti_lane *lane = &j->batch->lanes[j->order[number].lane];
  const lane_maps *maps = &j->maps[j->order[number].lane];
  const enti_waiting *w = document_at(j, number);
  j->types.count = j->codes.count = j->edited.count = 0;
  ent_status status = enti_array_reserve(j->alloc, &j->types, w->count);
  if (status == ENT_OK) status = enti_array_reserve(j->alloc, &j->codes, w->count);
  if (status == ENT_OK) status = enti_array_reserve(j->alloc, &j->edited, w->edited.count);
  if (status == ENT_OK && w->count) status = read_gaps(j, lane, maps, w);
  if (status != ENT_OK) return status;
  const uint32_t *types = lane->types.at + w->types, *numbers = maps->numbers.at;
  uint32_t *restrict mapped = j->types.at;
  for (uint32_t i = 0, count = w->count; i < count; i++) mapped[i] = numbers[types[i]];
  for (size_t i = 0; i < w->edited.count; i++) {
    const enti_lane_edited *edited = &lane->edited.at[w->edited.begin + i];
    j->edited.at[j->edited.count++] = (enti_edited){edited->token, edited->length, lane->bytes.at + edited->bytes};
  }
  enti_plain plain = {j->types.at, j->codes.at, w->count, j->literals.at, j->literals.count, j->edited.at, j->edited.count,
                      lane->texts.at ? lane->texts.at + w->texts : NULL};
  enti_document_bytes bytes = {lane->bytes.at + w->id, w->id_length, lane->bytes.at + w->parts, w->parts_length, w->length, w->hash};
  return enti_emit_document(&j->emitter, &bytes, &plain);
}

/* ---- terms ---- */

typedef struct taken { /* a term that another thread has gathered */
  uint64_t tokens;
  uint32_t term, documents;
  size_t length;
} taken;

typedef struct worker {
  job *j;
  enti_inversion in;
  uint32_t first, end;
  pthread_t thread;
  bool started;
  ent_status status;
  enti_bytes bytes;
  ENTI_ARRAY(taken) terms;
} worker;

static ent_status emit_term(void *user, uint32_t term, const enti_bytes *postings, uint64_t tokens, uint32_t documents) {
  job *j = user;
  return enti_emit_term(&j->emitter, postings->at, postings->count, tokens, documents, j->lexicon.terms.at[term]);
}

static ent_status keep_term(void *user, uint32_t term, const enti_bytes *postings, uint64_t tokens, uint32_t documents) {
  worker *w = user;
  ent_status status = enti_bytes_add(w->j->alloc, &w->bytes, postings->at, postings->count);
  if (status == ENT_OK) status = enti_array_reserve(w->j->alloc, &w->terms, 1);
  if (status == ENT_OK) w->terms.at[w->terms.count++] = (taken){tokens, term, documents, postings->count};
  return status;
}

static void *work(void *user) {
  worker *w = user;
  w->status = enti_invert(w->j->alloc, &w->in, w->first, w->end, keep_term, w);
  return NULL;
}

static ent_status emit_kept(job *j, const worker *w) {
  size_t at = 0;
  ent_status status = w->status;
  for (size_t i = 0; i < w->terms.count && status == ENT_OK; i++) {
    const taken *t = &w->terms.at[i];
    status = enti_emit_term(&j->emitter, w->bytes.at + at, t->length, t->tokens, t->documents, j->lexicon.terms.at[t->term]);
    at += t->length;
  }
  return status;
}

/* Divides the terms so that each thread has as much to do, the first one, which writes the documents, less. To write
 * a token costs about 40 of what it costs to gather it 100. */
static void divide(const job *j, worker *workers, unsigned threads) {
  uint64_t all = 0, done = 0, limit;
  uint32_t term = 0, terms = (uint32_t)j->lexicon.terms.count;
  for (uint32_t i = 0; i < terms; i++) all += j->term_tokens.at[i];
  uint64_t share = all / threads * 14 / 10, documents = all / 10 * 4;
  limit = share > documents ? share - documents : 0;
  for (unsigned i = 0; i < threads; i++, limit += share) {
    workers[i].first = term;
    while (term < terms && (i + 1 == threads || done + j->term_tokens.at[term] <= limit)) done += j->term_tokens.at[term++];
    workers[i].end = term;
  }
}

static ent_status write_documents_and_terms(job *j, unsigned threads) {
  worker *workers = enti_new(j->alloc, threads * sizeof *workers);
  if (!workers) return ENT_ERR_MEMORY;
  enti_inversion in = {j->documents.at, j->count, (uint32_t)j->lexicon.terms.count, j->term_tokens.at};
  divide(j, workers, threads);
  for (unsigned i = 0; i < threads; i++) {
    workers[i].j = j;
    workers[i].in = in;
    if (i > 0) workers[i].started = pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0;
  }
  ent_status status = ENT_OK;
  for (uint32_t d = 0; d < j->count && status == ENT_OK; d++) status = write_document(j, d);
  if (status == ENT_OK) status = enti_emit_postings_begin(&j->emitter);
  if (status == ENT_OK) status = enti_invert(j->alloc, &in, workers[0].first, workers[0].end, emit_term, j);
  for (unsigned i = 1; i < threads; i++) {
    if (workers[i].started) (void)pthread_join(workers[i].thread, NULL);
    else (void)work(&workers[i]);
    if (status == ENT_OK) status = emit_kept(j, &workers[i]);
    enti_array_free(j->alloc, &workers[i].bytes);
    enti_array_free(j->alloc, &workers[i].terms);
  }
  enti_free(j->alloc, workers, threads * sizeof *workers);
  return status;
}

/* ---- columns ---- */

static bool next_field(const job *j, uint32_t document, const char **at, enti_field_bytes *field) {
  const enti_lane *lane = &j->batch->lanes[j->order[document].lane];
  const enti_waiting *w = document_at(j, document);
  if (w->fields_length == 0) return false;
  const char *begin = lane->bytes.at + w->fields;
  if (!*at) *at = begin;
  return enti_fields_next(at, begin + w->fields_length, field);
}

static ent_status value_of(void *user, const char *name, size_t length, uint32_t document, const char **value, size_t *size) {
  const char *at = NULL;
  enti_field_bytes field;
  while (next_field(user, document, &at, &field)) {
    if (field.name_length != length || memcmp(field.name, name, length) != 0) continue;
    *value = field.value;
    *size = field.value_length;
    break;
  }
  return ENT_OK;
}

static ent_status make_columns(job *j) {
  ent_vocab *names = NULL;
  ent_status status = ent_vocab_new(j->alloc, &names);
  for (uint32_t d = 0; d < j->count && status == ENT_OK; d++) {
    const char *at = NULL;
    enti_field_bytes field;
    uint32_t name;
    while (status == ENT_OK && next_field(j, d, &at, &field))
      status = enti_vocab_intern(names, field.name, field.name_length, &name);
  }
  if (status == ENT_OK) status = enti_columns_write(j->alloc, names, j->count, value_of, j, &j->columns);
  ent_vocab_free(names);
  return status;
}

/* ---- the door ---- */

static void release(job *j) {
  const ent_alloc *alloc = j->alloc;
  for (unsigned i = 0; j->maps && i < j->batch->lane_count; i++) {
    enti_array_free(alloc, &j->maps[i].counts);
    enti_array_free(alloc, &j->maps[i].numbers);
    enti_array_free(alloc, &j->maps[i].terms);
    enti_array_free(alloc, &j->maps[i].gaps);
  }
  enti_free(alloc, j->maps, j->batch->lane_count * sizeof *j->maps);
  enti_free(alloc, j->order, (j->count + (size_t)1) * sizeof *j->order);
  enti_array_free(alloc, &j->counts);
  enti_array_free(alloc, &j->gap_counts);
  enti_array_free(alloc, &j->term_tokens);
  enti_array_free(alloc, &j->gap_codes);
  enti_lexicon_free(&j->lexicon);
  enti_emit_free(&j->emitter);
  enti_array_free(alloc, &j->documents);
  enti_array_free(alloc, &j->columns);
  enti_array_free(alloc, &j->types);
  enti_array_free(alloc, &j->codes);
  enti_array_free(alloc, &j->literals);
  enti_array_free(alloc, &j->edited);
}

ent_status enti_batch_write(enti_batch *batch, unsigned threads, enti_sink *sink, ent_error *err) {
  job j = {.batch = batch, .alloc = &batch->alloc, .count = (uint32_t)enti_batch_count(batch)};
  j.maps = enti_new(j.alloc, batch->lane_count * sizeof *j.maps);
  ent_status status = j.maps ? order_documents(&j) : ENT_ERR_MEMORY;
  if (status == ENT_OK) status = count_all(&j);
  if (status == ENT_OK) status = number_all(&j);
  if (status == ENT_OK) status = make_columns(&j);
  if (status == ENT_OK) status = enti_emit_begin(&j.emitter, j.alloc, sink);
  if (status == ENT_OK) status = write_documents_and_terms(&j, threads ? threads : 1);
  if (status == ENT_OK) status = enti_emit_finish(&j.emitter, &j.lexicon, &j.columns, &j.gaps);
  release(&j);
  for (unsigned i = 0; i < batch->lane_count && status == ENT_OK; i++) status = enti_lane_clear(&batch->lanes[i], &batch->alloc);
  if (status != ENT_OK) return enti_fail(err, status, 0, "%s while a segment was written", ent_status_text(status));
  return ENT_OK;
}
