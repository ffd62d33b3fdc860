/* bench_index: the same documents indexed by entente and, side by side, by SQLite FTS5, Xapian and Lucene.
 *
 *   bench_index [-m MB] [-r RUNS] [-j CLASSPATH] [-o FILE] [-n NOTE] -d FOLDER [English=FOLDER]
 *
 * -d FOLDER is for the indexes and is removed at the end. -j is the class path of BenchLucene and of Lucene; without it
 * Lucene is left out. Without English=FOLDER the documents are generated. -n is appended to the last line.
 * README.md says what is measured. */
#define _DEFAULT_SOURCE /* getloadavg */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench_child.h"
#include "bench_data.h"
#include "bench_disk.h"
#include "bench_generate.h"
#include "bench_index_run.h"
#include "bench_table.h"

enum { MEGABYTE = 1000000, MOST_RUNS = 25 };

typedef struct options {
  size_t bytes, runs;
  const char *output, *note, *texts;
  bench_place place;
} options;

typedef struct measured { /* of one side */
  bool built, asked;
  bench_built builds[MOST_RUNS];
  bench_asked rounds[MOST_RUNS];
} measured;

typedef struct bench {
  const options *o;
  bench_documents documents;
  bench_queries queries;
  bench_side sides[BENCH_SIDES];
  size_t count;
  double load; /* of the machine, before */
  measured of[BENCH_SIDES];
  bench_table table;
} bench;

/* ---- the documents ------------------------------------------------------------------------ */

static bool generate(bench_corpus *corpus, size_t want) {
  bench_generator *generator = bench_generator_new();
  bool fine = generator != NULL;
  while (fine && corpus->text.count < want) {
    size_t length;
    const char *text = bench_generator_next(generator, &length);
    fine = enti_bytes_add(&enti_alloc_default, &corpus->text, text, length) == ENT_OK &&
           enti_array_reserve(&enti_alloc_default, &corpus->ends, 1) == ENT_OK;
    if (fine) corpus->ends.at[corpus->ends.count++] = corpus->text.count;
  }
  bench_generator_free(generator);
  return fine;
}

/* ---- measuring ---------------------------------------------------------------------------- */

/* Sides take turns, and each round another one begins. One that failed is not tried again. */
static void build_all(bench *b) {
  for (size_t i = 0; i < b->count; i++) b->of[i].built = true;
  for (size_t run = 0; run < b->o->runs; run++)
    for (size_t turn = 0; turn < b->count; turn++) {
      size_t i = (turn + run) % b->count;
      measured *m = &b->of[i];
      m->built = m->built && bench_side_build(&b->o->place, &b->sides[i], &b->documents, &m->builds[run]);
    }
}

static void ask_all(bench *b) {
  for (size_t i = 0; i < b->count; i++) b->of[i].asked = b->of[i].built && i != BENCH_OURS_TWO;
  for (size_t run = 0; run < b->o->runs; run++)
    for (size_t turn = 0; turn < b->count; turn++) {
      size_t i = (turn + run) % b->count;
      measured *m = &b->of[i];
      m->asked = m->asked && bench_side_ask(&b->o->place, &b->sides[i], &b->queries, &m->rounds[run]);
    }
}

/* ---- rows --------------------------------------------------------------------------------- */

typedef struct figure {
  double median, spread; /* spread: most less least, in per cent of the median */
} figure;

static figure summarize(double *runs, size_t count) {
  double median = bench_median(runs, count); /* sorts */
  if (median <= 0) median = 1e-9;
  return (figure){median, 100 * (runs[count - 1] - runs[0]) / median};
}

/* The kinds of figures: a kernel's name, its unit, and what it is for one side. */
typedef struct kind {
  const char *name, *unit;
  bool asked;        /* of the rounds of questions, else of the builds */
  bool most_is_best; /* a speed; all others are costs */
  double (*of)(const bench *b, const measured *m, size_t run, size_t class_of);
} kind;

static double speed_of(const bench *b, const measured *m, size_t run, size_t class_of) {
  (void)class_of;
  return (double)b->documents.ends[b->documents.count - 1] / MEGABYTE / m->builds[run].seconds;
}

static double processor_of(const bench *b, const measured *m, size_t run, size_t class_of) {
  (void)class_of;
  double spent = m->builds[run].processor;
  return (double)b->documents.ends[b->documents.count - 1] / MEGABYTE / (spent > 0 ? spent : 1e-9);
}

static double disk_of(const bench *b, const measured *m, size_t run, size_t class_of) {
  (void)class_of;
  return (double)m->builds[run].disk / (double)b->documents.ends[b->documents.count - 1];
}

static double peak_of(const bench *b, const measured *m, size_t run, size_t class_of) {
  (void)b;
  (void)class_of;
  return (double)m->builds[run].peak / MEGABYTE;
}

static double open_of(const bench *b, const measured *m, size_t run, size_t class_of) {
  (void)b;
  (void)class_of;
  return m->rounds[run].open;
}

