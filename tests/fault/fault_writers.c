/* fault_writers: several processes that want to write to one corpus. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "entente.h"
#include "scratch.h"
#include "tap.h"

enum { WRITERS = 8, COMMITS = 50, MOST_TRIES = 200000 };

static bool add(ent_writer *writer, int who, int what) {
  char id[32], text[64];
  (void)snprintf(id, sizeof id, "%d/%d", who, what);
  int length = snprintf(text, sizeof text, "Writer %d wrote number %d.", who, what);
  ent_document document = {.id = id, .source = {.text = text, .length = (size_t)length}};
  return ent_writer_add(writer, &document, NULL, NULL) == ENT_OK;
}

/* ---- the lock ----------------------------------------------------------------------------- */

static void hold(const char *path, int ready) {
  ent_writer *writer;
  if (ent_writer_open(NULL, path, NULL, &writer, NULL) != ENT_OK) _exit(1);
  (void)!write(ready, "", 1);
  for (;;) (void)pause();
}

static void test_lock(const char *path) {
  int ready[2];
  char byte, wanted[64];
  ent_writer *writer = NULL;
  ent_error err = {0};
  if (pipe(ready) != 0) exit(2);
  (void)fflush(stdout);
  pid_t child = fork();
  if (child == 0) hold(path, ready[1]);
  (void)close(ready[1]);
  bool held = read(ready[0], &byte, 1) == 1;
  ent_status status = ent_writer_open(NULL, path, NULL, &writer, &err);
  (void)snprintf(wanted, sizeof wanted, "locked by process %ld", (long)child);
  tap(held && status == ENT_ERR_LOCKED && strstr(err.message, wanted), "a second writer is told who writes: %s", err.message);
  (void)kill(child, SIGKILL);
  (void)waitpid(child, NULL, 0);
  (void)close(ready[0]);
  status = ent_writer_open(NULL, path, NULL, &writer, &err);
  tap(status == ENT_OK, "the lock goes with the process");
  if (status != ENT_OK) return;
  ent_writer *second = NULL;
  status = ent_writer_open(NULL, path, NULL, &second, &err);
  tap(status == ENT_ERR_LOCKED, "a second writer in the same process is refused, too");
  ent_writer_free(writer);
}

/* ---- eight of them ------------------------------------------------------------------------ */

typedef struct tally {
  uint64_t acknowledged[WRITERS], waited[WRITERS];
} tally;

/* Commits one document at a time and gives the lock back each time. */
static int write_all(const char *path, int who, tally *shared) {
  unsigned seed = (unsigned)who;
  for (int what = 0; what < COMMITS; what++) {
    ent_writer *writer;
    ent_status status = ENT_ERR_LOCKED;
    for (int try = 0; try < MOST_TRIES && status == ENT_ERR_LOCKED; try++) {
      status = ent_writer_open(NULL, path, NULL, &writer, NULL);
      if (status != ENT_ERR_LOCKED) break;
      shared->waited[who]++;
      (void)nanosleep(&(struct timespec){.tv_nsec = (long)((unsigned)rand_r(&seed) % 2000) * 1000}, NULL);
    }
    if (status != ENT_OK) return 1;
    bool good = add(writer, who, what) && ent_writer_commit(writer, NULL) == ENT_OK;
    ent_writer_free(writer);
    if (!good) return 1;
    shared->acknowledged[who]++;
  }
  return 0;
}

static bool all_there(const char *path, uint64_t *generation) {
  ent_corpus *corpus;
  char id[32];
  bool good = true;
  if (ent_corpus_open(NULL, path, 0, &corpus, NULL) != ENT_OK) return false;
  *generation = ent_corpus_generation(corpus);
  for (int who = 0; who < WRITERS; who++)
    for (int what = 0; what < COMMITS; what++) {
      uint64_t document = ENT_NO_DOCUMENT;
      int length = snprintf(id, sizeof id, "%d/%d", who, what);
      good &= ent_corpus_find(corpus, id, (size_t)length, &document, NULL) == ENT_OK && document != ENT_NO_DOCUMENT;
    }
  good &= ent_corpus_verify(corpus, NULL, NULL, NULL) == ENT_OK && ent_corpus_totals(corpus).documents == WRITERS * COMMITS;
  ent_corpus_free(corpus);
  return good;
}

static void test_many(const char *path) {
  tally *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pid_t children[WRITERS];
  int failed = 0;
  uint64_t acknowledged = 0, waited = 0, generation = 0;
  if (shared == MAP_FAILED) exit(2);
  (void)fflush(stdout);
  for (int who = 0; who < WRITERS; who++) {
    children[who] = fork();
    if (children[who] == 0) _exit(write_all(path, who, shared));
  }
  for (int who = 0; who < WRITERS; who++) {
    int status = 1;
    (void)waitpid(children[who], &status, 0);
    failed += status != 0;
    acknowledged += shared->acknowledged[who];
    waited += shared->waited[who];
  }
  bool there = all_there(path, &generation);
  tap(failed == 0 && there && acknowledged == WRITERS * COMMITS && generation == acknowledged,
      "%d processes, %" PRIu64 " commits, locked out %" PRIu64 " times: all there, generation %" PRIu64, WRITERS, acknowledged,
      waited, generation);
}

int main(void) {
  char folder[64], path[96];
  scratch_make(folder);
  (void)snprintf(path, sizeof path, "%s/lock.entente", folder);
  test_lock(path);
  (void)snprintf(path, sizeof path, "%s/many.entente", folder);
  test_many(path);
  scratch_remove(folder);
  return tap_end();
}
