/* columns: values of every kind, their order, and the codes that conditions are asked of. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "memory_segment.h"

static ent_document with(const char *id, const ent_field *fields, size_t count) {
  return (ent_document){.id = id, .source = {.text = "", .length = 0}, .fields = fields, .field_count = count};
}

static void freeze(const ent_document *documents, size_t count, memory_segment *out) {
  enti_batch *batch;
  assert_int_equal(enti_batch_new(NULL, 1, &batch), ENT_OK);
  for (size_t i = 0; i < count; i++) (void)batch_add(batch, 0, &documents[i]);
  batch_write(batch, 1, out);
  enti_batch_free(batch);
}

static bool same_value(const ent_value *a, const ent_value *b) {
  if (a->kind != b->kind) return false;
  switch (a->kind) {
    case ENT_VALUE_TEXT:
    case ENT_VALUE_LIST: return a->length == b->length && (a->length == 0 || memcmp(a->text, b->text, a->length) == 0);
    case ENT_VALUE_NUMBER: return memcmp(&a->number, &b->number, sizeof a->number) == 0;
    default: return a->integer == b->integer;
  }
}

/* The value of a document's field by the codes; false where it has none. */
static bool value_of(const enti_segment *segment, uint32_t document, const char *field, ent_value *out) {
  size_t column;
  uint32_t code;
  assert_int_equal(enti_segment_column_find(segment, field, &column), ENT_OK);
  if (column == SIZE_MAX) return false;
  assert_int_equal(enti_segment_column_code(segment, column, document, &code), ENT_OK);
  if (code == 0) return false;
  assert_int_equal(enti_segment_column_value(segment, column, code, out), ENT_OK);
  return true;
}

/* ---- tests -------------------------------------------------------------------------------- */

static const ent_value values[] = {
    {.kind = ENT_VALUE_TEXT, .text = "", .length = 0},
    {.kind = ENT_VALUE_TEXT, .text = "a", .length = 1},
    {.kind = ENT_VALUE_TEXT, .text = "a\0b", .length = 3},
    {.kind = ENT_VALUE_TEXT, .text = "\u4E2D\u56FD", .length = 6},
    {.kind = ENT_VALUE_LIST, .text = "", .length = 0},
    {.kind = ENT_VALUE_LIST, .text = "", .length = 1},
    {.kind = ENT_VALUE_LIST, .text = "a\0b\0", .length = 4},
    {.kind = ENT_VALUE_INTEGER, .integer = 0},
    {.kind = ENT_VALUE_INTEGER, .integer = -1},
    {.kind = ENT_VALUE_INTEGER, .integer = INT64_MIN},
    {.kind = ENT_VALUE_INTEGER, .integer = INT64_MAX},
    {.kind = ENT_VALUE_NUMBER, .number = 0.0},
    {.kind = ENT_VALUE_NUMBER, .number = -0.0},
    {.kind = ENT_VALUE_NUMBER, .number = 0.1},
    {.kind = ENT_VALUE_NUMBER, .number = -1e308 * 10},
    {.kind = ENT_VALUE_NUMBER, .number = 5e-324},
    {.kind = ENT_VALUE_BOOLEAN, .integer = 0},
    {.kind = ENT_VALUE_BOOLEAN, .integer = 1}};
enum { VALUES = sizeof values / sizeof *values };

/* Each value is one of its own, in one column of all kinds; a document without the field has code 0. */
static void every_kind(void **state) {
  (void)state;
  ent_document documents[2 * VALUES + 1];
  ent_field fields[VALUES];
  char ids[2 * VALUES + 1][8];
  memory_segment m;
  size_t column;
  uint32_t count, code;
  for (size_t i = 0; i < 2 * VALUES + 1; i++) {
    (void)snprintf(ids[i], sizeof ids[i], "%03zu", i);
    if (i < VALUES) fields[i] = (ent_field){"f", values[i]};
    documents[i] = with(ids[i], &fields[i % VALUES], i < 2 * VALUES);
  }
  freeze(documents, 2 * VALUES + 1, &m);
  assert_int_equal(enti_segment_column_find(m.segment, "f", &column), ENT_OK);
  assert_int_equal(enti_segment_column_values(m.segment, column, &count), ENT_OK);
  assert_int_equal(count, VALUES);
  for (uint32_t i = 0; i < 2 * VALUES; i++) {
    ent_value value;
    assert_true(value_of(m.segment, i, "f", &value));
    assert_true(same_value(&value, &values[i % VALUES]));
  }
  assert_int_equal(enti_segment_column_code(m.segment, column, 2 * VALUES, &code), ENT_OK);
  assert_int_equal(code, 0);
  assert_int_equal(enti_segment_column_value(m.segment, column, 0, &(ent_value){0}), ENT_ERR_DAMAGE);
  assert_int_equal(enti_segment_column_value(m.segment, column, VALUES + 1, &(ent_value){0}), ENT_ERR_DAMAGE);
  memory_close(&m);
}

