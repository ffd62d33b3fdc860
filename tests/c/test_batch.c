/* batch: the bytes of a segment depend on its documents alone: not on their order, the lanes they came by, the threads
 * that wrote them, what was removed before, what the batch was used for before. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>

#include "memory_segment.h"

enum { COUNT = 160, LANES = 4 };

static paper *papers;
static memory_segment wanted;

static int open_papers(void **state) {
  (void)state;
  pool_seed seed = 11;
  papers = papers_make(&seed, COUNT);
  papers_segment(papers, COUNT, NULL, &wanted);
  return 0;
}

static int close_papers(void **state) {
  (void)state;
  memory_close(&wanted);
  papers_free(papers, COUNT);
  return 0;
}

static void shuffle(pool_seed *seed, size_t *order) {
  for (size_t i = 0; i < COUNT; i++) order[i] = i;
  for (size_t i = 0; i < COUNT; i++) {
    size_t other = i + pool_below(seed, COUNT - i), kept = order[i];
    order[i] = order[other];
    order[other] = kept;
  }
}

static void check_written(enti_batch *batch, unsigned threads, const memory_segment *other) {
  memory_segment m;
  batch_write(batch, threads, &m);
  assert_int_equal(m.view.length, other->view.length);
  assert_true(memory_same(&m, other));
  assert_int_equal(enti_batch_count(batch), 0);
  memory_close(&m);
}

/* ---- tests -------------------------------------------------------------------------------- */

static void any_order(void **state) {
  (void)state;
  pool_seed seed = 1;
  size_t order[COUNT];
  for (int round = 0; round < 6; round++) {
    enti_batch *batch;
    assert_int_equal(enti_batch_new(NULL, 1, &batch), ENT_OK);
    shuffle(&seed, order);
    for (size_t i = 0; i < COUNT; i++) (void)batch_add(batch, 0, &papers[order[i]].document);
    check_written(batch, 1, &wanted);
    enti_batch_free(batch);
  }
}

/* Any lanes, and 1 to 7 threads, more than there are terms for among them. */
static void any_lanes_and_threads(void **state) {
  (void)state;
  pool_seed seed = 2;
  size_t order[COUNT];
  for (unsigned lanes = 1; lanes <= LANES; lanes++)
    for (unsigned threads = 1; threads <= 7; threads += 2) {
      enti_batch *batch;
      assert_int_equal(enti_batch_new(NULL, lanes, &batch), ENT_OK);
      shuffle(&seed, order);
      for (size_t i = 0; i < COUNT; i++) (void)batch_add(batch, pool_below(&seed, lanes), &papers[order[i]].document);
      check_written(batch, threads, &wanted);
      enti_batch_free(batch);
    }
}

typedef struct adder {
  enti_batch *batch;
  unsigned lane;
  pthread_t thread;
} adder;

static void *add_share(void *user) {
  adder *a = user;
  for (size_t i = a->lane; i < COUNT; i += LANES) {
    uint8_t hash[16];
    uint32_t number;
    enti_document_hash(&papers[i].document, hash);
    if (enti_batch_add(a->batch, a->lane, &papers[i].document, hash, &number, NULL) != ENT_OK) return a;
  }
  return NULL;
}

/* Lanes that are filled at the same time. */
static void at_once(void **state) {
  (void)state;
  adder adders[LANES];
  enti_batch *batch;
  assert_int_equal(enti_batch_new(NULL, LANES, &batch), ENT_OK);
  for (unsigned i = 0; i < LANES; i++) {
    adders[i] = (adder){.batch = batch, .lane = i};
    assert_int_equal(pthread_create(&adders[i].thread, NULL, add_share, &adders[i]), 0);
  }
  for (unsigned i = 0; i < LANES; i++) {
    void *failed;
    assert_int_equal(pthread_join(adders[i].thread, &failed), 0);
    assert_null(failed);
  }
  assert_int_equal(enti_batch_count(batch), COUNT);
  check_written(batch, LANES, &wanted);
  enti_batch_free(batch);
}

/* Documents that were removed, or replaced, leave nothing behind: no type, gap, name of a field, value. */
static void no_trace(void **state) {
  (void)state;
  pool_seed seed = 3;
  for (unsigned lanes = 1; lanes <= 3; lanes++) {
    enti_batch *batch;
    paper *others = papers_make(&seed, COUNT);
    uint32_t numbers[COUNT];
    unsigned chosen[COUNT];
    ent_field field = {"unheard-of", {.kind = ENT_VALUE_TEXT, .text = "x", .length = 1}};
    assert_int_equal(enti_batch_new(NULL, lanes, &batch), ENT_OK);
    for (size_t i = 0; i < COUNT; i++) { /* other texts with the same ids */
      ent_document document = others[i].document;
      document.fields = &field;
      document.field_count = 1;
      chosen[i] = pool_below(&seed, lanes);
      numbers[i] = batch_add(batch, chosen[i], &document);
      if (i % 3 == 0) (void)batch_add(batch, pool_below(&seed, lanes), &papers[i].document);
    }
    for (size_t i = 0; i < COUNT; i++) {
      enti_batch_remove(batch, chosen[i], numbers[i]);
      if (i % 5 == 0) enti_batch_remove(batch, chosen[i], numbers[i]); /* once more changes nothing */
      if (i % 3) (void)batch_add(batch, pool_below(&seed, lanes), &papers[i].document);
    }
    assert_int_equal(enti_batch_count(batch), COUNT);
    check_written(batch, lanes, &wanted);
    enti_batch_free(batch);
    papers_free(others, COUNT);
  }
}

