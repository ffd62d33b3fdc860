/* store: sealed files. What was written is read, block by block; whatever was changed, cut off or added is found when
 * it is touched, mapped or read; a file that shrinks under the reader is an error; checksums are the published ones. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/checksum.h"
#include "store/sealed.h"

static char folder[] = "/tmp/entente-sealed-XXXXXX";
static char path[64];
static const unsigned modes[] = {0, ENT_OPEN_READ};

static int set_up(void **state) {
  (void)state;
  if (!mkdtemp(folder)) return -1;
  (void)snprintf(path, sizeof path, "%s/file", folder);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  (void)unlink(path);
  return rmdir(folder);
}

static unsigned char byte_at(uint64_t at) { return (unsigned char)((at * UINT64_C(0x9E3779B97F4A7C15)) >> 56); }

static unsigned char *payload_of(size_t length) {
  unsigned char *bytes = malloc(length + 1);
  assert_non_null(bytes);
  for (size_t i = 0; i < length; i++) bytes[i] = byte_at(i);
  return bytes;
}

/* Writes a payload in pieces of `piece` bytes. */
static enti_seal seal(const unsigned char *bytes, size_t length, size_t piece) {
  enti_sealer *sealer = NULL;
  enti_seal made;
  (void)unlink(path);
  assert_int_equal(enti_sealer_new(&enti_alloc_default, &enti_io_system, path, &sealer, NULL), ENT_OK);
  for (size_t at = 0; at < length; at += piece)
    assert_int_equal(enti_sink_write(enti_sealer_sink(sealer), bytes + at, length - at < piece ? length - at : piece), ENT_OK);
  assert_int_equal(enti_sealer_finish(sealer, &made, NULL), ENT_OK);
  assert_int_equal(enti_sealer_sync(sealer, NULL), ENT_OK);
  enti_sealer_free(sealer);
  return made;
}

static ent_status open_sealed(unsigned flags, const enti_seal *made, enti_sealed **out) {
  ent_error err = {.code = ENT_OK};
  ent_status status = enti_sealed_open(&enti_alloc_default, &enti_io_system, path, flags, made, out, NULL, &err);
  assert_int_equal(status, err.code);
  return status;
}

static void test_checksum(void **state) {
  (void)state;
  enti_crc32c_kernel *vector = enti_crc32c_vector();
  assert_int_equal(enti_crc32c_plain(0, "123456789", 9), 0xE3069283);
  assert_int_equal(enti_crc32c(0, "123456789", 9), 0xE3069283);
  unsigned char *bytes = payload_of(400);
  for (size_t begin = 0; begin < 9; begin++)
    for (size_t length = 0; begin + length <= 400; length++) {
      uint32_t plain = enti_crc32c_plain(7, bytes + begin, length);
      if (vector) assert_int_equal(vector(7, bytes + begin, length), plain);
      size_t part = length / 3;
      assert_int_equal(enti_crc32c_plain(enti_crc32c_plain(7, bytes + begin, part), bytes + begin + part, length - part), plain);
    }
  free(bytes);
}

static void test_written_is_read(void **state) {
  (void)state;
  static const size_t lengths[] = {0, 1, 7, 8, ENTI_BLOCK - 1, ENTI_BLOCK, ENTI_BLOCK + 1, 16 * ENTI_BLOCK,
                                   16 * ENTI_BLOCK + 3, 100 * ENTI_BLOCK + 77};
  for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
    for (size_t piece = 1000; piece < 1000000; piece *= 31) {
      unsigned char *bytes = payload_of(lengths[i]);
      enti_seal made = seal(bytes, lengths[i], piece);
      for (size_t m = 0; m < 2; m++) {
        enti_sealed *sealed = NULL;
        assert_int_equal(open_sealed(modes[m], &made, &sealed), ENT_OK);
        enti_view *view = enti_sealed_view(sealed);
        assert_int_equal(view->length, lengths[i]);
        assert_int_equal(enti_view_touch(view, 0, lengths[i]), ENT_OK);
        assert_memory_equal(view->at, bytes, lengths[i]);
        assert_int_equal(enti_view_touch(view, 0, (uint64_t)lengths[i] + 1), ENT_ERR_DAMAGE);
        assert_int_equal(enti_sealed_verify(sealed, NULL, NULL), ENT_OK);
        enti_sealed_free(sealed);
      }
      free(bytes);
    }
}

static void test_two_levels_and_forget(void **state) {
  (void)state;
  size_t length = (size_t)4096 * ENTI_BLOCK + 5 * ENTI_BLOCK + 1; /* two blocks of sums */
  unsigned char *bytes = payload_of(length);
  enti_seal made = seal(bytes, length, length);
  for (size_t m = 0; m < 2; m++) {
    enti_sealed *sealed = NULL;
    assert_int_equal(open_sealed(modes[m], &made, &sealed), ENT_OK);
    enti_view *view = enti_sealed_view(sealed);
    for (int round = 0; round < 2; round++) {
      assert_int_equal(enti_view_touch(view, length - 1, 1), ENT_OK);
      assert_int_equal(view->at[length - 1], bytes[length - 1]);
      assert_int_equal(enti_view_touch(view, 100, 3 * ENTI_BLOCK), ENT_OK);
      assert_memory_equal(view->at + 100, bytes + 100, 3 * ENTI_BLOCK);
      if (view->forget) view->forget(view, 0, length);
      else assert_true(modes[m] == ENT_OPEN_READ);
    }
    enti_sealed_free(sealed);
  }
  free(bytes);
}

