/* bench_text: normal forms, words and boundaries beside ICU, utf8proc and libunistring.
 *
 *   bench_text [-m MB] [-r RUNS] [-k KERNEL] [-o FILE] [-n NOTE] -s FOLDER [NAME=FOLDER]…
 *
 * NAME=FOLDER gives the texts of a data set; a set without one is drawn from the papers in -s FOLDER. Each
 * kernel runs on each set in a process of its own: there ours and every peer take turns, RUNS times. -n is
 * appended to the last line. README.md says what is measured. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"
#include "bench_data.h"
#include "bench_table.h"

enum { MEGABYTE = 1000000, PIECE = 65536, WARM = 1000000, MOST_RUNS = 25, LANGUAGES = 4, SETS = LANGUAGES + 1 };

static const struct {
  const char *name, *language;
} sets[SETS] = {{"English", "en"}, {"Vietnamese", "vi"}, {"Chinese", "zh"}, {"Thai", "th"}, {"Mix", NULL}};

/* The order is that of the table; of the candidates the fastest bears the kernel's name. */
static const bench_kernel kernels[] = {
    {"normalize", "bytes or units", {"", "", false, NULL, NULL, ours_normalize}, 6,
     {{"icu-utf16", "ICU unorm2_normalize NFKC_Casefold, UTF-16", true, NULL, NULL, icu_normalize},
      {"icu-pieces", "ICU NFKC_Casefold, UTF-16, 64 KiB pieces", true, NULL, NULL, icu_normalize_pieces},
      {"icu-utf8", "ICU normalizeUTF8 NFKC_Casefold", true, NULL, NULL, icu_normalize_utf8},
      {"icu-edits", "ICU normalizeUTF8 NFKC_Casefold with Edits", false, NULL, NULL, icu_normalize_edits},
      {"utf8proc", "utf8proc_map NFKC_Casefold", false, NULL, NULL, utf8proc_normalize},
      {"libunistring", "libunistring u8_casefold NFKC", false, NULL, NULL, unistring_normalize}}},
    {"words", "words", {"", "", false, ours_words_open, ours_words_close, ours_words}, 5,
     {{"icu-utf16", "ICU ubrk word, UTF-16", true, icu_words_open, icu_break_close, icu_words},
      {"icu-pieces", "ICU ubrk word, UTF-16, 64 KiB pieces", true, icu_words_open, icu_break_close, icu_words_pieces},
      {"icu-utf8", "ICU ubrk word, UTF-8 UText", true, icu_words_open, icu_break_close, icu_words_utf8},
      {"icu-rules", "ICU ubrk word, UTF-16, no dictionaries", false, icu_words_plain_open, icu_break_close, icu_words},
      {"libunistring", "libunistring u8_wordbreaks", false, NULL, NULL, unistring_words}}},
    {"sentences", "boundaries", {"", "", false, NULL, NULL, ours_sentences}, 2,
     {{"icu-utf16", "ICU ubrk sentence, UTF-16", true, icu_sentences_open, icu_break_close, icu_boundaries},
      {"icu-utf8", "ICU ubrk sentence, UTF-8 UText", true, icu_sentences_open, icu_break_close, icu_boundaries_utf8}}},
    {"graphemes", "boundaries", {"", "", false, NULL, NULL, ours_graphemes}, 4,
     {{"icu-utf16", "ICU ubrk character, UTF-16", true, icu_graphemes_open, icu_break_close, icu_boundaries},
      {"icu-utf8", "ICU ubrk character, UTF-8 UText", true, icu_graphemes_open, icu_break_close, icu_boundaries_utf8},
      {"utf8proc", "utf8proc_grapheme_break_stateful", false, NULL, NULL, utf8proc_graphemes},
      {"libunistring", "libunistring u8_grapheme_breaks", false, NULL, NULL, unistring_graphemes}}},
    {"validate", "bytes", {"", "", false, NULL, NULL, ours_validate}, 2,
     {{"icu", "ICU u_strFromUTF8", true, NULL, NULL, icu_validate},
      {"libunistring", "libunistring u8_check", false, NULL, NULL, unistring_validate}}},
};

typedef struct options {
  size_t bytes, runs;
  const char *kernel, *output, *note, *sources;
  const char *folders[LANGUAGES];
} options;

/* ---- the input ---------------------------------------------------------------------------- */

typedef struct prepared {
  bench_input input;
  ENTI_ARRAY(size_t) pieces8, pieces16;
} prepared;

