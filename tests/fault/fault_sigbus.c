/* fault_sigbus [ROUNDS]: a file of a corpus is cut off while a reader reads it.
 *
 * The reader is a child; what it says is right, or an error, and it dies of no signal: mapped, with the guard, and
 * with ENT_OPEN_READ, where no handler is there. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "scratch.h"
#include "stories.h"
#include "tap.h"

enum { ROUNDS = 1000, READINGS = 200, WRONG = 1, REFUSED = 3 };

static const char story[] = "a1 b1 c1 A1 B1 ; d1 e1 C1 ; -a f1 D1 ;";

/* Reads all of it until something is wrong or refused. */
static int read_on(const char *path, unsigned flags, int started) {
  char why[STORY_WHY];
  ent_corpus *corpus;
  if (!(flags & ENT_OPEN_READ) && ent_corpus_guard(NULL) != ENT_OK) return WRONG;
  ent_status status = ent_corpus_open(NULL, path, flags, &corpus, NULL);
  (void)!write(started, "", 1);
  if (status != ENT_OK) return REFUSED;
  story_answer answer = STORY_GOOD;
  for (int i = 0; i < READINGS && answer == STORY_GOOD; i++) {
    answer = story_read(story, corpus, why);
    if (answer == STORY_WRONG) printf("# %s\n", why);
    if (answer == STORY_GOOD && ent_corpus_verify(corpus, NULL, NULL, NULL) != ENT_OK) answer = STORY_REFUSED;
  }
  (void)fflush(stdout);
  ent_corpus_free(corpus);
  return answer == STORY_WRONG ? WRONG : answer == STORY_REFUSED ? REFUSED : 0;
}

/* Cuts one of the segments off, anywhere. */
static void cut_off(const char *path, unsigned *seed) {
  enti_bytes names = {0};
  char file[256] = "";
  size_t seen = 0;
  (void)enti_io_system.list(NULL, path, &enti_alloc_default, &names);
  for (size_t at = 0; at < names.count; at += strlen(names.at + at) + 1)
    if (strncmp(names.at + at, "segment-", 8) == 0 && (unsigned)rand_r(seed) % ++seen == 0)
      (void)snprintf(file, sizeof file, "%s/%s", path, names.at + at);
  enti_array_free(&enti_alloc_default, &names);
  enti_io_stat about = {0};
  int fd = enti_io_system.open(NULL, file, 1, 0);
  if (enti_io_system.stat(NULL, fd, &about) == 0 && about.size)
    (void)enti_io_system.truncate(NULL, fd, (unsigned)rand_r(seed) % about.size);
  (void)enti_io_system.close(NULL, fd);
}

static int round_of(const char *path, unsigned flags, unsigned *seed) {
  int started[2], status = 0;
  char byte;
  if (pipe(started) != 0) return -1;
  pid_t child = fork();
  if (child == 0) {
    (void)alarm(60);
    _exit(read_on(path, flags, started[1]));
  }
  (void)close(started[1]);
  (void)!read(started[0], &byte, 1); /* it has opened the corpus */
  (void)nanosleep(&(struct timespec){.tv_nsec = (long)((unsigned)rand_r(seed) % 1000) * 1000}, NULL);
  cut_off(path, seed);
  (void)waitpid(child, &status, 0);
  (void)close(started[0]);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void run_rounds(const char *folder, const enti_io *from, unsigned flags, int rounds, const char *name) {
  char path[96];
  unsigned seed = 1;
  int refused = 0, died = 0, wrong = 0;
  for (int i = 0; i < rounds; i++) {
    (void)snprintf(path, sizeof path, "%s/c.entente", folder);
    if (!folder_copy(from, STORY_PATH, &enti_io_system, path)) break;
    (void)fflush(stdout);
    int end = round_of(path, flags, &seed);
    refused += end == REFUSED;
    wrong += end == WRONG;
    died += end < 0;
    scratch_remove(path);
  }
  tap(refused > 0 && wrong == 0 && died == 0, "cut off, %s: %d rounds, %d refused, %d wrong, %d died", name, rounds, refused, wrong, died);
}

int main(int argc, char **argv) {
  char folder[64];
  int rounds = argc > 1 ? atoi(argv[1]) : ROUNDS;
  disk *d = disk_new();
  enti_io io = disk_io(d);
  volatile uint64_t acknowledged = 0;
  story_play play = {.story = story, .path = STORY_PATH, .io = &io, .acknowledged = &acknowledged};
  story_run(&play);
  scratch_make(folder);
  tap(acknowledged == story_commits(story), "a corpus is made%s%s", play.why[0] ? ": " : "", play.why);
  run_rounds(folder, &io, 0, rounds, "mapped, with the guard");
  run_rounds(folder, &io, ENT_OPEN_READ, rounds, "read without a map, no handler");
  scratch_remove(folder);
  disk_free(d);
  return tap_end();
}
