/* bench_index_run: one build, or one round of questions, of one side, in a process of its own. */
#ifndef BENCH_INDEX_RUN_H
#define BENCH_INDEX_RUN_H

#include "bench_index.h"

typedef struct bench_side {
  char name[56];              /* with its version */
  const bench_engine *engine; /* NULL: Lucene, a Java program */
  const char *folder;         /* of its index, below the bench's */
  unsigned threads;
} bench_side;

typedef struct bench_place {
  const char *folder; /* for the indexes, and for what Lucene's program reads */
  const char *java;   /* its class path, or NULL */
} bench_place;

enum { BENCH_SIDES = 5, BENCH_OURS = 0, BENCH_OURS_TWO = 1, BENCH_PEERS = 2 }; /* the peers stand behind ours */

/* Those that are here, ours first; gives their number. What is missing is named on standard output and, parted by
 * commas, in `missing`. */
size_t bench_sides(const bench_place *place, bench_side sides[BENCH_SIDES], char *missing, size_t size);

typedef struct bench_built {
  double seconds, processor; /* that passed; of processor time, Java's own threads left out */
  uint64_t peak, disk; /* bytes */
} bench_built;

typedef struct bench_asked {
  double open; /* milliseconds */
  double micros[BENCH_CLASSES * BENCH_PER_CLASS]; /* of each question */
  uint64_t documents[BENCH_CLASSES * BENCH_PER_CLASS];
} bench_asked;

/* Writes the documents and questions for Lucene's program. */
bool bench_hand_over(const bench_place *place, const bench_documents *documents, const bench_queries *queries);
/* False, and a line on standard error, when the work was not done. */
bool bench_side_build(const bench_place *place, const bench_side *side, const bench_documents *documents, bench_built *out);
bool bench_side_ask(const bench_place *place, const bench_side *side, const bench_queries *queries, bench_asked *out);

#endif
