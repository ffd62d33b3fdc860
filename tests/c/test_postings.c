/* postings: a term's documents and positions, against the list that was written. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "../fuzz/pool.h"
#include "segment/postings.h"

enum { MOST = 1200 };

typedef struct naive {
  uint32_t documents[MOST], counts[MOST];
  uint32_t *positions[MOST];
  uint32_t count;
  uint64_t tokens;
} naive;

static naive list;

static void forget_list(void) {
  for (uint32_t i = 0; i < list.count; i++) free(list.positions[i]);
  memset(&list, 0, sizeof list);
}

/* Adds a document with `count` positions whose distances are below `step`, the first of them `first`. */
static void add(pool_seed *seed, uint32_t document, uint32_t count, uint32_t first, uint32_t step) {
  uint32_t at = first, *positions = malloc(count * sizeof *positions);
  assert_non_null(positions);
  for (uint32_t i = 0; i < count; i++) {
    positions[i] = at;
    at += 1 + pool_below(seed, step);
  }
  list.documents[list.count] = document;
  list.counts[list.count] = count;
  list.positions[list.count++] = positions;
  list.tokens += count;
}

static ent_status put(enti_postings *postings, uint32_t document, const void *bytes, size_t length, uint32_t tokens) {
  unsigned char *to;
  ent_status status = enti_postings_room(postings, length, &to);
  if (status != ENT_OK) return status;
  memcpy(to, bytes, length);
  return enti_postings_add(postings, document, length, tokens);
}

static void write_list(enti_postings *postings, enti_bytes *out) {
  for (uint32_t i = 0; i < list.count; i++) {
    enti_bytes bytes = {0};
    for (uint32_t k = 0; k < list.counts[i]; k++)
      assert_int_equal(enti_bytes_varint(&enti_alloc_default, &bytes, list.positions[i][k] - (k ? list.positions[i][k - 1] : 0)), ENT_OK);
    assert_int_equal(put(postings, list.documents[i], bytes.at, bytes.count, list.counts[i]), ENT_OK);
    enti_array_free(&enti_alloc_default, &bytes);
  }
  assert_int_equal(postings->count, list.count);
  assert_true(postings->tokens == list.tokens);
  assert_int_equal(enti_postings_finish(postings, out), ENT_OK);
}

/* The bytes of a term between others, in a block that ends with the slack. */
typedef struct frozen {
  enti_view view;
  unsigned char *block;
  uint64_t begin, end;
} frozen;

enum { BEFORE = 5 };

static frozen freeze(const enti_bytes *bytes) {
  frozen f = {.begin = BEFORE, .end = BEFORE + bytes->count};
  size_t size = BEFORE + bytes->count + ENTI_SLACK;
  f.block = malloc(size);
  assert_non_null(f.block);
  memset(f.block, 0xFF, size);
  memcpy(f.block + BEFORE, bytes->at, bytes->count);
  f.view = (enti_view){.at = f.block, .length = size};
  return f;
}

static uint32_t limit_of_list(void) { return list.documents[list.count - 1] + 1; }

static void open_cursor(enti_cursor *cursor, frozen *f) {
  assert_int_equal(enti_cursor_open(cursor, &f->view, f->begin, f->end, list.count, limit_of_list()), ENT_OK);
}

static void check_positions(enti_cursor *cursor, uint32_t i) {
  uint32_t *at = NULL, length;
  size_t count = 0, room = 0;
  const unsigned char *bytes;
  assert_int_equal(enti_cursor_positions(cursor, &enti_alloc_default, &at, &count, &room), ENT_OK);
  assert_int_equal(count, list.counts[i]);
  assert_memory_equal(at, list.positions[i], count * sizeof *at);
  assert_int_equal(enti_cursor_bytes(cursor, &bytes, &length), ENT_OK);
  assert_int_equal(enti_positions_count(bytes, length), count);
  enti_free(&enti_alloc_default, at, room * sizeof *at);
}

