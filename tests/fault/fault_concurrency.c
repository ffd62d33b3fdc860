/* fault_concurrency [SECONDS | threads]: readers beside a writer, in processes; threads that read one snapshot.
 *
 * In commit g some documents say g in their text and in a field, others say in which commit they came and stay for a
 * while. So from the generation of a snapshot all that is in it follows, and one that is made of two commits shows. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "entente.h"
#include "scratch.h"
#include "tap.h"

enum { READERS = 4, CHANGING = 9, STAYING = 20, TEXT = 2048, FILLER = 60, THREADS = 4, ROUNDS = 12, OPENED = 2, BULK = 60000 };

typedef struct shared { /* by all processes */
  uint64_t acknowledged; /* the last commit that the writer knows of */
  uint64_t checked, moved;
  int ending;
} shared;

/* ---- what a commit holds ------------------------------------------------------------------ */

static bool is_there(uint64_t commit, int number) { return (commit + (uint64_t)number) % 5 != 0; }

static uint64_t first_staying(uint64_t commit) { return commit > STAYING ? commit - STAYING + 1 : 1; }

static size_t make_text(uint64_t commit, char out[TEXT]) {
  size_t length = (size_t)snprintf(out, TEXT, "This is c%" PRIu64 " of it.\n\n", commit);
  for (uint64_t i = 0; i < FILLER; i++)
    length += (size_t)snprintf(out + length, TEXT - length, i % 7 ? "w%" PRIu64 " " : "c%" PRIu64 ", ", i % 7 ? (commit * 31 + i) % 97 : commit);
  return length;
}

static ent_status add(ent_writer *writer, const char *id, uint64_t commit, ent_error *err) {
  char text[TEXT];
  size_t length = make_text(commit, text);
  ent_field field = {"commit", {.kind = ENT_VALUE_INTEGER, .integer = (int64_t)commit}};
  ent_document document = {.id = id, .source = {.text = text, .length = length}, .fields = &field, .field_count = 1};
  return ent_writer_add(writer, &document, NULL, err);
}

static ent_status make_commit(ent_writer *writer, uint64_t commit, ent_error *err) {
  char id[32];
  ent_status status = ENT_OK;
  for (int i = 0; i < CHANGING && status == ENT_OK; i++) {
    (void)snprintf(id, sizeof id, "changing/%d", i);
    status = is_there(commit, i) ? add(writer, id, commit, err) : ent_writer_remove(writer, id, NULL, err);
  }
  if (status == ENT_OK && first_staying(commit) > 1) {
    (void)snprintf(id, sizeof id, "staying/%" PRIu64, first_staying(commit) - 1);
    status = ent_writer_remove(writer, id, NULL, err);
  }
  (void)snprintf(id, sizeof id, "staying/%" PRIu64, commit);
  if (status == ENT_OK) status = add(writer, id, commit, err);
  if (commit % 17 == 0) ent_writer_merge(writer);
  return status == ENT_OK ? ent_writer_commit(writer, err) : status;
}

/* ---- what a snapshot says ----------------------------------------------------------------- */

static const char *check_document(const ent_corpus *corpus, const char *id, uint64_t commit) {
  char text[TEXT];
  size_t length = make_text(commit, text), own;
  uint64_t document;
  ent_string *bytes;
  ent_value value;
  bool has;
  if (ent_corpus_find(corpus, id, strlen(id), &document, NULL) != ENT_OK || document == ENT_NO_DOCUMENT) return "a document is missing";
  if (ent_corpus_value(corpus, document, "commit", &value, &has, NULL) != ENT_OK || !has || value.integer != (int64_t)commit)
    return "a field is of another commit";
  if (ent_corpus_text(corpus, document, 0, SIZE_MAX, &bytes, NULL) != ENT_OK) return "a text cannot be read";
  const char *is = ent_string_bytes(bytes, &own);
  bool same = own == length && memcmp(is, text, length) == 0;
  ent_string_free(bytes);
  return same ? NULL : "a text is of another commit";
}

