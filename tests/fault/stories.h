/* stories: what the programs here do to corpora. */
#ifndef FAULT_STORIES_H
#define FAULT_STORIES_H

#include "disk.h"
#include "story.h"

typedef struct story_case {
  const char *name;
  const char *before; /* commits that are there when it begins */
  const char *rest;
  size_t memory; /* as in story_play */
} story_case;

enum { STORY_CASES = 5 };
extern const story_case story_cases[STORY_CASES];

#define STORY_PATH "c.entente"

typedef struct story_start {
  char story[512];     /* all of it */
  uint64_t before;     /* commits that are there */
  uint64_t commits;    /* at its end */
  disk *medium;        /* with those that are there */
  uint64_t digest;     /* of the one segment that it can be merged into */
  size_t memory;
} story_start;

/* False, and why, when it does not work without any fault. Free it in any case. */
bool story_begin(story_start *start, const story_case *from, char why[STORY_WHY]);
void story_end(story_start *start);

/* Copies a folder of files from one table to another; the folder is made. */
bool folder_copy(const enti_io *from, const char *path, const enti_io *to, const char *path_to);

#endif
