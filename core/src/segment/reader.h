/* segment/reader: what the files that read a segment share. */
#ifndef ENTI_READER_H
#define ENTI_READER_H

#include "segment/columns.h"
#include "segment/postings.h"
#include "segment/frozen.h"
#include "segment/token_blocks.h"

struct enti_segment {
  ent_alloc alloc;
  enti_view *view;
  enti_footer footer;
  enti_gap_table gaps;
};

typedef struct enti_record {
  uint64_t id, parts, table; /* places in the view */
  uint32_t tokens, length, stream, id_length, parts_length;
} enti_record;

static inline const unsigned char *enti_segment_at(const enti_segment *segment, int section) {
  return segment->view->at + segment->footer.sections[section].offset;
}

/* Touches `length` bytes of a section from `offset` on; with slack behind them. */
static inline ent_status enti_segment_touch(const enti_segment *segment, int section, uint64_t offset, uint64_t length) {
  uint64_t all = segment->footer.sections[section].length;
  if (offset > all || length > all - offset) return ENT_ERR_DAMAGE;
  return enti_view_touch(segment->view, segment->footer.sections[section].offset + offset, length + ENTI_SLACK);
}

/* A document's places, checked against the sections; nothing of it is touched. `document` exists. */
ent_status enti_segment_record(const enti_segment *segment, uint32_t document, enti_record *out);

/* A cursor over a document's blocks. */
typedef struct enti_block_cursor {
  const enti_segment *segment;
  enti_record record;
  uint32_t count; /* blocks */
} enti_block_cursor;
/* Touches the table of blocks. */
ent_status enti_segment_blocks(const enti_segment *segment, uint32_t document, enti_block_cursor *out);
/* The bytes of block `number`, touched, how many tokens it has, and where its text begins. */
ent_status enti_block_bytes(const enti_block_cursor *blocks, uint32_t number, const unsigned char **at, const unsigned char **end,
                            uint32_t *tokens, uint32_t *text);
/* The tail, touched. */
ent_status enti_segment_tail(const enti_segment *segment, const enti_record *record, const char **bytes, uint32_t *length);

/* segment_columns.c: the bytes of a document's value of a field; *value NULL where it has none. */
ent_status enti_segment_field(const enti_segment *segment, uint32_t document, const char *name, size_t length,
                              const char **value, size_t *size);

/* ---- types.c ---- */

/* The key of a type, touched. */
ent_status enti_segment_key(const enti_segment *segment, uint32_t type, const char **bytes, size_t *length);
/* The bytes of a type: without the marks of a key. */
ent_status enti_segment_type(const enti_segment *segment, uint32_t type, const char **bytes, size_t *length);
ent_status enti_segment_count(const enti_segment *segment, uint32_t type, uint64_t *count);
ent_status enti_segment_type_term(const enti_segment *segment, uint32_t type, uint32_t *term); /* ENT_NONE: it has none */
/* The type with a key, ENT_NONE when there is none. */
ent_status enti_segment_type_find(const enti_segment *segment, const char *key, size_t length, uint32_t *type);

typedef struct enti_term_view {
  uint64_t begin, end; /* its postings in the view */
  uint64_t tokens;
  uint32_t documents, type;
} enti_term_view;
ent_status enti_segment_term(const enti_segment *segment, uint32_t term, enti_term_view *out);
/* The form of a term, and the first term whose form is not before `form`, bytewise. */
ent_status enti_segment_term_form(const enti_segment *segment, uint32_t term, const char **bytes, size_t *length);
ent_status enti_segment_term_from(const enti_segment *segment, const char *form, size_t length, uint32_t *term);
/* The term of a form, ENT_NONE when there is none. */
ent_status enti_segment_term_find(const enti_segment *segment, const char *form, size_t length, uint32_t *term);
ent_status enti_segment_cursor(const enti_segment *segment, uint32_t term, enti_cursor *cursor);

#endif
