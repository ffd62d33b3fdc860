/* index/tokens: a document's tokens are touched once, while they are in the cache: found, given their types, and
 * judged by what stands before each. What
 * their types hint at is counted for each paragraph (language.c).
 *
 * Nearly always that is one space, or nothing. What is rarer is read, and what it may ask of the repairs is
 * remembered (enti_repair), so that a document without a hyphen at a line's end is not searched for one. */
#include "index/tokens.h"

#include "text/utf8.h"
#include "vocab/trait.h"

enum { BATCH = 256 };

/* Whether a soft hyphen or a character of no width stands in a gap. */
static bool holds_marks(const char *text, size_t begin, size_t end) {
  for (size_t at = begin; at < end;)
    if (enti_trait_read(text, at, end, &at) & (ENT_REPAIR_SOFT_HYPHENS | ENT_REPAIR_ZERO_WIDTH)) return true;
  return false;
}

/* A gap that a skip stands in: what is before and behind it must join. */
static enti_gap gap_with_skips(enti_repair *r, size_t begin, size_t end) {
  size_t cut = r->skips[r->skip].begin > begin ? r->skips[r->skip].begin : begin;
  while (r->skip + 1 < r->skip_count && r->skips[r->skip + 1].begin < end) r->skip++;
  bool joined = enti_gap_judge(r->text, r->length, begin, cut) == ENTI_GAP_JOIN &&
                enti_gap_judge(r->text, r->length, r->skips[r->skip].end, end) == ENTI_GAP_JOIN;
  return joined ? ENTI_GAP_JOIN : ENTI_GAP_BREAK;
}

/* Reads the gap before the token `number`, which is not nothing and no space; says it to *gap. */
static ent_status read_gap(enti_repair *r, size_t number, size_t begin, size_t end, uint8_t *gap) {
  ent_status status = ENT_OK;
  if (enti_hyphen_size(r->text, begin, end) > 0) {
    status = enti_array_reserve(&r->index->alloc, &r->index->hyphens, 1);
    if (status != ENT_OK) return status;
    r->index->hyphens.at[r->index->hyphens.count++] = (uint32_t)(number - r->first_token);
  }
  if (!r->gap_marks && enti_utf8_ascii(r->text, end, begin) < end) r->gap_marks = holds_marks(r->text, begin, end);
  while (r->skip < r->skip_count && r->skips[r->skip].end <= begin) r->skip++;
  bool skipped = r->skip < r->skip_count && r->skips[r->skip].begin < end;
  *gap = (uint8_t)(skipped ? gap_with_skips(r, begin, end) : enti_gap_judge(r->text, r->length, begin, end));
  return status;
}

/* Writes tokens as if only spaces stood before them, and lists those before which something else does: without a
 * branch, for what stands between words is hard to foretell. `end`: of the token before. */
static size_t write_tokens(enti_repair *r, enti_token *to, const enti_stretch *spans, const uint32_t *types, size_t count,
                           uint32_t end, uint32_t *hints, uint8_t *others) {
  const char *text = r->text;
  const uint16_t *traits = r->index->vocab->traits.at;
  unsigned seen = r->seen;
  size_t other_count = 0;
  for (size_t i = 0; i < count; i++) {
    const uint32_t begin = spans[i].begin, width = begin - end;
    const unsigned of = traits[types[i]];
    to[i].begin = begin;
    to[i].end = spans[i].end;
    to[i].type = types[i];
    to[i].gap = ENTI_GAP_JOIN;
    to[i].inside = false;
    seen |= of;
    hints[enti_trait_hint(of)]++;
    others[other_count] = (uint8_t)i;
    other_count += (width != 0) & (((width ^ 1) | ((unsigned char)text[end] ^ ' ')) != 0);
    end = spans[i].end;
  }
  r->seen = seen;
  return other_count;
}

/* Puts at most BATCH tokens at the index's tokens from `first` on, where there is room; `hints` counts what they hint
 * at. */
static ent_status put(enti_repair *r, size_t first, const enti_stretch *spans, const uint32_t *types, size_t count,
                      uint32_t *hints) {
  uint8_t others[BATCH];
  ent_status status = ENT_OK;
  enti_token *to = r->index->tokens.at + first;
  const uint32_t before = first == r->first_token ? spans[0].begin : to[-1].end;
  const size_t other_count = write_tokens(r, to, spans, types, count, before, hints, others);
  for (size_t k = 0; k < other_count && status == ENT_OK; k++) {
    const size_t i = others[k];
    status = read_gap(r, first + i, i ? spans[i - 1].end : before, spans[i].begin, &to[i].gap);
  }
  if (first == r->first_token) to[0].gap = ENTI_GAP_BREAK;
  return status;
}

