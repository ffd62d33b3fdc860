/* vocab/vocab: which forms occur, each once. */
#ifndef ENTI_VOCAB_H
#define ENTI_VOCAB_H

#include "text/stem.h"
#include "token/segment.h"

enum { ENTI_LAYERS = 3 }; /* ENT_FOLD, ENT_BARE, ENT_HANS */

typedef struct enti_type { /* key = form [ 0xFF { annotation 0xFF } ]; annotation.c says what is marked so */
  const char *bytes;
  uint32_t length;
} enti_type;

enum { ENTI_GIVEN_MARK = 0xFF }; /* never in UTF-8 */

/* Whether it is the type of a token that came with its text. */
static inline bool enti_type_is_given(const enti_type *type) {
  return type->length > 0 && (unsigned char)type->bytes[type->length - 1] == ENTI_GIVEN_MARK;
}

/* The length of its form, a variant's mark (variant.h) included. */
static inline size_t enti_type_form(const enti_type *type) {
  if (!enti_type_is_given(type)) return type->length;
  return (size_t)((const char *)memchr(type->bytes, ENTI_GIVEN_MARK, type->length) - type->bytes);
}

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
  uint32_t annotation;        /* 1 + its place among the annotations of a type; 0 for a layer that is none */
  ENTI_ARRAY(uint32_t) forms; /* by folded type; those of an annotation by type */
} enti_layer;

typedef struct enti_chunk enti_chunk;

struct ent_vocab {
  ent_alloc alloc;
  ENTI_ARRAY(enti_type) types;
  enti_slot *slots; /* 1 << slot_bits of them */
  unsigned slot_bits;
  enti_chunk *chunks; /* bytes that never move */
  ENTI_ARRAY(uint32_t) layers[ENTI_LAYERS]; /* layer.c: forms, by type */
  ENTI_ARRAY(enti_layer) named;             /* layer.c: number ENT_HANS + 1 and so on */
  ENTI_ARRAY(uint32_t) hints;               /* language.c: bits, by type */
  ENTI_ARRAY(uint32_t) traits;              /* trait.c: bits, by type */
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

/* All bytes of a type, its annotations and marks included; enti_vocab_intern of them gives the type again. Until the
 * vocabulary is freed; NULL for a number that is none. */
const char *enti_vocab_key(const ent_vocab *vocab, uint32_t type, size_t *length);

/* annotation.c: the type of a given token. `annotations`: as many as the vocabulary names, valid UTF-8, NULL for one
 * that is not there; or NULL. `form` must not point into the scratch. */
ent_status enti_vocab_intern_given(ent_vocab *vocab, const char *form, size_t length, const char *const *annotations,
                                   uint32_t *type);
/* annotation.c: what a type is on an annotation's layer. */
ent_status enti_vocab_annotation_form(ent_vocab *vocab, uint32_t type, enti_layer *layer, uint32_t *out);
/* How many annotations a type can have. */
uint32_t enti_vocab_annotation_count(const ent_vocab *vocab);
/* The layer of that number if it is an annotation's. */
bool enti_vocab_is_annotation(const ent_vocab *vocab, uint32_t layer);

/* layer.c: adds the next annotation's layer. */
ent_status enti_vocab_annotation_add(ent_vocab *vocab, const char *name, uint32_t *number, ent_error *err);
/* layer.c: releases the layers that have names. */
void enti_vocab_free_named(ent_vocab *vocab);

#endif
