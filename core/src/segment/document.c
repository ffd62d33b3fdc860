/* segment/document: whether a document can be taken, and its hash. */
#define XXH_INLINE_ALL /* no library at run time */
#include <xxhash.h>

#include "segment/batch.h"
#include "index/index.h"

static ent_status check_id(const char *id, ent_error *err) {
  enum { MOST = 4095 };
  size_t length = id ? strlen(id) : 0;
  if (length == 0 || length > MOST)
    return enti_fail(err, ENT_ERR_ARGUMENT, 0, "an id has 1 to %d bytes, not %zu", MOST, length);
  if (ent_utf8_valid(id, length) != length) return enti_fail(err, ENT_ERR_ARGUMENT, 0, "an id that is not valid UTF-8");
  return ENT_OK;
}

static ent_status check_field(const ent_field *field, ent_error *err) {
  enum { MOST = 255 };
  size_t length = field->name ? strlen(field->name) : 0;
  const ent_value *value = &field->value;
  bool text = value->kind == ENT_VALUE_TEXT || value->kind == ENT_VALUE_LIST;
  if (length == 0 || length > MOST || ent_utf8_valid(field->name, length) != length)
    return enti_fail(err, ENT_ERR_ARGUMENT, 0, "a field's name has 1 to %d bytes of valid UTF-8", MOST);
  for (size_t i = 0; i < length; i++)
    if ((unsigned char)field->name[i] < ' ')
      return enti_fail(err, ENT_ERR_ARGUMENT, 0, "a control character in the name of a field");
  if ((unsigned)value->kind > ENT_VALUE_LIST) return enti_fail(err, ENT_ERR_ARGUMENT, 0, "field %.80s: no such kind of value", field->name);
  if (text && value->length > INT32_MAX) return enti_fail(err, ENT_ERR_LIMIT, 0, "field %.80s: a value of more than 2 GiB", field->name);
  if (text && value->length && ent_utf8_valid(value->text, value->length) != value->length)
    return enti_fail(err, ENT_ERR_ARGUMENT, 0, "field %.80s: not valid UTF-8", field->name);
  if (value->kind == ENT_VALUE_LIST && value->length && value->text[value->length - 1] != '\0')
    return enti_fail(err, ENT_ERR_ARGUMENT, 0, "field %.80s: the last text of a list has no end", field->name);
  if (value->kind == ENT_VALUE_NUMBER && value->number != value->number)
    return enti_fail(err, ENT_ERR_ARGUMENT, 0, "field %.80s: not a number", field->name);
  return ENT_OK;
}

ent_status enti_document_check(const ent_document *document, ent_error *err) {
  ent_status status = check_id(document->id, err);
  for (size_t i = 0; i < document->field_count && status == ENT_OK; i++) {
    status = check_field(&document->fields[i], err);
    for (size_t k = 0; k < i && status == ENT_OK; k++)
      if (strcmp(document->fields[i].name, document->fields[k].name) == 0)
        status = enti_fail(err, ENT_ERR_ARGUMENT, 0, "field %.80s stands twice", document->fields[i].name);
  }
  return status == ENT_OK ? enti_index_check(&document->source, err) : status;
}

/* ---- hash ---- */

static void add_number(XXH3_state_t *state, uint64_t number) {
  unsigned char bytes[8];
  for (int i = 0; i < 8; i++) bytes[i] = (unsigned char)(number >> 8 * i);
  (void)XXH3_128bits_update(state, bytes, sizeof bytes);
}

static void add_bytes(XXH3_state_t *state, const void *bytes, size_t length) {
  add_number(state, length);
  if (length) (void)XXH3_128bits_update(state, bytes, length);
}

static void add_ranges(XXH3_state_t *state, const ent_range *ranges, size_t count) {
  add_number(state, count);
  for (size_t i = 0; i < count; i++) {
    add_number(state, ranges[i].begin);
    add_number(state, ranges[i].end);
  }
}

/* The fields in any order: the sum of what each gives. */
static uint64_t fields_sum(const ent_field *fields, size_t count) {
  uint64_t sum = 0;
  for (size_t i = 0; i < count; i++) {
    XXH3_state_t state;
    const ent_value *value = &fields[i].value;
    bool text = value->kind == ENT_VALUE_TEXT || value->kind == ENT_VALUE_LIST;
    uint64_t bits = (uint64_t)value->integer;
    if (value->kind == ENT_VALUE_NUMBER) memcpy(&bits, &value->number, sizeof bits);
    (void)XXH3_128bits_reset(&state);
    add_bytes(&state, fields[i].name, strlen(fields[i].name));
    add_number(&state, value->kind);
    if (text) add_bytes(&state, value->text, value->length);
    else add_number(&state, bits);
    sum += XXH3_128bits_digest(&state).low64;
  }
  return sum;
}

static void add_text(XXH3_state_t *state, const char *text) { add_bytes(state, text, text ? strlen(text) : 0); }

/* What came with the text. Annotations by their names, in whatever order they were brought. */
static void add_given(XXH3_state_t *state, const ent_source *source) {
  enti_annotations annotations = {.names = source->annotation_names, .count = source->annotations ? source->annotation_count : 0};
  add_number(state, source->tokens != NULL);
  add_number(state, source->sentences != NULL);
  add_number(state, source->paragraphs != NULL);
  if (source->sentences) add_ranges(state, source->sentences, source->sentence_count);
  if (source->paragraphs) add_ranges(state, source->paragraphs, source->paragraph_count);
  add_number(state, source->spans ? source->span_count : 0);
  for (size_t i = 0; source->spans && i < source->span_count; i++) {
    add_number(state, source->spans[i].begin);
    add_number(state, source->spans[i].end);
    add_text(state, source->spans[i].name);
    add_text(state, source->spans[i].attributes);
  }
  if (!source->tokens) return;
  add_ranges(state, source->tokens, source->token_count);
  if (enti_annotations_sort(&annotations, NULL) != ENT_OK) return; /* such a source is refused */
  for (size_t k = 0; k < annotations.count; k++) {
    add_text(state, annotations.names[annotations.order[k]]);
    for (size_t i = 0; i < source->token_count; i++)
      add_text(state, source->annotations[i * annotations.count + annotations.order[k]]);
  }
}

void enti_document_hash(const ent_document *document, uint8_t hash[16]) {
  const ent_source *source = &document->source;
  XXH128_canonical_t made;
  XXH3_state_t state;
  (void)XXH3_128bits_reset(&state);
  add_bytes(&state, source->text, source->length);
  add_number(&state, source->layout);
  add_number(&state, source->unrepaired);
  add_text(&state, source->lang);
  add_number(&state, source->pages != NULL);
  add_ranges(&state, source->pages, source->page_count);
  add_ranges(&state, source->furniture, source->furniture_count);
  add_number(&state, source->heading_count);
  for (size_t i = 0; i < source->heading_count; i++) {
    add_number(&state, source->headings[i].begin);
    add_number(&state, source->headings[i].end);
    add_number(&state, source->headings[i].level);
  }
  add_given(&state, source);
  add_number(&state, document->field_count);
  add_number(&state, fields_sum(document->fields, document->field_count));
  XXH128_canonicalFromHash(&made, XXH3_128bits_digest(&state));
  memcpy(hash, made.digest, 16);
}
