/* segment/columns: for each field its distinct values, sorted bytewise, and for each document a code.
 *
 *   columns = count:u32 none:u32 { offset:u64 } column…      offsets from the section's begin, one more than columns
 *   column  = name-length:u32 values:u32 width:u32 none:u32 { offset:u64 } name values codes    8-byte aligned
 *   codes   = one a document, of width 1, 2 or 4 bytes; 0: no value
 *
 * A condition is asked of the distinct values, then the codes are looked at. */
#include "segment/columns.h"

enum { HEAD = 16, COLUMN_HEAD = 16 };

/* ---- values ---- */

ent_status enti_value_write(const ent_alloc *alloc, const ent_value *value, enti_bytes *out) {
  static const char tags[] = "tinbl"; /* in the order of ent_value_kind */
  unsigned char number[8];
  uint64_t bits = (uint64_t)value->integer;
  ent_status status = enti_bytes_add(alloc, out, &tags[value->kind], 1);
  if (status != ENT_OK) return status;
  switch (value->kind) {
    case ENT_VALUE_TEXT:
    case ENT_VALUE_LIST: return enti_bytes_add(alloc, out, value->text, value->length);
    case ENT_VALUE_NUMBER: memcpy(&bits, &value->number, sizeof bits); break;
    case ENT_VALUE_BOOLEAN: bits = value->integer != 0; break;
    case ENT_VALUE_INTEGER: break;
  }
  (void)enti_put64(number, bits);
  return enti_bytes_add(alloc, out, number, value->kind == ENT_VALUE_BOOLEAN ? 1 : 8);
}

bool enti_value_read(const char *at, size_t length, ent_value *out) {
  const unsigned char *bytes = (const unsigned char *)at + 1;
  uint64_t bits;
  memset(out, 0, sizeof *out);
  if (length == 0) return false;
  switch (*at) {
    case 't':
    case 'l':
      out->kind = *at == 't' ? ENT_VALUE_TEXT : ENT_VALUE_LIST;
      out->text = at + 1;
      out->length = length - 1;
      return *at == 't' || length == 1 || at[length - 1] == '\0';
    case 'b':
      out->kind = ENT_VALUE_BOOLEAN;
      if (length != 2 || *bytes > 1) return false;
      out->integer = *bytes;
      return true;
    case 'i':
    case 'n':
      if (length != 9) return false;
      bits = enti_get64(bytes);
      out->kind = *at == 'i' ? ENT_VALUE_INTEGER : ENT_VALUE_NUMBER;
      if (*at == 'i') out->integer = (int64_t)bits;
      else memcpy(&out->number, &bits, sizeof bits);
      return true;
    default: return false;
  }
}

/* ---- a document's fields ---- */

static int compare_fields(const void *a, const void *b) {
  return strcmp((*(const ent_field *const *)a)->name, (*(const ent_field *const *)b)->name);
}

ent_status enti_fields_write(const ent_alloc *alloc, const ent_field *fields, size_t count, enti_bytes *out) {
  size_t size;
  enti_bytes value = {0};
  if (count == 0) return ENT_OK;
  if (!enti_mul(count, sizeof(ent_field *), &size)) return ENT_ERR_LIMIT;
  const ent_field **order = enti_new(alloc, size);
  if (!order) return ENT_ERR_MEMORY;
  for (size_t i = 0; i < count; i++) order[i] = &fields[i];
  enti_sort(order, count, sizeof *order, compare_fields);
  ent_status status = ENT_OK;
  for (size_t i = 0; i < count && status == ENT_OK; i++) {
    size_t name = strlen(order[i]->name);
    value.count = 0;
    status = enti_value_write(alloc, &order[i]->value, &value);
    if (status == ENT_OK) status = enti_bytes_varint(alloc, out, name);
    if (status == ENT_OK) status = enti_bytes_add(alloc, out, order[i]->name, name);
    if (status == ENT_OK) status = enti_bytes_varint(alloc, out, value.count);
    if (status == ENT_OK) status = enti_bytes_add(alloc, out, value.at, value.count);
  }
  enti_array_free(alloc, &value);
  enti_free(alloc, order, size);
  return status;
}

static bool next_bytes(const char **at, const char *end, const char **bytes, size_t *length) {
  const unsigned char *from = (const unsigned char *)*at;
  uint64_t size;
  if (!enti_get_varint(&from, (const unsigned char *)end, &size)) return false;
  *bytes = (const char *)from;
  if (size > (size_t)(end - *bytes)) return false;
  *length = (size_t)size;
  *at = *bytes + size;
  return true;
}

