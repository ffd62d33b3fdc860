/* Memory that runs out, in segments and corpora: for every allocation, once and from there on, ENT_ERR_MEMORY or the same
 * outcome as ever, nothing that is not given back, and a corpus on disk that is a commit. */
#define _GNU_SOURCE /* mkdtemp */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <unistd.h>

#include "ask.h"
#include "sample_segment.h"
#include "meter.h"
#include "segment/find.h"

static ent_document documents[140]; /* more than a block of postings of the short ones; then those of every kind */
static size_t document_count, short_count;
static memory_sink sound;

static int make(void **state) {
  (void)state;
  static memory_many many;
  size_t count;
  const ent_document *some = memory_documents(&count);
  memory_many_make(&many);
  short_count = sizeof documents / sizeof *documents - count;
  document_count = short_count + count;
  memcpy(documents, many.documents, short_count * sizeof *documents);
  memcpy(documents + short_count, some, count * sizeof *documents);
  sound = memory_sink_new();
  return memory_segment(NULL, documents, document_count, &sound) == ENT_OK ? 0 : 1;
}

static int drop(void **state) {
  (void)state;
  memory_sink_free(&sound);
  return 0;
}

/* ---- the loop ---- */

/* Does its work and adds what came of it to the digest. What is asked besides can be told from m->failed. */
typedef ent_status work(const ent_alloc *alloc, const meter *m, ask_digest *digest);

/* `step`: every so many allocations when there are thousands of the same kind. */
static void each_allocation(work *run, size_t step) {
  ask_digest whole = {0};
  meter none = {0};
  assert_int_equal(run(&(ent_alloc){meter_resize, &none}, &none, &whole), ENT_OK);
  assert_int_equal(none.live, 0);
  for (int for_ever = 0; for_ever < 2; for_ever++) {
    size_t n = 1;
    for (bool reached = true; reached; n += step) {
      meter m = {.fail_at = n, .for_ever = for_ever != 0};
      ask_digest digest = {0};
      ent_status status = run(&(ent_alloc){meter_resize, &m}, &m, &digest);
      reached = m.failed;
      if (status != ENT_OK && status != ENT_ERR_MEMORY) fail_msg("allocation %zu: status %d", n, status);
      if (status == ENT_OK && digest.sum != whole.sum) fail_msg("allocation %zu: ENT_OK, but another outcome", n);
      if (!reached) assert_int_equal(status, ENT_OK);
      if (m.live != 0) fail_msg("allocation %zu: %zu bytes are left", n, m.live);
    }
    assert_true(n > 10 * step);
  }
}

/* ---- segments ---- */

static ent_status write_segment(const ent_alloc *alloc, unsigned threads, const meter *m, ask_digest *digest) {
  enti_batch *batch = NULL;
  memory_sink sink = memory_sink_new();
  uint8_t hash[16];
  uint32_t number;
  ent_status status = enti_batch_new(alloc, threads, &batch);
  for (size_t i = 0; i < document_count && status == ENT_OK; i++) {
    ent_error err = {0};
    enti_document_hash(&documents[i], hash);
    status = enti_batch_add(batch, (unsigned)i % threads, &documents[i], hash, &number, &err);
    assert_int_equal(status, err.code);
    if (status == ENT_ERR_MEMORY && !m->for_ever) /* the batch is as before, so it goes on */
      status = enti_batch_add(batch, (unsigned)i % threads, &documents[i], hash, &number, NULL);
    if (status == ENT_OK) assert_int_equal(enti_batch_count(batch), i + 1);
  }
  if (status == ENT_OK) status = enti_batch_write(batch, threads, &sink.sink, NULL);
  if (status == ENT_OK) ask_bytes(digest, sink.at, sink.length);
  enti_batch_free(batch);
  memory_sink_free(&sink);
  return status;
}

static ent_status write_by_one(const ent_alloc *alloc, const meter *m, ask_digest *digest) { return write_segment(alloc, 1, m, digest); }
static ent_status write_by_two(const ent_alloc *alloc, const meter *m, ask_digest *digest) { return write_segment(alloc, 2, m, digest); }

static void writing(void **state) {
  (void)state;
  each_allocation(write_by_one, 1);
}

