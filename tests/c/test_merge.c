/* merge: whatever way documents came together, the segment is the one that a single batch of them gives. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "memory_segment.h"

enum { COUNT = 220, MOST = 8 };

static paper *papers;

static int open_papers(void **state) {
  (void)state;
  pool_seed seed = 21;
  papers = papers_make(&seed, COUNT);
  return 0;
}

static int close_papers(void **state) {
  (void)state;
  papers_free(papers, COUNT);
  return 0;
}

static void merge(const enti_merge_input *inputs, size_t count, memory_segment *out) {
  memory_sink sink = memory_sink_new();
  ent_error err = {0};
  if (enti_segment_merge(NULL, inputs, count, &sink.sink, &err) != ENT_OK) fail_msg("%s", err.message);
  memory_open(out, &sink);
  memory_sink_free(&sink);
}

/* The bits of those documents of a segment whose paper is not `in`; freed by the caller. */
static uint64_t *removed_of(const enti_segment *segment, const uint8_t *in) {
  uint64_t *bits = calloc(enti_segment_documents(segment) / 64 + 1, sizeof *bits);
  assert_non_null(bits);
  for (size_t i = 0; i < COUNT; i++) {
    uint32_t number;
    assert_int_equal(enti_segment_find(segment, papers[i].id, strlen(papers[i].id), &number), ENT_OK);
    if (number != ENT_NONE && !in[i]) bits[number >> 6] |= UINT64_C(1) << (number & 63);
  }
  return bits;
}

static void check_same(const memory_segment *is, const memory_segment *wanted) {
  assert_int_equal(is->view.length, wanted->view.length);
  assert_true(memory_same(is, wanted));
}

/* ---- tests -------------------------------------------------------------------------------- */

/* Any split into 1 to 8 segments, each with documents that are left out. */
static void splits(void **state) {
  (void)state;
  pool_seed seed = 8;
  for (int round = 0; round < 40; round++) {
    size_t parts = 1 + pool_below(&seed, MOST);
    uint8_t kept[COUNT], where[COUNT], in[MOST][COUNT];
    memory_segment segments[MOST], wanted, merged;
    enti_merge_input inputs[MOST];
    uint32_t odds = pool_below(&seed, 4);
    for (size_t i = 0; i < COUNT; i++) {
      kept[i] = odds == 0 || pool_below(&seed, odds + 1) > 0;
      where[i] = (uint8_t)pool_below(&seed, parts);
      for (size_t p = 0; p < parts; p++) in[p][i] = where[i] == p;
    }
    for (size_t p = 0; p < parts; p++) {
      papers_segment(papers, COUNT, in[p], &segments[p]);
      inputs[p] = (enti_merge_input){segments[p].segment, odds ? removed_of(segments[p].segment, kept) : NULL};
    }
    papers_segment(papers, COUNT, kept, &wanted);
    merge(inputs, parts, &merged);
    check_same(&merged, &wanted);
    for (size_t p = 0; p < parts; p++) {
      free((void *)inputs[p].removed);
      memory_close(&segments[p]);
    }
    memory_close(&wanted);
    memory_close(&merged);
  }
}

/* ((a b) c), (a (b c)), (c b a) and all at once. */
static void association(void **state) {
  (void)state;
  pool_seed seed = 9;
  for (int round = 0; round < 10; round++) {
    memory_segment a, b, c, ab, bc, left, right, turned, all;
    uint8_t in[3][COUNT] = {{0}};
    for (size_t i = 0; i < COUNT; i++) in[pool_below(&seed, 3)][i] = 1;
    papers_segment(papers, COUNT, in[0], &a);
    papers_segment(papers, COUNT, in[1], &b);
    papers_segment(papers, COUNT, in[2], &c);
    papers_segment(papers, COUNT, NULL, &all);
    merge((enti_merge_input[]){{a.segment, NULL}, {b.segment, NULL}}, 2, &ab);
    merge((enti_merge_input[]){{b.segment, NULL}, {c.segment, NULL}}, 2, &bc);
    merge((enti_merge_input[]){{ab.segment, NULL}, {c.segment, NULL}}, 2, &left);
    merge((enti_merge_input[]){{a.segment, NULL}, {bc.segment, NULL}}, 2, &right);
    merge((enti_merge_input[]){{c.segment, NULL}, {b.segment, NULL}, {a.segment, NULL}}, 3, &turned);
    check_same(&left, &all);
    check_same(&right, &all);
    check_same(&turned, &all);
    memory_segment *made[] = {&a, &b, &c, &ab, &bc, &left, &right, &turned, &all};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) memory_close(made[i]);
  }
}

