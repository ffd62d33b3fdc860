/* fault_merge: two corpora are merged into a third; every call fails, and the power is cut behind every call.
 *
 * The new corpus is there whole or not at all, and is there once that was said; the two are as they were; the same
 * again makes the same bytes. */
#include <inttypes.h>
#include <stdlib.h>

#include "corpus/corpus.h"
#include "powercut.h"
#include "stories.h"
#include "tap.h"

enum { RANDOMS = 60 };

static const char left[] = "a1 b1 A1 ; c1 -b ;", right[] = "d1 e1 ; B1 n1 ;", both[] = "a1 A1 c1 d1 e1 B1 n1 ;";
static const char out[] = "both.entente", *const inputs[] = {"left.entente", "right.entente"};

static bool merge(const enti_io *io, char why[STORY_WHY]) {
  ent_error err = {0};
  ent_status status = enti_corpus_merge_with(io, NULL, out, inputs, 2, &err);
  if (status != ENT_OK) (void)snprintf(why, STORY_WHY, "merge: %s", err.message);
  return status == ENT_OK;
}

/* What is on a disk behind a merge that may have failed; goes on to the end. *found is 1 when the new corpus is there. */
static bool check_disk(disk *d, uint64_t *found, uint64_t *digest, char why[STORY_WHY]) {
  enti_io io = disk_io(d);
  uint64_t commits;
  if (story_check(left, inputs[0], &io, 0, &commits, why) != STORY_GOOD || commits != 2) return false;
  if (story_check(right, inputs[1], &io, 0, &commits, why) != STORY_GOOD || commits != 2) return false;
  if (story_check(both, out, &io, 0, found, why) != STORY_GOOD) return false;
  return (*found || merge(&io, why)) && story_finish(both, out, &io, digest, why);
}

static disk *begin(uint64_t *digest) {
  disk *made = disk_new();
  enti_io io = disk_io(made);
  const char *const stories[] = {left, right};
  char why[STORY_WHY] = "";
  uint64_t found;
  for (size_t i = 0; i < 2; i++) {
    volatile uint64_t acknowledged = 0;
    story_play play = {.story = stories[i], .path = inputs[i], .io = &io, .acknowledged = &acknowledged};
    story_run(&play);
  }
  disk *start = disk_after(made, DISK_ALL, 0), *trial = disk_after(made, DISK_ALL, 0);
  disk_free(made);
  tap(check_disk(trial, &found, digest, why) && found == 0, "two corpora are merged%s%s", why[0] ? ": " : "", why);
  disk_free(trial);
  return start;
}

/* ---- errors ------------------------------------------------------------------------------- */

static bool run_case(const disk *start, fault_kind kind, bool persistent, uint64_t at, uint64_t wanted, uint64_t *violations) {
  char why[STORY_WHY] = "";
  faulty f;
  disk *medium = disk_after(start, DISK_ALL, 0);
  enti_io under = disk_io(medium);
  uint64_t found = 0, digest = 0;
  faulty_init(&f, &under, medium);
  f.kind = kind;
  f.at = at;
  f.persistent = persistent;
  f.most = 20000;
  bool said = merge(&f.io, why), open = disk_descriptors(medium) > 0;
  bool good = !open && check_disk(medium, &found, &digest, why) && digest == wanted && (found || !said);
  if (!good && (*violations)++ < 3) printf("# call %" PRIu64 ": %s%s\n", at, open ? "descriptors are left open; " : "", why);
  bool reached = f.failed > 0 && f.calls < f.most;
  disk_free(medium);
  return reached;
}

static void test_errors(const disk *start, uint64_t digest) {
  uint64_t cases = 0, violations = 0;
  for (int kind = FAULT_EIO; kind <= FAULT_SHORT; kind++)
    for (int persistent = 0; persistent < 2; persistent++)
      for (uint64_t at = 1; run_case(start, (fault_kind)kind, persistent, at, digest, &violations); at++) cases++;
  tap(cases > 0 && violations == 0, "merging: %" PRIu64 " violations in %" PRIu64 " cases", violations, cases);
}

/* ---- power cuts --------------------------------------------------------------------------- */

static bool run(void *user, const enti_io *io, volatile uint64_t *acknowledged) {
  char why[STORY_WHY];
  (void)user;
  bool good = merge(io, why);
  *acknowledged = good;
  return good;
}

static bool check(void *user, disk *d, uint64_t *found, char why[POWERCUT_WHY]) {
  uint64_t digest, *wanted = user;
  if (!check_disk(d, found, &digest, why)) return false;
  if (digest != *wanted) (void)snprintf(why, POWERCUT_WHY, "going on makes other bytes");
  return digest == *wanted;
}

int main(void) {
  uint64_t digest = 0;
  powercut_result result = {0};
  disk *start = begin(&digest);
  test_errors(start, digest);
  powercut(&(powercut_subject){&digest, run, check}, start, 0, MUTANT_NONE, RANDOMS, &result);
  tap(result.violations == 0 && result.states > 0, "merging: %" PRIu64 " violations of %" PRIu64 " states (%" PRIu64 " unique)",
      result.violations, result.states, result.unique);
  result = (powercut_result){.violations = 3};
  powercut(&(powercut_subject){&digest, run, check}, start, 0, MUTANT_NO_FOLDER_SYNC, RANDOMS, &result);
  tap(result.violations > 3, "without fsync of the folder it is seen (%" PRIu64 " of %" PRIu64 " states)", result.violations - 3,
      result.states);
  disk_free(start);
  return tap_end();
}
