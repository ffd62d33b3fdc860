/* segment/parts: parts, edits, spans and the tail of a document, as varints.
 *
 *   parts      = flags tail sentences paragraphs sections pages edits spans
 *   tail       = length bytes
 *   sentences  = count { gap length }             gap: from the end of the one before to the begin
 *   paragraphs = count { gap length name [bytes] } name: (0: the language as before, else its length + 1) * 2 + reference
 *   sections   = count { gap length level heading [gap length] }   heading: has one * 2 + reference
 *   pages      = count { gap length }
 *   edits      = count { gap length kind }        gap: from the begin of the one before to the begin
 *   spans      = count { gap length name attributes }   gap: as of edits
 *   name       = attributes = number [length bytes]     number: of those that came before, or the next, with its bytes
 *
 * Which tokens a part holds is not written: those that begin inside it. */
#include "segment/parts.h"

#include "index/tokens.h"

enum { SEGMENTED = 1 };

typedef struct writer {
  const ent_alloc *alloc;
  enti_bytes *out;
  ent_status status;
} writer;

static void put(writer *w, uint64_t x) {
  if (w->status == ENT_OK) w->status = enti_bytes_varint(w->alloc, w->out, x);
}

static void put_bytes(writer *w, const void *bytes, size_t length) {
  if (w->status == ENT_OK) w->status = enti_bytes_add(w->alloc, w->out, bytes, length);
}

static void put_part(writer *w, ent_unit unit, const ent_part *part, const char *before) {
  size_t name = strlen(part->lang);
  bool same = strncmp(part->lang, before, sizeof part->lang) == 0;
  switch (unit) {
    case ENT_PARAGRAPH:
      put(w, (same ? 0 : name + 1) * 2 + part->reference);
      if (!same) put_bytes(w, part->lang, name);
      break;
    case ENT_SECTION:
      put(w, part->level);
      put(w, (uint64_t)(part->heading_end > part->heading_begin) * 2 + part->reference);
      if (part->heading_end > part->heading_begin) {
        put(w, part->heading_begin - part->begin);
        put(w, part->heading_end - part->heading_begin);
      }
      break;
    default: break;
  }
}

/* `numbers`: by the index's number of a label, its number in the document, once it has one. */
static void put_label(writer *w, const ent_vocab *labels, const char *label, uint32_t *numbers, uint32_t *count) {
  size_t length = strlen(label);
  uint32_t *number = &numbers[enti_vocab_find(labels, label, length + 1)];
  bool new = *number == ENT_NONE;
  if (new) *number = (*count)++;
  put(w, *number);
  if (!new) return;
  put(w, length);
  put_bytes(w, label, length);
}

static void put_spans(writer *w, const ent_index *index, uint32_t document) {
  size_t count, at = 0, size;
  const ent_span *spans = ent_index_spans(index, document, &count);
  put(w, count);
  if (count == 0 || w->status != ENT_OK) return;
  uint32_t labels = ent_vocab_count(index->labels), known = 0;
  uint32_t *numbers = enti_mul(labels, sizeof *numbers, &size) ? enti_resize(w->alloc, NULL, 0, size) : NULL;
  if (!numbers) {
    w->status = ENT_ERR_MEMORY;
    return;
  }
  memset(numbers, 0xFF, size); /* ENT_NONE */
  for (size_t i = 0; i < count; i++) {
    put(w, spans[i].begin - at);
    put(w, spans[i].end - spans[i].begin);
    put_label(w, index->labels, spans[i].name, numbers, &known);
    put_label(w, index->labels, spans[i].attributes, numbers, &known);
    at = spans[i].begin;
  }
  enti_free(w->alloc, numbers, size);
}

