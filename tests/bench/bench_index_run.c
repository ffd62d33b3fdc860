/* bench_index_run: see bench_index_run.h.
 *
 * A side says, a line each: `version V`; `seconds S PROCESSOR` when it has built; when it was asked `open MS`, then for each
 * question `query DOCUMENTS SUM MICROSECONDS`. Sides of this program say it through the same pipe. */
#define _DEFAULT_SOURCE /* sync */
#include "bench_index_run.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench_child.h"
#include "bench_disk.h"

/* As in BenchLucene.java: a question is put LEAST to MOST times, until SPENT seconds; one that takes less than BATCH
 * seconds so often in a row that the clock's own time is small beside it. */
enum { LEAST = 15, MOST = 1000, MOST_IN_A_ROW = 1000 };
static const double SPENT = 0.06, BATCH = 0.0001;

/* What a child is to do. */
typedef struct job {
  const bench_place *place;
  const bench_side *side;
  const bench_documents *documents;
  const bench_queries *queries;
  char index[1024];
} job;

static bool job_fill(job *j, const bench_place *place, const bench_side *side) {
  *j = (job){.place = place, .side = side};
  return (size_t)snprintf(j->index, sizeof j->index, "%s/%s", place->folder, side->folder) < sizeof j->index;
}

/* ---- Lucene's program --------------------------------------------------------------------- */

/* The child becomes it; its standard output is the pipe. The collector
 * without threads of its own was the fastest for one indexing thread. */
static bool become_java(FILE *out, const job *j, const char *verb, const char *first, const char *second) {
  char paths[2][1024];
  const char *names[2] = {first, second};
  for (size_t i = 0; i < 2; i++) (void)snprintf(paths[i], sizeof paths[i], "%s/%s", j->place->folder, names[i] ? names[i] : "");
  const char *argv[] = {"java", "-Xmx2g", "-XX:+UseSerialGC", "-cp", j->place->java, "BenchLucene", verb, j->index,
                        first ? paths[0] : NULL, second ? paths[1] : NULL, NULL};
  if (dup2(fileno(out), STDOUT_FILENO) < 0) return false;
  (void)execvp(argv[0], (char *const *)(uintptr_t)argv);
  return false;
}

static FILE *create(const bench_place *place, const char *name) {
  char path[1024];
  (void)snprintf(path, sizeof path, "%s/%s", place->folder, name);
  return fopen(path, "w");
}

bool bench_hand_over(const bench_place *place, const bench_documents *documents, const bench_queries *queries) {
  FILE *text = create(place, "text"), *ends = create(place, "ends"), *questions = create(place, "queries");
  bool fine = text && ends && questions;
  if (fine) {
    size_t length = documents->ends[documents->count - 1];
    fine = fwrite(documents->text, 1, length, text) == length;
    for (size_t i = 0; i < documents->count; i++) fine = fprintf(ends, "%zu\n", documents->ends[i]) > 0 && fine;
    for (size_t i = 0; i < queries->count; i++) {
      const bench_query *query = &queries->at[i];
      fine = fputs(bench_class_names[query->class_of], questions) >= 0 && fine;
      for (size_t w = 0; w < query->count; w++) fine = fprintf(questions, "\t%s", query->words[w]) > 0 && fine;
      fine = fputc('\n', questions) >= 0 && fine;
    }
  }
  FILE *files[] = {text, ends, questions};
  for (size_t i = 0; i < 3; i++) fine = files[i] && fclose(files[i]) == 0 && fine;
  return fine;
}

/* ---- children ----------------------------------------------------------------------------- */

static bool work_version(FILE *out, void *user) { return become_java(out, user, "version", NULL, NULL); }

static bool work_build(FILE *out, void *user) {
  const job *j = user;
  if (!j->side->engine) return become_java(out, j, "build", "text", "ends");
  double start = bench_clock(), processor = bench_processor_clock();
  bool fine = j->side->engine->build(j->index, j->documents, j->side->threads);
  return fine && fprintf(out, "seconds %.6f %.6f\n", bench_clock() - start, bench_processor_clock() - processor) > 0;
}

static bool time_open(FILE *out, const job *j) {
  const bench_engine *engine = j->side->engine;
  double times[MOST], begin = bench_clock();
  size_t runs = 0;
  while (runs < LEAST || (runs < MOST && bench_clock() - begin < 10 * SPENT)) {
    double start = bench_clock();
    void *index = engine->open(j->index);
    times[runs++] = bench_clock() - start;
    if (!index) return false;
    engine->close(index);
  }
  return fprintf(out, "open %.6f\n", bench_median(times, runs) * 1e3) > 0;
}

/* Asks `times` times; gives the processor's seconds of one, below 0 when that failed. */
static double ask_often(const bench_engine *engine, void *index, void *prepared, size_t times, uint64_t *documents,
                        uint64_t *sum) {
  bool fine = true;
  double start = bench_processor_clock();
  for (size_t i = 0; i < times && fine; i++) fine = engine->ask(index, prepared, documents, sum);
  return fine ? (bench_processor_clock() - start) / (double)times : -1;
}