/* How many documents hold a commit's word, and how often; SIZE_MAX when that cannot be read. */
static size_t count_hits(const ent_corpus *corpus, uint64_t commit, size_t *places) {
  char word[32];
  const char *words[] = {word};
  ent_search *search;
  size_t documents = 0;
  uint64_t document = 0;
  (void)snprintf(word, sizeof word, "C%" PRIu64, commit);
  *places = 0;
  if (ent_search_new(corpus, words, 1, ENT_NONE, &search, NULL) != ENT_OK) return SIZE_MAX;
  for (;;) {
    const ent_place *at;
    size_t some;
    if (ent_search_next(search, &document, NULL) != ENT_OK || ent_search_places(search, &at, &some, NULL) != ENT_OK) documents = SIZE_MAX - 1;
    if (document == ENT_NO_DOCUMENT || documents == SIZE_MAX - 1) break;
    documents++;
    *places += some;
  }
  ent_search_free(search);
  return documents == SIZE_MAX - 1 ? SIZE_MAX : documents;
}

static ent_status count_type(void *user, const ent_type_view *type) {
  (void)type;
  ++*(size_t *)user;
  return ENT_OK;
}

static const char *check_snapshot(const ent_corpus *corpus) {
  uint64_t commit = ent_corpus_generation(corpus);
  size_t changing = 0, staying = (size_t)(commit - first_staying(commit) + 1), places, count, types = 0;
  char id[32];
  const char *what;
  ent_list *list;
  for (int i = 0; i < CHANGING; i++) {
    (void)snprintf(id, sizeof id, "changing/%d", i);
    uint64_t document;
    if (!is_there(commit, i)) {
      if (ent_corpus_find(corpus, id, strlen(id), &document, NULL) != ENT_OK || document != ENT_NO_DOCUMENT) return "a removed document is there";
      continue;
    }
    changing++;
    what = check_document(corpus, id, commit);
    if (what) return what;
  }
  for (uint64_t c = first_staying(commit); c <= commit; c++) {
    (void)snprintf(id, sizeof id, "staying/%" PRIu64, c);
    what = check_document(corpus, id, c);
    if (what) return what;
  }
  uint64_t bulk;
  if (ent_corpus_find(corpus, "bulk", 4, &bulk, NULL) != ENT_OK) return "a document that is wanted by its id";
  if (ent_corpus_totals(corpus).documents != changing + staying + (bulk != ENT_NO_DOCUMENT)) return "the number of documents";
  if (count_hits(corpus, commit, &places) != changing + 1 || places != (changing + 1) * ((FILLER + 6) / 7 + 1)) return "the hits of the last commit's word";
  if (count_hits(corpus, commit - 1, &places) != (staying > 1)) return "the hits of the word before";
  ent_condition condition = {.field = "commit", .range = true, .least = (double)commit, .most = (double)commit};
  if (ent_corpus_documents(corpus, &condition, 1, &list, NULL) != ENT_OK) return "a condition";
  (void)ent_list_at(list, &count);
  ent_list_free(list);
  if (count != changing + 1) return "the documents that meet a condition";
  if (ent_corpus_types(corpus, "fold", "c*", 2, count_type, &types, NULL) != ENT_OK || types != staying) return "the types";
  return NULL;
}

/* ---- processes ---------------------------------------------------------------------------- */

static uint64_t seen(const uint64_t *number) { return __atomic_load_n(number, __ATOMIC_SEQ_CST); }

static int write_on(const char *path, shared *all) {
  ent_writer *writer;
  ent_error err = {0};
  if (ent_writer_open(NULL, path, NULL, &writer, &err) != ENT_OK) return 2;
  uint64_t commit = ent_writer_generation(writer);
  while (!__atomic_load_n(&all->ending, __ATOMIC_SEQ_CST)) {
    if (make_commit(writer, ++commit, &err) != ENT_OK || ent_writer_generation(writer) != commit) {
      printf("# commit %" PRIu64 ": %s\n", commit, err.message);
      return 1;
    }
    __atomic_store_n(&all->acknowledged, commit, __ATOMIC_SEQ_CST);
  }
  ent_writer_free(writer);
  return 0;
}

