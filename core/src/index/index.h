/* index: documents as numbered tokens with their structure. */
#ifndef ENTI_INDEX_H
#define ENTI_INDEX_H

#include "vocab/hint.h"
#include "vocab/vocab.h"
#include "token/structure.h"

enum { ENTI_UNITS = 5 }; /* ent_unit */

typedef struct enti_token {
  uint32_t begin, end; /* bytes in the document's text */
  uint32_t type;
  uint8_t gap; /* enti_gap: what stands before it */
  bool inside; /* words.c: it continues the word of the token before it */
} enti_token;

typedef uint32_t enti_hint_counts[ENTI_HINTS];

typedef struct enti_slice { /* of one of the index's arrays */
  size_t begin, count;
} enti_slice;

typedef struct enti_document {
  size_t text, length;
  enti_slice tokens, parts[ENTI_UNITS], edits, spans;
  bool segmented; /* it was given word spans or tokens */
} enti_document;

struct ent_index {
  ent_alloc alloc;
  ent_vocab *vocab;
  enti_bytes texts;
  ENTI_ARRAY(enti_token) tokens;
  ENTI_ARRAY(ent_part) parts[ENTI_UNITS];
  ENTI_ARRAY(ent_edit) edits;
  ENTI_ARRAY(ent_span) spans;
  ent_vocab *labels; /* names and attributes of spans, each with its NUL, once; NULL as long as there are none */
  enti_bytes label; /* scratch of given.c */
  ENTI_ARRAY(enti_document) documents;
  ENTI_ARRAY(uint32_t) hyphens;      /* tokens of the document that is being added, behind a hyphen: numbers in it */
  ENTI_ARRAY(uint64_t) forms, pairs; /* scratch of hyphen.c: a bit a type; two folds in one number */
  ENTI_ARRAY(enti_hint_counts) hints; /* of the document that is being added: how often each stands in a paragraph */
  ENTI_ARRAY(ent_range) furniture;   /* of the document that is being added, where furniture.c finds it */
};

/* The number of the part of `unit` that holds the token, among the document's parts; ENT_NONE if none.
 * A document without pages has one page. */
uint32_t enti_index_part_number(const ent_index *index, uint32_t document, ent_unit unit, uint32_t token);

/* Whether ent_index_add would take a source, but for memory. */
ent_status enti_index_check(const ent_source *source, ent_error *err);
/* ent_index_add of a source that enti_index_check has passed. */
ent_status enti_index_add_checked(ent_index *index, const ent_source *source, uint32_t *document, ent_error *err);

/* given.c: what comes with a text instead of being found in it. The first checks it; the others, where the source has
 * it, add the tokens of the document that is being added, its spans, and put its paragraphs in the place of blocks. */
ent_status enti_given_check(const ent_source *source, ent_error *err);
ent_status enti_given_tokens(ent_index *index, const ent_source *source);
ent_status enti_given_spans(ent_index *index, const ent_source *source);
/* A label as the index keeps it, ended by NUL, as long as it holds documents. */
ent_status enti_given_label(ent_index *index, const char *label, size_t length, const char **kept);
ent_status enti_given_blocks(const ent_alloc *alloc, const ent_source *source, enti_structure *structure);

/* given.c: whether a list of ranges of the source is as entente.h has it. */
ent_status enti_ranges_check(const ent_source *source, const char *name, const ent_range *at, size_t count, ent_error *err);
/* Whether a character begins at `at`, or the text ends. */
static inline bool enti_between_characters(const ent_source *source, size_t at) {
  return at == source->length || ((unsigned char)source->text[at] & 0xC0) != 0x80;
}

/* language.c: writes the language of each paragraph of the newest document. `counted`: `hints` has what they hint at.
 * `lang` may be NULL. */
ent_status enti_index_name_languages(ent_index *index, const enti_document *document, bool counted, const char *lang);

#endif
