/* corpus/list: which documents meet conditions on their metadata; what fields are there, and their values.
 *
 * A column of a segment has each distinct value once, and a code a document. So a condition is evaluated on the values,
 * and a document is looked up in what came of it. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/string.h"
#include "corpus/corpus.h"

const uint64_t *ent_list_at(const ent_list *list, size_t *count) {
  if (count) *count = list->numbers.count;
  return list->numbers.at;
}

void ent_list_free(ent_list *list) {
  if (!list) return;
  ent_alloc alloc = list->alloc;
  enti_array_free(&alloc, &list->numbers);
  enti_free(&alloc, list, sizeof *list);
}

/* ---- conditions ---- */

enum { DIGITS = 40 };

/* The shortest decimal that is read back as this number, with a point whatever the locale. */
static int number_text(double number, char out[DIGITS]) {
  int length = 0;
  for (int digits = 15; digits <= 17; digits++) {
    length = snprintf(out, DIGITS, "%.*g", digits, number);
    if (strtod(out, NULL) == number) break;
  }
  for (int i = 0; i < length; i++)
    if (!strchr("0123456789+-einfa", out[i])) out[i] = '.';
  return length;
}

/* The number that a text is, written with digits, a point, a sign and an exponent, whatever the locale. */
static bool text_number(const char *text, size_t length, double *out) {
  char copy[2 * DIGITS], half[DIGITS], *end;
  size_t point = (size_t)snprintf(half, sizeof half, "%.1f", 0.5) - 2, used = 0; /* 0, the point, 5 */
  if (length == 0 || length >= DIGITS) return false;
  for (size_t i = 0; i < length; i++) {
    if (!strchr("0123456789+-.eE", text[i]) || text[i] == '\0' || used + point >= sizeof copy) return false;
    memcpy(copy + used, text[i] == '.' ? half + 1 : text + i, text[i] == '.' ? point : 1);
    used += text[i] == '.' ? point : 1;
  }
  copy[used] = '\0';
  *out = strtod(copy, &end);
  return end == copy + used;
}

static bool text_meets(const ent_condition *condition, const char *text, size_t length) {
  double number;
  if (condition->range)
    return text_number(text, length, &number) && number >= condition->least && number <= condition->most;
  for (size_t i = 0; i < condition->value_count; i++)
    if (strlen(condition->values[i]) == length && memcmp(condition->values[i], text, length) == 0) return true;
  return false;
}

static bool list_meets(const ent_condition *condition, const ent_value *value) {
  for (size_t at = 0; at < value->length;) {
    const char *end = memchr(value->text + at, '\0', value->length - at);
    size_t length = end ? (size_t)(end - (value->text + at)) : value->length - at;
    if (text_meets(condition, value->text + at, length)) return true;
    at += length + 1;
  }
  return false;
}

static bool meets(const ent_condition *condition, const ent_value *value) {
  char text[DIGITS];
  switch (value->kind) {
    case ENT_VALUE_TEXT: return text_meets(condition, value->text, value->length);
    case ENT_VALUE_LIST: return list_meets(condition, value);
    case ENT_VALUE_BOOLEAN:
      return !condition->range && text_meets(condition, value->integer ? "true" : "false", value->integer ? 4 : 5);
    case ENT_VALUE_INTEGER:
      if (condition->range) return (double)value->integer >= condition->least && (double)value->integer <= condition->most;
      return text_meets(condition, text, (size_t)snprintf(text, sizeof text, "%" PRId64, value->integer));
    case ENT_VALUE_NUMBER:
      if (condition->range) return value->number >= condition->least && value->number <= condition->most;
      return text_meets(condition, text, (size_t)number_text(value->number, text));
  }
  return false;
}

