/* corpus: what is written is found, in the order of ids, by readers that see whole commits; replacing, removing, merging;
 * the same bytes whatever the threads, the memory or the way that corpora were joined. */
#include "corpus_helper.h"

#include <fcntl.h>

#include "corpus/writer.h"

/* ---- adding, replacing, removing ---- */

static void test_empty(void **state) {
  (void)state;
  ent_corpus *corpus = NULL;
  ent_error err;
  const char *path = corpus_path("empty");
  assert_int_equal(ent_corpus_open(NULL, path, 0, &corpus, &err), ENT_ERR_IO);
  assert_non_null(strstr(err.message, "is no corpus"));
  ent_writer *writer = open_writer(path, NULL);
  assert_int_equal(ent_writer_generation(writer), 0);
  assert_int_equal(ent_writer_commit(writer, NULL), ENT_OK);
  assert_int_equal(ent_writer_generation(writer), 0); /* nothing changed: nothing is written */
  ent_writer_free(writer);
  corpus = open_corpus(path, 0);
  assert_int_equal(ent_corpus_generation(corpus), 0);
  assert_int_equal(ent_corpus_numbers(corpus), 0);
  assert_int_equal(ent_corpus_totals(corpus).documents, 0);
  uint64_t document;
  assert_int_equal(ent_corpus_find(corpus, "a", 1, &document, NULL), ENT_OK);
  assert_true(document == ENT_NO_DOCUMENT);
  ent_list *list = NULL;
  size_t count = 1;
  assert_int_equal(ent_corpus_documents(corpus, NULL, 0, &list, NULL), ENT_OK);
  (void)ent_list_at(list, &count);
  assert_int_equal(count, 0);
  ent_list_free(list);
  ent_corpus_free(corpus);
}

static void test_changes(void **state) {
  (void)state;
  const char *path = corpus_path("changes");
  ent_writer *writer = open_writer(path, NULL);
  bool has = true, was = true;
  assert_int_equal(add(writer, "b", "Trade grows."), ENT_ADDED);
  assert_int_equal(add(writer, "a", "Ports are built."), ENT_ADDED);
  assert_int_equal(add(writer, "a", "Ports are built."), ENT_UNCHANGED);
  assert_int_equal(add(writer, "a", "Ports are closed."), ENT_REPLACED); /* before it was ever written */
  assert_int_equal(ent_writer_remove(writer, "c", &was, NULL), ENT_OK);
  assert_false(was);
  assert_int_equal(ent_writer_has(writer, "c", &has, NULL), ENT_OK);
  assert_false(has);
  assert_int_equal(ent_writer_has(writer, "b", &has, NULL), ENT_OK);
  assert_true(has);
  commit(writer, 1);
  assert_int_equal(ent_writer_totals(writer).documents, 2);
  expect(path, "a", "Ports are closed.", "b", "Trade grows.", NULL);
  assert_int_equal(add(writer, "b", "Trade grows."), ENT_UNCHANGED);
  commit(writer, 1);
  assert_int_equal(add(writer, "b", "Trade shrinks."), ENT_REPLACED);
  assert_int_equal(add(writer, "b", "Trade stops."), ENT_REPLACED);
  assert_int_equal(ent_writer_remove(writer, "a", &was, NULL), ENT_OK);
  assert_true(was);
  assert_int_equal(ent_writer_remove(writer, "a", &was, NULL), ENT_OK);
  assert_false(was);
  expect(path, "a", "Ports are closed.", "b", "Trade grows.", NULL); /* nothing of it is seen yet */
  commit(writer, 2);
  ent_writer_free(writer);
  expect(path, "b", "Trade stops.", NULL);
  writer = open_writer(path, NULL);
  assert_int_equal(ent_writer_generation(writer), 2);
  assert_int_equal(add(writer, "b", "Trade stops."), ENT_UNCHANGED);
  assert_int_equal(ent_writer_remove(writer, "b", &was, NULL), ENT_OK);
  assert_true(was);
  commit(writer, 3);
  ent_writer_free(writer);
  expect(path, NULL);
  assert_int_equal(files_in(path, "segment-"), 0);
}

