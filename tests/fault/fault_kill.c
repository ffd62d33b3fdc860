/* fault_kill: a writer is killed before and behind every call, in a process of its own, on real files.
 *
 * What was acknowledged is there, or one commit more; the lock is free; a writer goes on to the end of the story. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "faulty_io.h"
#include "scratch.h"
#include "stories.h"
#include "tap.h"

enum { MOST_SEEN = 2048 };

typedef struct killing {
  const story_start *start;
  char path[96];
  volatile uint64_t *acknowledged; /* shared with the child */
  uint64_t cases, violations;
  uint64_t seen[MOST_SEEN]; /* what was left and found to be good: most calls change nothing */
  size_t seen_count;
} killing;

/* Plays the story in a child that is killed at its call `at`. False once it came to its end. */
static bool play_killed(const killing *k, fault_kind kind, uint64_t at) {
  (void)fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    faulty f;
    faulty_init(&f, &enti_io_system, NULL);
    f.kind = kind;
    f.at = at;
    story_play play = {.story = k->start->story, .path = k->path, .io = &f.io, .memory = k->start->memory, .acknowledged = k->acknowledged};
    story_run(&play);
    _exit(play.wrong || play.writer_failed || play.reader_failed);
  }
  int status = 0;
  (void)waitpid(child, &status, 0);
  return !(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* The names and bytes that are there, but for the number in the lock, and what was acknowledged. */
static uint64_t digest_of(const killing *k) {
  disk *d = disk_new();
  enti_io io = disk_io(d);
  (void)folder_copy(&enti_io_system, k->path, &io, STORY_PATH);
  int lock = io.open(io.user, STORY_PATH "/lock", O_WRONLY | O_TRUNC, 0);
  if (lock >= 0) (void)io.close(io.user, lock);
  uint64_t digest = disk_digest(d) + *k->acknowledged;
  disk_free(d);
  return digest;
}

/* What was acknowledged is there, or one commit more, and a writer goes on to the end. */
static bool check(const killing *k, char why[STORY_WHY]) {
  uint64_t found = 0, digest, acknowledged = *k->acknowledged;
  if (story_check(k->start->story, k->path, &enti_io_system, 0, &found, why) != STORY_GOOD) return false;
  if (found < acknowledged || found > acknowledged + 1) {
    (void)snprintf(why, STORY_WHY, "commit %" PRIu64 " is found, %" PRIu64 " was acknowledged", found, acknowledged);
    return false;
  }
  if (!story_finish(k->start->story, k->path, &enti_io_system, &digest, why)) return false;
  if (digest != k->start->digest) (void)snprintf(why, STORY_WHY, "going on makes other bytes");
  return digest == k->start->digest;
}

static bool check_once(killing *k, char why[STORY_WHY]) {
  uint64_t digest = digest_of(k);
  for (size_t i = 0; i < k->seen_count; i++)
    if (k->seen[i] == digest) return true;
  if (!check(k, why)) return false;
  if (k->seen_count < MOST_SEEN) k->seen[k->seen_count++] = digest;
  return true;
}

static bool run_case(killing *k, fault_kind kind, uint64_t at) {
  char why[STORY_WHY] = "";
  scratch_remove(k->path);
  enti_io from = disk_io(k->start->medium);
  if (k->start->before && !folder_copy(&from, STORY_PATH, &enti_io_system, k->path)) return false;
  *k->acknowledged = k->start->before;
  bool killed = play_killed(k, kind, at);
  bool good = check_once(k, why);
  k->cases += killed;
  if (!good && k->violations++ < 3) printf("# killed %s call %" PRIu64 ": %s\n", kind == FAULT_KILL ? "before" : "behind", at, why);
  return killed;
}

int main(void) {
  static killing k;
  char folder[64], why[STORY_WHY] = "";
  uint64_t cases = 0, violations = 0;
  scratch_make(folder);
  volatile uint64_t *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return 2;
  for (size_t c = 0; c < STORY_CASES; c++) {
    story_start start;
    k = (killing){.start = &start, .acknowledged = shared};
    (void)snprintf(k.path, sizeof k.path, "%s/c.entente", folder);
    bool good = story_begin(&start, &story_cases[c], why);
    for (uint64_t at = 1; good && run_case(&k, FAULT_KILL, at);) at++;
    for (uint64_t at = 1; good && run_case(&k, FAULT_KILLED, at);) at++;
    tap(good && k.violations == 0 && k.cases > 0, "%s: killed %" PRIu64 " times, %" PRIu64 " violations%s%s", story_cases[c].name,
        k.cases, k.violations, good ? "" : "; without faults: ", good ? "" : why);
    cases += k.cases;
    violations += k.violations;
    story_end(&start);
  }
  tap(violations == 0 && cases > 0, "kill -9: %" PRIu64 " violations in %" PRIu64 " cases", violations, cases);
  scratch_remove(folder);
  return tap_end();
}
