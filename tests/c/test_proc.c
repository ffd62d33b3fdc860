/* proc: a program gets its input, gives its output, keeps its limits and leaves nothing behind in the host;
 * a confined process does what is allowed, and dies of anything else. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "entente.h"

#define SHELL(script) ((const char *const[]){"sh", "-c", script, NULL})

static double now(void) {
  struct timespec time;
  (void)clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int count_descriptors(void) {
  int count = 0;
  for (int fd = 0; fd < 256; fd++) count += fcntl(fd, F_GETFD) >= 0;
  return count;
}

static void no_children(void) {
  assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
  assert_int_equal(errno, ECHILD);
}

/* Runs and checks how it ended. */
static ent_ran *run(const char *const *argv, const char *input, size_t length, const ent_limits *limits, ent_end end,
                    int code) {
  ent_ran *ran = NULL;
  ent_error err = {0};
  if (ent_run(NULL, argv, input, length, limits, &ran, &err) != ENT_OK) fail_msg("%s", err.message);
  ent_ran_view view = ent_ran_look(ran);
  assert_int_equal(view.end, end);
  assert_int_equal(view.code, code);
  no_children();
  return ran;
}

static void expect_output(ent_ran *ran, const char *out, const char *err) {
  ent_ran_view view = ent_ran_look(ran);
  assert_int_equal(view.out_length, strlen(out));
  assert_memory_equal(view.out, out, strlen(out));
  assert_int_equal(view.err_length, strlen(err));
  assert_memory_equal(view.err, err, strlen(err));
  ent_ran_free(ran);
}

/* ---- what goes in and out ------------------------------------------------------------------ */

static void output_errors_and_exit_status(void **state) {
  (void)state;
  expect_output(run(SHELL("echo out; echo err >&2; exit 3"), NULL, 0, NULL, ENT_END_EXIT, 3), "out\n", "err\n");
  expect_output(run(SHELL("kill -9 $$"), NULL, 0, NULL, ENT_END_SIGNAL, SIGKILL), "", "");
  expect_output(run((const char *const[]){"printf", "%s|", "$(id)", "a b", "*", NULL}, NULL, 0, NULL, ENT_END_EXIT, 0),
                "$(id)|a b|*|", "");
}

static void input_larger_than_a_pipe(void **state) {
  (void)state;
  size_t length = 3000001;
  char *bytes = malloc(length);
  for (size_t i = 0; i < length; i++) bytes[i] = (char)(i * 7 + i / 1000);
  ent_ran *ran = run((const char *const[]){"cat", NULL}, bytes, length, NULL, ENT_END_EXIT, 0);
  ent_ran_view view = ent_ran_look(ran);
  assert_int_equal(view.out_length, length);
  assert_memory_equal(view.out, bytes, length);
  ent_ran_free(ran);
  free(bytes);
}

static volatile sig_atomic_t broken_pipes;
static void count_broken_pipe(int number) {
  (void)number;
  broken_pipes++;
}

