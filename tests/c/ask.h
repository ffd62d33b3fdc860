/* Asks a corpus everything that it can be asked. Each question gives a status and, where it is ENT_OK, a digest of the
 * answer; the questions are the same for the same documents and names, so two lists of answers can be held side by side. */
#ifndef ASK_H
#define ASK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente.h"

enum { ASK_MOST = 1000 };
typedef struct ask_answers {
  size_t count;
  struct {
    ent_status status;
    uint64_t digest;
  } at[ASK_MOST];
} ask_answers;

typedef struct ask_digest {
  uint64_t sum;
} ask_digest;

static inline void ask_bytes(ask_digest *d, const void *bytes, size_t length) {
  const unsigned char *at = bytes;
  for (size_t i = 0; i < length; i++) d->sum = (d->sum ^ at[i]) * UINT64_C(0x100000001B3);
  d->sum = (d->sum ^ length ^ UINT64_C(0x9E3779B97F4A7C15)) * UINT64_C(0x100000001B3);
}

static inline void ask_number(ask_digest *d, uint64_t number) { ask_bytes(d, &number, sizeof number); }

static inline void ask_string(ask_digest *d, ent_string *string) {
  size_t length;
  const char *bytes = ent_string_bytes(string, &length);
  ask_bytes(d, bytes, length);
  ent_string_free(string);
}

static inline void ask_put(ask_answers *answers, ent_status status, ask_digest digest) {
  if (answers->count == ASK_MOST) abort();
  answers->at[answers->count].status = status;
  answers->at[answers->count++].digest = digest.sum;
}

/* ---- documents ---- */

static inline void ask_index(ask_digest *d, const ent_index *index, uint32_t document) {
  size_t length, count;
  ent_vocab *vocab = ent_index_vocab(index);
  const char *bytes = ent_index_text(index, document, &length);
  ask_bytes(d, bytes, length);
  for (uint32_t i = 0; i < ent_index_tokens(index, document); i++) {
    ent_token token = ent_index_token(index, document, i);
    bytes = ent_vocab_bytes(vocab, token.type, &length);
    ask_number(d, token.begin);
    ask_number(d, token.end);
    ask_bytes(d, bytes, length);
    ent_annotation annotation;
    for (uint32_t k = 0; ent_vocab_annotation(vocab, token.type, k, &annotation); k++) {
      ask_bytes(d, annotation.name, annotation.name_length);
      ask_bytes(d, annotation.value, annotation.value_length);
    }
  }
  for (int unit = ENT_SENTENCE; unit <= ENT_DOCUMENT; unit++) {
    const ent_part *parts = ent_index_parts(index, document, (ent_unit)unit, &count);
    for (size_t i = 0; i < count; i++) {
      const uint64_t numbers[] = {parts[i].begin, parts[i].end, parts[i].first, parts[i].last, parts[i].level,
                                  parts[i].heading_begin, parts[i].heading_end, parts[i].reference};
      ask_bytes(d, numbers, sizeof numbers);
      ask_bytes(d, parts[i].lang, sizeof parts[i].lang);
    }
  }
  const ent_edit *edits = ent_index_edits(index, document, &count);
  for (size_t i = 0; i < count; i++) {
    const uint64_t numbers[] = {edits[i].begin, edits[i].end, edits[i].kind};
    ask_bytes(d, numbers, sizeof numbers);
  }
  const ent_span *spans = ent_index_spans(index, document, &count);
  for (size_t i = 0; i < count; i++) {
    ask_number(d, spans[i].begin);
    ask_number(d, spans[i].end);
    ask_bytes(d, spans[i].name, strlen(spans[i].name));
    if (spans[i].attributes) ask_bytes(d, spans[i].attributes, strlen(spans[i].attributes));
  }
}

static inline void ask_value(ask_digest *d, const ent_value *value) {
  ask_number(d, value->kind);
  ask_number(d, (uint64_t)value->integer);
  ask_bytes(d, &value->number, sizeof value->number);
  if (value->kind == ENT_VALUE_TEXT || value->kind == ENT_VALUE_LIST) ask_bytes(d, value->text, value->length);
}

static inline void ask_document(ent_corpus *corpus, uint64_t document, ent_index *index, ask_answers *answers) {
  static const char *const fields[] = {"year", "country", "weight", "authors", "open", "none"};
  ask_digest d = {0};
  ent_document_view view;
  ent_string *string;
  uint32_t number;
  ent_status status = ent_corpus_document(corpus, document, &view, NULL);
  if (status == ENT_OK) {
    ask_bytes(&d, view.id, view.id_length);
    ask_number(&d, (uint64_t)view.tokens << 32 | view.length);
    ask_bytes(&d, view.hash, sizeof view.hash);
  }
  ask_put(answers, status, d);
  for (int part = 0; part < 2; part++) {
    d.sum = 0;
    status = ent_corpus_text(corpus, document, part ? 5 : 0, part ? 40 : SIZE_MAX, &string, NULL);
    if (status == ENT_OK) ask_string(&d, string);
    ask_put(answers, status, d);
  }
  d.sum = 0;
  ent_index_clear(index);
  status = ent_corpus_load(corpus, document, index, &number, NULL);
  if (status == ENT_OK) ask_index(&d, index, number);
  ask_put(answers, status, d);
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
    ent_value value = {.kind = ENT_VALUE_TEXT};
    bool has = false;
    d.sum = 0;
    status = ent_corpus_value(corpus, document, fields[i], &value, &has, NULL);
    ask_number(&d, has);
    if (status == ENT_OK && has) ask_value(&d, &value);
    ask_put(answers, status, d);
  }
}