static void writing_by_threads(void **state) {
  (void)state;
  each_allocation(write_by_two, 7);
}

static ent_status search(const ent_alloc *alloc, const enti_segment *segment, const char *const *words, size_t count,
                         uint32_t distance, ask_digest *digest) {
  enti_query query;
  enti_finder *finder;
  uint32_t document;
  const ent_place *places;
  size_t found;
  ent_status status = enti_query_make(alloc, words, count, distance, &query, NULL);
  if (status != ENT_OK) return status;
  status = enti_finder_new(alloc, segment, NULL, &query, &finder);
  if (status == ENT_OK) {
    while ((status = enti_finder_next(finder, &document)) == ENT_OK && document != ENT_NONE) {
      status = enti_finder_places(finder, &places, &found);
      if (status == ENT_ERR_MEMORY) status = enti_finder_places(finder, &places, &found); /* asked again, it is no other answer */
      if (status != ENT_OK) break;
      ask_number(digest, document);
      ask_bytes(digest, places, found * sizeof *places);
    }
    enti_finder_free(finder);
  }
  enti_query_free(alloc, &query);
  return status;
}

static ent_status read_documents(const ent_alloc *alloc, const enti_segment *segment, ent_index *index, enti_type_map *map, ask_digest *digest) {
  ent_status status = ENT_OK;
  uint32_t all = enti_segment_documents(segment), number;
  for (uint32_t d = 0; d < all && status == ENT_OK; d += d + 20 < all ? 20 : 1) {
    ent_string *text;
    status = enti_segment_text(segment, alloc, d, 0, SIZE_MAX, &text);
    if (status == ENT_OK) ask_string(digest, text);
    if (status == ENT_OK) status = enti_segment_load(segment, d, index, map, &number, NULL);
    if (status == ENT_OK) ask_index(digest, index, number);
  }
  return status;
}

static ent_status read_segment(const ent_alloc *alloc, const meter *m, ask_digest *digest) {
  static const char *const words[] = {"t*", "digital trust"}, *const near[] = {"trust", "*a*"};
  (void)m;
  enti_view view = {.at = sound.at, .length = sound.length};
  enti_segment *segment;
  ent_vocab *vocab = NULL;
  ent_index *index = NULL;
  enti_type_map map = {0};
  ent_status status = enti_segment_open(alloc, &view, &segment, NULL);
  if (status != ENT_OK) return status;
  status = ent_vocab_new(alloc, &vocab);
  if (status == ENT_OK) status = ent_index_new(vocab, &index);
  if (status == ENT_OK) status = read_documents(alloc, segment, index, &map, digest);
  for (int i = 0; i < 2 && status == ENT_OK; i++) status = search(alloc, segment, &words[i], 1, ENT_NONE, digest);
  if (status == ENT_OK) status = search(alloc, segment, near, 2, 3, digest);
  ent_index_free(index);
  ent_vocab_free(vocab);
  enti_array_free(alloc, &map);
  enti_segment_free(segment);
  return status;
}

static void reading(void **state) {
  (void)state;
  each_allocation(read_segment, 1);
}

static ent_status verify_segment(const ent_alloc *alloc, const meter *m, ask_digest *digest) {
  (void)m, (void)digest;
  enti_view view = {.at = sound.at, .length = sound.length};
  enti_segment *segment;
  ent_status status = enti_segment_open(alloc, &view, &segment, NULL);
  if (status != ENT_OK) return status;
  status = enti_segment_verify(segment, NULL, NULL);
  enti_segment_free(segment);
  return status;
}

static void inspecting(void **state) {
  (void)state;
  each_allocation(verify_segment, 1);
}

static memory_sink halves[2];

static ent_status merge_segments(const ent_alloc *alloc, const meter *m, ask_digest *digest) {
  (void)m;
  uint64_t removed[3] = {5, 0, 0};
  enti_view views[2];
  enti_segment *segments[2] = {NULL, NULL};
  memory_sink out = memory_sink_new();
  ent_status status = ENT_OK;
  for (int i = 0; i < 2 && status == ENT_OK; i++) {
    views[i] = (enti_view){.at = halves[i].at, .length = halves[i].length};
    status = enti_segment_open(alloc, &views[i], &segments[i], NULL);
  }
  enti_merge_input inputs[2] = {{segments[0], removed}, {segments[1], NULL}};
  if (status == ENT_OK) status = enti_segment_merge(alloc, inputs, 2, &out.sink, NULL);
  if (status == ENT_OK) ask_bytes(digest, out.at, out.length);
  for (int i = 0; i < 2; i++) enti_segment_free(segments[i]);
  memory_sink_free(&out);
  return status;
}