/* One step of a reader: it moves or stays, and what it then says is that of its commit, no older than what was
 * acknowledged before it moved. */
static const char *read_step(ent_corpus **corpus, const char *path, shared *all, unsigned step, unsigned flags) {
  uint64_t before = *corpus ? ent_corpus_generation(*corpus) : 0, acknowledged = seen(&all->acknowledged);
  bool moved = false;
  ent_error err = {0};
  static char why[300];
  ent_status status = ENT_OK;
  if (step % 16 == 0) {
    ent_corpus_free(*corpus);
    *corpus = NULL;
    status = ent_corpus_open(NULL, path, flags, corpus, &err);
  } else if (step % 3) {
    status = ent_corpus_refresh(*corpus, &moved, &err);
  }
  if (status != ENT_OK) {
    (void)snprintf(why, sizeof why, "%s", err.message);
    return why;
  }
  uint64_t now = ent_corpus_generation(*corpus);
  if (now < before || (moved && now == before) || (!moved && step % 16 && now != before)) return "a snapshot went back, or not where it said";
  if ((step % 16 == 0 || step % 3) && now < acknowledged) return "a snapshot is older than what was acknowledged";
  __atomic_fetch_add(&all->moved, now > before, __ATOMIC_SEQ_CST);
  __atomic_fetch_add(&all->checked, 1, __ATOMIC_SEQ_CST);
  return check_snapshot(*corpus);
}

static int read_on(const char *path, shared *all, unsigned flags) {
  ent_corpus *corpus = NULL;
  const char *what = NULL;
  for (unsigned step = 0; !what && !__atomic_load_n(&all->ending, __ATOMIC_SEQ_CST); step++) what = read_step(&corpus, path, all, step, flags);
  if (what) printf("# a reader of commit %" PRIu64 ": %s\n", corpus ? ent_corpus_generation(corpus) : 0, what);
  (void)fflush(stdout);
  ent_corpus_free(corpus);
  return what ? 1 : 0;
}

