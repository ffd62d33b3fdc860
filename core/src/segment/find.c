/* segment/find: documents that hold all words, then the positions that stand as they should.
 *
 * A word is one term or, when it is a glob, several; of several the documents are put into a bitmap first. The word
 * with the fewest documents leads; the others are asked for the next document that they have. Side by side means
 * neighbouring tokens whose gap joins them. */
#include "segment/find.h"

#include "token/gap.h"
#include "vocab/glob.h"

typedef struct word {
  enti_cursor *cursors; /* one a term */
  uint32_t *terms;      /* of a glob */
  uint32_t *current;    /* of a glob: the document that each cursor stands at, once it was asked */
  size_t count, room;
  uint64_t *bits; /* of a glob: the documents of all its terms */
  uint64_t weight; /* documents, at most */
  uint32_t at;    /* the document that it stands at */
  ENTI_ARRAY(uint32_t) positions; /* in the document */
} word;

struct enti_finder {
  ent_alloc alloc;
  const enti_segment *segment;
  const enti_query *query;
  const uint64_t *removed;
  word *words;
  size_t leader;
  bool none, placed; /* no document has it; places are those of `document` */
  uint32_t document;
  enti_places places, spans[ENTI_OPERANDS_MOST];
  enti_windows windows;
  /* the block whose gaps were read last */
  enti_block_cursor blocks;
  uint32_t blocks_of, block, count; /* count: tokens of the block */
  const unsigned char *begin, *end;
  enti_token_block *tokens; /* made when it is first needed */
};

/* ---- words ---- */

static size_t bitmap_size(const enti_finder *f) { return ((size_t)enti_segment_documents(f->segment) / 64 + 1) * sizeof(uint64_t); }

static ent_status keep_term(enti_finder *f, word *w, uint32_t term) {
  if (w->count == w->room) {
    size_t room = w->room ? 2 * w->room : 8;
    uint32_t *terms = enti_resize(&f->alloc, w->terms, w->room * sizeof *terms, room * sizeof *terms);
    if (!terms) return ENT_ERR_MEMORY;
    w->terms = terms;
    w->room = room;
  }
  w->terms[w->count++] = term;
  return ENT_OK;
}

/* The terms that fit a glob: those behind its literal beginning are looked at. */
static ent_status find_terms(enti_finder *f, word *w, const char *glob, size_t length) {
  size_t prefix = enti_glob_prefix(glob, length);
  uint32_t term;
  if (prefix == length) {
    ent_status found = enti_segment_term_find(f->segment, glob, length, &term);
    return found == ENT_OK && term != ENT_NONE ? keep_term(f, w, term) : found;
  }
  ent_status status = enti_segment_term_from(f->segment, glob, prefix, &term);
  for (; status == ENT_OK && term < f->segment->footer.terms; term++) {
    const char *form;
    size_t own;
    status = enti_segment_term_form(f->segment, term, &form, &own);
    if (status != ENT_OK || own < prefix || (prefix && memcmp(form, glob, prefix) != 0)) break;
    if (prefix + 1 == length && (unsigned char)glob[prefix] == ENTI_GLOB_ANY) status = keep_term(f, w, term);
    else if (ent_utf8_valid(form, own) == own && enti_glob_matches(glob, length, form, own)) status = keep_term(f, w, term);
  }
  return status;
}

/* Puts the documents of all terms into the bitmap. */
static ent_status fill_bits(enti_finder *f, word *w, enti_cursor *cursor) {
  w->bits = enti_new(&f->alloc, bitmap_size(f));
  if (!w->bits) return ENT_ERR_MEMORY;
  for (size_t i = 0; i < w->count; i++) {
    uint32_t document;
    ent_status status = enti_segment_cursor(f->segment, w->terms[i], cursor);
    if (status == ENT_OK) status = enti_cursor_next(cursor, &document);
    for (; status == ENT_OK && document != ENT_NONE; status = enti_cursor_next(cursor, &document)) {
      w->weight += !enti_bit_has(w->bits, document);
      w->bits[document >> 6] |= UINT64_C(1) << (document & 63);
    }
    if (status != ENT_OK) return status;
  }
  return ENT_OK;
}