/* ---- all documents ---- */

static inline ent_status ask_take_type(void *user, const ent_type_view *type) {
  ask_digest *d = user;
  ask_bytes(d, type->bytes, type->length);
  ask_number(d, type->tokens);
  ask_number(d, type->documents);
  return ENT_OK;
}

static inline void ask_types(const ent_corpus *corpus, ask_answers *answers) {
  static const char *const layers[] = {"raw", "fold", "bare", "hans"}, *const patterns[] = {NULL, "t*", "trust"};
  for (size_t l = 0; l < sizeof layers / sizeof *layers; l++)
    for (size_t p = 0; p < 2; p++) {
      ask_digest d = {0};
      const char *pattern = patterns[p ? 1 + l % 2 : 0];
      ent_status status = ent_corpus_types(corpus, layers[l], pattern, pattern ? strlen(pattern) : 0, ask_take_type, &d, NULL);
      ask_put(answers, status, d);
    }
}

static inline void ask_search(const ent_corpus *corpus, const char *const *words, size_t count, uint32_t distance, ask_answers *answers) {
  ask_digest d = {0};
  ent_search *search;
  uint64_t document;
  const ent_place *places;
  size_t found;
  ent_status status = ent_search_new(corpus, words, count, distance, &search, NULL);
  if (status == ENT_OK) {
    while ((status = ent_search_next(search, &document, NULL)) == ENT_OK && document != ENT_NO_DOCUMENT) {
      ask_number(&d, document);
      status = ent_search_places(search, &places, &found, NULL);
      if (status != ENT_OK) break;
      for (size_t i = 0; i < found; i++) ask_number(&d, (uint64_t)places[i].first << 32 | places[i].last);
    }
    ent_search_free(search);
  }
  ask_put(answers, status, d);
}

static inline void ask_conditions(const ent_corpus *corpus, ask_answers *answers) {
  static const char *const countries[] = {"VN", "TH"}, *const authors[] = {"Li"};
  const ent_condition conditions[] = {{.field = "year", .range = true, .least = 2000, .most = 2030},
                                      {.field = "country", .values = countries, .value_count = 2},
                                      {.field = "authors", .values = authors, .value_count = 1}};
  for (size_t i = 0; i < 5; i++) {
    static const size_t from[] = {0, 0, 1, 2, 0}, many[] = {0, 1, 1, 1, 2};
    ask_digest d = {0};
    ent_list *list;
    size_t count;
    ent_status status = ent_corpus_documents(corpus, conditions + from[i], many[i], &list, NULL);
    if (status == ENT_OK) {
      const uint64_t *at = ent_list_at(list, &count);
      for (size_t k = 0; k < count; k++) ask_number(&d, at[k]);
      ask_number(&d, count);
      ent_list_free(list);
    }
    ask_put(answers, status, d);
  }
}

static inline void ask_ids(const ent_corpus *corpus, const char *const *ids, size_t count, ask_answers *answers) {
  for (size_t i = 0; i < count; i++) {
    ask_digest d = {0};
    uint64_t document = 0;
    ent_status status = ent_corpus_find(corpus, ids[i], strlen(ids[i]), &document, NULL);
    ask_number(&d, document);
    ask_put(answers, status, d);
  }
}

/* Everything; `index` is filled and cleared. The numbers of documents are answers, too: where they differ, so do the
 * totals, and what is asked document by document is left out behind `most`. */
static inline void ask_all(ent_corpus *corpus, const char *const *ids, size_t count, uint64_t most, ent_index *index, ask_answers *answers) {
  static const char *const words[] = {"trust", "t*", "digital trust", "\u6570\u5B57", "\u0E01\u0E33\u0E25", "absent", "*"};
  static const char *const near[] = {"trust", "digital"};
  ent_totals totals = ent_corpus_totals(corpus);
  ask_digest d = {0};
  ent_string *string;
  answers->count = 0;
  ask_number(&d, totals.documents);
  ask_number(&d, totals.tokens);
  ask_number(&d, totals.bytes);
  ask_number(&d, ent_corpus_numbers(corpus));
  ask_number(&d, ent_corpus_generation(corpus));
  for (uint64_t i = 0; i < most; i++) ask_number(&d, ent_corpus_has(corpus, i));
  ask_put(answers, ENT_OK, d);
  d.sum = 0;
  ent_status status = ent_corpus_fields(corpus, &string, NULL);
  if (status == ENT_OK) ask_string(&d, string);
  ask_put(answers, status, d);
  ask_ids(corpus, ids, count, answers);
  for (uint64_t i = 0; i < most; i++) ask_document(corpus, i, index, answers);
  ask_types(corpus, answers);
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) ask_search(corpus, &words[i], 1, ENT_NONE, answers);
  ask_search(corpus, near, 2, 4, answers);
  ask_conditions(corpus, answers);
}

#endif
