/* store: what is written is read again; what fails half-way leaves the old file and nothing beside it.
 *
 * The system calls that file.c makes are defined here once more, so that each can fail, be interrupted,
 * do less than it was asked, or lie about a size: the program's own definition is taken before libc's. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "entente.h"

/* ---- calls that fail ---------------------------------------------------------------------- */

typedef enum call { NO_CALL, OPEN, READ, WRITE, FSYNC, RENAME, CLOSE, FCHMOD, FSTAT, ANY_CALL } call;

static struct {
  call which;      /* whose calls are counted */
  int number;      /* errno */
  int countdown;   /* the call that fails: 1 is the next */
  int every;       /* or each of so many, 0 none */
  size_t at_most;  /* bytes that read and write do at once, 0 all */
  off_t size;      /* what fstat says, -1 the truth */
  int seen;
} fault;

static void no_fault(void) {
  memset(&fault, 0, sizeof fault);
  fault.size = -1;
}

static int fails(call which) {
  if (fault.which != which && fault.which != ANY_CALL) return 0;
  fault.seen++;
  if (fault.every ? fault.seen % fault.every : fault.seen != fault.countdown) return 0;
  errno = fault.number;
  return 1;
}

static size_t cut(size_t length) { return fault.at_most && length > fault.at_most ? fault.at_most : length; }

