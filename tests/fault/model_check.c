/* model_check: see model_check.h. What a snapshot should say is computed the slow way, from documents that were just
 * added to an index in memory. */
#include "model_check.h"

#include <stdarg.h>

#include "../c/naive_search.h"
#include "../c/same_document.h"

typedef struct state {
  const model *model;
  ent_corpus *corpus;
  pool_seed *seed;
  paper papers[MODEL_IDS]; /* by order of the ids */
  uint32_t count;
  ent_vocab *vocab, *loaded_vocab;
  ent_index *index, *loaded;
  uint64_t numbers[MODEL_IDS]; /* in the corpus */
} state;

static char why[400];

#if defined(__GNUC__)
__attribute__((format(printf, 1, 2)))
#endif
static const char *differs(const char *format, ...) {
  va_list rest;
  va_start(rest, format);
  (void)vsnprintf(why, sizeof why, format, rest);
  va_end(rest);
  return why;
}

void model_id(size_t number, char out[PAPER_ID]) {
  (void)snprintf(out, PAPER_ID, "%s%zu", number % 3 ? "p/" : "\u4E2D", number * 7 % 100);
}

void model_paper(const model *m, size_t number, paper *out) {
  char id[PAPER_ID];
  pool_seed seed = m->seeds[number];
  model_id(number, id);
  paper_make(out, &seed, id, paper_size(&seed));
}