static ent_status open_word(enti_finder *f, word *w, enti_slice slice) {
  const char *glob = f->query->globs.at + slice.begin;
  w->at = ENT_NONE;
  ent_status status = find_terms(f, w, glob, slice.count);
  if (status != ENT_OK || w->count == 0) return status;
  size_t cursors = w->count == 1 ? 1 : w->count;
  w->cursors = enti_resize(&f->alloc, NULL, 0, cursors * sizeof *w->cursors);
  if (!w->cursors) return ENT_ERR_MEMORY;
  if (w->count == 1) {
    status = enti_segment_cursor(f->segment, w->terms[0], w->cursors);
    w->weight = status == ENT_OK ? w->cursors->count : 0;
    return status;
  }
  status = fill_bits(f, w, w->cursors);
  if (status != ENT_OK) return status;
  w->current = enti_new(&f->alloc, w->count * sizeof *w->current);
  if (!w->current) return ENT_ERR_MEMORY;
  for (size_t i = 0; i < w->count; i++) w->cursors[i].view = NULL; /* not opened yet */
  return ENT_OK;
}

static void close_word(enti_finder *f, word *w) {
  size_t cursors = w->count == 1 ? 1 : w->count;
  if (w->cursors) enti_free(&f->alloc, w->cursors, cursors * sizeof *w->cursors);
  if (w->current) enti_free(&f->alloc, w->current, w->count * sizeof *w->current);
  if (w->bits) enti_free(&f->alloc, w->bits, bitmap_size(f));
  enti_free(&f->alloc, w->terms, w->room * sizeof *w->terms);
  enti_array_free(&f->alloc, &w->positions);
}

/* The first document from `wanted` on that a word stands in. */
static ent_status seek(const enti_finder *f, word *w, uint32_t wanted, uint32_t *document) {
  if (!w->bits) return enti_cursor_seek(w->cursors, wanted, document);
  uint32_t count = enti_segment_documents(f->segment);
  *document = ENT_NONE;
  if (wanted >= count) return ENT_OK;
  size_t at = wanted >> 6, last = (count - 1) >> 6;
  uint64_t bits = w->bits[at] & ~UINT64_C(0) << (wanted & 63);
  while (bits == 0 && at < last) bits = w->bits[++at];
  if (bits) *document = (uint32_t)(at << 6) + (uint32_t)__builtin_ctzll(bits);
  return ENT_OK;
}

static int compare_numbers(const void *a, const void *b) {
  uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
  return (left > right) - (left < right);
}

/* The word's positions in the document. */
static ent_status read_positions(enti_finder *f, word *w, uint32_t document) {
  if (w->at == document) return ENT_OK;
  ent_status status = ENT_OK;
  size_t from = 0;
  w->positions.count = 0;
  w->at = ENT_NONE; /* as long as not all have been read */
  if (!w->bits) status = enti_cursor_positions(w->cursors, &f->alloc, &w->positions.at, &w->positions.count, &w->positions.room);
  for (size_t i = 0; w->bits && i < w->count && status == ENT_OK; i++) {
    enti_cursor *cursor = &w->cursors[i];
    if (!cursor->view) status = enti_segment_cursor(f->segment, w->terms[i], cursor);
    if (status == ENT_OK && (w->current[i] <= document || cursor->held == 0))
      status = enti_cursor_seek(cursor, document, &w->current[i]);
    if (status != ENT_OK || w->current[i] != document) continue;
    from++;
    status = enti_cursor_positions(cursor, &f->alloc, &w->positions.at, &w->positions.count, &w->positions.room);
  }
  if (from > 1) enti_sort(w->positions.at, w->positions.count, sizeof *w->positions.at, compare_numbers);
  if (status == ENT_OK) w->at = document;
  return status;
}

/* ---- making ---- */