/* The middle one of a class's questions. */
static double class_of_round(const bench *b, const measured *m, size_t run, size_t class_of) {
  double micros[BENCH_PER_CLASS];
  size_t count = 0;
  for (size_t i = 0; i < b->queries.count; i++)
    if (b->queries.at[i].class_of == class_of) micros[count++] = m->rounds[run].micros[i];
  return bench_median(micros, count);
}

static figure figure_of(const bench *b, const kind *k, size_t side, size_t class_of) {
  double runs[MOST_RUNS];
  for (size_t run = 0; run < b->o->runs; run++) runs[run] = k->of(b, &b->of[side], run, class_of);
  return summarize(runs, b->o->runs);
}

static uint64_t documents_of(const bench *b, size_t side, size_t class_of) {
  uint64_t sum = 0;
  for (size_t i = 0; i < b->queries.count; i++)
    if (b->queries.at[i].class_of == class_of) sum += b->of[side].rounds[0].documents[i];
  return sum;
}

static bool add_row(bench *b, const kind *k, size_t side, size_t peer, size_t class_of) {
  figure ours = figure_of(b, k, side, class_of), theirs = {0};
  bench_row row = {.ours = ours.median};
  (void)snprintf(row.kernel, sizeof row.kernel, "%s", k->name);
  (void)snprintf(row.data, sizeof row.data, "%s", b->o->texts ? "English" : "generated");
  (void)snprintf(row.unit, sizeof row.unit, "%s", k->unit);
  (void)snprintf(row.peer, sizeof row.peer, "none");
  if (peer < b->count) {
    theirs = figure_of(b, k, peer, class_of);
    (void)snprintf(row.peer, sizeof row.peer, "%s%s", b->sides[peer].name, peer == BENCH_OURS ? ", 1 thread" : "");
  }
  row.theirs = theirs.median;
  char found[48] = "";
  if (k->of == class_of_round)
    (void)snprintf(found, sizeof found, "%" PRIu64 ", %" PRIu64 " documents, ", documents_of(b, side, class_of),
                   peer < b->count ? documents_of(b, peer, class_of) : 0);
  (void)snprintf(row.note, sizeof row.note, "%s%.0f %%, %.0f %%", found, ours.spread, theirs.spread);
  return bench_table_add(&b->table, &row);
}

static bool has(const bench *b, const kind *k, size_t side) { return k->asked ? b->of[side].asked : b->of[side].built; }

/* A row for each peer, the best of them first; the order of the sides where `in_order`. */
static bool add_rows(bench *b, const kind *k, size_t class_of, bool in_order) {
  bool done[BENCH_SIDES] = {0}, fine = has(b, k, BENCH_OURS);
  size_t rows = 0;
  for (;;) {
    size_t best = b->count;
    for (size_t i = BENCH_PEERS; i < b->count; i++) {
      if (done[i] || !has(b, k, i)) continue;
      bool better = best == b->count;
      if (!better && !in_order)
        better = (figure_of(b, k, i, class_of).median < figure_of(b, k, best, class_of).median) != k->most_is_best;
      if (better) best = i;
    }
    if (!fine || (best == b->count && rows > 0)) return fine;
    fine = add_row(b, k, BENCH_OURS, best, class_of);
    if (best == b->count) return fine;
    done[best] = true;
    rows++;
  }
}

static bool has_class(const bench *b, size_t class_of) {
  for (size_t i = 0; i < b->queries.count; i++)
    if (b->queries.at[i].class_of == class_of) return true;
  return false;
}

static bool add_all(bench *b) {
  static const kind build = {"build", "MB/s", false, true, speed_of},
                    processor = {"build-processor", "MB/s", false, true, processor_of},
                    disk = {"disk", "B/B", false, false, disk_of},
                    memory = {"build-memory", "MB", false, false, peak_of}, open = {"open", "ms", true, false, open_of},
                    threads = {"build-2-threads", "MB/s", false, true, speed_of};
  bool fine = add_rows(b, &build, 0, false) && add_rows(b, &processor, 0, false) && add_rows(b, &disk, 0, true) &&
              add_rows(b, &memory, 0, false);
  if (fine && b->of[BENCH_OURS_TWO].built) fine = add_row(b, &threads, BENCH_OURS_TWO, BENCH_OURS, 0);
  fine = fine && add_rows(b, &open, 0, false);
  for (size_t i = 0; i < BENCH_CLASSES && fine; i++) {
    const kind class_kind = {bench_class_names[i], "us", true, false, class_of_round};
    if (has_class(b, i)) fine = add_rows(b, &class_kind, i, false);
  }
  return fine;
}

/* ---- the command -------------------------------------------------------------------------- */

