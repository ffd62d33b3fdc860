/* disk_cut: what a power cut may leave of a disk. */
#include "disk_inside.h"

#include <stdlib.h>

typedef struct cutter {
  const disk *from;
  disk *to;
  disk_cut cut;
  uint64_t seed;
  size_t *numbers; /* of a node of `from`: its copy's, or SIZE_MAX */
} cutter;

static uint64_t roll(cutter *c) { /* splitmix64 */
  uint64_t x = c->seed += UINT64_C(0x9E3779B97F4A7C15);
  x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
  x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
  return x ^ x >> 31;
}

static size_t below(cutter *c, size_t count) { return (size_t)(roll(c) % count); }

/* ---- data --------------------------------------------------------------------------------- */

/* A part of a write: bytes [begin, end) of it, the rest of the first `end` as it was, or zeros. */
static void apply_part(blob **b, const change *c, size_t begin, size_t end) {
  change part = *c;
  part.at += begin;
  part.length = end - begin;
  part.data += begin;
  if (part.length) blob_apply(b, &part);
}

static void zero(blob **b, const change *c) {
  if (c->at + c->length > (*b)->length) blob_own(b, c->at + c->length);
  else blob_own(b, (*b)->length);
  memset((*b)->at + c->at, 0, c->length);
}

static size_t sector_end(const change *c, size_t length) { /* of the write's first `length` bytes */
  size_t end = (c->at + length + DISK_SECTOR - 1) / DISK_SECTOR * DISK_SECTOR;
  return end - c->at < c->length ? end - c->at : c->length;
}

static void apply_randomly(cutter *k, blob **b, const change *c) {
  size_t part = below(k, c->length + 1);
  switch (below(k, 6)) {
    case 0: break;                                             /* lost */
    case 1: zero(b, c); break;                                 /* its length is there */
    case 2: apply_part(b, c, 0, sector_end(c, part)); break;   /* torn at a sector */
    case 3: apply_part(b, c, 0, part); break;                  /* torn anywhere */
    case 4: apply_part(b, c, part, c->length); break;          /* the end without the beginning */
    default: apply_part(b, c, 0, c->length); break;
  }
}

static void apply_change(cutter *k, blob **b, const change *c) {
  bool all = k->cut == DISK_ALL || k->cut == DISK_LAST;
  if (c->kind == CHANGE_LENGTH) {
    if (k->cut == DISK_RANDOM ? below(k, 2) : k->cut != DISK_NOTHING && k->cut != DISK_NAMES) blob_apply(b, c);
    return;
  }
  if (all) blob_apply(b, c);
  else if (k->cut == DISK_ZEROED) zero(b, c);
  else if (k->cut == DISK_TORN) apply_part(b, c, 0, sector_end(c, c->length / 2));
  else if (k->cut == DISK_RANDOM) apply_randomly(k, b, c);
}

static blob *cut_file(cutter *k, const node *n) {
  blob *b = blob_share(n->durable);
  size_t mood = k->cut == DISK_RANDOM ? below(k, 3) : 2; /* nothing, everything, some of it */
  if (mood == 0) return b;
  for (size_t i = 0; i < n->count; i++) {
    const change *c = &n->changes[i];
    if (c->doomed) continue;
    if (mood == 1) blob_apply(&b, c);
    else apply_change(k, &b, c);
  }
  return b;
}

/* ---- names -------------------------------------------------------------------------------- */

/* The changes of names that are there: those before `first` and the bits of `mask` behind it. */
static void cut_names(cutter *k, const node *n, entries *names) {
  size_t first = n->count;
  uint64_t mask = 0;
  if (k->cut == DISK_NOTHING) first = 0;
  if (k->cut == DISK_LAST) {
    first = 0;
    mask = n->count ? UINT64_C(1) << ((n->count - 1) & 63) : 0;
  }
  if (k->cut == DISK_RANDOM) {
    size_t mood = below(k, 4); /* all, the first, any, all but one */
    if (mood) first = mood == 1 ? below(k, n->count + 1) : 0;
    if (mood == 2) mask = roll(k);
    if (mood == 3) mask = ~(UINT64_C(1) << below(k, n->count < 64 ? n->count + 1 : 64));
  }
  names_copy(names, &n->durable_names);
  for (size_t i = 0; i < n->count; i++)
    if (i < first || mask >> (i & 63) & 1) names_apply(names, &n->changes[i]);
}

/* ---- the whole ---------------------------------------------------------------------------- */

/* Fills node `to` with what is left of node `from`. */
static void cut_node(cutter *k, size_t from, size_t to) {
  const node *n = k->from->nodes[from];
  node *copy = k->to->nodes[to];
  k->numbers[from] = to;
  if (!n->folder) {
    blob_drop(copy->now);
    blob_drop(copy->durable);
    copy->now = cut_file(k, n);
    copy->durable = blob_share(copy->now);
    return;
  }
  cut_names(k, n, &copy->names);
  for (size_t i = 0; i < copy->names.count; i++) {
    size_t child = copy->names.at[i].node;
    bool known = k->numbers[child] != SIZE_MAX;
    size_t number = known ? k->numbers[child] : disk_node(k->to, k->from->nodes[child]->folder);
    copy->names.at[i].node = number;
    if (!known) cut_node(k, child, number);
  }
  names_copy(&copy->durable_names, &copy->names);
}

disk *disk_after(const disk *d, disk_cut cut, uint64_t seed) {
  cutter k = {.from = d, .to = disk_new(), .cut = cut, .seed = seed};
  k.numbers = disk_room(NULL, d->count * sizeof *k.numbers);
  memset(k.numbers, 0xFF, d->count * sizeof *k.numbers);
  cut_node(&k, 0, 0);
  free(k.numbers);
  return k.to;
}

/* ---- digest ------------------------------------------------------------------------------- */

static uint64_t mix(uint64_t hash, uint64_t word) {
  hash = (hash ^ word) * UINT64_C(0xFF51AFD7ED558CCD);
  return hash ^ hash >> 32;
}

static uint64_t digest_bytes(const unsigned char *at, size_t length) {
  uint64_t hash = mix(1, length), word;
  for (; length >= sizeof word; at += sizeof word, length -= sizeof word) {
    memcpy(&word, at, sizeof word);
    hash = mix(hash, word);
  }
  for (word = 0; length; length--) word = word << 8 | *at++;
  return mix(hash, word);
}

static uint64_t digest_node(const disk *d, size_t number) {
  const node *n = d->nodes[number];
  uint64_t sum = 0; /* whatever the order of the names */
  if (!n->folder) {
    if (!n->now->digested) n->now->digest = digest_bytes(n->now->at, n->now->length);
    n->now->digested = true;
    return n->now->digest;
  }
  for (size_t i = 0; i < n->names.count; i++) {
    const entry *e = &n->names.at[i];
    sum += mix(digest_bytes((const unsigned char *)e->name, strlen(e->name)), digest_node(d, e->node));
  }
  return mix(2, sum);
}

uint64_t disk_digest(const disk *d) { return digest_node(d, 0); }
