/* memory_segment: segments in memory: a sink that keeps what it is given, a view of a block of just that length, and
 * batches of papers that become one. */
#ifndef MEMORY_SEGMENT_H
#define MEMORY_SEGMENT_H

#include "memory_sink.h"
#include "papers.h"
#include "segment/batch.h"
#include "segment/reader.h"

/* The bytes of a segment, and the segment that reads them. */
typedef struct memory_segment {
  unsigned char *bytes;
  enti_view view;
  enti_segment *segment;
} memory_segment;

static inline void memory_open(memory_segment *m, const memory_sink *sink) {
  ent_error err = {0};
  m->bytes = malloc(sink->length ? sink->length : 1); /* of its exact length, so that a tool sees what is read behind it */
  assert_non_null(m->bytes);
  if (sink->length) memcpy(m->bytes, sink->at, sink->length);
  m->view = (enti_view){.at = m->bytes, .length = sink->length};
  if (enti_segment_open(NULL, &m->view, &m->segment, &err) != ENT_OK) fail_msg("%s", err.message);
}

static inline void memory_close(memory_segment *m) {
  enti_segment_free(m->segment);
  free(m->bytes);
  memset(m, 0, sizeof *m);
}

static inline bool memory_same(const memory_segment *a, const memory_segment *b) {
  return a->view.length == b->view.length && memcmp(a->bytes, b->bytes, a->view.length) == 0;
}

static inline uint32_t batch_add(enti_batch *batch, unsigned lane, const ent_document *document) {
  uint8_t hash[16];
  ent_error err = {0};
  uint32_t number;
  if (enti_document_check(document, &err) != ENT_OK) fail_msg("%s: %s", document->id, err.message);
  enti_document_hash(document, hash);
  if (enti_batch_add(batch, lane, document, hash, &number, &err) != ENT_OK) fail_msg("%s: %s", document->id, err.message);
  return number;
}

static inline void batch_write(enti_batch *batch, unsigned threads, memory_segment *out) {
  memory_sink sink = memory_sink_new();
  ent_error err = {0};
  if (enti_batch_write(batch, threads, &sink.sink, &err) != ENT_OK) fail_msg("%s", err.message);
  assert_int_equal(sink.sink.at, sink.length);
  memory_open(out, &sink);
  memory_sink_free(&sink);
}

/* One segment of those papers for which `in`, when it is not NULL, holds 1. */
static inline void papers_segment(const paper *papers, size_t count, const uint8_t *in, memory_segment *out) {
  enti_batch *batch;
  assert_int_equal(enti_batch_new(NULL, 1, &batch), ENT_OK);
  for (size_t i = 0; i < count; i++)
    if (!in || in[i]) (void)batch_add(batch, 0, &papers[i].document);
  batch_write(batch, 1, out);
  enti_batch_free(batch);
}

/* Papers with ids whose bytewise order is not that of their numbers. */
static inline paper *papers_make(pool_seed *seed, size_t count) {
  paper *papers = calloc(count + 1, sizeof *papers);
  assert_non_null(papers);
  for (size_t i = 0; i < count; i++) {
    char id[PAPER_ID];
    (void)snprintf(id, sizeof id, "%s%zu", i % 3 ? "papers/" : "\u4E2D", (i * 7919) % 100003);
    paper_make(&papers[i], seed, id, paper_size(seed));
  }
  return papers;
}

static inline void papers_free(paper *papers, size_t count) {
  for (size_t i = 0; i < count; i++) paper_free(&papers[i]);
  free(papers);
}

#endif