static void check_next(frozen *f) {
  enti_cursor cursor;
  uint32_t document;
  open_cursor(&cursor, f);
  for (uint32_t i = 0; i < list.count; i++) {
    assert_int_equal(enti_cursor_next(&cursor, &document), ENT_OK);
    assert_int_equal(document, list.documents[i]);
    check_positions(&cursor, i);
  }
  for (int again = 0; again < 2; again++) {
    assert_int_equal(enti_cursor_next(&cursor, &document), ENT_OK);
    assert_int_equal(document, ENT_NONE);
    assert_int_equal(enti_cursor_seek(&cursor, 0, &document), ENT_OK);
    assert_int_equal(document, ENT_NONE);
  }
}

/* Seeks and steps in a random mixture, none of which goes back. */
static void check_seeks(pool_seed *seed, frozen *f) {
  for (int round = 0; round < 4; round++) {
    enti_cursor cursor;
    uint32_t document = 0, reach = 1 + pool_below(seed, 8);
    uint32_t at = 0; /* the document that is wanted next is not before this one */
    bool begun = false;
    open_cursor(&cursor, f);
    while (at < list.count) {
      if (pool_below(seed, 3) == 0) {
        assert_int_equal(enti_cursor_next(&cursor, &document), ENT_OK);
        at += begun;
      } else {
        uint32_t aim = at + pool_below(seed, pool_below(seed, 3) ? reach : 400);
        uint32_t wanted = aim < list.count ? list.documents[aim] : limit_of_list() + pool_below(seed, 2);
        if (aim < list.count && wanted > 0 && pool_below(seed, 2)) wanted--; /* perhaps not in the list */
        assert_int_equal(enti_cursor_seek(&cursor, wanted, &document), ENT_OK);
        while (at < list.count && list.documents[at] < wanted) at++;
      }
      begun = true;
      assert_int_equal(document, at < list.count ? list.documents[at] : ENT_NONE);
      if (at < list.count && pool_below(seed, 4) == 0) check_positions(&cursor, at);
    }
  }
}

/* A term whose last bytes are missing, or that names a document beyond the segment's, is refused. */
static ent_status read_all(enti_view *view, uint64_t begin, uint64_t end, uint32_t limit) {
  enti_cursor cursor;
  const unsigned char *bytes;
  uint32_t document = 0, length;
  ent_status status = enti_cursor_open(&cursor, view, begin, end, list.count, limit);
  while (status == ENT_OK && document != ENT_NONE) {
    status = enti_cursor_next(&cursor, &document);
    if (status == ENT_OK && document != ENT_NONE) status = enti_cursor_bytes(&cursor, &bytes, &length);
  }
  return status;
}

static void check_refused(frozen *f) {
  for (uint64_t less = 1; less <= f->end - f->begin; less += 1 + (f->end - f->begin) / 50)
    assert_int_equal(read_all(&f->view, f->begin, f->end - less, limit_of_list()), ENT_ERR_DAMAGE);
  if (limit_of_list() > list.count)
    assert_int_equal(read_all(&f->view, f->begin, f->end, limit_of_list() - 1), ENT_ERR_DAMAGE);
}

static void check_list(pool_seed *seed, enti_postings *postings) {
  enti_bytes out = {0};
  write_list(postings, &out);
  frozen f = freeze(&out);
  check_next(&f);
  check_seeks(seed, &f);
  check_refused(&f);
  free(f.block);
  enti_array_free(&enti_alloc_default, &out);
}

/* ---- tests -------------------------------------------------------------------------------- */

