/* segment/postings: documents in blocks of 128, positions behind them.
 *
 *   postings  = [skips] lists positions
 *   skips     = { list:u64 positions:u64 last:u32 none:u32 }   one a block, when there is more than one: where its list
 *               and its positions begin (from the first list's, the first positions' begin), its last document
 *   list      = document-bits:u8 length-bits:u8 documents lengths   both packed, the low bits first, to whole bytes
 *   documents = the distance from the document before, less one; before the first stands -1
 *   lengths   = bytes of positions, less one
 *   positions = varints: the first position of a document, then the distances
 *
 * A list tells documents without their positions, and a length is enough to pass them. How often a term stands in a
 * document is the number of varints. */
#include "segment/postings.h"

enum { MOST = ENTI_DOCUMENTS_A_BLOCK, SKIP = 24, LIST_HEAD = 2 };

/* ---- packing ---- */

static unsigned bits_of(uint32_t x) { return x ? 32 - (unsigned)__builtin_clz(x) : 0; }

static size_t packed_size(uint32_t count, unsigned bits) { return ((size_t)count * bits + 7) / 8; }

/* Eight bytes more than the packed size can be written. */
static void pack(unsigned char *to, const uint32_t *numbers, uint32_t count, unsigned bits) {
  uint64_t word = 0;
  unsigned used = 0;
  for (uint32_t i = 0; i < count; i++) {
    word |= (uint64_t)numbers[i] << used;
    used += bits;
    (void)enti_put64(to, word);
    to += used >> 3;
    word >>= used & ~7u & 63;
    used &= 7;
  }
}

/* Eight bytes more than the packed size can be read. */
static void unpack(const unsigned char *from, uint32_t *numbers, uint32_t count, unsigned bits) {
  const uint64_t mask = (UINT64_C(1) << bits) - 1;
  uint64_t place = 0;
  for (uint32_t i = 0; i < count; i++, place += bits)
    numbers[i] = (uint32_t)(enti_get64(from + (place >> 3)) >> (place & 7) & mask);
}

/* ---- writing ---- */

void enti_postings_free(enti_postings *p) {
  enti_array_free(&p->alloc, &p->skips);
  enti_array_free(&p->alloc, &p->lists);
  enti_array_free(&p->alloc, &p->positions);
}

static ent_status end_block(enti_postings *p) {
  uint32_t numbers[MOST], any = 0, long_any = 0, before = p->last;
  for (uint32_t i = 0; i < p->held; i++) {
    numbers[i] = p->documents[i] - before - 1;
    before = p->documents[i];
    any |= numbers[i];
    long_any |= --p->lengths[i];
  }
  unsigned bits = bits_of(any), length_bits = bits_of(long_any);
  size_t size = packed_size(p->held, bits), length_size = packed_size(p->held, length_bits);
  unsigned char skip[SKIP] = {0};
  (void)enti_put32(enti_put64(enti_put64(skip, p->lists.count), p->begun), before);
  ent_status status = enti_bytes_add(&p->alloc, &p->skips, skip, SKIP);
  if (status == ENT_OK) status = enti_array_reserve(&p->alloc, &p->lists, LIST_HEAD + size + length_size + 8);
  if (status != ENT_OK) return status;
  unsigned char *to = (unsigned char *)p->lists.at + p->lists.count;
  to[0] = (unsigned char)bits;
  to[1] = (unsigned char)length_bits;
  pack(to + LIST_HEAD, numbers, p->held, bits);
  pack(to + LIST_HEAD + size, p->lengths, p->held, length_bits);
  p->lists.count += LIST_HEAD + size + length_size;
  p->begun = p->positions.count;
  p->last = before;
  p->held = 0;
  return ENT_OK;
}

ent_status enti_postings_room(enti_postings *p, size_t length, unsigned char **at) {
  ent_status status = enti_array_reserve(&p->alloc, &p->positions, length);
  if (status == ENT_OK) *at = (unsigned char *)p->positions.at + p->positions.count;
  return status;
}

ent_status enti_postings_add(enti_postings *p, uint32_t document, size_t length, uint32_t tokens) {
  ent_status status = ENT_OK;
  if (length > UINT32_MAX) return ENT_ERR_LIMIT;
  if (p->count == 0) p->last = UINT32_MAX; /* -1 */
  if (p->held == MOST) status = end_block(p);
  if (status != ENT_OK) return status;
  p->positions.count += length;
  p->documents[p->held] = document;
  p->lengths[p->held++] = (uint32_t)length;
  p->count++;
  p->tokens += tokens;
  return ENT_OK;
}

