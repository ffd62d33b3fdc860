/* vocab/vocab: every distinct form (type) once, found by its bytes in an open-addressed table.
 *
 * Invariant: a type's number and bytes never change. What is known of a type besides (layer.c,
 * trait.c) stands in lists of its own, so work per token is one look-up of raw bytes. Nearly every token
 * has at most 16 bytes: then the key is the bytes, and one slot, which is one line of the cache, tells all. */
#include "vocab/vocab.h"

#include "vocab/variant.h"

struct enti_chunk {
  enti_chunk *next;
  size_t used, size;
  char bytes[];
};

enum { CHUNK_SIZE = 64 * 1024, FIRST_BITS = 10, FRONT_BITS = 13, KEY_BYTES = sizeof(enti_key) };

static const uint64_t odd = UINT64_C(0x9E3779B97F4A7C15), other_odd = UINT64_C(0xBF58476D1CE4E5B9);

ent_status ent_vocab_new(const ent_alloc *alloc, ent_vocab **out) {
  alloc = enti_alloc_or_default(alloc);
  ent_vocab *vocab = enti_new(alloc, sizeof *vocab);
  if (!vocab) return ENT_ERR_MEMORY;
  vocab->alloc = *alloc;
  vocab->slot_bits = FIRST_BITS;
  vocab->slots = enti_new(alloc, sizeof *vocab->slots << FIRST_BITS);
  if (!vocab->slots) {
    enti_free(alloc, vocab, sizeof *vocab);
    return ENT_ERR_MEMORY;
  }
  *out = vocab;
  return ENT_OK;
}

void ent_vocab_free(ent_vocab *vocab) {
  if (!vocab) return;
  ent_alloc alloc = vocab->alloc;
  for (enti_chunk *chunk = vocab->chunks, *next; chunk; chunk = next) {
    next = chunk->next;
    enti_free(&alloc, chunk, sizeof *chunk + chunk->size);
  }
  enti_array_free(&alloc, &vocab->types);
  for (size_t layer = 0; layer < ENTI_LAYERS; layer++) enti_array_free(&alloc, &vocab->layers[layer]);
  enti_vocab_free_named(vocab);
  enti_array_free(&alloc, &vocab->traits);
  enti_array_free(&alloc, &vocab->scratch);
  enti_free(&alloc, vocab->slots, sizeof *vocab->slots << vocab->slot_bits);
  enti_free(&alloc, vocab->front, sizeof *vocab->front << FRONT_BITS);
  enti_free(&alloc, vocab, sizeof *vocab);
}

/* ---- the table ---- */

static enti_key long_key(const char *bytes, size_t length) {
  enti_key key = {(uint64_t)length, 0};
  for (uint64_t word; length > 0;) {
    size_t some = length < sizeof word ? length : sizeof word;
    word = 0;
    memcpy(&word, bytes, some);
    key.low = (key.low ^ word) * odd;
    key.low ^= key.low >> 32;
    key.high = (key.high + key.low) * other_odd;
    bytes += some;
    length -= some;
  }
  return key;
}

static enti_key key_of(const char *bytes, size_t length) {
  enti_key key = {0, 0};
  if (length > KEY_BYTES) return long_key(bytes, length);
  if (length) memcpy(&key, bytes, length);
  return key;
}

/* key_of for at most KEY_BYTES bytes, and as many of longer ones; KEY_BYTES bytes can be read. */
static inline enti_key key_inside(const char *bytes, size_t length) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  static const unsigned char all[2 * KEY_BYTES] = {[0 ... KEY_BYTES - 1] = 0xFF};
  enti_key key, mask; /* no branch: lengths are hard to foretell */
  const unsigned char *of = all + KEY_BYTES - (length < KEY_BYTES ? length : KEY_BYTES);
  memcpy(&key.low, bytes, sizeof key.low);
  memcpy(&key.high, bytes + sizeof key.low, sizeof key.high);
  memcpy(&mask.low, of, sizeof mask.low);
  memcpy(&mask.high, of + sizeof mask.low, sizeof mask.high);
  return (enti_key){key.low & mask.low, key.high & mask.high};
#else
  return key_of(bytes, length < KEY_BYTES ? length : KEY_BYTES);
#endif
}

#if defined(__GNUC__)
#define PREFETCH(address) __builtin_prefetch(address)
#else
#define PREFETCH(address) ((void)0)
#endif