static bool add_piece(prepared *p, size_t at8, size_t at16) {
  if (enti_array_reserve(&enti_alloc_default, &p->pieces8, 1) != ENT_OK ||
      enti_array_reserve(&enti_alloc_default, &p->pieces16, 1) != ENT_OK)
    return false;
  p->pieces8.at[p->pieces8.count++] = at8;
  p->pieces16.at[p->pieces16.count++] = at16;
  return true;
}

/* Pieces behind the line ends of both encodings, which are as many in the one as in the other. */
static bool add_pieces(prepared *p, const char *utf8, size_t length, const uint16_t *utf16, size_t length16) {
  size_t unit = 0, last = 0;
  bool fine = add_piece(p, 0, 0);
  for (size_t i = 0; i < length && fine; i++) {
    if (utf8[i] != '\n') continue;
    while (utf16[unit] != '\n') unit++;
    unit++;
    if (i + 1 - last < PIECE) continue;
    last = i + 1;
    fine = add_piece(p, last, unit);
  }
  return fine && (last == length || add_piece(p, length, length16));
}

static void release(prepared *p) {
  free((void *)(uintptr_t)p->input.utf16);
  enti_array_free(&enti_alloc_default, &p->pieces8);
  enti_array_free(&enti_alloc_default, &p->pieces16);
}

static bool prepare(prepared *p, const bench_corpus *corpus) {
  *p = (prepared){0};
  size_t length = corpus->text.count;
  uint16_t *units = malloc((length + 1) * sizeof *units);
  if (!units) return false;
  size_t length16 = icu_utf16(corpus->text.at, length, units);
  p->input = (bench_input){.utf8 = corpus->text.at, .length = length, .utf16 = units, .length16 = length16};
  if (length16 == 0 || !add_pieces(p, corpus->text.at, length, units, length16)) {
    release(p);
    return false;
  }
  p->input.pieces8 = p->pieces8.at;
  p->input.pieces16 = p->pieces16.at;
  p->input.piece_count = p->pieces8.count - 1;
  p->input.room_size = 4 * length + MEGABYTE;
  return true;
}

/* The same input, but only its first pieces: what fills caches and loads tables before the clock runs. */
static bench_input beginning(const bench_input *input) {
  bench_input part = *input;
  part.piece_count = 1;
  while (part.piece_count < input->piece_count && input->pieces8[part.piece_count] < WARM) part.piece_count++;
  part.length = input->pieces8[part.piece_count];
  part.length16 = input->pieces16[part.piece_count];
  return part;
}

/* ---- measuring ---------------------------------------------------------------------------- */

/* Ours is way 0, peer i is way i + 1. */
typedef struct measured {
  bool fine[BENCH_MOST_WAYS + 1];
  uint64_t found[BENCH_MOST_WAYS + 1];
  double seconds[BENCH_MOST_WAYS + 1][MOST_RUNS];
} measured;

static const bench_way *way_of(const bench_kernel *kernel, size_t i) {
  return i == 0 ? &kernel->ours : &kernel->peers[i - 1];
}