/* Reads everything; ENT_OK means that all of it is as it was. */
static ent_status read_all(unsigned flags, const enti_seal *made, const unsigned char *bytes, size_t length) {
  enti_sealed *sealed = NULL;
  ent_status status = open_sealed(flags, made, &sealed);
  if (status != ENT_OK) return status;
  enti_view *view = enti_sealed_view(sealed);
  status = enti_view_touch(view, 0, length);
  if (status == ENT_OK) assert_memory_equal(view->at, bytes, length);
  if (status == ENT_OK) status = enti_sealed_verify(sealed, NULL, NULL);
  enti_sealed_free(sealed);
  return status;
}

static void test_every_bit(void **state) {
  (void)state;
  size_t length = ENTI_BLOCK + 101;
  unsigned char *bytes = payload_of(length);
  enti_seal made = seal(bytes, length, length);
  int fd = open(path, O_RDWR);
  for (uint64_t at = 0; at < made.length; at++) {
    if (at > 300 && at + 300 < length) at += 37; /* all of the ends, some of the middle */
    unsigned char was, is;
    assert_int_equal(pread(fd, &was, 1, (off_t)at), 1);
    for (int bit = 0; bit < 8; bit++) {
      is = was ^ (unsigned char)(1 << bit);
      assert_int_equal(pwrite(fd, &is, 1, (off_t)at), 1);
      for (size_t m = 0; m < 2; m++) assert_int_equal(read_all(modes[m], &made, bytes, length), ENT_ERR_DAMAGE);
    }
    assert_int_equal(pwrite(fd, &was, 1, (off_t)at), 1);
  }
  assert_int_equal(read_all(0, &made, bytes, length), ENT_OK);
  (void)close(fd);
  free(bytes);
}

static void test_every_length(void **state) {
  (void)state;
  size_t length = 301;
  unsigned char *bytes = payload_of(length);
  enti_seal made = seal(bytes, length, length);
  for (size_t m = 0; m < 2; m++) {
    for (uint64_t cut = made.length + 40; cut-- > 0;) {
      (void)seal(bytes, length, length);
      assert_int_equal(truncate(path, (off_t)cut), 0);
      for (int known = 0; known < 2; known++)
        assert_int_equal(read_all(modes[m], known ? &made : NULL, bytes, length), cut == made.length ? ENT_OK : ENT_ERR_DAMAGE);
    }
  }
  free(bytes);
}

/* A block that was changed with its sum is found by the sum of the sums. */
static void test_mended_sum(void **state) {
  (void)state;
  unsigned char *bytes = payload_of(800), sum[4];
  enti_seal made = seal(bytes, 800, 800);
  bytes[300] ^= 1;
  uint32_t crc = enti_crc32c(0, bytes, 800);
  for (int i = 0; i < 4; i++) sum[i] = (unsigned char)(crc >> 8 * i);
  int fd = open(path, O_RDWR);
  assert_int_equal(pwrite(fd, bytes, 800, 0), 800);
  assert_int_equal(pwrite(fd, sum, 4, 800), 4);
  (void)close(fd);
  for (size_t m = 0; m < 2; m++) {
    enti_sealed *sealed = NULL;
    assert_int_equal(open_sealed(modes[m], &made, &sealed), ENT_OK);
    assert_int_equal(enti_view_touch(enti_sealed_view(sealed), 0, 1), ENT_ERR_DAMAGE);
    assert_int_equal(enti_sealed_verify(sealed, NULL, NULL), ENT_ERR_DAMAGE);
    enti_sealed_free(sealed);
  }
  free(bytes);
}

static void test_another_file(void **state) {
  (void)state;
  unsigned char *bytes = payload_of(500);
  enti_seal first = seal(bytes, 500, 500), second;
  bytes[250] ^= 1;
  second = seal(bytes, 500, 500);
  assert_true(first.length == second.length && first.crc != second.crc);
  assert_int_equal(read_all(0, &first, bytes, 500), ENT_ERR_DAMAGE);
  assert_int_equal(read_all(0, &second, bytes, 500), ENT_OK);
  free(bytes);
}

/* What is no file of ours is not waited for, followed or believed. */
static void test_no_file(void **state) {
  (void)state;
  enti_sealed *sealed = NULL;
  ent_error err;
  bool missing = false;
  (void)unlink(path);
  assert_int_equal(enti_sealed_open(&enti_alloc_default, &enti_io_system, path, 0, NULL, &sealed, &missing, &err), ENT_ERR_IO);
  assert_true(missing);
  assert_int_equal(mkfifo(path, 0600), 0);
  assert_int_equal(open_sealed(0, NULL, &sealed), ENT_ERR_DAMAGE);
  (void)unlink(path);
  assert_int_equal(symlink("/dev/zero", path), 0);
  assert_int_equal(open_sealed(0, NULL, &sealed), ENT_ERR_IO);
  (void)unlink(path);
  assert_int_equal(symlink("elsewhere", path), 0);
  enti_sealer *sealer = NULL;
  assert_int_equal(enti_sealer_new(&enti_alloc_default, &enti_io_system, path, &sealer, NULL), ENT_ERR_IO);
}

