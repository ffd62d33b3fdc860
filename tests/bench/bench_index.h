/* bench_index: what the parts of the index bench share. README.md says what is measured and why so. */
#ifndef BENCH_INDEX_H
#define BENCH_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Documents one behind the other, valid UTF-8; document i ends at ends[i]. */
typedef struct bench_documents {
  const char *text;
  const size_t *ends;
  size_t count;
} bench_documents;

static inline size_t bench_documents_begin(const bench_documents *documents, size_t i) {
  return i ? documents->ends[i - 1] : 0;
}

/* ---- questions (bench_queries.c) ----------------------------------------------------------- */

/* The order is that of the table. */
typedef enum bench_class { BENCH_RARE, BENCH_FREQUENT, BENCH_PHRASE, BENCH_PREFIX, BENCH_NEAR } bench_class;
enum {
  BENCH_CLASSES = 5,
  BENCH_PER_CLASS = 8,   /* at most */
  BENCH_MOST_WORDS = 3,  /* of a phrase; two are near each other */
  BENCH_WORD = 32,       /* bytes of a word, its NUL included */
  BENCH_DISTANCE = 5     /* tokens between words that are near, at most */
};

typedef struct bench_query { /* words of small ASCII letters; of a prefix without the `*` */
  bench_class class_of;
  size_t count;
  char words[BENCH_MOST_WORDS][BENCH_WORD];
} bench_query;

typedef struct bench_queries { /* sorted by class */
  bench_query at[BENCH_CLASSES * BENCH_PER_CLASS];
  size_t count;
} bench_queries;

extern const char *const bench_class_names[BENCH_CLASSES];

/* Questions that the documents answer, the same for the same documents. False when there is no memory. */
bool bench_queries_choose(bench_queries *queries, const bench_documents *documents);

/* ---- engines ------------------------------------------------------------------------------ */

/* One that runs in this process. Functions give false or NULL when the work was not done, with a line on standard error. */
typedef struct bench_engine {
  const char *name;
  const char *(*version)(void); /* static */
  /* Makes an index in an empty folder: documents from memory, a durable commit, everything closed. Document i is
   * given the number i, in whatever way the engine numbers. */
  bool (*build)(const char *folder, const bench_documents *documents, unsigned threads);
  void *(*open)(const char *folder); /* until a question can be asked */
  void *(*prepare)(void *index, const bench_query *query); /* what can be done once for a question */
  /* Visits every document that matches: how many, and the sum of their numbers, so that none can be left out. */
  bool (*ask)(void *index, void *prepared, uint64_t *documents, uint64_t *sum);
  void (*forget)(void *prepared);
  void (*close)(void *index);
} bench_engine;

extern const bench_engine bench_ours;
/* NULL where the library was not there when the bench was built. */
const bench_engine *bench_fts5(void);
const bench_engine *bench_xapian(void);

#ifdef __cplusplus
}
#endif

#endif