static void merging(void **state) {
  (void)state;
  size_t half = short_count - 5; /* five short ones, and those of every kind */
  halves[0] = memory_sink_new();
  halves[1] = memory_sink_new();
  assert_int_equal(memory_segment(NULL, documents, half, &halves[0]), ENT_OK);
  assert_int_equal(memory_segment(NULL, documents + half, document_count - half, &halves[1]), ENT_OK);
  each_allocation(merge_segments, 1);
  memory_sink_free(&halves[0]);
  memory_sink_free(&halves[1]);
}

/* ---- corpora ---- */

static char folder[64], path[96], other_path[96];

static void remove_folder(const char *which) {
  ent_string *names;
  size_t length;
  char file[400];
  if (ent_folder_list(NULL, which, &names, NULL) != ENT_OK) return;
  const char *at = ent_string_bytes(names, &length), *end = at + length;
  for (; at < end; at += strlen(at) + 1) {
    (void)snprintf(file, sizeof file, "%s/%s", which, at);
    (void)unlink(file);
  }
  ent_string_free(names);
  (void)rmdir(which);
}

static void open_folder(void) {
  (void)strcpy(folder, "/dev/shm/entente-memory-XXXXXX");
  if (!mkdtemp(folder)) {
    (void)strcpy(folder, "/tmp/entente-memory-XXXXXX");
    assert_non_null(mkdtemp(folder));
  }
  (void)snprintf(path, sizeof path, "%s/one.entente", folder);
  (void)snprintf(other_path, sizeof other_path, "%s/two.entente", folder);
}

static void close_folder(void) {
  remove_folder(path);
  remove_folder(other_path);
  (void)rmdir(folder);
}

enum { SOME = 8 };

/* Two commits; *done counts those that were acknowledged. */
static ent_status write_corpus(const ent_alloc *alloc, uint64_t *done) {
  const ent_document *some = documents + short_count;
  ent_writer *writer;
  ent_error err = {0};
  ent_status status = ent_writer_open(alloc, path, NULL, &writer, &err);
  if (status != ENT_OK) return status;
  for (size_t i = 0; i < SOME - 2 && status == ENT_OK; i++) status = ent_writer_add(writer, &some[i], NULL, &err);
  if (status == ENT_OK) status = ent_writer_commit(writer, &err);
  *done += status == ENT_OK;
  if (status == ENT_OK) status = ent_writer_add(writer, &some[SOME - 2], NULL, &err);
  if (status == ENT_OK) status = ent_writer_remove(writer, some[0].id, NULL, &err);
  if (status == ENT_OK) status = ent_writer_commit(writer, &err);
  *done += status == ENT_OK;
  assert_int_equal(status, err.code);
  ent_writer_free(writer);
  return status;
}

static ent_status write_and_look(const ent_alloc *alloc, const meter *m, ask_digest *digest) {
  static const uint64_t counts[] = {0, SOME - 2, SOME - 2};
  ent_corpus *corpus;
  uint64_t done = 0;
  (void)m;
  remove_folder(path);
  ent_status status = write_corpus(alloc, &done);
  ent_status opened = ent_corpus_open(NULL, path, 0, &corpus, NULL);
  if (opened == ENT_OK) {
    uint64_t generation = ent_corpus_generation(corpus);
    assert_true(generation == done || generation == done + 1);
    assert_true(generation <= 2 && ent_corpus_totals(corpus).documents == counts[generation]);
    assert_int_equal(ent_corpus_verify(corpus, NULL, NULL, NULL), ENT_OK);
    if (status == ENT_OK) ask_number(digest, ent_corpus_totals(corpus).tokens);
    ent_corpus_free(corpus);
  } else {
    assert_int_equal(done, 0);
    assert_int_equal(opened, ENT_ERR_IO); /* nothing is there yet */
  }
  return status;
}