static void cut_under_reader(unsigned flags) {
  size_t length = 64 * ENTI_BLOCK;
  unsigned char *bytes = payload_of(length);
  (void)seal(bytes, length, length);
  enti_sealed *sealed = NULL;
  assert_int_equal(open_sealed(flags, NULL, &sealed), ENT_OK);
  enti_view *view = enti_sealed_view(sealed);
  assert_int_equal(enti_view_touch(view, 0, 2 * ENTI_BLOCK), ENT_OK);
  assert_int_equal(truncate(path, 1000), 0);
  assert_int_equal(enti_view_touch(view, 8 * ENTI_BLOCK, 1), ENT_ERR_DAMAGE);
  unsigned sum = 0; /* what was checked before it went is read without a word */
  for (size_t i = 0; i < 2 * ENTI_BLOCK; i++) sum += ((const volatile unsigned char *)view->at)[i];
  assert_true(sum > 0);
  assert_int_equal(enti_view_still(view), flags ? ENT_OK : ENT_ERR_DAMAGE);
  if (flags) assert_memory_equal(view->at, bytes, 2 * ENTI_BLOCK);
  enti_sealed_free(sealed);
  free(bytes);
}

static void test_cut_under_reader(void **state) {
  (void)state;
  assert_int_equal(ent_corpus_guard(NULL), ENT_OK);
  assert_int_equal(ent_corpus_guard(NULL), ENT_OK);
  for (int round = 0; round < 20; round++) cut_under_reader(0);
  cut_under_reader(ENT_OPEN_READ);
}

/* A fault elsewhere is none of ours: it ends the process as it would without us. Before any test runs, for cmocka
 * has a handler of its own. */
static int ended_by[2];

/* A mapped file with a hole at its end, below or above one of ours. */
static int read_hole(int fd, bool above) {
  unsigned char *bytes = payload_of(100000);
  enti_sealed *sealed = NULL;
  char *places = mmap(NULL, 1 << 24, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  (void)signal(SIGBUS, SIG_DFL); /* a sanitizer has one */
  (void)seal(bytes, 100000, 100000);
  if (open_sealed(0, NULL, &sealed) != ENT_OK || ent_corpus_guard(NULL) != ENT_OK) return 1;
  const char *ours = (const char *)enti_sealed_view(sealed)->at;
  char *at = above ? (char *)(uintptr_t)(ours + (1 << 17)) : places;
  volatile char *map = mmap(at, 8192, PROT_READ, MAP_SHARED | MAP_FIXED, fd, 0);
  return map[5000];
}

static void foreign_faults(void) {
  char name[] = "/tmp/entente-foreign-XXXXXX", file[] = "/tmp/entente-own-XXXXXX";
  int fd = mkstemp(name), own = mkstemp(file), status = 0;
  (void)unlink(name);
  (void)snprintf(path, sizeof path, "%s", file);
  for (int above = 0; above < 2; above++) {
    pid_t child = fork();
    if (child == 0) _exit(read_hole(fd, above));
    if (waitpid(child, &status, 0) == child && WIFSIGNALED(status)) ended_by[above] = WTERMSIG(status);
  }
  (void)unlink(file);
  (void)close(own);
  (void)close(fd);
}

static void test_foreign_fault(void **state) {
  (void)state;
  assert_int_equal(ended_by[0], SIGBUS);
  assert_int_equal(ended_by[1], SIGBUS);
}

/* More files than the table of mapped ones has room for: the others are read. */
static void test_many_files(void **state) {
  (void)state;
  enum { MANY = 1100 };
  static enti_sealed *all[MANY];
  unsigned char *bytes = payload_of(900);
  (void)seal(bytes, 900, 900);
  size_t opened = 0;
  while (opened < MANY && open_sealed(0, NULL, &all[opened]) == ENT_OK) opened++;
  assert_true(opened > 1024);
  for (size_t i = 0; i < opened; i++) {
    assert_int_equal(enti_view_touch(enti_sealed_view(all[i]), 0, 900), ENT_OK);
    assert_memory_equal(enti_sealed_view(all[i])->at, bytes, 900);
    enti_sealed_free(all[i]);
  }
  free(bytes);
}

int main(void) {
  foreign_faults();
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_checksum),      cmocka_unit_test(test_written_is_read),
      cmocka_unit_test(test_two_levels_and_forget), cmocka_unit_test(test_every_bit),
      cmocka_unit_test(test_every_length),  cmocka_unit_test(test_another_file),
      cmocka_unit_test(test_no_file),       cmocka_unit_test(test_cut_under_reader),
      cmocka_unit_test(test_foreign_fault), cmocka_unit_test(test_many_files),
      cmocka_unit_test(test_mended_sum),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