ent_status enti_finder_new(const ent_alloc *alloc, const enti_segment *segment, const uint64_t *removed,
                           const enti_query *query, enti_finder **out) {
  enti_finder *f = enti_new(alloc, sizeof *f);
  if (!f) return ENT_ERR_MEMORY;
  f->alloc = *alloc;
  f->segment = segment;
  f->query = query;
  f->removed = removed;
  f->document = f->blocks_of = ENT_NONE;
  f->words = enti_new(alloc, query->words.count * sizeof *f->words);
  ent_status status = f->words ? ENT_OK : ENT_ERR_MEMORY;
  for (size_t i = 0; i < query->words.count && status == ENT_OK && !f->none; i++) {
    status = open_word(f, &f->words[i], query->words.at[i]);
    if (f->words[i].count == 0) f->none = true;
    if (f->words[i].weight < f->words[f->leader].weight) f->leader = i;
  }
  if (status == ENT_OK) status = enti_view_still(segment->view);
  if (status == ENT_OK) *out = f;
  else enti_finder_free(f);
  return status;
}

void enti_finder_free(enti_finder *f) {
  if (!f) return;
  ent_alloc alloc = f->alloc;
  for (size_t i = 0; f->words && i < f->query->words.count; i++) close_word(f, &f->words[i]);
  enti_free(&alloc, f->words, f->query->words.count * sizeof *f->words);
  enti_array_free(&alloc, &f->places);
  enti_free(&alloc, f->tokens, sizeof *f->tokens);
  for (size_t i = 0; i < ENTI_OPERANDS_MOST; i++) enti_array_free(&alloc, &f->spans[i]);
  enti_windows_free(&alloc, &f->windows);
  enti_free(&alloc, f, sizeof *f);
}

/* ---- places ---- */

/* Where a block of the document stands; it is asked for many tokens. */
static ent_status go_to_block(enti_finder *f, uint32_t number) {
  ent_status status = ENT_OK;
  uint32_t text;
  if (f->blocks_of != f->document) {
    f->blocks_of = f->block = ENT_NONE;
    status = enti_segment_blocks(f->segment, f->document, &f->blocks);
    if (status != ENT_OK) return status;
    f->blocks_of = f->document;
  }
  if (number == f->block) return ENT_OK;
  f->block = ENT_NONE;
  if (number >= f->blocks.count) return ENT_ERR_DAMAGE;
  status = enti_block_bytes(&f->blocks, number, &f->begin, &f->end, &f->count, &text);
  if (status == ENT_OK) f->block = number;
  return status;
}

/* Whether nothing parts a token from the one before it. */
static ent_status joined(enti_finder *f, uint32_t token, bool *yes) {
  uint32_t place = token % ENTI_TOKENS_A_BLOCK;
  uint8_t kind;
  ent_status status = go_to_block(f, token / ENTI_TOKENS_A_BLOCK);
  if (status != ENT_OK) return status;
  if (place >= f->count || !enti_token_block_kind(place, f->count, &f->segment->gaps, f->begin, f->end, &kind))
    return ENT_ERR_DAMAGE;
  if (kind == ENTI_GAP_LITERAL) { /* seldom: all of the block is read */
    if (!f->tokens) f->tokens = enti_resize(&f->alloc, NULL, 0, sizeof *f->tokens);
    if (!f->tokens) return ENT_ERR_MEMORY;
    if (!enti_token_block_read(f->tokens, f->count, &f->segment->gaps, f->begin, f->end)) return ENT_ERR_DAMAGE;
    kind = f->tokens->gaps[place].kind;
  }
  *yes = (kind & 3) == ENTI_GAP_JOIN;
  return ENT_OK;
}

