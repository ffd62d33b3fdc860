/* proc/run: a program is run to its end, or to the end of its limits. What did it say, and how did it end?
 *
 *   host ──input──▶ stdin                     no shell; a process group of its own; the descriptors
 *   host ◀───out─── stdout     program        0, 1, 2 and no other; default signal handlers; the
 *   host ◀───err─── stderr                    limits on its memory, processor time and files
 *   host ◀──report─ (number of the errno where exec failed; closed by exec)
 *
 * Invariant: when ent_run returns, the program's process group is killed and the program is reaped,
 * whatever happened. The host keeps its signal handlers and its signal mask; between fork and exec
 * the child calls only what is async-signal-safe, as the host may have threads. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

#include "base/base.h"

extern char **environ;

enum {
  CHUNK = 64 * 1024,  /* bytes that are read at once */
  KEPT_ERR = 64 * 1024,
  LOOK_MS = 50,       /* how often to look whether the program ended while others hold its pipes */
  REPORT = 3,         /* the child's descriptor of the report pipe */
  FIRST_OURS = 4      /* all others of ours are above 0, 1, 2 and REPORT, so dup2 cannot hit them */
};

struct ent_ran {
  ent_alloc alloc;
  ent_end end;
  int code;
  enti_bytes out, err;
};

typedef struct run {
  const ent_limits *limits;
  ent_ran *ran;
  const char *input;
  size_t input_left;
  pid_t pid;
  int in, out, err, report; /* our ends of the pipes, -1 when closed */
  uint64_t deadline;        /* ms; UINT64_MAX: none */
  bool broken_pipe;         /* a SIGPIPE of ours is pending */
  bool stopped;             /* a limit was passed: ran->end says which */
  bool lost;                /* somebody else reaped it: its number may be another's by now */
  ent_status status;        /* our own failure; then ran is not handed out */
  int number;               /* its errno */
} run;