/* Processor time of this thread: other processes of a busy machine do not count. */
static double now(void) {
  struct timespec time;
  (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void measure(const bench_kernel *kernel, const bench_input *input, size_t runs, measured *out) {
  void *states[BENCH_MOST_WAYS + 1] = {0};
  bench_input warm = beginning(input);
  for (size_t i = 0; i <= kernel->count; i++) {
    const bench_way *way = way_of(kernel, i);
    states[i] = way->open ? way->open() : NULL;
    out->fine[i] = (!way->open || states[i]) && way->run(states[i], &warm, &out->found[i]);
  }
  for (size_t run = 0; run < runs; run++)
    for (size_t i = 0; i <= kernel->count; i++) {
      if (!out->fine[i]) continue;
      double start = now();
      out->fine[i] = way_of(kernel, i)->run(states[i], input, &out->found[i]);
      out->seconds[i][run] = now() - start;
    }
  for (size_t i = 0; i <= kernel->count; i++)
    if (states[i]) way_of(kernel, i)->close(states[i]);
}

static bool write_all(int to, const void *bytes, size_t length) {
  for (const char *at = bytes; length > 0;) {
    ssize_t wrote = write(to, at, length);
    if (wrote <= 0) return false;
    at += wrote;
    length -= (size_t)wrote;
  }
  return true;
}

static bool read_all(int from, void *bytes, size_t length) {
  for (char *at = bytes; length > 0;) {
    ssize_t got = read(from, at, length);
    if (got <= 0) return false;
    at += got;
    length -= (size_t)got;
  }
  return true;
}

/* In a child, so that no kernel inherits another's heap and none can end the others. */
static bool measure_apart(const bench_kernel *kernel, const bench_input *input, size_t runs, measured *out) {
  int ends[2];
  if (pipe(ends) != 0) return false;
  (void)fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    bench_input own = *input;
    own.room = malloc(own.room_size);
    bool fine = own.room != NULL;
    if (fine) {
      memset(own.room, 1, own.room_size);
      measure(kernel, &own, runs, out);
      fine = write_all(ends[1], out, sizeof *out);
    }
    _exit(fine ? 0 : 1);
  }
  (void)close(ends[1]);
  bool fine = child > 0 && read_all(ends[0], out, sizeof *out);
  (void)close(ends[0]);
  int status = 0;
  if (child > 0) (void)waitpid(child, &status, 0);
  return fine && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* ---- rows --------------------------------------------------------------------------------- */

static int compare_seconds(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

typedef struct summary {
  double speed;  /* MB/s, of the median */
  double spread; /* slowest less fastest, in per cent of the median */
} summary;

static summary summarize(double *seconds, size_t runs, size_t bytes) {
  qsort(seconds, runs, sizeof *seconds, compare_seconds);
  double median = runs % 2 ? seconds[runs / 2] : (seconds[runs / 2 - 1] + seconds[runs / 2]) / 2;
  if (median <= 0) median = 1e-9;
  return (summary){(double)bytes / MEGABYTE / median, 100 * (seconds[runs - 1] - seconds[0]) / median};
}

static bool add_rows(bench_table *table, const bench_kernel *kernel, const char *data, size_t bytes, size_t runs,
                     measured *m) {
  summary ways[BENCH_MOST_WAYS + 1];
  size_t named = 0;
  for (size_t i = 0; i <= kernel->count; i++) {
    if (!m->fine[i]) {
      (void)fprintf(stderr, "%s, %s: %s did not do its work\n", kernel->name, data,
                    i ? way_of(kernel, i)->peer : "ours");
      if (i == 0) return true;
      continue;
    }
    ways[i] = summarize(m->seconds[i], runs, bytes);
    if (way_of(kernel, i)->candidate && (named == 0 || ways[i].speed > ways[named].speed)) named = i;
  }
  bool fine = true;
  for (size_t turn = 0; turn <= kernel->count && fine; turn++) { /* the named row first */
    size_t i = turn == 0 ? named : turn;
    if (i == 0 || (turn > 0 && i == named) || !m->fine[i]) continue;
    const bench_way *way = way_of(kernel, i);
    bench_row row = {.ours = ways[0].speed, .theirs = ways[i].speed, .unit = "MB/s"};
    (void)snprintf(row.kernel, sizeof row.kernel, i == named ? "%s" : "%s-%s", kernel->name, way->name);
    (void)snprintf(row.data, sizeof row.data, "%s", data);
    (void)snprintf(row.peer, sizeof row.peer, "%s", way->peer);
    (void)snprintf(row.note, sizeof row.note, "%llu, %llu %s, %.0f %%, %.0f %%", (unsigned long long)m->found[0],
                   (unsigned long long)m->found[i], kernel->found, ways[0].spread, ways[i].spread);
    fine = bench_table_add(table, &row);
  }
  return fine;
}

/* ---- the command -------------------------------------------------------------------------- */

/* Every kernel that is asked for on one data set. */
static bool run_set(bench_table *table, const options *o, const char *data, const bench_corpus *corpus) {
  prepared p;
  if (!prepare(&p, corpus)) return false;
  bool fine = true;
  for (size_t i = 0; i < sizeof kernels / sizeof kernels[0] && fine; i++) {
    const bench_kernel *kernel = &kernels[i];
    static measured m; /* too large for a stack */
    memset(&m, 0, sizeof m);
    if (o->kernel && strcmp(o->kernel, kernel->name) != 0) continue;
    if (measure_apart(kernel, &p.input, o->runs, &m))
      fine = add_rows(table, kernel, data, p.input.length, o->runs, &m);
    else
      (void)fprintf(stderr, "%s, %s: the process that measured ended early\n", kernel->name, data);
  }
  if (!o->kernel || strcmp(o->kernel, "normalize") == 0) bench_check_normal(data, &p.input);
  release(&p);
  return fine;
}

static bool fill(const options *o, bench_corpus *corpora, size_t set) {
  if (set == LANGUAGES) return bench_corpus_mix(&corpora[set], corpora, LANGUAGES, o->bytes);
  if (o->folders[set]) return bench_corpus_read(&corpora[set], o->folders[set], o->bytes);
  return bench_corpus_draw(&corpora[set], o->sources, sets[set].language, o->bytes);
}

/* Where the texts are from: the last part of each folder's path. */
static void say_data(const options *o, char *out, size_t size) {
  size_t used = 0;
  out[0] = '\0';
  for (size_t i = 0; i < LANGUAGES && used < size; i++) {
    const char *folder = o->folders[i], *slash = folder ? strrchr(folder, '/') : NULL;
    used += (size_t)snprintf(out + used, size - used, "%s%s %s", i ? ", " : "", sets[i].name,
                             slash ? slash + 1 : folder ? folder : "generated");
  }
}

static void say_last(const options *o, char *last, size_t size) {
  char processor[96], date[16], data[256];
  bench_processor(processor, sizeof processor);
  bench_today(date, sizeof date);
  say_data(o, data, sizeof data);
  (void)snprintf(last, size,
                 "%s, 1 thread, processor time, median of %zu; entente %s (Unicode %s), ICU %s, utf8proc %s, "
                 "libunistring %s%s%s; %g MB each (1 MB = 1,000,000 bytes of UTF-8): %s; %s",
                 processor, o->runs, ENT_VERSION, ENT_UNICODE_VERSION, icu_version(), utf8proc_of_bench(),
                 unistring_of_bench(), o->note ? ", " : "", o->note ? o->note : "", (double)o->bytes / MEGABYTE, data,
                 date);
}

static bool known_kernel(const char *name) {
  for (size_t i = 0; i < sizeof kernels / sizeof kernels[0]; i++)
    if (strcmp(kernels[i].name, name) == 0) return true;
  return false;
}

/* NAME=FOLDER */
static bool take_folder(options *o, const char *argument) {
  const char *equals = strchr(argument, '=');
  for (size_t i = 0; equals && i < LANGUAGES; i++) {
    size_t length = strlen(sets[i].name);
    if ((size_t)(equals - argument) != length || strncmp(argument, sets[i].name, length) != 0) continue;
    o->folders[i] = equals + 1;
    return true;
  }
  return false;
}

static bool read_options(int argc, char **argv, options *o) {
  double megabytes = 32, runs = 3;
  for (int c; (c = getopt(argc, argv, "m:r:k:o:n:s:")) != -1;) {
    switch (c) {
      case 'm': megabytes = strtod(optarg, NULL); break;
      case 'r': runs = strtod(optarg, NULL); break;
      case 'k': o->kernel = optarg; break;
      case 'o': o->output = optarg; break;
      case 'n': o->note = optarg; break;
      case 's': o->sources = optarg; break;
      default: return false;
    }
  }
  for (int i = optind; i < argc; i++)
    if (!take_folder(o, argv[i])) return false;
  bool all = o->sources != NULL;
  for (size_t i = 0; i < LANGUAGES && !all; i++)
    if (!o->folders[i]) return false;
  if (!(megabytes >= 0.01 && megabytes <= 256 && runs >= 1 && runs <= MOST_RUNS)) return false;
  if (o->kernel && !known_kernel(o->kernel)) return false;
  o->bytes = (size_t)(megabytes * MEGABYTE);
  o->runs = (size_t)runs;
  return true;
}

int main(int argc, char **argv) {
  options o = {0};
  if (!read_options(argc, argv, &o)) {
    (void)fprintf(stderr, "usage: bench_text [-m MB, 0.01 to 256] [-r RUNS, 1 to %d] [-k KERNEL] [-o FILE] [-n NOTE] "
                          "-s FOLDER [NAME=FOLDER]...\n", MOST_RUNS);
    return 2;
  }
  bench_corpus corpora[SETS] = {0};
  bench_table table = {0};
  bool fine = true;
  bench_table_begin();
  for (size_t set = 0; set < SETS && fine; set++)
    fine = fill(&o, corpora, set) && run_set(&table, &o, sets[set].name, &corpora[set]);
  char last[1024];
  say_last(&o, last, sizeof last);
  fine = bench_table_end(&table, o.output, last) && fine;
  bench_table_free(&table);
  for (size_t set = 0; set < SETS; set++) bench_corpus_free(&corpora[set]);
  return fine ? 0 : 1;
}