/* Takes out of `wanted` the documents of a part that do not meet a condition. */
static ent_status apply(const ent_alloc *alloc, const enti_part *part, const ent_condition *condition, uint64_t *wanted) {
  size_t column, words = enti_removed_words(part->entry.documents), size;
  uint32_t count = 0, code;
  ent_status status = enti_segment_column_find(part->segment, condition->field, &column);
  if (status != ENT_OK) return status;
  if (column == SIZE_MAX) {
    memset(wanted, 0, words * sizeof *wanted);
    return ENT_OK;
  }
  status = enti_segment_column_values(part->segment, column, &count);
  if (status != ENT_OK) return status;
  size = (size_t)count + 1;
  bool *fits = enti_new(alloc, size);
  if (!fits) return ENT_ERR_MEMORY;
  for (uint32_t i = 1; status == ENT_OK && i <= count; i++) {
    ent_value value;
    status = enti_segment_column_value(part->segment, column, i, &value);
    if (status == ENT_OK) fits[i] = meets(condition, &value);
  }
  for (uint32_t i = 0; status == ENT_OK && i < part->entry.documents; i++) {
    if (!enti_bit_has(wanted, i)) continue;
    status = enti_segment_column_code(part->segment, column, i, &code);
    if (status == ENT_OK && code > count) status = ENT_ERR_DAMAGE;
    if (status == ENT_OK && !fits[code]) wanted[i >> 6] &= ~(UINT64_C(1) << (i & 63));
  }
  enti_free(alloc, fits, size);
  return status == ENT_OK ? enti_view_still(enti_sealed_view(part->sealed)) : status;
}

/* The documents of a part that meet all conditions, a bit each. */
static ent_status select_wanted(const ent_alloc *alloc, const enti_part *part, const ent_condition *conditions, size_t count,
                                uint64_t **out) {
  size_t words = enti_removed_words(part->entry.documents);
  uint64_t *wanted = enti_new(alloc, (words ? words : 1) * sizeof *wanted);
  if (!wanted) return ENT_ERR_MEMORY;
  *out = wanted;
  for (uint32_t i = 0; i < part->entry.documents; i++)
    if (enti_part_has(part, i)) wanted[i >> 6] |= UINT64_C(1) << (i & 63);
  ent_status status = ENT_OK;
  for (size_t i = 0; status == ENT_OK && i < count; i++) status = apply(alloc, part, &conditions[i], wanted);
  return status;
}

static void free_wanted(const ent_alloc *alloc, const enti_part *part, const uint64_t *wanted) {
  size_t words = enti_removed_words(part->entry.documents);
  enti_free(alloc, (void *)(uintptr_t)wanted, (words ? words : 1) * sizeof *wanted);
}

static ent_status collect(const ent_corpus *corpus, const ent_condition *conditions, size_t count, enti_walker *walkers,
                          ent_list *list, ent_error *err) {
  size_t parts = corpus->parts.count;
  ent_status status;
  for (size_t i = 0; i < parts; i++) {
    const enti_part *part = &corpus->parts.at[i];
    uint64_t *wanted = NULL;
    status = select_wanted(&corpus->alloc, part, conditions, count, &wanted);
    walkers[i] = (enti_walker){.part = part, .wanted = wanted};
    if (status == ENT_OK) status = enti_walk_start(&walkers[i], part, wanted);
    if (status != ENT_OK) return enti_part_fail(part, status, err);
  }
  for (enti_walker *walker; (walker = enti_walk_least(walkers, parts)) != NULL;) {
    status = enti_array_reserve(&list->alloc, &list->numbers, 1);
    if (status != ENT_OK) return enti_fail(err, status, 0, "%s", ent_status_text(status));
    list->numbers.at[list->numbers.count++] = walker->part->base + walker->at;
    status = enti_walk_on(walker);
    if (status != ENT_OK) return enti_part_fail(walker->part, status, err);
  }
  return ENT_OK;
}

static ent_status check_conditions(const ent_condition *conditions, size_t count, ent_error *err) {
  for (size_t i = 0; i < count; i++) {
    if (!conditions || !conditions[i].field || (!conditions[i].range && conditions[i].value_count && !conditions[i].values))
      return enti_fail(err, ENT_ERR_ARGUMENT, i, "condition %zu has no field or no values", i + 1);
    for (size_t j = 0; !conditions[i].range && j < conditions[i].value_count; j++)
      if (!conditions[i].values[j]) return enti_fail(err, ENT_ERR_ARGUMENT, i, "condition %zu has no value %zu", i + 1, j + 1);
  }
  return ENT_OK;
}

ent_status ent_corpus_documents(const ent_corpus *corpus, const ent_condition *conditions, size_t count, ent_list **out,
                                ent_error *err) {
  const ent_alloc *alloc = &corpus->alloc;
  ent_status status = check_conditions(conditions, count, err);
  if (status != ENT_OK) return status;
  size_t parts = corpus->parts.count, size = (parts ? parts : 1) * sizeof(enti_walker);
  enti_walker *walkers = enti_new(alloc, size);
  ent_list *list = enti_new(alloc, sizeof *list);
  if (list) list->alloc = *alloc;
  status = walkers && list ? collect(corpus, conditions, count, walkers, list, err)
                           : enti_fail(err, ENT_ERR_MEMORY, 0, "out of memory");
  for (size_t i = 0; walkers && i < parts; i++)
    if (walkers[i].part) free_wanted(alloc, walkers[i].part, walkers[i].wanted);
  enti_free(alloc, walkers, size);
  if (status == ENT_OK) *out = list;
  else ent_list_free(list);
  return status;
}