ent_status enti_postings_finish(enti_postings *p, enti_bytes *out) {
  ent_status status = p->held ? end_block(p) : ENT_OK;
  if (status == ENT_OK && p->count > MOST) status = enti_bytes_add(&p->alloc, out, p->skips.at, p->skips.count);
  if (status == ENT_OK) status = enti_bytes_add(&p->alloc, out, p->lists.at, p->lists.count);
  if (status == ENT_OK) status = enti_bytes_add(&p->alloc, out, p->positions.at, p->positions.count);
  p->skips.count = p->lists.count = p->positions.count = 0;
  p->held = p->count = 0;
  p->begun = p->tokens = 0;
  return status;
}

/* ---- reading ---- */

static uint32_t block_count(const enti_cursor *c) { return (uint32_t)(((uint64_t)c->count + MOST - 1) / MOST); }

/* The bytes of a block's list that begins at `begin`, touched with the slack behind it. */
static ent_status touch_list(enti_cursor *c, uint64_t begin, uint32_t count, uint64_t *size) {
  if (begin > c->end || c->end - begin < LIST_HEAD) return ENT_ERR_DAMAGE;
  ent_status status = enti_view_touch(c->view, begin, LIST_HEAD);
  if (status != ENT_OK) return status;
  const unsigned char *at = c->view->at + begin;
  if (at[0] > 32 || at[1] > 32) return ENT_ERR_DAMAGE;
  *size = LIST_HEAD + packed_size(count, at[0]) + packed_size(count, at[1]);
  return *size > c->end - begin ? ENT_ERR_DAMAGE : enti_view_touch(c->view, begin, *size + ENTI_SLACK);
}

/* A block's entry of the skips, which open has touched. Each block is checked against its own and the one before, so
 * documents ascend however a cursor goes. */
static const unsigned char *skip_of(const enti_cursor *c, uint32_t number) {
  return c->view->at + c->begin + (uint64_t)number * SKIP;
}

/* Reads the list of block `number`, whose first document follows `before`. */
static ent_status read_block(enti_cursor *c, uint32_t number, uint64_t list, uint64_t place, uint32_t before) {
  uint64_t size;
  uint32_t held = c->count - number * MOST < MOST ? c->count - number * MOST : MOST;
  ent_status status = touch_list(c, list, held, &size);
  if (status != ENT_OK) return status;
  const unsigned bits = c->view->at[list];
  uint64_t document = (uint32_t)(before + 1); /* from -1 */
  if (bits == 0) { /* neighbours */
    if (document + held > c->limit) return ENT_ERR_DAMAGE;
    for (uint32_t i = 0; i < held; i++) c->documents[i] = (uint32_t)document + i;
  } else {
    unpack(c->view->at + list + LIST_HEAD, c->documents, held, bits);
    for (uint32_t i = 0; i < held; i++) {
      document += c->documents[i];
      c->documents[i] = (uint32_t)document++;
    }
    if (document > c->limit) return ENT_ERR_DAMAGE; /* it only grew: 128 steps of 32 bits do not overflow */
  }
  if (place > c->end) return ENT_ERR_DAMAGE;
  if (block_count(c) > 1 && c->documents[held - 1] != enti_get32(skip_of(c, number) + 16)) return ENT_ERR_DAMAGE;
  c->block = number;
  c->held = held;
  c->lengths = list + LIST_HEAD + packed_size(held, bits);
  c->length_bits = c->view->at[list + 1];
  c->place = place;
  c->measured = false;
  return enti_view_still(c->view);
}

/* Reads where the positions of each document of the block end; its list has been touched. */
static ent_status measure(enti_cursor *c) {
  uint32_t lengths[MOST];
  uint64_t sum = 0;
  unpack(c->view->at + c->lengths, lengths, c->held, c->length_bits);
  for (uint32_t i = 0; i < c->held; i++) c->ends[i] = sum += (uint64_t)lengths[i] + 1;
  if (sum > c->end - c->place) return ENT_ERR_DAMAGE;
  c->measured = true;
  return enti_view_still(c->view);
}

/* A block that cannot be read stays the next one. */
static ent_status go_to_block(enti_cursor *c, uint32_t number) {
  c->held = c->at = 0;
  c->block = number - 1;
  if (block_count(c) == 1) return read_block(c, number, c->lists, c->positions, UINT32_MAX);
  const unsigned char *entry = skip_of(c, number);
  uint64_t skip = enti_get64(entry), positions = enti_get64(entry + 8);
  uint32_t before = number > 0 ? enti_get32(skip_of(c, number - 1) + 16) : UINT32_MAX;
  if (skip > c->end - c->lists || positions > c->end - c->positions) return ENT_ERR_DAMAGE;
  if (number > 0 && before >= c->limit) return ENT_ERR_DAMAGE;
  return read_block(c, number, c->lists + skip, c->positions + positions, before);
}