ent_status enti_parts_write(const ent_index *index, uint32_t document, const ent_alloc *alloc, enti_bytes *out) {
  const enti_document *d = &index->documents.at[document];
  size_t behind = d->tokens.count ? index->tokens.at[d->tokens.begin + d->tokens.count - 1].end : 0, at = 0, count;
  writer w = {alloc, out, ENT_OK};
  put(&w, d->segmented ? SEGMENTED : 0);
  put(&w, d->length - behind);
  if (d->length > behind) put_bytes(&w, index->texts.at + d->text + behind, d->length - behind);
  for (int unit = ENT_SENTENCE; unit < ENT_DOCUMENT; unit++) {
    const ent_part *parts = ent_index_parts(index, document, (ent_unit)unit, &count);
    put(&w, count);
    at = 0;
    for (size_t i = 0; i < count; i++) {
      put(&w, parts[i].begin - at);
      put(&w, parts[i].end - parts[i].begin);
      put_part(&w, (ent_unit)unit, &parts[i], i ? parts[i - 1].lang : "");
      at = parts[i].end;
    }
  }
  const ent_edit *edits = ent_index_edits(index, document, &count);
  put(&w, count);
  at = 0;
  for (size_t i = 0; i < count; i++) {
    put(&w, edits[i].begin - at);
    put(&w, edits[i].end - edits[i].begin);
    put(&w, edits[i].kind);
    at = edits[i].begin;
  }
  put_spans(&w, index, document);
  return w.status;
}

/* ---- reading ---- */

typedef struct reader {
  const unsigned char *at, *end;
  bool fine;
} reader;

typedef ENTI_ARRAY(const char *) enti_labels;

/* A number of at most `most`; 0, and not fine, for another. */
static uint32_t get(reader *r, uint64_t most) {
  uint32_t x = 0;
  if (r->fine) r->fine = enti_get_small(&r->at, r->end, most, &x);
  return r->fine ? x : 0;
}

bool enti_parts_tail(const unsigned char *at, const unsigned char *end, enti_tail *tail) {
  reader r = {at, end, true};
  (void)get(&r, SEGMENTED);
  tail->length = get(&r, (uint64_t)(end - at));
  tail->bytes = (const char *)r.at;
  return r.fine && tail->length <= (size_t)(r.end - r.at);
}

static void get_part(reader *r, ent_unit unit, ent_part *part, const char *before) {
  size_t length = part->end - part->begin;
  uint32_t mark;
  switch (unit) {
    case ENT_PARAGRAPH:
      mark = get(r, 2 * sizeof part->lang + 1);
      part->reference = mark & 1;
      mark >>= 1;
      if (mark == 0) {
        memcpy(part->lang, before, sizeof part->lang);
      } else if (mark - 1 < sizeof part->lang && mark - 1 <= (size_t)(r->end - r->at)) {
        memcpy(part->lang, r->at, mark - 1);
        r->at += mark - 1;
      } else {
        r->fine = false;
      }
      break;
    case ENT_SECTION:
      part->level = get(r, UINT32_MAX);
      mark = get(r, 3);
      part->reference = mark & 1;
      if (mark & 2) {
        part->heading_begin = part->begin + get(r, length);
        part->heading_end = part->heading_begin + get(r, part->end - part->heading_begin);
      }
      break;
    default: break;
  }
}

static ent_status read_parts(ent_index *index, enti_document *d, ent_unit unit, reader *r) {
  static const char no_language[sizeof((ent_part *)0)->lang] = "";
  uint32_t count = get(r, (uint64_t)(r->end - r->at) / 2);
  size_t at = 0;
  ent_status status = enti_array_reserve(&index->alloc, &index->parts[unit], count);
  if (status != ENT_OK) return status;
  for (uint32_t i = 0; i < count && r->fine; i++) {
    ent_part *part = &index->parts[unit].at[index->parts[unit].count + i];
    memset(part, 0, sizeof *part);
    part->begin = at + get(r, d->length - at);
    part->end = part->begin + get(r, d->length - part->begin);
    get_part(r, unit, part, i ? part[-1].lang : no_language);
    at = part->end;
  }
  d->parts[unit] = (enti_slice){index->parts[unit].count, count};
  index->parts[unit].count += r->fine ? count : 0;
  return ENT_OK;
}

