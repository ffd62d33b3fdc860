/* fault_full [STEP]: a disk that is full: tmpfs of 16 to 256 KB, in steps of STEP KB, where one may be mounted; files that may grow no
 * further (RLIMIT_FSIZE, SIGXFSZ ignored), everywhere.
 *
 * What was acknowledged stays readable; once there is room a writer goes on to the end and leaves nothing over. Each
 * case runs in a child with mounts of its own. */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scratch.h"
#include "story.h"
#include "tap.h"

enum { LEAST_KB = 16, MOST_KB = 256, STEP_KB = 16, PLENTY_KB = 65536, GOOD = 0, WRONG = 1, FULL = 3, NO_MOUNT = 4 };

static const char story[] =
    "a1 b1 ; A1 B1 C1 ; a2 D1 c1 E1 F1 G1 H1 ; I1 J1 K1 -A L1 ; b2 M1 N1 ! ; O1 P1 Q1 ; R1 S1 T1 U1 ; V1 W1 X1 d1 ; "
    "Y1 Z1 -a ! ; A2 B2 C2 D2 E2 ; ! F2 ;";

/* What was acknowledged is there, or one commit more. */
static bool holds(const char *path, uint64_t acknowledged, char why[STORY_WHY]) {
  uint64_t found;
  if (story_check(story, path, &enti_io_system, 0, &found, why) != STORY_GOOD) return false;
  if (found >= acknowledged && found <= acknowledged + 1) return true;
  (void)snprintf(why, STORY_WHY, "commit %" PRIu64 " is found, %" PRIu64 " was acknowledged", found, acknowledged);
  return false;
}

/* Plays until the disk is full, lets `widen` make room, and goes on. */
static int play(const char *path, int (*widen)(const char *folder), const char *folder) {
  char why[STORY_WHY] = "";
  volatile uint64_t acknowledged = 0;
  story_play one = {.story = story, .path = path, .io = &enti_io_system, .acknowledged = &acknowledged};
  story_run(&one);
  bool full = one.writer_failed;
  bool good = !one.wrong && holds(path, acknowledged, why);
  if (good && widen(folder) != 0) return NO_MOUNT;
  good = good && story_finish(story, path, &enti_io_system, NULL, why);
  if (!good) printf("# %s\n", one.wrong ? one.why : why);
  (void)fflush(stdout);
  return !good ? WRONG : full ? FULL : GOOD;
}

/* ---- tmpfs -------------------------------------------------------------------------------- */

static bool own_mounts(void) {
  if (unshare(CLONE_NEWNS) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
  return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

static int set_size(const char *folder, unsigned long flags, int kilobytes) {
  char options[32];
  (void)snprintf(options, sizeof options, "size=%dk", kilobytes);
  return mount("tmpfs", folder, "tmpfs", flags, options);
}

static int remount(const char *folder) { return set_size(folder, MS_REMOUNT, PLENTY_KB); }

static int play_on_tmpfs(const char *folder, int kilobytes) {
  char path[96];
  (void)snprintf(path, sizeof path, "%s/c.entente", folder);
  if (!own_mounts() || set_size(folder, 0, kilobytes) != 0) return NO_MOUNT;
  return play(path, remount, folder);
}

/* ---- a limit on files --------------------------------------------------------------------- */

static int lift(const char *folder) {
  struct rlimit limit;
  (void)folder;
  if (getrlimit(RLIMIT_FSIZE, &limit) != 0) return -1;
  limit.rlim_cur = limit.rlim_max;
  return setrlimit(RLIMIT_FSIZE, &limit);
}

static int play_limited(const char *folder, int kilobytes) {
  char path[96];
  struct rlimit limit;
  (void)snprintf(path, sizeof path, "%s/limited-%d.entente", folder, kilobytes);
  if (signal(SIGXFSZ, SIG_IGN) == SIG_ERR || getrlimit(RLIMIT_FSIZE, &limit) != 0) return WRONG;
  limit.rlim_cur = (rlim_t)kilobytes * 256; /* a corpus's files are smaller than the corpus */
  if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return WRONG;
  return play(path, lift, folder);
}

/* ------------------------------------------------------------------------------------------- */

static void run_sizes(const char *name, int (*one)(const char *folder, int kilobytes), const char *folder, int step, bool must) {
  int sizes = 0, full = 0, wrong = 0;
  for (int kilobytes = LEAST_KB; kilobytes <= MOST_KB; kilobytes += step) {
    int status = 0;
    (void)fflush(stdout);
    pid_t child = fork();
    if (child == 0) _exit(one(folder, kilobytes));
    (void)waitpid(child, &status, 0);
    int end = WIFEXITED(status) ? WEXITSTATUS(status) : WRONG;
    if (end == NO_MOUNT && !must) {
      printf("# %s: none can be mounted here\n", name);
      return;
    }
    sizes++;
    full += end == FULL;
    wrong += end != FULL && end != GOOD;
  }
  tap(wrong == 0 && full > 0, "%s: %d sizes, full at %d of them, %d wrong", name, sizes, full, wrong);
}

int main(int argc, char **argv) {
  char folder[64];
  int step = argc > 1 ? atoi(argv[1]) : STEP_KB;
  scratch_make(folder);
  run_sizes("files of limited length", play_limited, folder, step, true);
  run_sizes("tmpfs", play_on_tmpfs, folder, step, false);
  scratch_remove(folder);
  return tap_end();
}
