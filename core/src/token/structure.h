/* token/structure: where are the paragraphs, headings and pages? */
#ifndef ENTI_STRUCTURE_H
#define ENTI_STRUCTURE_H

#include "base/base.h"

/* A paragraph, or a heading when level > 0. [begin, end) holds its words, marks of the layout such as
 * leading # left out. */
typedef struct enti_block {
  size_t begin, end;
  uint32_t level;
  bool reference_head; /* a heading that announces the reference list */
} enti_block;

typedef struct enti_structure {
  ENTI_ARRAY(enti_block) blocks; /* in order, not overlapping */
  ENTI_ARRAY(ent_range) skips;   /* furniture and layout marks: no tokens, read as white space */
  ENTI_ARRAY(ent_range) pages;
} enti_structure;

/* Fills an empty structure; on failure it is still to be released. */
ent_status enti_structure_find(const ent_alloc *alloc, const ent_source *source, enti_structure *out);
void enti_structure_free(const ent_alloc *alloc, enti_structure *structure);

/* What a line that stands alone announces. */
typedef struct enti_heading_view {
  uint32_t level; /* 0: no heading */
  bool reference;
} enti_heading_view;

/* Judges the words [begin, end) of one line by their number ("2.1 …", "二、…", "Bab 3 …") or name
 * ("Abstract", "参考文献"). */
ent_status enti_heading_of_line(const ent_alloc *alloc, const char *text, size_t begin, size_t end,
                                enti_heading_view *view);
/* Whether a heading's words, number or not, name the reference list. */
ent_status enti_heading_is_reference(const ent_alloc *alloc, const char *text, size_t begin, size_t end, bool *yes);

#endif