int open(const char *path, int flags, ...) {
  va_list args;
  va_start(args, flags);
  unsigned mode = flags & O_CREAT ? va_arg(args, unsigned) : 0;
  va_end(args);
  return fails(OPEN) ? -1 : (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}
ssize_t read(int fd, void *bytes, size_t length) {
  return fails(READ) ? -1 : (ssize_t)syscall(SYS_read, fd, bytes, cut(length));
}
ssize_t write(int fd, const void *bytes, size_t length) {
  return fails(WRITE) ? -1 : (ssize_t)syscall(SYS_write, fd, bytes, cut(length));
}
int fsync(int fd) { return fails(FSYNC) ? -1 : (int)syscall(SYS_fsync, fd); }
int rename(const char *from, const char *to) {
  return fails(RENAME) ? -1 : (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}
int close(int fd) {
  int failed = fails(CLOSE), number = errno;
  int result = (int)syscall(SYS_close, fd); /* Linux closes it, whatever it says */
  if (failed) errno = number;
  return failed ? -1 : result;
}
int fchmod(int fd, mode_t mode) { return fails(FCHMOD) ? -1 : (int)syscall(SYS_fchmod, fd, mode); }
int fstat(int fd, struct stat *about) {
  if (fails(FSTAT)) return -1;
  int result = fstatat(fd, "", about, AT_EMPTY_PATH);
  if (result == 0 && fault.size >= 0) about->st_size = fault.size;
  return result;
}

/* ---- memory that runs out ------------------------------------------------------------------ */

static struct {
  int countdown; /* the allocation that fails; 0 none */
  size_t held;
} memory;

static void *counted(void *user, void *block, size_t old_size, size_t new_size) {
  (void)user;
  if (new_size > old_size && memory.countdown && --memory.countdown == 0) return NULL;
  if (!new_size) {
    free(block);
    memory.held -= old_size;
    return NULL;
  }
  void *moved = realloc(block, new_size);
  if (moved) memory.held += new_size - old_size;
  return moved;
}

static const ent_alloc alloc = {counted, NULL};

/* ---- a folder to work in ------------------------------------------------------------------- */

static char folder[64], path[128];

static int make_folder(void **state) {
  (void)state;
  no_fault();
  (void)snprintf(folder, sizeof folder, "/tmp/test_store.XXXXXX");
  if (!mkdtemp(folder)) return -1;
  (void)snprintf(path, sizeof path, "%s/file", folder);
  return 0;
}

static int remove_folder(void **state) {
  (void)state;
  no_fault();
  char command[128];
  (void)snprintf(command, sizeof command, "rm -rf %s", folder);
  return system(command);
}

static int count_in(const char *name) {
  DIR *open_folder = opendir(name);
  int count = -2; /* . and .. */
  while (readdir(open_folder)) count++;
  (void)closedir(open_folder);
  return count;
}

static int count_names(void) { return count_in(folder); }
static int count_descriptors(void) { return count_in("/proc/self/fd"); }

static char *pattern(size_t length) {
  char *bytes = malloc(length + 1);
  for (size_t i = 0; i < length; i++) bytes[i] = (char)(i * 31 + i / 256);
  return bytes;
}

static void expect_content(const char *bytes, size_t length) {
  ent_string *string = NULL;
  ent_error err = {0};
  size_t got;
  if (ent_file_read(NULL, path, SIZE_MAX, &string, &err) != ENT_OK) fail_msg("%s", err.message);
  const char *text = ent_string_bytes(string, &got);
  assert_int_equal(got, length);
  assert_memory_equal(text, bytes, length);
  assert_int_equal(text[got], 0);
  ent_string_free(string);
}

/* ---- tests -------------------------------------------------------------------------------- */

static void every_size_comes_back(void **state) {
  (void)state;
  static const size_t sizes[] = {0, 1, 2, 16383, 16384, 16385, 32768, 65536, 1000003};
  static const off_t told[] = {-1, 0, 1, 16384, 1000000};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    char *bytes = pattern(sizes[i]);
    assert_int_equal(ent_file_write(path, bytes, sizes[i], NULL), ENT_OK);
    for (size_t j = 0; j < sizeof told / sizeof *told; j++) {
      fault.size = told[j]; /* st_size is a guess, nothing more */
      expect_content(bytes, sizes[i]);
    }
    no_fault();
    free(bytes);
  }
}

static void limits_are_exact(void **state) {
  (void)state;
  char *bytes = pattern(40000);
  static const off_t told[] = {-1, 0, 39999, 40000};
  assert_int_equal(ent_file_write(path, bytes, 40000, NULL), ENT_OK);
  for (size_t j = 0; j < sizeof told / sizeof *told; j++) {
    static const size_t limits[] = {40000, 40001, SIZE_MAX, SIZE_MAX - 1, 39999, 20000, 16384, 1, 0};
    fault.size = told[j];
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
      ent_string *string = NULL;
      ent_error err = {0};
      ent_status status = ent_file_read(&alloc, path, limits[i], &string, &err);
      if (limits[i] >= 40000) {
        assert_int_equal(status, ENT_OK);
        ent_string_free(string);
      } else {
        assert_int_equal(status, ENT_ERR_LIMIT);
        assert_null(string);
        assert_non_null(strstr(err.message, path));
      }
      assert_int_equal(memory.held, 0);
    }
  }
  free(bytes);
}

static void interruptions_and_short_calls_do_not_show(void **state) {
  (void)state;
  char *bytes = pattern(5000);
  for (int every = 2; every <= 5; every++) {
    fault.which = ANY_CALL;
    fault.number = EINTR;
    fault.every = every;
    fault.at_most = (size_t)every * 7;
    fault.seen = 0;
    /* rename and fchmod are never interrupted: count only those that may be */
    static const call interrupted[] = {OPEN, READ, WRITE, FSYNC, CLOSE};
    for (size_t i = 0; i < sizeof interrupted / sizeof *interrupted; i++) {
      fault.which = interrupted[i];
      fault.seen = 1;
      assert_int_equal(ent_file_write(path, bytes, 5000, NULL), ENT_OK);
      expect_content(bytes, 5000);
    }
    no_fault();
  }
  free(bytes);
}

/* Each call of a write fails in turn: the file is the old one, or, once it is renamed, the new one; nothing
 * else is left, no descriptor either; the error has the path; the next try succeeds. */