/* A program that does not read its input: neither a signal nor a mask nor a handler of ours stays. */
static void a_program_that_does_not_read(void **state) {
  (void)state;
  static char bytes[1000000];
  struct sigaction ours, after;
  memset(&ours, 0, sizeof ours);
  ours.sa_handler = count_broken_pipe;
  assert_int_equal(sigaction(SIGPIPE, &ours, NULL), 0);
  for (int i = 0; i < 50; i++) ent_ran_free(run(SHELL("exec <&-; exit 0"), bytes, sizeof bytes, NULL, ENT_END_EXIT, 0));
  assert_int_equal(broken_pipes, 0);
  assert_int_equal(sigaction(SIGPIPE, NULL, &after), 0);
  assert_ptr_equal(after.sa_handler, count_broken_pipe);
  sigset_t mask, pending, broken;
  assert_int_equal(pthread_sigmask(SIG_SETMASK, NULL, &mask), 0);
  assert_int_equal(sigismember(&mask, SIGPIPE), 0);
  assert_int_equal(sigpending(&pending), 0);
  assert_int_equal(sigismember(&pending, SIGPIPE), 0);
  /* one that the host has pending and blocked is the host's, and stays */
  (void)sigemptyset(&broken);
  (void)sigaddset(&broken, SIGPIPE);
  assert_int_equal(pthread_sigmask(SIG_BLOCK, &broken, NULL), 0);
  assert_int_equal(pthread_kill(pthread_self(), SIGPIPE), 0);
  ent_ran_free(run((const char *const[]){"true", NULL}, bytes, sizeof bytes, NULL, ENT_END_EXIT, 0));
  assert_int_equal(sigpending(&pending), 0);
  assert_int_equal(sigismember(&pending, SIGPIPE), 1);
  assert_int_equal(broken_pipes, 0);
  assert_int_equal(pthread_sigmask(SIG_UNBLOCK, &broken, NULL), 0);
  assert_int_equal(broken_pipes, 1);
  (void)signal(SIGPIPE, SIG_DFL);
}

/* What the host ignores, blocks and has open is no matter of the program's. */
static void a_program_starts_clean(void **state) {
  (void)state;
  sigset_t every, old;
  (void)sigfillset(&every);
  assert_int_equal(pthread_sigmask(SIG_SETMASK, &every, &old), 0);
  (void)signal(SIGPIPE, SIG_IGN);
  (void)signal(SIGTERM, SIG_IGN);
  (void)signal(SIGXCPU, SIG_IGN);
  int fd = fcntl(0, F_DUPFD, 50); /* not closed on exec */
  assert_true(fd >= 50);
  ent_ran *ran = run((const char *const[]){"cat", "/proc/self/status", NULL}, NULL, 0, NULL, ENT_END_EXIT, 0);
  ent_ran_view view = ent_ran_look(ran);
  assert_non_null(memmem(view.out, view.out_length, "SigBlk:\t0000000000000000\n", 25));
  const char *ignored = memmem(view.out, view.out_length, "SigIgn:\t", 8);
  assert_non_null(ignored);
  uint64_t signals = strtoull(ignored + 8, NULL, 16) & ~UINT64_C(0x180000000); /* 32 and 33 are the C library's own */
  assert_int_equal(signals, 0);
  ent_ran_free(ran);
  expect_output(run(SHELL("for f in /proc/$$/fd/*; do echo ${f##*/}; done"), NULL, 0, NULL, ENT_END_EXIT, 0),
                "0\n1\n2\n3\n", ""); /* 3 is the folder, which the shell is reading */
  expect_output(run(SHELL("ulimit -c; [ $(ps -o pgid= $$) = $$ ] && echo leads"), NULL, 0, NULL, ENT_END_EXIT, 0),
                "0\nleads\n", "");
  (void)close(fd);
  (void)signal(SIGPIPE, SIG_DFL);
  (void)signal(SIGTERM, SIG_DFL);
  (void)signal(SIGXCPU, SIG_DFL);
  assert_int_equal(pthread_sigmask(SIG_SETMASK, &old, NULL), 0);
}

/* A daemon has closed 0, 1 and 2: our pipes may get these numbers. */
static void a_host_without_standard_descriptors(void **state) {
  (void)state;
  for (int mask = 1; mask < 8; mask++) {
    int saved[3];
    for (int fd = 0; fd < 3; fd++) saved[fd] = fcntl(fd, F_DUPFD_CLOEXEC, 100);
    for (int fd = 0; fd < 3; fd++)
      if (mask & 1 << fd) (void)close(fd);
    ent_ran *ran = NULL;
    ent_status status = ent_run(NULL, SHELL("cat; echo err >&2"), "in", 2, NULL, &ran, NULL);
    for (int fd = 0; fd < 3; fd++) {
      (void)dup2(saved[fd], fd);
      (void)close(saved[fd]);
    }
    assert_int_equal(status, ENT_OK);
    expect_output(ran, "in", "err\n");
  }
}

