/* segment/sink: where the bytes of a segment go, one behind the other. */
#ifndef ENTI_SINK_H
#define ENTI_SINK_H

#include "base/base.h"

typedef struct enti_sink enti_sink;
struct enti_sink {
  ent_status (*write)(enti_sink *sink, const void *bytes, size_t length); /* all of them, or a failure */
  uint64_t at; /* bytes that were written: kept by enti_sink_write */
};

static inline ent_status enti_sink_write(enti_sink *sink, const void *bytes, size_t length) {
  ent_status status = length ? sink->write(sink, bytes, length) : ENT_OK;
  if (status == ENT_OK) sink->at += length;
  return status;
}

#endif