static inline size_t home_of(enti_key key, unsigned bits) {
  return (size_t)(((key.low ^ key.high * other_odd) * odd) >> (64 - bits));
}

/* The slot of a form, or the empty one where it would stand. */
static inline enti_slot *slot_of(const ent_vocab *vocab, enti_key key, const char *bytes, size_t length) {
  size_t mask = ((size_t)1 << vocab->slot_bits) - 1;
  for (size_t at = home_of(key, vocab->slot_bits);; at = (at + 1) & mask) {
    enti_slot *slot = &vocab->slots[at];
    if (slot->mark == 0) return slot;
    if (slot->key.low != key.low || slot->key.high != key.high || slot->length != length) continue;
    if (length <= KEY_BYTES || memcmp(vocab->types.at[slot->mark - 1].bytes, bytes, length) == 0) return slot;
  }
}

static ent_status grow_slots(ent_vocab *vocab) {
  size_t old = (size_t)1 << vocab->slot_bits, mask = old * 2 - 1, size;
  if (!enti_mul(old * 2, sizeof *vocab->slots, &size)) return ENT_ERR_LIMIT;
  enti_slot *slots = enti_new(&vocab->alloc, size);
  if (!slots) return ENT_ERR_MEMORY;
  for (size_t i = 0; i < vocab->types.count; i++) { /* in this order: what is frequent came early, and gets its home */
    const enti_type *type = &vocab->types.at[i];
    enti_key key = key_of(type->bytes, type->length);
    size_t at = home_of(key, vocab->slot_bits + 1);
    while (slots[at].mark != 0) at = (at + 1) & mask;
    slots[at] = (enti_slot){key, (uint32_t)i + 1, type->length};
  }
  enti_free(&vocab->alloc, vocab->slots, old * sizeof *vocab->slots);
  vocab->slots = slots;
  vocab->slot_bits++;
  return ENT_OK;
}

/* A copy of the bytes that stays where it is as long as the vocabulary lives. */
static ent_status keep(ent_vocab *vocab, const char *bytes, size_t length, const char **kept) {
  enti_chunk *chunk = vocab->chunks;
  if (!chunk || chunk->size - chunk->used < length) {
    size_t size = length > CHUNK_SIZE ? length : CHUNK_SIZE, whole;
    if (!enti_add(size, sizeof *chunk, &whole)) return ENT_ERR_LIMIT;
    chunk = enti_resize(&vocab->alloc, NULL, 0, whole);
    if (!chunk) return ENT_ERR_MEMORY;
    chunk->used = 0;
    chunk->size = size;
    chunk->next = vocab->chunks;
    vocab->chunks = chunk;
  }
  char *copy = chunk->bytes + chunk->used;
  if (length) memcpy(copy, bytes, length);
  chunk->used += length;
  *kept = copy;
  return ENT_OK;
}

/* Adds a form that is not there. */
static ent_status add_type(ent_vocab *vocab, enti_key key, const char *bytes, size_t length, uint32_t *type) {
  if (length > UINT32_MAX || vocab->types.count >= ENT_NONE - 1) return ENT_ERR_LIMIT;
  ent_status status = ENT_OK;
  if (vocab->types.count >= (size_t)1 << (vocab->slot_bits - 1)) status = grow_slots(vocab);
  if (status == ENT_OK) status = enti_array_reserve(&vocab->alloc, &vocab->types, 1);
  if (status != ENT_OK) return status;
  enti_type entry = {.length = (uint32_t)length};
  status = keep(vocab, bytes, length, &entry.bytes);
  if (status != ENT_OK) return status;
  *type = (uint32_t)vocab->types.count;
  vocab->types.at[vocab->types.count++] = entry;
  *slot_of(vocab, key, bytes, length) = (enti_slot){key, *type + 1, (uint32_t)length};
  return ENT_OK;
}

static inline ent_status intern(ent_vocab *vocab, enti_key key, const char *bytes, size_t length, uint32_t *type) {
  uint32_t mark = slot_of(vocab, key, bytes, length)->mark;
  if (mark == 0) return add_type(vocab, key, bytes, length, type);
  *type = mark - 1;
  return ENT_OK;
}

ent_status enti_vocab_intern(ent_vocab *vocab, const char *bytes, size_t length, uint32_t *type) {
  return intern(vocab, key_of(bytes, length), bytes, length, type);
}

