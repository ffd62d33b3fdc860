/* fault_lost: a write that claims success and wrote nothing, or half, for every write.
 *
 * The commit says so, or whoever reads next: never is something read that is in no commit. A lost number in the lock
 * file harms nobody, nor does a lost manifest of the empty corpus, for the first commit replaces it; any other write that
 * is lost must be noticed. */
#include <inttypes.h>
#include <stdlib.h>

#include "faulty_io.h"
#include "stories.h"
#include "tap.h"

typedef struct losses {
  uint64_t cases, noticed, harmless, violations;
} losses;

/* One case; whether the write was reached. */
static bool run_case(const story_start *start, fault_kind kind, uint64_t at, losses *sum) {
  char why[STORY_WHY] = "";
  faulty f;
  uint64_t found;
  volatile uint64_t acknowledged = start->before;
  disk *medium = disk_after(start->medium, DISK_ALL, 0);
  enti_io under = disk_io(medium);
  faulty_init(&f, &under, medium);
  f.kind = kind;
  f.at = at;
  story_play play = {.story = start->story, .path = STORY_PATH, .io = &f.io, .memory = start->memory, .acknowledged = &acknowledged};
  story_run(&play);
  bool reached = f.failed > 0;
  if (reached) {
    story_answer answer = story_check(start->story, STORY_PATH, &under, ENT_OPEN_READ, &found, why);
    bool noticed = play.writer_failed || play.reader_failed || answer == STORY_REFUSED;
    sum->cases++;
    sum->noticed += noticed;
    sum->harmless += !noticed;
    if (answer == STORY_GOOD && found < acknowledged) {
      (void)snprintf(why, sizeof why, "commit %" PRIu64 " is found, %" PRIu64 " was acknowledged", found, acknowledged);
      answer = STORY_WRONG;
    }
    if (play.wrong || answer == STORY_WRONG) {
      if (sum->violations++ == 0) printf("# write %" PRIu64 " is lost: %s\n", at, play.wrong ? play.why : why);
    }
  }
  disk_free(medium);
  return reached;
}

static uint64_t writers_of(const char *story) {
  uint64_t count = 1;
  for (; *story; story++) count += *story == '^';
  return count;
}

int main(void) {
  char why[STORY_WHY] = "";
  losses all = {0};
  for (size_t c = 0; c < STORY_CASES; c++) {
    story_start start;
    losses sum = {0};
    bool good = story_begin(&start, &story_cases[c], why);
    for (uint64_t at = 1; good && run_case(&start, FAULT_LOST, at, &sum);) at++;
    for (uint64_t at = 1; good && run_case(&start, FAULT_LESS, at, &sum);) at++;
    uint64_t may = 2 * (writers_of(story_cases[c].rest) + (start.before == 0));
    tap(good && sum.violations == 0 && sum.noticed > 0 && sum.harmless <= may,
        "%s: of %" PRIu64 " lost writes %" PRIu64 " are noticed, %" PRIu64 " harmless (%" PRIu64 " may be), %" PRIu64
        " give a wrong answer%s%s",
        story_cases[c].name, sum.cases, sum.noticed, sum.harmless, may, sum.violations, good ? "" : "; without faults: ", good ? "" : why);
    all.cases += sum.cases;
    all.violations += sum.violations;
    story_end(&start);
  }
  tap(all.cases > 0 && all.violations == 0, "lost writes: %" PRIu64 " wrong answers in %" PRIu64 " cases", all.violations, all.cases);
  return tap_end();
}
