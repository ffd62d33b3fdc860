/* segment/token_blocks: blocks of 128 tokens.
 *
 *   block    = lengths numbers default bits codes literals edited
 *   lengths  = two bits a token: how many bytes its type's number has, less one; four a byte
 *   numbers  = those bytes
 *   default  = the gap code that no bit stands for
 *   bits     = one a token: its gap has another code
 *   codes    = a byte for each of them; ENTI_GAP_LITERAL: it is the next of literals
 *   literals = { kind:u8 length:varint bytes }
 *   edited   = count:u8 { token:u8 length:varint bytes }
 *
 * Types are numbered by frequency, so most numbers are one or two bytes, and their lengths stand apart so that
 * neither way needs a branch a token. */
#include "segment/token_blocks.h"

enum { MOST = ENTI_TOKENS_A_BLOCK };

bool enti_gap_table_read(enti_gap_table *table, const unsigned char *at, const unsigned char *end) {
  memset(table, 0, sizeof *table);
  while (at < end) {
    enti_gap_form form;
    if (table->count == ENTI_GAPS_MOST) return false;
    form.kind = *at++;
    if (!enti_get_small(&at, end, (uint64_t)(end - at), &form.length) || form.length > (size_t)(end - at)) return false;
    if ((form.kind & 3) > 2 || form.kind > 6) return false;
    form.bytes = (const char *)at;
    at += form.length;
    table->at[table->count++] = form;
  }
  return true;
}

/* ---- writing ---- */

static unsigned char *put_types(unsigned char *to, const uint32_t *types, uint32_t count) {
  unsigned char *lengths = to, *at = to + (count + 3) / 4;
  for (uint32_t i = 0; i < count; i += 4) {
    unsigned char byte = 0;
    for (uint32_t k = i; k < count && k < i + 4; k++) {
      uint32_t x = types[k], more = (uint32_t)(x > 0xFF) + (x > 0xFFFF) + (x > 0xFFFFFF);
      byte |= (unsigned char)(more << 2 * (k - i));
      (void)enti_put32(at, x);
      at += more + 1;
    }
    *lengths++ = byte;
  }
  return at;
}

/* Eight bytes, in each of which the high bit is set where it is not 0. */
static uint64_t not_zero(uint64_t x) {
  const uint64_t low = UINT64_C(0x7F7F7F7F7F7F7F7F);
  return (((x & low) + low) | x) & ~low;
}

enum { PADDED = MOST + 8 };

/* How many of the codes are another one. */
static uint32_t count_others(const uint8_t *codes, uint32_t count, uint8_t code) {
  uint32_t others = 0;
  for (uint32_t i = 0; i < count; i += 8)
    others += (uint32_t)__builtin_popcountll(not_zero(enti_get64(codes + i) ^ code * UINT64_C(0x0101010101010101)));
  return others;
}

/* The default is that of the two that most tokens have in the segment which more of the block have. */
static unsigned char *put_codes(unsigned char *restrict to, const uint8_t *from, uint32_t count) {
  uint8_t codes[PADDED];
  uint8_t usual = 0;
  memcpy(codes, from, count);
  memset(codes + count, 0, 8);
  uint32_t zeros = count - count_others(codes, count, 0);
  if (zeros * 2 < count) {
    uint32_t ones = count + (-count & 7) - count_others(codes, count, 1); /* what pads them is 0 */
    usual = ones > zeros;
  }
  memset(codes + count, usual, 8);
  *to++ = usual;
  unsigned char *at = to + (count + 7) / 8;
  for (uint32_t i = 0; i < count; i += 8) {
    uint64_t marks = not_zero(enti_get64(codes + i) ^ usual * UINT64_C(0x0101010101010101)) >> 7;
    *to++ = (unsigned char)(marks * UINT64_C(0x0102040810204080) >> 56);
    for (uint32_t k = i; marks; k++, marks >>= 8) {
      *at = codes[k]; /* kept where it counts */
      at += marks & 1;
    }
  }
  return at;
}

typedef struct progress { /* the next of what is odd */
  size_t literal, edited;
} progress;