static ent_status make_front(ent_vocab *vocab) {
  vocab->front = enti_new(&vocab->alloc, sizeof *vocab->front << FRONT_BITS);
  return vocab->front ? ENT_OK : ENT_ERR_MEMORY;
}

/* Looks tokens up in the front, and lists those that are not there. Behind each, KEY_BYTES bytes can be read. Nothing
 * here depends on a token but for what is loaded, so many are under way at a time. */
static size_t ask_front(const enti_slot *front, const char *text, const enti_stretch *tokens, size_t count, uint32_t *types,
                        unsigned char *others) {
  size_t other_count = 0;
  for (size_t i = 0; i < count; i++) {
    const uint32_t size = tokens[i].end - tokens[i].begin;
    const enti_key key = key_inside(text + tokens[i].begin, size);
    const enti_slot *slot = &front[home_of(key, FRONT_BITS)];
    types[i] = slot->mark - 1;
    others[other_count] = (unsigned char)i;
    other_count += ((slot->key.low ^ key.low) | (slot->key.high ^ key.high) | (slot->length ^ size)) != 0;
  }
  return other_count;
}

/* Nearly every token is short and was seen lately, so it stands in the front, which is small enough to stay in the
 * nearest caches. The others are searched for; their homes are asked for before the first is needed, so that their
 * waits overlap. */
ent_status enti_vocab_intern_many(ent_vocab *vocab, const char *text, size_t length, const enti_stretch *tokens,
                                  size_t count, uint32_t *types) {
  enum { BATCH = 64 };
  enti_key keys[BATCH];
  unsigned char others[BATCH];
  ent_status status = vocab->front ? ENT_OK : make_front(vocab);
  for (size_t some; count > 0 && status == ENT_OK; tokens += some, types += some, count -= some) {
    some = count < BATCH ? count : BATCH;
    size_t inside = some; /* tokens behind whose first byte there are KEY_BYTES of them */
    while (inside > 0 && length - tokens[inside - 1].begin < KEY_BYTES) inside--;
    size_t other_count = ask_front(vocab->front, text, tokens, inside, types, others);
    for (size_t i = inside; i < some; i++) others[other_count++] = (unsigned char)i;
    for (size_t k = 0; k < other_count; k++) {
      const enti_stretch *token = &tokens[others[k]];
      keys[k] = key_of(text + token->begin, token->end - token->begin);
      PREFETCH(&vocab->slots[home_of(keys[k], vocab->slot_bits)]);
    }
    for (size_t k = 0; k < other_count && status == ENT_OK; k++) {
      const size_t i = others[k], size = tokens[i].end - tokens[i].begin;
      status = intern(vocab, keys[k], text + tokens[i].begin, size, &types[i]);
      if (status == ENT_OK && size <= KEY_BYTES)
        vocab->front[home_of(keys[k], FRONT_BITS)] = (enti_slot){keys[k], types[i] + 1, (uint32_t)size};
    }
  }
  return status;
}

uint32_t enti_vocab_find(const ent_vocab *vocab, const char *bytes, size_t length) {
  uint32_t mark = slot_of(vocab, key_of(bytes, length), bytes, length)->mark;
  return mark == 0 ? ENT_NONE : mark - 1;
}

ent_status enti_vocab_cover(ent_vocab *vocab, uint32_t **at, size_t *count, size_t *room, uint32_t value) {
  size_t wanted = vocab->types.count;
  if (*count >= wanted) return ENT_OK;
  void *block = *at;
  ent_status status = enti_reserve(&vocab->alloc, &block, *count, room, wanted - *count, sizeof **at);
  *at = block;
  if (status != ENT_OK) return status;
  while (*count < wanted) (*at)[(*count)++] = value;
  return ENT_OK;
}

uint32_t ent_vocab_count(const ent_vocab *vocab) { return (uint32_t)vocab->types.count; }

const char *ent_vocab_bytes(const ent_vocab *vocab, uint32_t type, size_t *length) {
  if (type >= vocab->types.count) {
    *length = 0;
    return NULL;
  }
  *length = enti_type_form(&vocab->types.at[type]);
  if (enti_variant_is(vocab->types.at[type].bytes, *length)) *length -= ENTI_VARIANT_MARK;
  return vocab->types.at[type].bytes;
}

const char *enti_vocab_key(const ent_vocab *vocab, uint32_t type, size_t *length) {
  bool known = type < vocab->types.count;
  *length = known ? vocab->types.at[type].length : 0;
  return known ? vocab->types.at[type].bytes : NULL;
}