bool enti_fields_next(const char **at, const char *end, enti_field_bytes *out) {
  return *at < end && next_bytes(at, end, &out->name, &out->name_length) && next_bytes(at, end, &out->value, &out->value_length);
}

/* ---- writing ---- */

typedef struct order_entry {
  const char *bytes;
  uint32_t length, type;
} order_entry;

static int compare_entries(const void *a, const void *b) {
  const order_entry *left = a, *right = b;
  return enti_compare_bytes(left->bytes, left->length, right->bytes, right->length);
}

/* The types of a vocabulary in bytewise order. */
static ent_status in_order(const ent_alloc *alloc, const ent_vocab *vocab, order_entry **out) {
  order_entry *order = enti_new(alloc, (vocab->types.count + 1) * sizeof *order);
  if (!order) return ENT_ERR_MEMORY;
  for (uint32_t i = 0; i < vocab->types.count; i++)
    order[i] = (order_entry){vocab->types.at[i].bytes, vocab->types.at[i].length, i};
  enti_sort(order, vocab->types.count, sizeof *order, compare_entries);
  *out = order;
  return ENT_OK;
}

static void free_order(const ent_alloc *alloc, const ent_vocab *vocab, order_entry *order) {
  enti_free(alloc, order, (vocab->types.count + 1) * sizeof *order);
}

static void put_code(unsigned char *to, uint32_t width, uint32_t code) {
  for (uint32_t i = 0; i < width; i++) to[i] = (unsigned char)(code >> 8 * i);
}

/* Appends a column whose documents have the values types[document] - 1 of `values`. */
static ent_status add_column(const ent_alloc *alloc, const char *name, uint32_t name_length, const ent_vocab *values,
                             const uint32_t *types, uint32_t documents, enti_bytes *out) {
  static const char zeros[8] = {0};
  uint32_t count = (uint32_t)values->types.count, width = count < 0x100 ? 1 : count < 0x10000 ? 2 : 4;
  order_entry *order;
  uint32_t *codes = NULL;
  ent_status status = in_order(alloc, values, &order);
  if (status != ENT_OK) return status;
  codes = enti_new(alloc, (count + (size_t)1) * sizeof *codes);
  if (!codes) status = ENT_ERR_MEMORY;
  unsigned char head[COLUMN_HEAD] = {0}, made[8];
  (void)enti_put32(enti_put32(enti_put32(head, name_length), count), width);
  if (status == ENT_OK) status = enti_bytes_add(alloc, out, head, sizeof head);
  uint64_t offset = 0;
  for (uint32_t i = 0; i <= count && status == ENT_OK; i++) {
    (void)enti_put64(made, offset);
    status = enti_bytes_add(alloc, out, made, sizeof made);
    if (i < count) offset += order[i].length;
    if (i < count) codes[order[i].type + 1] = i + 1;
  }
  if (status == ENT_OK) status = enti_bytes_add(alloc, out, name, name_length);
  for (uint32_t i = 0; i < count && status == ENT_OK; i++) status = enti_bytes_add(alloc, out, order[i].bytes, order[i].length);
  if (status == ENT_OK) status = enti_array_reserve(alloc, out, (size_t)documents * width + sizeof zeros);
  for (uint32_t i = 0; i < documents && status == ENT_OK; i++) {
    put_code((unsigned char *)out->at + out->count, width, codes[types[i]]);
    out->count += width;
  }
  if (status == ENT_OK) status = enti_bytes_add(alloc, out, zeros, (size_t)(-out->count & 7));
  if (codes) enti_free(alloc, codes, (count + (size_t)1) * sizeof *codes);
  free_order(alloc, values, order);
  return status;
}

static ent_status write_column(const ent_alloc *alloc, const char *name, uint32_t name_length, uint32_t documents,
                               enti_value_of *value_of, void *user, uint32_t *types, enti_bytes *out) {
  ent_vocab *values = NULL;
  ent_status status = ent_vocab_new(alloc, &values);
  for (uint32_t i = 0; i < documents && status == ENT_OK; i++) {
    const char *value = NULL;
    size_t length = 0;
    uint32_t type;
    types[i] = 0;
    status = value_of(user, name, name_length, i, &value, &length);
    if (status != ENT_OK || !value) continue;
    status = enti_vocab_intern(values, value, length, &type);
    types[i] = type + 1;
  }
  if (status == ENT_OK) status = add_column(alloc, name, name_length, values, types, documents, out);
  ent_vocab_free(values);
  return status;
}

