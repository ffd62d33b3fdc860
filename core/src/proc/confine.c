/* proc/confine: from here on, only read and write what is open, allocate memory, end.
 *
 * Invariant: an allow-list, never a deny-list: a system call that is not named here kills the whole
 * process (SIGSYS), in every thread, and nothing can take the filter off again. Memory is never made
 * executable. What touches a name (open, stat), a process, a socket or a signal is not here.
 *
 * The C library's stdio asks for the size of a stream's blocks when it first writes to it (newfstatat,
 * which takes names too and is therefore not here): write and flush once before. */
#define _GNU_SOURCE
#include "base/base.h"

#if defined(HAVE_SECCOMP)

#include <errno.h>
#include <seccomp.h>
#include <sys/mman.h>

/* What Lua 5.4 under glibc 2.36 used when 40 codebooks were traced: write, brk, mmap, munmap, mremap,
 * exit_group. The rest of the list: what the contract of ent_confine names (read, lseek, fstat, close),
 * what the allocator of another libc or of another thread uses (madvise, futex, getrandom), and what
 * stands in for the vDSO where there is none (clock_gettime). */
static const int allowed[] = {
    SCMP_SYS(read),  SCMP_SYS(readv),      SCMP_SYS(write),         SCMP_SYS(writev), SCMP_SYS(lseek),
    SCMP_SYS(fstat), SCMP_SYS(close),      SCMP_SYS(brk),           SCMP_SYS(munmap), SCMP_SYS(mremap),
    SCMP_SYS(futex), SCMP_SYS(madvise),    SCMP_SYS(clock_gettime), SCMP_SYS(exit),   SCMP_SYS(exit_group),
    SCMP_SYS(getrandom),
};

/* Allowed where their third argument (the protection) does not have PROT_EXEC. */
static const int not_executable[] = {SCMP_SYS(mmap), SCMP_SYS(mmap2), SCMP_SYS(mprotect)};

static int fill(scmp_filter_ctx filter) {
  int result = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
  if (!result) result = seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 1);   /* PR_SET_NO_NEW_PRIVS */
  if (!result) result = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1); /* every thread */
  for (size_t i = 0; !result && i < sizeof allowed / sizeof *allowed; i++)
    result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
  for (size_t i = 0; !result && i < sizeof not_executable / sizeof *not_executable; i++)
    result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, not_executable[i], 1,
                              SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
  return result;
}

ent_status ent_confine(ent_error *err) {
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
  int result = filter ? fill(filter) : -ENOMEM;
  if (!result) result = seccomp_load(filter);
  seccomp_release(filter);
  if (!result) return ENT_OK;
  if (result == -ENOMEM) return enti_fail(err, ENT_ERR_MEMORY, 0, "out of memory for the system call filter");
  return enti_fail(err, ENT_ERR_STATE, 0,
                   "this system refuses a system call filter (seccomp error %d); limits on time and memory remain",
                   -result);
}

#else

ent_status ent_confine(ent_error *err) {
  return enti_fail(err, ENT_ERR_STATE, 0,
                   "built without a system call filter (seccomp); limits on time and memory remain");
}

#endif
