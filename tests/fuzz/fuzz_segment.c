/* fuzz_segment: everything that a reader can ask of a hostile segment (hostile.h).
 *
 * Each answer is right in itself or an error; a document that can be loaded can be coded; and where the inspection finds
 * no fault, nothing that is read is an error. */
#include "hostile.h"

static const char *const words[] = {"trust", "t*", "\u6570", "di?ital", "*"};
static ent_codebook *codebook;

static void start(void) {
  uint32_t category, kids[2], node, rule;
  if (codebook) return;
  FUZZ_CHECK(ent_codebook_new(NULL, ENT_OVERLAP_LONGEST, &codebook) == ENT_OK &&
             ent_codebook_category(codebook, ENT_NONE, ENT_SENTENCE, &category) == ENT_OK &&
             ent_codebook_term(codebook, "dig*|trust|is", 13, ENT_HANS, &kids[0], NULL) == ENT_OK &&
             ent_codebook_term(codebook, "*", 1, ENT_FOLD, &kids[1], NULL) == ENT_OK &&
             ent_codebook_op(codebook, ENT_OP_NEAR, 3, ENT_SENTENCE, kids, 2, &node, NULL) == ENT_OK &&
             ent_codebook_rule(codebook, category, ENT_ROLE_ANY, node, NULL, &rule, NULL) == ENT_OK &&
             ent_codebook_freeze(codebook, NULL) == ENT_OK);
}

typedef struct session {
  enti_segment *segment;
  bool sound; /* the inspection found no fault */
  ent_vocab *vocab;
  ent_index *index;
  enti_type_map map;
  ent_coder *coder;
} session;

/* Whether an answer is there; of a sound segment it must be, but for want of memory. */
static bool fine(const session *s, ent_status status) {
  FUZZ_CHECK(!s->sound || status != ENT_ERR_DAMAGE);
  return hostile_fine(status);
}

/* ---- documents ---- */

static void read_text(session *s, uint32_t document, uint32_t length, uint32_t number, bool loaded) {
  static const size_t ranges[][2] = {{0, SIZE_MAX}, {3, 9}, {100, 101}};
  for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
    ent_string *string;
    size_t begin = ranges[i][0] < length ? ranges[i][0] : length, end = ranges[i][1] < length ? ranges[i][1] : length, size;
    if (!fine(s, enti_segment_text(s->segment, &hostile_alloc, document, ranges[i][0], ranges[i][1], &string))) continue;
    const char *bytes = ent_string_bytes(string, &size);
    FUZZ_CHECK(size == end - begin);
    size_t all;
    if (loaded) FUZZ_CHECK(memcmp(bytes, ent_index_text(s->index, number, &all) + begin, size) == 0);
    ent_string_free(string);
  }
}

static void read_document(session *s, uint32_t document) {
  ent_document_view view;
  uint32_t number, found;
  const ent_hit *hits;
  size_t count;
  if (!fine(s, enti_segment_document(s->segment, document, &view))) return;
  if (fine(s, enti_segment_find(s->segment, view.id, view.id_length, &found)))
    FUZZ_CHECK(!s->sound || found == document);
  bool loaded = fine(s, enti_segment_load(s->segment, document, s->index, &s->map, &number, NULL));
  if (loaded) {
    hostile_check_document(s->index, number);
    FUZZ_CHECK(ent_index_tokens(s->index, number) == view.tokens);
    ent_status status = ent_coder_run(s->coder, s->index, number, NULL, 0, &hits, &count, NULL);
    FUZZ_CHECK(status == ENT_OK || status == ENT_ERR_MEMORY);
    for (size_t i = 0; status == ENT_OK && i < count; i++)
      FUZZ_CHECK(hits[i].first <= hits[i].last && hits[i].last < view.tokens && hits[i].begin < hits[i].end && hits[i].end <= view.length);
  }
  read_text(s, document, view.length, number, loaded);
  ent_index_clear(s->index);
}

/* ---- types and terms ---- */

static void read_types(session *s) {
  const char *bytes;
  size_t length;
  uint64_t count;
  uint32_t number;
  for (uint32_t type = 0; type < s->segment->footer.types; type++) {
    (void)fine(s, enti_segment_type(s->segment, type, &bytes, &length));
    (void)fine(s, enti_segment_count(s->segment, type, &count));
    (void)fine(s, enti_segment_type_term(s->segment, type, &number));
    if (!fine(s, enti_segment_key(s->segment, type, &bytes, &length))) continue;
    if (fine(s, enti_segment_type_find(s->segment, bytes, length, &number))) FUZZ_CHECK(!s->sound || number == type);
    (void)fine(s, enti_segment_term_find(s->segment, bytes, length, &number));
  }
  FUZZ_CHECK(enti_segment_key(s->segment, s->segment->footer.types, &bytes, &length) == ENT_ERR_DAMAGE);
}

/* Both ways over a term's documents. */
static void read_term(session *s, uint32_t term) {
  enti_cursor one, other;
  ENTI_ARRAY(uint32_t) positions = {0};
  uint32_t document = 0, sought, before = ENT_NONE, all = enti_segment_documents(s->segment);
  if (!fine(s, enti_segment_cursor(s->segment, term, &one)) || !fine(s, enti_segment_cursor(s->segment, term, &other))) return;
  while (fine(s, enti_cursor_next(&one, &document)) && document != ENT_NONE) {
    FUZZ_CHECK(document < all && (before == ENT_NONE || document > before));
    if (fine(s, enti_cursor_seek(&other, before + 1, &sought))) FUZZ_CHECK(!s->sound || sought == document);
    positions.count = 0;
    if (fine(s, enti_cursor_positions(&one, &hostile_alloc, &positions.at, &positions.count, &positions.room)))
      for (size_t i = 1; i < positions.count; i++) FUZZ_CHECK(positions.at[i] > positions.at[i - 1]);
    before = document;
  }
  enti_array_free(&hostile_alloc, &positions);
}