static void test_refused(void **state) {
  (void)state;
  const char *path = corpus_path("refused");
  ent_writer *writer = open_writer(path, NULL);
  ent_error err;
  ent_document document = {.id = "", .source = {.text = "x", .length = 1}};
  assert_int_equal(ent_writer_add(writer, &document, NULL, &err), ENT_ERR_ARGUMENT);
  document.id = "bad";
  document.source.text = "a\xFF";
  document.source.length = 2;
  assert_int_equal(ent_writer_add(writer, &document, NULL, &err), ENT_ERR_UTF8);
  assert_int_equal(err.offset, 1);
  assert_int_equal(add(writer, "good", "It goes on."), ENT_ADDED);
  commit(writer, 1);
  ent_writer_free(writer);
  expect(path, "good", "It goes on.", NULL);
}

static void test_metadata_counts(void **state) {
  (void)state;
  const char *path = corpus_path("metadata");
  ent_writer *writer = open_writer(path, NULL);
  ent_field field = {"year", {.kind = ENT_VALUE_INTEGER, .integer = 2019}};
  assert_int_equal(add_fields(writer, "a", "Text.", &field, 1), ENT_ADDED);
  commit(writer, 1);
  assert_int_equal(add_fields(writer, "a", "Text.", &field, 1), ENT_UNCHANGED);
  field.value.integer = 2020;
  assert_int_equal(add_fields(writer, "a", "Text.", &field, 1), ENT_REPLACED);
  assert_int_equal(add(writer, "a", "Text."), ENT_REPLACED);
  commit(writer, 2);
  ent_writer_free(writer);
}

/* ---- readers ---- */

static void test_snapshot(void **state) {
  (void)state;
  const char *path = corpus_path("snapshot");
  static const unsigned modes[] = {0, ENT_OPEN_READ};
  for (size_t m = 0; m < 2; m++) {
    ent_writer *writer = open_writer(path, NULL);
    (void)add(writer, "a", "One.");
    (void)add(writer, "b", "Two.");
    assert_int_equal(ent_writer_commit(writer, NULL), ENT_OK);
    ent_corpus *corpus = open_corpus(path, modes[m]);
    uint64_t generation = ent_corpus_generation(corpus);
    bool moved = true;
    assert_int_equal(ent_corpus_refresh(corpus, &moved, NULL), ENT_OK);
    assert_false(moved);
    bool was;
    assert_int_equal(ent_writer_remove(writer, "a", &was, NULL), ENT_OK);
    (void)add(writer, "c", "Three.");
    ent_writer_merge(writer);
    assert_int_equal(ent_writer_commit(writer, NULL), ENT_OK); /* the file that the reader has open is unlinked */
    expect_in(corpus, "a", "One.", "b", "Two.", NULL);
    assert_int_equal(ent_corpus_refresh(corpus, &moved, NULL), ENT_OK);
    assert_true(moved && ent_corpus_generation(corpus) == generation + 1);
    expect_in(corpus, "b", "Two.", "c", "Three.", NULL);
    ent_corpus_free(corpus);
    assert_int_equal(ent_writer_remove(writer, "c", &was, NULL), ENT_OK);
    assert_int_equal(ent_writer_commit(writer, NULL), ENT_OK);
    ent_writer_free(writer);
  }
}

static void test_numbers(void **state) {
  (void)state;
  const char *path = corpus_path("numbers");
  ent_writer *writer = open_writer(path, NULL);
  ent_error err;
  char id[20], text[40];
  bool was;
  for (int i = 0; i < 30; i++) {
    (void)snprintf(id, sizeof id, "d%02d", i);
    (void)snprintf(text, sizeof text, "Number %d.", i);
    (void)add(writer, id, text);
  }
  commit(writer, 1);
  assert_int_equal(ent_writer_remove(writer, "d07", &was, NULL), ENT_OK);
  commit(writer, 2);
  ent_writer_free(writer);
  ent_corpus *corpus = open_corpus(path, 0);
  uint64_t document, there = 0;
  assert_int_equal(ent_corpus_find(corpus, "d07", 3, &document, NULL), ENT_OK);
  assert_true(document == ENT_NO_DOCUMENT);
  for (uint64_t i = 0; i < ent_corpus_numbers(corpus) + 3; i++) {
    ent_document_view view;
    ent_status status = ent_corpus_document(corpus, i, &view, &err);
    assert_int_equal(status, ent_corpus_has(corpus, i) ? ENT_OK : ENT_ERR_ARGUMENT);
    if (status != ENT_OK) continue;
    there++;
    assert_int_equal(ent_corpus_find(corpus, view.id, view.id_length, &document, NULL), ENT_OK);
    assert_true(document == i);
    assert_int_equal(view.tokens, 2);
  }
  assert_true(there == 29 && ent_corpus_totals(corpus).documents == 29 && ent_corpus_totals(corpus).tokens == 58);
  ent_corpus_free(corpus);
}

