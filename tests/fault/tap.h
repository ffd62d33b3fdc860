/* tap: numbered lines of results, and what a program is asked for on its command line. */
#ifndef FAULT_TAP_H
#define FAULT_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static int tap_count, tap_failed;

#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
static inline bool
tap(bool good, const char *format, ...) {
  va_list rest;
  va_start(rest, format);
  printf(good ? "ok %d - " : "not ok %d - ", ++tap_count);
  (void)vprintf(format, rest);
  (void)putchar('\n');
  (void)fflush(stdout);
  va_end(rest);
  tap_failed += !good;
  return good;
}

/* The plan; the value that main returns. */
static inline int tap_end(void) {
  printf("1..%d\n", tap_count);
  return tap_failed ? 1 : 0;
}

#endif
