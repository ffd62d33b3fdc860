/* index/tokens: the tokens of a document, one behind the other, and which of them lie in each part. */
#ifndef ENTI_TOKENS_H
#define ENTI_TOKENS_H

#include "index/repair.h"
#include "token/segment.h"

/* Finds the tokens of the block [begin, end) and takes them; blocks come in order. */
ent_status enti_tokens_find(enti_repair *repair, size_t begin, size_t end);
/* Adds tokens to the index, each with its type and what stands before it; `index->hints` has its paragraph's list. */
ent_status enti_tokens_take(enti_repair *repair, const enti_stretch *spans, size_t count);
/* Judges the tokens of the document that is being added where they are there already, with their types. */
ent_status enti_tokens_judge(enti_repair *repair);
/* Gives each part of a unit of the newest document the tokens that begin inside it. Before a sentence's first token all
 * terms break. */
void enti_tokens_number(ent_index *index, const enti_document *document, ent_unit unit);

#endif
