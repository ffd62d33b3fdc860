/* segment/columns: metadata by field. */
#ifndef ENTI_COLUMNS_H
#define ENTI_COLUMNS_H

#include "segment/format.h"
#include "segment/view.h"
#include "vocab/vocab.h"

/* A value as bytes: t text, l list (texts, each ended by NUL), i and 8 bytes, n and 8 bytes of a double, b and 1 byte. */
ent_status enti_value_write(const ent_alloc *alloc, const ent_value *value, enti_bytes *out);
/* Points into the bytes; false when they are malformed. */
bool enti_value_read(const char *at, size_t length, ent_value *out);

/* A document's fields as bytes, sorted by name: { name-length name value-length value }, lengths as varints. */
ent_status enti_fields_write(const ent_alloc *alloc, const ent_field *fields, size_t count, enti_bytes *out);
/* The next field of what that made. */
typedef struct enti_field_bytes {
  const char *name, *value;
  size_t name_length, value_length;
} enti_field_bytes;
bool enti_fields_next(const char **at, const char *end, enti_field_bytes *out);

/* The value of a document's field; *value NULL where it has none. */
typedef ent_status enti_value_of(void *user, const char *name, size_t name_length, uint32_t document, const char **value,
                                 size_t *length);
/* Appends the section of columns for the names of a vocabulary. */
ent_status enti_columns_write(const ent_alloc *alloc, const ent_vocab *names, uint32_t documents, enti_value_of *value_of,
                              void *user, enti_bytes *out);

/* ---- reading: a column of the section [begin, end) of a view ---- */

typedef struct enti_column {
  uint64_t name, offsets, values, codes; /* places in the view */
  uint32_t name_length, count, width;
} enti_column;
ent_status enti_columns_count(enti_view *view, uint64_t begin, uint64_t end, uint32_t *count);
/* Checks the column's places against the section; its name is touched. */
ent_status enti_columns_open(enti_view *view, uint64_t begin, uint64_t end, uint32_t documents, uint32_t number,
                             enti_column *out);
/* The bytes of value `code`, 1 … count. */
ent_status enti_column_value(enti_view *view, const enti_column *column, uint32_t code, const char **at, size_t *length);
ent_status enti_column_code(enti_view *view, const enti_column *column, uint32_t document, uint32_t *code);

#endif