static void writing_a_corpus(void **state) {
  (void)state;
  open_folder();
  each_allocation(write_and_look, 1);
  close_folder();
}

static const char *const ids[] = {"zh/trust.md", "en/gap.txt", "absent"};
static ask_answers all_answers;

/* Every answer is that of a corpus that has memory, or says that it has none. */
static ent_status ask_corpus(const ent_alloc *alloc, const meter *m, ask_digest *digest) {
  static ask_answers answers;
  ent_corpus *corpus;
  ent_vocab *vocab = NULL;
  ent_index *index = NULL;
  bool moved;
  (void)m, (void)digest;
  ent_status status = ent_corpus_open(alloc, path, ENT_OPEN_READ, &corpus, NULL);
  if (status != ENT_OK) return status;
  status = ent_corpus_refresh(corpus, &moved, NULL);
  if (status == ENT_OK) status = ent_vocab_new(alloc, &vocab);
  if (status == ENT_OK) status = ent_index_new(vocab, &index);
  if (status == ENT_OK) {
    ask_all(corpus, ids, 3, ent_corpus_numbers(corpus), index, &answers);
    if (all_answers.count == 0) all_answers = answers;
    assert_int_equal(answers.count, all_answers.count);
  }
  for (size_t i = 0; index && i < answers.count; i++) {
    if (answers.at[i].status == ENT_ERR_MEMORY) status = ENT_ERR_MEMORY;
    else if (answers.at[i].status != all_answers.at[i].status || answers.at[i].digest != all_answers.at[i].digest)
      fail_msg("question %zu has status %d and another answer", i, answers.at[i].status);
  }
  if (status == ENT_OK) status = ent_corpus_verify(corpus, NULL, NULL, NULL);
  ent_index_free(index);
  ent_vocab_free(vocab);
  ent_corpus_free(corpus);
  return status;
}

static void asking_a_corpus(void **state) {
  (void)state;
  uint64_t done = 0;
  open_folder();
  all_answers.count = 0;
  assert_int_equal(write_corpus(NULL, &done), ENT_OK);
  each_allocation(ask_corpus, 3);
  close_folder();
}

static ent_status merge_corpora(const ent_alloc *alloc, const meter *m, ask_digest *digest) {
  static char merged[120];
  const char *const inputs[] = {path, other_path};
  ent_corpus *corpus;
  (void)m;
  (void)snprintf(merged, sizeof merged, "%s/merged.entente", folder);
  remove_folder(merged);
  ent_status status = ent_corpus_merge(alloc, merged, inputs, 2, NULL);
  ent_status opened = ent_corpus_open(NULL, merged, 0, &corpus, NULL);
  if (opened == ENT_OK) {
    uint64_t found = ent_corpus_totals(corpus).documents;
    assert_true(found == SOME - 1 || (found == 0 && status != ENT_OK));
    assert_int_equal(ent_corpus_verify(corpus, NULL, NULL, NULL), ENT_OK);
    ask_number(digest, ent_corpus_totals(corpus).tokens);
    ent_corpus_free(corpus);
  } else {
    assert_int_equal(status, ENT_ERR_MEMORY);
  }
  remove_folder(merged);
  return status;
}

static void merging_corpora(void **state) {
  (void)state;
  uint64_t done = 0;
  ent_writer *writer;
  open_folder();
  assert_int_equal(write_corpus(NULL, &done), ENT_OK);
  assert_int_equal(ent_writer_open(NULL, other_path, NULL, &writer, NULL), ENT_OK);
  assert_int_equal(ent_writer_add(writer, &documents[3], NULL, NULL), ENT_OK);
  assert_int_equal(ent_writer_commit(writer, NULL), ENT_OK);
  ent_writer_free(writer);
  each_allocation(merge_corpora, 1);
  close_folder();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(writing),  cmocka_unit_test(writing_by_threads), cmocka_unit_test(reading),         cmocka_unit_test(inspecting),
      cmocka_unit_test(merging),  cmocka_unit_test(writing_a_corpus),   cmocka_unit_test(asking_a_corpus), cmocka_unit_test(merging_corpora)};
  return cmocka_run_group_tests_name("memory runs out", tests, make, drop);
}