/* Whether the words stand side by side from `first` on; at[i] is where word i is looked at, which only goes on. */
static ent_status stand_together(enti_finder *f, enti_slice words, uint32_t first, size_t *at, bool *yes) {
  *yes = true;
  for (uint32_t i = 0; i < words.count && *yes; i++) {
    const word *w = &f->words[words.begin + i];
    while (at[i] < w->positions.count && w->positions.at[at[i]] < first + i) at[i]++;
    *yes = at[i] < w->positions.count && w->positions.at[at[i]] == first + i;
  }
  ent_status status = ENT_OK;
  for (uint32_t i = 1; i < words.count && *yes && status == ENT_OK; i++) status = joined(f, first + i, yes);
  return status;
}

/* The spans of words side by side, appended. The word that stands in the document least often leads. */
static ent_status find_spans(enti_finder *f, enti_slice words, enti_places *spans) {
  size_t at[ENTI_WORDS_MOST] = {0}, lead = 0;
  for (size_t i = 1; i < words.count; i++)
    if (f->words[words.begin + i].positions.count < f->words[words.begin + lead].positions.count) lead = i;
  const word *leader = &f->words[words.begin + lead];
  ent_status status = enti_array_reserve(&f->alloc, spans, leader->positions.count);
  for (size_t p = 0; p < leader->positions.count && status == ENT_OK; p++) {
    bool yes = leader->positions.at[p] >= lead;
    uint32_t first = leader->positions.at[p] - (uint32_t)lead;
    if (yes && words.count > 1) status = stand_together(f, words, first, at, &yes);
    if (status != ENT_OK || !yes) continue;
    spans->at[spans->count++] = (ent_place){first, first + (uint32_t)words.count - 1};
  }
  return status;
}

static ent_status place(enti_finder *f) {
  const enti_query *q = f->query;
  ent_status status = ENT_OK;
  if (f->placed) return ENT_OK;
  f->places.count = 0;
  for (size_t i = 0; i < q->words.count && status == ENT_OK; i++) status = read_positions(f, &f->words[i], f->document);
  if (q->operands.count == 1) {
    if (status == ENT_OK) status = find_spans(f, q->operands.at[0], &f->places);
  } else {
    for (size_t i = 0; i < q->operands.count && status == ENT_OK; i++) {
      f->spans[i].count = 0;
      status = find_spans(f, q->operands.at[i], &f->spans[i]);
    }
    if (status == ENT_OK)
      status = enti_windows_find(&f->alloc, &f->windows, f->spans, q->operands.count, q->distance, &f->places);
  }
  f->placed = status == ENT_OK;
  return status;
}

/* ---- whether there is a hit, told without all of them ---- */

/* Whether two words stand with at most so many tokens between. */
static ent_status are_near(enti_positions *a, enti_positions *b, uint32_t distance, bool *yes) {
  *yes = false;
  while (a->position != ENT_NONE && b->position != ENT_NONE && !*yes) {
    uint32_t left = a->position, right = b->position, apart = left < right ? right - left : left - right;
    *yes = apart > 0 && apart - 1 <= distance;
    if (*yes) break;
    if (apart == 0) { /* one token is both: the next of either counts */
      enti_positions_next(b);
      *yes = b->position != ENT_NONE && b->position - left - 1 <= distance;
    }
    if (left <= right) enti_positions_next(a);
    else enti_positions_next(b);
  }
  return a->wrong || b->wrong ? ENT_ERR_DAMAGE : ENT_OK;
}

/* Whether words stand side by side: all are moved up to the one that is furthest. */
static ent_status are_together(enti_finder *f, enti_positions *words, uint32_t count, bool *yes) {
  *yes = false;
  for (uint32_t first = words[0].position, same = 0, i = 0; first != ENT_NONE; i = i + 1 < count ? i + 1 : 0) {
    enti_positions *w = &words[i];
    while (w->position != ENT_NONE && w->position < first + i) enti_positions_next(w);
    if (w->wrong) return ENT_ERR_DAMAGE;
    if (w->position == ENT_NONE) return ENT_OK;
    same = w->position == first + i ? same + 1 : 1;
    first = w->position - i; /* not before: w is at or behind first + i */
    if (same < count) continue;
    ent_status status = ENT_OK;
    *yes = true;
    for (uint32_t k = 1; k < count && *yes && status == ENT_OK; k++) status = joined(f, first + k, yes);
    if (status != ENT_OK || *yes) return status;
    same = 0;
    first++;
  }
  return ENT_OK;
}

