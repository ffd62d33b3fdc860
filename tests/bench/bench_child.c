/* bench_child: see bench_child.h. */
#define _DEFAULT_SOURCE /* wait4 */
#include "bench_child.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* All that comes out of a pipe, ended by NUL. */
static char *listen_to(int from) {
  size_t used = 0, room = 0;
  char *text = NULL;
  for (;;) {
    if (room - used < 1024) {
      char *larger = realloc(text, room = room * 2 + 4096);
      if (!larger) break;
      text = larger;
    }
    ssize_t got = read(from, text + used, room - used - 1);
    if (got < 0) break;
    used += (size_t)got;
    text[used] = '\0';
    if (got == 0) return text;
  }
  free(text);
  return NULL;
}

bool bench_child_run(bench_work *work, void *user, bench_child *out) {
  int ends[2];
  if (pipe(ends) != 0) return false;
  (void)fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    (void)close(ends[0]);
    FILE *file = fdopen(ends[1], "w");
    bool fine = file && work(file, user);
    _exit(fine && fclose(file) == 0 ? 0 : 1);
  }
  (void)close(ends[1]);
  char *said = child > 0 ? listen_to(ends[0]) : NULL;
  (void)close(ends[0]);
  int status = 0;
  struct rusage used;
  bool fine = child > 0 && wait4(child, &status, 0, &used) == child && said && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  if (fine)
    *out = (bench_child){said, (uint64_t)used.ru_maxrss * 1024};
  else
    free(said);
  return fine;
}

static double seconds_of(clockid_t clock) {
  struct timespec time;
  (void)clock_gettime(clock, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

double bench_clock(void) { return seconds_of(CLOCK_MONOTONIC); }
double bench_processor_clock(void) { return seconds_of(CLOCK_PROCESS_CPUTIME_ID); }

static int compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

double bench_median(double *figures, size_t count) {
  qsort(figures, count, sizeof *figures, compare);
  return count % 2 ? figures[count / 2] : (figures[count / 2 - 1] + figures[count / 2]) / 2;
}
