/* corpus/forms: the forms of a snapshot, with how often they stand in it.
 *
 * Folded forms stand in order in every part, so the parts are walked side by side. The forms of other layers are
 * gathered first. What removed documents hold is not counted: where a part has any, its terms' documents are looked at,
 * and its removed documents read once. */
#include "corpus/corpus.h"
#include "segment/reader.h"
#include "vocab/glob.h"

typedef struct asker { /* what was asked for */
  const ent_corpus *corpus;
  enti_bytes glob;
  size_t prefix;
  bool all;
  ent_status (*each)(void *user, const ent_type_view *type);
  void *user;
  bool ended; /* by `each`, with the status that is returned */
  ent_error *err;
} asker;

static bool fits(const asker *a, const char *bytes, size_t length) {
  if (a->all) return true;
  return ent_utf8_valid(bytes, length) == length && enti_glob_matches(a->glob.at, a->glob.count, bytes, length);
}

static ent_status give(asker *a, const char *bytes, size_t length, uint64_t tokens, uint64_t documents) {
  ent_type_view view = {bytes, length, tokens, documents};
  ent_status status = a->each(a->user, &view);
  a->ended = status != ENT_OK;
  return status;
}

/* How often a term stands in the documents of a part that are not removed. */
static ent_status count_term(const enti_part *part, uint32_t term, uint64_t *tokens, uint64_t *documents) {
  enti_term_view view;
  enti_cursor cursor;
  uint32_t document = 0, length;
  const unsigned char *at;
  ent_status status = enti_segment_term(part->segment, term, &view);
  if (status != ENT_OK) return status;
  if (part->entry.removed_count == 0) {
    *tokens += view.tokens;
    *documents += view.documents;
    return ENT_OK;
  }
  status = enti_segment_cursor(part->segment, term, &cursor);
  if (status == ENT_OK) status = enti_cursor_next(&cursor, &document);
  for (; status == ENT_OK && document != ENT_NONE; status = enti_cursor_next(&cursor, &document)) {
    if (!enti_part_has(part, document)) continue;
    status = enti_cursor_bytes(&cursor, &at, &length);
    if (status != ENT_OK) break;
    *tokens += enti_positions_count(at, length);
    ++*documents;
  }
  return status;
}

/* ---- folded forms ---- */

typedef struct walker { /* a part at the next term that fits; `end` when there is none */
  const enti_part *part;
  const char *form;
  size_t length;
  uint32_t term;
  bool end;
} walker;

static ent_status walk_from(const asker *a, walker *w, uint32_t term) {
  const enti_segment *segment = w->part->segment;
  for (w->term = term; w->term < segment->footer.terms; w->term++) {
    ent_status status = enti_segment_term_form(segment, w->term, &w->form, &w->length);
    if (status != ENT_OK) return status;
    if (w->length < a->prefix || (a->prefix && memcmp(w->form, a->glob.at, a->prefix) != 0)) break;
    if (fits(a, w->form, w->length)) return ENT_OK;
  }
  w->end = true;
  return ENT_OK;
}

static int compare_forms(const walker *a, const walker *b) {
  return enti_compare_bytes(a->form, a->length, b->form, b->length);
}

static ent_status start(const asker *a, walker *w, const enti_part *part) {
  uint32_t term = 0;
  w->part = part;
  ent_status status = a->prefix ? enti_segment_term_from(part->segment, a->glob.at, a->prefix, &term) : ENT_OK;
  return status == ENT_OK ? walk_from(a, w, term) : status;
}

/* Gives the least form of all and moves those that stand on it. */
static ent_status give_least(asker *a, walker *walkers, size_t count, const walker *least, const enti_part **at) {
  walker form = *least;
  uint64_t tokens = 0, documents = 0;
  ent_status status = ENT_OK;
  for (size_t i = 0; i < count && status == ENT_OK; i++) {
    walker *w = &walkers[i];
    if (w->end || compare_forms(w, &form) != 0) continue;
    *at = w->part;
    status = count_term(w->part, w->term, &tokens, &documents);
    if (status == ENT_OK) status = walk_from(a, w, w->term + 1);
    if (status == ENT_OK) status = enti_view_still(w->part->segment->view);
  }
  if (status != ENT_OK || documents == 0) return status;
  return give(a, form.form, form.length, tokens, documents);
}

