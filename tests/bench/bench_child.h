/* bench_child: work in a process of its own, which no heap of another and no other's peak of memory touches. */
#ifndef BENCH_CHILD_H
#define BENCH_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* What the child does; what it writes to `out` is what it says. It may become another program instead. */
typedef bool bench_work(FILE *out, void *user);

typedef struct bench_child {
  char *said;    /* ended by NUL; free it */
  uint64_t peak; /* bytes: the most that was in memory at once, what it began with included */
} bench_child;

/* False when the child did not end well; nothing is then to be freed. */
bool bench_child_run(bench_work *work, void *user, bench_child *out);

/* Seconds of a clock that only goes on. */
double bench_clock(void);
/* Seconds of processor time of this process and its threads. */
double bench_processor_clock(void);

/* Sorts `count` figures, at least one, and gives the middle one. */
double bench_median(double *figures, size_t count);

#endif