/* ---- what cannot be run -------------------------------------------------------------------- */

static void programs_that_cannot_be_run(void **state) {
  (void)state;
  char folder[] = "/tmp/test_proc.XXXXXX", beside[] = "./entente-beside", *old_path = strdup(getenv("PATH"));
  int back = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  assert_true(back >= 0 && mkdtemp(folder) && chdir(folder) == 0);
  int fd = open(beside, O_WRONLY | O_CREAT, 0755);
  assert_true(fd >= 0);
  assert_int_equal(write(fd, "#!/bin/true\n", 12), 12);
  (void)close(fd);
  int descriptors = count_descriptors();
  assert_int_equal(setenv("PATH", ".::/nowhere:/etc", 1), 0); /* what lies here is not meant by a name */
  static const struct {
    const char *name, *message;
  } rows[] = {
      {"entente-beside", "cannot run entente-beside: No such file or directory; install it, or check its name and PATH"},
      {"passwd", "cannot run passwd: Permission denied"},
      {"/nowhere/x", "cannot run /nowhere/x: No such file or directory; install it, or check its name and PATH"},
      {"/etc/passwd", "cannot run /etc/passwd: Permission denied"},
      {"/etc", "cannot run /etc: Permission denied"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    ent_ran *ran = NULL;
    ent_error err = {0};
    assert_int_equal(ent_run(NULL, (const char *const[]){rows[i].name, NULL}, "x", 1, NULL, &ran, &err), ENT_ERR_IO);
    assert_string_equal(err.message, rows[i].message);
    assert_null(ran);
    no_children();
    assert_int_equal(count_descriptors(), descriptors);
  }
  ent_ran_free(run((const char *const[]){beside, NULL}, NULL, 0, NULL, ENT_END_EXIT, 0));
  assert_int_equal(setenv("PATH", old_path, 1), 0);
  free(old_path);
  assert_int_equal(unlink(beside), 0);
  assert_int_equal(fchdir(back), 0);
  (void)close(back);
  assert_int_equal(rmdir(folder), 0);
}

static void callers_mistakes(void **state) {
  (void)state;
  ent_ran *ran = NULL;
  assert_int_equal(ent_run(NULL, NULL, NULL, 0, NULL, &ran, NULL), ENT_ERR_ARGUMENT);
  assert_int_equal(ent_run(NULL, (const char *const[]){NULL}, NULL, 0, NULL, &ran, NULL), ENT_ERR_ARGUMENT);
  assert_int_equal(ent_run(NULL, (const char *const[]){"", NULL}, NULL, 0, NULL, &ran, NULL), ENT_ERR_ARGUMENT);
  assert_int_equal(ent_run(NULL, SHELL(":"), NULL, 1, NULL, &ran, NULL), ENT_ERR_ARGUMENT);
  assert_null(ran);
  ent_ran_free(NULL);
}

/* ---- limits ------------------------------------------------------------------------------- */

static void wall_time_ends_the_whole_group(void **state) {
  (void)state;
  char mark[32], script[200];
  (void)snprintf(mark, sizeof mark, "7654%d", (int)getpid());
  (void)snprintf(script, sizeof script, "trap '' TERM; sleep %s & (sleep %s & sleep %s); echo never", mark, mark, mark);
  ent_limits limits = {.wall_ms = 300};
  double started = now();
  expect_output(run(SHELL(script), NULL, 0, &limits, ENT_END_TIME, SIGKILL), "", "");
  assert_true(now() - started >= 0.29 && now() - started < 3);
  (void)snprintf(script, sizeof script, "ps -eo args | grep -c '^sleep %s'", mark);
  expect_output(run(SHELL(script), NULL, 0, NULL, ENT_END_EXIT, 1), "0\n", "");
}

static void wall_time_of_a_program_that_is_silent_or_full(void **state) {
  (void)state;
  static char bytes[1000000];
  ent_limits limits = {.wall_ms = 200};
  expect_output(run(SHELL("exec >&- 2>&-; sleep 20"), NULL, 0, &limits, ENT_END_TIME, SIGKILL), "", "");
  expect_output(run(SHELL("sleep 20"), bytes, sizeof bytes, &limits, ENT_END_TIME, SIGKILL), "", "");
  expect_output(run(SHELL("exec >&- 2>&-; sleep 0.1; exit 4"), NULL, 0, NULL, ENT_END_EXIT, 4), "", "");
}

static void children_that_are_left_are_killed(void **state) {
  (void)state;
  double started = now();
  expect_output(run(SHELL("sleep 30 & echo done"), NULL, 0, NULL, ENT_END_EXIT, 0), "done\n", "");
  /* even those that left the group are not waited for */
  expect_output(run(SHELL("setsid sleep 3 & echo done; sleep 0.1"), NULL, 0, NULL, ENT_END_EXIT, 0), "done\n", "");
  assert_true(now() - started < 2.5);
}

static void output_is_limited(void **state) {
  (void)state;
  ent_limits limits = {.output = 100000, .wall_ms = 20000};
  ent_ran *ran = run(SHELL("while :; do echo 0123456789; done"), NULL, 0, &limits, ENT_END_OUTPUT, SIGKILL);
  assert_int_equal(ent_ran_look(ran).out_length, 100000);
  ent_ran_free(ran);
  limits.output = 5;
  expect_output(run(SHELL("printf 12345"), NULL, 0, &limits, ENT_END_EXIT, 0), "12345", "");
  limits.output = 4;
  ran = run(SHELL("printf 12345; sleep 20"), NULL, 0, &limits, ENT_END_OUTPUT, SIGKILL);
  assert_int_equal(ent_ran_look(ran).out_length, 4);
  ent_ran_free(ran);
  ran = run(SHELL("head -c 200000 /dev/zero >&2; echo end"), NULL, 0, NULL, ENT_END_EXIT, 0);
  assert_int_equal(ent_ran_look(ran).err_length, 65536);
  assert_int_equal(ent_ran_look(ran).out_length, 4);
  ent_ran_free(ran);
}

static void resources_are_limited(void **state) {
  (void)state;
  ent_limits limits = {.cpu_seconds = 1, .wall_ms = 20000};
  ent_ran_free(run(SHELL("while :; do :; done"), NULL, 0, &limits, ENT_END_SIGNAL, SIGXCPU));
  /* who ignores SIGXCPU is killed a second later */
  ent_ran_free(run(SHELL("trap '' XCPU; while :; do :; done"), NULL, 0, &limits, ENT_END_SIGNAL, SIGKILL));
  limits = (ent_limits){.cpu_seconds = 7, .memory = 123 * 1024 * 1024, .file_size = 4096 * 512};
  expect_output(run(SHELL("ulimit -t; ulimit -Ht; ulimit -v; ulimit -Hv; ulimit -f; ulimit -c"), NULL, 0, &limits, ENT_END_EXIT, 0),
                "7\n8\n125952\n125952\n4096\n0\n", "");
}

/* ---- memory, threads, other hosts ---------------------------------------------------------- */

static struct {
  int countdown;
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

static void memory_may_run_out(void **state) {
  (void)state;
  const ent_alloc alloc = {counted, NULL};
  int descriptors = count_descriptors();
  for (int countdown = 1;; countdown++) {
    ent_ran *ran = NULL;
    ent_error err = {0};
    memory.countdown = countdown;
    ent_status status = ent_run(&alloc, SHELL("head -c 400000 /dev/zero; echo x >&2"), NULL, 0, NULL, &ran, &err);
    memory.countdown = 0;
    no_children();
    assert_int_equal(count_descriptors(), descriptors);
    if (status == ENT_OK) {
      assert_int_equal(ent_ran_look(ran).out_length, 400000);
      ent_ran_free(ran);
      assert_int_equal(memory.held, 0);
      assert_true(countdown > 4);
      break;
    }
    assert_int_equal(status, ENT_ERR_MEMORY);
    assert_non_null(strstr(err.message, "out of memory"));
    assert_null(ran);
    assert_int_equal(memory.held, 0);
  }
}

static void *run_often(void *bytes) {
  for (int i = 0; i < 20; i++) {
    ent_ran *ran = NULL;
    ent_limits limits = {.wall_ms = i % 4 == 3 ? 20 : 20000};
    const char *script = i % 4 == 3 ? "sleep 20" : i % 4 == 2 ? "exit 0" : "cat";
    if (ent_run(NULL, SHELL(script), bytes, 100000, &limits, &ran, NULL) != ENT_OK) return "not run";
    ent_ran_view view = ent_ran_look(ran);
    bool good = i % 4 == 3   ? view.end == ENT_END_TIME
                : i % 4 == 2 ? view.end == ENT_END_EXIT && view.out_length == 0
                             : view.out_length == 100000 && memcmp(view.out, bytes, 100000) == 0;
    ent_ran_free(ran);
    if (!good) return "wrong";
  }
  return NULL;
}

static void threads_run_programs_at_once(void **state) {
  (void)state;
  enum { THREADS = 8 };
  static char bytes[THREADS][100000];
  pthread_t threads[THREADS];
  int descriptors = count_descriptors();
  for (int i = 0; i < THREADS; i++) {
    memset(bytes[i], 'a' + i, sizeof bytes[i]);
    assert_int_equal(pthread_create(&threads[i], NULL, run_often, bytes[i]), 0);
  }
  for (int i = 0; i < THREADS; i++) {
    void *result = NULL;
    assert_int_equal(pthread_join(threads[i], &result), 0);
    assert_null(result);
  }
  assert_int_equal(count_descriptors(), descriptors);
  no_children();
}

static void a_host_that_ignores_its_children(void **state) {
  (void)state;
  ent_ran *ran = NULL;
  ent_error err = {0};
  ent_limits limits = {.wall_ms = 10000};
  (void)signal(SIGCHLD, SIG_IGN);
  ent_status status = ent_run(NULL, SHELL("exit 3"), NULL, 0, &limits, &ran, &err);
  (void)signal(SIGCHLD, SIG_DFL);
  assert_int_equal(status, ENT_ERR_STATE);
  assert_non_null(strstr(err.message, "SIGCHLD"));
  assert_null(ran);
}

/* Our descriptors are closed in whatever the host's other threads start meanwhile. */
static void *run_a_moment(void *none) {
  ent_ran *ran = NULL;
  if (ent_run(NULL, SHELL("sleep 0.4"), NULL, 0, NULL, &ran, NULL) == ENT_OK) ent_ran_free(ran);
  return none;
}

static void other_threads_inherit_nothing(void **state) {
  (void)state;
  bool before[256];
  int ours = 0;
  pthread_t thread;
  int low = dup(0); /* 3 is taken, or all that we keep open would have been moved */
  for (int fd = 0; fd < 256; fd++) before[fd] = fcntl(fd, F_GETFD) >= 0;
  assert_int_equal(pthread_create(&thread, NULL, run_a_moment, NULL), 0);
  const struct timespec nap = {0, 200000000};
  assert_int_equal(nanosleep(&nap, NULL), 0);
  for (int fd = 0; fd < 256; fd++) {
    int flags = before[fd] ? -1 : fcntl(fd, F_GETFD);
    if (flags < 0) continue;
    ours++;
    assert_int_equal(flags & FD_CLOEXEC, FD_CLOEXEC);
  }
  assert_int_equal(pthread_join(thread, NULL), 0);
  assert_int_equal(ours, 3); /* out, err, report */
  assert_int_equal(close(low), 0);
}

/* A host that is killed takes the program with it: nobody would keep its limits. */
static void a_host_that_is_killed(void **state) {
  (void)state;
  char script[60], count[100];
  (void)snprintf(script, sizeof script, "exec sleep 8765%d", (int)getpid());
  (void)snprintf(count, sizeof count, "ps -eo args | grep -c '^%s'", script + 5);
  pid_t host = fork();
  if (host == 0) {
    ent_ran *ran = NULL;
    (void)ent_run(NULL, SHELL(script), NULL, 0, NULL, &ran, NULL);
    _exit(0);
  }
  const struct timespec nap = {0, 300000000};
  (void)nanosleep(&nap, NULL);
  ent_ran *ran = NULL;
  assert_int_equal(ent_run(NULL, SHELL(count), NULL, 0, NULL, &ran, NULL), ENT_OK);
  assert_int_equal(*ent_ran_look(ran).out, '1');
  ent_ran_free(ran);
  assert_int_equal(kill(host, SIGKILL), 0);
  assert_int_equal(waitpid(host, NULL, 0), host);
  (void)nanosleep(&nap, NULL);
  expect_output(run(SHELL(count), NULL, 0, NULL, ENT_END_EXIT, 1), "0\n", "");
}

/* The host has limits of its own, which the program's cannot pass. In a child, as they are for good. */
static void a_host_with_limits_of_its_own(void **state) {
  (void)state;
  pid_t pid = fork();
  if (pid == 0) {
    const struct rlimit core = {RLIM_INFINITY, RLIM_INFINITY}, size = {4096 * 512, 4096 * 512};
    (void)setrlimit(RLIMIT_CORE, &core); /* only root may */
    if (setrlimit(RLIMIT_FSIZE, &size) < 0) _exit(2);
    ent_limits limits = {.file_size = (size_t)1 << 40};
    ent_ran *ran = NULL;
    if (ent_run(NULL, SHELL("ulimit -c; ulimit -f; ulimit -Hf"), NULL, 0, &limits, &ran, NULL) != ENT_OK) _exit(3);
    ent_ran_view view = ent_ran_look(ran);
    _exit(view.out_length != 12 || memcmp(view.out, "0\n4096\n4096\n", 12) != 0);
  }
  int status = -1;
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_int_equal(status, 0);
}

static void descriptors_may_run_out(void **state) {
  (void)state;
  struct rlimit old, low;
  int descriptors = count_descriptors();
  assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
  low = old;
  for (low.rlim_cur = 4;; low.rlim_cur++) {
    ent_ran *ran = NULL;
    ent_error err = {0};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
    ent_status status = ent_run(NULL, SHELL("exit 0"), NULL, 0, NULL, &ran, &err);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
    assert_int_equal(count_descriptors(), descriptors);
    no_children();
    if (status == ENT_OK) {
      ent_ran_free(ran);
      break;
    }
    assert_int_equal(status, ENT_ERR_IO);
    assert_string_equal(err.message, "cannot run sh: Too many open files");
  }
  assert_true(low.rlim_cur > 8);
}

static void on_alarm(int number) { (void)number; }

/* Signals of the host's own interrupt every call, and change nothing. */
static void a_host_with_a_busy_timer(void **state) {
  (void)state;
  static char bytes[500000];
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_alarm; /* without SA_RESTART */
  assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
  timer_t timer;
  assert_int_equal(timer_create(CLOCK_MONOTONIC, NULL, &timer), 0);
  const struct itimerspec every = {{0, 500000}, {0, 500000}};
  assert_int_equal(timer_settime(timer, 0, &every, NULL), 0);
  for (int i = 0; i < 20; i++) {
    ent_ran *ran = run((const char *const[]){"cat", NULL}, bytes, sizeof bytes, NULL, ENT_END_EXIT, 0);
    assert_int_equal(ent_ran_look(ran).out_length, sizeof bytes);
    ent_ran_free(ran);
    ent_limits limits = {.wall_ms = 5};
    ent_ran_free(run(SHELL("sleep 20"), NULL, 0, &limits, ENT_END_TIME, SIGKILL));
  }
  assert_int_equal(timer_delete(timer), 0);
  (void)signal(SIGALRM, SIG_DFL);
}

/* ---- confine ------------------------------------------------------------------------------ */

#if defined(HAVE_SECCOMP)

static int pipe_ends[2];

/* Each does one thing in a confined child; what it returns is the child's exit status. */
static int do_nothing(void) { return 0; }
static int do_read_and_write(void) {
  char byte = 'x';
  return write(pipe_ends[1], &byte, 1) == 1 && read(pipe_ends[0], &byte, 1) == 1 ? 0 : 1;
}
static int do_memory(void) {
  size_t size = 1 << 22;
  char *block = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (block == MAP_FAILED) return 1;
  block[size - 1] = 1;
  block = mremap(block, size, size * 2, MREMAP_MAYMOVE);
  if (block == MAP_FAILED || block[size - 1] != 1) return 2;
  if (mprotect(block, size, PROT_READ) < 0 || madvise(block, size, MADV_DONTNEED) < 0) return 3;
  return munmap(block, size * 2) < 0 ? 4 : 0;
}
static int do_seek(void) { return lseek(3, 0, SEEK_CUR) < 0 && errno != EBADF && errno != ESPIPE; }
static int do_close(void) { return close(pipe_ends[0]); }
static int do_open(void) { return open("/etc/passwd", O_RDONLY) < 0; }
static int do_openat2(void) { return syscall(SYS_openat2, AT_FDCWD, "/", NULL, 0) < 0; }
static int do_stat(void) {
  struct stat about;
  return stat("/", &about);
}
static int do_socket(void) { return socket(AF_INET, SOCK_STREAM, 0) < 0; }
static int do_fork(void) { return (int)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) < 0; }
static int do_exec(void) { return execl("/bin/true", "true", (char *)NULL); }
static int do_kill(void) { return kill(getppid(), 0); }
static int do_signal_self(void) { return raise(SIGUSR1); }
static int do_ptrace(void) { return (int)syscall(SYS_ptrace, 0, 0, 0, 0); }
static int do_prctl(void) { return (int)syscall(SYS_prctl, 4, 1, 0, 0, 0); }
static int do_ioctl(void) { return (int)syscall(SYS_ioctl, 0, 0x5412, "x"); } /* TIOCSTI: types on a terminal */
static int do_dup(void) { return dup(1) < 0; }
static int do_unlink(void) { return unlink("/tmp/entente-none") && errno != ENOENT; }
static int do_rlimit(void) { return (int)syscall(SYS_prlimit64, 0, 0, NULL, NULL); }
static int do_sleep(void) {
  const struct timespec nap = {0, 1};
  return nanosleep(&nap, NULL);
}
static int do_map_code(void) {
  return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
}
static int do_make_code(void) {
  static char page[8192];
  return mprotect((void *)(((uintptr_t)page + 4095) & ~(uintptr_t)4095), 4096, PROT_READ | PROT_EXEC);
}
static int do_foreign(void) {
#if defined(__x86_64__)
  long result; /* getpid of the 32-bit table, which filters that forget the architecture let through */
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "memory");
  return result < 0;
#else
  return do_open();
#endif
}
static int do_x32(void) { return (int)syscall(0x40000000 | 39) < 0; }