/* The questions, and the microseconds that each took each side. */
static void say_queries(const bench *b) {
  (void)printf("%-55s", "question, us");
  for (size_t i = 0; i < b->count; i++)
    if (b->of[i].asked) (void)printf(" %18s", b->sides[i].name);
  (void)printf("\n");
  for (size_t q = 0; q < b->queries.count; q++) {
    const bench_query *query = &b->queries.at[q];
    char text[BENCH_MOST_WORDS * BENCH_WORD + 2];
    (void)snprintf(text, sizeof text, "%s%s%s%s%s%s", query->words[0], query->class_of == BENCH_PREFIX ? "*" : "",
                   query->count > 1 ? " " : "", query->words[1], query->count > 2 ? " " : "", query->words[2]);
    (void)printf("%-14s %-40s", bench_class_names[query->class_of], text);
    for (size_t i = 0; i < b->count; i++) {
      double runs[MOST_RUNS];
      if (!b->of[i].asked) continue;
      for (size_t run = 0; run < b->o->runs; run++) runs[run] = b->of[i].rounds[run].micros[q];
      (void)printf(" %18.1f", bench_median(runs, b->o->runs));
    }
    (void)printf("\n");
  }
}

static void say_last(const bench *b, const char *missing, char *last, size_t size) {
  char processor[96], date[16], peers[256] = "";
  const char *slash = b->o->texts ? strrchr(b->o->texts, '/') : NULL;
  size_t used = 0;
  bench_processor(processor, sizeof processor);
  bench_today(date, sizeof date);
  for (size_t i = BENCH_PEERS; i < b->count && used < sizeof peers; i++)
    used += (size_t)snprintf(peers + used, sizeof peers - used, "%s%s", i > BENCH_PEERS ? ", " : " beside ", b->sides[i].name);
  (void)snprintf(last, size,
                 "%s, 1 thread, wall time (questions: processor time), median of %zu, load %.1f before; %s%s%s%s%s%s; "
                 "%.4g MB (1 MB = 1,000,000 bytes) in %zu documents: %s; %s",
                 processor, b->o->runs, b->load, b->sides[BENCH_OURS].name, peers, missing[0] ? ", without " : "", missing,
                 b->o->note ? ", " : "", b->o->note ? b->o->note : "",
                 (double)b->documents.ends[b->documents.count - 1] / MEGABYTE, b->documents.count,
                 slash ? slash + 1 : b->o->texts ? b->o->texts : "generated", date);
}

static bool run(const options *o, const bench_corpus *corpus) {
  static bench b; /* too large for a stack */
  char missing[128], last[1024];
  b = (bench){.o = o, .documents = {corpus->text.at, corpus->ends.at, corpus->ends.count}};
  (void)getloadavg(&b.load, 1);
  b.count = bench_sides(&o->place, b.sides, missing, sizeof missing);
  bool fine = bench_hand_over(&o->place, &b.documents, &b.queries);
  if (fine) build_all(&b);
  /* Behind the builds: what choosing takes would count as theirs. */
  fine = fine && bench_queries_choose(&b.queries, &b.documents) && bench_hand_over(&o->place, &b.documents, &b.queries);
  if (fine) {
    ask_all(&b);
    say_queries(&b);
    bench_table_begin();
    fine = add_all(&b);
    say_last(&b, missing, last, sizeof last);
    fine = bench_table_end(&b.table, fine ? o->output : NULL, last) && fine;
  }
  bench_table_free(&b.table);
  return fine;
}

static bool read_options(int argc, char **argv, options *o) {
  double megabytes = 40, runs = 3;
  for (int c; (c = getopt(argc, argv, "m:r:j:o:n:d:")) != -1;) {
    switch (c) {
      case 'm': megabytes = strtod(optarg, NULL); break;
      case 'r': runs = strtod(optarg, NULL); break;
      case 'j': o->place.java = *optarg ? optarg : NULL; break;
      case 'o': o->output = optarg; break;
      case 'n': o->note = optarg; break;
      case 'd': o->place.folder = optarg; break;
      default: return false;
    }
  }
  for (; optind < argc; optind++) {
    static const char name[] = "English=";
    if (strncmp(argv[optind], name, sizeof name - 1) != 0) return false;
    o->texts = argv[optind] + sizeof name - 1;
  }
  if (!o->place.folder || !(megabytes >= 0.01 && megabytes <= 1000 && runs >= 1 && runs <= MOST_RUNS)) return false;
  o->bytes = (size_t)(megabytes * MEGABYTE);
  o->runs = (size_t)runs;
  return true;
}

int main(int argc, char **argv) {
  options o = {0};
  if (!read_options(argc, argv, &o)) {
    (void)fprintf(stderr, "usage: bench_index [-m MB, 0.01 to 1000] [-r RUNS, 1 to %d] [-j CLASSPATH] [-o FILE] [-n NOTE] "
                          "-d FOLDER [English=FOLDER]\n", MOST_RUNS);
    return 2;
  }
  bench_corpus corpus = {0};
  bool fine = bench_disk_fresh(o.place.folder) &&
              (o.texts ? bench_corpus_spread(&corpus, o.texts, o.bytes) : generate(&corpus, o.bytes)) && run(&o, &corpus);
  fine = bench_disk_remove(o.place.folder) && fine;
  bench_corpus_free(&corpus);
  return fine ? 0 : 1;
}
