/* store: the manifest has one form and whatever differs from it is refused; one process holds the lock. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/checksum.h"
#include "store/lock.h"
#include "store/manifest.h"

static char folder[] = "/tmp/entente-manifest-XXXXXX";

static int set_up(void **state) {
  (void)state;
  return mkdtemp(folder) ? 0 : -1;
}

static const char *in_folder(const char *name) {
  static char path[ENTI_PATH];
  assert_int_equal(enti_path_join(path, folder, name, NULL), ENT_OK);
  return path;
}

static int tear_down(void **state) {
  (void)state;
  (void)unlink(in_folder("manifest"));
  (void)unlink(in_folder("manifest.tmp"));
  (void)unlink(in_folder("lock"));
  return rmdir(folder);
}

/* A manifest of these lines, with the checksum that they have. */
static ent_status parse(const char *lines, enti_manifest *out) {
  char text[2000];
  int length = snprintf(text, sizeof text, "%scrc %08x\n", lines, (unsigned)enti_crc32c(0, lines, strlen(lines)));
  *out = (enti_manifest){.alloc = enti_alloc_default};
  ent_status status = enti_manifest_parse(out, text, (size_t)length);
  if (status != ENT_OK) enti_manifest_free(out);
  return status;
}

#define HEAD "entente-corpus 1\ngeneration 7\nnext 30\n"
static const char whole[] = HEAD "segment 3 123456 0badcafe 100 5000 20000\nremoved 0 2-4 99\n"
                                 "segment 29 9000 00000000 70 0 0\n";

static void test_one_form(void **state) {
  (void)state;
  enti_manifest manifest;
  assert_int_equal(parse(whole, &manifest), ENT_OK);
  assert_int_equal(manifest.generation, 7);
  assert_int_equal(manifest.next, 30);
  assert_int_equal(manifest.entries.count, 2);
  const enti_entry *first = &manifest.entries.at[0];
  assert_true(first->number == 3 && first->length == 123456 && first->crc == 0x0badcafe && first->documents == 100);
  assert_true(first->tokens == 5000 && first->bytes == 20000 && first->removed_count == 5);
  for (uint32_t i = 0; i < 100; i++) assert_int_equal(enti_bit_has(first->removed, i), i == 0 || (i >= 2 && i <= 4) || i == 99);
  assert_null(manifest.entries.at[1].removed);
  enti_bytes again = {0};
  assert_int_equal(enti_manifest_format(&manifest, &again), ENT_OK);
  assert_int_equal(again.count, strlen(whole) + 13);
  assert_memory_equal(again.at, whole, strlen(whole));
  enti_array_free(&manifest.alloc, &again);
  enti_manifest_free(&manifest);
}

static void test_refused(void **state) {
  (void)state;
  static const char *const wrong[] = {
      "",
      "entente-corpus 2\ngeneration 7\nnext 30\n",
      "entente-corpus 1\ngeneration 07\nnext 30\n",
      "entente-corpus 1\ngeneration -7\nnext 30\n",
      "entente-corpus 1\ngeneration 18446744073709551616\nnext 30\n",
      "entente-corpus 1\ngeneration 7\nnext 30\n\n",
      HEAD "segment 30 123456 0badcafe 100 5000 20000\n",                     /* a number that is still to come */
      HEAD "segment 3 123456 0BADCAFE 100 5000 20000\n",                      /* another form of the same */
      HEAD "segment 3 123456 0badcafe 100 5000  20000\n",
      HEAD "segment 3 123456 0badcafe 100 5000 20000",
      HEAD "segment 3 123456 0badcafe 4294967295 5000 20000\n",
      HEAD "segment 3 1000 0badcafe 4000000000 5000 20000\n",                 /* more documents than it can hold */
      HEAD "segment 3 9223372036854775808 0badcafe 100 5000 20000\n",
      HEAD "segment 3 123456 0badcafe 100 5000 20000\nremoved\n",
      HEAD "segment 3 123456 0badcafe 100 5000 20000\nremoved 100\n",
      HEAD "segment 3 123456 0badcafe 100 5000 20000\nremoved 5 4\n",
      HEAD "segment 3 123456 0badcafe 100 5000 20000\nremoved 5 5\n",
      HEAD "segment 3 123456 0badcafe 100 5000 20000\nremoved 5 6\n",         /* one run, written as two */
      HEAD "segment 3 123456 0badcafe 100 5000 20000\nremoved 5-5\n",
      HEAD "segment 3 123456 0badcafe 100 5000 20000\nremoved 5-100\n",
      HEAD "segment 3 123456 0badcafe 0 0 0\nremoved 0\n",
      HEAD "removed 5\n",
      HEAD "segment 4 9000 00000000 70 0 0\nsegment 4 9000 00000000 70 0 0\n", /* not ascending */
      HEAD "segment 5 9000 00000000 70 0 0\nsegment 4 9000 00000000 70 0 0\n",
      HEAD "segment ../../4 9000 00000000 70 0 0\n",
  };
  enti_manifest manifest;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) assert_int_equal(parse(wrong[i], &manifest), ENT_ERR_DAMAGE);
}