static volatile int go;
static void *open_in_thread(void *none) {
  (void)none;
  while (!go) continue;
  (void)syscall(SYS_openat, AT_FDCWD, "/", O_RDONLY, 0);
  return NULL;
}

static int confined(int (*act)(void), bool with_thread) {
  assert_int_equal(pipe(pipe_ends), 0);
  (void)fflush(NULL);
  pid_t pid = fork();
  if (pid == 0) {
    pthread_t thread;
    if (with_thread && pthread_create(&thread, NULL, open_in_thread, NULL) != 0) _exit(98);
    if (ent_confine(NULL) != ENT_OK) _exit(99);
    go = 1;
    int result = act();
    while (with_thread) continue;
    (void)syscall(SYS_exit_group, result); /* as it is: a sanitizer has a farewell of its own */
  }
  int status = 0;
  assert_int_equal(waitpid(pid, &status, 0), pid);
  (void)close(pipe_ends[0]);
  (void)close(pipe_ends[1]);
  return status;
}

static void confined_processes_do_what_is_allowed(void **state) {
  (void)state;
  static int (*const acts[])(void) = {do_nothing, do_read_and_write, do_memory, do_seek, do_close};
  for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
    int status = confined(acts[i], false);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 99) {
      print_message("seccomp is not permitted here: skipped\n");
      skip();
    }
    assert_int_equal(WEXITSTATUS(status), 0);
  }
}

