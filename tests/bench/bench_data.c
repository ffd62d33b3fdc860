/* bench_data: see bench_data.h. */
#define _POSIX_C_SOURCE 200809L
#include "bench_data.h"

#include <stdio.h>
#include <sys/stat.h>

static const ent_alloc *alloc = &enti_alloc_default;

void bench_corpus_free(bench_corpus *corpus) {
  enti_array_free(alloc, &corpus->text);
  enti_array_free(alloc, &corpus->ends);
}

static bool add_document(bench_corpus *corpus, const char *bytes, size_t length) {
  return enti_bytes_add(alloc, &corpus->text, bytes, length) == ENT_OK &&
         enti_array_reserve(alloc, &corpus->ends, 1) == ENT_OK &&
         (corpus->ends.at[corpus->ends.count++] = corpus->text.count, true);
}

/* Cuts to `want` bytes, before a character that does not fit. */
static bool cut(bench_corpus *corpus, size_t want) {
  if (corpus->text.count < want) return false;
  while (want > 0 && corpus->text.count > want && ((unsigned char)corpus->text.at[want] & 0xC0) == 0x80) want--;
  corpus->text.count = want;
  while (corpus->ends.count && corpus->ends.at[corpus->ends.count - 1] > want) corpus->ends.count--;
  return true;
}

static bool ends_with(const char *name, const char *ending) {
  size_t a = strlen(name), b = strlen(ending);
  return a >= b && memcmp(name + a - b, ending, b) == 0;
}

#define EMPTY_LINE "\n\n"

/* ---- files -------------------------------------------------------------------------------- */

static bool add_file(bench_corpus *corpus, const char *path, const char *behind) {
  enum { LIMIT = 1 << 30 };
  ent_error error = {0};
  ent_string *raw = NULL, *mended = NULL;
  size_t length, replaced;
  if (ent_file_read(alloc, path, LIMIT, &raw, &error) != ENT_OK) {
    (void)fprintf(stderr, "%s\n", error.message);
    return false;
  }
  const char *bytes = ent_string_bytes(raw, &length);
  bool fine = ent_utf8_mend(alloc, bytes, length, &mended, &replaced) == ENT_OK;
  if (fine) {
    bytes = ent_string_bytes(mended, &length);
    fine = enti_bytes_add(alloc, &corpus->text, bytes, length) == ENT_OK && add_document(corpus, behind, strlen(behind));
  }
  ent_string_free(mended);
  ent_string_free(raw);
  return fine;
}

typedef bool visit(void *user, const char *path, const char *name);

/* Sees the files of a folder and its folders, sorted, until told to stop by false. */
static bool each_file(const char *folder, visit *see, void *user) {
  ent_error error = {0};
  ent_string *names = NULL;
  if (ent_folder_list(alloc, folder, &names, &error) != ENT_OK) {
    (void)fprintf(stderr, "%s\n", error.message);
    return false;
  }
  size_t length;
  const char *name = ent_string_bytes(names, &length), *end = name + length;
  bool fine = true;
  for (; fine && name < end; name += strlen(name) + 1) {
    char path[1024];
    if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, name) >= sizeof path)
      fine = false;
    else if (ent_path_kind_of(path) == ENT_PATH_FOLDER)
      fine = each_file(path, see, user);
    else
      fine = see(user, path, name);
  }
  ent_string_free(names);
  return fine;
}

typedef struct reading {
  bench_corpus *corpus;
  size_t want;
  const char *language; /* or NULL: any .txt or .md */
} reading;

static bool is_text(const char *name) { return ends_with(name, ".txt") || ends_with(name, ".md"); }

static bool see_file(void *user, const char *path, const char *name) {
  reading *r = user;
  if (r->language) {
    size_t length = strlen(r->language);
    bool wanted = strncmp(name, r->language, length) == 0 && name[length] == '-' && ends_with(name, ".md");
    return !wanted || add_file(r->corpus, path, EMPTY_LINE);
  }
  if (!is_text(name)) return true;
  return add_file(r->corpus, path, EMPTY_LINE) && r->corpus->text.count < r->want;
}

static bool say_none(const char *folder) {
  (void)fprintf(stderr, "%s: no text could be read\n", folder);
  return false;
}

