/* segment/batch: documents as they wait for their segment.
 *
 * A lane is what one thread fills: a vocabulary, an index for one document at a time, and the lists into which that
 * document's tokens go, five bytes each: a type, and a code for the gap before it, which gaps get that have come often.
 * Nothing of a text is kept but what its types and gaps cannot tell. */
#include "segment/lane.h"

#include "segment/parts.h"

/* ---- lanes ---- */

static void free_lane(enti_lane *lane, const ent_alloc *alloc) {
  ent_index_free(lane->index);
  ent_vocab_free(lane->vocab);
  ent_vocab_free(lane->gaps);
  enti_array_free(alloc, &lane->documents);
  enti_array_free(alloc, &lane->types);
  enti_array_free(alloc, &lane->codes);
  enti_array_free(alloc, &lane->rare);
  enti_array_free(alloc, &lane->texts);
  enti_array_free(alloc, &lane->gap_counts);
  enti_array_free(alloc, &lane->gap_codes);
  enti_array_free(alloc, &lane->edited);
  enti_array_free(alloc, &lane->bytes);
  enti_array_free(alloc, &lane->scratch);
}

static ent_status open_lane(enti_lane *lane, const ent_alloc *alloc) {
  ent_status status = ent_vocab_new(alloc, &lane->vocab);
  if (status == ENT_OK) status = ent_vocab_new(alloc, &lane->gaps);
  if (status == ENT_OK) status = ent_index_new(lane->vocab, &lane->index);
  memset(lane->cache, 0xFF, sizeof lane->cache);
  lane->usual_key = UINT64_MAX;
  return status;
}

ent_status enti_batch_new(const ent_alloc *alloc, unsigned lanes, enti_batch **out) {
  alloc = enti_alloc_or_default(alloc);
  if (lanes == 0 || lanes > ENTI_LANES_MOST) return ENT_ERR_ARGUMENT;
  enti_batch *batch = enti_new(alloc, sizeof *batch);
  if (!batch) return ENT_ERR_MEMORY;
  batch->alloc = *alloc;
  batch->lanes = enti_new(alloc, lanes * sizeof *batch->lanes);
  batch->lane_count = batch->lanes ? lanes : 0;
  ent_status status = batch->lanes ? ENT_OK : ENT_ERR_MEMORY;
  for (unsigned i = 0; i < lanes && status == ENT_OK; i++) status = open_lane(&batch->lanes[i], alloc);
  if (status == ENT_OK) *out = batch;
  else enti_batch_free(batch);
  return status;
}

void enti_batch_free(enti_batch *batch) {
  if (!batch) return;
  ent_alloc alloc = batch->alloc;
  for (unsigned i = 0; i < batch->lane_count; i++) free_lane(&batch->lanes[i], &alloc);
  enti_free(&alloc, batch->lanes, batch->lane_count * sizeof *batch->lanes);
  enti_free(&alloc, batch, sizeof *batch);
}

/* Empties a lane; a vocabulary that has grown large is made anew, so that it holds what the next segment needs. */
ent_status enti_lane_clear(enti_lane *lane, const ent_alloc *alloc) {
  enum { FEW = 1 << 12 };
  ent_status status = ENT_OK;
  lane->documents.count = lane->types.count = lane->codes.count = lane->rare.count = lane->texts.count = 0;
  lane->edited.count = lane->bytes.count = lane->living = 0;
  lane->gap_counts.count = lane->gap_codes.count = lane->coded_count = 0;
  lane->usual_key = UINT64_MAX;
  ent_index_clear(lane->index);
  if (ent_vocab_count(lane->vocab) > FEW || ent_vocab_count(lane->gaps) > FEW) {
    ent_index_free(lane->index);
    ent_vocab_free(lane->vocab);
    ent_vocab_free(lane->gaps);
    lane->index = NULL;
    lane->vocab = lane->gaps = NULL;
    status = open_lane(lane, alloc);
  }
  return status;
}

/* ---- adding ---- */

/* Makes the list of counts as long as there are gaps. */
static ent_status cover_counts(enti_lane *lane, const ent_alloc *alloc) {
  while (lane->gap_counts.count < ent_vocab_count(lane->gaps)) {
    ent_status status = enti_array_reserve(alloc, &lane->gap_counts, 1);
    if (status == ENT_OK) status = enti_array_reserve(alloc, &lane->gap_codes, 1);
    if (status != ENT_OK) return status;
    lane->gap_counts.at[lane->gap_counts.count++] = 0;
    lane->gap_codes.at[lane->gap_codes.count++] = ENTI_GAP_RARE;
  }
  return ENT_OK;
}

