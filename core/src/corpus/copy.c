/* corpus/copy: see copy.h.
 *
 * One walk over the document, done twice: without a block it counts the bytes, with one it copies them. */
#include "corpus/copy.h"

enum { ALIGN = 8 };

typedef struct packer {
  char *block; /* NULL while sizes are counted */
  size_t used;
  bool fits; /* the size is one that can be counted */
} packer;

/* Where the copy of `count` elements stands; NULL stays NULL. */
static const void *pack(packer *to, const void *from, size_t count, size_t element) {
  size_t size, end;
  if (!from) return NULL;
  if (!enti_mul(count, element, &size) || !enti_add(to->used, size, &end) || !enti_add(end, ALIGN - 1, &end)) {
    to->fits = false;
    return NULL;
  }
  char *at = to->block ? to->block + to->used : NULL;
  if (at && size) memcpy(at, from, size);
  to->used = end / ALIGN * ALIGN;
  return at;
}

static const char *pack_text(packer *to, const char *text) { return pack(to, text, text ? strlen(text) + 1 : 0, 1); }

/* A list of texts; those that are NULL stay so. */
static const char *const *pack_texts(packer *to, const char *const *from, size_t count) {
  const char *const *list = pack(to, from, count, sizeof *from);
  for (size_t i = 0; from && i < count; i++) {
    const char *text = pack_text(to, from[i]);
    if (to->block) ((const char **)(uintptr_t)list)[i] = text; /* in the block, which is ours to write */
  }
  return list;
}

static const ent_span *pack_spans(packer *to, const ent_span *from, size_t count) {
  const ent_span *list = pack(to, from, count, sizeof *from);
  for (size_t i = 0; from && i < count; i++) {
    const char *name = pack_text(to, from[i].name), *attributes = pack_text(to, from[i].attributes);
    if (to->block) ((ent_span *)(uintptr_t)list)[i] = (ent_span){name, from[i].begin, from[i].end, attributes};
  }
  return list;
}

static void pack_source(packer *to, const ent_source *from, ent_source *out) {
  *out = *from;
  out->text = pack(to, from->text, from->length, 1);
  out->lang = pack_text(to, from->lang);
  out->pages = pack(to, from->pages, from->page_count, sizeof *from->pages);
  out->furniture = pack(to, from->furniture, from->furniture_count, sizeof *from->furniture);
  out->headings = pack(to, from->headings, from->heading_count, sizeof *from->headings);
  out->tokens = pack(to, from->tokens, from->token_count, sizeof *from->tokens);
  out->sentences = pack(to, from->sentences, from->sentence_count, sizeof *from->sentences);
  out->paragraphs = pack(to, from->paragraphs, from->paragraph_count, sizeof *from->paragraphs);
  out->spans = pack_spans(to, from->spans, from->span_count);
  if (!from->tokens || !from->annotations) {
    out->annotations = out->annotation_names = NULL;
    out->annotation_count = 0;
  } else {
    out->annotation_names = pack_texts(to, from->annotation_names, from->annotation_count);
    out->annotations = pack_texts(to, from->annotations, from->token_count * from->annotation_count);
  }
}

static void pack_document(packer *to, const ent_document *from, ent_document *out) {
  *out = *from;
  out->id = pack_text(to, from->id);
  pack_source(to, &from->source, &out->source);
  out->fields = pack(to, from->fields, from->field_count, sizeof *from->fields);
  for (size_t i = 0; i < from->field_count; i++) {
    const ent_field *field = &from->fields[i];
    bool text = field->value.kind == ENT_VALUE_TEXT || field->value.kind == ENT_VALUE_LIST;
    const char *name = pack_text(to, field->name);
    const char *value = text ? pack(to, field->value.text, field->value.length, 1) : NULL;
    if (!to->block) continue;
    ent_field *copy = (ent_field *)(uintptr_t)out->fields; /* in the block, which is ours to write */
    copy[i].name = name;
    copy[i].value.text = value;
  }
}

ent_status enti_copy_document(const ent_alloc *alloc, const ent_document *document, enti_copy *out) {
  packer to = {.fits = true};
  enti_copy copy;
  pack_document(&to, document, &copy.document);
  if (!to.fits) return ENT_ERR_LIMIT;
  copy.size = to.used;
  copy.block = enti_resize(alloc, NULL, 0, copy.size);
  if (!copy.block) return ENT_ERR_MEMORY;
  to = (packer){copy.block, 0, true};
  pack_document(&to, document, &copy.document);
  *out = copy;
  return ENT_OK;
}

void enti_copy_free(const ent_alloc *alloc, enti_copy *copy) {
  enti_free(alloc, copy->block, copy->size);
  copy->block = NULL;
}