/* The processor's time: nothing is waited for, and what else the machine does counts less. */
static bool time_query(FILE *out, const bench_engine *engine, void *index, const bench_query *query) {
  double times[MOST], one = -1;
  uint64_t documents = 0, sum = 0;
  void *prepared = engine->prepare(index, query);
  if (prepared && ask_often(engine, index, prepared, 1, &documents, &sum) >= 0) /* reads what is not yet in memory */
    one = ask_often(engine, index, prepared, 1, &documents, &sum);
  size_t runs = 0, in_a_row = one <= 0 || BATCH / one > MOST_IN_A_ROW ? MOST_IN_A_ROW : 1 + (size_t)(BATCH / one);
  double begin = bench_processor_clock();
  while (one >= 0 && (runs < LEAST || (runs < MOST && bench_processor_clock() - begin < SPENT)))
    times[runs++] = one = ask_often(engine, index, prepared, in_a_row, &documents, &sum);
  if (prepared) engine->forget(prepared);
  return one >= 0 && fprintf(out, "query %" PRIu64 " %" PRIu64 " %.3f\n", documents, sum, bench_median(times, runs) * 1e6) > 0;
}

static bool work_ask(FILE *out, void *user) {
  const job *j = user;
  const bench_engine *engine = j->side->engine;
  if (!engine) return become_java(out, j, "ask", "queries", NULL);
  if (!time_open(out, j)) return false;
  void *index = engine->open(j->index);
  bool fine = index != NULL;
  for (size_t i = 0; i < j->queries->count && fine; i++) fine = time_query(out, engine, index, &j->queries->at[i]);
  if (index) engine->close(index);
  return fine;
}

/* ---- what they said ----------------------------------------------------------------------- */

static bool say_failed(const bench_side *side, const char *what) {
  (void)fprintf(stderr, "%s: did not %s\n", side->name, what);
  return false;
}

bool bench_side_build(const bench_place *place, const bench_side *side, const bench_documents *documents, bench_built *out) {
  job j;
  bench_child child;
  if (!job_fill(&j, place, side) || !bench_disk_fresh(j.index)) return say_failed(side, "build: no folder");
  j.documents = documents;
  sync(); /* nobody waits for what another wrote */
  if (!bench_child_run(work_build, &j, &child)) return say_failed(side, "build");
  bool fine = sscanf(child.said, "seconds %lf %lf", &out->seconds, &out->processor) == 2 &&
              bench_disk_size(j.index, &out->disk);
  out->peak = child.peak;
  free(child.said);
  return fine || say_failed(side, "say how long it took");
}

bool bench_side_ask(const bench_place *place, const bench_side *side, const bench_queries *queries, bench_asked *out) {
  job j;
  bench_child child;
  if (!job_fill(&j, place, side)) return false;
  j.queries = queries;
  if (!bench_child_run(work_ask, &j, &child)) return say_failed(side, "answer");
  bool fine = sscanf(child.said, "open %lf", &out->open) == 1;
  const char *line = child.said;
  for (size_t i = 0; i < queries->count && fine; i++) {
    uint64_t sum;
    line = strchr(line, '\n');
    fine = line && sscanf(++line, "query %" SCNu64 " %" SCNu64 " %lf", &out->documents[i], &sum, &out->micros[i]) == 3;
  }
  free(child.said);
  return fine || say_failed(side, "say what it found");
}

/* ---- who is here -------------------------------------------------------------------------- */

static void add_side(bench_side *side, const bench_engine *engine, const char *folder, unsigned threads) {
  *side = (bench_side){.engine = engine, .folder = folder, .threads = threads};
  (void)snprintf(side->name, sizeof side->name, "%s %s", engine->name, engine->version());
}

static bool add_lucene(const bench_place *place, bench_side *side) {
  job j = {.place = place};
  bench_child child;
  char version[32];
  if (!place->java || !bench_child_run(work_version, &j, &child)) return false;
  bool fine = sscanf(child.said, "version %31s", version) == 1;
  free(child.said);
  *side = (bench_side){.folder = "lucene", .threads = 1};
  if (fine) (void)snprintf(side->name, sizeof side->name, "Lucene %s", version);
  return fine;
}

size_t bench_sides(const bench_place *place, bench_side sides[BENCH_SIDES], char *missing, size_t size) {
  const struct {
    const char *name, *folder;
    const bench_engine *engine;
  } peers[] = {{"SQLite FTS5", "fts5", bench_fts5()}, {"Xapian", "xapian", bench_xapian()}, {"Lucene", NULL, NULL}};
  size_t count = BENCH_PEERS, used = 0;
  add_side(&sides[BENCH_OURS], &bench_ours, "ours", 1);
  add_side(&sides[BENCH_OURS_TWO], &bench_ours, "ours-2", 2);
  missing[0] = '\0';
  for (size_t i = 0; i < sizeof peers / sizeof peers[0]; i++) {
    bool here = peers[i].engine != NULL;
    if (here)
      add_side(&sides[count], peers[i].engine, peers[i].folder, 1);
    else if (!peers[i].folder)
      here = add_lucene(place, &sides[count]);
    if (here) {
      count++;
      continue;
    }
    (void)printf("%s: not here, left out\n", peers[i].name);
    used += (size_t)snprintf(missing + used, used < size ? size - used : 0, "%s%s", used ? ", " : "", peers[i].name);
  }
  return count;
}