static size_t gap_slot(uint64_t key) { return (size_t)(key * UINT64_C(0x9E3779B97F4A7C15) >> (64 - ENTI_GAP_CACHE_BITS)); }

enum { SHORT_GAP = 6 };

/* What a gap of at most SHORT_GAP bytes is known by; `end` is that of the text. */
static inline uint64_t gap_key(const char *bytes, size_t length, const char *end, uint8_t kind) {
  uint64_t key = 0;
  if (end - bytes >= 8) memcpy(&key, bytes, sizeof key);
  else memcpy(&key, bytes, length);
  key = ENTI_LE64(key) & ((UINT64_C(1) << 8 * length) - 1);
  return key | (uint64_t)kind << 56 | (uint64_t)length << 48;
}

/* The lane's number of a gap. Short ones are found by their keys in a little cache. */
static ent_status gap_number(enti_lane *lane, const ent_alloc *alloc, uint64_t key, const char *bytes, size_t length,
                             uint8_t kind, uint32_t *out) {
  enti_gap_slot *slot = length <= SHORT_GAP ? &lane->cache[gap_slot(key)] : NULL;
  if (slot && slot->key == key) {
    *out = slot->number;
    return ENT_OK;
  }
  lane->scratch.count = 0;
  ent_status status = enti_bytes_add(alloc, &lane->scratch, bytes, length);
  if (status == ENT_OK) status = enti_bytes_add(alloc, &lane->scratch, &kind, 1);
  if (status == ENT_OK) status = enti_vocab_intern(lane->gaps, lane->scratch.at, lane->scratch.count, out);
  if (status == ENT_OK) status = cover_counts(lane, alloc);
  if (status == ENT_OK && slot) *slot = (enti_gap_slot){key, *out};
  return status;
}

static ent_status reserve_tokens(enti_lane *lane, const ent_alloc *alloc, uint32_t count) {
  ent_status status = enti_array_reserve(alloc, &lane->types, count);
  if (status == ENT_OK) status = enti_array_reserve(alloc, &lane->codes, count);
  if (status == ENT_OK) status = enti_array_reserve(alloc, &lane->texts, count / ENTI_TOKENS_A_BLOCK + 1);
  if (status == ENT_OK) status = cover_counts(lane, alloc); /* those that the last batch had */
  return status;
}

enum {
  STRETCH = 256, /* tokens that are looked at together */
  OFTEN = 8      /* how often a gap comes before it gets a code: what stands in one odd document shall take none */
};

/* Writes types, and the usual gap's code for every token; lists those that have another gap, without a branch, since
 * which they are cannot be foretold. */
static inline uint32_t write_stretch(const enti_lane *lane, const char *text, const enti_token *tokens, uint32_t count,
                                     uint32_t end, uint32_t *restrict types, uint8_t *restrict codes,
                                     uint8_t *restrict others) {
  const uint64_t key = lane->usual_key;
  const uint32_t length = key >> 48 & 0xFF;
  const uint8_t kind = (uint8_t)(key >> 56), usual = (uint8_t)lane->usual;
  const uint32_t byte = (unsigned char)key, mask = length ? 0xFF : 0;
  uint32_t other_count = 0;
  for (uint32_t i = 0; i < count; i++) {
    const enti_token *token = &tokens[i];
    const uint8_t own = (uint8_t)(token->gap | (uint8_t)(token->inside << 2));
    types[i] = token->type;
    codes[i] = usual;
    others[other_count] = (uint8_t)i;
    other_count += (((token->begin - end) ^ length) | (uint32_t)(own ^ kind) | (((unsigned char)text[end] ^ byte) & mask)) != 0;
    end = token->end;
  }
  return other_count;
}

/* The gap before a token, when it is not the usual one: its code; and whether it shall be the usual one from now on. */
static ent_status add_gap(enti_lane *lane, const ent_alloc *alloc, const char *text, size_t text_length,
                          const enti_token *token, uint32_t end, uint8_t *code, uint64_t *key) {
  uint32_t number;
  size_t length = token->begin - end;
  uint8_t kind = (uint8_t)(token->gap | (token->inside ? ENTI_GAP_INSIDE : 0));
  *key = length <= SHORT_GAP ? gap_key(text + end, length, text + text_length, kind) : UINT64_MAX;
  ent_status status = gap_number(lane, alloc, *key, text + end, length, kind, &number);
  if (status == ENT_OK) status = enti_array_reserve(alloc, &lane->rare, 1);
  if (status != ENT_OK) return status;
  *code = lane->gap_codes.at[number];
  if (*code == ENTI_GAP_RARE) lane->rare.at[lane->rare.count++] = number;
  if (++lane->gap_counts.at[number] < OFTEN || *code != ENTI_GAP_RARE || lane->coded_count == ENTI_GAP_RARE) return ENT_OK;
  lane->coded[lane->coded_count] = number;
  lane->gap_codes.at[number] = (uint8_t)lane->coded_count++;
  return ENT_OK;
}