static ent_status folded(asker *a, const enti_part **at) {
  const enti_parts *parts = &a->corpus->parts;
  size_t size = (parts->count + 1) * sizeof(walker);
  walker *walkers = enti_new(&a->corpus->alloc, size);
  ent_status status = walkers ? ENT_OK : ENT_ERR_MEMORY;
  for (size_t i = 0; i < parts->count && status == ENT_OK; i++) {
    *at = &parts->at[i];
    status = start(a, &walkers[i], &parts->at[i]);
  }
  while (status == ENT_OK) {
    const walker *least = NULL;
    for (size_t i = 0; i < parts->count; i++)
      if (!walkers[i].end && (!least || compare_forms(&walkers[i], least) < 0)) least = &walkers[i];
    if (!least) break;
    status = give_least(a, walkers, parts->count, least, at);
  }
  enti_free(&a->corpus->alloc, walkers, size);
  return status;
}

/* ---- forms that are gathered ---- */

typedef struct gatherer {
  asker *asker;
  ent_vocab *forms;
  ENTI_ARRAY(uint64_t) tokens; /* by form */
} gatherer;

static ent_status gather(gatherer *g, const char *bytes, size_t length, uint64_t tokens) {
  uint32_t form;
  ent_status status = enti_vocab_intern(g->forms, bytes, length, &form);
  if (status == ENT_OK && form == g->tokens.count) {
    status = enti_array_reserve(&g->forms->alloc, &g->tokens, 1);
    if (status == ENT_OK) g->tokens.at[g->tokens.count++] = 0;
  }
  if (status == ENT_OK) g->tokens.at[form] += tokens;
  return status;
}

/* Takes the types of a removed document out of `counts`. */
static ent_status take_out(const enti_part *part, uint32_t document, uint64_t *counts) {
  enti_block_cursor blocks;
  uint32_t types[ENTI_TOKENS_A_BLOCK];
  ent_status status = enti_segment_blocks(part->segment, document, &blocks);
  for (uint32_t b = 0; status == ENT_OK && b < blocks.count; b++) {
    const unsigned char *at, *end;
    uint32_t count, text;
    status = enti_block_bytes(&blocks, b, &at, &end, &count, &text);
    if (status == ENT_OK && !enti_token_block_types(types, count, at, end)) status = ENT_ERR_DAMAGE;
    for (uint32_t i = 0; status == ENT_OK && i < count; i++) {
      if (types[i] >= part->segment->footer.types || counts[types[i]] == 0) status = ENT_ERR_DAMAGE;
      else counts[types[i]]--;
    }
  }
  return status;
}

static ent_status gather_raw(gatherer *g, const enti_part *part) {
  const ent_alloc *alloc = &g->forms->alloc;
  uint32_t types = part->segment->footer.types;
  size_t size = ((size_t)types + 1) * sizeof(uint64_t), length;
  uint64_t *counts = enti_new(alloc, size);
  const char *bytes;
  ent_status status = counts ? ENT_OK : ENT_ERR_MEMORY;
  for (uint32_t i = 0; i < types && status == ENT_OK; i++) status = enti_segment_count(part->segment, i, &counts[i]);
  for (uint32_t d = 0; part->entry.removed_count && d < part->entry.documents && status == ENT_OK; d++)
    if (!enti_part_has(part, d)) status = take_out(part, d, counts);
  for (uint32_t i = 0; i < types && status == ENT_OK; i++) {
    if (counts[i] == 0) continue;
    status = enti_segment_type(part->segment, i, &bytes, &length);
    if (status == ENT_OK && fits(g->asker, bytes, length)) status = gather(g, bytes, length, counts[i]);
  }
  enti_free(alloc, counts, size);
  return status;
}

/* The type that a folded one is on bare or hans. */
static ent_status form_on(const enti_segment *segment, int section, uint32_t type, uint32_t *out) {
  uint64_t low = 0, high = segment->footer.sections[section].length / 8;
  *out = type;
  while (low < high) {
    uint64_t middle = low + (high - low) / 2;
    ent_status status = enti_segment_touch(segment, section, middle * 8, 8);
    if (status != ENT_OK) return status;
    const unsigned char *at = enti_segment_at(segment, section) + middle * 8;
    uint32_t key = enti_get32(at);
    if (key == type) {
      *out = enti_get32(at + 4);
      return ENT_OK;
    }
    if (key < type) low = middle + 1;
    else high = middle;
  }
  return ENT_OK;
}