/* A document that is loaded is as it was when it was added, whichever vocabulary it goes to. */
static void test_load(void **state) {
  (void)state;
  static const char *const texts[] = {"# Trade\n\nChina and ASEAN trade. Win-win co-\noperation.", "数字鸿沟很大。第二句。", "Ports."};
  static const char *const ids[] = {"x", "y", "z"};
  const char *path = corpus_path("load");
  ent_writer *writer = open_writer(path, NULL);
  for (int i = 0; i < 3; i++) {
    (void)add(writer, ids[i], texts[i]);
    commit(writer, (uint64_t)i + 1);
  }
  ent_writer_free(writer);
  ent_corpus *corpus = open_corpus(path, 0);
  for (int round = 0; round < 6; round++) {
    ent_vocab *vocab = NULL;
    ent_index *added = NULL, *loaded = NULL;
    assert_int_equal(ent_vocab_new(NULL, &vocab), ENT_OK);
    assert_int_equal(ent_index_new(vocab, &added), ENT_OK);
    assert_int_equal(ent_index_new(vocab, &loaded), ENT_OK);
    for (int k = 0; k < 3; k++) {
      int i = (k + round) % 3;
      ent_source source = {.text = texts[i], .length = strlen(texts[i]), .layout = ENT_LAYOUT_MARKDOWN};
      uint32_t a, b;
      uint64_t document;
      assert_int_equal(ent_index_add(added, &source, &a, NULL), ENT_OK);
      assert_int_equal(ent_corpus_find(corpus, ids[i], 1, &document, NULL), ENT_OK);
      assert_int_equal(ent_corpus_load(corpus, document, loaded, &b, NULL), ENT_OK);
      assert_int_equal(ent_index_tokens(added, a), ent_index_tokens(loaded, b));
      for (uint32_t t = 0; t < ent_index_tokens(added, a); t++) {
        ent_token left = ent_index_token(added, a, t), right = ent_index_token(loaded, b, t);
        assert_true(left.begin == right.begin && left.end == right.end && left.type == right.type);
      }
    }
    ent_index_free(loaded);
    ent_index_free(added);
    ent_vocab_free(vocab);
  }
  ent_corpus_free(corpus);
}

/* ---- folders ---- */

static void test_two_writers(void **state) {
  (void)state;
  const char *path = corpus_path("locked");
  ent_writer *writer = open_writer(path, NULL), *other = NULL;
  ent_error err;
  char wanted[60];
  assert_int_equal(ent_writer_open(NULL, path, NULL, &other, &err), ENT_ERR_LOCKED);
  (void)snprintf(wanted, sizeof wanted, "locked by process %ld;", (long)getpid());
  assert_non_null(strstr(err.message, wanted));
  ent_writer_free(writer);
  writer = open_writer(path, NULL);
  ent_writer_free(writer);
}

static void touch(const char *path, const char *name) {
  char file[300];
  (void)snprintf(file, sizeof file, "%s/%s", path, name);
  FILE *made = fopen(file, "w");
  assert_non_null(made);
  (void)fclose(made);
}

static void test_orphans(void **state) {
  (void)state;
  const char *path = corpus_path("orphans");
  ent_writer *writer = open_writer(path, NULL);
  (void)add(writer, "a", "One.");
  commit(writer, 1);
  (void)add(writer, "b", "Two.");
  ent_writer_free(writer); /* without a commit */
  assert_int_equal(files_in(path, ""), 3); /* lock, manifest, one segment */
  touch(path, "segment-0000000041");
  touch(path, "segment-0000000005.tmp");
  touch(path, "manifest.tmp");
  touch(path, "notes"); /* is not ours */
  writer = open_writer(path, NULL);
  assert_int_equal(files_in(path, ""), 4);
  (void)add(writer, "b", "Two.");
  commit(writer, 2);
  ent_writer_free(writer);
  assert_int_equal(files_in(path, "segment-0000000041"), 0); /* no number is used twice */
  assert_int_equal(files_in(path, "segment-000000004"), 1);
  expect(path, "a", "One.", "b", "Two.", NULL);
}

