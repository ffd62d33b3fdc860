/* segment/format: the grammar of a segment, and its numbers.
 *
 *   segment   = magic documents postings terms types columns gaps records footer      each 8-byte aligned
 *   documents = { id parts table blocks }            one a document, in the bytewise order of ids
 *   table     = { text:u32 block:u32 }               one a block of 128 tokens: where its text and its bytes begin
 *   block     = lengths numbers default bits codes literals edited                                        token_blocks.c
 *   parts     = sentences, paragraphs, sections, pages, edits, spans, as varints                           parts.c
 *   postings  = { skips lists positions }            one a term, in the bytewise order of their forms      postings.c
 *   terms     = { offset:u64 tokens:u64 documents:u32 type:u32 }  and one more, whose offset ends the last
 *   types     = offsets bytes counts folds slots bare hans        numbered by falling count, then bytewise  lexicon.c
 *   columns   = { name values codes }                sorted by name                                        columns.c
 *   gaps      = { kind:u8 length:varint bytes }      the most frequent, at most 254                         token_blocks.c
 *   records   = { offset:u64 tokens:u32 length:u32 stream:u32 id:u32 parts:u32 none:u32 hash:16 bytes }
 *   footer    = { offset:u64 length:u64 } of each section, totals, magic
 *
 * Numbers are little endian. A varint has seven bits a byte, the low ones first, the eighth set on all but the last. */
#ifndef ENTI_FORMAT_H
#define ENTI_FORMAT_H

#include "base/base.h"

#define ENTI_SEGMENT_MAGIC "entseg\x01\n"

enum {
  ENTI_SECTION_DOCUMENTS,
  ENTI_SECTION_POSTINGS,
  ENTI_SECTION_TERMS,
  ENTI_SECTION_TYPE_OFFSETS, /* u40 each, one more than there are types */
  ENTI_SECTION_TYPE_BYTES,
  ENTI_SECTION_TYPE_COUNTS,  /* u40: tokens as written so */
  ENTI_SECTION_TYPE_TERMS,   /* u32: the term that a type folds to */
  ENTI_SECTION_SLOTS,        /* u32: type + 1 or 0; a power of two */
  ENTI_SECTION_BARE,         /* pairs of u32, sorted: a folded type and what it is on that layer, where not the same */
  ENTI_SECTION_HANS,
  ENTI_SECTION_COLUMNS,
  ENTI_SECTION_GAPS,
  ENTI_SECTION_RECORDS,
  ENTI_SECTIONS
};

enum {
  ENTI_TOKENS_A_BLOCK = 128,
  ENTI_RECORD_SIZE = 48,
  ENTI_TERM_SIZE = 24,
  ENTI_GAP_LITERAL = 255,
  ENTI_GAPS_MOST = 254,
  ENTI_GAP_LONGEST = 64, /* bytes of a gap in the table: longer ones are seldom the same */
  ENTI_SLACK = 16, /* bytes that may be read behind any section: the footer is longer */
  ENTI_FOOTER_SIZE = ENTI_SECTIONS * 16 + 40
};

typedef struct enti_footer {
  struct {
    uint64_t offset, length;
  } sections[ENTI_SECTIONS];
  uint64_t tokens, bytes;
  uint32_t documents, types, terms;
} enti_footer;

/* ---- numbers ---- */

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define ENTI_LE32(x) __builtin_bswap32(x)
#define ENTI_LE64(x) __builtin_bswap64(x)
#else
#define ENTI_LE32(x) (x)
#define ENTI_LE64(x) (x)
#endif

static inline uint32_t enti_get32(const unsigned char *at) {
  uint32_t x;
  memcpy(&x, at, sizeof x);
  return ENTI_LE32(x);
}

static inline uint64_t enti_get64(const unsigned char *at) {
  uint64_t x;
  memcpy(&x, at, sizeof x);
  return ENTI_LE64(x);
}

/* Five bytes; eight can be read. */
static inline uint64_t enti_get40(const unsigned char *at) { return enti_get64(at) & ((UINT64_C(1) << 40) - 1); }

static inline unsigned char *enti_put32(unsigned char *to, uint32_t x) {
  x = ENTI_LE32(x);
  memcpy(to, &x, sizeof x);
  return to + sizeof x;
}

static inline unsigned char *enti_put64(unsigned char *to, uint64_t x) {
  x = ENTI_LE64(x);
  memcpy(to, &x, sizeof x);
  return to + sizeof x;
}

/* Eight bytes can be written. */
static inline unsigned char *enti_put40(unsigned char *to, uint64_t x) {
  (void)enti_put64(to, x);
  return to + 5;
}

enum { ENTI_VARINT_MOST = 10 };

static inline unsigned char *enti_put_varint(unsigned char *to, uint64_t x) {
  for (; x >= 0x80; x >>= 7) *to++ = (unsigned char)(x | 0x80);
  *to++ = (unsigned char)x;
  return to;
}

/* Reads a varint of [*at, end); false when it is cut off or larger than 64 bits. */
static inline bool enti_get_varint(const unsigned char **at, const unsigned char *end, uint64_t *out) {
  uint64_t x = 0;
  for (unsigned shift = 0; *at < end && shift < 64; shift += 7) {
    unsigned char c = *(*at)++;
    if (shift == 63 && c > 1) return false;
    x |= (uint64_t)(c & 0x7F) << shift;
    if (c < 0x80) {
      *out = x;
      return true;
    }
  }
  return false;
}

/* The same for what must fit a uint32_t, below or at `most`. */
static inline bool enti_get_small(const unsigned char **at, const unsigned char *end, uint64_t most, uint32_t *out) {
  uint64_t x;
  if (*at < end && **at < 0x80) x = *(*at)++;
  else if (!enti_get_varint(at, end, &x)) return false;
  if (x > most || x > UINT32_MAX) return false;
  *out = (uint32_t)x;
  return true;
}

static inline ent_status enti_bytes_varint(const ent_alloc *alloc, enti_bytes *bytes, uint64_t x) {
  unsigned char made[ENTI_VARINT_MOST];
  return enti_bytes_add(alloc, bytes, made, (size_t)(enti_put_varint(made, x) - made));
}

#endif
