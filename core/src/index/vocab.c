/* index/vocab: every distinct form (type) once, found by its bytes in an open-addressed table.
 *
 * Invariant: a type's number and bytes never change. What is known of a type besides (layer.c,
 * language.c) stands in lists of its own, so work per token is one look-up of raw bytes. */
#include "index/vocab.h"

struct enti_chunk {
  enti_chunk *next;
  size_t used, size;
  char bytes[];
};

enum { CHUNK_SIZE = 64 * 1024, FIRST_SLOTS = 1024 };

uint32_t enti_hash(const char *bytes, size_t length) {
  const uint64_t odd = UINT64_C(0x9E3779B97F4A7C15);
  uint64_t h = (uint64_t)length * odd, word;
  while (length >= 8) {
    memcpy(&word, bytes, 8);
    h = (h ^ word) * odd;
    h ^= h >> 32;
    bytes += 8;
    length -= 8;
  }
  word = 0;
  for (size_t i = 0; i < length; i++) word |= (uint64_t)(unsigned char)bytes[i] << (8 * i);
  h = (h ^ word) * odd;
  h ^= h >> 29;
  h *= UINT64_C(0xBF58476D1CE4E5B9);
  return (uint32_t)(h >> 32);
}

ent_status ent_vocab_new(const ent_alloc *alloc, ent_vocab **out) {
  alloc = enti_alloc_or_default(alloc);
  ent_vocab *vocab = enti_new(alloc, sizeof *vocab);
  if (!vocab) return ENT_ERR_MEMORY;
  vocab->alloc = *alloc;
  vocab->slot_count = FIRST_SLOTS;
  vocab->slots = enti_new(alloc, FIRST_SLOTS * sizeof *vocab->slots);
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
  enti_array_free(&alloc, &vocab->hints);
  enti_array_free(&alloc, &vocab->scratch);
  enti_free(&alloc, vocab->slots, vocab->slot_count * sizeof *vocab->slots);
  enti_free(&alloc, vocab, sizeof *vocab);
}

static size_t slot_of(const ent_vocab *vocab, const char *bytes, size_t length, uint32_t hash) {
  size_t mask = vocab->slot_count - 1, slot = hash & mask;
  for (;; slot = (slot + 1) & mask) {
    uint32_t mark = vocab->slots[slot];
    if (mark == 0) return slot;
    const enti_type *type = &vocab->types.at[mark - 1];
    if (type->hash == hash && type->length == length && memcmp(type->bytes, bytes, length) == 0) return slot;
  }
}

static ent_status grow_slots(ent_vocab *vocab) {
  size_t count = vocab->slot_count * 2, size;
  if (!enti_mul(count, sizeof *vocab->slots, &size)) return ENT_ERR_LIMIT;
  uint32_t *slots = enti_new(&vocab->alloc, size);
  if (!slots) return ENT_ERR_MEMORY;
  for (size_t i = 0; i < vocab->types.count; i++) {
    size_t slot = vocab->types.at[i].hash & (count - 1);
    while (slots[slot] != 0) slot = (slot + 1) & (count - 1);
    slots[slot] = (uint32_t)i + 1;
  }
  enti_free(&vocab->alloc, vocab->slots, vocab->slot_count * sizeof *vocab->slots);
  vocab->slots = slots;
  vocab->slot_count = count;
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

ent_status enti_vocab_intern(ent_vocab *vocab, const char *bytes, size_t length, uint32_t *type) {
  uint32_t hash = enti_hash(bytes, length);
  size_t slot = slot_of(vocab, bytes, length, hash);
  if (vocab->slots[slot] != 0) {
    *type = vocab->slots[slot] - 1;
    return ENT_OK;
  }
  if (length > UINT32_MAX || vocab->types.count >= ENT_NONE - 1) return ENT_ERR_LIMIT;
  if (vocab->types.count + vocab->types.count / 2 >= vocab->slot_count) {
    ent_status grown = grow_slots(vocab);
    if (grown != ENT_OK) return grown;
    slot = slot_of(vocab, bytes, length, hash);
  }
  ent_status status = enti_array_reserve(&vocab->alloc, &vocab->types, 1);
  if (status != ENT_OK) return status;
  enti_type entry = {.length = (uint32_t)length, .hash = hash};
  status = keep(vocab, bytes, length, &entry.bytes);
  if (status != ENT_OK) return status;
  *type = (uint32_t)vocab->types.count;
  vocab->types.at[vocab->types.count++] = entry;
  vocab->slots[slot] = *type + 1;
  return ENT_OK;
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

uint32_t enti_vocab_find(const ent_vocab *vocab, const char *bytes, size_t length) {
  uint32_t mark = vocab->slots[slot_of(vocab, bytes, length, enti_hash(bytes, length))];
  return mark == 0 ? ENT_NONE : mark - 1;
}

uint32_t ent_vocab_count(const ent_vocab *vocab) { return (uint32_t)vocab->types.count; }

const char *ent_vocab_bytes(const ent_vocab *vocab, uint32_t type, size_t *length) {
  if (type >= vocab->types.count) {
    *length = 0;
    return NULL;
  }
  *length = vocab->types.at[type].length;
  return vocab->types.at[type].bytes;
}