static void confined_processes_die_of_the_rest(void **state) {
  (void)state;
  static const struct {
    const char *name;
    int (*act)(void);
  } rows[] = {
      {"open", do_open},     {"openat2", do_openat2},   {"stat", do_stat},           {"socket", do_socket},
      {"fork", do_fork},     {"exec", do_exec},         {"kill", do_kill},           {"raise", do_signal_self},
      {"ptrace", do_ptrace}, {"prctl", do_prctl},       {"ioctl", do_ioctl},         {"dup", do_dup},
      {"unlink", do_unlink}, {"prlimit64", do_rlimit},  {"nanosleep", do_sleep},     {"mmap PROT_EXEC", do_map_code},
      {"mprotect PROT_EXEC", do_make_code}, {"int 0x80", do_foreign}, {"x32", do_x32},
  };
  int first = confined(do_nothing, false);
  if (WIFEXITED(first) && WEXITSTATUS(first) == 99) skip();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    int status = confined(rows[i].act, false);
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS) fail_msg("%s: status %#x", rows[i].name, (unsigned)status);
  }
  int status = confined(do_nothing, true); /* the filter stands in threads that ran before it */
  assert_true(WIFSIGNALED(status));
  assert_int_equal(WTERMSIG(status), SIGSYS);
}

#else