/* One operand, or two words near each other, none of them a glob, are read only as far as it takes. */
static bool is_plain(const enti_finder *f) {
  const enti_query *q = f->query;
  for (size_t i = 0; i < q->words.count; i++)
    if (f->words[i].bits) return false;
  return q->operands.count == 1 || (q->operands.count == 2 && q->words.count == 2);
}

static ent_status stands(enti_finder *f, bool *yes) {
  const enti_query *q = f->query;
  enti_positions positions[ENTI_WORDS_MOST];
  ent_status status = ENT_OK;
  *yes = false;
  if (!is_plain(f)) {
    status = place(f);
    *yes = f->places.count > 0;
    return status;
  }
  for (size_t i = 0; i < q->words.count && status == ENT_OK; i++)
    status = enti_positions_open(f->words[i].cursors, &positions[i]);
  if (status != ENT_OK) return status;
  if (q->operands.count == 2) return are_near(&positions[0], &positions[1], q->distance, yes);
  return are_together(f, positions, (uint32_t)q->words.count, yes);
}

/* ---- documents ---- */

/* The next document that holds all words, from `from` on. */
static ent_status next_candidate(enti_finder *f, uint32_t from, uint32_t *document) {
  size_t count = f->query->words.count;
  ent_status status = seek(f, &f->words[f->leader], from, document);
  for (size_t i = 0; i < count && status == ENT_OK && *document != ENT_NONE; i++) {
    uint32_t other;
    if (i == f->leader) continue;
    status = seek(f, &f->words[i], *document, &other);
    if (status != ENT_OK || other == *document) continue;
    *document = other;
    if (other == ENT_NONE) break;
    status = seek(f, &f->words[f->leader], other, document);
    i = SIZE_MAX; /* all of them once more */
  }
  return status;
}

/* Of one term: its documents as they stand. */
static ent_status next_of_term(enti_finder *f, uint32_t *document) {
  ent_status status;
  do status = enti_cursor_next(f->words->cursors, document);
  while (status == ENT_OK && *document != ENT_NONE && enti_bit_has(f->removed, *document));
  return status;
}

static ent_status next_of_words(enti_finder *f, uint32_t *document) {
  for (uint32_t from = f->document + 1;; from = *document + 1) {
    ent_status status = next_candidate(f, from, document);
    if (status != ENT_OK || *document == ENT_NONE) return status;
    if (enti_bit_has(f->removed, *document)) continue;
    f->document = *document;
    f->placed = false;
    bool yes = true;
    if (f->query->words.count > 1) status = stands(f, &yes);
    if (status != ENT_OK || yes) return status == ENT_OK ? enti_view_still(f->segment->view) : status;
  }
}

ent_status enti_finder_next(enti_finder *f, uint32_t *document) {
  *document = ENT_NONE;
  if (f->none) return ENT_OK;
  bool term = f->query->words.count == 1 && !f->words->bits;
  ent_status status = term ? next_of_term(f, document) : next_of_words(f, document);
  if (status != ENT_OK) return status;
  if (term) f->placed = false;
  f->document = *document;
  f->none = *document == ENT_NONE;
  return ENT_OK;
}

ent_status enti_finder_places(enti_finder *f, const ent_place **places, size_t *count) {
  enti_record record;
  *count = 0;
  if (f->document == ENT_NONE) return ENT_OK;
  ent_status status = place(f);
  if (status == ENT_OK) status = enti_segment_record(f->segment, f->document, &record);
  if (status == ENT_OK) status = enti_view_still(f->segment->view);
  if (status != ENT_OK) return status;
  if (f->places.count && f->places.at[f->places.count - 1].last >= record.tokens) return ENT_ERR_DAMAGE;
  *places = f->places.at;
  *count = f->places.count;
  return ENT_OK;
}