/* Every length about the borders of blocks; one writer serves all terms. */
static void every_length(void **state) {
  (void)state;
  static const uint32_t counts[] = {1, 2, 3, 126, 127, 128, 129, 130, 255, 256, 257, 383, 384, 385, 512, 777, 1000};
  pool_seed seed = 128;
  enti_postings postings = {.alloc = enti_alloc_default};
  for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
    for (uint32_t step = 1; step < 100; step += 33) {
      for (uint32_t i = 0, document = 0; i < counts[c]; i++, document += 1 + pool_below(&seed, step))
        add(&seed, document, 1 + pool_below(&seed, 4), pool_below(&seed, 500), 200);
      check_list(&seed, &postings);
      forget_list();
    }
  enti_postings_free(&postings);
}

/* Distances of documents that need 0 to 32 bits, in blocks that end anywhere. */
static void widths(void **state) {
  (void)state;
  pool_seed seed = 32;
  enti_postings postings = {.alloc = enti_alloc_default};
  for (unsigned bits = 0; bits <= 32; bits++)
    for (uint32_t count = 1; count < 140; count += 1 + pool_below(&seed, 7)) {
      uint64_t most = bits ? (UINT64_C(1) << bits) - 1 : 0, next = 0;
      for (uint32_t i = 0; i < count; i++) { /* the first one needs them all, the others what is left */
        uint64_t left = ENT_NONE - 1 - next, distance = i ? pool_random(&seed) % (most + 1) : most;
        if (distance > left / (count - i) && i) distance = left / (count - i) ? pool_random(&seed) % (left / (count - i)) : 0;
        if (distance > left - (count - i)) distance = left - (count - i);
        next += distance;
        add(&seed, (uint32_t)next++, 1, pool_below(&seed, 100), 1);
      }
      check_list(&seed, &postings);
      forget_list();
    }
  enti_postings_free(&postings);
}

/* Few documents with many positions, many with few, positions up to the largest. */
static void positions(void **state) {
  (void)state;
  pool_seed seed = 2147483647;
  enti_postings postings = {.alloc = enti_alloc_default};
  for (int round = 0; round < 60; round++) {
    uint32_t count = 1 + pool_below(&seed, 300), document = pool_below(&seed, 1000);
    for (uint32_t i = 0; i < count; i++, document += 1 + pool_below(&seed, 20)) {
      uint32_t tokens = pool_below(&seed, 40) ? 1 + pool_below(&seed, 3) : 1 + pool_below(&seed, 5000);
      uint32_t step = 1 + pool_below(&seed, 300), reach = tokens * step;
      uint32_t first = pool_below(&seed, 10) ? pool_below(&seed, 1000) : INT32_MAX - reach;
      add(&seed, document, tokens, first, step);
    }
    check_list(&seed, &postings);
    forget_list();
  }
  add(&seed, 3, 1, INT32_MAX, 1); /* the largest there is */
  add(&seed, ENT_NONE - 1, 2, INT32_MAX - 1, 1);
  check_list(&seed, &postings);
  forget_list();
  enti_postings_free(&postings);
}

/* Positions that go beyond the largest, do not grow, or end in the middle are damage. */
static void wrong_positions(void **state) {
  (void)state;
  static const struct {
    const char *bytes;
    size_t length;
  } wrong[] = {{"\xFF\xFF\xFF\xFF\x07\x01", 6}, {"\x80\x80\x80\x80\x08", 5}, {"\x05\x00", 2}, {"\x05\x80", 2}, {"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F", 10}};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    enti_postings postings = {.alloc = enti_alloc_default};
    enti_bytes out = {0};
    enti_cursor cursor;
    uint32_t document, *at = NULL;
    size_t count = 0, room = 0;
    assert_int_equal(put(&postings, 0, wrong[i].bytes, wrong[i].length, 1), ENT_OK);
    assert_int_equal(enti_postings_finish(&postings, &out), ENT_OK);
    frozen f = freeze(&out);
    assert_int_equal(enti_cursor_open(&cursor, &f.view, f.begin, f.end, 1, 1), ENT_OK);
    assert_int_equal(enti_cursor_next(&cursor, &document), ENT_OK);
    assert_int_equal(enti_cursor_positions(&cursor, &enti_alloc_default, &at, &count, &room), ENT_ERR_DAMAGE);
    enti_free(&enti_alloc_default, at, room * sizeof *at);
    enti_array_free(&enti_alloc_default, &out);
    enti_postings_free(&postings);
    free(f.block);
  }
}