static uint64_t now_ms(void) {
  struct timespec now;
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void close_fd(int *fd) {
  if (*fd >= 0) (void)close(*fd);
  *fd = -1;
}

/* ---- before the fork ---------------------------------------------------------------------- */

/* Finds the program in PATH; 0 or an errno. Only absolute folders count: an empty or relative one
 * would run what lies beside the papers. */
static int find_program(const char *name, char path[PATH_MAX]) {
  if (strchr(name, '/')) {
    if (strlen(name) >= PATH_MAX) return ENAMETOOLONG;
    (void)snprintf(path, PATH_MAX, "%s", name);
    return 0;
  }
  int result = ENOENT;
  const char *at = getenv("PATH");
  if (!at) at = "/usr/local/bin:/usr/bin:/bin";
  while (*at) {
    const char *end = strchr(at, ':');
    size_t length = end ? (size_t)(end - at) : strlen(at);
    struct stat about;
    int wrote = length < PATH_MAX ? snprintf(path, PATH_MAX, "%.*s/%s", (int)length, at, name) : PATH_MAX;
    if (*at == '/' && wrote > 0 && wrote < PATH_MAX && stat(path, &about) == 0 && S_ISREG(about.st_mode)) {
      if (access(path, X_OK) == 0) return 0;
      result = EACCES;
    }
    at += length + (end != NULL);
  }
  return result;
}

/* A pipe, closed on exec, both ends at FIRST_OURS or above. */
static int make_pipe(int ends[2]) {
  int made[2];
  ends[0] = ends[1] = -1;
  if (pipe2(made, O_CLOEXEC) < 0) return errno;
  int number = 0;
  for (int i = 0; i < 2; i++) {
    ends[i] = made[i];
    if (made[i] >= FIRST_OURS) continue;
    ends[i] = fcntl(made[i], F_DUPFD_CLOEXEC, FIRST_OURS);
    if (ends[i] < 0) number = errno;
    (void)close(made[i]);
  }
  return number;
}

typedef struct ends { /* [0] reads, [1] writes */
  int in[2], out[2], err[2], report[2];
} ends;

static void close_ends(ends *all) {
  for (int i = 0; i < 2; i++) {
    close_fd(&all->in[i]);
    close_fd(&all->out[i]);
    close_fd(&all->err[i]);
    close_fd(&all->report[i]);
  }
}

static int make_ends(ends *all) {
  *all = (ends){{-1, -1}, {-1, -1}, {-1, -1}, {-1, -1}};
  int number = make_pipe(all->in);
  if (!number) number = make_pipe(all->out);
  if (!number) number = make_pipe(all->err);
  if (!number) number = make_pipe(all->report);
  /* Only our ends do not wait; the program's are as it expects them. */
  if (!number && (fcntl(all->in[1], F_SETFL, O_NONBLOCK) < 0 || fcntl(all->out[0], F_SETFL, O_NONBLOCK) < 0 ||
                  fcntl(all->err[0], F_SETFL, O_NONBLOCK) < 0 || fcntl(all->report[0], F_SETFL, O_NONBLOCK) < 0))
    number = errno;
  if (number) close_ends(all);
  return number;
}

/* ---- in the child: async-signal-safe calls only -------------------------------------------- */

#if defined(__GLIBC__)
typedef __rlimit_resource_t limit_kind; /* an enum there, an int by POSIX */
#else
typedef int limit_kind;
#endif

static bool limit(limit_kind resource, size_t soft, size_t hard) {
  struct rlimit old;
  if (getrlimit(resource, &old) < 0) return false;
  struct rlimit set = {(rlim_t)soft, (rlim_t)hard};
  if (set.rlim_max > old.rlim_max) set.rlim_max = old.rlim_max; /* only root may raise it */
  if (set.rlim_cur > set.rlim_max) set.rlim_cur = set.rlim_max;
  return setrlimit(resource, &set) == 0;
}

static bool limit_all(const ent_limits *limits) {
  size_t cpu = limits->cpu_seconds; /* SIGXCPU, which says what happened; a second later SIGKILL */
  return limit(RLIMIT_CORE, 0, 0) && (!cpu || limit(RLIMIT_CPU, cpu, cpu + 1)) &&
         (!limits->memory || limit(RLIMIT_AS, limits->memory, limits->memory)) &&
         (!limits->file_size || limit(RLIMIT_FSIZE, limits->file_size, limits->file_size));
}

/* What the host has open stays with the host. */
static void close_others(void) {
#if defined(SYS_close_range)
  if (syscall(SYS_close_range, (unsigned)FIRST_OURS, ~0u, 0u) == 0) return;
#endif
  struct rlimit files;
  int end = getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < 65536 ? (int)files.rlim_cur : 65536;
  for (int fd = FIRST_OURS; fd < end; fd++) (void)close(fd);
}

static void default_signals(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; number++) (void)sigaction(number, &action, NULL); /* some refuse */
  sigset_t none;
  (void)sigemptyset(&none);
  (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

_Noreturn static void be_child(const char *path, const char *const *argv, const ends *all,
                               const ent_limits *limits, pid_t parent) {
  (void)setpgid(0, 0);
#if defined(__linux__)
  (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* nobody would watch its limits any more */
#endif
  if (getppid() != parent) _exit(127);
  if (dup2(all->in[0], 0) == 0 && dup2(all->out[1], 1) == 1 && dup2(all->err[1], 2) == 2 &&
      dup2(all->report[1], REPORT) == REPORT && fcntl(REPORT, F_SETFD, FD_CLOEXEC) == 0) {
    close_others();
    default_signals();
    if (limit_all(limits)) (void)execve(path, (char *const *)(uintptr_t)argv, environ);
  }
  int number = errno;
  ssize_t wrote = write(REPORT, &number, sizeof number);
  _exit(wrote < 0 ? 126 : 127);
}

/* ---- in the host: the pipes ---------------------------------------------------------------- */

static void give_up(run *r, ent_status status, int number) {
  r->stopped = true;
  r->status = status;
  r->number = number;
}

static void stop(run *r, ent_end end) {
  r->stopped = true;
  r->ran->end = end;
}

static void feed(run *r) {
  ssize_t wrote = write(r->in, r->input, r->input_left > SSIZE_MAX ? SSIZE_MAX : r->input_left);
  if (wrote < 0) {
    if (errno == EINTR || errno == EAGAIN) return;
    if (errno == EPIPE) r->broken_pipe = true; /* it does not want the rest: no fault */
    r->input_left = 0;
  } else {
    r->input += wrote;
    r->input_left -= (size_t)wrote;
  }
  if (r->input_left == 0) close_fd(&r->in);
}

/* Reads what is there, once. */
static void absorb(run *r, int *fd, enti_bytes *to, size_t most) {
  if (enti_array_reserve(&r->ran->alloc, to, CHUNK) != ENT_OK) return give_up(r, ENT_ERR_MEMORY, 0);
  ssize_t got = read(*fd, to->at + to->count, CHUNK);
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (got <= 0) return close_fd(fd);
  to->count += (size_t)got;
  if (to->count <= most) return;
  to->count = most; /* the rest of err is read and forgotten */
  if (fd == &r->out) stop(r, ENT_END_OUTPUT);
}

static void absorb_both(run *r, short out, short err) {
  size_t most = r->limits->output ? r->limits->output : SIZE_MAX;
  if (out && r->out >= 0) absorb(r, &r->out, &r->ran->out, most);
  if (err && r->err >= 0 && !r->stopped) absorb(r, &r->err, &r->ran->err, KEPT_ERR);
}

/* True when the program has ended. It stays a zombie, so that its process group's number is not given
 * to others before the group is killed. */
static bool has_ended(run *r, int flags) {
  siginfo_t info;
  memset(&info, 0, sizeof info);
  int result;
  do result = waitid(P_PID, (id_t)r->pid, &info, WEXITED | WNOWAIT | flags);
  while (result < 0 && errno == EINTR);
  if (result < 0) r->lost = true;
  return result < 0 || info.si_pid == r->pid;
}

/* The milliseconds until the deadline, at most `most`; stops the run when there are none. */
static int time_left(run *r, int most) {
  if (r->deadline == UINT64_MAX) return most;
  uint64_t now = now_ms();
  if (now >= r->deadline) {
    stop(r, ENT_END_TIME);
    return 0;
  }
  return r->deadline - now < (uint64_t)most ? (int)(r->deadline - now) : most;
}

/* Until both of its outputs are closed, or it has ended and others, its children, hold them open. */
static void pump(run *r) {
  uint64_t next_look = now_ms() + LOOK_MS;
  if (r->input_left == 0) close_fd(&r->in);
  while (r->out >= 0 || r->err >= 0) {
    int wait = time_left(r, LOOK_MS);
    if (r->stopped) return;
    struct pollfd set[] = {{r->in, POLLOUT, 0}, {r->out, POLLIN, 0}, {r->err, POLLIN, 0}};
    int ready = poll(set, 3, wait); /* negative descriptors are passed over */
    if (ready < 0 && errno != EINTR) return give_up(r, ENT_ERR_IO, errno);
    if (ready > 0) {
      if (set[0].revents) feed(r);
      absorb_both(r, set[1].revents, set[2].revents);
      if (r->stopped) return;
    }
    if (now_ms() < next_look) continue;
    if (has_ended(r, WNOHANG)) return;
    next_look = now_ms() + LOOK_MS;
  }
}

/* Until the program itself has ended; it may have closed its outputs long before. */
static void wait_end(run *r) {
  if (r->deadline == UINT64_MAX) {
    (void)has_ended(r, 0);
    return;
  }
  struct timespec nap = {0, 50000};
  while (!has_ended(r, WNOHANG)) {
    (void)time_left(r, 1);
    if (r->stopped) return;
    (void)nanosleep(&nap, NULL);
    if (nap.tv_nsec < 5000000) nap.tv_nsec *= 2;
  }
}

static void reap(run *r) {
  if (!r->lost) {
    (void)kill(-r->pid, SIGKILL);
    (void)kill(r->pid, SIGKILL); /* where it has not come to setpgid */
  }
  for (int i = 0; i < 16 && !r->stopped && (r->out >= 0 || r->err >= 0); i++) absorb_both(r, 1, 1);
  int status = 0, number = 0;
  pid_t got;
  do got = waitpid(r->pid, &status, 0);
  while (got < 0 && errno == EINTR);
  if (r->status != ENT_OK) return;
  if (read(r->report, &number, sizeof number) == (ssize_t)sizeof number) give_up(r, ENT_ERR_IO, number);
  else if (got != r->pid) give_up(r, ENT_ERR_STATE, ECHILD);
  else if (r->stopped) r->ran->code = WIFSIGNALED(status) ? WTERMSIG(status) : SIGKILL;
  else {
    r->ran->end = WIFEXITED(status) ? ENT_END_EXIT : ENT_END_SIGNAL;
    r->ran->code = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
  }
}

/* Starts the program and leaves our ends in r; every signal is blocked. 0 or an errno. */
static int start(run *r, const char *const *argv) {
  char path[PATH_MAX];
  int number = find_program(argv[0], path);
  ends all;
  if (!number) number = make_ends(&all);
  if (number) return number;
  pid_t parent = getpid();
  r->pid = fork();
  if (r->pid == 0) be_child(path, argv, &all, r->limits, parent);
  if (r->pid < 0) {
    number = errno;
    close_ends(&all);
    return number;
  }
  (void)setpgid(r->pid, r->pid); /* the child does so too: whoever is first */
  close_fd(&all.in[0]);
  close_fd(&all.out[1]);
  close_fd(&all.err[1]);
  close_fd(&all.report[1]);
  r->in = all.in[1];
  r->out = all.out[0];
  r->err = all.err[0];
  r->report = all.report[0];
  return 0;
}

/* Runs with SIGPIPE blocked in this thread; one of ours that is pending is taken away at the end. */
static int start_and_watch(run *r, const char *const *argv) {
  sigset_t every, broken, old, pending;
  (void)sigfillset(&every);
  (void)sigemptyset(&broken);
  (void)sigaddset(&broken, SIGPIPE);
  (void)pthread_sigmask(SIG_SETMASK, &every, &old); /* no handler of the host runs in the child */
  bool was_pending = sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1;
  int number = start(r, argv);
  (void)pthread_sigmask(SIG_SETMASK, &old, NULL);
  if (number) return number;
  (void)pthread_sigmask(SIG_BLOCK, &broken, NULL);
  pump(r);
  if (!r->stopped) wait_end(r);
  reap(r);
  if (r->broken_pipe && !was_pending) {
    const struct timespec now = {0, 0};
    while (sigtimedwait(&broken, NULL, &now) < 0 && errno == EINTR) continue;
  }
  (void)pthread_sigmask(SIG_SETMASK, &old, NULL);
  close_fd(&r->in);
  close_fd(&r->out);
  close_fd(&r->err);
  close_fd(&r->report);
  return 0;
}

/* ---- the contract -------------------------------------------------------------------------- */

static ent_status cannot(ent_error *err, ent_status status, const char *name, int number) {
  if (status == ENT_ERR_MEMORY)
    return enti_fail(err, status, 0, "out of memory for what %.150s writes; set a limit on its output", name);
  if (status == ENT_ERR_STATE)
    return enti_fail(err, status, 0, "cannot learn how %.150s ended: this process ignores or reaps its children (SIGCHLD)",
                     name);
  char reason[80];
#if defined(__GLIBC__)
  const char *text = strerror_r(number, reason, sizeof reason); /* GNU's may leave `reason` alone */
#else
  const char *text = strerror_r(number, reason, sizeof reason) == 0 ? reason : "unknown error";
#endif
  return enti_fail(err, number == ENOMEM ? ENT_ERR_MEMORY : ENT_ERR_IO, 0, "cannot run %.150s: %s%s", name, text,
                   number == ENOENT ? "; install it, or check its name and PATH" : "");
}

ent_status ent_run(const ent_alloc *alloc, const char *const *argv, const char *input, size_t input_length,
                   const ent_limits *limits, ent_ran **out, ent_error *err) {
  static const ent_limits none;
  if (!argv || !argv[0] || !*argv[0]) return enti_fail(err, ENT_ERR_ARGUMENT, 0, "argv: a program's name is needed");
  if (!input && input_length) return enti_fail(err, ENT_ERR_ARGUMENT, 0, "input: bytes are needed");
  alloc = enti_alloc_or_default(alloc);
  ent_ran *ran = enti_new(alloc, sizeof *ran);
  if (!ran) return enti_fail(err, ENT_ERR_MEMORY, 0, "out of memory to run %.150s", argv[0]);
  ran->alloc = *alloc;
  run r = {.limits = limits ? limits : &none, .ran = ran, .input = input, .input_left = input_length};
  r.in = r.out = r.err = r.report = -1;
  r.deadline = r.limits->wall_ms ? now_ms() + r.limits->wall_ms + 1 : UINT64_MAX; /* now is cut to whole milliseconds */
  int number = start_and_watch(&r, argv);
  ent_status status = ENT_OK;
  if (number) status = cannot(err, ENT_ERR_IO, argv[0], number);
  else if (r.status != ENT_OK) status = cannot(err, r.status, argv[0], r.number);
  if (status == ENT_OK) *out = ran;
  else ent_ran_free(ran);
  return status;
}

ent_ran_view ent_ran_look(const ent_ran *ran) {
  return (ent_ran_view){.end = ran->end,
                        .code = ran->code,
                        .out = ran->out.at ? ran->out.at : "",
                        .err = ran->err.at ? ran->err.at : "",
                        .out_length = ran->out.count,
                        .err_length = ran->err.count};
}

void ent_ran_free(ent_ran *ran) {
  if (!ran) return;
  ent_alloc alloc = ran->alloc;
  enti_array_free(&alloc, &ran->out);
  enti_array_free(&alloc, &ran->err);
  enti_free(&alloc, ran, sizeof *ran);
}
