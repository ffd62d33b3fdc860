/* same_document: whether two documents in memory, of two indexes and vocabularies, are the same in every field. */
#ifndef SAME_DOCUMENT_H
#define SAME_DOCUMENT_H

#include <stdio.h>

#include "index/index.h"

/* What differs first, or NULL. Borrowed until the next call. */
static inline const char *document_differs(const ent_index *a, uint32_t a_number, const ent_index *b, uint32_t b_number) {
  static const char *const units[] = {"sentence", "paragraph", "section", "page", "document"};
  static char what[96];
  const enti_document *one = &a->documents.at[a_number], *other = &b->documents.at[b_number];
  size_t count, other_count;
  if (one->length != other->length || (one->length && memcmp(a->texts.at + one->text, b->texts.at + other->text, one->length) != 0))
    return "the text";
  if (one->segmented != other->segmented) return "whether it has word spans";
  if (one->tokens.count != other->tokens.count) return "the number of tokens";
  for (size_t i = 0; i < one->tokens.count; i++) {
    const enti_token *t = &a->tokens.at[one->tokens.begin + i], *u = &b->tokens.at[other->tokens.begin + i];
    size_t length, other_length;
    const char *bytes = ent_vocab_bytes(a->vocab, t->type, &length), *other_bytes = ent_vocab_bytes(b->vocab, u->type, &other_length);
    const enti_type *key = &a->vocab->types.at[t->type], *other_key = &b->vocab->types.at[u->type];
    bool same = t->begin == u->begin && t->end == u->end && t->gap == u->gap && t->inside == u->inside && length == other_length &&
                memcmp(bytes, other_bytes, length) == 0 && key->length == other_key->length &&
                memcmp(key->bytes, other_key->bytes, key->length) == 0;
    (void)snprintf(what, sizeof what, "token %zu", i);
    if (!same) return what;
  }
  for (int unit = 0; unit < ENTI_UNITS; unit++) {
    const ent_part *parts = ent_index_parts(a, a_number, (ent_unit)unit, &count);
    const ent_part *others = ent_index_parts(b, b_number, (ent_unit)unit, &other_count);
    for (size_t i = 0; i < count && i < other_count; i++) {
      const ent_part *p = &parts[i], *q = &others[i];
      bool same = p->begin == q->begin && p->end == q->end && p->first == q->first && p->last == q->last && p->level == q->level &&
                  p->heading_begin == q->heading_begin && p->heading_end == q->heading_end &&
                  memcmp(p->lang, q->lang, sizeof p->lang) == 0 && p->reference == q->reference;
      (void)snprintf(what, sizeof what, "%s %zu", units[unit], i);
      if (!same) return what;
    }
    (void)snprintf(what, sizeof what, "the number of parts that are a %s", units[unit]);
    if (count != other_count) return what;
  }
  const ent_edit *edits = ent_index_edits(a, a_number, &count), *others = ent_index_edits(b, b_number, &other_count);
  if (count != other_count) return "the number of edits";
  for (size_t i = 0; i < count; i++) {
    (void)snprintf(what, sizeof what, "edit %zu", i);
    if (edits[i].begin != others[i].begin || edits[i].end != others[i].end || edits[i].kind != others[i].kind) return what;
  }
  const ent_span *spans = ent_index_spans(a, a_number, &count), *other_spans = ent_index_spans(b, b_number, &other_count);
  if (count != other_count) return "the number of spans";
  for (size_t i = 0; i < count; i++) {
    const ent_span *p = &spans[i], *q = &other_spans[i];
    (void)snprintf(what, sizeof what, "span %zu", i);
    if (p->begin != q->begin || p->end != q->end || strcmp(p->name, q->name) != 0 || strcmp(p->attributes, q->attributes) != 0) return what;
  }
  return NULL;
}

#endif