static ent_status add_literals(const ent_alloc *alloc, const enti_plain *plain, progress *done, uint32_t first,
                               uint32_t count, enti_bytes *out) {
  const uint8_t *at = plain->codes + first, *end = at + count;
  ent_status status = ENT_OK;
  while (status == ENT_OK && (at = memchr(at, ENTI_GAP_LITERAL, (size_t)(end - at))) != NULL) {
    const enti_gap_form *form = &plain->literals[done->literal++];
    status = enti_bytes_add(alloc, out, &form->kind, 1);
    if (status == ENT_OK) status = enti_bytes_varint(alloc, out, form->length);
    if (status == ENT_OK) status = enti_bytes_add(alloc, out, form->bytes, form->length);
    at++;
  }
  return status;
}

static ent_status add_edited(const ent_alloc *alloc, const enti_plain *plain, progress *done, uint32_t first, uint32_t count,
                             enti_bytes *out) {
  size_t stop = done->edited;
  while (stop < plain->edited_count && plain->edited[stop].token < first + count) stop++;
  unsigned char number = (unsigned char)(stop - done->edited);
  ent_status status = enti_bytes_add(alloc, out, &number, 1);
  for (; done->edited < stop && status == ENT_OK; done->edited++) {
    const enti_edited *edited = &plain->edited[done->edited];
    unsigned char place = (unsigned char)(edited->token - first);
    status = enti_bytes_add(alloc, out, &place, 1);
    if (status == ENT_OK) status = enti_bytes_varint(alloc, out, edited->length);
    if (status == ENT_OK) status = enti_bytes_add(alloc, out, edited->bytes, edited->length);
  }
  return status;
}

ent_status enti_tokens_write(const ent_alloc *alloc, const enti_plain *plain, enti_bytes *out) {
  enum { USUAL = MOST * 6 + 64 }; /* a block's bytes but for what is odd */
  size_t blocks = ((size_t)plain->count + MOST - 1) / MOST, table = out->count;
  progress done = {0, 0};
  ent_status status = enti_array_reserve(alloc, out, blocks * (8 + USUAL / 2));
  if (status != ENT_OK) return status;
  out->count += blocks * 8;
  for (size_t b = 0; b < blocks && status == ENT_OK; b++) {
    uint32_t first = (uint32_t)(b * MOST), count = plain->count - first < MOST ? plain->count - first : MOST;
    size_t offset = out->count - table;
    if (offset > UINT32_MAX) return ENT_ERR_LIMIT;
    unsigned char *entry = (unsigned char *)out->at + table + b * 8;
    (void)enti_put32(enti_put32(entry, plain->texts[b]), (uint32_t)offset);
    status = enti_array_reserve(alloc, out, USUAL);
    if (status != ENT_OK) return status;
    unsigned char *at = (unsigned char *)out->at + out->count;
    at = put_codes(put_types(at, plain->types + first, count), plain->codes + first, count);
    out->count = (size_t)(at - (unsigned char *)out->at);
    status = add_literals(alloc, plain, &done, first, count, out);
    if (status == ENT_OK) status = add_edited(alloc, plain, &done, first, count, out);
  }
  return status;
}

/* ---- reading ---- */

/* The sum of four fields of two bits in each byte of a word. */
static size_t sum_of_twos(uint64_t x) {
  const uint64_t low = UINT64_C(0x5555555555555555);
  return (size_t)(__builtin_popcountll(x & low) + 2 * __builtin_popcountll(x >> 1 & low));
}

static const unsigned char *types_end(const unsigned char *at, uint32_t count, const unsigned char *end) {
  size_t lengths = (count + 3) / 4, bytes = count, i = 0;
  if ((size_t)(end - at) < lengths) return NULL;
  for (; i + 8 <= lengths; i += 8) bytes += sum_of_twos(enti_get64(at + i));
  for (; i < lengths; i++) bytes += sum_of_twos(at[i]);
  return (size_t)(end - at) - lengths < bytes ? NULL : at + lengths + bytes;
}

