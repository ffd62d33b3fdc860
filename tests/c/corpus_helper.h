/* Corpora in a folder that goes with the program: what the tests of the corpus room share. */
#ifndef CORPUS_HELPER_H
#define CORPUS_HELPER_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "entente.h"

static char corpus_folder[] = "/tmp/entente-corpus-XXXXXX";

static int make_folder(void **state) {
  (void)state;
  return mkdtemp(corpus_folder) ? 0 : -1;
}

static int remove_folder(void **state) {
  (void)state;
  char command[100];
  (void)snprintf(command, sizeof command, "rm -rf %s", corpus_folder);
  return system(command);
}

/* Until the next call but three. */
static const char *corpus_path(const char *name) {
  static char paths[4][100];
  static unsigned turn;
  char *path = paths[turn++ % 4];
  (void)snprintf(path, sizeof paths[0], "%s/%s.entente", corpus_folder, name);
  return path;
}

static inline unsigned next(unsigned *seed) {
  *seed = *seed * 1103515245u + 12345u;
  return *seed >> 16;
}

static inline ent_writer *open_writer(const char *path, const ent_writer_options *options) {
  ent_writer *writer = NULL;
  ent_error err = {.message = ""};
  ent_status status = ent_writer_open(NULL, path, options, &writer, &err);
  assert_string_equal(err.message, "");
  assert_int_equal(status, ENT_OK);
  return writer;
}

static inline ent_corpus *open_corpus(const char *path, unsigned flags) {
  ent_corpus *corpus = NULL;
  ent_error err = {.message = ""};
  ent_status status = ent_corpus_open(NULL, path, flags, &corpus, &err);
  assert_string_equal(err.message, "");
  assert_int_equal(status, ENT_OK);
  return corpus;
}

static inline ent_change add_fields(ent_writer *writer, const char *id, const char *text, const ent_field *fields, size_t count) {
  ent_document document = {.id = id, .source = {.text = text, .length = strlen(text), .layout = ENT_LAYOUT_MARKDOWN},
                           .fields = fields, .field_count = count};
  ent_change change;
  ent_error err = {.message = ""};
  ent_status status = ent_writer_add(writer, &document, &change, &err);
  assert_string_equal(err.message, "");
  assert_int_equal(status, ENT_OK);
  return change;
}

static inline ent_change add(ent_writer *writer, const char *id, const char *text) {
  return add_fields(writer, id, text, NULL, 0);
}

static inline void commit(ent_writer *writer, uint64_t generation) {
  ent_error err = {.message = ""};
  ent_status status = ent_writer_commit(writer, &err);
  assert_string_equal(err.message, "");
  assert_int_equal(status, ENT_OK);
  assert_int_equal(ent_writer_generation(writer), generation);
}

/* The document of an id has this text; NULL: there is none. */
static inline void expect_text(const ent_corpus *corpus, const char *id, const char *text) {
  uint64_t document;
  ent_string *string = NULL;
  size_t length;
  assert_int_equal(ent_corpus_find(corpus, id, strlen(id), &document, NULL), ENT_OK);
  assert_int_equal(document != ENT_NO_DOCUMENT, text != NULL);
  if (!text) return;
  assert_int_equal(ent_corpus_text(corpus, document, 0, SIZE_MAX, &string, NULL), ENT_OK);
  assert_string_equal(ent_string_bytes(string, &length), text);
  assert_int_equal(length, strlen(text));
  ent_string_free(string);
}

/* There are so many documents, listed in the order of their ids. */
static inline void expect_order(const ent_corpus *corpus, uint64_t documents) {
  ent_list *list = NULL;
  size_t count;
  ent_document_view last = {0}, view;
  assert_int_equal(ent_corpus_documents(corpus, NULL, 0, &list, NULL), ENT_OK);
  const uint64_t *numbers = ent_list_at(list, &count);
  assert_int_equal(count, documents);
  for (size_t i = 0; i < count; i++) {
    assert_int_equal(ent_corpus_document(corpus, numbers[i], &view, NULL), ENT_OK);
    size_t least = last.id_length < view.id_length ? last.id_length : view.id_length;
    int order = i ? memcmp(last.id, view.id, least) : -1;
    assert_true(order < 0 || (order == 0 && last.id_length < view.id_length));
    last = view;
  }
  ent_list_free(list);
}

static inline void expect_list(const ent_corpus *corpus, va_list pairs) {
  uint64_t documents = 0;
  for (const char *id; (id = va_arg(pairs, const char *)) != NULL; documents++) expect_text(corpus, id, va_arg(pairs, const char *));
  expect_order(corpus, documents);
  assert_int_equal(ent_corpus_totals(corpus).documents, documents);
}

/* The documents of a corpus are these: id, text, …, NULL. */
static inline void expect_in(const ent_corpus *corpus, ...) {
  va_list pairs;
  va_start(pairs, corpus);
  expect_list(corpus, pairs);
  va_end(pairs);
}

static inline void expect(const char *path, ...) {
  static const unsigned modes[] = {0, ENT_OPEN_READ};
  for (size_t m = 0; m < 2; m++) {
    va_list pairs;
    ent_corpus *corpus = open_corpus(path, modes[m]);
    va_start(pairs, path);
    expect_list(corpus, pairs);
    va_end(pairs);
    ent_corpus_free(corpus);
  }
}

/* How many files of a folder have a name that begins so. */
static inline int files_in(const char *path, const char *begin) {
  DIR *folder = opendir(path);
  int count = 0;
  assert_non_null(folder);
  for (const struct dirent *entry; (entry = readdir(folder)) != NULL;)
    if (strncmp(entry->d_name, begin, strlen(begin)) == 0 && entry->d_name[0] != '.') count++;
  (void)closedir(folder);
  return count;
}

static inline ent_string *only_segment(const char *path) {
  ent_string *names = NULL, *bytes = NULL;
  size_t length;
  char file[400];
  assert_int_equal(ent_folder_list(NULL, path, &names, NULL), ENT_OK);
  const char *name = ent_string_bytes(names, &length), *end = name + length;
  while (name < end && strncmp(name, "segment-", 8) != 0) name += strlen(name) + 1;
  assert_true(name < end);
  (void)snprintf(file, sizeof file, "%s/%s", path, name);
  assert_int_equal(ent_file_read(NULL, file, SIZE_MAX, &bytes, NULL), ENT_OK);
  ent_string_free(names);
  return bytes;
}

/* The only segments of two corpora have the same bytes. */
static inline void expect_same_segment(const char *first, const char *second) {
  size_t lengths[2];
  ent_string *strings[2] = {only_segment(first), only_segment(second)};
  const char *bytes[2] = {ent_string_bytes(strings[0], &lengths[0]), ent_string_bytes(strings[1], &lengths[1])};
  assert_int_equal(lengths[0], lengths[1]);
  assert_memory_equal(bytes[0], bytes[1], lengths[0]);
  ent_string_free(strings[0]);
  ent_string_free(strings[1]);
}

#endif
