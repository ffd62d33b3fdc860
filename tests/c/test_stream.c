/* index/stream: the rows from C, and memory that runs out. What the rows are: tests/spec/filters_spec.lua. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "entente.h"

typedef struct meter {
  size_t left, in_use; /* allocations until one fails; bytes */
} meter;

static void *metered(void *user, void *block, size_t old_size, size_t new_size) {
  meter *m = user;
  if (new_size > old_size && m->left-- == 0) {
    m->left = 0;
    return NULL;
  }
  m->in_use += new_size - old_size;
  if (new_size) return realloc(block, new_size);
  free(block);
  return NULL;
}

/* Feeds the text in two halves and collects the rows; the first status that is not ENT_OK. */
static ent_status run(const ent_alloc *alloc, const char *text, char *out) {
  ent_stream *stream;
  size_t half = strlen(text) / 2, length = 1;
  ent_status status = ent_stream_new(alloc, 4, false, &stream);
  if (status != ENT_OK) return status;
  status = ent_stream_feed(stream, text, half, false);
  for (int last = 0; last < 2 && status == ENT_OK; last++) {
    if (last) status = ent_stream_feed(stream, text + half, strlen(text) - half, true);
    for (length = 1; status == ENT_OK && length;) {
      const char *rows;
      status = ent_stream_rows(stream, &rows, &length, NULL);
      if (status == ENT_OK) memcpy(out, rows, length);
      if (status == ENT_OK) out += length;
    }
  }
  *out = '\0';
  ent_stream_free(stream);
  return status;
}

static const char text[] = "One \xE6\x95\xB0\xFF" "b.\n\nTwo. Three, 4. \xE0\xB9\x84\xE0\xB8\x97";
static const char wanted[] =
    "0\t3\tOne\tone\tLatin\t1\n4\t7\t\xE6\x95\xB0\t\xE6\x95\xB0\tHan\t1\n8\t9\tb\tb\tLatin\t1\n12\t15\tTwo\ttwo\tLatin\t2\n"
    "17\t22\tThree\tthree\tLatin\t3\n24\t25\t4\t4\tCommon\t3\n27\t30\t\xE0\xB9\x84\t\xE0\xB9\x84\tThai\t3\n"
    "30\t33\t\xE0\xB8\x97\t\xE0\xB8\x97\tThai\t3\n";

static void every_allocation_may_fail(void **state) {
  (void)state;
  char out[1024];
  size_t allowed = 0;
  ent_status status;
  do {
    meter m = {allowed++, 0};
    status = run(&(ent_alloc){metered, &m}, text, out);
    assert_int_equal(m.in_use, 0);
    assert_true(status == ENT_OK || status == ENT_ERR_MEMORY);
  } while (status != ENT_OK);
  assert_true(allowed > 10);
  assert_string_equal(out, wanted);
}

static void feeding_behind_the_end_is_refused(void **state) {
  (void)state;
  ent_stream *stream;
  const char *rows;
  size_t length;
  assert_int_equal(ent_stream_new(NULL, 0, false, &stream), ENT_OK);
  assert_int_equal(ent_stream_feed(stream, "a", 1, true), ENT_OK);
  assert_int_equal(ent_stream_feed(stream, "b", 1, true), ENT_ERR_STATE);
  assert_int_equal(ent_stream_rows(stream, &rows, &length, NULL), ENT_OK);
  assert_int_equal(length, strlen("0\t1\ta\ta\tLatin\t1\n"));
  assert_int_equal(ent_stream_rows(stream, &rows, &length, NULL), ENT_OK);
  assert_int_equal(length, 0);
  ent_stream_free(stream);
}

/* Blocks end inside sequences: the bytes that could go on are kept back, no others. */
static void whole_sequences(void **state) {
  (void)state;
  static const struct {
    const char *bytes;
    size_t length, whole;
  } cases[] = {{"", 0, 0}, {"a", 1, 1}, {"a\xE2", 2, 1}, {"a\xE2\x82", 3, 1}, {"\xE2\x82\xAC", 3, 3}, {"\xF0\x9F\x98", 3, 0},
               {"\x80\x80\x80", 3, 3}, {"\xC0", 1, 1}, {"\xE0\x80", 2, 2}, {"\xED\xA0", 2, 2}, {"\xF4\x90", 2, 2},
               {"\xF5", 1, 1}, {"\xC3\xA9\x80", 3, 3}, {"\xF0\x90\x80\x80\x80", 5, 5}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_int_equal(ent_utf8_whole(cases[i].bytes, cases[i].length), cases[i].whole);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_allocation_may_fail),
                                     cmocka_unit_test(feeding_behind_the_end_is_refused), cmocka_unit_test(whole_sequences)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