static void confine_says_that_it_is_not_there(void **state) {
  (void)state;
  ent_error err = {0};
  assert_int_equal(ent_confine(&err), ENT_ERR_STATE);
  assert_non_null(strstr(err.message, "seccomp"));
}

#endif

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(output_errors_and_exit_status),
      cmocka_unit_test(input_larger_than_a_pipe),
      cmocka_unit_test(a_program_that_does_not_read),
      cmocka_unit_test(a_program_starts_clean),
      cmocka_unit_test(a_host_without_standard_descriptors),
      cmocka_unit_test(programs_that_cannot_be_run),
      cmocka_unit_test(callers_mistakes),
      cmocka_unit_test(wall_time_ends_the_whole_group),
      cmocka_unit_test(wall_time_of_a_program_that_is_silent_or_full),
      cmocka_unit_test(children_that_are_left_are_killed),
      cmocka_unit_test(output_is_limited),
      cmocka_unit_test(resources_are_limited),
      cmocka_unit_test(memory_may_run_out),
      cmocka_unit_test(threads_run_programs_at_once),
      cmocka_unit_test(other_threads_inherit_nothing),
      cmocka_unit_test(a_host_that_is_killed),
      cmocka_unit_test(a_host_with_limits_of_its_own),
      cmocka_unit_test(descriptors_may_run_out),
      cmocka_unit_test(a_host_that_ignores_its_children),
      cmocka_unit_test(a_host_with_a_busy_timer),
#if defined(HAVE_SECCOMP)
      cmocka_unit_test(confined_processes_do_what_is_allowed),
      cmocka_unit_test(confined_processes_die_of_the_rest),
#else
      cmocka_unit_test(confine_says_that_it_is_not_there),
#endif
  };
  return cmocka_run_group_tests_name("proc", tests, NULL, NULL);
}