static ent_status gather_layer(gatherer *g, const enti_part *part, int section) {
  ent_status status = ENT_OK;
  for (uint32_t t = 0; t < part->segment->footer.terms && status == ENT_OK; t++) {
    enti_term_view view;
    uint32_t form;
    uint64_t tokens = 0, documents = 0;
    const char *bytes;
    size_t length;
    status = enti_segment_term(part->segment, t, &view);
    if (status == ENT_OK) status = form_on(part->segment, section, view.type, &form);
    if (status == ENT_OK) status = enti_segment_key(part->segment, form, &bytes, &length);
    if (status != ENT_OK || !fits(g->asker, bytes, length)) continue;
    status = count_term(part, t, &tokens, &documents);
    if (status == ENT_OK && documents > 0) status = gather(g, bytes, length, tokens);
  }
  return status;
}

typedef struct gathered {
  const char *bytes;
  size_t length;
  uint64_t tokens;
} gathered;

static int compare_gathered(const void *a, const void *b) {
  const gathered *left = a, *right = b;
  return enti_compare_bytes(left->bytes, left->length, right->bytes, right->length);
}

static ent_status give_gathered(gatherer *g) {
  size_t count = g->tokens.count, size = (count + 1) * sizeof(gathered);
  gathered *order = enti_new(&g->forms->alloc, size);
  ent_status status = order ? ENT_OK : ENT_ERR_MEMORY;
  for (size_t i = 0; i < count && order; i++)
    order[i] = (gathered){g->forms->types.at[i].bytes, g->forms->types.at[i].length, g->tokens.at[i]};
  if (order) enti_sort(order, count, sizeof *order, compare_gathered);
  for (size_t i = 0; i < count && status == ENT_OK; i++) status = give(g->asker, order[i].bytes, order[i].length, order[i].tokens, 0);
  enti_free(&g->forms->alloc, order, size);
  return status;
}

static ent_status gather_all(asker *a, bool raw, int section, const enti_part **at) {
  const enti_parts *parts = &a->corpus->parts;
  gatherer g = {.asker = a};
  ent_status status = ent_vocab_new(&a->corpus->alloc, &g.forms);
  for (size_t i = 0; i < parts->count && status == ENT_OK; i++) {
    *at = &parts->at[i];
    status = raw ? gather_raw(&g, *at) : gather_layer(&g, *at, section);
    if (status == ENT_OK) status = enti_view_still((*at)->segment->view);
  }
  if (status == ENT_OK) status = give_gathered(&g);
  if (g.forms) enti_array_free(&g.forms->alloc, &g.tokens);
  ent_vocab_free(g.forms);
  return status;
}

ent_status ent_corpus_types(const ent_corpus *corpus, const char *layer, const char *pattern, size_t length,
                            ent_status (*each)(void *user, const ent_type_view *type), void *user, ent_error *err) {
  static const char *const names[] = {"raw", "fold", "bare", "hans"};
  asker a = {.corpus = corpus, .all = pattern == NULL, .each = each, .user = user};
  const enti_part *at = NULL;
  int number = 0;
  while (number < 4 && strcmp(names[number], layer) != 0) number++;
  if (number == 4) return enti_fail(err, ENT_ERR_ARGUMENT, 0, "a corpus has the layers raw, fold, bare and hans, not '%.40s'", layer);
  ent_status status = ENT_OK;
  if (pattern) status = enti_glob_compile(&corpus->alloc, number == 0, (ent_form)(ENT_FOLD + number - 1), pattern, length, &a.glob);
  a.prefix = enti_glob_prefix(a.glob.at, a.glob.count);
  if (status == ENT_OK)
    status = number == 1 ? folded(&a, &at) : gather_all(&a, number == 0, number == 2 ? ENTI_SECTION_BARE : ENTI_SECTION_HANS, &at);
  enti_array_free(&corpus->alloc, &a.glob);
  if (status == ENT_OK || a.ended) return status;
  if (status == ENT_ERR_DAMAGE && at) return enti_part_fail(at, status, err);
  return enti_fail(err, status, 0, "%s while types were listed", ent_status_text(status));
}
