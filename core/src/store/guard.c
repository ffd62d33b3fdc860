/* store/guard: see guard.h.
 *
 * The one place with memory that is not in an object: a signal handler has no object. The table has a fixed size and
 * no lock, since the handler may run at any instruction of any thread. A slot's `begin` is 0 while it is free, 1 while
 * it is being filled; the handler believes an `end` that stands between two equal readings of `begin`.
 *
 * Where a byte is missing the handler puts pages of zeros from there to the end of the mapping and returns, so the
 * reader goes on, reads zeros and is told by `gone`, or by a checksum, that they count for nothing. There is no
 * longjmp: whoever was reading holds locks and memory. */
#define _GNU_SOURCE
#include "store/guard.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SLOTS = 1024, FILLING = 1 };

typedef struct mapped {
  uintptr_t begin, end;
  int gone;
} mapped;

static mapped slots[SLOTS];
static struct sigaction earlier;
static uintptr_t page_size;
static int installed; /* an errno, or -1 once it is */
static pthread_once_t once = PTHREAD_ONCE_INIT;

int enti_guard_add(const void *begin, const void *end, const volatile int **gone) {
  for (int i = 0; i < SLOTS; i++) {
    uintptr_t none = 0;
    if (!__atomic_compare_exchange_n(&slots[i].begin, &none, FILLING, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) continue;
    __atomic_store_n(&slots[i].gone, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&slots[i].end, (uintptr_t)end, __ATOMIC_RELEASE);
    __atomic_store_n(&slots[i].begin, (uintptr_t)begin, __ATOMIC_RELEASE);
    *gone = &slots[i].gone;
    return i;
  }
  return -1;
}

void enti_guard_remove(int slot) {
  if (slot >= 0) __atomic_store_n(&slots[slot].begin, 0, __ATOMIC_RELEASE);
}

/* Whether the fault was in one of our files and is mended. */
static bool mend(uintptr_t at) {
  for (int i = 0; i < SLOTS; i++) {
    uintptr_t begin = __atomic_load_n(&slots[i].begin, __ATOMIC_ACQUIRE);
    if (begin <= FILLING || at < begin) continue;
    uintptr_t end = __atomic_load_n(&slots[i].end, __ATOMIC_ACQUIRE);
    if (at >= end || __atomic_load_n(&slots[i].begin, __ATOMIC_ACQUIRE) != begin) continue;
    uintptr_t page = at & ~(page_size - 1), last = (end + page_size - 1) & ~(page_size - 1);
    __atomic_store_n(&slots[i].gone, 1, __ATOMIC_RELEASE);
    return mmap((void *)page, last - page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED;
  }
  return false;
}

static void on_fault(int number, siginfo_t *about, void *context) {
  int kept = errno;
  if (about->si_code > 0 && mend((uintptr_t)about->si_addr)) {
    errno = kept;
    return;
  }
  if (earlier.sa_flags & SA_SIGINFO) earlier.sa_sigaction(number, about, context);
  else if (earlier.sa_handler != SIG_DFL && earlier.sa_handler != SIG_IGN) earlier.sa_handler(number);
  else if (earlier.sa_handler == SIG_DFL || about->si_code > 0) { /* it ends the process once this has returned */
    (void)signal(number, SIG_DFL);
    (void)raise(number);
  }
  errno = kept;
}

static void install(void) {
  struct sigaction ours = {.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART};
  ours.sa_sigaction = on_fault;
  (void)sigemptyset(&ours.sa_mask);
  page_size = (uintptr_t)sysconf(_SC_PAGESIZE);
  installed = sigaction(SIGBUS, NULL, &earlier) < 0 || sigaction(SIGBUS, &ours, NULL) < 0 ? errno : -1;
}

ent_status ent_corpus_guard(ent_error *err) {
  (void)pthread_once(&once, install);
  if (installed == -1) return ENT_OK;
  return enti_fail(err, ENT_ERR_STATE, 0, "the handler for SIGBUS cannot be installed (error %d)", installed);
}