/* Most gaps are the one that is usual (a blank; nothing, between Han characters): the others are looked up. One of at
 * most one byte that came three times in a row, where most are others, is usual from there on. */
static ent_status add_tokens(enti_lane *lane, const ent_alloc *alloc, const char *text, size_t text_length,
                             const enti_token *tokens, uint32_t count) {
  ent_status status = reserve_tokens(lane, alloc, count);
  if (status != ENT_OK) return status;
  uint8_t others[STRETCH];
  for (uint32_t at = 0; at < count; at += ENTI_TOKENS_A_BLOCK) lane->texts.at[lane->texts.count++] = at ? tokens[at - 1].end : 0;
  for (uint32_t at = 0, some; at < count; at += some) {
    some = count - at < STRETCH ? count - at : STRETCH;
    uint8_t *codes = lane->codes.at + lane->codes.count;
    const uint32_t before = at ? tokens[at - 1].end : 0, usual = lane->usual;
    const uint32_t other_count = write_stretch(lane, text, tokens + at, some, before, lane->types.at + lane->types.count, codes, others);
    uint64_t last = UINT64_MAX;
    uint32_t again = 0, done = 0;
    for (; done < other_count; done++) {
      const uint32_t i = others[done];
      uint64_t key;
      status = add_gap(lane, alloc, text, text_length, &tokens[at + i], i ? tokens[at + i - 1].end : before, &codes[i], &key);
      if (status != ENT_OK) break;
      again = key == last ? again + 1 : 0;
      last = key;
      if (again < 2 || other_count * 2 <= some || (key >> 48 & 0xFF) > 1 || codes[i] == ENTI_GAP_RARE) continue;
      lane->usual_key = key;
      lane->usual = codes[i];
    }
    const uint32_t whole = status == ENT_OK ? some : others[done];
    lane->types.count += whole;
    lane->codes.count += whole;
    if (whole > done) lane->gap_counts.at[lane->coded[usual]] += whole - done;
    if (status != ENT_OK) return status;
  }
  return ENT_OK;
}

/* Whether an edit can give a token a type of other bytes. */
static bool changes_type(ent_edit_kind kind) {
  return kind == ENT_EDIT_JOINED || kind == ENT_EDIT_GUESSED || kind == ENT_EDIT_KEPT || kind == ENT_EDIT_SOFT_HYPHEN ||
         kind == ENT_EDIT_SARA_AM;
}

static ent_status add_edited(enti_lane *lane, const ent_alloc *alloc, const char *text, const enti_token *tokens,
                             uint32_t count) {
  size_t edits;
  const ent_edit *edit = ent_index_edits(lane->index, 0, &edits);
  uint32_t next = 0; /* tokens before it have been looked at */
  for (size_t e = 0; e < edits; e++) {
    if (!changes_type(edit[e].kind)) continue;
    uint32_t low = next, high = count;
    while (low < high) {
      uint32_t middle = low + (high - low) / 2;
      if (tokens[middle].end <= edit[e].begin) low = middle + 1;
      else high = middle;
    }
    for (; low < count && tokens[low].begin < edit[e].end; low++) {
      size_t length, own = tokens[low].end - tokens[low].begin;
      const char *bytes = ent_vocab_bytes(lane->vocab, tokens[low].type, &length);
      next = low + 1;
      if (length == own && memcmp(bytes, text + tokens[low].begin, own) == 0) continue;
      ent_status status = enti_array_reserve(alloc, &lane->edited, 1);
      if (status == ENT_OK) lane->edited.at[lane->edited.count++] = (enti_lane_edited){low, (uint32_t)own, lane->bytes.count};
      if (status == ENT_OK) status = enti_bytes_add(alloc, &lane->bytes, text + tokens[low].begin, own);
      if (status != ENT_OK) return status;
    }
  }
  return ENT_OK;
}

