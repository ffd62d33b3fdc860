/* segment/batch: documents as they wait for their segment.
 *
 * A lane is what one thread fills: a vocabulary, an index for one document at a time, and the lists into which that
 * document's tokens go, five bytes each: a type, and the number of the gap before it among the lane's gaps, or RARE.
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
  enti_array_free(alloc, &lane->edited);
  enti_array_free(alloc, &lane->bytes);
  enti_array_free(alloc, &lane->scratch);
}

static ent_status open_lane(enti_lane *lane, const ent_alloc *alloc) {
  ent_status status = ent_vocab_new(alloc, &lane->vocab);
  if (status == ENT_OK) status = ent_vocab_new(alloc, &lane->gaps);
  if (status == ENT_OK) status = ent_index_new(lane->vocab, &lane->index);
  memset(lane->cache, 0xFF, sizeof lane->cache);
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

static size_t gap_slot(uint64_t key) { return (size_t)(key * UINT64_C(0x9E3779B97F4A7C15) >> (64 - ENTI_GAP_CACHE_BITS)); }

/* The lane's number of a gap. Short ones are found by their bytes in a little cache. */
static ent_status gap_number(enti_lane *lane, const ent_alloc *alloc, const char *bytes, size_t length, uint8_t kind,
                             uint32_t *out) {
  uint64_t key = (uint64_t)kind << 56 | (uint64_t)length << 48;
  enti_gap_slot *slot = NULL;
  if (length <= 6) {
    for (size_t i = 0; i < length; i++) key |= (uint64_t)(unsigned char)bytes[i] << 8 * i;
    slot = &lane->cache[gap_slot(key)];
    if (slot->key == key) {
      *out = slot->number;
      return ENT_OK;
    }
  }
  lane->scratch.count = 0;
  ent_status status = enti_bytes_add(alloc, &lane->scratch, bytes, length);
  if (status == ENT_OK) status = enti_bytes_add(alloc, &lane->scratch, &kind, 1);
  if (status == ENT_OK) status = enti_vocab_intern(lane->gaps, lane->scratch.at, lane->scratch.count, out);
  if (status == ENT_OK && slot) *slot = (enti_gap_slot){key, *out};
  return status;
}

static ent_status add_tokens(enti_lane *lane, const ent_alloc *alloc, const char *text, const enti_token *tokens,
                             uint32_t count) {
  ent_status status = enti_array_reserve(alloc, &lane->types, count);
  if (status == ENT_OK) status = enti_array_reserve(alloc, &lane->codes, count);
  if (status == ENT_OK) status = enti_array_reserve(alloc, &lane->texts, count / ENTI_TOKENS_A_BLOCK + 1);
  if (status != ENT_OK) return status;
  uint32_t *types = lane->types.at + lane->types.count, end = 0;
  uint8_t *codes = lane->codes.at + lane->codes.count;
  for (uint32_t i = 0; i < count; i += ENTI_TOKENS_A_BLOCK) lane->texts.at[lane->texts.count++] = i ? tokens[i - 1].end : 0;
  uint64_t last_key = UINT64_MAX; /* of gaps of at most one byte: most come again at once */
  uint8_t last_code = 0;
  for (uint32_t i = 0; i < count; i++) {
    const enti_token *token = &tokens[i];
    size_t length = token->begin - end;
    uint8_t kind = (uint8_t)(token->gap | (token->inside ? ENTI_GAP_INSIDE : 0));
    uint64_t key = (uint64_t)length << 16 | (uint64_t)kind << 8 | (length ? (unsigned char)text[end] : 0);
    types[i] = token->type;
    if (key != last_key || length > 1) {
      uint32_t number;
      status = gap_number(lane, alloc, text + end, length, kind, &number);
      if (status == ENT_OK && number >= ENTI_GAP_RARE) status = enti_array_reserve(alloc, &lane->rare, 1);
      if (status != ENT_OK) return status;
      if (number >= ENTI_GAP_RARE) lane->rare.at[lane->rare.count++] = number;
      last_code = number < ENTI_GAP_RARE ? (uint8_t)number : ENTI_GAP_RARE;
      last_key = length <= 1 && last_code != ENTI_GAP_RARE ? key : UINT64_MAX;
    }
    codes[i] = last_code;
    end = token->end;
  }
  lane->types.count += count;
  lane->codes.count += count;
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
  if (status == ENT_OK) status = add_tokens(lane, alloc, text, tokens, w->count);
  if (status == ENT_OK) status = add_edited(lane, alloc, text, tokens, w->count);
  w->edited.count = lane->edited.count - w->edited.begin;
  w->rare.count = lane->rare.count - w->rare.begin;
  return status;
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
  ent_status status = ent_index_add(lane->index, &document->source, &in_index, err);
  if (status != ENT_OK) return status;
  status = enti_array_reserve(alloc, &lane->documents, 1);
  if (status == ENT_OK) status = add_document(lane, alloc, document, &w);
  if (status != ENT_OK) { /* as it was */
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

void enti_batch_remove(enti_batch *batch, unsigned lane, uint32_t number) {
  enti_waiting *w = &batch->lanes[lane].documents.at[number];
  if (!w->removed) batch->lanes[lane].living--;
  w->removed = true;
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
