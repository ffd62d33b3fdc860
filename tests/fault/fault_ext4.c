/* fault_ext4 [ROUNDS]: a writer on an ext4 in a file is stopped while alive; a copy of the file is what a power cut
 * leaves. The copy is mounted, so that its journal is replayed, and must hold what was acknowledged, or one commit
 * more. Needs root, loop devices and e2fsprogs; has mounts of its own. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "scratch.h"
#include "story.h"
#include "tap.h"

enum { ROUNDS = 60, COMMITS = 3000, STEP = 24, LEAST_MS = 5, MOST_MS = 250, MOST_WAIT = 200 };

#if defined(__GNUC__)
__attribute__((format(printf, 1, 2)))
#endif
static bool shell(const char *format, ...) {
  char command[512];
  va_list rest;
  va_start(rest, format);
  (void)vsnprintf(command, sizeof command, format, rest);
  va_end(rest);
  return system(command) == 0;
}

/* Adds, replaces and removes, a commit after each few. */
static char *make_story(void) {
  char *story = malloc(COMMITS * STEP);
  size_t length = 0;
  if (!story) abort();
  for (int i = 0; i < COMMITS; i++) {
    char put = (char)('b' + i % 20), gone = (char)('b' + (i + 10) % 20);
    length += (size_t)sprintf(story + length, "%c%d ", put, 1 + i / 20 % 9);
    if (i >= 10 && i % 3 == 0) length += (size_t)sprintf(story + length, "-%c ", gone);
    if (i % 7 == 0) length += (size_t)sprintf(story + length, "A%d ", 1 + i / 7 % 9);
    length += (size_t)sprintf(story + length, "; ");
  }
  return story;
}

typedef struct rounds {
  char folder[64];
  const char *story;
  volatile uint64_t *acknowledged; /* shared with the child */
  int lost, corrupt, alive;
  uint64_t commits;
} rounds;

static pid_t start_writer(rounds *r) {
  (void)fflush(stdout);
  pid_t child = fork();
  if (child != 0) return child;
  char path[96];
  (void)snprintf(path, sizeof path, "%s/live/c.entente", r->folder);
  story_play play = {.story = r->story, .path = path, .io = &enti_io_system, .acknowledged = r->acknowledged};
  story_run(&play);
  _exit(play.writer_failed || play.wrong);
}

static void wait_ms(unsigned ms) {
  (void)nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000}, NULL);
}

static void check_copy(rounds *r, uint64_t acknowledged) {
  char why[STORY_WHY] = "", path[96];
  uint64_t found = 0;
  (void)snprintf(path, sizeof path, "%s/copy/c.entente", r->folder);
  story_answer answer = story_check(r->story, path, &enti_io_system, 0, &found, why);
  if (answer != STORY_GOOD) {
    r->corrupt++;
  } else if (found < acknowledged || found > acknowledged + 1) {
    r->lost++;
    (void)snprintf(why, sizeof why, "commit %" PRIu64 " is found, %" PRIu64 " was acknowledged", found, acknowledged);
  } else if (!story_go_on(r->story, path, &enti_io_system, &found, why)) {
    r->corrupt++;
  }
  if (why[0]) printf("# %s\n", why);
}

/* False when the machine does not let us. */
static bool run_round(rounds *r, unsigned *seed) {
  const char *f = r->folder;
  if (!shell("mkfs.ext4 -q -F %s/image 24M && mount -o loop %s/image %s/live", f, f, f)) return false;
  *r->acknowledged = 0;
  pid_t child = start_writer(r);
  for (int i = 0; i < MOST_WAIT && *r->acknowledged < 3; i++) wait_ms(10);
  wait_ms(LEAST_MS + (unsigned)rand_r(seed) % (MOST_MS - LEAST_MS));
  (void)kill(child, SIGSTOP);
  int status = 0;
  pid_t stopped = waitpid(child, &status, WUNTRACED);
  uint64_t acknowledged = *r->acknowledged;
  bool alive = stopped == child && WIFSTOPPED(status) && acknowledged >= 3 && acknowledged < COMMITS;
  bool copied = shell("cp --sparse=always %s/image %s/after && mount -o loop %s/after %s/copy", f, f, f, f);
  r->alive += alive;
  r->commits += acknowledged;
  if (copied) check_copy(r, acknowledged);
  (void)kill(child, SIGKILL);
  if (!WIFEXITED(status)) (void)waitpid(child, NULL, 0);
  if (copied) (void)shell("umount %s/copy", f);
  (void)shell("umount %s/live", f);
  return copied;
}

int main(int argc, char **argv) {
  int count = argc > 1 ? atoi(argv[1]) : ROUNDS, done = 0;
  unsigned seed = 4;
  char *story = make_story();
  rounds r = {.story = story};
  r.acknowledged = mmap(NULL, sizeof *r.acknowledged, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (r.acknowledged == MAP_FAILED) return 2;
  if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
    tap(false, "mounts of one's own: this needs root");
    return tap_end();
  }
  scratch_make(r.folder);
  (void)shell("mkdir %s/live %s/copy", r.folder, r.folder);
  while (done < count && run_round(&r, &seed)) done++;
  tap(done == count && r.alive == count && r.lost == 0 && r.corrupt == 0,
      "ext4: %d of %d rounds with the writer alive, %" PRIu64 " commits, %d lost, %d corrupt", r.alive, count, r.commits, r.lost, r.corrupt);
  scratch_remove(r.folder);
  free(story);
  return tap_end();
}
