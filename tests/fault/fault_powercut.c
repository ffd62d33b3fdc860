/* fault_powercut [RANDOMS [MUTANT]]: the power is cut behind every call of every story.
 *
 * Whatever is left (disk.h): a reader finds what was acknowledged, or one commit more, complete; a writer goes on and
 * cleans up. MUTANT is a way of writing that does not last: file-sync, folder-sync, in-place. Then the exit status is 1
 * when it was seen. */
#include <inttypes.h>
#include <stdlib.h>

#include "powercut.h"
#include "stories.h"
#include "tap.h"

enum { RANDOMS = 40 };

static bool run(void *user, const enti_io *io, volatile uint64_t *acknowledged) {
  const story_start *start = user;
  story_play play = {.story = start->story, .path = STORY_PATH, .io = io, .options = &start->options, .acknowledged = acknowledged};
  story_run(&play);
  return !play.writer_failed && !play.reader_failed && !play.wrong;
}

static bool check(void *user, disk *d, uint64_t *found, char why[POWERCUT_WHY]) {
  const story_start *start = user;
  enti_io io = disk_io(d);
  return story_go_on(start->story, STORY_PATH, &io, found, why);
}

static fault_mutant mutant_named(const char *name) {
  if (strcmp(name, "file-sync") == 0) return MUTANT_NO_FILE_SYNC;
  if (strcmp(name, "folder-sync") == 0) return MUTANT_NO_FOLDER_SYNC;
  return strcmp(name, "in-place") == 0 ? MUTANT_IN_PLACE : MUTANT_NONE;
}

int main(int argc, char **argv) {
  unsigned randoms = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : RANDOMS;
  fault_mutant mutant = argc > 2 ? mutant_named(argv[2]) : MUTANT_NONE;
  char why[STORY_WHY] = "";
  powercut_result all = {0};
  for (size_t c = 0; c < STORY_CASES; c++) {
    story_start start;
    powercut_result one = {0};
    bool good = story_begin(&start, &story_cases[c], why);
    if (good) powercut(&(powercut_subject){&start, run, check}, start.medium, start.before, mutant, randoms, &one);
    tap(good && one.violations == 0 && one.states > 0,
        "%s: %" PRIu64 " violations of %" PRIu64 " states (%" PRIu64 " unique) behind %" PRIu64 " calls%s%s", story_cases[c].name,
        one.violations, one.states, one.unique, one.cuts, good ? "" : "; without faults: ", good ? "" : why);
    all.states += one.states;
    all.unique += one.unique;
    all.violations += one.violations;
    story_end(&start);
  }
  tap(all.violations == 0 && all.states >= 20000, "power cuts: %" PRIu64 " violations of %" PRIu64 " states, %" PRIu64 " unique",
      all.violations, all.states, all.unique);
  return tap_end();
}
