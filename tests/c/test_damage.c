/* damage: a corpus of two segments whose files are damaged in every way that one bit, a length or a name can be. Whatever
 * it is asked then (ask.h), by mapping and by reading, the answer is an error or what it was before: never another one,
 * never the end of the program.
 *
 * make test takes every bit and length of small files, and every STRIDE-th of the segments, which is prime to 8, so that
 * all bits of a byte have their turn; ENTENTE_DAMAGE=1, as in make fault-damage, takes them all. */
#define _GNU_SOURCE /* mkdtemp, ftruncate, pwrite */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ask.h"
#include "sample_segment.h"

enum { STRIDE = 61, SMALL = 300, VERIFY = 64, DOCUMENTS = 24, WORDS = 64, TEXT = 16 * WORDS, NAMES = 4 };

static char folder[64], corpus_path[96];
static const char *const files[NAMES] = {"manifest", "segment-0000000001", "segment-0000000002", "lock"};
static unsigned char *contents[NAMES];
static size_t lengths[NAMES];
static const char *ids[DOCUMENTS + 16];
static size_t id_count;
static uint64_t numbers;
static unsigned stride;
static ask_answers sound, answers;
static ent_vocab *vocab;
static ent_index *ix;

/* ---- the corpus ---- */

static char made_ids[DOCUMENTS][32], made_texts[DOCUMENTS][TEXT];
static uint32_t seed = 4;

static uint32_t draw(uint32_t below) {
  seed = seed * 1664525u + 1013904223u;
  return (uint32_t)((uint64_t)(seed >> 8) * below >> 24);
}

/* Words of two syllables out of a few hundred, Chinese or Thai characters, marks and lines now and then. */
static void make_text(char *to, uint32_t language) {
  static const char *const syllables[] = {"tru", "st", "digi", "tal", "ar", "en", "ko", "mi", "po", "sa", "ten", "ul", "ve", "wor", "xi", "yo"};
  char *end = to + TEXT - 16;
  for (int i = 0; i < WORDS && to < end; i++) {
    if (language == 0) to += sprintf(to, "%s%s", syllables[draw(16)], syllables[draw(16)]);
    for (uint32_t k = language ? 1 + draw(3) : 0; k > 0; k--) {
      uint32_t cp = language == 1 ? 0x4E00 + draw(300) * 7 : 0xE01 + draw(40);
      to += sprintf(to, "%c%c%c", (int)(0xE0 | cp >> 12), (int)(0x80 | (cp >> 6 & 63)), (int)(0x80 | (cp & 63)));
    }
    to += sprintf(to, "%s", draw(9) == 0 ? ", " : draw(12) == 0 ? ".\n\n" : draw(30) == 0 ? "-\n" : language && draw(3) ? "" : " ");
  }
  (void)sprintf(to, "digital trust.\n");
}

static ent_status add(ent_writer *writer, const ent_document *document) {
  ids[id_count++] = document->id;
  return ent_writer_add(writer, document, NULL, NULL);
}

/* One segment of made documents, one of those that have a bit of everything; one of each is removed. */
static ent_status fill(ent_writer *writer) {
  static const ent_field fields[3][2] = {{{"country", {ENT_VALUE_TEXT, MEMORY_TEXT("VN"), 0, 0}}, {"year", {.kind = ENT_VALUE_INTEGER, .integer = 2020}}},
                                         {{"country", {ENT_VALUE_TEXT, MEMORY_TEXT("CN"), 0, 0}}, {"year", {.kind = ENT_VALUE_INTEGER, .integer = 1999}}},
                                         {{"country", {ENT_VALUE_TEXT, MEMORY_TEXT("TH"), 0, 0}}, {"open", {.kind = ENT_VALUE_BOOLEAN, .integer = 1}}}};
  size_t count;
  const ent_document *some = memory_documents(&count);
  ent_status status = ENT_OK;
  for (int i = 0; i < DOCUMENTS && status == ENT_OK; i++) {
    (void)snprintf(made_ids[i], sizeof made_ids[i], "made/%02d", i);
    make_text(made_texts[i], (uint32_t)i % 3);
    ent_document document = {made_ids[i], {.text = made_texts[i], .length = strlen(made_texts[i])}, fields[i % 3], 2};
    status = add(writer, &document);
  }
  if (status == ENT_OK) status = ent_writer_commit(writer, NULL);
  for (size_t i = 0; i < count && status == ENT_OK; i++) status = add(writer, &some[i]);
  if (status == ENT_OK) status = ent_writer_remove(writer, made_ids[4], NULL, NULL);
  if (status == ENT_OK) status = ent_writer_commit(writer, NULL);
  if (status == ENT_OK) status = ent_writer_remove(writer, some[1].id, NULL, NULL);
  return status == ENT_OK ? ent_writer_commit(writer, NULL) : status;
}

