/* vocab/vocab: which forms occur, each once. */
#ifndef ENTI_VOCAB_H
#define ENTI_VOCAB_H

#include "text/stem.h"
#include "token/segment.h"

enum { ENTI_LAYERS = 3 }; /* ENT_FOLD, ENT_BARE, ENT_HANS */

typedef struct enti_type {
  const char *bytes;
  uint32_t length;
} enti_type;

/* What a type is found by: its bytes, with zeros behind them, when it has at most 16; else a hash of them. */
typedef struct enti_key {
  uint64_t low, high;
} enti_key;

typedef struct enti_slot {
  enti_key key;
  uint32_t mark; /* type + 1, or 0 */
  uint32_t length;
} enti_slot;

enum { ENTI_NAMED_LAYERS = 24, ENTI_LAYER_NAME = 32 };

typedef struct enti_layer { /* one beyond those: a stemmer's, a plugin's function's, or given from outside */
  char name[ENTI_LAYER_NAME];
  enti_stemmer *stemmer;
  ent_layer plugin;
  ENTI_ARRAY(uint32_t) forms; /* by folded type */
} enti_layer;

typedef struct enti_chunk enti_chunk;

struct ent_vocab {
  ent_alloc alloc;
  ENTI_ARRAY(enti_type) types;
  enti_slot *slots; /* 1 << slot_bits of them */
  unsigned slot_bits;
  enti_slot *front; /* copies of slots of short types that were asked for last, each in its home; NULL until there are any */
  enti_chunk *chunks; /* bytes that never move */
  ENTI_ARRAY(uint32_t) layers[ENTI_LAYERS]; /* layer.c: forms, by type */
  ENTI_ARRAY(enti_layer) named;             /* layer.c: number ENT_HANS + 1 and so on */
  ENTI_ARRAY(uint32_t) traits;              /* trait.c: by type, of those that it has looked through */
  enti_bytes scratch;
  const void *reader; /* the corpus that last loaded documents into it, and the number that it gave it then; */
  uint64_t turn;      /* only that corpus reads them */
};

ent_status enti_vocab_intern(ent_vocab *vocab, const char *bytes, size_t length, uint32_t *type);
/* The types of many tokens of one text. On failure some of them have been written. */
ent_status enti_vocab_intern_many(ent_vocab *vocab, const char *text, size_t length, const enti_stretch *tokens,
                                  size_t count, uint32_t *types);
/* The type, or ENT_NONE where it has never been seen. */
uint32_t enti_vocab_find(const ent_vocab *vocab, const char *bytes, size_t length);

/* Makes a list of one number a type as long as there are types, what is new filled with `value`. */
ent_status enti_vocab_cover(ent_vocab *vocab, uint32_t **at, size_t *count, size_t *room, uint32_t value);
#define enti_vocab_cover_list(vocab, list, value) \
  enti_vocab_cover((vocab), &(list)->at, &(list)->count, &(list)->room, (value))

/* The type on ENT_FOLD: ent_vocab_layer, quick where it is known. */
static inline ent_status enti_vocab_fold(ent_vocab *vocab, uint32_t type, uint32_t *fold) {
  *fold = type < vocab->layers[0].count ? vocab->layers[0].at[type] : ENT_NONE;
  return *fold != ENT_NONE ? ENT_OK : ent_vocab_layer(vocab, type, ENT_FOLD, fold);
}

/* layer.c: releases the layers that have names. */
void enti_vocab_free_named(ent_vocab *vocab);

#endif
