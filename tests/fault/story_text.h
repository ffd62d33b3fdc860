/* story_text: the documents of a story. */
#ifndef FAULT_STORY_TEXT_H
#define FAULT_STORY_TEXT_H

#include "entente.h"

enum { STORY_IDS = 128, STORY_FIELDS = 4 };

typedef struct story_text {
  char id[32], mark[24]; /* mark: a word that stands in this version of this document alone */
  char *text;            /* freed with story_text_free */
  size_t length;
  ent_field fields[STORY_FIELDS];
  size_t field_count;
  char list[32];
} story_text;

void story_text_make(story_text *out, char name, int version);
/* The id alone. */
void story_id(char id[32], char name);
void story_text_free(story_text *text);
/* `out` borrows the text. */
ent_document story_document(const story_text *text);

/* Which version of each document there is; -1: none. */
typedef struct story_world {
  int versions[STORY_IDS];
} story_world;

/* The world behind commit `commit`. */
void story_world_at(const char *story, uint64_t commit, story_world *out);

#endif
