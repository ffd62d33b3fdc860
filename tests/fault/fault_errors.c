/* fault_errors: every call of every story fails, in every way, once and from then on.
 *
 * Whatever fails: what was acknowledged is there, or one commit more, complete, and after a power cut, too; what
 * failed was said; the same again without faults ends where the story ends, byte for byte, and leaves nothing over. */
#include <inttypes.h>
#include <stdlib.h>

#include "faulty_io.h"
#include "stories.h"
#include "tap.h"

enum { MOST_CALLS = 20000, COMPLAINTS = 5, MOST_SEEN = 8192 };

typedef struct sweep {
  const story_start *start;
  const char *name;
  fault_kind kind;
  bool persistent;
  uint64_t cases, violations, unheard; /* unheard: nobody reported it, and nothing was wrong */
  uint64_t seen[MOST_SEEN];            /* ends that were found to be good: many faults end alike */
  size_t seen_count;
} sweep;

static void complain(sweep *s, const faulty *f, const char *why) {
  if (s->violations++ >= COMPLAINTS) return;
  printf("# %s, call %" PRIu64 " of its kind %s: %s\n", s->name, f->at, s->persistent ? "and all behind it" : "alone", why);
  if (s->violations == 1) faulty_print(f);
}

/* What was acknowledged is found on this disk, or one commit more. */
static bool holds(const story_start *start, disk *d, uint64_t acknowledged, char why[STORY_WHY]) {
  uint64_t found;
  enti_io io = disk_io(d);
  if (story_check(start->story, STORY_PATH, &io, ENT_OPEN_READ, &found, why) != STORY_GOOD) return false;
  if (found >= acknowledged && found <= acknowledged + 1) return true;
  (void)snprintf(why, STORY_WHY, "commit %" PRIu64 " is found, %" PRIu64 " was acknowledged", found, acknowledged);
  return false;
}

static bool holds_after(const story_start *start, const disk *d, disk_cut cut, uint64_t acknowledged, char why[STORY_WHY]) {
  disk *after = disk_after(d, cut, acknowledged);
  bool good = holds(start, after, acknowledged, why);
  disk_free(after);
  return good;
}

/* The disk holds what it should, now and after a power cut, and a retry ends where the story does. */
static bool check_end(const story_start *start, disk *d, uint64_t acknowledged, char why[STORY_WHY]) {
  uint64_t digest;
  enti_io io = disk_io(d);
  if (!holds(start, d, acknowledged, why) || !holds_after(start, d, DISK_NOTHING, acknowledged, why) ||
      !holds_after(start, d, DISK_RANDOM, acknowledged, why) || !story_finish(start->story, STORY_PATH, &io, &digest, why))
    return false;
  if (digest != start->digest) (void)snprintf(why, STORY_WHY, "a retry makes other bytes");
  return digest == start->digest;
}

/* What a run ended with: the disk as it is seen and as it lasts, and what was acknowledged. */
static uint64_t digest_of(const disk *d, uint64_t acknowledged) {
  disk *lasting = disk_after(d, DISK_NOTHING, 0);
  uint64_t digest = disk_digest(d) * 31 + disk_digest(lasting) * 17 + acknowledged;
  disk_free(lasting);
  return digest;
}

/* As check_end, where it has not been done yet. */
static bool check_once(sweep *s, disk *d, const story_play *play, char why[STORY_WHY]) {
  uint64_t digest = digest_of(d, *play->acknowledged);
  for (size_t i = 0; i < s->seen_count; i++)
    if (s->seen[i] == digest) return true;
  if (!check_end(s->start, d, *play->acknowledged, why)) return false;
  if (s->seen_count < MOST_SEEN) s->seen[s->seen_count++] = digest;
  return true;
}

/* Everything that must hold behind a run in which something failed. */
static bool check(sweep *s, disk *d, const story_play *play, char why[STORY_WHY]) {
  (void)snprintf(why, STORY_WHY, "%s", play->why);
  if (play->wrong) return false;
  if (disk_descriptors(d)) {
    (void)snprintf(why, STORY_WHY, "%zu descriptors are left open", disk_descriptors(d));
    return false;
  }
  if (!play->writer_failed && *play->acknowledged != s->start->commits) {
    (void)snprintf(why, STORY_WHY, "nobody said so, and the story is not at its end");
    return false;
  }
  return check_once(s, d, play, why);
}

/* One case; whether the fault was reached. */
static bool run_case(sweep *s, uint64_t at) {
  char why[STORY_WHY];
  faulty f;
  volatile uint64_t acknowledged = s->start->before;
  disk *medium = disk_after(s->start->medium, DISK_ALL, 0);
  enti_io under = disk_io(medium);
  faulty_init(&f, &under, medium);
  f.kind = s->kind;
  f.at = at;
  f.persistent = s->persistent;
  f.most = MOST_CALLS;
  story_play play = {.story = s->start->story,
                     .path = STORY_PATH,
                     .io = &f.io,
                     .memory = s->start->memory,
                     .acknowledged = &acknowledged};
  story_run(&play);
  bool reached = f.failed > 0;
  if (reached) {
    s->cases++;
    s->unheard += !play.writer_failed && !play.reader_failed;
    if (f.calls >= MOST_CALLS) complain(s, &f, "it does not end");
    else if (!check(s, medium, &play, why)) complain(s, &f, why);
  }
  disk_free(medium);
  return reached;
}

int main(void) {
  static const struct {
    const char *name;
    fault_kind kind;
  } kinds[] = {{"EIO", FAULT_EIO}, {"ENOSPC", FAULT_ENOSPC}, {"EDQUOT", FAULT_EDQUOT}, {"EINTR", FAULT_EINTR}, {"short", FAULT_SHORT}};
  char why[STORY_WHY] = "";
  uint64_t cases = 0, violations = 0;
  static sweep s;
  for (size_t c = 0; c < STORY_CASES; c++) {
    story_start start;
    if (!story_begin(&start, &story_cases[c], why)) {
      tap(false, "%s, without faults: %s", story_cases[c].name, why);
      story_end(&start);
      continue;
    }
    s = (sweep){.start = &start};
    for (size_t k = 0; k < 2 * sizeof kinds / sizeof *kinds; k++) {
      s.name = kinds[k / 2].name;
      s.kind = kinds[k / 2].kind;
      s.persistent = k % 2;
      for (uint64_t at = 1; run_case(&s, at);) at++;
    }
    tap(s.violations == 0 && s.cases > 0, "%s: %" PRIu64 " violations in %" PRIu64 " cases (%" PRIu64 " did no harm, and nobody spoke)",
        story_cases[c].name, s.violations, s.cases, s.unheard);
    cases += s.cases;
    violations += s.violations;
    story_end(&start);
  }
  tap(cases >= 5000 && violations == 0, "errors: %" PRIu64 " violations in %" PRIu64 " cases", violations, cases);
  return tap_end();
}