static void path_of(int file, char path[192]) { (void)snprintf(path, 192, "%s/%s", corpus_path, files[file]); }

static bool slurp(int file) {
  char path[192];
  struct stat about;
  path_of(file, path);
  int fd = open(path, O_RDONLY);
  if (fd < 0 || fstat(fd, &about) != 0) return false;
  lengths[file] = (size_t)about.st_size;
  contents[file] = malloc(lengths[file] + 1);
  bool fine = contents[file] && read(fd, contents[file], lengths[file]) == (ssize_t)lengths[file];
  (void)close(fd);
  return fine;
}

static void ask(ent_corpus *corpus, ask_answers *out) { ask_all(corpus, ids, id_count, numbers, ix, out); }

static int make(void **state) {
  (void)state;
  const char *wanted = getenv("ENTENTE_DAMAGE");
  ent_writer *writer;
  ent_corpus *corpus;
  stride = wanted && atoi(wanted) > 0 ? (unsigned)atoi(wanted) : STRIDE;
  (void)strcpy(folder, "/dev/shm/entente-damage-XXXXXX");
  if (!mkdtemp(folder)) (void)strcpy(folder, "/tmp/entente-damage-XXXXXX");
  if (strstr(folder, "XXXXXX") && !mkdtemp(folder)) return 1;
  (void)snprintf(corpus_path, sizeof corpus_path, "%s/c.entente", folder);
  bool fine = ent_writer_open(NULL, corpus_path, NULL, &writer, NULL) == ENT_OK && fill(writer) == ENT_OK;
  ent_writer_free(writer);
  for (int i = 0; i < NAMES && fine; i++) fine = slurp(i);
  fine = fine && ent_vocab_new(NULL, &vocab) == ENT_OK && ent_index_new(vocab, &ix) == ENT_OK &&
         ent_corpus_open(NULL, corpus_path, 0, &corpus, NULL) == ENT_OK;
  if (!fine) return 1;
  numbers = ent_corpus_numbers(corpus);
  ask(corpus, &sound);
  ent_corpus_free(corpus);
  return 0;
}

static int drop(void **state) {
  (void)state;
  char path[192];
  for (int i = 0; i < NAMES; i++) {
    path_of(i, path);
    (void)unlink(path);
    free(contents[i]);
  }
  (void)rmdir(corpus_path);
  (void)rmdir(folder);
  ent_index_free(ix);
  ent_vocab_free(vocab);
  return 0;
}

/* ---- what comes of damage ---- */

static struct outcome {
  size_t cases, refused, errors, same; /* not opened; opened, with errors; all answers as they were */
} seen;

/* Asks everything by mapping and by reading. `harmless`: the file tells nothing. */
static void look(const char *what, int file, size_t at, bool harmless) {
  for (unsigned flags = 0; flags <= ENT_OPEN_READ; flags += ENT_OPEN_READ) {
    ent_corpus *corpus;
    ent_status status = ent_corpus_open(NULL, corpus_path, flags, &corpus, NULL);
    seen.cases++;
    if (status != ENT_OK) {
      seen.refused++;
      if (harmless || (status != ENT_ERR_DAMAGE && status != ENT_ERR_IO)) fail_msg("%s of %s at %zu: status %d", what, files[file], at, status);
      continue;
    }
    ask(corpus, &answers);
    size_t errors = 0;
    assert_int_equal(answers.count, sound.count);
    for (size_t i = 0; i < sound.count; i++) {
      if (answers.at[i].status == ENT_ERR_DAMAGE && !harmless) errors++;
      else if (answers.at[i].status != sound.at[i].status || answers.at[i].digest != sound.at[i].digest)
        fail_msg("%s of %s at %zu, flags %u: question %zu has status %d and another answer", what, files[file], at, flags, i, answers.at[i].status);
    }
    if (seen.cases % VERIFY < 2 || errors == 0)
      assert_int_equal(ent_corpus_verify(corpus, NULL, NULL, NULL), harmless ? ENT_OK : ENT_ERR_DAMAGE);
    ent_corpus_free(corpus);
    if (errors) seen.errors++;
    else seen.same++;
  }
}