ent_status enti_tokens_judge(enti_repair *r) {
  ent_index *index = r->index;
  enti_stretch spans[BATCH];
  uint32_t types[BATCH];
  enti_hint_counts unused = {0};
  ent_status status = enti_trait_cover(index->vocab);
  for (size_t at = r->first_token, some; at < index->tokens.count && status == ENT_OK; at += some) {
    some = index->tokens.count - at < BATCH ? index->tokens.count - at : BATCH;
    for (size_t i = 0; i < some; i++) {
      const enti_token *token = &index->tokens.at[at + i];
      spans[i] = (enti_stretch){token->begin, token->end};
      types[i] = token->type;
    }
    status = put(r, at, spans, types, some, unused);
  }
  return status;
}

ent_status enti_tokens_take(enti_repair *r, const enti_stretch *spans, size_t count) {
  ent_index *index = r->index;
  uint32_t types[BATCH];
  for (size_t some; count > 0; spans += some, count -= some) {
    some = count < BATCH ? count : BATCH;
    ent_status status = enti_vocab_intern_many(index->vocab, r->text, r->length, spans, some, types);
    if (status == ENT_OK) status = enti_trait_cover(index->vocab);
    if (status == ENT_OK) status = enti_array_reserve(&index->alloc, &index->tokens, some);
    if (status == ENT_OK) status = put(r, index->tokens.count, spans, types, some, index->hints.at[index->hints.count - 1]);
    if (status != ENT_OK) return status;
    index->tokens.count += some;
  }
  return ENT_OK;
}

ent_status enti_tokens_find(enti_repair *r, size_t begin, size_t end) {
  enti_stretch spans[BATCH];
  enti_segmenter cursor = {r->text, begin, end, r->skips, r->skip_count, 0};
  size_t low = 0, high = cursor.skip_count, count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (cursor.skips[middle].end <= begin) low = middle + 1;
    else high = middle;
  }
  cursor.skip = low;
  ent_status status = enti_array_reserve(&r->index->alloc, &r->index->hints, 1);
  if (status != ENT_OK) return status;
  memset(r->index->hints.at[r->index->hints.count++], 0, sizeof *r->index->hints.at);
  while ((count = enti_segment_many(&cursor, spans, BATCH, false)) > 0) {
    status = enti_tokens_take(r, spans, count);
    if (status != ENT_OK) return status;
  }
  return ENT_OK;
}

/* ---- parts ---- */

/* The first token from `from` on that begins at `offset` or behind it, by steps that double: parts are long. */
static size_t first_token_at(const enti_token *tokens, size_t count, size_t from, size_t offset) {
  size_t low = from, high = from; /* tokens before `low` begin before the offset */
  for (size_t step = 1; high < count && tokens[high].begin < offset; step *= 2) {
    low = high + 1;
    high = step < count - low ? low + step : count;
  }
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (tokens[middle].begin < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

static void number_sentences(ent_part *parts, size_t part_count, enti_token *tokens, size_t count) {
  enum { AT_ONCE = 8 };
  size_t token = 0;
  for (size_t i = 0; i < part_count; i++) {
    ent_part *part = &parts[i];
    while (token < count && tokens[token].begin < part->begin) token++;
    part->first = (uint32_t)token;
    if (token < count && tokens[token].begin < part->end) tokens[token++].gap = ENTI_GAP_BREAK;
    while (count - token >= AT_ONCE && tokens[token + AT_ONCE - 1].begin < part->end) token += AT_ONCE;
    while (token < count && tokens[token].begin < part->end) token++;
    part->last = (uint32_t)token - 1; /* first - 1 when it holds none */
  }
}

void enti_tokens_number(ent_index *index, const enti_document *document, ent_unit unit) {
  enti_token *tokens = index->tokens.at ? index->tokens.at + document->tokens.begin : NULL;
  size_t from = document->parts[unit].begin, part_count = index->parts[unit].count - from;
  size_t count = index->tokens.count - document->tokens.begin, token = 0;
  ent_part *parts = part_count ? index->parts[unit].at + from : NULL;
  if (unit == ENT_SENTENCE) {
    number_sentences(parts, part_count, tokens, count);
    return;
  }
  for (size_t i = 0; i < part_count; i++) {
    token = first_token_at(tokens, count, token, parts[i].begin);
    parts[i].first = (uint32_t)token;
    token = first_token_at(tokens, count, token, parts[i].end);
    parts[i].last = (uint32_t)token - 1;
  }
}