static void test_not_a_corpus(void **state) {
  (void)state;
  const char *path = corpus_path("folder");
  ent_writer *writer = NULL;
  ent_error err;
  assert_int_equal(mkdir(path, 0777), 0);
  touch(path, "paper.txt");
  assert_int_equal(ent_writer_open(NULL, path, NULL, &writer, &err), ENT_ERR_ARGUMENT);
  assert_int_equal(files_in(path, ""), 1);
  path = corpus_path("lost");
  writer = open_writer(path, NULL);
  (void)add(writer, "a", "One.");
  commit(writer, 1);
  ent_writer_free(writer);
  char file[300];
  (void)snprintf(file, sizeof file, "%s/manifest", path);
  assert_int_equal(unlink(file), 0); /* a corpus without its manifest is not an empty one */
  assert_int_equal(ent_writer_open(NULL, path, NULL, &writer, &err), ENT_ERR_DAMAGE);
  assert_int_equal(files_in(path, "segment-"), 1);
  ent_corpus *corpus = NULL;
  assert_int_equal(ent_corpus_open(NULL, path, 0, &corpus, &err), ENT_ERR_IO);
}

static void test_missing_segment(void **state) {
  (void)state;
  const char *path = corpus_path("missing");
  ent_writer *writer = open_writer(path, NULL);
  ent_corpus *corpus = NULL;
  ent_error err;
  (void)add(writer, "a", "One.");
  commit(writer, 1);
  ent_writer_free(writer);
  char file[300];
  (void)snprintf(file, sizeof file, "%s/segment-0000000001", path);
  assert_int_equal(unlink(file), 0);
  assert_int_equal(ent_corpus_open(NULL, path, 0, &corpus, &err), ENT_ERR_DAMAGE);
  assert_int_equal(ent_writer_open(NULL, path, NULL, &writer, &err), ENT_ERR_DAMAGE);
}

static void keep_line(void *user, const char *line) { (void)snprintf(user, 200, "%s", line); }

/* Verifying reads what is on the disk, not what was checked before. */
static void test_verify(void **state) {
  (void)state;
  static const unsigned modes[] = {0, ENT_OPEN_READ};
  const char *path = corpus_path("verify");
  char file[300], line[200] = "", byte;
  ent_error err;
  ent_writer *writer = open_writer(path, NULL);
  (void)add(writer, "a", "One document.");
  commit(writer, 1);
  ent_writer_free(writer);
  (void)snprintf(file, sizeof file, "%s/segment-0000000001", path);
  for (size_t m = 0; m < 2; m++) {
    ent_corpus *corpus = open_corpus(path, modes[m]);
    assert_int_equal(ent_corpus_verify(corpus, keep_line, line, &err), ENT_OK);
    assert_string_equal(line, "");
    int fd = open(file, O_RDWR);
    assert_int_equal(pread(fd, &byte, 1, 20), 1);
    byte ^= 4;
    assert_int_equal(pwrite(fd, &byte, 1, 20), 1);
    assert_int_equal(ent_corpus_verify(corpus, keep_line, line, &err), ENT_ERR_DAMAGE);
    assert_string_equal(line, "segment-0000000001: block at byte 0: damaged file");
    byte ^= 4;
    assert_int_equal(pwrite(fd, &byte, 1, 20), 1);
    line[0] = '\0';
    (void)close(fd);
    ent_corpus_free(corpus);
  }
}

/* Each commit is a third of the one before, so none is small enough to be merged; but at most eight stand. */
static void test_standing(void **state) {
  (void)state;
  const char *path = corpus_path("standing");
  ent_writer *writer = open_writer(path, NULL);
  size_t size = 300 * 19683;
  char *text = malloc(size + 1), id[20];
  for (size_t i = 0; i < size; i++) text[i] = i % 6 == 5 ? ' ' : (char)('a' + i % 5);
  for (int i = 0; i < 10; i++, size /= 3) {
    (void)snprintf(id, sizeof id, "%d", i);
    text[size - 256] = '\0';
    assert_int_equal(add(writer, id, text), ENT_ADDED);
    commit(writer, (uint64_t)i + 1);
    assert_int_equal(files_in(path, "segment-"), i < 8 ? i + 1 : 8);
  }
  ent_writer_free(writer);
  free(text);
}

/* ---- the same bytes ---- */

