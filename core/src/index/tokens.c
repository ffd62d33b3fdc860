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

/* Judges tokens [first, first + count), which have their places and types; `hints`, when not NULL, counts what they
 * hint at. */
static inline ent_status judge(enti_repair *r, size_t first, size_t count, uint32_t *hints) {
  const uint32_t *traits = r->index->vocab->traits.at;
  const char *text = r->text;
  enti_token *to = r->index->tokens.at + first;
  uint32_t seen = r->seen, end = first == r->first_token ? to[0].begin : to[-1].end;
  for (size_t i = 0; i < count; i++) {
    const uint32_t begin = to[i].begin, width = begin - end, of = traits[to[i].type];
    to[i].gap = ENTI_GAP_JOIN;
    seen |= of;
    if (hints) hints[enti_trait_hint(of)]++;
    if (((width ^ 1) | ((unsigned char)text[end] ^ ' ')) != 0 && width > 0) {
      ent_status status = read_gap(r, first + i, end, begin, &to[i].gap);
      if (status != ENT_OK) return status;
    }
    end = to[i].end;
  }
  if (first == r->first_token) to[0].gap = ENTI_GAP_BREAK;
  r->seen = seen;
  return ENT_OK;
}

ent_status enti_tokens_judge(enti_repair *r) {
  size_t count = r->index->tokens.count - r->first_token;
  ent_status status = enti_trait_cover(r->index->vocab);
  return status == ENT_OK && count ? judge(r, r->first_token, count, NULL) : status;
}

ent_status enti_tokens_take(enti_repair *r, const enti_stretch *spans, size_t count) {
  ent_index *index = r->index;
  uint32_t types[BATCH];
  for (size_t some; count > 0; spans += some, count -= some) {
    some = count < BATCH ? count : BATCH;
    ent_status status = enti_vocab_intern_many(index->vocab, r->text, r->length, spans, some, types);
    if (status == ENT_OK) status = enti_trait_cover(index->vocab);
    if (status == ENT_OK) status = enti_array_reserve(&index->alloc, &index->tokens, some);
    if (status != ENT_OK) return status;
    const size_t first = index->tokens.count;
    enti_token *to = index->tokens.at + first;
    for (size_t i = 0; i < some; i++) to[i] = (enti_token){.begin = spans[i].begin, .end = spans[i].end, .type = types[i]};
    index->tokens.count += some;
    status = judge(r, first, some, index->hints.at[index->hints.count - 1]);
    if (status != ENT_OK) return status;
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