static void test_every_bit_and_length(void **state) {
  (void)state;
  char text[600];
  int size = snprintf(text, sizeof text, "%scrc %08x\n", whole, (unsigned)enti_crc32c(0, whole, strlen(whole)));
  size_t length = (size_t)size;
  for (size_t at = 0; at <= length; at++)
    for (int bit = 0; bit < 8; bit++) {
      enti_manifest manifest = {.alloc = enti_alloc_default};
      if (at < length) text[at] = (char)(text[at] ^ 1 << bit);
      assert_int_equal(enti_manifest_parse(&manifest, text, length), at < length ? ENT_ERR_DAMAGE : ENT_OK);
      enti_manifest_free(&manifest);
      if (at < length) text[at] = (char)(text[at] ^ 1 << bit);
    }
  memset(text + length, '\n', 20);
  for (size_t cut = 0; cut < length + 20; cut++) {
    enti_manifest manifest = {.alloc = enti_alloc_default};
    assert_int_equal(enti_manifest_parse(&manifest, text, cut), cut == length ? ENT_OK : ENT_ERR_DAMAGE);
    enti_manifest_free(&manifest);
  }
}

static void test_files(void **state) {
  (void)state;
  enti_manifest manifest, read;
  bool found = true;
  assert_int_equal(enti_manifest_read(&read, &enti_alloc_default, &enti_io_system, folder, &found, NULL), ENT_OK);
  assert_false(found);
  assert_int_equal(parse(whole, &manifest), ENT_OK);
  assert_int_equal(enti_manifest_prepare(&manifest, &enti_io_system, folder, NULL), ENT_OK);
  assert_int_equal(enti_manifest_read(&read, &enti_alloc_default, &enti_io_system, folder, &found, NULL), ENT_OK);
  assert_false(found); /* not seen before it is published */
  assert_int_equal(enti_manifest_publish(&enti_io_system, folder, NULL), ENT_OK);
  assert_int_equal(enti_manifest_read(&read, &enti_alloc_default, &enti_io_system, folder, &found, NULL), ENT_OK);
  assert_true(found && read.generation == 7 && read.entries.count == 2);
  enti_manifest_free(&read);
  enti_manifest_free(&manifest);
  ent_error err;
  assert_int_equal(truncate(in_folder("manifest"), 40), 0);
  assert_int_equal(enti_manifest_read(&read, &enti_alloc_default, &enti_io_system, folder, &found, &err), ENT_ERR_DAMAGE);
  assert_non_null(strstr(err.message, "manifest: is damaged"));
  (void)unlink(in_folder("manifest"));
  assert_int_equal(mkfifo(in_folder("manifest"), 0600), 0); /* is not waited for */
  assert_int_equal(enti_manifest_read(&read, &enti_alloc_default, &enti_io_system, folder, &found, &err), ENT_ERR_DAMAGE);
  (void)unlink(in_folder("manifest"));
  assert_int_equal(symlink("/dev/zero", in_folder("manifest")), 0);
  assert_int_equal(enti_manifest_read(&read, &enti_alloc_default, &enti_io_system, folder, &found, &err), ENT_ERR_IO);
  (void)unlink(in_folder("manifest"));
}

static void test_names(void **state) {
  (void)state;
  char name[ENTI_SEGMENT_NAME];
  uint64_t number = 0;
  enti_segment_name(name, 7, "");
  assert_string_equal(name, "segment-0000000007");
  assert_true(enti_segment_named("segment-0000000007", &number) && number == 7);
  assert_true(enti_segment_named("segment-0123456789.tmp", &number) && number == 123456789);
  static const char *const others[] = {"segment-7", "segment-00000000007", "segment-", "segment-0000000007.tmpx",
                                       "segment-0000000007.bak", "xsegment-0000000007", "segment-99999999999", "manifest"};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) assert_false(enti_segment_named(others[i], &number));
}

static void test_lock(void **state) {
  (void)state;
  enti_lock first, second;
  ent_error err;
  char wanted[80];
  assert_int_equal(enti_lock_take(&first, &enti_io_system, folder, NULL), ENT_OK);
  assert_int_equal(enti_lock_take(&second, &enti_io_system, folder, &err), ENT_ERR_LOCKED);
  (void)snprintf(wanted, sizeof wanted, "locked by process %ld;", (long)getpid());
  assert_non_null(strstr(err.message, wanted));
  enti_lock_release(&first);
  pid_t child = fork();
  if (child == 0) { /* it dies with the lock in hand */
    enti_lock held;
    _exit(enti_lock_take(&held, &enti_io_system, folder, NULL) == ENT_OK ? 0 : 1);
  }
  int status = 1;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);
  assert_int_equal(enti_lock_take(&second, &enti_io_system, folder, &err), ENT_OK);
  assert_int_equal(truncate(in_folder("lock"), 0), 0);
  assert_int_equal(enti_lock_take(&first, &enti_io_system, folder, &err), ENT_ERR_LOCKED);
  assert_non_null(strstr(err.message, "locked by another process"));
  enti_lock_release(&second);
  (void)unlink(in_folder("lock"));
  assert_int_equal(symlink("/tmp/entente-elsewhere", in_folder("lock")), 0); /* is not followed */
  assert_int_equal(enti_lock_take(&first, &enti_io_system, folder, &err), ENT_ERR_IO);
  assert_int_equal(access("/tmp/entente-elsewhere", F_OK), -1);
  (void)unlink(in_folder("lock"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_one_form), cmocka_unit_test(test_refused), cmocka_unit_test(test_every_bit_and_length),
      cmocka_unit_test(test_files),    cmocka_unit_test(test_names),   cmocka_unit_test(test_lock),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