static const char *random_text(unsigned *seed) {
  static const char *const words[] = {"China", "ASEAN", "trade", "digital", "ports", "数字鸿沟", "the", "and", "grows", "co-\noperation"};
  static char text[2000];
  size_t used = 0;
  for (unsigned i = 0, count = next(seed) % 60; i < count; i++)
    used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", words[next(seed) % 10], next(seed) % 7 ? " " : ". ");
  text[used] = '\0';
  return text;
}

/* Makes a corpus of one segment by the same changes. */
static void build(const char *path, unsigned threads, size_t memory, int commits, unsigned seed) {
  ent_writer_options options = {.threads = threads};
  ent_writer *writer = open_writer(path, &options);
  if (memory) writer->memory = memory; /* below what the options allow: a batch of a few documents */
  char id[30];
  for (int c = 0; c < commits; c++) {
    for (int i = 0; i < 400 / commits; i++) {
      bool was;
      (void)snprintf(id, sizeof id, "doc/%03u", next(&seed) % 250);
      if (next(&seed) % 5 == 0) assert_int_equal(ent_writer_remove(writer, id, &was, NULL), ENT_OK);
      else (void)add(writer, id, random_text(&seed));
    }
    if (c == commits - 1) ent_writer_merge(writer);
    assert_int_equal(ent_writer_commit(writer, NULL), ENT_OK);
  }
  ent_writer_free(writer);
  assert_int_equal(files_in(path, "segment-"), 1);
}

static void test_same_bytes(void **state) {
  (void)state;
  static const struct {
    unsigned threads;
    size_t memory;
    int commits;
  } ways[] = {{2, 0, 1}, {3, 0, 1}, {1, 100000, 1}, {2, 100000, 1}, {3, 60000, 1}, {1, 0, 4}, {2, 100000, 20}, {1, 6000, 1}};
  char first[200];
  (void)snprintf(first, sizeof first, "%s", corpus_path("bytes"));
  build(first, 1, 0, 1, 11);
  for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
    char name[20];
    (void)snprintf(name, sizeof name, "bytes%zu", i);
    const char *path = corpus_path(name);
    build(path, ways[i].threads, ways[i].memory, ways[i].commits, 11);
    expect_same_segment(first, path);
  }
}

static void test_join(void **state) {
  (void)state;
  ent_error err;
  char a[200], b[200], c[200], ab[200], bc[200], left[200], right[200], empty[200];
  (void)snprintf(a, sizeof a, "%s", corpus_path("join-a"));
  (void)snprintf(b, sizeof b, "%s", corpus_path("join-b"));
  (void)snprintf(c, sizeof c, "%s", corpus_path("join-c"));
  (void)snprintf(ab, sizeof ab, "%s", corpus_path("join-ab"));
  (void)snprintf(bc, sizeof bc, "%s", corpus_path("join-bc"));
  (void)snprintf(left, sizeof left, "%s", corpus_path("join-left"));
  (void)snprintf(right, sizeof right, "%s", corpus_path("join-right"));
  (void)snprintf(empty, sizeof empty, "%s", corpus_path("join-empty"));
  char *const paths[] = {a, b, c};
  unsigned seed = 5;
  char id[30];
  for (int p = 0; p < 3; p++) {
    ent_writer *writer = open_writer(paths[p], NULL);
    for (int i = 0; i < 40; i++) {
      (void)snprintf(id, sizeof id, "%02d-%d", i, p);
      (void)add(writer, id, random_text(&seed));
      if (i % 15 == 14) assert_int_equal(ent_writer_commit(writer, NULL), ENT_OK);
    }
    bool was;
    (void)add(writer, "shared", "It stands in all of them.");
    assert_int_equal(ent_writer_remove(writer, id, &was, NULL), ENT_OK);
    assert_int_equal(ent_writer_commit(writer, NULL), ENT_OK);
    ent_writer_free(writer);
  }
  assert_int_equal(ent_corpus_merge(NULL, ab, (const char *[]){a, b}, 2, NULL), ENT_OK);
  assert_int_equal(ent_corpus_merge(NULL, bc, (const char *[]){c, b}, 2, NULL), ENT_OK);
  assert_int_equal(ent_corpus_merge(NULL, left, (const char *[]){ab, c}, 2, NULL), ENT_OK);
  assert_int_equal(ent_corpus_merge(NULL, right, (const char *[]){a, bc}, 2, NULL), ENT_OK);
  expect_same_segment(left, right);
  ent_corpus *corpus = open_corpus(left, 0);
  assert_int_equal(ent_corpus_totals(corpus).documents, 3 * 39 + 1);
  assert_int_equal(ent_corpus_generation(corpus), 1);
  ent_corpus_free(corpus);
  assert_int_equal(ent_corpus_merge(NULL, left, (const char *[]){a, b}, 2, &err), ENT_ERR_ARGUMENT);
  assert_non_null(strstr(err.message, "is a corpus already"));
  assert_int_equal(ent_corpus_merge(NULL, empty, NULL, 0, NULL), ENT_OK);
  expect(empty, NULL);
  ent_writer *writer = open_writer(c, NULL);
  (void)add(writer, "shared", "It stands here in another form.");
  assert_int_equal(ent_writer_commit(writer, NULL), ENT_OK);
  ent_writer_free(writer);
  assert_int_equal(ent_corpus_merge(NULL, corpus_path("join-no"), (const char *[]){a, c}, 2, &err), ENT_ERR_ARGUMENT);
  assert_non_null(strstr(err.message, "shared: stands in two"));
}

