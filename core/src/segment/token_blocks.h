/* segment/token_blocks: a document's tokens and gaps as blocks of bytes, from which its text comes back. */
#ifndef ENTI_TOKEN_BLOCKS_H
#define ENTI_TOKEN_BLOCKS_H

#include "segment/format.h"

/* What stands between two tokens, or before the first: bytes, and how they are read. */
typedef struct enti_gap_form {
  const char *bytes;
  uint32_t length;
  uint8_t kind; /* enti_gap, and ENTI_GAP_INSIDE */
} enti_gap_form;

enum { ENTI_GAP_INSIDE = 4 }; /* the token behind continues a word */

/* The frequent gaps of a segment: code 0 is the most frequent one. */
typedef struct enti_gap_table {
  size_t count;
  enti_gap_form at[ENTI_GAPS_MOST];
} enti_gap_table;

/* Reads the table from its section's bytes, into which it then points. */
bool enti_gap_table_read(enti_gap_table *table, const unsigned char *at, const unsigned char *end);

/* A token whose bytes in the text are not those of its type (a divided word). */
typedef struct enti_edited {
  uint32_t token, length;
  const char *bytes;
} enti_edited;

/* A document as it is written: token i has a type and, before it, gap codes[i], or, where that is
 * ENTI_GAP_LITERAL, the next of `literals`. */
typedef struct enti_plain {
  const uint32_t *types;
  const uint8_t *codes;
  uint32_t count;
  const enti_gap_form *literals;
  size_t literal_count;
  const enti_edited *edited;
  size_t edited_count;
  const uint32_t *texts; /* one a block: where the token before it ends */
} enti_plain;

/* Appends table and blocks. */
ent_status enti_tokens_write(const ent_alloc *alloc, const enti_plain *plain, enti_bytes *out);

/* One block, read. */
typedef struct enti_token_block {
  uint32_t count;
  uint32_t types[ENTI_TOKENS_A_BLOCK];
  enti_gap_form gaps[ENTI_TOKENS_A_BLOCK];
  uint8_t codes[ENTI_TOKENS_A_BLOCK]; /* of the gaps */
  enti_edited edited[ENTI_TOKENS_A_BLOCK]; /* their token counts from the block's first */
  uint32_t edited_count;
} enti_token_block;

/* Reads a block of `count` tokens, 1 to 128, from [at, end), behind which ENTI_SLACK bytes can be read. False when it
 * is malformed; types may still be any number. */
bool enti_token_block_read(enti_token_block *block, uint32_t count, const enti_gap_table *gaps, const unsigned char *at,
                           const unsigned char *end);
/* Only the kind of the gap before its token `place`. */
bool enti_token_block_kind(uint32_t place, uint32_t count, const enti_gap_table *gaps, const unsigned char *at,
                           const unsigned char *end, uint8_t *kind);
/* Only its types. */
bool enti_token_block_types(uint32_t *types, uint32_t count, const unsigned char *at, const unsigned char *end);

#endif