/* A term has a document, and no more than the segment. */
static void wrong_counts(void **state) {
  (void)state;
  enti_postings postings = {.alloc = enti_alloc_default};
  enti_bytes out = {0};
  enti_cursor cursor;
  assert_int_equal(put(&postings, 4, "\x01", 1, 1), ENT_OK);
  assert_int_equal(enti_postings_finish(&postings, &out), ENT_OK);
  frozen f = freeze(&out);
  assert_int_equal(enti_cursor_open(&cursor, &f.view, f.begin, f.end, 0, 5), ENT_ERR_DAMAGE);
  assert_int_equal(enti_cursor_open(&cursor, &f.view, f.begin, f.end, 6, 5), ENT_ERR_DAMAGE);
  assert_int_equal(enti_cursor_open(&cursor, &f.view, f.begin, f.end, ENT_NONE, ENT_NONE), ENT_ERR_DAMAGE);
  assert_int_equal(enti_cursor_open(&cursor, &f.view, f.end, f.begin, 1, 5), ENT_ERR_DAMAGE);
  assert_int_equal(enti_cursor_open(&cursor, &f.view, f.begin, f.view.length + 1, 1, 5), ENT_ERR_DAMAGE);
  free(f.block);
  enti_array_free(&enti_alloc_default, &out);
  enti_postings_free(&postings);
}

/* What is flipped in a term is refused or read within its bounds: no document beyond the limit, none twice. */
static void flipped(void **state) {
  (void)state;
  pool_seed seed = 77;
  enti_postings postings = {.alloc = enti_alloc_default};
  enti_bytes out = {0};
  for (uint32_t i = 0, document = 0; i < 300; i++, document += 1 + pool_below(&seed, 3))
    add(&seed, document, 1 + pool_below(&seed, 3), pool_below(&seed, 50), 9);
  write_list(&postings, &out);
  frozen f = freeze(&out);
  for (uint64_t bit = 0; bit < 8 * (f.end - f.begin); bit++) {
    enti_cursor cursor;
    uint32_t document = 0, last = 0;
    f.block[f.begin + bit / 8] ^= (unsigned char)(1 << bit % 8);
    ent_status status = enti_cursor_open(&cursor, &f.view, f.begin, f.end, list.count, limit_of_list());
    for (uint32_t i = 0; status == ENT_OK && document != ENT_NONE; i++) {
      uint32_t *at = NULL;
      size_t count = 0, room = 0;
      status = bit % 2 ? enti_cursor_next(&cursor, &document) : enti_cursor_seek(&cursor, i ? last + 2 : 0, &document);
      if (status != ENT_OK || document == ENT_NONE) break;
      assert_true(document < limit_of_list() && (i == 0 || document > last));
      last = document;
      status = enti_cursor_positions(&cursor, &enti_alloc_default, &at, &count, &room);
      enti_free(&enti_alloc_default, at, room * sizeof *at);
    }
    assert_true(status == ENT_OK || status == ENT_ERR_DAMAGE);
    f.block[f.begin + bit / 8] ^= (unsigned char)(1 << bit % 8);
  }
  free(f.block);
  forget_list();
  enti_array_free(&enti_alloc_default, &out);
  enti_postings_free(&postings);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_length), cmocka_unit_test(widths),
                                     cmocka_unit_test(positions),    cmocka_unit_test(wrong_positions),
                                     cmocka_unit_test(wrong_counts), cmocka_unit_test(flipped)};
  return cmocka_run_group_tests_name("postings", tests, NULL, NULL);
}
