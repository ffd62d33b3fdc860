/* A segment in memory: a sink into a growing buffer, a view over it whose blocks all count as checked, and documents
 * that have a bit of everything. The bytes lie in a block of exactly their length, so a read behind them is seen by
 * AddressSanitizer and valgrind. */
#ifndef SAMPLE_SEGMENT_H
#define SAMPLE_SEGMENT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "segment/batch.h"
#include "segment/frozen.h"
#include "memory_sink.h"

/* A view over a copy of bytes; free view.at. */
static inline enti_view memory_view(const void *bytes, size_t length) {
  unsigned char *copy = malloc(length ? length : 1);
  if (copy && length) memcpy(copy, bytes, length);
  return (enti_view){.at = copy, .length = copy ? length : 0};
}

static inline ent_status memory_batch_add(enti_batch *batch, const ent_document *document) {
  uint8_t hash[16];
  uint32_t number;
  ent_status status = enti_document_check(document, NULL);
  enti_document_hash(document, hash);
  return status == ENT_OK ? enti_batch_add(batch, 0, document, hash, &number, NULL) : status;
}

/* Writes a segment of documents. */
static inline ent_status memory_segment(const ent_alloc *alloc, const ent_document *documents, size_t count, memory_sink *out) {
  enti_batch *batch = NULL;
  ent_status status = enti_batch_new(alloc, 1, &batch);
  for (size_t i = 0; i < count && status == ENT_OK; i++) status = memory_batch_add(batch, &documents[i]);
  if (status == ENT_OK) status = enti_batch_write(batch, 1, &out->sink, NULL);
  enti_batch_free(batch);
  return status;
}

/* ---- documents ---- */

#define MEMORY_TEXT(string) (string), sizeof(string) - 1
#define MEMORY_AGAIN "trust and trade; digital trust, the ASEAN way. "
#define MEMORY_LONG MEMORY_AGAIN MEMORY_AGAIN MEMORY_AGAIN MEMORY_AGAIN MEMORY_AGAIN MEMORY_AGAIN

/* Out of order, in several scripts, with repairs inside and around tokens, without tokens, without text, longer than a
 * block, with gaps longer than any table holds, with tokens, annotations and spans that were given; fields of all kinds, some
 * of them missing. */
static inline const ent_document *memory_documents(size_t *count) {
  static const char gap[] = "one _________________________________________________________________________ two";
  static const ent_field english[] = {{"year", {.kind = ENT_VALUE_INTEGER, .integer = 2021}},
                                      {"country", {ENT_VALUE_TEXT, MEMORY_TEXT("VN"), 0, 0}},
                                      {"weight", {.kind = ENT_VALUE_NUMBER, .number = 0.5}}};
  static const ent_field chinese[] = {{"year", {.kind = ENT_VALUE_INTEGER, .integer = -1}},
                                      {"authors", {ENT_VALUE_LIST, MEMORY_TEXT("\u738B\0Li\0"), 0, 0}},
                                      {"open", {.kind = ENT_VALUE_BOOLEAN, .integer = 1}}};
  static const ent_field thai[] = {{"authors", {ENT_VALUE_LIST, "", 0, 0, 0}}, {"country", {ENT_VALUE_TEXT, "", 0, 0, 0}}};
  static const ent_range tokens[] = {{0, 5}, {6, 9}, {10, 13}, {14, 19}, {20, 21}, {22, 25}}, sentences[] = {{0, 21}, {22, 25}};
  static const char *const names[] = {"lemma", "pos"}, *const annotations[] = {"trust", "N", "can", "V", "can", "N", NULL, "V", NULL, NULL, "can", "V"};
  static const ent_span spans[] = {{"text", 0, 25, "title=Trust\nyear=2020\n"}, {"s", 0, 21, NULL}, {"s", 22, 25, NULL}};
  static const ent_document documents[] = {
      {"zh/trust.md", {.text = "# \u6570\u5B57\u9E3F\u6C9F\n\n\u4E2D \u56FD\u4E0E\u6771\u76DF\u7684\u201C\u4FE1\u4EFB\u201D\u3002ASEAN\u3002\n\n## \u53C2\u8003\u6587\u732E\n[1] \u738B.\n",
                       .length = sizeof "# \u6570\u5B57\u9E3F\u6C9F\n\n\u4E2D \u56FD\u4E0E\u6771\u76DF\u7684\u201C\u4FE1\u4EFB\u201D\u3002ASEAN\u3002\n\n## \u53C2\u8003\u6587\u732E\n[1] \u738B.\n" - 1,
                       .layout = ENT_LAYOUT_MARKDOWN, .lang = "zh"}, chinese, 3},
      {"en/gap.txt", {.text = "1. Trust\n\nThe digi-\ntal divide isn\u2019t China\u2019s; the digital divide, of\uFB01ce \uFF32\uFF26.\n\fPage two: co\u00ADoperation helps.\n",
                      .length = sizeof "1. Trust\n\nThe digi-\ntal divide isn\u2019t China\u2019s; the digital divide, of\uFB01ce \uFF32\uFF26.\n\fPage two: co\u00ADoperation helps.\n" - 1}, english, 3},
      {"th/digital.txt", {.text = "\u0E01\u0E33\u0E25\u0E31\u0E07 \u0E19\u0E4D\u0E49\u0E32 \u0E14\u0E34\u0E08\u0E34\u0E17\u0E31\u0E25 trust\n",
                          .length = sizeof "\u0E01\u0E33\u0E25\u0E31\u0E07 \u0E19\u0E4D\u0E49\u0E32 \u0E14\u0E34\u0E08\u0E34\u0E17\u0E31\u0E25 trust\n" - 1}, thai, 2},
      {"as-written", {.text = "of\uFB01ce \uFF32\uFF26 digi-\ntal", .length = sizeof "of\uFB01ce \uFF32\uFF26 digi-\ntal" - 1, .unrepaired = ENT_REPAIR_ALL}, NULL, 0},
      {"long", {.text = MEMORY_LONG, .length = sizeof MEMORY_LONG - 1, .lang = "en"}, english, 1},
      {"gaps", {.text = gap, .length = sizeof gap - 1}, NULL, 0},
      {"marks", {.text = "... !!\n", .length = 7}, NULL, 0},
      {"given", {.text = "Trust can can trust ! can", .length = 25, .tokens = tokens, .token_count = 6, .annotation_names = names,
                 .annotation_count = 2, .annotations = annotations, .sentences = sentences, .sentence_count = 2, .spans = spans,
                 .span_count = 3}, english, 2},
      {"empty", {.text = "", .length = 0}, chinese + 2, 1}};
  *count = sizeof documents / sizeof *documents;
  return documents;
}

enum { MEMORY_MANY = 300, MEMORY_ID = 24, MEMORY_SHORT = 80 };
typedef struct memory_many { /* short documents: more than a block of postings holds */
  char ids[MEMORY_MANY][MEMORY_ID], texts[MEMORY_MANY][MEMORY_SHORT];
  ent_document documents[MEMORY_MANY];
} memory_many;

static inline void memory_many_make(memory_many *m) {
  for (int i = 0; i < MEMORY_MANY; i++) {
    (void)snprintf(m->ids[i], MEMORY_ID, "many/%03d", i);
    (void)snprintf(m->texts[i], MEMORY_SHORT, "trust number %d, %s trust; word%d", i, i % 3 ? "digital" : "no", i % 70);
    m->documents[i] = (ent_document){.id = m->ids[i], .source = {.text = m->texts[i], .length = strlen(m->texts[i])}};
  }
}

#endif
