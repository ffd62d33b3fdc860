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

/* The level of the heading that opened the reference list, 0 where none is open: behind a heading, where `open`
 * was it before. */
static inline uint32_t enti_reference_level(uint32_t open, uint32_t level, bool reference_head) {
  if (reference_head) return level;
  return level <= open ? 0 : open;
}

/* Fills an empty structure; on failure it is still to be released. */
ent_status enti_structure_find(const ent_alloc *alloc, const ent_source *source, enti_structure *out);
void enti_structure_free(const ent_alloc *alloc, enti_structure *structure);

#endif