/* How often a word stands in the documents: its type's tokens, one by one. */
static uint64_t count_in_documents(session *s, const char *word) {
  uint64_t count = 0;
  for (uint32_t d = 0; d < enti_segment_documents(s->segment); d++) {
    uint32_t number, fold;
    if (!fine(s, enti_segment_load(s->segment, d, s->index, &s->map, &number, NULL))) return UINT64_MAX;
    for (uint32_t i = 0; i < ent_index_tokens(s->index, number); i++) {
      size_t length;
      if (ent_vocab_layer(s->vocab, ent_index_token(s->index, number, i).type, ENT_FOLD, &fold) != ENT_OK) return UINT64_MAX;
      const char *bytes = ent_vocab_bytes(s->vocab, fold, &length);
      count += length == strlen(word) && memcmp(bytes, word, length) == 0;
    }
    ent_index_clear(s->index);
  }
  return count;
}

static uint64_t search(session *s, const char *const *terms, size_t count, uint32_t distance) {
  enti_query query;
  enti_finder *finder;
  uint64_t all = 0;
  uint32_t document;
  const ent_place *places;
  size_t found;
  if (enti_query_make(&hostile_alloc, terms, count, distance, &query, NULL) != ENT_OK) return UINT64_MAX;
  if (fine(s, enti_finder_new(&hostile_alloc, s->segment, NULL, &query, &finder))) {
    ent_status status;
    while (fine(s, status = enti_finder_next(finder, &document)) && document != ENT_NONE) {
      FUZZ_CHECK(document < enti_segment_documents(s->segment));
      if (!fine(s, enti_finder_places(finder, &places, &found))) continue;
      for (size_t i = 0; i < found; i++) FUZZ_CHECK(places[i].first <= places[i].last);
      all += found;
    }
    if (status != ENT_OK) all = UINT64_MAX;
    enti_finder_free(finder);
  } else {
    all = UINT64_MAX;
  }
  enti_query_free(&hostile_alloc, &query);
  return all;
}

static void read_searches(session *s) {
  static const char *const phrase[] = {"digital trust"}, *const near[] = {"trust", "digital", "*a*"};
  size_t few = sizeof words / sizeof *words - (enti_segment_documents(s->segment) > 50); /* not every word of many */
  for (size_t i = 0; i < few; i++) (void)search(s, &words[i], 1, ENT_NONE);
  (void)search(s, phrase, 1, ENT_NONE);
  (void)search(s, near, 2, 3);
  (void)search(s, near, 3, 2);
}

/* ---- columns ---- */

static void read_columns(session *s) {
  size_t columns = 0, length, column;
  (void)fine(s, enti_segment_columns(s->segment, &columns));
  for (size_t c = 0; c < columns; c++) {
    const char *name, *bytes;
    uint32_t count = 0, code;
    ent_value value;
    if (!fine(s, enti_segment_column_name(s->segment, c, &name, &length))) continue;
    char *copy = malloc(length + 1);
    FUZZ_CHECK(copy != NULL);
    memcpy(copy, name, length);
    copy[length] = '\0';
    (void)fine(s, enti_segment_column_find(s->segment, copy, &column));
    free(copy);
    (void)fine(s, enti_segment_column_values(s->segment, c, &count));
    for (uint32_t i = 0; i <= count; i++) {
      ent_status status = enti_segment_column_value(s->segment, c, i, &value);
      FUZZ_CHECK(i > 0 || status == ENT_ERR_DAMAGE);
      if (status == ENT_OK && value.kind == ENT_VALUE_LIST) FUZZ_CHECK(value.length == 0 || value.text[value.length - 1] == '\0');
    }
    for (uint32_t d = 0; d < enti_segment_documents(s->segment); d++) {
      size_t size;
      if (fine(s, enti_segment_column_code(s->segment, c, d, &code))) FUZZ_CHECK(code <= count);
      (void)fine(s, enti_segment_field(s->segment, d, name, length, &bytes, &size));
    }
  }
}

static void read_all(session *s) {
  uint32_t documents = enti_segment_documents(s->segment), step = documents / 12 + 1; /* of many documents some */
  for (uint32_t d = 0; d < documents; d += step) read_document(s, d);
  read_types(s);
  for (uint32_t t = 0; t < s->segment->footer.terms; t++) read_term(s, t);
  read_searches(s);
  read_columns(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_input in = {data, size};
  session s = {0};
  start();
  enti_view view = hostile_view(&in);
  if (hostile_fine(enti_segment_open(&hostile_alloc, &view, &s.segment, NULL))) {
    FUZZ_CHECK(ent_vocab_new(&hostile_alloc, &s.vocab) == ENT_OK && ent_index_new(s.vocab, &s.index) == ENT_OK);
    FUZZ_CHECK(ent_coder_new(codebook, s.vocab, &s.coder) == ENT_OK);
    s.sound = hostile_fine(enti_segment_verify(s.segment, NULL, NULL));
    read_all(&s);
    if (s.sound && size == 1) FUZZ_CHECK(search(&s, words, 1, ENT_NONE) == count_in_documents(&s, *words));
    ent_coder_free(s.coder);
    ent_index_free(s.index);
    ent_vocab_free(s.vocab);
    enti_array_free(&s.segment->alloc, &s.map);
    enti_segment_free(s.segment);
  }
  hostile_free(&view);
  FUZZ_CHECK(hostile_held == 0);
  return 0;
}