/* What stands in the bytes of a value is refused where it is none. */
static void malformed_values(void **state) {
  (void)state;
  static const struct {
    const char *bytes;
    size_t length;
  } wrong[] = {{"", 0}, {"x", 1}, {"lab", 3}, {"b", 1}, {"b\2", 2}, {"b\1\1", 3}, {"i1234567", 8}, {"i123456789", 10}, {"n", 1}, {"n1234567", 8}};
  ent_value value;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) assert_false(enti_value_read(wrong[i].bytes, wrong[i].length, &value));
  for (size_t i = 0; i < VALUES; i++) {
    enti_bytes bytes = {0};
    assert_int_equal(enti_value_write(&enti_alloc_default, &values[i], &bytes), ENT_OK);
    assert_true(enti_value_read(bytes.at, bytes.count, &value));
    assert_true(same_value(&value, &values[i]));
    enti_array_free(&enti_alloc_default, &bytes);
  }
}

/* Codes of one, two and four bytes: as many values as fit, and one more. */
static void widths(void **state) {
  (void)state;
  static const uint32_t counts[] = {1, 254, 255, 256, 65534, 65535, 65536, 65537};
  for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
    enti_batch *batch;
    memory_segment m;
    size_t column;
    uint32_t count, code;
    assert_int_equal(enti_batch_new(NULL, 1, &batch), ENT_OK);
    for (uint32_t i = 0; i < counts[c]; i++) {
      char id[16], text[16];
      int length = snprintf(text, sizeof text, "%u", i * 7919 % 65537);
      (void)snprintf(id, sizeof id, "%06u", i);
      ent_field field = {"f", {.kind = ENT_VALUE_TEXT, .text = text, .length = (size_t)length}};
      ent_document document = with(id, &field, 1);
      (void)batch_add(batch, 0, &document);
    }
    batch_write(batch, 1, &m);
    assert_int_equal(enti_segment_column_find(m.segment, "f", &column), ENT_OK);
    assert_int_equal(enti_segment_column_values(m.segment, column, &count), ENT_OK);
    assert_int_equal(count, counts[c]);
    for (uint32_t i = 0; i < counts[c]; i++) {
      char text[16];
      ent_value value;
      int length = snprintf(text, sizeof text, "%u", i * 7919 % 65537);
      assert_int_equal(enti_segment_column_code(m.segment, column, i, &code), ENT_OK);
      assert_int_equal(enti_segment_column_value(m.segment, column, code, &value), ENT_OK);
      assert_int_equal(value.length, length);
      assert_memory_equal(value.text, text, value.length);
    }
    memory_close(&m);
    enti_batch_free(batch);
  }
}

static int compare_bytes(const char *a, size_t a_length, const char *b, size_t b_length) {
  int order = memcmp(a, b, a_length < b_length ? a_length : b_length);
  return order ? order : (a_length > b_length) - (a_length < b_length);
}