static ent_status read_edits(ent_index *index, enti_document *d, reader *r) {
  uint32_t count = get(r, (uint64_t)(r->end - r->at) / 3);
  size_t at = 0;
  ent_status status = enti_array_reserve(&index->alloc, &index->edits, count);
  if (status != ENT_OK) return status;
  for (uint32_t i = 0; i < count && r->fine; i++) {
    ent_edit *edit = &index->edits.at[index->edits.count + i];
    edit->begin = at + get(r, d->length - at);
    edit->end = edit->begin + get(r, d->length - edit->begin);
    edit->kind = (ent_edit_kind)get(r, ENT_EDIT_KINDS - 1);
    at = edit->begin;
  }
  d->edits = (enti_slice){index->edits.count, count};
  index->edits.count += r->fine ? count : 0;
  return ENT_OK;
}

/* A name or attributes, into the index's labels. */
static ent_status read_label(ent_index *index, reader *r, enti_labels *known, const char **out) {
  uint32_t number = get(r, known->count);
  ent_status status = ENT_OK;
  if (r->fine && number == known->count) {
    uint32_t length = get(r, (uint64_t)(r->end - r->at));
    const char *bytes = (const char *)r->at, *kept = NULL;
    r->fine = r->fine && length <= (size_t)(r->end - r->at) && ent_utf8_valid(bytes, length) == length && !memchr(bytes, 0, length);
    if (r->fine) {
      r->at += length;
      status = enti_given_label(index, bytes, length, &kept);
    }
    if (status == ENT_OK) status = enti_array_reserve(&index->alloc, known, 1);
    if (status == ENT_OK) known->at[known->count++] = kept;
  }
  if (status == ENT_OK && r->fine) *out = known->at[number];
  return status;
}

static ent_status read_spans(ent_index *index, enti_document *d, reader *r) {
  uint32_t count = get(r, (uint64_t)(r->end - r->at) / 4);
  enti_labels known = {0};
  size_t at = 0;
  ent_status status = enti_array_reserve(&index->alloc, &index->spans, count);
  d->spans = (enti_slice){index->spans.count, count};
  for (uint32_t i = 0; i < count && r->fine && status == ENT_OK; i++) {
    ent_span span = {.begin = at + get(r, d->length - at)};
    span.end = span.begin + get(r, d->length - span.begin);
    status = read_label(index, r, &known, &span.name);
    if (status == ENT_OK && r->fine) status = read_label(index, r, &known, &span.attributes);
    if (status == ENT_OK && r->fine) r->fine = *span.name != '\0';
    if (status == ENT_OK && r->fine) index->spans.at[index->spans.count++] = span;
    at = span.begin;
  }
  enti_array_free(&index->alloc, &known);
  return status;
}

ent_status enti_parts_read(ent_index *index, enti_document *d, const unsigned char *at, const unsigned char *end) {
  reader r = {at, end, true};
  enti_tail tail;
  ent_status status = ENT_OK;
  if (!enti_parts_tail(at, end, &tail)) return ENT_ERR_DAMAGE;
  d->segmented = get(&r, SEGMENTED) != 0;
  r.at = (const unsigned char *)tail.bytes + tail.length;
  for (int unit = ENT_SENTENCE; unit < ENT_DOCUMENT && status == ENT_OK; unit++)
    status = read_parts(index, d, (ent_unit)unit, &r);
  if (status == ENT_OK) status = read_edits(index, d, &r);
  if (status == ENT_OK) status = read_spans(index, d, &r);
  if (status == ENT_OK && (!r.fine || r.at != end)) status = ENT_ERR_DAMAGE;
  if (status == ENT_OK) status = enti_array_reserve(&index->alloc, &index->parts[ENT_DOCUMENT], 1);
  if (status != ENT_OK) return status;
  d->parts[ENT_DOCUMENT] = (enti_slice){index->parts[ENT_DOCUMENT].count, 1};
  index->parts[ENT_DOCUMENT].at[index->parts[ENT_DOCUMENT].count++] = (ent_part){.end = d->length};
  for (int unit = 0; unit < ENTI_UNITS; unit++) enti_tokens_number(index, d, (ent_unit)unit);
  return ENT_OK;
}
