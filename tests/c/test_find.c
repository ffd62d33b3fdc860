/* find: searches in a segment against a scan of the same documents in memory. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "memory_segment.h"
#include "naive_search.h"

static naive_places *spans, *all, *wanted;

static int open_room(void **state) {
  (void)state;
  spans = calloc(ENTI_OPERANDS_MOST + 2, sizeof *spans);
  all = spans + ENTI_OPERANDS_MOST;
  wanted = all + 1;
  return spans == NULL;
}

static int close_room(void **state) {
  (void)state;
  free(spans);
  return 0;
}

/* Documents in memory, in the order of their ids, and the same in a segment. */
typedef struct shelf {
  memory_segment m;
  ent_vocab *vocab;
  ent_index *index;
  uint64_t *removed;
} shelf;

static void shelf_open(shelf *s, paper *papers, size_t count) {
  memset(s, 0, sizeof *s);
  papers_segment(papers, count, NULL, &s->m);
  assert_int_equal(ent_vocab_new(NULL, &s->vocab), ENT_OK);
  assert_int_equal(ent_index_new(s->vocab, &s->index), ENT_OK);
  for (uint32_t i = 0; i < count; i++) {
    ent_document_view view;
    assert_int_equal(enti_segment_document(s->m.segment, i, &view), ENT_OK);
    for (size_t k = 0; k < count; k++) {
      uint32_t number;
      if (strlen(papers[k].id) != view.id_length || memcmp(papers[k].id, view.id, view.id_length) != 0) continue;
      assert_int_equal(ent_index_add(s->index, &papers[k].document.source, &number, NULL), ENT_OK);
      assert_int_equal(number, i);
    }
  }
  s->removed = calloc(count / 64 + 1, sizeof *s->removed);
  assert_non_null(s->removed);
}

static void shelf_close(shelf *s) {
  memory_close(&s->m);
  ent_index_free(s->index);
  ent_vocab_free(s->vocab);
  free(s->removed);
}

static void shown(char *out, size_t room, const char *const *terms, size_t count, uint32_t distance) {
  size_t length = (size_t)snprintf(out, room, "%d:", (int)distance);
  for (size_t i = 0; i < count && length < room; i++) length += (size_t)snprintf(out + length, room - length, " '%s'", terms[i]);
}

/* Runs a search, asking for the places of all documents or, with `lazy`, of some; returns the number of hits. */
static size_t check_search(shelf *s, const char *const *terms, size_t count, uint32_t distance, bool lazy) {
  enti_query query;
  enti_finder *finder;
  uint32_t found, expected = 0, documents = ent_index_count(s->index);
  size_t hits = 0;
  ent_error err = {0};
  char name[400];
  shown(name, sizeof name, terms, count, distance);
  if (enti_query_make(&enti_alloc_default, terms, count, distance, &query, &err) != ENT_OK) fail_msg("%s: %s", name, err.message);
  assert_int_equal(enti_finder_new(&enti_alloc_default, s->m.segment, s->removed, &query, &finder), ENT_OK);
  do {
    const ent_place *places;
    size_t some;
    assert_int_equal(enti_finder_next(finder, &found), ENT_OK);
    for (;; expected++) { /* the next one that the scan finds */
      if (expected == documents) break;
      if (s->removed[expected >> 6] >> (expected & 63) & 1) continue;
      naive_search(&query, s->index, expected, spans, all, wanted);
      if (wanted->count > 0) break;
    }
    if (found != (expected < documents ? expected : ENT_NONE)) fail_msg("%s: document %u, not %u", name, found, expected);
    if (found == ENT_NONE || (lazy && found % 3)) {
      expected++;
      continue;
    }
    assert_int_equal(enti_finder_places(finder, &places, &some), ENT_OK);
    if (some != wanted->count || memcmp(places, wanted->at, some * sizeof *places) != 0)
      fail_msg("%s: document %u: %zu places, not %zu", name, found, some, wanted->count);
    hits += some;
    expected++;
  } while (found != ENT_NONE);
  assert_int_equal(enti_finder_next(finder, &found), ENT_OK);
  assert_int_equal(found, ENT_NONE);
  enti_finder_free(finder);
  enti_query_free(&enti_alloc_default, &query);
  return hits;
}

/* ---- tests -------------------------------------------------------------------------------- */

