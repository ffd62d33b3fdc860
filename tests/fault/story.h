/* story: what is done to a corpus, as a line of text, and what must be in it after each commit.
 *
 *   a1   puts document a, version 1; small letters are short documents, capitals long ones; version 0 is an empty text
 *   -a   removes it                     ;   commits
 *   !    merges at the next commit      ?   a reader opens the corpus, or moves on, and reads all of it
 *   ^    the writer is closed, and opened again
 *
 * Each commit changes something, so commit k makes generation k. */
#ifndef FAULT_STORY_H
#define FAULT_STORY_H

#include "store/io.h"

enum { STORY_WHY = 400 };

typedef struct story_play {
  const char *story, *path;
  const enti_io *io;
  size_t memory;                     /* that the writer may hold, below its least, so that it spills; 0: the least */
  volatile uint64_t *acknowledged;   /* the generation to begin behind; kept at the last that was committed */
  bool writer_failed, reader_failed; /* as they said themselves; the reader goes on at the next ? */
  bool wrong;                        /* something was read that is in no commit, or an error came without a message */
  char why[STORY_WHY];               /* of the first of these */
} story_play;

/* Plays a story until its end, or until the writer fails. The writer is freed either way. */
void story_run(story_play *play);

/* Commits of a story. */
uint64_t story_commits(const char *story);

typedef enum story_answer {
  STORY_GOOD,    /* as the story says */
  STORY_REFUSED, /* the reader reported an error */
  STORY_WRONG
} story_answer;

/* Reads all of an open corpus: every document, its bytes, its fields, a search for it. Is it what the story says of the commit that it is of? */
story_answer story_read(const char *story, ent_corpus *corpus, char why[STORY_WHY]);
/* The same for a corpus that is opened with `flags`, and verified. The commit is *found: 0 where there is no corpus yet. */
story_answer story_check(const char *story, const char *path, const enti_io *io, unsigned flags, uint64_t *found,
                         char why[STORY_WHY]);

/* Goes on, without faults, from what is there to the end of the story, checks what is then there, merges it into one
 * segment, and looks for files that nobody needs. *digest, of the segment's bytes, is the same for every corpus of the
 * same documents; it may be NULL. */
bool story_finish(const char *story, const char *path, const enti_io *io, uint64_t *digest, char why[STORY_WHY]);

/* The same, to one commit more than is there: *found. */
bool story_go_on(const char *story, const char *path, const enti_io *io, uint64_t *found, char why[STORY_WHY]);

#endif