static int compare_papers(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

/* ---- documents ---------------------------------------------------------------------------- */

static const char *check_document(state *s, uint32_t i) {
  const paper *p = &s->papers[i];
  const ent_source *source = &p->document.source;
  ent_error err = {0};
  ent_document_view view;
  ent_string *text;
  uint64_t found;
  uint32_t loaded;
  size_t length, begin = pool_below(s->seed, p->length + 2), end = begin + pool_below(s->seed, 50);
  if (ent_corpus_document(s->corpus, s->numbers[i], &view, &err) != ENT_OK) return differs("%s: %s", p->id, err.message);
  if (view.id_length != strlen(p->id) || memcmp(view.id, p->id, view.id_length) != 0) return differs("%s: the id", p->id);
  if (view.length != p->length || view.tokens != ent_index_tokens(s->index, i)) return differs("%s: length or tokens", p->id);
  if (ent_corpus_find(s->corpus, p->id, strlen(p->id), &found, &err) != ENT_OK || found != s->numbers[i])
    return differs("%s: is not found", p->id);
  if (!ent_corpus_has(s->corpus, found)) return differs("%s: is found and not there", p->id);
  if (ent_corpus_load(s->corpus, found, s->loaded, &loaded, &err) != ENT_OK) return differs("%s: %s", p->id, err.message);
  const char *what = document_differs(s->index, i, s->loaded, loaded);
  if (what) return differs("%s: %s", p->id, what);
  if (ent_corpus_text(s->corpus, found, begin, end, &text, &err) != ENT_OK) return differs("%s: %s", p->id, err.message);
  const char *bytes = ent_string_bytes(text, &length);
  if (end > p->length) end = p->length;
  if (begin > end) begin = end;
  bool same = length == end - begin && (length == 0 || memcmp(bytes, source->text + begin, length) == 0);
  ent_string_free(text);
  return same ? NULL : differs("%s: its bytes %zu to %zu", p->id, begin, end);
}

static const char *check_documents(state *s) {
  ent_error err = {0};
  ent_list *list;
  size_t count;
  ent_totals totals = ent_corpus_totals(s->corpus), wanted = {s->count, 0, 0};
  if (ent_corpus_documents(s->corpus, NULL, 0, &list, &err) != ENT_OK) return differs("documents: %s", err.message);
  const uint64_t *numbers = ent_list_at(list, &count);
  if (count == s->count && count) memcpy(s->numbers, numbers, count * sizeof *numbers);
  ent_list_free(list);
  if (count != s->count) return differs("%zu documents, not %u", count, s->count);
  for (uint32_t i = 0; i < s->count; i++) {
    wanted.tokens += ent_index_tokens(s->index, i);
    wanted.bytes += s->papers[i].length;
    const char *what = check_document(s, i);
    if (what) return what;
  }
  if (totals.documents != wanted.documents || totals.tokens != wanted.tokens || totals.bytes != wanted.bytes) return differs("the totals");
  uint64_t there = 0, found;
  for (uint64_t n = 0; n < ent_corpus_numbers(s->corpus); n++) there += ent_corpus_has(s->corpus, n);
  if (there != s->count || ent_corpus_has(s->corpus, ent_corpus_numbers(s->corpus))) return differs("which numbers are there");
  for (size_t n = 0; n < MODEL_IDS; n++) {
    char id[PAPER_ID];
    model_id(n, id);
    if (s->model->seeds[n]) continue;
    if (ent_corpus_find(s->corpus, id, strlen(id), &found, &err) != ENT_OK || found != ENT_NO_DOCUMENT) return differs("%s: is found", id);
  }
  return NULL;
}

/* ---- metadata ----------------------------------------------------------------------------- */

static const char *const field_names[] = {"authors", "lang", "open", "score", "year", "\u00E9tat"}; /* in order */
enum { FIELDS = sizeof field_names / sizeof *field_names };

static const ent_value *value_of(const paper *p, const char *name) {
  for (size_t i = 0; i < p->document.field_count; i++)
    if (strcmp(p->fields[i].name, name) == 0) return &p->fields[i].value;
  return NULL;
}

static bool same_value(const ent_value *a, const ent_value *b) {
  if (a->kind != b->kind) return false;
  if (a->kind == ENT_VALUE_TEXT || a->kind == ENT_VALUE_LIST)
    return a->length == b->length && (a->length == 0 || memcmp(a->text, b->text, a->length) == 0);
  return a->kind == ENT_VALUE_NUMBER ? memcmp(&a->number, &b->number, sizeof a->number) == 0 : a->integer == b->integer;
}

static const char *check_values(state *s) {
  ent_error err = {0};
  ent_string *names;
  char wanted[128];
  size_t length, at = 0;
  for (size_t f = 0; f < FIELDS; f++) {
    bool any = false;
    for (uint32_t i = 0; i < s->count; i++) {
      const ent_value *own = value_of(&s->papers[i], field_names[f]);
      ent_value value;
      bool has;
      any |= own != NULL;
      if (ent_corpus_value(s->corpus, s->numbers[i], field_names[f], &value, &has, &err) != ENT_OK) return differs("value: %s", err.message);
      if (has != (own != NULL) || (has && !same_value(&value, own))) return differs("%s: field %s", s->papers[i].id, field_names[f]);
    }
    if (!any) continue;
    memcpy(wanted + at, field_names[f], strlen(field_names[f]) + 1);
    at += strlen(field_names[f]) + 1;
  }
  if (ent_corpus_fields(s->corpus, &names, &err) != ENT_OK) return differs("fields: %s", err.message);
  const char *bytes = ent_string_bytes(names, &length);
  bool same = length == at && memcmp(bytes, wanted, at) == 0;
  ent_string_free(names);
  return same ? NULL : differs("the names of fields");
}

static bool text_meets(const ent_condition *c, const char *text, size_t length) {
  if (c->range) return false; /* no paper has a text that is a number */
  for (size_t i = 0; i < c->value_count; i++)
    if (strlen(c->values[i]) == length && memcmp(c->values[i], text, length) == 0) return true;
  return false;
}

static bool meets(const paper *p, const ent_condition *c) {
  const ent_value *v = value_of(p, c->field);
  char text[32];
  if (!v) return false;
  switch (v->kind) {
    case ENT_VALUE_TEXT: return text_meets(c, v->text, v->length);
    case ENT_VALUE_LIST:
      for (const char *at = v->text; at < v->text + v->length; at += strlen(at) + 1)
        if (text_meets(c, at, strlen(at))) return true;
      return false;
    case ENT_VALUE_BOOLEAN: return text_meets(c, v->integer ? "true" : "false", v->integer ? 4 : 5);
    case ENT_VALUE_INTEGER:
      if (c->range) return (double)v->integer >= c->least && (double)v->integer <= c->most;
      return text_meets(c, text, (size_t)snprintf(text, sizeof text, "%lld", (long long)v->integer));
    case ENT_VALUE_NUMBER:
      if (c->range) return v->number >= c->least && v->number <= c->most;
      return text_meets(c, text, (size_t)snprintf(text, sizeof text, "%g", v->number));
  }
  return false;
}

static const char *check_conditions(state *s) {
  static const char *const values[] = {"en", "zh", "", "true", "2019", "2020", "Lim, A.", "1.5", "-2", "v7", "v100"};
  ent_condition conditions[2];
  const char *chosen[2][2];
  size_t count = 1 + pool_below(s->seed, 2), found, at = 0;
  ent_list *list;
  ent_error err = {0};
  for (size_t i = 0; i < count; i++) {
    for (size_t k = 0; k < 2; k++) chosen[i][k] = values[pool_below(s->seed, sizeof values / sizeof *values)];
    conditions[i] = (ent_condition){.field = pool_below(s->seed, 20) ? field_names[pool_below(s->seed, FIELDS)] : "none",
                                    .values = chosen[i], .value_count = 1 + pool_below(s->seed, 2)};
    if (strcmp(conditions[i].field, "year") == 0 || strcmp(conditions[i].field, "score") == 0) conditions[i].range = pool_below(s->seed, 3) > 0;
    conditions[i].least = conditions[i].field[0] == 'y' ? 2015 + pool_below(s->seed, 10) : (double)pool_below(s->seed, 32) / 8 - 4;
    conditions[i].most = conditions[i].least + pool_below(s->seed, 5);
  }
  if (ent_corpus_documents(s->corpus, conditions, count, &list, &err) != ENT_OK) return differs("conditions: %s", err.message);
  const uint64_t *numbers = ent_list_at(list, &found);
  bool same = true;
  for (uint32_t i = 0; i < s->count && same; i++) {
    bool wanted = true;
    for (size_t k = 0; k < count; k++) wanted = wanted && meets(&s->papers[i], &conditions[k]);
    if (wanted) same = at < found && numbers[at++] == s->numbers[i];
  }
  same = same && at == found;
  ent_list_free(list);
  return same ? NULL : differs("a condition on %s, %zu of them", conditions[0].field, count);
}

/* ---- types -------------------------------------------------------------------------------- */

typedef struct counted {
  const char *bytes;
  size_t length;
  uint64_t tokens, documents;
  uint32_t last; /* the document that was counted last, + 1 */
} counted;

typedef struct expected {
  counted *at;
  size_t count, next;
  bool fold, same;
} expected;

static int compare_counted(const void *a, const void *b) {
  const counted *left = a, *right = b;
  size_t both = left->length < right->length ? left->length : right->length;
  int order = both ? memcmp(left->bytes, right->bytes, both) : 0;
  return order ? order : (left->length > right->length) - (left->length < right->length);
}

static ent_status each_type(void *user, const ent_type_view *type) {
  expected *e = user;
  const counted *c = e->next < e->count ? &e->at[e->next++] : NULL;
  e->same = c && c->length == type->length && memcmp(c->bytes, type->bytes, type->length) == 0 && c->tokens == type->tokens &&
            (!e->fold || c->documents == type->documents);
  return e->same ? ENT_OK : ENT_ERR_STATE;
}

/* Counts the forms of a layer that fit; one entry a type, then those that are equal brought together. */
static size_t count_forms(state *s, int layer, const enti_bytes *glob, counted *out) {
  size_t types, some = 0;
  for (uint32_t d = 0; d < s->count; d++)
    for (uint32_t i = 0; i < ent_index_tokens(s->index, d); i++) {
      uint32_t type = ent_index_token(s->index, d, i).type;
      if (layer >= 0 && ent_vocab_layer(s->vocab, type, ENT_FOLD, &type) != ENT_OK) exit(2);
      if (layer > ENT_FOLD && ent_vocab_layer(s->vocab, type, (uint32_t)layer, &type) != ENT_OK) exit(2);
      out[type].tokens++;
      out[type].documents += out[type].last != d + 1;
      out[type].last = d + 1;
    }
  types = ent_vocab_count(s->vocab);
  for (uint32_t t = 0; t < types; t++) {
    counted c = out[t];
    c.bytes = layer < 0 ? ent_vocab_bytes(s->vocab, t, &c.length) : s->vocab->types.at[t].bytes;
    if (layer >= 0) c.length = s->vocab->types.at[t].length;
    if (c.tokens > 0 && (!glob || enti_glob_matches(glob->at, glob->count, c.bytes, c.length))) out[some++] = c;
  }
  qsort(out, some, sizeof *out, compare_counted);
  size_t kept = 0;
  for (size_t i = 0; i < some; i++) {
    if (kept && compare_counted(&out[kept - 1], &out[i]) == 0) out[kept - 1].tokens += out[i].tokens;
    else out[kept++] = out[i];
  }
  return kept;
}

static const char *check_types(state *s) {
  static const char *const layers[] = {"raw", "fold", "bare", "hans"}, *const patterns[] = {NULL, "d*", "*a*", "?", "china", "*", "nowhere", "c?*"};
  int layer = (int)pool_below(s->seed, 4);
  const char *pattern = patterns[pool_below(s->seed, sizeof patterns / sizeof *patterns)];
  enti_bytes glob = {0};
  ent_error err = {0};
  if (pattern && enti_glob_compile(&enti_alloc_default, layer == 0, layer > 1 ? (ent_form)(ENT_FOLD + layer - 1) : ENT_FOLD, pattern, strlen(pattern), &glob) != ENT_OK)
    return differs("the pattern %s", pattern);
  size_t room = (size_t)ent_vocab_count(s->vocab) * 3 + 8;
  for (uint32_t t = ent_vocab_count(s->vocab); t-- > 0;) { /* all layers are made before their forms are counted */
    uint32_t fold, form;
    if (ent_vocab_layer(s->vocab, t, ENT_FOLD, &fold) != ENT_OK) exit(2);
    if (ent_vocab_layer(s->vocab, fold, ENT_BARE, &form) != ENT_OK || ent_vocab_layer(s->vocab, fold, ENT_HANS, &form) != ENT_OK) exit(2);
  }
  if (room < ent_vocab_count(s->vocab)) room = ent_vocab_count(s->vocab);
  expected e = {.at = calloc(room, sizeof *e.at), .fold = layer == 1, .same = true};
  if (!e.at) exit(2);
  e.count = count_forms(s, layer == 0 ? -1 : ENT_FOLD + layer - 1, pattern ? &glob : NULL, e.at);
  ent_status status = ent_corpus_types(s->corpus, layers[layer], pattern, pattern ? strlen(pattern) : 0, each_type, &e, &err);
  bool same = status == ENT_OK && e.same && e.next == e.count;
  const counted *c = e.next && e.next <= e.count ? &e.at[e.next - 1] : NULL;
  const char *what = same ? NULL
                          : differs("%s forms that fit %s: %zu of %zu, at '%.*s' (%llu): %s", layers[layer], pattern ? pattern : "all", e.next, e.count,
                                    c ? (int)c->length : 0, c ? c->bytes : "", c ? (unsigned long long)c->tokens : 0, err.message);
  free(e.at);
  enti_array_free(&enti_alloc_default, &glob);
  return what;
}

/* ---- searches ----------------------------------------------------------------------------- */

static const char *check_search(state *s, const char *const *terms, size_t count, uint32_t distance) {
  static naive_places spans[ENTI_OPERANDS_MOST], all, wanted;
  enti_query query;
  ent_search *search;
  ent_error err = {0};
  uint64_t number, before = 0;
  size_t documents = 0, expected_documents = 0;
  const char *what = NULL;
  if (enti_query_make(&enti_alloc_default, terms, count, distance, &query, &err) != ENT_OK) return differs("'%s': %s", terms[0], err.message);
  if (ent_search_new(s->corpus, terms, count, distance, &search, &err) != ENT_OK) {
    enti_query_free(&enti_alloc_default, &query);
    return differs("'%s': %s", terms[0], err.message);
  }
  while (!what) {
    const ent_place *places = NULL;
    size_t some = 0;
    uint32_t i = 0;
    if (ent_search_next(search, &number, &err) != ENT_OK) what = differs("'%s': %s", terms[0], err.message);
    if (what || number == ENT_NO_DOCUMENT) break;
    while (i < s->count && s->numbers[i] != number) i++;
    if (i == s->count || (documents > 0 && number <= before)) what = differs("'%s': document %llu", terms[0], (unsigned long long)number);
    else if (ent_search_places(search, &places, &some, &err) != ENT_OK) what = differs("'%s': %s", terms[0], err.message);
    if (what) break;
    naive_search(&query, s->index, i, spans, &all, &wanted);
    if (some != wanted.count || (some && memcmp(places, wanted.at, some * sizeof *places) != 0))
      what = differs("'%s' and %zu more, %d apart: the places in %s", terms[0], count - 1, (int)distance, s->papers[i].id);
    before = number;
    documents++;
  }
  for (uint32_t i = 0; i < s->count && !what; i++) {
    naive_search(&query, s->index, i, spans, &all, &wanted);
    expected_documents += wanted.count > 0;
  }
  if (!what && documents != expected_documents) what = differs("'%s' and %zu more, %d apart: %zu documents, not %zu", terms[0], count - 1, (int)distance, documents, expected_documents);
  ent_search_free(search);
  enti_query_free(&enti_alloc_default, &query);
  return what;
}

static const char *check_searches(state *s) {
  static const char *const terms[] = {"digital", "digital divide", "gap", "china", "d*", "*tion", "\u4E2D\u56FD", "belt and road", "nowhere", "us", "the",
                                      "\u0E01\u0E33", "win-win", "caf\u00E9", "co* operation", "asean", "?"};
  const char *chosen[3], *what = NULL;
  for (int round = 0; round < 3 && !what; round++) {
    size_t count = 1 + pool_below(s->seed, 3);
    for (size_t i = 0; i < count; i++) chosen[i] = terms[pool_below(s->seed, sizeof terms / sizeof *terms - (count > 1))];
    what = check_search(s, chosen, count, count == 1 || pool_below(s->seed, 3) ? pool_below(s->seed, 12) : ENT_NONE);
  }
  return what;
}

/* ---- the door ----------------------------------------------------------------------------- */

static void open_state(state *s) {
  const char *ids[MODEL_IDS];
  char own[MODEL_IDS][PAPER_ID];
  size_t numbers[MODEL_IDS];
  for (size_t i = 0; i < MODEL_IDS; i++) {
    model_id(i, own[i]);
    if (s->model->seeds[i]) ids[s->count++] = own[i];
  }
  qsort(ids, s->count, sizeof *ids, compare_papers);
  if (ent_vocab_new(NULL, &s->vocab) != ENT_OK || ent_vocab_new(NULL, &s->loaded_vocab) != ENT_OK ||
      ent_index_new(s->vocab, &s->index) != ENT_OK || ent_index_new(s->loaded_vocab, &s->loaded) != ENT_OK)
    exit(2);
  for (uint32_t i = 0; i < s->count; i++) {
    uint32_t number;
    numbers[i] = (size_t)((ids[i] - own[0]) / PAPER_ID);
    model_paper(s->model, numbers[i], &s->papers[i]);
    if (ent_index_add(s->index, &s->papers[i].document.source, &number, NULL) != ENT_OK) exit(2);
  }
}

const char *model_differs(const model *m, ent_corpus *corpus, pool_seed *seed) {
  static const char *(*const checks[])(state *) = {check_documents, check_values, check_conditions, check_types, check_searches};
  const char *what = NULL;
  state *s = calloc(1, sizeof *s);
  if (!s) exit(2);
  s->model = m;
  s->corpus = corpus;
  s->seed = seed;
  open_state(s);
  for (size_t i = 0; i < sizeof checks / sizeof *checks && !what; i++) what = checks[i](s);
  ent_index_free(s->index);
  ent_index_free(s->loaded);
  ent_vocab_free(s->vocab);
  ent_vocab_free(s->loaded_vocab);
  for (uint32_t i = 0; i < s->count; i++) paper_free(&s->papers[i]);
  free(s);
  return what;
}
