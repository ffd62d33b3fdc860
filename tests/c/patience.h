/* How long a test waits for what would take minutes if it were worse than linear. The bounds are wide; where a tool
 * makes every instruction slow (make valgrind), ENTENTE_SLOW makes them wider. */
#ifndef PATIENCE_H
#define PATIENCE_H

#include <stdlib.h>
#include <time.h>

static inline double patience(double seconds) { return getenv("ENTENTE_SLOW") ? seconds * 100 : seconds; }
static inline double seconds_since(clock_t begin) { return (double)(clock() - begin) / CLOCKS_PER_SEC; }

#endif
