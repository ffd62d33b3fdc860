/* segment/segment_columns: the columns of a segment, by number and by name. */
#include "segment/reader.h"

static ent_status open_column(const enti_segment *s, size_t number, enti_column *out) {
  uint64_t begin = s->footer.sections[ENTI_SECTION_COLUMNS].offset;
  if (number >= UINT32_MAX) return ENT_ERR_DAMAGE;
  return enti_columns_open(s->view, begin, begin + s->footer.sections[ENTI_SECTION_COLUMNS].length, s->footer.documents,
                           (uint32_t)number, out);
}

ent_status enti_segment_columns(const enti_segment *s, size_t *count) {
  uint64_t begin = s->footer.sections[ENTI_SECTION_COLUMNS].offset;
  uint32_t number;
  ent_status status = enti_columns_count(s->view, begin, begin + s->footer.sections[ENTI_SECTION_COLUMNS].length, &number);
  if (status == ENT_OK) *count = number;
  return status;
}

ent_status enti_segment_column_name(const enti_segment *s, size_t column, const char **name, size_t *length) {
  enti_column c;
  ent_status status = open_column(s, column, &c);
  if (status != ENT_OK) return status;
  *name = (const char *)s->view->at + c.name;
  *length = c.name_length;
  return ENT_OK;
}

static ent_status find_column(const enti_segment *s, const char *name, size_t wanted, size_t *column) {
  size_t low = 0, high = 0;
  *column = SIZE_MAX;
  ent_status status = enti_segment_columns(s, &high);
  while (status == ENT_OK && low < high) {
    size_t middle = low + (high - low) / 2, length;
    const char *bytes;
    status = enti_segment_column_name(s, middle, &bytes, &length);
    if (status != ENT_OK) return status;
    int order = enti_compare_bytes(bytes, length, name, wanted);
    if (order == 0) *column = middle;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return status;
}

ent_status enti_segment_column_find(const enti_segment *s, const char *name, size_t *column) {
  return find_column(s, name, strlen(name), column);
}

ent_status enti_segment_field(const enti_segment *s, uint32_t document, const char *name, size_t length, const char **value,
                              size_t *size) {
  size_t number;
  enti_column c;
  uint32_t code;
  *value = NULL;
  ent_status status = find_column(s, name, length, &number);
  if (status != ENT_OK || number == SIZE_MAX) return status;
  status = open_column(s, number, &c);
  if (status == ENT_OK) status = enti_column_code(s->view, &c, document, &code);
  return status == ENT_OK && code > 0 ? enti_column_value(s->view, &c, code, value, size) : status;
}

ent_status enti_segment_column_values(const enti_segment *s, size_t column, uint32_t *count) {
  enti_column c;
  ent_status status = open_column(s, column, &c);
  if (status == ENT_OK) *count = c.count;
  return status;
}

ent_status enti_segment_column_value(const enti_segment *s, size_t column, uint32_t code, ent_value *out) {
  enti_column c;
  const char *bytes;
  size_t length;
  ent_status status = open_column(s, column, &c);
  if (status == ENT_OK) status = enti_column_value(s->view, &c, code, &bytes, &length);
  if (status != ENT_OK) return status;
  return enti_value_read(bytes, length, out) ? enti_view_still(s->view) : ENT_ERR_DAMAGE;
}

ent_status enti_segment_column_code(const enti_segment *s, size_t column, uint32_t document, uint32_t *code) {
  enti_column c;
  ent_status status = open_column(s, column, &c);
  return status == ENT_OK ? enti_column_code(s->view, &c, document, code) : status;
}