/* Nothing, empty segments, segments of which nothing is left. */
static void nothing(void **state) {
  (void)state;
  uint8_t none[COUNT] = {0}, first[COUNT] = {1};
  memory_segment empty, some, merged, one;
  papers_segment(papers, COUNT, none, &empty);
  papers_segment(papers, COUNT, NULL, &some);
  papers_segment(papers, COUNT, first, &one);
  uint64_t *all = removed_of(some.segment, none), *but_one = removed_of(some.segment, first);
  merge(NULL, 0, &merged);
  check_same(&merged, &empty);
  memory_close(&merged);
  merge((enti_merge_input[]){{empty.segment, NULL}, {some.segment, all}, {empty.segment, NULL}}, 3, &merged);
  check_same(&merged, &empty);
  memory_close(&merged);
  merge((enti_merge_input[]){{empty.segment, NULL}, {some.segment, but_one}}, 2, &merged);
  check_same(&merged, &one);
  memory_close(&merged);
  free(all);
  free(but_one);
  memory_close(&empty);
  memory_close(&some);
  memory_close(&one);
}

/* A document that two inputs have is refused by name, but not where one of them leaves it out: so is it replaced. */
static void twice(void **state) {
  (void)state;
  uint8_t first[COUNT] = {1}, rest[COUNT];
  memory_segment some, one, merged, all;
  ent_error err = {0};
  memory_sink sink = memory_sink_new();
  memset(rest, 1, sizeof rest);
  rest[0] = 0;
  papers_segment(papers, COUNT, NULL, &some);
  papers_segment(papers, COUNT, first, &one);
  papers_segment(papers, COUNT, NULL, &all);
  enti_merge_input inputs[] = {{some.segment, NULL}, {one.segment, NULL}};
  assert_int_equal(enti_segment_merge(NULL, inputs, 2, &sink.sink, &err), ENT_ERR_ARGUMENT);
  assert_non_null(strstr(err.message, papers[0].id));
  memory_sink_free(&sink);
  uint64_t *bits = removed_of(some.segment, rest);
  inputs[0].removed = bits;
  merge(inputs, 2, &merged);
  check_same(&merged, &all);
  free(bits);
  memory_close(&some);
  memory_close(&one);
  memory_close(&merged);
  memory_close(&all);
}

/* Many segments of one document each. */
static void one_by_one(void **state) {
  (void)state;
  enum { SOME = 150 };
  static memory_segment segments[SOME];
  static enti_merge_input inputs[SOME];
  uint8_t in[COUNT] = {0};
  memory_segment wanted, merged;
  for (size_t i = 0; i < SOME; i++) {
    uint8_t own[COUNT] = {0};
    in[i] = own[i] = 1;
    papers_segment(papers, COUNT, own, &segments[i]);
    inputs[i].segment = segments[i].segment;
  }
  papers_segment(papers, COUNT, in, &wanted);
  merge(inputs, SOME, &merged);
  check_same(&merged, &wanted);
  memory_close(&merged);
  memory_close(&wanted);
  for (size_t i = 0; i < SOME; i++) memory_close(&segments[i]);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(splits), cmocka_unit_test(association), cmocka_unit_test(nothing),
                                     cmocka_unit_test(twice), cmocka_unit_test(one_by_one)};
  return cmocka_run_group_tests_name("merge", tests, open_papers, close_papers);
}