/* A batch is used again and again: nothing of the segment before is left. */
static void used_again(void **state) {
  (void)state;
  enti_batch *batch;
  memory_segment none;
  papers_segment(papers, 0, NULL, &none);
  assert_int_equal(enti_batch_new(NULL, 2, &batch), ENT_OK);
  check_written(batch, 2, &none);
  for (int round = 0; round < 3; round++) {
    memory_segment few;
    papers_segment(papers, 7, NULL, &few);
    for (size_t i = 0; i < COUNT; i++) (void)batch_add(batch, i % 2, &papers[i].document);
    assert_true(enti_batch_size(batch) > 0);
    check_written(batch, 2, &wanted);
    for (size_t i = 0; i < 7; i++) (void)batch_add(batch, 1, &papers[i].document);
    check_written(batch, 1, &few);
    check_written(batch, 3, &none);
    memory_close(&few);
  }
  memory_close(&none);
  enti_batch_free(batch);
}

/* A document that cannot be added leaves the batch as it was. */
/* What a batch need not see: it is refused before. */
static void refused(void **state) {
  (void)state;
  enti_batch *batch;
  ent_error err = {0};
  ent_document wrong = {.id = "wrong", .source = {.text = "fine \xFF", .length = 6}};
  assert_int_equal(enti_document_check(&wrong, &err), ENT_ERR_UTF8);
  assert_int_equal(err.offset, 5);
  assert_int_equal(enti_batch_new(NULL, 0, &batch), ENT_ERR_ARGUMENT);
  assert_int_equal(enti_batch_new(NULL, 65, &batch), ENT_ERR_ARGUMENT);
}

/* The hash tells everything that a document is given with, in whatever order its fields come. */
static void hashes(void **state) {
  (void)state;
  static const ent_range ranges[] = {{0, 3}, {3, 5}};
  static const ent_heading headings[] = {{0, 3, 1}, {0, 3, 2}};
  static const ent_field fields[] = {{"a", {.kind = ENT_VALUE_INTEGER, .integer = 1}}, {"b", {.kind = ENT_VALUE_TEXT, .text = "1", .length = 1}},
                                     {"a", {.kind = ENT_VALUE_BOOLEAN, .integer = 1}}};
  ent_document all[] = {
      {.source = {.text = "words", .length = 5}},
      {.source = {.text = "words", .length = 4}},
      {.source = {.text = "words", .length = 5, .layout = ENT_LAYOUT_MARKDOWN}},
      {.source = {.text = "words", .length = 5, .unrepaired = ENT_REPAIR_WIDTH}},
      {.source = {.text = "words", .length = 5, .lang = "en"}},
      {.source = {.text = "words", .length = 5, .pages = ranges}},
      {.source = {.text = "words", .length = 5, .pages = ranges, .page_count = 1}},
      {.source = {.text = "words", .length = 5, .pages = ranges, .page_count = 2}},
      {.source = {.text = "words", .length = 5, .furniture = ranges, .furniture_count = 1}},
      {.source = {.text = "words", .length = 5, .headings = headings, .heading_count = 1}},
      {.source = {.text = "words", .length = 5, .headings = headings + 1, .heading_count = 1}},
      {.source = {.text = "words", .length = 5}, .fields = fields, .field_count = 1},
      {.source = {.text = "words", .length = 5}, .fields = fields, .field_count = 2},
      {.source = {.text = "words", .length = 5}, .fields = fields + 2, .field_count = 1}};
  enum { ALL = sizeof all / sizeof *all };
  uint8_t made[ALL][16], again[16];
  for (size_t i = 0; i < ALL; i++) {
    all[i].id = "a";
    enti_document_hash(&all[i], made[i]);
    for (size_t k = 0; k < i; k++) assert_memory_not_equal(made[i], made[k], 16);
  }
  ent_field turned[] = {fields[1], fields[0]};
  all[12].fields = turned;
  enti_document_hash(&all[12], again);
  assert_memory_equal(again, made[12], 16);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(any_order),  cmocka_unit_test(any_lanes_and_threads),
                                     cmocka_unit_test(at_once),    cmocka_unit_test(no_trace),
                                     cmocka_unit_test(used_again), cmocka_unit_test(refused),
                                     cmocka_unit_test(hashes)};
  return cmocka_run_group_tests_name("batch", tests, open_papers, close_papers);
}
