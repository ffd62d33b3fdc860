/* fault_powercut [RANDOMS | mutants]: the power is cut behind every call of every story.
 *
 * Whatever is left (disk.h): a reader finds what was acknowledged, or one commit more, complete; a writer goes on and
 * cleans up. RANDOMS states are made behind each call besides the fixed ones. `mutants` shows that ways of writing that
 * do not last are seen. */
#include <inttypes.h>
#include <stdlib.h>

#include "powercut.h"
#include "stories.h"
#include "tap.h"

enum { RANDOMS = 60, RANDOMS_MUTANT = 6, UNPRINTED = 1000 };

static bool run(void *user, const enti_io *io, volatile uint64_t *acknowledged) {
  const story_start *start = user;
  story_play play = {.story = start->story, .path = STORY_PATH, .io = io, .memory = start->memory, .acknowledged = acknowledged};
  story_run(&play);
  return !play.writer_failed && !play.reader_failed && !play.wrong;
}

static bool check(void *user, disk *d, uint64_t *found, char why[POWERCUT_WHY]) {
  const story_start *start = user;
  enti_io io = disk_io(d);
  return story_go_on(start->story, STORY_PATH, &io, found, why);
}

static void cut_stories(unsigned randoms) {
  char why[STORY_WHY] = "";
  powercut_result all = {0};
  for (size_t c = 0; c < STORY_CASES; c++) {
    story_start start;
    powercut_result one = {0};
    bool good = story_begin(&start, &story_cases[c], why);
    if (good) powercut(&(powercut_subject){&start, run, check}, start.medium, start.before, MUTANT_NONE, randoms, &one);
    tap(good && one.violations == 0 && one.states > 0,
        "%s: %" PRIu64 " violations of %" PRIu64 " states (%" PRIu64 " unique) behind %" PRIu64 " calls%s%s", story_cases[c].name,
        one.violations, one.states, one.unique, one.cuts, good ? "" : "; without faults: ", good ? "" : why);
    all.states += one.states;
    all.unique += one.unique;
    all.violations += one.violations;
    story_end(&start);
  }
  tap(all.violations == 0 && (all.states >= 20000 || randoms < RANDOMS), "power cuts: %" PRIu64 " violations of %" PRIu64 " states, %" PRIu64 " unique",
      all.violations, all.states, all.unique);
}

static void see_mutants(void) {
  static const struct {
    const char *name;
    fault_mutant mutant;
  } mutants[] = {{"no fsync of a file", MUTANT_NO_FILE_SYNC},
                 {"no fsync of the folder", MUTANT_NO_FOLDER_SYNC},
                 {"a manifest written in place", MUTANT_IN_PLACE}};
  char why[STORY_WHY] = "";
  story_start start;
  bool good = story_begin(&start, &story_cases[1], why);
  for (size_t m = 0; m < sizeof mutants / sizeof *mutants; m++) {
    powercut_result one = {.violations = UNPRINTED};
    if (good) powercut(&(powercut_subject){&start, run, check}, start.medium, start.before, mutants[m].mutant, RANDOMS_MUTANT, &one);
    tap(one.violations > UNPRINTED, "fault_powercut sees %s: %" PRIu64 " violations of %" PRIu64 " states", mutants[m].name,
        one.violations - UNPRINTED, one.states);
  }
  story_end(&start);
}

int main(int argc, char **argv) {
  if (argc > 1 && strcmp(argv[1], "mutants") == 0) see_mutants();
  else cut_stories(argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : RANDOMS);
  return tap_end();
}