/* ---- any changes, beside a naive model ---- */

enum { IDS = 60 };

static void expect_model(const char *path, char *const *model) {
  static const unsigned modes[] = {0, ENT_OPEN_READ};
  char id[20];
  for (size_t m = 0; m < 2; m++) {
    ent_corpus *corpus = open_corpus(path, modes[m]);
    uint64_t documents = 0, bytes = 0;
    for (unsigned i = 0; i < IDS; i++) {
      (void)snprintf(id, sizeof id, "m%u", i);
      expect_text(corpus, id, model[i]);
      documents += model[i] != NULL;
      bytes += model[i] ? strlen(model[i]) : 0;
    }
    assert_true(ent_corpus_totals(corpus).documents == documents && ent_corpus_totals(corpus).bytes == bytes);
    expect_order(corpus, documents);
    assert_int_equal(ent_corpus_verify(corpus, NULL, NULL, NULL), ENT_OK);
    ent_corpus_free(corpus);
  }
}

static void test_model(void **state) {
  (void)state;
  const char *path = corpus_path("model");
  char *model[IDS] = {NULL}, id[20];
  unsigned seed = 3;
  for (int session = 0; session < 12; session++) {
    ent_writer_options options = {.threads = (unsigned)session % 3};
    ent_writer *writer = open_writer(path, &options);
    if (session % 2) writer->memory = 40000;
    for (int round = 0; round < 6; round++) {
      for (unsigned i = 0, count = next(&seed) % 25; i < count; i++) {
        unsigned which = next(&seed) % IDS;
        (void)snprintf(id, sizeof id, "m%u", which);
        bool was = false, removes = next(&seed) % 3 == 0;
        const char *text = removes ? NULL : random_text(&seed);
        if (removes) assert_int_equal(ent_writer_remove(writer, id, &was, NULL), ENT_OK);
        else assert_int_equal(add(writer, id, text), !model[which] ? ENT_ADDED : strcmp(model[which], text) ? ENT_REPLACED : ENT_UNCHANGED);
        if (removes) assert_int_equal(was, model[which] != NULL);
        free(model[which]);
        model[which] = text ? strdup(text) : NULL;
      }
      if (next(&seed) % 9 == 0) ent_writer_merge(writer);
      assert_int_equal(ent_writer_commit(writer, NULL), ENT_OK);
      expect_model(path, model);
      assert_true(files_in(path, "segment-") <= 8);
    }
    ent_writer_free(writer);
  }
  for (int i = 0; i < IDS; i++) free(model[i]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_empty),          cmocka_unit_test(test_changes),       cmocka_unit_test(test_refused),
      cmocka_unit_test(test_metadata_counts), cmocka_unit_test(test_snapshot),     cmocka_unit_test(test_numbers),
      cmocka_unit_test(test_load),           cmocka_unit_test(test_two_writers),   cmocka_unit_test(test_orphans),
      cmocka_unit_test(test_not_a_corpus),   cmocka_unit_test(test_missing_segment), cmocka_unit_test(test_same_bytes),
      cmocka_unit_test(test_join),           cmocka_unit_test(test_model),         cmocka_unit_test(test_verify),
      cmocka_unit_test(test_standing),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