ent_status enti_columns_write(const ent_alloc *alloc, const ent_vocab *names, uint32_t documents, enti_value_of *value_of,
                              void *user, enti_bytes *out) {
  size_t count = names->types.count, begin = out->count, size = ((size_t)documents + 1) * sizeof(uint32_t);
  uint32_t *types = enti_new(alloc, size);
  order_entry *order = NULL;
  ent_status status = types ? in_order(alloc, names, &order) : ENT_ERR_MEMORY;
  if (status == ENT_OK) status = enti_array_reserve(alloc, out, HEAD / 2 + (count + 1) * 8);
  if (status == ENT_OK) {
    memset(out->at + begin, 0, HEAD / 2 + (count + 1) * 8);
    (void)enti_put32((unsigned char *)out->at + begin, (uint32_t)count);
    out->count += HEAD / 2 + (count + 1) * 8;
  }
  for (size_t i = 0; i <= count && status == ENT_OK; i++) {
    (void)enti_put64((unsigned char *)out->at + begin + HEAD / 2 + i * 8, out->count - begin);
    if (i < count) status = write_column(alloc, order[i].bytes, order[i].length, documents, value_of, user, types, out);
  }
  if (order) free_order(alloc, names, order);
  if (types) enti_free(alloc, types, size);
  return status;
}

/* ---- reading ---- */

ent_status enti_columns_count(enti_view *view, uint64_t begin, uint64_t end, uint32_t *count) {
  if (end - begin < HEAD / 2) return ENT_ERR_DAMAGE;
  ent_status status = enti_view_touch(view, begin, HEAD / 2);
  if (status != ENT_OK) return status;
  *count = enti_get32(view->at + begin);
  return *count > (end - begin - HEAD / 2) / 8 ? ENT_ERR_DAMAGE : ENT_OK;
}

ent_status enti_columns_open(enti_view *view, uint64_t begin, uint64_t end, uint32_t documents, uint32_t number,
                             enti_column *out) {
  uint64_t place = begin + HEAD / 2 + (uint64_t)number * 8, size = end - begin, value_bytes;
  if (place > end || end - place < 16) return ENT_ERR_DAMAGE;
  ent_status status = enti_view_touch(view, place, 16);
  if (status != ENT_OK) return status;
  uint64_t from = enti_get64(view->at + place), to = enti_get64(view->at + place + 8);
  if (from > to || to > size || to - from < COLUMN_HEAD + 8) return ENT_ERR_DAMAGE;
  from += begin;
  to += begin;
  status = enti_view_touch(view, from, COLUMN_HEAD);
  if (status != ENT_OK) return status;
  const unsigned char *head = view->at + from;
  *out = (enti_column){.name_length = enti_get32(head), .count = enti_get32(head + 4), .width = enti_get32(head + 8)};
  out->offsets = from + COLUMN_HEAD;
  if (out->width != 1 && out->width != 2 && out->width != 4) return ENT_ERR_DAMAGE;
  if (out->count >= (to - out->offsets) / 8) return ENT_ERR_DAMAGE;
  out->name = out->offsets + ((uint64_t)out->count + 1) * 8;
  if (out->name > to || out->name_length > to - out->name) return ENT_ERR_DAMAGE;
  out->values = out->name + out->name_length;
  status = enti_view_touch(view, out->name - 8, (uint64_t)out->name_length + 8);
  if (status != ENT_OK) return status;
  value_bytes = enti_get64(view->at + out->name - 8);
  if (value_bytes > to - out->values) return ENT_ERR_DAMAGE;
  out->codes = out->values + value_bytes;
  return (uint64_t)documents * out->width > to - out->codes ? ENT_ERR_DAMAGE : ENT_OK;
}

ent_status enti_column_value(enti_view *view, const enti_column *column, uint32_t code, const char **at, size_t *length) {
  if (code == 0 || code > column->count) return ENT_ERR_DAMAGE;
  uint64_t place = column->offsets + ((uint64_t)code - 1) * 8;
  ent_status status = enti_view_touch(view, place, 16);
  if (status != ENT_OK) return status;
  uint64_t from = enti_get64(view->at + place), to = enti_get64(view->at + place + 8);
  if (from > to || to > column->codes - column->values) return ENT_ERR_DAMAGE;
  *at = (const char *)view->at + column->values + from;
  *length = (size_t)(to - from);
  return enti_view_touch(view, column->values + from, to - from);
}

ent_status enti_column_code(enti_view *view, const enti_column *column, uint32_t document, uint32_t *code) {
  uint64_t place = column->codes + (uint64_t)document * column->width;
  ent_status status = enti_view_touch(view, place, column->width);
  if (status != ENT_OK) return status;
  *code = 0;
  for (uint32_t i = 0; i < column->width; i++) *code |= (uint32_t)view->at[place + i] << 8 * i;
  return *code > column->count ? ENT_ERR_DAMAGE : ENT_OK;
}
