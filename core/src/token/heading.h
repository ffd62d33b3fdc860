/* token/heading: is this line a heading, of what kind, how deep? */
#ifndef ENTI_HEADING_H
#define ENTI_HEADING_H

#include "base/base.h"

typedef enum enti_name {
  ENTI_NAME_NONE,
  ENTI_NAME_OTHER,     /* "Introduction" */
  ENTI_NAME_REFERENCE, /* announces the reference list */
  ENTI_NAME_BACK       /* "Appendix A", "Acknowledgements": ends the reference list */
} enti_name;

/* How a heading is numbered. */
typedef enum enti_style {
  ENTI_STYLE_NONE,
  ENTI_STYLE_CHAPTER, /* Chapter 3, Bab II, 第三章 */
  ENTI_STYLE_SECTION, /* 第二节, Mục 2 */
  ENTI_STYLE_HAN,     /* 一、 */
  ENTI_STYLE_HAN_IN_BRACKETS, /* （一） */
  ENTI_STYLE_ROMAN,   /* IV. */
  ENTI_STYLE_LETTER,  /* A. */
  ENTI_STYLE_DECIMAL, /* 2, 2.1, 2.1.3; depth says how many */
  ENTI_STYLE_IN_BRACKETS /* (1), 1) */
} enti_style;

typedef struct enti_heading_view {
  enti_style style;
  uint32_t depth; /* of decimals, else 1 */
  char letter;    /* of ENTI_STYLE_LETTER */
  enti_name name;
  bool open; /* does not end as a sentence does */
} enti_heading_view;

/* Judges the words [at, at + length) of one line. `scratch` is memory that is used again. */
ent_status enti_heading_judge(const ent_alloc *alloc, enti_bytes *scratch, const char *at, size_t length,
                              enti_heading_view *view);
/* Of a title without its number. heading_names.c */
ent_status enti_heading_name(const ent_alloc *alloc, enti_bytes *scratch, const char *at, size_t length, enti_name *out);

/* The styles from the top down that are open at a place in a document. */
typedef struct enti_outline {
  struct {
    enti_style style;
    uint32_t level; /* of depth 1 */
  } open[8];
  size_t count;
  uint32_t deepest; /* level of the last numbered heading */
  char letter;      /* of the last lettered one */
} enti_outline;

/* The level of a numbered heading by the styles above it: a style that is open stands where it stood, a new one is
 * deeper than what came last. 0 for a letter that does not follow the one before. */
uint32_t enti_outline_level(enti_outline *outline, const enti_heading_view *view);

#endif
