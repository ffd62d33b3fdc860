/* bench_index_ours: our side, by entente.h alone. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_index.h"
#include "entente.h"

static bool say(const ent_error *error) {
  (void)fprintf(stderr, "entente: %s\n", error->message);
  return false;
}

static const char *ours_version(void) { return ENT_VERSION; }

static bool ours_build(const char *folder, const bench_documents *documents, unsigned threads) {
  ent_writer_options options = {.threads = threads};
  ent_error error = {0};
  ent_writer *writer = NULL;
  char path[1024];
  (void)snprintf(path, sizeof path, "%s/bench.entente", folder);
  bool fine = ent_writer_open(NULL, path, &options, &writer, &error) == ENT_OK;
  for (size_t i = 0; i < documents->count && fine; i++) {
    char id[32];
    size_t begin = bench_documents_begin(documents, i);
    (void)snprintf(id, sizeof id, "%08zu.txt", i);
    ent_document document = {.id = id, .source = {.text = documents->text + begin, .length = documents->ends[i] - begin}};
    fine = ent_writer_add(writer, &document, NULL, &error) == ENT_OK;
  }
  fine = fine && ent_writer_commit(writer, &error) == ENT_OK;
  ent_writer_free(writer);
  return fine || say(&error);
}

static void *ours_open(const char *folder) {
  ent_error error = {0};
  ent_corpus *corpus = NULL;
  char path[1024];
  (void)snprintf(path, sizeof path, "%s/bench.entente", folder);
  if (ent_corpus_open(NULL, path, 0, &corpus, &error) != ENT_OK) (void)say(&error);
  return corpus;
}

static void ours_close(void *corpus) { ent_corpus_free(corpus); }

/* The words as a search takes them: nothing of the search itself. */
typedef struct asked {
  char words[BENCH_MOST_WORDS][BENCH_WORD + 1];
  const char *at[BENCH_MOST_WORDS];
  size_t count;
  uint32_t distance;
} asked;

static void *ours_prepare(void *corpus, const bench_query *query) {
  (void)corpus;
  asked *a = calloc(1, sizeof *a);
  if (!a) return NULL;
  a->count = query->count;
  a->distance = query->class_of == BENCH_NEAR ? BENCH_DISTANCE : ENT_NONE;
  for (size_t i = 0; i < query->count; i++) {
    (void)snprintf(a->words[i], sizeof a->words[i], "%s%s", query->words[i], query->class_of == BENCH_PREFIX ? "*" : "");
    a->at[i] = a->words[i];
  }
  return a;
}

static bool ours_ask(void *corpus, void *prepared, uint64_t *documents, uint64_t *sum) {
  const asked *a = prepared;
  ent_error error = {0};
  ent_search *search = NULL;
  *documents = *sum = 0;
  ent_status status = ent_search_new(corpus, a->at, a->count, a->distance, &search, &error);
  while (status == ENT_OK) {
    uint64_t document;
    status = ent_search_next(search, &document, &error);
    if (status != ENT_OK || document == ENT_NO_DOCUMENT) break;
    ++*documents;
    *sum += document;
  }
  ent_search_free(search);
  return status == ENT_OK || say(&error);
}

const bench_engine bench_ours = {"entente", ours_version, ours_build, ours_open, ours_prepare, ours_ask, free, ours_close};
