/* token/blocks: what structure.c, which walks over the lines, shares with markdown.c, which knows Markdown's marks. */
#ifndef ENTI_BLOCKS_H
#define ENTI_BLOCKS_H

#include "token/heading.h"
#include "token/structure.h"

typedef struct enti_line {
  size_t begin, end;   /* without the line end */
  size_t next;         /* where the next line begins */
  size_t first, last;  /* its words: first >= last when blank */
  bool page_end;       /* ended by a form feed */
  bool skipped;        /* nothing but skips and blanks */
} enti_line;

typedef struct enti_finder {
  const ent_alloc *alloc;
  const ent_source *source;
  enti_structure *out;
  ENTI_ARRAY(ent_range) marks; /* layout marks found, merged into skips at the end */
  size_t furniture, heading;   /* the first of each that is not yet passed */
  bool open;                   /* a paragraph is being read: the last block */
  bool hashes;                 /* Markdown with # headings: numbered lines are list items */
  bool flat;                   /* all of one level: their numbers say how deep they are */
  char fence;                  /* inside a block of code: the mark that ends it, else 0 */
  uint32_t reference_level;    /* of the heading that opened the reference list, else 0 */
  enti_outline outline;
  enti_bytes scratch;
} enti_finder;

/* The blanks at both ends of [*begin, *end) cut off. */
void enti_line_trim(const char *text, size_t *begin, size_t *end);
enti_line enti_line_read(const ent_source *source, size_t at);

/* A layout mark: bytes that hold no words. */
ent_status enti_blocks_mark(enti_finder *f, size_t begin, size_t end);
ent_status enti_blocks_add(enti_finder *f, size_t begin, size_t end, uint32_t level, bool reference);
/* A heading whose level is known, but that its number may make it deeper where headings are flat; its words say
 * whether it opens or ends the reference list. */
ent_status enti_blocks_heading(enti_finder *f, size_t begin, size_t end, uint32_t level);

/* Passes YAML front matter at *at, but for the value of `abstract:`, which is part of the paper. */
ent_status enti_markdown_front(enti_finder *f, size_t *at);
/* The levels of the # headings from `at` on: bit n is level n. */
unsigned enti_markdown_levels(const ent_source *source, size_t at);
/* Takes a line that Markdown marks (*done), or leaves its words to the walk. */
ent_status enti_markdown_line(enti_finder *f, enti_line *l, bool *done);
/* A line of = or - under a line of words: the level that it gives them, else 0. */
uint32_t enti_markdown_underline(const char *text, const enti_line *l);
/* A list item or table row begins a paragraph, behind its mark. */
void enti_markdown_item(enti_finder *f, enti_line *l);

#endif