static void test_processes(const char *folder, unsigned seconds) {
  char path[96];
  pid_t children[READERS + 1];
  int failed = 0, status;
  ent_writer *writer;
  ent_error err = {0};
  shared *all = mmap(NULL, sizeof *all, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  (void)snprintf(path, sizeof path, "%s/processes.entente", folder);
  if (all == MAP_FAILED || ent_writer_open(NULL, path, NULL, &writer, &err) != ENT_OK || make_commit(writer, 1, &err) != ENT_OK) exit(2);
  ent_writer_free(writer);
  all->acknowledged = 1;
  for (int i = 0; i <= READERS; i++) {
    children[i] = fork();
    if (children[i] < 0) exit(2);
    if (children[i] == 0) _exit(i == 0 ? write_on(path, all) : read_on(path, all, i % 2 ? ENT_OPEN_READ : 0));
  }
  (void)sleep(seconds);
  __atomic_store_n(&all->ending, 1, __ATOMIC_SEQ_CST);
  for (int i = 0; i <= READERS; i++) failed += waitpid(children[i], &status, 0) != children[i] || status != 0;
  (void)tap(failed == 0 && all->moved > READERS, "%d readers beside a writer, %u s: %" PRIu64 " commits, %" PRIu64 " snapshots, each of one commit; moved %" PRIu64 " times",
            READERS, seconds, all->acknowledged, all->checked, all->moved);
  (void)munmap(all, sizeof *all);
}

/* ---- threads ------------------------------------------------------------------------------ */

typedef struct thread {
  pthread_t id;
  const ent_corpus *corpus;
  pthread_barrier_t *start;
  const char *what;
} thread;

/* A document of many blocks, of which threads touch the same ones at the same time. */
static void add_bulk(ent_writer *writer) {
  char *text = malloc(BULK * 10);
  size_t length = 0;
  if (!text) exit(2);
  for (unsigned i = 0; i < BULK; i++) length += (size_t)snprintf(text + length, 10, "x%u ", i);
  ent_document document = {.id = "bulk", .source = {.text = text, .length = length}};
  if (ent_writer_add(writer, &document, NULL, NULL) != ENT_OK) exit(2);
  free(text);
}

static const char *check_bulk(const ent_corpus *corpus) {
  uint64_t document;
  ent_string *text;
  size_t length;
  if (ent_corpus_find(corpus, "bulk", 4, &document, NULL) != ENT_OK || document == ENT_NO_DOCUMENT) return "a document is missing";
  if (ent_corpus_text(corpus, document, 0, SIZE_MAX, &text, NULL) != ENT_OK) return "a text cannot be read";
  const char *bytes = ent_string_bytes(text, &length);
  bool same = length > 7 && memcmp(bytes + length - 7, "x59999 ", 7) == 0;
  ent_string_free(text);
  return same ? NULL : "a long text is not as it was";
}

static void *read_snapshot(void *user) {
  thread *t = user;
  (void)pthread_barrier_wait(t->start); /* all touch what none has touched */
  t->what = check_bulk(t->corpus);
  for (int i = 0; i < 2 && !t->what; i++) t->what = check_snapshot(t->corpus);
  return NULL;
}

/* A snapshot is frozen: many threads read it, from the first byte on. */
static const char *read_at_once(const char *path, unsigned flags) {
  thread threads[THREADS] = {{0}};
  ent_corpus *corpus;
  const char *what = NULL;
  pthread_barrier_t start;
  if (pthread_barrier_init(&start, NULL, THREADS) != 0) exit(2);
  static char why[240];
  ent_error err = {0};
  if (ent_corpus_open(NULL, path, flags, &corpus, &err) != ENT_OK) {
    (void)snprintf(why, sizeof why, "%s", err.message);
    return why;
  }
  for (int i = 0; i < THREADS; i++) {
    threads[i].corpus = corpus;
    threads[i].start = &start;
    if (pthread_create(&threads[i].id, NULL, read_snapshot, &threads[i]) != 0) exit(2);
  }
  for (int i = 0; i < THREADS; i++) {
    (void)pthread_join(threads[i].id, NULL);
    if (threads[i].what) what = threads[i].what;
  }
  ent_corpus_free(corpus);
  (void)pthread_barrier_destroy(&start);
  return what;
}

static void test_threads(const char *folder) {
  char path[96];
  ent_writer *writer;
  ent_writer_options options = {.threads = THREADS};
  ent_error err = {0};
  const char *what = NULL;
  (void)snprintf(path, sizeof path, "%s/threads.entente", folder);
  if (ent_writer_open(NULL, path, &options, &writer, &err) != ENT_OK) exit(2);
  add_bulk(writer);
  for (uint64_t commit = 1; commit <= ROUNDS && !what; commit++) {
    if (make_commit(writer, commit, &err) != ENT_OK) what = err.message;
    for (unsigned i = 0; i < 2 * OPENED && !what; i++) what = read_at_once(path, i % 2 ? ENT_OPEN_READ : 0);
  }
  ent_writer_free(writer);
  (void)tap(!what, "%d threads read one snapshot, mapped or not, of %d that a writer with %d threads made: %s", THREADS, ROUNDS, THREADS, what ? what : "all is there");
}

int main(int count, char **arguments) {
  char folder[64];
  bool only_threads = count > 1 && strcmp(arguments[1], "threads") == 0;
  scratch_make(folder);
  test_threads(folder);
  if (!only_threads) test_processes(folder, count > 1 ? (unsigned)atoi(arguments[1]) : 3);
  scratch_remove(folder);
  return tap_end();
}
