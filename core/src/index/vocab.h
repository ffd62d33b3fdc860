/* index/vocab: which forms occur, each once. */
#ifndef ENTI_VOCAB_H
#define ENTI_VOCAB_H

#include "base/base.h"

enum { ENTI_LAYERS = 3 }; /* ENT_FOLD, ENT_BARE, ENT_HANS */

typedef struct enti_type {
  const char *bytes;
  uint32_t length;
  uint32_t hash;
} enti_type;

typedef struct enti_chunk enti_chunk;

struct ent_vocab {
  ent_alloc alloc;
  ENTI_ARRAY(enti_type) types;
  uint32_t *slots; /* type + 1, or 0; slot_count is a power of two */
  size_t slot_count;
  enti_chunk *chunks; /* bytes that never move */
  ENTI_ARRAY(uint32_t) layers[ENTI_LAYERS]; /* layer.c: forms, by type */
  ENTI_ARRAY(uint32_t) hints;               /* language.c: bits, by type */
  enti_bytes scratch;
};

ent_status enti_vocab_intern(ent_vocab *vocab, const char *bytes, size_t length, uint32_t *type);
/* The type, or ENT_NONE where it has never been seen. */
uint32_t enti_vocab_find(const ent_vocab *vocab, const char *bytes, size_t length);

/* Makes a list of one number a type as long as there are types, what is new filled with `value`. */
ent_status enti_vocab_cover(ent_vocab *vocab, uint32_t **at, size_t *count, size_t *room, uint32_t value);
#define enti_vocab_cover_list(vocab, list, value) \
  enti_vocab_cover((vocab), &(list)->at, &(list)->count, &(list)->room, (value))

uint32_t enti_hash(const char *bytes, size_t length);

#endif
