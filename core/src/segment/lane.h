/* segment/lane: what batch.c fills and batch_write.c writes. */
#ifndef ENTI_LANE_H
#define ENTI_LANE_H

#include "index/index.h"
#include "segment/batch.h"
#include "segment/columns.h"
#include "segment/token_blocks.h"

enum { ENTI_LANES_MOST = 64, ENTI_GAP_RARE = 255, ENTI_GAP_CACHE_BITS = 10 };

typedef struct enti_gap_slot {
  uint64_t key;
  uint32_t number;
} enti_gap_slot;

typedef struct enti_lane_edited { /* token of the document; its bytes are the lane's [bytes, bytes + length) */
  uint32_t token, length;
  size_t bytes;
} enti_lane_edited;

typedef struct enti_waiting { /* a document; places in the lane's lists */
  size_t types, texts;        /* and codes */
  enti_slice rare, edited;
  size_t id, id_length, fields, fields_length, parts, parts_length;
  uint32_t count, length; /* tokens; bytes of text */
  bool removed;
  uint8_t hash[16];
} enti_waiting;

typedef struct enti_lane {
  ent_vocab *vocab, *gaps; /* gaps: bytes, then kind */
  ent_index *index;
  ENTI_ARRAY(enti_waiting) documents;
  ENTI_ARRAY(uint32_t) types;
  ENTI_ARRAY(uint8_t) codes; /* of its gap in the lane, or ENTI_GAP_RARE: its number is the next of rare */
  ENTI_ARRAY(uint32_t) rare;
  ENTI_ARRAY(uint32_t) texts; /* by block of a document: where the token before it ends */
  ENTI_ARRAY(enti_lane_edited) edited;
  enti_bytes bytes, scratch;
  size_t living; /* documents that were not removed */
  ENTI_ARRAY(uint32_t) gap_counts; /* by gap: tokens of documents that were not removed */
  ENTI_ARRAY(uint8_t) gap_codes;   /* by gap: its code, once it has come often enough, or ENTI_GAP_RARE */
  uint32_t coded[ENTI_GAP_RARE];   /* by code: the gap */
  uint32_t coded_count;
  uint64_t usual_key; /* of the gap that most tokens have; and its code */
  uint32_t usual;
  enti_gap_slot cache[1 << ENTI_GAP_CACHE_BITS];
} enti_lane;

struct enti_batch {
  ent_alloc alloc;
  unsigned lane_count;
  enti_lane *lanes;
};

/* The gap of a token by its code; *rare is moved on where it is a rare one. */
static inline uint32_t enti_lane_gap(const enti_lane *lane, uint8_t code, const uint32_t **rare) {
  return code == ENTI_GAP_RARE ? *(*rare)++ : lane->coded[code];
}

ent_status enti_lane_clear(enti_lane *lane, const ent_alloc *alloc);

#endif
