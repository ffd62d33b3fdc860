/* bench_scale: does a corpus take time and memory in proportion, however large it is?
 *
 *   bench_scale -d FOLDER [-b MIB] GB...
 *
 * For each number of gigabytes (1 GB = 1,000,000,000 bytes) of generated text one corpus, written with MIB (256) of memory
 * and one thread in a process of its own, then opened in another, then removed. Making the text is not in the
 * times. */
#define _POSIX_C_SOURCE 200809L
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench_child.h"
#include "bench_disk.h"
#include "bench_generate.h"
#include "entente.h"

enum { MEGABYTE = 1000000, GIGABYTE = 1000000000, MOST = 16, OPENED = 25 };

typedef struct job {
  char path[1024]; /* of the corpus */
  uint64_t bytes;  /* of text, wanted */
  size_t memory;
} job;

static bool say(const ent_error *error) {
  (void)fprintf(stderr, "entente: %s\n", error->message);
  return false;
}

/* Says `seconds SPENT bytes WRITTEN documents COUNT`. */
static bool work_write(FILE *out, void *user) {
  const job *j = user;
  ent_writer_options options = {.memory = j->memory, .threads = 1};
  ent_error error = {0};
  ent_writer *writer = NULL;
  bench_generator *generator = bench_generator_new();
  if (!generator) return false;
  double spent = -bench_clock();
  bool fine = ent_writer_open(NULL, j->path, &options, &writer, &error) == ENT_OK;
  spent += bench_clock();
  uint64_t bytes = 0, count = 0;
  while (fine && bytes < j->bytes) {
    char id[32];
    ent_document document = {.id = id};
    (void)snprintf(id, sizeof id, "%010" PRIu64 ".txt", count++);
    document.source.text = bench_generator_next(generator, &document.source.length);
    spent -= bench_clock();
    fine = ent_writer_add(writer, &document, NULL, &error) == ENT_OK;
    spent += bench_clock();
    bytes += document.source.length;
  }
  spent -= bench_clock();
  fine = fine && ent_writer_commit(writer, &error) == ENT_OK;
  ent_writer_free(writer);
  spent += bench_clock();
  bench_generator_free(generator);
  if (!fine) return say(&error);
  return fprintf(out, "seconds %.6f bytes %" PRIu64 " documents %" PRIu64 "\n", spent, bytes, count) > 0;
}

/* Says the middle of the milliseconds that opening took. */
static bool work_open(FILE *out, void *user) {
  const job *j = user;
  double times[OPENED];
  for (size_t i = 0; i < OPENED; i++) {
    ent_error error = {0};
    ent_corpus *corpus = NULL;
    double start = bench_clock();
    if (ent_corpus_open(NULL, j->path, 0, &corpus, &error) != ENT_OK) return say(&error);
    times[i] = bench_clock() - start;
    ent_corpus_free(corpus);
  }
  return fprintf(out, "%.6f\n", bench_median(times, OPENED) * 1e3) > 0;
}

/* One size; gives the seconds for each gigabyte. */
static bool measure(const char *folder, double gigabytes, size_t memory, double *pace) {
  job j = {.bytes = (uint64_t)(gigabytes * GIGABYTE), .memory = memory};
  bench_child written = {0}, opened = {0};
  double seconds, open_ms;
  uint64_t bytes, documents, disk;
  bool fine = (size_t)snprintf(j.path, sizeof j.path, "%s/scale.entente", folder) < sizeof j.path && bench_disk_fresh(folder) &&
              bench_disk_free(folder, j.bytes + j.bytes / 2) && bench_child_run(work_write, &j, &written);
  fine = fine && bench_child_run(work_open, &j, &opened) && bench_disk_size(j.path, &disk) &&
         sscanf(written.said, "seconds %lf bytes %" SCNu64 " documents %" SCNu64, &seconds, &bytes, &documents) == 3 &&
         sscanf(opened.said, "%lf", &open_ms) == 1;
  if (fine) {
    *pace = seconds / (double)bytes * GIGABYTE;
    (void)printf("%8g %10" PRIu64 " %9.1f %7.1f %8.1f %9.3f %8.3f\n", gigabytes, documents, seconds,
                 (double)bytes / MEGABYTE / seconds, (double)written.peak / MEGABYTE, (double)disk / (double)bytes, open_ms);
    (void)fflush(stdout);
  }
  free(written.said);
  free(opened.said);
  return bench_disk_remove(folder) && fine;
}

int main(int argc, char **argv) {
  const char *folder = NULL;
  double mebibytes = 256, sizes[MOST], first = 0;
  bool fine = true;
  for (int c; (c = getopt(argc, argv, "d:b:")) != -1;) {
    if (c == 'd')
      folder = optarg;
    else if (c == 'b')
      mebibytes = strtod(optarg, NULL);
    else
      fine = false;
  }
  size_t count = argc > optind ? (size_t)(argc - optind) : 0;
  fine = fine && folder && mebibytes >= 16 && mebibytes <= 65536 && count > 0 && count <= MOST;
  for (size_t i = 0; i < count && fine; i++) {
    sizes[i] = strtod(argv[(size_t)optind + i], NULL);
    fine = sizes[i] >= 0.001 && sizes[i] <= 1000;
  }
  if (!fine) {
    (void)fprintf(stderr, "usage: bench_scale -d FOLDER [-b MIB, at least 16] GB, 0.001 to 1000...\n");
    return 2;
  }
  (void)printf("%8s %10s %9s %7s %8s %9s %8s\n", "GB", "documents", "seconds", "MB/s", "peak MB", "disk/text", "open ms");
  for (size_t i = 0; i < count && fine; i++) {
    double pace;
    fine = measure(folder, sizes[i], (size_t)(mebibytes * 1024 * 1024), &pace);
    if (fine && i > 0) (void)printf("time for a gigabyte, against that of %g GB: %.2f\n", sizes[0], pace / first);
    if (i == 0) first = pace;
  }
  return fine ? 0 : 1;
}
