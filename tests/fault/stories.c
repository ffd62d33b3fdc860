/* stories: the cases, and the disks they begin with. */
#define _GNU_SOURCE
#include "stories.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

const story_case story_cases[STORY_CASES] = {
    {"a new corpus", "", "a1 b1 n1 ; ? a2 d0 -b ; ? e1 ; ?", 0},
    {"adds, replaces, removes", "a1 b1 c1 ; d1 e1 n1 ;", "f1 a2 -b ; ? -d -e ; ? d2 c0 f2 ; ?", 0},
    {"a merge that is asked for", "a1 b1 c1 ; d1 A1 ; -a e1 ;", "f1 ! ; ? b2 ; ^ ? -f ! ; ?", 0},
    {"merges by the writer's policy", "a1 ; b1 ; c1 ; d1 ; e1 ; f1 ; g1 ;", "h1 ; ? i1 ; ? j1 -a ; ? k1 ; ? l1 ; ?", 0},
    {"more than memory holds", "a1 B1 ;", "C1 D1 c1 E1 F1 a2 G1 ; ? H1 -C I1 B2 J1 b1 ; ?", 1 << 15}};

static bool play(const story_start *start, const char *story, const enti_io *io, uint64_t behind, char why[STORY_WHY]) {
  volatile uint64_t acknowledged = behind;
  story_play one = {.story = story, .path = STORY_PATH, .io = io, .memory = start->memory, .acknowledged = &acknowledged};
  story_run(&one);
  if (!one.wrong && !one.writer_failed && !one.reader_failed && acknowledged == story_commits(story)) return true;
  (void)snprintf(why, STORY_WHY, "%s", one.why);
  return false;
}

bool story_begin(story_start *start, const story_case *from, char why[STORY_WHY]) {
  *start = (story_start){.medium = disk_new(), .before = story_commits(from->before), .memory = from->memory};
  (void)snprintf(start->story, sizeof start->story, "%s %s", from->before, from->rest);
  start->commits = story_commits(start->story);
  enti_io io = disk_io(start->medium);
  if (start->before && !play(start, from->before, &io, 0, why)) return false;
  disk *whole = disk_after(start->medium, DISK_ALL, 0);
  disk_free(start->medium);
  start->medium = whole;
  disk *trial = disk_after(whole, DISK_ALL, 0);
  io = disk_io(trial);
  bool good = play(start, start->story, &io, start->before, why) &&
              story_finish(start->story, STORY_PATH, &io, &start->digest, why);
  disk_free(trial);
  return good;
}

void story_end(story_start *start) {
  disk_free(start->medium);
  start->medium = NULL;
}

static bool file_copy(const enti_io *from, const char *path, const enti_io *to, const char *path_to) {
  char bytes[16384];
  int in = from->open(from->user, path, O_RDONLY, 0);
  if (in < 0) return false;
  int out = to->open(to->user, path_to, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  int64_t count = out < 0 ? -1 : 0;
  for (uint64_t at = 0; out >= 0 && (count = from->read(from->user, in, bytes, sizeof bytes, at)) > 0; at += (uint64_t)count)
    if (to->write(to->user, out, bytes, (size_t)count) != count) break;
  (void)from->close(from->user, in);
  if (out >= 0) (void)to->close(to->user, out);
  return count == 0;
}

bool folder_copy(const enti_io *from, const char *path, const enti_io *to, const char *path_to) {
  enti_bytes names = {0};
  char in[512], out[512];
  int made = to->make(to->user, path_to);
  bool good = (made >= 0 || made == -EEXIST) && from->list(from->user, path, &enti_alloc_default, &names) >= 0;
  for (size_t at = 0; good && at < names.count; at += strlen(names.at + at) + 1) {
    (void)snprintf(in, sizeof in, "%s/%s", path, names.at + at);
    (void)snprintf(out, sizeof out, "%s/%s", path_to, names.at + at);
    good = file_copy(from, in, to, out);
  }
  enti_array_free(&enti_alloc_default, &names);
  return good;
}