static void a_write_that_fails_leaves_the_old_file(void **state) {
  (void)state;
  static const call calls[] = {OPEN, WRITE, FSYNC, RENAME, CLOSE, FCHMOD};
  static const int numbers[] = {EIO, ENOSPC, EDQUOT, EACCES};
  int failed = 0, after_rename = 0, descriptors = count_descriptors();
  for (size_t c = 0; c < sizeof calls / sizeof *calls; c++) {
    for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++) {
      for (int countdown = 1;; countdown++) {
        no_fault();
        assert_int_equal(ent_file_write(path, "old", 3, NULL), ENT_OK);
        fault.which = calls[c];
        fault.number = numbers[n];
        fault.countdown = countdown;
        fault.at_most = 2;
        ent_error err = {0};
        ent_status status = ent_file_write(path, "brand new", 9, &err);
        bool reached = fault.seen >= countdown, synced = calls[c] != OPEN && calls[c] != FSYNC && calls[c] != CLOSE;
        no_fault();
        assert_int_equal(count_names(), 1);
        assert_int_equal(count_descriptors(), descriptors);
        if (status == ENT_OK) {
          expect_content("brand new", 9);
          if (!reached) break;
          assert_int_equal(calls[c], CLOSE); /* of the folder: it is synced already */
          continue;
        }
        failed++;
        assert_int_equal(status, ENT_ERR_IO);
        assert_int_equal(err.code, ENT_ERR_IO);
        assert_memory_equal(err.message, path, strlen(path));
        if (countdown == 1 || synced) expect_content("old", 3);
        else after_rename++, expect_content("brand new", 9);
      }
    }
  }
  assert_int_equal(failed, 4 * (2 + 5 + 2 + 1 + 1 + 1)); /* opens, writes, syncs, rename, close, fchmod */
  assert_int_equal(after_rename, 4 * 2);                  /* the folder's open and sync */
}

static void a_read_that_fails_says_so(void **state) {
  (void)state;
  static const call calls[] = {OPEN, READ, FSTAT};
  assert_int_equal(ent_file_write(path, "0123456789", 10, NULL), ENT_OK);
  int descriptors = count_descriptors(), failed = 0;
  for (size_t c = 0; c < sizeof calls / sizeof *calls; c++) {
    for (int countdown = 1;; countdown++) {
      fault.which = calls[c];
      fault.number = EIO;
      fault.countdown = countdown;
      fault.at_most = 3;
      fault.seen = 0;
      ent_string *string = NULL;
      ent_error err = {0};
      ent_status status = ent_file_read(&alloc, path, SIZE_MAX, &string, &err);
      no_fault();
      ent_string_free(string);
      assert_int_equal(count_descriptors(), descriptors);
      assert_int_equal(memory.held, 0);
      if (status == ENT_OK) break;
      failed++;
      assert_int_equal(status, ENT_ERR_IO);
      assert_memory_equal(err.message, path, strlen(path));
      assert_non_null(strstr(err.message, "Input/output error"));
    }
  }
  assert_int_equal(failed, 1 + 5 + 1);
}

static void memory_may_run_out(void **state) {
  (void)state;
  char *bytes = pattern(100000);
  assert_int_equal(ent_file_write(path, bytes, 100000, NULL), ENT_OK);
  for (int listing = 0; listing < 2; listing++) {
    for (int countdown = 1;; countdown++) {
      memory.countdown = countdown;
      fault.size = 0; /* the string has to grow */
      ent_string *string = NULL;
      ent_error err = {0};
      ent_status status = listing ? ent_folder_list(&alloc, folder, &string, &err)
                                  : ent_file_read(&alloc, path, SIZE_MAX, &string, &err);
      memory.countdown = 0;
      ent_string_free(string);
      assert_int_equal(memory.held, 0);
      if (status == ENT_OK) {
        assert_true(countdown > 2);
        break;
      }
      assert_int_equal(status, ENT_ERR_MEMORY);
      assert_null(string);
      assert_memory_equal(err.message, folder, strlen(folder));
    }
  }
  free(bytes);
}

