/* memory_sink: a sink that keeps what it is given. */
#ifndef MEMORY_SINK_H
#define MEMORY_SINK_H

#include <stdlib.h>
#include <string.h>

#include "segment/sink.h"

typedef struct memory_sink {
  enti_sink sink; /* first: the sink is this */
  unsigned char *at;
  size_t length, room;
} memory_sink;

static inline ent_status memory_sink_write(enti_sink *sink, const void *bytes, size_t length) {
  memory_sink *m = (memory_sink *)sink;
  if (m->length + length > m->room) {
    size_t room = 2 * (m->length + length);
    unsigned char *at = realloc(m->at, room);
    if (!at) return ENT_ERR_MEMORY;
    m->at = at;
    m->room = room;
  }
  memcpy(m->at + m->length, bytes, length);
  m->length += length;
  return ENT_OK;
}

static inline memory_sink memory_sink_new(void) { return (memory_sink){.sink = {.write = memory_sink_write}}; }

static inline void memory_sink_free(memory_sink *m) {
  free(m->at);
  *m = memory_sink_new();
}

#endif
