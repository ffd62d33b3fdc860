/* vocab/vocab: which forms occur, each once. */
#ifndef ENTI_VOCAB_H
#define ENTI_VOCAB_H

#include "text/stem.h"
#include "token/segment.h"

enum { ENTI_LAYERS = 3 }; /* ENT_FOLD, ENT_BARE, ENT_HANS */

typedef struct enti_type { /* annotation.c says what is marked so: key = form [ 0xFF { name 0xFE value 0xFF } ] */
  const char *bytes;
  uint32_t length;
} enti_type;

enum { ENTI_GIVEN_MARK = 0xFF, ENTI_NAME_MARK = 0xFE }; /* never in UTF-8 */

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
  bool annotation;            /* of that name, of given tokens */
  ENTI_ARRAY(uint32_t) forms; /* by folded type; those of an annotation by type */
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
  ENTI_ARRAY(uint16_t) traits;              /* trait.c: by type, of those that it has looked through */
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

/* All bytes of a type, its annotations and marks included; enti_vocab_intern of them gives the type again. Until the
 * vocabulary is freed; NULL for a number that is none. */
const char *enti_vocab_key(const ent_vocab *vocab, uint32_t type, size_t *length);

/* What a given token came with; no value: NULL or empty. */
enum { ENTI_ANNOTATIONS_MOST = 32 };
typedef struct enti_annotations {
  const char *const *names; /* as layers have them, each once */
  size_t count;
  uint8_t order[ENTI_ANNOTATIONS_MOST]; /* the names sorted: enti_annotations_sort */
} enti_annotations;

/* annotation.c: sorts the names; ENT_ERR_ARGUMENT where one cannot be a name or comes twice, or there are too many. */
ent_status enti_annotations_sort(enti_annotations *annotations, ent_error *err);
/* annotation.c: the type of a given token; `values` are valid UTF-8, or NULL. `form` must not point into the scratch. */
ent_status enti_vocab_intern_given(ent_vocab *vocab, const char *form, size_t length, const enti_annotations *annotations,
                                   const char *const *values, uint32_t *type);
/* annotation.c: what a type is on an annotation's layer. */
ent_status enti_vocab_annotation_form(ent_vocab *vocab, uint32_t type, enti_layer *layer, uint32_t *out);
/* annotation.c: whether bytes from outside can be a type's key: its form and values are UTF-8, the form not empty. */
bool enti_key_is_valid(const char *key, size_t length);
/* Whether the layer of that number is an annotation's. */
bool enti_vocab_is_annotation(const ent_vocab *vocab, uint32_t layer);

/* layer.c: whether a layer can have this name. */
bool enti_layer_name_is_good(const char *name);
/* layer.c: releases the layers that have names. */
void enti_vocab_free_named(ent_vocab *vocab);

#endif