static void a_temporary_file_of_a_crash_does_no_harm(void **state) {
  (void)state;
  char stale[256];
  (void)snprintf(stale, sizeof stale, "%s/.file.%ld.tmp", folder, (long)getpid());
  int fd = open(stale, O_WRONLY | O_CREAT, 0600);
  assert_true(fd >= 0);
  assert_int_equal(close(fd), 0);
  assert_int_equal(ent_file_write(path, "new", 3, NULL), ENT_OK);
  expect_content("new", 3);
  assert_int_equal(count_names(), 2); /* somebody else's, as far as we know: it stays */
}

static unsigned mode_of(const char *name) {
  struct stat about;
  assert_int_equal(stat(name, &about), 0);
  return about.st_mode & 07777;
}

static void permissions_are_the_umask_s_or_the_old_file_s(void **state) {
  (void)state;
  mode_t old = umask(027);
  assert_int_equal(ent_file_write(path, "x", 1, NULL), ENT_OK);
  assert_int_equal(mode_of(path), 0640);
  assert_int_equal(chmod(path, 0600), 0);
  assert_int_equal(ent_file_write(path, "y", 1, NULL), ENT_OK);
  assert_int_equal(mode_of(path), 0600);
  (void)umask(old);
}

static void links_stay_links(void **state) {
  (void)state;
  char link[128];
  (void)snprintf(link, sizeof link, "%s/link", folder);
  assert_int_equal(ent_file_write(path, "old", 3, NULL), ENT_OK);
  assert_int_equal(symlink("file", link), 0);
  assert_int_equal(ent_file_write(link, "new", 3, NULL), ENT_OK);
  expect_content("new", 3);
  assert_int_equal(count_names(), 2);
  assert_int_equal(unlink(path), 0);
  ent_error err = {0};
  assert_int_equal(ent_file_write(link, "new", 3, &err), ENT_ERR_IO); /* leads nowhere */
  assert_memory_equal(err.message, link, strlen(link));
  assert_int_equal(count_names(), 1);
}

static void only_regular_files(void **state) {
  (void)state;
  assert_int_equal(mkfifo(path, 0600), 0);
  const char *const paths[] = {path, folder, "/dev/null", "/dev/zero"};
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
    ent_string *string = NULL;
    ent_error err = {0};
    assert_int_equal(ent_file_read(NULL, paths[i], SIZE_MAX, &string, &err), ENT_ERR_IO);
    assert_memory_equal(err.message, paths[i], strlen(paths[i]));
    assert_non_null(strstr(err.message, "not a file"));
    assert_int_equal(ent_file_write(paths[i], "x", 1, &err), ENT_ERR_IO);
    assert_non_null(strstr(err.message, "not a file"));
  }
  assert_int_equal(ent_path_kind_of(path), ENT_PATH_OTHER);
  assert_int_equal(ent_path_kind_of("/dev/null"), ENT_PATH_OTHER);
  assert_int_equal(ent_path_kind_of(folder), ENT_PATH_FOLDER);
  assert_int_equal(ent_path_kind_of("/dev/null/x"), ENT_PATH_NONE);
  assert_int_equal(ent_path_kind_of(NULL), ENT_PATH_NONE);
}

static void long_names(void **state) {
  (void)state;
  char longest[512], message_path[6000];
  int length = snprintf(longest, sizeof longest, "%s/", folder);
  memset(longest + length, 'n', 255);
  longest[length + 255] = '\0';
  assert_int_equal(ent_file_write(longest, "x", 1, NULL), ENT_OK);
  assert_int_equal(ent_path_kind_of(longest), ENT_PATH_FILE);
  static const char letter[] = "\xE6\x97\xA5"; /* a character of three bytes is not cut */
  for (size_t bytes = 100; bytes < 5000; bytes++) {
    ent_string *string = NULL;
    ent_error err = {0};
    size_t at = (size_t)snprintf(message_path, sizeof message_path, "/no-such-folder/"), named = at;
    while (at + 3 < bytes) at += (size_t)snprintf(message_path + at, sizeof message_path - at, "%s", letter);
    at += (size_t)snprintf(message_path + at, sizeof message_path - at, "%.*s", (int)(bytes % 3), "xx");
    const char *begins = at <= 150 ? message_path : at - 150 < named ? message_path + at - 150 : letter;
    assert_int_equal(ent_file_read(NULL, message_path, SIZE_MAX, &string, &err), ENT_ERR_IO);
    assert_memory_equal(err.message, begins, 3);
    assert_non_null(strstr(err.message, ": cannot open it: "));
    assert_int_equal(ent_file_write(message_path, "", 0, &err), ENT_ERR_IO);
    assert_memory_equal(err.message, begins, 3);
    assert_int_equal(ent_folder_make(message_path, &err), ENT_ERR_IO);
    assert_int_equal(ent_folder_list(NULL, message_path, &string, &err), ENT_ERR_IO);
  }
}

