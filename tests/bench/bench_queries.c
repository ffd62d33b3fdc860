/* bench_queries: questions out of the documents themselves, so that any text has them.
 *
 * A word is a run of ASCII letters, folded, that touches nothing else which may belong to a word: every engine finds the
 * same ones. Words are counted by the documents that have them, sequences and neighbours by about SAMPLE of
 * them; each class then takes a few, evenly or by doubling rank, which gives cheap and dear ones. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "bench_index.h"

const char *const bench_class_names[BENCH_CLASSES] = {"rare-term", "frequent-term", "phrase", "prefix-glob", "near"};

enum { CONTENT = 5, STEM = 5, LONG = 8, SAMPLE = 300 };

/* ---- counting ----------------------------------------------------------------------------- */

typedef struct entry {
  bench_query query; /* its words */
  uint32_t documents, last; /* how many have it; the last one that was seen, from 1 */
} entry;

/* Open addressing; a key is the words of a query. */
typedef struct counts {
  ENTI_ARRAY(entry) entries;
  uint32_t *slots; /* number of an entry, from 1 */
  size_t size;     /* a power of two */
} counts;

static const ent_alloc *alloc = &enti_alloc_default;

static void counts_free(counts *c) {
  enti_array_free(alloc, &c->entries);
  free(c->slots);
}

static uint64_t hash_of(const bench_query *query) {
  uint64_t hash = 14695981039346656037u;
  for (size_t i = 0; i < query->count; i++)
    for (const char *at = query->words[i];; at++) {
      hash = (hash ^ (unsigned char)*at) * 1099511628211u;
      if (!*at) break;
    }
  return hash ^ hash >> 29;
}

static bool same(const bench_query *a, const bench_query *b) {
  for (size_t i = 0; i < a->count; i++)
    if (strcmp(a->words[i], b->words[i]) != 0) return false;
  return a->count == b->count;
}

static uint32_t *slot_of(const counts *c, const bench_query *query) {
  size_t at = hash_of(query) & (c->size - 1);
  while (c->slots[at] && !same(&c->entries.at[c->slots[at] - 1].query, query)) at = (at + 1) & (c->size - 1);
  return &c->slots[at];
}

static bool counts_grow(counts *c) {
  size_t size = c->size ? c->size * 2 : 4096;
  uint32_t *slots = calloc(size, sizeof *slots);
  if (!slots) return false;
  free(c->slots);
  c->slots = slots;
  c->size = size;
  for (size_t i = 0; i < c->entries.count; i++) *slot_of(c, &c->entries.at[i].query) = (uint32_t)(i + 1);
  return true;
}

static bool count(counts *c, const bench_query *query, uint32_t document) {
  if (2 * (c->entries.count + 1) > c->size && !counts_grow(c)) return false;
  uint32_t *slot = slot_of(c, query);
  if (!*slot) {
    if (enti_array_reserve(alloc, &c->entries, 1) != ENT_OK) return false;
    c->entries.at[c->entries.count++] = (entry){.query = *query};
    *slot = (uint32_t)c->entries.count;
  }
  entry *found = &c->entries.at[*slot - 1];
  if (found->last != document + 1) found->documents++;
  found->last = document + 1;
  return true;
}

/* ---- reading ------------------------------------------------------------------------------ */

static bool is_letter(char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; }

/* What some engine may take into a word beside ASCII letters. */
static bool is_joined(char c) { return (c >= '0' && c <= '9') || c == '_' || c == '\'' || (unsigned char)c >= 0x80; }

/* The next word of a document, folded; false at its end. A word that is longer than its room, or that holds more than ASCII
 * letters, is left out. `alone`: between it and the word before stood one blank and nothing else. */
static bool next_word(const char *text, size_t end, size_t *at, char word[BENCH_WORD], bool *alone) {
  for (;;) {
    size_t before = *at;
    while (*at < end && !is_letter(text[*at]) && !is_joined(text[*at])) (*at)++;
    if (*at == end) return false;
    *alone = *at == before + 1 && text[before] == ' ';
    size_t length = 0;
    bool plain = true;
    for (; *at < end && (is_letter(text[*at]) || is_joined(text[*at])); (*at)++, length++) {
      if (length < BENCH_WORD - 1) word[length] = (char)(text[*at] | 32);
      plain = plain && is_letter(text[*at]);
    }
    if (length >= BENCH_WORD || !plain) continue;
    word[length] = '\0';
    return true;
  }
}

typedef struct window { /* the last words, the newest first; `run`: how many of them stand one blank apart */
  char words[BENCH_DISTANCE + 2][BENCH_WORD];
  size_t filled, run;
} window;

static void shift(window *w, const char *word, bool alone) {
  memmove(w->words[1], w->words[0], sizeof w->words - sizeof w->words[0]);
  memcpy(w->words[0], word, BENCH_WORD);
  if (w->filled < BENCH_DISTANCE + 2) w->filled++;
  w->run = alone ? w->run + 1 : 1;
}

static bench_query query_of(bench_class class_of, size_t words, const char *a, const char *b, const char *c) {
  bench_query query = {class_of, words, {{0}}};
  const char *from[BENCH_MOST_WORDS] = {a, b, c};
  for (size_t i = 0; i < words; i++) memcpy(query.words[i], from[i], BENCH_WORD);
  return query;
}