static void one_word(void **state) {
  (void)state;
  enum { COUNT = 300 };
  static const char *const words[] = {"digital", "DIGITAL", "gap", "china", "China\u2019s", "\u4E2D", "\u6230", "\u0E01\u0E33", "nowhere", "caf\u00E9", "r",
                                      "dig*", "*al", "*i*a*", "*", "?", "??", "\u4E2D?", "us", "US", "e.g", "3,500.25", "first", "co\\*", "d?gital", "win*"};
  pool_seed seed = 31;
  shelf s;
  size_t hits = 0;
  paper *papers = papers_make(&seed, COUNT);
  shelf_open(&s, papers, COUNT);
  for (int removed = 0; removed < 2; removed++) {
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) hits += check_search(&s, &words[i], 1, removed ? ENT_NONE : 0, removed);
    for (size_t i = 0; i < COUNT; i++) s.removed[i >> 6] |= (uint64_t)(pool_below(&seed, 3) == 0) << (i & 63);
  }
  assert_true(hits > 5000); /* otherwise the words have lost their point */
  shelf_close(&s);
  papers_free(papers, COUNT);
}

/* Side by side, as one term or as several. */
static void phrases(void **state) {
  (void)state;
  enum { COUNT = 300 };
  static const char *const terms[] = {"digital divide", "digital  divide", "belt and road", "Belt-and-Road", "\u4E2D\u56FD", "\u6570\u5B57\u9E3F\u6C9F", "china gap",
                                      "the *", "* *", "* * * *", "win-win", "win win", "d* d*", "digital digital", "\u0E01\u0E33\u0E25\u0E31\u0E07", "co* operation", "et al",
                                      "kesenjangan digital", "digital nowhere", "sino asean"};
  static const char *const several[] = {"digital", "divide", "and", "belt and", "road"};
  pool_seed seed = 32;
  shelf s;
  size_t hits = 0;
  paper *papers = papers_make(&seed, COUNT);
  shelf_open(&s, papers, COUNT);
  for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) hits += check_search(&s, &terms[i], 1, ENT_NONE, i % 2);
  hits += check_search(&s, several, 2, ENT_NONE, false);
  hits += check_search(&s, several + 3, 2, ENT_NONE, false);
  assert_true(hits > 1000);
  shelf_close(&s);
  papers_free(papers, COUNT);
}

/* Few words in random order, so that every arrangement occurs: what is near, in any order, without sharing a token. */
static void near(void **state) {
  (void)state;
  enum { COUNT = 60, WORDS = 8 };
  static const char *const words[WORDS] = {"a ", "b ", "c ", "d ", "e ", "x ", "x, ", "y "};
  static const char *const terms[] = {"a", "b", "c", "a b", "b a", "a*", "*", "d e", "x", "a b c", "x x", "nowhere"};
  pool_seed seed = 33;
  static paper papers[COUNT];
  shelf s;
  size_t hits = 0;
  for (size_t i = 0; i < COUNT; i++) {
    char id[16];
    (void)snprintf(id, sizeof id, "%03zu", i);
    paper_make(&papers[i], &seed, id, 1);
    free(papers[i].text);
    papers[i].text = calloc(200, 1);
    assert_non_null(papers[i].text);
    for (size_t k = 1 + pool_below(&seed, 24); k > 0; k--) strcat(papers[i].text, words[pool_below(&seed, 1 + i % WORDS)]);
    papers[i].document.source = (ent_source){.text = papers[i].text, .length = strlen(papers[i].text)};
  }
  shelf_open(&s, papers, COUNT);
  for (int round = 0; round < 2500; round++) {
    const char *chosen[4];
    size_t count = 1 + pool_below(&seed, 4);
    for (size_t i = 0; i < count; i++) chosen[i] = terms[pool_below(&seed, sizeof terms / sizeof *terms)];
    hits += check_search(&s, chosen, count, pool_below(&seed, 6), round % 2);
  }
  assert_true(hits > 20000);
  shelf_close(&s);
  for (size_t i = 0; i < COUNT; i++) paper_free(&papers[i]);
}

static void refused(void **state) {
  (void)state;
  static const char *const many[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i"};
  static const struct {
    const char *term;
    ent_status status;
  } wrong[] = {{"", ENT_ERR_PATTERN}, {" ", ENT_ERR_PATTERN}, {",", ENT_ERR_PATTERN}, {"a\xFF", ENT_ERR_UTF8}};
  enti_query query;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    ent_error err = {0};
    assert_int_equal(enti_query_make(&enti_alloc_default, &wrong[i].term, 1, 0, &query, &err), wrong[i].status);
    assert_true(err.code == wrong[i].status && err.message[0]);
  }
  assert_int_equal(enti_query_make(&enti_alloc_default, many, 0, 0, &query, NULL), ENT_ERR_PATTERN);
  assert_int_equal(enti_query_make(&enti_alloc_default, many, 9, 3, &query, NULL), ENT_ERR_PATTERN);
  assert_int_equal(enti_query_make(&enti_alloc_default, many, 9, ENT_NONE, &query, NULL), ENT_OK);
  enti_query_free(&enti_alloc_default, &query);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(one_word), cmocka_unit_test(phrases), cmocka_unit_test(near), cmocka_unit_test(refused)};
  return cmocka_run_group_tests_name("find", tests, open_room, close_room);
}