/* ---- fields ---- */

/* Whether a document that is not removed has a value in a column. */
static ent_status column_lives(const enti_part *part, size_t column, bool *lives) {
  *lives = part->entry.removed_count == 0;
  for (uint32_t i = 0; !*lives && i < part->entry.documents; i++) {
    uint32_t code = 0;
    if (!enti_part_has(part, i)) continue;
    ent_status status = enti_segment_column_code(part->segment, column, i, &code);
    if (status != ENT_OK) return status;
    *lives = code != 0;
  }
  return ENT_OK;
}

typedef struct field_name {
  const char *at;
  size_t length;
} field_name;

static int compare_names(const void *a, const void *b) {
  const field_name *left = a, *right = b;
  return enti_compare_bytes(left->at, left->length, right->at, right->length);
}

typedef ENTI_ARRAY(field_name) field_names;

static ent_status add_names(const ent_alloc *alloc, const enti_part *part, field_names *names) {
  size_t columns = 0;
  ent_status status = enti_segment_columns(part->segment, &columns);
  if (status == ENT_OK) status = enti_array_reserve(alloc, names, columns);
  for (size_t column = 0; status == ENT_OK && column < columns; column++) {
    field_name name;
    bool lives = false;
    status = enti_segment_column_name(part->segment, column, &name.at, &name.length);
    if (status == ENT_OK) status = column_lives(part, column, &lives);
    if (status == ENT_OK && lives) names->at[names->count++] = name;
  }
  return status == ENT_OK ? enti_view_still(enti_sealed_view(part->sealed)) : status;
}

static ent_status write_names(const ent_alloc *alloc, field_names *names, ent_string **out) {
  enti_bytes bytes = {0};
  ent_status status = ENT_OK;
  enti_sort(names->at, names->count, sizeof *names->at, compare_names);
  for (size_t i = 0; status == ENT_OK && i < names->count; i++) {
    const field_name *name = &names->at[i];
    if (i > 0 && compare_names(name, name - 1) == 0) continue;
    status = enti_bytes_add(alloc, &bytes, name->at, name->length);
    if (status == ENT_OK) status = enti_bytes_add(alloc, &bytes, "", 1);
  }
  if (status == ENT_OK) status = enti_string_new(alloc, bytes.at, bytes.count, out);
  enti_array_free(alloc, &bytes);
  return status;
}

ent_status ent_corpus_fields(const ent_corpus *corpus, ent_string **out, ent_error *err) {
  field_names names = {0};
  ent_status status = ENT_OK;
  for (size_t i = 0; status == ENT_OK && i < corpus->parts.count; i++) {
    status = add_names(&corpus->alloc, &corpus->parts.at[i], &names);
    if (status != ENT_OK) (void)enti_part_fail(&corpus->parts.at[i], status, err);
  }
  if (status == ENT_OK) {
    status = write_names(&corpus->alloc, &names, out);
    if (status != ENT_OK) (void)enti_fail(err, status, 0, "%s", ent_status_text(status));
  }
  enti_array_free(&corpus->alloc, &names);
  return status;
}

ent_status ent_corpus_value(const ent_corpus *corpus, uint64_t document, const char *field, ent_value *out, bool *has,
                            ent_error *err) {
  const enti_part *part;
  uint32_t local, code = 0;
  size_t column;
  ent_value value = {0};
  if (!field) return enti_fail(err, ENT_ERR_ARGUMENT, 0, "a field is needed");
  ent_status status = enti_corpus_locate(corpus, document, &part, &local, err);
  if (status != ENT_OK) return status;
  status = enti_segment_column_find(part->segment, field, &column);
  if (status == ENT_OK && column != SIZE_MAX) status = enti_segment_column_code(part->segment, column, local, &code);
  if (status == ENT_OK && code != 0) status = enti_segment_column_value(part->segment, column, code, &value);
  if (status == ENT_OK) status = enti_view_still(enti_sealed_view(part->sealed));
  if (status != ENT_OK) return enti_part_fail(part, status, err);
  *has = code != 0;
  if (*has) *out = value;
  return ENT_OK;
}