bool enti_token_block_types(uint32_t *types, uint32_t count, const unsigned char *at, const unsigned char *end) {
  static const uint32_t masks[4] = {0xFF, 0xFFFF, 0xFFFFFF, 0xFFFFFFFF};
  if (!types_end(at, count, end)) return false;
  const unsigned char *lengths = at, *number = at + (count + 3) / 4;
  for (uint32_t i = 0; i < count; i++) {
    unsigned more = lengths[i / 4] >> 2 * (i % 4) & 3;
    types[i] = enti_get32(number) & masks[more];
    number += more + 1;
  }
  return true;
}

static bool read_form(enti_gap_form *form, const unsigned char **at, const unsigned char *end) {
  if (*at == end) return false;
  form->kind = *(*at)++;
  if ((form->kind & 3) > 2 || form->kind > 6) return false;
  if (!enti_get_small(at, end, INT32_MAX, &form->length) || form->length > (size_t)(end - *at)) return false;
  form->bytes = (const char *)*at;
  *at += form->length;
  return true;
}

static bool read_edited(enti_token_block *block, const unsigned char *at, const unsigned char *end) {
  if (at == end || *at > block->count) return false;
  block->edited_count = *at++;
  for (uint32_t i = 0; i < block->edited_count; i++) {
    enti_edited *edited = &block->edited[i];
    if (at == end || *at >= block->count || (i > 0 && *at <= edited[-1].token)) return false;
    edited->token = *at++;
    if (!enti_get_small(&at, end, INT32_MAX, &edited->length) || edited->length > (size_t)(end - at)) return false;
    edited->bytes = (const char *)at;
    at += edited->length;
  }
  return true;
}

bool enti_token_block_kind(uint32_t place, uint32_t count, const enti_gap_table *gaps, const unsigned char *at,
                           const unsigned char *end, uint8_t *kind) {
  const unsigned char *codes = types_end(at, count, end);
  const size_t bit_bytes = (count + 7) / 8;
  if (!codes || (size_t)(end - codes) < 1 + bit_bytes) return false;
  const unsigned char *bits = codes + 1;
  uint32_t before = 0, code = *codes;
  for (uint32_t i = 0; i < place / 8; i++) before += (uint32_t)__builtin_popcount(bits[i]);
  before += (uint32_t)__builtin_popcount(bits[place / 8] & ((1u << place % 8) - 1));
  if (bits[place / 8] >> (place % 8) & 1) {
    if ((size_t)(end - bits) - bit_bytes <= before) return false;
    code = bits[bit_bytes + before];
  }
  if (code >= gaps->count) return code == ENTI_GAP_LITERAL ? (*kind = ENTI_GAP_LITERAL, true) : false;
  *kind = gaps->at[code].kind;
  return true;
}

bool enti_token_block_read(enti_token_block *block, uint32_t count, const enti_gap_table *gaps, const unsigned char *at,
                           const unsigned char *end) {
  const unsigned char *codes = types_end(at, count, end);
  size_t bit_bytes = (count + 7) / 8;
  block->count = count;
  if (!codes || (size_t)(end - codes) < 1 + bit_bytes || !enti_token_block_types(block->types, count, at, end)) return false;
  const uint8_t usual_code = *codes++;
  if (usual_code >= ENTI_GAPS_MOST) return false;
  const enti_gap_form usual = gaps->at[usual_code];
  const unsigned char *bits = codes;
  codes += bit_bytes;
  const unsigned char *odd = codes;
  for (uint32_t i = 0; i < count; i++) odd += bits[i / 8] >> (i % 8) & 1;
  if (odd > end || (usual_code >= gaps->count && odd < codes + count)) return false; /* what nobody has may be missing */
  for (uint32_t i = 0; i < count; i++) {
    block->gaps[i] = usual;
    block->codes[i] = usual_code;
    if (!(bits[i / 8] >> (i % 8) & 1)) continue;
    unsigned char code = block->codes[i] = *codes++;
    if (code == ENTI_GAP_LITERAL) {
      if (!read_form(&block->gaps[i], &odd, end)) return false;
    } else if (code < gaps->count) {
      block->gaps[i] = gaps->at[code];
    } else {
      return false;
    }
  }
  return read_edited(block, odd, end);
}