/* On papers: names and values stand in bytewise order, each once, and every document has what it was given. */
static void order(void **state) {
  (void)state;
  enum { COUNT = 300 };
  pool_seed seed = 2024;
  memory_segment m;
  size_t columns, name_length, before_length = 0;
  const char *name, *before = "";
  paper *papers = papers_make(&seed, COUNT);
  papers_segment(papers, COUNT, NULL, &m);
  assert_int_equal(enti_segment_columns(m.segment, &columns), ENT_OK);
  assert_int_equal(columns, PAPER_FIELDS);
  for (size_t c = 0; c < columns; c++) {
    uint32_t count;
    assert_int_equal(enti_segment_column_name(m.segment, c, &name, &name_length), ENT_OK);
    assert_true(compare_bytes(before, before_length, name, name_length) < 0);
    before = name;
    before_length = name_length;
    assert_int_equal(enti_segment_column_values(m.segment, c, &count), ENT_OK);
    enti_bytes last = {0};
    for (uint32_t code = 1; code <= count; code++) {
      ent_value value;
      enti_bytes bytes = {0};
      assert_int_equal(enti_segment_column_value(m.segment, c, code, &value), ENT_OK);
      assert_int_equal(enti_value_write(&enti_alloc_default, &value, &bytes), ENT_OK);
      assert_true(code == 1 || compare_bytes(last.at, last.count, bytes.at, bytes.count) < 0);
      enti_array_free(&enti_alloc_default, &last);
      last = bytes;
    }
    enti_array_free(&enti_alloc_default, &last);
  }
  for (size_t i = 0; i < COUNT; i++) {
    static const char *const names[] = {"year", "lang", "score", "open", "authors", "\u00E9tat", "none", "", "year2"};
    uint32_t document;
    assert_int_equal(enti_segment_find(m.segment, papers[i].id, strlen(papers[i].id), &document), ENT_OK);
    for (size_t f = 0; f < sizeof names / sizeof *names; f++) {
      const ent_field *given = NULL;
      ent_value value;
      for (size_t k = 0; k < papers[i].document.field_count; k++)
        if (strcmp(papers[i].fields[k].name, names[f]) == 0) given = &papers[i].fields[k];
      bool has = value_of(m.segment, document, names[f], &value);
      assert_int_equal(has, given != NULL);
      if (has) assert_true(same_value(&value, &given->value));
    }
  }
  memory_close(&m);
  papers_free(papers, COUNT);
}

static void no_fields(void **state) {
  (void)state;
  memory_segment m;
  size_t columns, column;
  ent_document document = with("a", NULL, 0);
  for (size_t count = 0; count < 2; count++) {
    freeze(&document, count, &m);
    assert_int_equal(enti_segment_columns(m.segment, &columns), ENT_OK);
    assert_int_equal(columns, 0);
    assert_int_equal(enti_segment_column_find(m.segment, "year", &column), ENT_OK);
    assert_true(column == SIZE_MAX);
    memory_close(&m);
  }
}

/* Names, values and ids that are no such thing are refused before anything is indexed. */
static void refused(void **state) {
  (void)state;
  char name[257], id[4097];
  memset(name, 'n', sizeof name);
  memset(id, 'i', sizeof id);
  name[256] = id[4096] = '\0';
  const ent_value fine = {.kind = ENT_VALUE_BOOLEAN};
  const ent_field wrong[] = {{NULL, fine}, {"", fine}, {name, fine}, {"a\nb", fine}, {"\xFF", fine},
                             {"a", {.kind = (ent_value_kind)5}},
                             {"a", {.kind = ENT_VALUE_TEXT, .text = "\xC3", .length = 1}},
                             {"a", {.kind = ENT_VALUE_LIST, .text = "ab", .length = 2}},
                             {"a", {.kind = ENT_VALUE_NUMBER, .number = strtod("nan", NULL)}}};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    ent_document document = with("a", &wrong[i], 1);
    ent_error err = {0};
    assert_int_equal(enti_document_check(&document, &err), ENT_ERR_ARGUMENT);
    assert_true(err.message[0] != '\0');
  }
  const ent_field twice[] = {{"a", fine}, {"b", fine}, {"a", fine}};
  const char *const ids[] = {NULL, "", id, "\xFF"};
  ent_document document = with("a", twice, 3);
  assert_int_equal(enti_document_check(&document, NULL), ENT_ERR_ARGUMENT);
  for (size_t i = 0; i < 4; i++) {
    document = with(ids[i], NULL, 0);
    assert_int_equal(enti_document_check(&document, NULL), ENT_ERR_ARGUMENT);
  }
  document = with(id + 1, twice, 2);
  assert_int_equal(enti_document_check(&document, NULL), ENT_OK);
  const ent_field longest = {name + 1, fine};
  document = with("a", &longest, 1);
  assert_int_equal(enti_document_check(&document, NULL), ENT_OK);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_kind), cmocka_unit_test(malformed_values), cmocka_unit_test(widths),
                                     cmocka_unit_test(order),      cmocka_unit_test(no_fields),        cmocka_unit_test(refused)};
  return cmocka_run_group_tests_name("columns", tests, NULL, NULL);
}