static ent_status add_document(enti_lane *lane, const ent_alloc *alloc, const ent_document *document, enti_waiting *w) {
  const ent_index *index = lane->index;
  const enti_document *d = &index->documents.at[0];
  const char *text = document->source.text;
  const enti_token *tokens = d->tokens.count ? index->tokens.at + d->tokens.begin : NULL;
  w->count = (uint32_t)d->tokens.count;
  w->length = (uint32_t)d->length;
  w->id = lane->bytes.count;
  w->id_length = strlen(document->id);
  ent_status status = enti_bytes_add(alloc, &lane->bytes, document->id, w->id_length);
  w->fields = lane->bytes.count;
  if (status == ENT_OK) status = enti_fields_write(alloc, document->fields, document->field_count, &lane->bytes);
  w->fields_length = lane->bytes.count - w->fields;
  w->parts = lane->bytes.count;
  if (status == ENT_OK) status = enti_parts_write(index, 0, alloc, &lane->bytes);
  w->parts_length = lane->bytes.count - w->parts;
  if (status == ENT_OK) status = add_tokens(lane, alloc, text, d->length, tokens, w->count);
  if (status == ENT_OK) status = add_edited(lane, alloc, text, tokens, w->count);
  w->edited.count = lane->edited.count - w->edited.begin;
  w->rare.count = lane->rare.count - w->rare.begin;
  return status;
}

/* Takes the gaps of tokens [begin, end) out of the counts; `rare` is the first of their rare ones. */
static void uncount(enti_lane *lane, size_t begin, size_t end, size_t rare) {
  const uint32_t *next = lane->rare.at ? lane->rare.at + rare : NULL;
  for (size_t i = begin; i < end; i++) lane->gap_counts.at[enti_lane_gap(lane, lane->codes.at[i], &next)]--;
}

ent_status enti_batch_add(enti_batch *batch, unsigned number, const ent_document *document, const uint8_t hash[16],
                          uint32_t *out, ent_error *err) {
  enti_lane *lane = &batch->lanes[number];
  const ent_alloc *alloc = &batch->alloc;
  enti_waiting w = {.types = lane->types.count, .texts = lane->texts.count, .rare = {lane->rare.count, 0}, .edited = {lane->edited.count, 0}};
  size_t bytes = lane->bytes.count;
  uint32_t in_index;
  memcpy(w.hash, hash, sizeof w.hash);
  ent_index_clear(lane->index);
  ent_status status = enti_index_add_checked(lane->index, &document->source, &in_index, err);
  if (status != ENT_OK) return status;
  status = enti_array_reserve(alloc, &lane->documents, 1);
  if (status == ENT_OK) status = add_document(lane, alloc, document, &w);
  if (status != ENT_OK) { /* as it was */
    uncount(lane, w.types, lane->types.count, w.rare.begin);
    lane->types.count = lane->codes.count = w.types;
    lane->rare.count = w.rare.begin;
    lane->texts.count = w.texts;
    lane->edited.count = w.edited.begin;
    lane->bytes.count = bytes;
    return enti_fail(err, status, 0, "%s while a document was indexed", ent_status_text(status));
  }
  *out = (uint32_t)lane->documents.count;
  lane->documents.at[lane->documents.count++] = w;
  lane->living++;
  return ENT_OK;
}

void enti_batch_remove(enti_batch *batch, unsigned number, uint32_t document) {
  enti_lane *lane = &batch->lanes[number];
  enti_waiting *w = &lane->documents.at[document];
  if (w->removed) return;
  w->removed = true;
  lane->living--;
  uncount(lane, w->types, w->types + w->count, w->rare.begin);
}

size_t enti_batch_count(const enti_batch *batch) {
  size_t count = 0;
  for (unsigned i = 0; i < batch->lane_count; i++) count += batch->lanes[i].living;
  return count;
}

size_t enti_batch_size(const enti_batch *batch) {
  enum { TYPE = 120, TERM = 40 }; /* bytes that a type takes in tables, while it is written */
  size_t size = 0;
  for (unsigned i = 0; i < batch->lane_count; i++) {
    const enti_lane *lane = &batch->lanes[i];
    size += lane->types.count * (2 * sizeof(uint32_t) + 2) + lane->rare.count * sizeof(uint32_t) + lane->bytes.count +
            lane->documents.count * sizeof *lane->documents.at + lane->edited.count * sizeof *lane->edited.at +
            (size_t)ent_vocab_count(lane->vocab) * (TYPE + TERM) + (size_t)ent_vocab_count(lane->gaps) * TYPE;
  }
  return size;
}
