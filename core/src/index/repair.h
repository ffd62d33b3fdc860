/* index/repair: what is read otherwise than it is written? */
#ifndef ENTI_REPAIR_H
#define ENTI_REPAIR_H

#include "index/index.h"
#include "token/gap.h"

/* One document while it is repaired. */
typedef struct enti_repair {
  ent_index *index;
  const char *text;
  size_t length;
  unsigned repairs;   /* ENT_REPAIR_… that are on */
  size_t first_token; /* the document's, in the index */
  const ent_range *skips;
  size_t skip_count;
  size_t skip;    /* tokens.c: the first one that the tokens have not passed */
  unsigned seen;  /* the traits of its tokens, all together */
  bool retyped;   /* whether a token has another type than when it was found */
  bool gap_marks; /* whether a soft hyphen or a character of no width stands in a gap */
  bool given;     /* its tokens came with it: they are not joined, and their types are the bytes that they stand on */
} enti_repair;

/* The bytes of the hyphen at `begin`, 0 where there is none; ‐ and ‑ are hyphens, too. */
static inline size_t enti_hyphen_size(const char *text, size_t begin, size_t end) {
  if (begin < end && text[begin] == '-') return 1;
  if (end - begin < 3 || memcmp(text + begin, "\xE2\x80", 2) != 0) return 0;
  return text[begin + 2] == '\x90' || text[begin + 2] == '\x91' ? 3 : 0;
}

ent_status enti_repair_edit(enti_repair *repair, size_t begin, size_t end, ent_edit_kind kind);

/* furniture.c: the running heads and page numbers of a text whose source names none, into `index->furniture`. */
ent_status enti_repair_find_furniture(ent_index *index, const ent_source *source);
/* paragraph.c: makes one of blocks that a blank line divides inside a sentence; records the edits. */
ent_status enti_repair_paragraphs(enti_repair *repair, enti_structure *structure);
/* hyphen.c: makes one token of words that a hyphen, or a soft one, divides at a line or page end. `listed`: the
 * index's list of hyphens is still true. */
ent_status enti_repair_hyphens(enti_repair *repair, bool listed);
/* sara_am.c: makes one token of a Thai syllable and the SARA AM that a blank parts from it. */
ent_status enti_repair_sara_am(enti_repair *repair);
/* sara_am.c: the type with every SARA AM written as one character behind the tone. */
ent_status enti_sara_am_compose(ent_vocab *vocab, uint32_t type, uint32_t *out);

/* The tokens, once all are there: everything inside them and the joins. */
ent_status enti_repair_tokens(enti_repair *repair);
/* What stands between them, once their gaps are read. */
ent_status enti_repair_gaps(enti_repair *repair);
/* Puts the document's edits into order. */
void enti_repair_sort(ent_index *index, size_t first_edit);

#endif
