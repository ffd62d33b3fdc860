/* match/pieces: how terms find words in tokens that came with a text.
 *
 * Who divided that text had rules of his own: 数字鸿沟 or win-win can be one token, and U.S. keeps its stop. A term is
 * divided by our rules, so it is compared with what these find inside each token, its pieces:
 *
 *   tokens   数字 鸿沟 | win-win | U.S.             given
 *   pieces   数 字 鸿 沟 | win win | U.S            as terms are divided
 *
 * What is found in pieces is a hit of the tokens that hold them. In scripts without spaces a hit that begins or ends
 * inside a token cuts a word, and is none (国家 in 中国 家电). A type's pieces are found once. */
#include "match/coder.h"

#include "index/repair.h"
#include "text/utf8.h"
#include "token/gap.h"
#include "token/segment.h"
#include "vocab/trait.h"
#include "vocab/variant.h"

/* The type of bytes [begin, end) of a given type's form, as they would have it as a token that we found. */
static ent_status piece_type(ent_vocab *vocab, uint32_t given, size_t begin, size_t end, uint32_t *type) {
  unsigned off = enti_variant_off(&vocab->types.at[given]);
  ent_status status = enti_vocab_intern(vocab, vocab->types.at[given].bytes + begin, end - begin, type);
  if (status == ENT_OK) status = enti_trait_cover(vocab);
  if (status != ENT_OK) return status;
  const uint32_t traits = vocab->traits.at[*type];
  if (traits & ENT_REPAIR_SARA_AM & ~off) status = enti_sara_am_compose(vocab, *type, type);
  if (status == ENT_OK && (traits & off)) status = enti_variant_of(vocab, *type, traits & off, type);
  return status;
}

static ent_status add_piece(ent_coder *coder, uint32_t given, size_t begin, size_t end, bool inside) {
  enti_token piece = {.begin = (uint32_t)begin, .end = (uint32_t)end, .inside = inside};
  ent_status status = piece_type(coder->vocab, given, begin, end, &piece.type);
  if (status == ENT_OK) status = enti_array_reserve(&coder->alloc, &coder->known_pieces, 1);
  if (status == ENT_OK) coder->known_pieces.at[coder->known_pieces.count++] = piece;
  return status;
}

static ent_status divide_type(ent_coder *coder, uint32_t type) {
  size_t length, from, to, behind = 0, first = coder->known_pieces.count;
  const char *form = ent_vocab_bytes(coder->vocab, type, &length);
  enti_segmenter cursor = {form, 0, length, NULL, 0, 0};
  ent_status status = ENT_OK;
  bool before = false; /* whether the piece before stands in a script without spaces */
  while (status == ENT_OK && enti_segment_next(&cursor, &from, &to)) {
    bool here = enti_written_without_spaces(enti_utf8_at(form, from));
    status = add_piece(coder, type, from, to, before && here && from == behind);
    before = here;
    behind = to;
  }
  if (status == ENT_OK && coder->known_pieces.count == first) status = add_piece(coder, type, 0, length, false);
  if (status == ENT_OK) coder->type_pieces.at[type] = (enti_slice){first, coder->known_pieces.count - first};
  else coder->known_pieces.count = first;
  return status;
}

static ent_status pieces_of(ent_coder *coder, uint32_t type, enti_slice *out) {
  ent_status status = ENT_OK;
  if (type >= coder->type_pieces.count) {
    size_t more = coder->vocab->types.count - coder->type_pieces.count;
    status = enti_array_reserve(&coder->alloc, &coder->type_pieces, more);
    for (size_t i = 0; i < more && status == ENT_OK; i++) coder->type_pieces.at[coder->type_pieces.count++] = (enti_slice){0, 0};
  }
  if (status == ENT_OK && coder->type_pieces.at[type].count == 0) status = divide_type(coder, type);
  if (status == ENT_OK) *out = coder->type_pieces.at[type];
  return status;
}

/* What stands before a piece: the token's own gap where that is all that parts it from the piece before it. */
static uint8_t gap_before(const ent_coder *coder, const enti_token *token, size_t begin, size_t behind) {
  bool first = behind <= token->begin;
  if (first && (token->gap == ENTI_GAP_BREAK || (begin == token->begin && behind == token[-1].end))) return token->gap;
  return (uint8_t)enti_gap_read(coder->text, coder->length, behind, begin).gap;
}

ent_status enti_coder_divide(ent_coder *coder) {
  size_t behind = 0; /* where the piece before ends */
  coder->pieces.count = coder->piece_tokens.count = 0;
  for (uint32_t i = 0; i < coder->token_count; i++) {
    const enti_token *token = &coder->tokens[i];
    enti_slice known;
    ent_status status = pieces_of(coder, token->type, &known);
    if (status == ENT_OK) status = enti_array_reserve(&coder->alloc, &coder->pieces, known.count);
    if (status == ENT_OK) status = enti_array_reserve(&coder->alloc, &coder->piece_tokens, known.count);
    if (status != ENT_OK) return status;
    for (size_t k = 0; k < known.count; k++) {
      enti_token piece = coder->known_pieces.at[known.begin + k];
      piece.begin += token->begin;
      piece.end += token->begin;
      piece.gap = gap_before(coder, token, piece.begin, behind);
      behind = piece.end;
      coder->pieces.at[coder->pieces.count++] = piece;
      coder->piece_tokens.at[coder->piece_tokens.count++] = i;
    }
  }
  return ENT_OK;
}
