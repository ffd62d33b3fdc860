/* model_check: whether a snapshot says what a list of papers says. */
#ifndef MODEL_CHECK_H
#define MODEL_CHECK_H

#include "../c/papers.h"

enum { MODEL_IDS = 24 };

/* What a corpus should hold: a paper an id, made anew from its seed; 0: there is none. */
typedef struct model {
  pool_seed seeds[MODEL_IDS];
} model;

/* Ids whose bytewise order is not that of their numbers. */
void model_id(size_t number, char out[PAPER_ID]);
void model_paper(const model *model, size_t number, paper *out);

/* What differs, or NULL; until the next call. `seed`: for what is drawn at random. */
const char *model_differs(const model *model, ent_corpus *corpus, pool_seed *seed);

#endif