bool bench_corpus_read(bench_corpus *corpus, const char *folder, size_t want) {
  reading r = {corpus, want, NULL};
  (void)each_file(folder, see_file, &r);
  size_t documents = corpus->ends.count;
  if (documents == 0) return say_none(folder);
  for (size_t i = 0; corpus->text.count < want; i = (i + 1) % documents) {
    size_t begin = i ? corpus->ends.at[i - 1] : 0, length = corpus->ends.at[i] - begin;
    if (enti_array_reserve(alloc, &corpus->text, length) != ENT_OK) return false; /* before `begin` is a pointer */
    if (!add_document(corpus, corpus->text.at + begin, length)) return false;
  }
  return cut(corpus, want);
}

typedef struct spreading {
  bench_corpus *corpus;
  double share;    /* of the bytes that are wanted */
  uint64_t passed; /* bytes of the files that were seen */
} spreading;

static uint64_t size_of(const char *path) {
  struct stat file;
  return stat(path, &file) == 0 ? (uint64_t)file.st_size : 0;
}

static bool see_size(void *user, const char *path, const char *name) {
  spreading *s = user;
  if (is_text(name)) s->passed += size_of(path);
  return true;
}

/* Takes a file when less has been taken than the share of what was passed. */
static bool see_spread(void *user, const char *path, const char *name) {
  spreading *s = user;
  if (!is_text(name)) return true;
  s->passed += size_of(path);
  return (double)s->corpus->text.count >= s->share * (double)s->passed || add_file(s->corpus, path, "");
}

bool bench_corpus_spread(bench_corpus *corpus, const char *folder, size_t want) {
  spreading s = {.corpus = corpus};
  bool fine = each_file(folder, see_size, &s);
  s.share = s.passed > want ? (double)want / (double)s.passed : 1;
  s.passed = 0;
  fine = fine && each_file(folder, see_spread, &s);
  return fine && corpus->ends.count > 0 ? true : say_none(folder);
}

/* ---- made texts --------------------------------------------------------------------------- */

bool bench_corpus_draw(bench_corpus *corpus, const char *folder, const char *language, size_t want) {
  bench_corpus source = {0};
  ENTI_ARRAY(ent_range) lines = {0};
  reading r = {&source, 0, language};
  (void)each_file(folder, see_file, &r);
  bool fine = source.text.count > 0;
  for (size_t begin = 0, end; fine && begin < source.text.count; begin = end + 1) {
    end = begin;
    while (source.text.at[end] != '\n') end++; /* each document ends with one */
    if (end == begin) continue;
    fine = enti_array_reserve(alloc, &lines, 1) == ENT_OK;
    if (fine) lines.at[lines.count++] = (ent_range){begin, end};
  }
  uint32_t random = 1;
  while (fine && lines.count && corpus->text.count < want) {
    random = random * 1664525u + 1013904223u;
    ent_range line = lines.at[((uint64_t)random * lines.count) >> 32];
    fine = enti_bytes_add(alloc, &corpus->text, source.text.at + line.begin, line.end - line.begin) == ENT_OK &&
           add_document(corpus, "\n\n", 2);
  }
  fine = fine && cut(corpus, want);
  enti_array_free(alloc, &lines);
  bench_corpus_free(&source);
  return fine || say_none(folder);
}

bool bench_corpus_mix(bench_corpus *corpus, const bench_corpus *parts, size_t count, size_t want) {
  enum { MOST = 8 };
  size_t taken[MOST] = {0}, next[MOST] = {0};
  if (count == 0 || count > MOST) return false;
  while (corpus->text.count < want) {
    size_t least = 0;
    for (size_t i = 1; i < count; i++)
      if (taken[i] < taken[least]) least = i;
    const bench_corpus *part = parts + least;
    if (part->ends.count == 0) return false;
    size_t i = next[least]++ % part->ends.count, begin = i ? part->ends.at[i - 1] : 0;
    if (!add_document(corpus, part->text.at + begin, part->ends.at[i] - begin)) return false;
    taken[least] += part->ends.at[i] - begin;
  }
  return cut(corpus, want);
}