static void tell(const char *what) {
  print_message("# %s: %zu cases, %zu not opened, %zu with errors, %zu unchanged\n", what, seen.cases, seen.refused, seen.errors, seen.same);
  seen = (struct outcome){0, 0, 0, 0};
}

static int open_file(int file) {
  char path[192];
  path_of(file, path);
  int fd = open(path, O_RDWR | O_CREAT, 0666);
  assert_true(fd >= 0);
  return fd;
}

static void restore(int file, int fd) {
  assert_int_equal(ftruncate(fd, 0), 0);
  assert_int_equal(pwrite(fd, contents[file], lengths[file], 0), (ssize_t)lengths[file]);
  assert_int_equal(close(fd), 0);
}

/* ---- tests ---- */

static void it_is_as_it_should_be(void **state) {
  (void)state;
  size_t size = 0;
  for (int i = 0; i < NAMES; i++) size += lengths[i];
  assert_true(size <= 64 << 10 && lengths[1] > 2 * 16384); /* several blocks */
  for (size_t i = 0; i < sound.count; i++) assert_true(sound.at[i].status == ENT_OK || sound.at[i].status == ENT_ERR_ARGUMENT);
  look("nothing", 0, 0, true);
  assert_int_equal(seen.same, 2);
  tell("no damage");
}

static void flipped_bits(void **state) {
  (void)state;
  for (int file = 0; file < NAMES; file++) {
    int fd = open_file(file);
    for (size_t bit = 0; bit < 8 * lengths[file]; bit += lengths[file] < SMALL ? 1 : stride) {
      unsigned char byte = contents[file][bit / 8] ^ (unsigned char)(1u << bit % 8);
      assert_int_equal(pwrite(fd, &byte, 1, (off_t)(bit / 8)), 1);
      look("bit", file, bit, file == 3);
      assert_int_equal(pwrite(fd, contents[file] + bit / 8, 1, (off_t)(bit / 8)), 1);
    }
    restore(file, fd);
    tell(files[file]);
  }
}

static void cut_files(void **state) {
  (void)state;
  for (int file = 0; file < NAMES; file++) {
    int fd = open_file(file);
    for (size_t length = lengths[file]; length-- > 0;) {
      if (length % stride != 0 && length > SMALL && lengths[file] - length > SMALL) continue;
      assert_int_equal(ftruncate(fd, (off_t)length), 0);
      look("cut", file, length, file == 3);
    }
    restore(file, fd);
  }
  tell("cut");
}

static void extended_files(void **state) {
  (void)state;
  static const size_t more[] = {1, 7, 4096};
  static unsigned char bytes[4096];
  for (int file = 0; file < NAMES; file++)
    for (size_t i = 0; i < 3; i++)
      for (int fill_byte = 0; fill_byte <= 255; fill_byte += 51) {
        int fd = open_file(file);
        memset(bytes, fill_byte, sizeof bytes);
        assert_int_equal(pwrite(fd, bytes, more[i], (off_t)lengths[file]), (ssize_t)more[i]);
        look("more", file, more[i], file == 3);
        restore(file, fd);
      }
  tell("extended");
}

/* Files that are not there, empty, or another's. */
static void lost_and_swapped_files(void **state) {
  (void)state;
  for (int file = 0; file < NAMES; file++) {
    char path[192];
    path_of(file, path);
    assert_int_equal(unlink(path), 0);
    look("loss", file, 0, file == 3);
    for (int other = 0; other < NAMES; other++) {
      if (other == file) continue;
      int fd = open_file(file);
      assert_int_equal(ftruncate(fd, 0), 0);
      assert_int_equal(pwrite(fd, contents[other], lengths[other], 0), (ssize_t)lengths[other]);
      look("another file instead", file, (size_t)other, file == 3);
      restore(file, fd);
    }
  }
  tell("lost and swapped");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(it_is_as_it_should_be), cmocka_unit_test(flipped_bits), cmocka_unit_test(cut_files),
                                     cmocka_unit_test(extended_files), cmocka_unit_test(lost_and_swapped_files)};
  return cmocka_run_group_tests_name("damage", tests, make, drop);
}