static void a_folder_is_listed_bytewise(void **state) {
  (void)state;
  static const char *const names[] = {"b", "a", "\xFF", "B", ".x", "10", "9", "a b"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
    assert_int_equal(ent_file_write(path, "", 0, NULL), ENT_OK);
  }
  static const char expected[] = ".x\0" "10\0" "9\0" "B\0" "a\0" "a b\0" "b\0" "\xFF";
  ent_string *string = NULL;
  size_t length;
  int descriptors = count_descriptors();
  assert_int_equal(ent_folder_list(&alloc, folder, &string, NULL), ENT_OK);
  const char *bytes = ent_string_bytes(string, &length);
  assert_int_equal(length, sizeof expected);
  assert_memory_equal(bytes, expected, sizeof expected);
  ent_string_free(string);
  assert_int_equal(memory.held, 0);
  assert_int_equal(count_descriptors(), descriptors);
}

static void a_folder_is_made_once_and_again(void **state) {
  (void)state;
  ent_error err = {0};
  assert_int_equal(ent_folder_make(path, &err), ENT_OK);
  assert_int_equal(ent_folder_make(path, &err), ENT_OK);
  assert_int_equal(ent_path_kind_of(path), ENT_PATH_FOLDER);
  assert_int_equal(rmdir(path), 0);
  assert_int_equal(ent_file_write(path, "x", 1, NULL), ENT_OK);
  assert_int_equal(ent_folder_make(path, &err), ENT_ERR_IO);
  assert_memory_equal(err.message, path, strlen(path));
  assert_non_null(strstr(err.message, "no folder"));
}

static void callers_mistakes(void **state) {
  (void)state;
  ent_string *string = NULL;
  static const char *const bad[] = {NULL, ""};
  for (size_t i = 0; i < 2; i++) {
    assert_int_equal(ent_file_read(NULL, bad[i], 1, &string, NULL), ENT_ERR_ARGUMENT);
    assert_int_equal(ent_file_write(bad[i], "", 0, NULL), ENT_ERR_ARGUMENT);
    assert_int_equal(ent_folder_list(NULL, bad[i], &string, NULL), ENT_ERR_ARGUMENT);
    assert_int_equal(ent_folder_make(bad[i], NULL), ENT_ERR_ARGUMENT);
  }
  assert_int_equal(ent_file_write(path, NULL, 1, NULL), ENT_ERR_ARGUMENT);
  assert_int_equal(ent_file_write("/tmp/no-such-folder/", "x", 1, NULL), ENT_ERR_IO);
  assert_null(string);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)
  const struct CMUnitTest tests[] = {
      TEST(every_size_comes_back),
      TEST(limits_are_exact),
      TEST(interruptions_and_short_calls_do_not_show),
      TEST(a_write_that_fails_leaves_the_old_file),
      TEST(a_read_that_fails_says_so),
      TEST(memory_may_run_out),
      TEST(a_temporary_file_of_a_crash_does_no_harm),
      TEST(permissions_are_the_umask_s_or_the_old_file_s),
      TEST(links_stay_links),
      TEST(only_regular_files),
      TEST(long_names),
      TEST(a_folder_is_listed_bytewise),
      TEST(a_folder_is_made_once_and_again),
      TEST(callers_mistakes),
  };
  return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