typedef struct gathered {
  counts words, pairs, triples, prefixes, neighbours;
} gathered;

/* Counts the newest word and, in `sampled` documents, what it makes with those before it. Pairs and neighbours are of
 * longer words. */
static bool gather(gathered *g, const window *w, uint32_t document, bool sampled) {
  const char *word = w->words[0];
  size_t length = strlen(word);
  bench_query query = query_of(BENCH_RARE, 1, word, NULL, NULL);
  bool fine = length < 3 || count(&g->words, &query, document);
  if (fine && length >= LONG) {
    char stem[BENCH_WORD] = {0};
    memcpy(stem, word, STEM);
    query = query_of(BENCH_PREFIX, 1, stem, NULL, NULL);
    fine = count(&g->prefixes, &query, document);
  }
  if (!fine || !sampled) return fine;
  if (w->run >= 3) {
    query = query_of(BENCH_PHRASE, 3, w->words[2], w->words[1], word);
    fine = count(&g->triples, &query, document);
  }
  if (!fine || length < CONTENT) return fine;
  if (w->run >= 2 && strlen(w->words[1]) >= CONTENT) {
    query = query_of(BENCH_PHRASE, 2, w->words[1], word, NULL);
    fine = count(&g->pairs, &query, document);
  }
  if (fine && w->filled > 3 && strlen(w->words[3]) >= CONTENT && strcmp(w->words[3], word) != 0) {
    query = query_of(BENCH_NEAR, 2, w->words[3], word, NULL);
    fine = count(&g->neighbours, &query, document);
  }
  return fine;
}

static bool gather_all(gathered *g, const bench_documents *documents) {
  size_t step = 1 + documents->count / SAMPLE;
  for (size_t i = 0; i < documents->count; i++) {
    size_t at = bench_documents_begin(documents, i);
    window w = {0};
    char word[BENCH_WORD] = {0};
    bool alone;
    while (next_word(documents->text, documents->ends[i], &at, word, &alone)) {
      shift(&w, word, alone);
      if (!gather(g, &w, (uint32_t)i, i % step == 0)) return false;
    }
  }
  return true;
}

/* ---- choosing ----------------------------------------------------------------------------- */

/* The most documents first, then as spelled. */
static int by_documents(const void *a, const void *b) {
  const entry *x = a, *y = b;
  if (x->documents != y->documents) return x->documents < y->documents ? 1 : -1;
  for (size_t i = 0; i < x->query.count; i++) {
    int order = strcmp(x->query.words[i], y->query.words[i]);
    if (order != 0) return order;
  }
  return 0;
}

static void take(bench_queries *queries, const counts *c, size_t i, bench_class class_of) {
  if (i >= c->entries.count) return;
  bench_query *query = &queries->at[queries->count++];
  *query = c->entries.at[i].query;
  query->class_of = class_of;
}

/* `most` of those from `begin` to before `end`, evenly. */
static void take_evenly(bench_queries *queries, const counts *c, size_t begin, size_t end, size_t most, bench_class class_of) {
  size_t there = end - begin, n = there < most ? there : most;
  for (size_t i = 0; i < n; i++) take(queries, c, begin + i * there / n, class_of);
}

/* Ranks 1, 2, 4, …, or with step 4 every second of these. */
static void take_doubling(bench_queries *queries, const counts *c, size_t most, size_t step, bench_class class_of) {
  for (size_t i = 0, rank = 1; i < most; i++, rank *= step) take(queries, c, rank - 1, class_of);
}

/* Where those begin that at most so many documents have. */
static size_t first_with(const counts *c, size_t documents) {
  size_t i = 0;
  while (i < c->entries.count && c->entries.at[i].documents > documents) i++;
  return i;
}

bool bench_queries_choose(bench_queries *queries, const bench_documents *documents) {
  gathered g = {0};
  counts *all[] = {&g.words, &g.pairs, &g.triples, &g.prefixes, &g.neighbours};
  bool fine = gather_all(&g, documents);
  queries->count = 0;
  if (fine) {
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
      enti_sort(all[i]->entries.at, all[i]->entries.count, sizeof(entry), by_documents);
    size_t rare = documents->count / 500 + 2, half = documents->count / 2;
    take_evenly(queries, &g.words, first_with(&g.words, rare), first_with(&g.words, 1), BENCH_PER_CLASS, BENCH_RARE);
    take_evenly(queries, &g.words, 0, first_with(&g.words, half), BENCH_PER_CLASS, BENCH_FREQUENT);
    take_doubling(queries, &g.pairs, BENCH_PER_CLASS / 2, 8, BENCH_PHRASE);
    take_doubling(queries, &g.triples, BENCH_PER_CLASS / 2, 8, BENCH_PHRASE);
    take_doubling(queries, &g.prefixes, BENCH_PER_CLASS, 2, BENCH_PREFIX);
    take_doubling(queries, &g.neighbours, BENCH_PER_CLASS, 3, BENCH_NEAR);
  }
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) counts_free(all[i]);
  return fine;
}