ent_status enti_cursor_open(enti_cursor *c, enti_view *view, uint64_t begin, uint64_t end, uint32_t count, uint32_t limit) {
  c->view = view;
  c->begin = c->lists = begin;
  c->end = end;
  c->count = count;
  c->limit = limit;
  c->held = c->at = 0;
  c->block = 0;
  if (begin > end || end > view->length || count == 0 || count > limit) return ENT_ERR_DAMAGE;
  uint32_t blocks = block_count(c), last = count - (blocks - 1) * MOST;
  uint64_t size, skips = blocks > 1 ? (uint64_t)blocks * SKIP : 0;
  if (skips > end - begin) return ENT_ERR_DAMAGE;
  ent_status status = enti_view_touch(view, begin, skips);
  if (status != ENT_OK) return status;
  c->lists = begin + skips;
  uint64_t last_list = blocks > 1 ? enti_get64(skip_of(c, blocks - 1)) : 0;
  if (last_list > end - c->lists) return ENT_ERR_DAMAGE;
  status = touch_list(c, c->lists + last_list, last, &size);
  if (status != ENT_OK) return status;
  c->positions = c->lists + last_list + size;
  c->block = UINT32_MAX; /* before the first */
  return ENT_OK;
}

ent_status enti_cursor_next_block(enti_cursor *c, uint32_t *document) {
  *document = ENT_NONE;
  if (c->block + 1 >= block_count(c)) {
    c->at = c->held; /* behind the last */
    c->block = block_count(c) - 1;
    return ENT_OK;
  }
  ent_status status = go_to_block(c, c->block + 1);
  if (status == ENT_OK) *document = c->documents[0];
  return status;
}

/* The first block whose last document is not before `wanted`, at or behind `from`. */
static uint32_t find_block(const enti_cursor *c, uint32_t from, uint32_t wanted) {
  uint32_t low = from, high = block_count(c);
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (enti_get32(skip_of(c, middle) + 16) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

ent_status enti_cursor_seek(enti_cursor *c, uint32_t wanted, uint32_t *document) {
  uint32_t blocks = block_count(c);
  *document = ENT_NONE;
  if (c->held == 0 || c->at >= c->held || c->documents[c->held - 1] < wanted) {
    uint32_t from = c->block + 1, number = blocks > 1 ? find_block(c, from, wanted) : from;
    if (number >= blocks) {
      c->at = c->held;
      c->block = blocks - 1;
      return ENT_OK;
    }
    ent_status status = go_to_block(c, number);
    if (status != ENT_OK) return status;
  }
  while (c->at < c->held && c->documents[c->at] < wanted) c->at++;
  if (c->at < c->held) *document = c->documents[c->at]; /* else it was the only block */
  return ENT_OK;
}

ent_status enti_cursor_bytes(enti_cursor *c, const unsigned char **at, uint32_t *length) {
  ent_status status = c->measured ? ENT_OK : measure(c);
  if (status != ENT_OK) return status;
  uint64_t from = c->at ? c->ends[c->at - 1] : 0, size = c->ends[c->at] - from;
  if (size > UINT32_MAX) return ENT_ERR_DAMAGE;
  *at = c->view->at + c->place + from;
  *length = (uint32_t)size;
  return enti_view_touch(c->view, c->place + from, size);
}

ent_status enti_positions_open(enti_cursor *c, enti_positions *p) {
  uint32_t length;
  ent_status status = enti_cursor_bytes(c, &p->at, &length);
  if (status != ENT_OK) return status;
  p->end = p->at + length;
  p->wrong = !enti_get_small(&p->at, p->end, INT32_MAX, &p->position);
  return p->wrong ? ENT_ERR_DAMAGE : ENT_OK;
}

uint32_t enti_positions_count(const unsigned char *at, uint32_t length) {
  uint32_t count = 0, i = 0;
  for (; i + 8 <= length; i += 8)
    count += 8 - (uint32_t)__builtin_popcountll(enti_get64(at + i) & UINT64_C(0x8080808080808080));
  for (; i < length; i++) count += at[i] < 0x80;
  return count;
}

ent_status enti_cursor_positions(enti_cursor *c, const ent_alloc *alloc, uint32_t **to, size_t *count, size_t *room) {
  const unsigned char *at, *end;
  uint32_t length, step;
  uint64_t position = 0;
  void *block = *to;
  ent_status status = enti_cursor_bytes(c, &at, &length);
  if (status == ENT_OK) status = enti_reserve(alloc, &block, *count, room, length, sizeof **to);
  *to = block;
  if (status != ENT_OK) return status;
  end = at + length;
  for (bool first = true; at < end; first = false) {
    if (!enti_get_small(&at, end, INT32_MAX, &step) || (!first && step == 0)) return ENT_ERR_DAMAGE;
    position += step;
    if (position > INT32_MAX) return ENT_ERR_DAMAGE;
    (*to)[(*count)++] = (uint32_t)position;
  }
  return ENT_OK;
}
