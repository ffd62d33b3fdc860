/* match/coder: from rules to the hits that stand.
 *
 *   for each category, after those it refers to:  any, minus what none overlaps, minus what lies in a guard,
 *                                                 minus what cuts a word where there are word spans
 *   then, over all categories:                    the overlap policy
 *
 * A hit is of a rule; two rules of a category that match the same tokens are two hits until the overlap
 * policy leaves the first. */
#include "match/coder.h"

/* The vocabulary's numbers of the layers in use. */
static ent_status find_layers(ent_coder *coder) {
  const ent_codebook *codebook = coder->codebook;
  for (uint32_t mark = 1; mark < ENTI_ALL_LAYERS; mark++) {
    coder->layers[mark] = ENT_FOLD + mark - 1;
    if (mark <= ENTI_LAYERS || !codebook->layer_used[mark]) continue;
    const enti_layer *layer = &codebook->words->named.at[mark - 1 - ENTI_LAYERS];
    if (layer->annotation) {
      ent_status status = ent_vocab_layer_annotation(coder->vocab, layer->name, &coder->layers[mark], NULL);
      if (status != ENT_OK) return status == ENT_ERR_ARGUMENT ? ENT_ERR_STATE : status;
      continue;
    }
    ent_status status = ent_vocab_layer_find(coder->vocab, layer->name, &coder->layers[mark], NULL);
    if (status == ENT_ERR_ARGUMENT)
      status = layer->plugin.form ? ent_vocab_layer_add(coder->vocab, layer->name, &layer->plugin, &coder->layers[mark], NULL)
                                  : ENT_ERR_STATE;
    if (status == ENT_OK && enti_vocab_is_annotation(coder->vocab, coder->layers[mark])) status = ENT_ERR_STATE;
    if (status != ENT_OK) return status;
  }
  return ENT_OK;
}

ent_status ent_coder_new(const ent_codebook *codebook, ent_vocab *vocab, ent_coder **out) {
  if (!codebook->frozen) return ENT_ERR_STATE;
  ent_coder *coder = enti_new(&codebook->alloc, sizeof *coder);
  if (!coder) return ENT_ERR_MEMORY;
  coder->alloc = codebook->alloc;
  coder->codebook = codebook;
  coder->vocab = vocab;
  ent_status status = find_layers(coder);
  if (status == ENT_OK) status = enti_array_reserve(&coder->alloc, &coder->chains, codebook->terms.count);
  if (status == ENT_OK) status = enti_array_reserve(&coder->alloc, &coder->category_hits, codebook->categories.count);
  if (status != ENT_OK) {
    ent_coder_free(coder);
    return status;
  }
  for (size_t i = 0; i < codebook->terms.count; i++) coder->chains.at[i].run = 0;
  *out = coder;
  return ENT_OK;
}

void ent_coder_free(ent_coder *coder) {
  if (!coder) return;
  ent_alloc alloc = coder->alloc;
  enti_array_free(&alloc, &coder->type_elements);
  enti_array_free(&alloc, &coder->elements);
  enti_array_free(&alloc, &coder->type_pieces);
  enti_array_free(&alloc, &coder->known_pieces);
  enti_array_free(&alloc, &coder->pieces);
  enti_array_free(&alloc, &coder->piece_tokens);
  enti_array_free(&alloc, &coder->key);
  enti_array_free(&alloc, &coder->found);
  enti_array_free(&alloc, &coder->chains);
  enti_array_free(&alloc, &coder->hits);
  enti_array_free(&alloc, &coder->category_hits);
  enti_array_free(&alloc, &coder->taken);
  enti_free(&alloc, coder, sizeof *coder);
}

const ent_codebook *ent_coder_codebook(const ent_coder *coder) { return coder->codebook; }

/* ---- one category ---- */

static ent_status eval_rules(ent_coder *coder, uint32_t category, ent_role role, enti_spans *out) {
  const ent_codebook *codebook = coder->codebook;
  enti_slice rules = codebook->categories.at[category].rules[role];
  ent_status status = ENT_OK;
  for (size_t i = 0; i < rules.count && status == ENT_OK; i++) {
    enti_spans spans = {0};
    status = enti_coder_eval(coder, codebook->rules.at[codebook->rule_order.at[rules.begin + i]].node, &spans);
    for (size_t k = 0; k < spans.count && status == ENT_OK; k++)
      status = enti_spans_add(coder, out, spans.at[k].first, spans.at[k].last);
    enti_array_free(&coder->alloc, &spans);
  }
  if (status == ENT_OK) enti_spans_tidy(out);
  return status;
}

/* Whether [first, last] lies inside a span of the cover: the longest that begins no later reaches it. */
static bool lies_inside(const enti_cover *cover, uint32_t first, uint32_t last) {
  size_t low = 0, high = cover->spans->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (cover->spans->at[middle].first <= first) low = middle + 1;
    else high = middle;
  }
  return low > 0 && cover->furthest.at[low - 1] >= last;
}

static bool speaks(const ent_coder *coder, const enti_rule *rule, uint32_t token) {
  if (rule->lang[0] == '\0') return true;
  const ent_part *part = ent_index_part_of(coder->index, coder->document, ENT_PARAGRAPH, token);
  return part && strncmp(part->lang, rule->lang, sizeof rule->lang) == 0;
}

static ent_status fire_rules(ent_coder *coder, uint32_t category, const enti_cover *none, const enti_cover *guard) {
  const ent_codebook *codebook = coder->codebook;
  enti_slice rules = codebook->categories.at[category].rules[ENT_ROLE_ANY];
  ent_status status = ENT_OK;
  for (size_t i = 0; i < rules.count && status == ENT_OK; i++) {
    uint32_t number = codebook->rule_order.at[rules.begin + i];
    const enti_rule *rule = &codebook->rules.at[number];
    enti_spans spans = {0};
    status = enti_coder_eval(coder, rule->node, &spans);
    if (status == ENT_OK) status = enti_array_reserve(&coder->alloc, &coder->hits, spans.count);
    for (size_t k = 0; k < spans.count && status == ENT_OK; k++) {
      uint32_t first = spans.at[k].first, last = spans.at[k].last;
      if (enti_cover_overlaps(none, first, last) || lies_inside(guard, first, last) || !speaks(coder, rule, first)) continue;
      if (!enti_coder_keeps_words(coder, first, last)) continue;
      coder->hits.at[coder->hits.count++] = (ent_hit){.category = category, .rule = number, .first = first, .last = last,
        .begin = coder->tokens[first].begin, .end = coder->tokens[last].end};
    }
    enti_array_free(&coder->alloc, &spans);
  }
  return status;
}

static ent_status run_category(ent_coder *coder, uint32_t category) {
  enti_spans none = {0}, guard = {0};
  enti_cover none_cover = {0}, guard_cover = {0};
  size_t first = coder->hits.count;
  ent_status status = eval_rules(coder, category, ENT_ROLE_NONE, &none);
  if (status == ENT_OK) status = eval_rules(coder, category, ENT_ROLE_GUARD, &guard);
  if (status == ENT_OK) status = enti_cover_make(coder, &none, &none_cover);
  if (status == ENT_OK) status = enti_cover_make(coder, &guard, &guard_cover);
  if (status == ENT_OK) status = fire_rules(coder, category, &none_cover, &guard_cover);
  if (status == ENT_OK) coder->category_hits.at[category] = (enti_slice){first, coder->hits.count - first};
  enti_array_free(&coder->alloc, &none);
  enti_array_free(&coder->alloc, &guard);
  enti_array_free(&coder->alloc, &none_cover.furthest);
  enti_array_free(&coder->alloc, &guard_cover.furthest);
  return status;
}

/* ---- overlap ---- */

/* More tokens first, then the earlier, then codebook order. */
static int compare_claims(const void *a, const void *b) {
  const ent_hit *left = a, *right = b;
  uint32_t left_length = left->last - left->first, right_length = right->last - right->first;
  if (left_length != right_length) return left_length > right_length ? -1 : 1;
  if (left->first != right->first) return left->first < right->first ? -1 : 1;
  if (left->category != right->category) return left->category < right->category ? -1 : 1;
  return (left->rule > right->rule) - (left->rule < right->rule);
}

static int compare_places(const void *a, const void *b) {
  const ent_hit *left = a, *right = b;
  if (left->begin != right->begin) return left->begin < right->begin ? -1 : 1;
  if (left->end != right->end) return left->end < right->end ? -1 : 1;
  if (left->category != right->category) return left->category < right->category ? -1 : 1;
  return (left->rule > right->rule) - (left->rule < right->rule);
}

static ent_status prepare_taken(ent_coder *coder, size_t stamps) {
  if (coder->taken.room < coder->token_count || UINT32_MAX - coder->stamp < stamps) {
    size_t room = coder->taken.room;
    coder->taken.count = 0;
    ent_status status = enti_array_reserve(&coder->alloc, &coder->taken, coder->token_count);
    if (status != ENT_OK) return status;
    if (coder->taken.room != room || UINT32_MAX - coder->stamp < stamps) {
      memset(coder->taken.at, 0, coder->taken.room * sizeof *coder->taken.at);
      coder->stamp = 0;
    }
  }
  return ENT_OK;
}

/* Leaves, of hits [begin, end), those that share no token with a better one; returns the new end. A token
 * that is taken bears the stamp, and it is enough to look at a hit's two ends: what is taken already is at
 * least as long as the hit, so it cannot lie between them. */
static size_t compete(ent_coder *coder, size_t begin, size_t end) {
  ent_hit *hits = coder->hits.at;
  uint32_t stamp = ++coder->stamp;
  size_t kept = begin;
  if (begin == end) return begin;
  enti_sort(hits + begin, end - begin, sizeof *hits, compare_claims);
  for (size_t i = begin; i < end; i++) {
    if (coder->taken.at[hits[i].first] == stamp || coder->taken.at[hits[i].last] == stamp) continue;
    for (uint32_t token = hits[i].first; token <= hits[i].last; token++) coder->taken.at[token] = stamp;
    hits[kept++] = hits[i];
  }
  return kept;
}

static ent_status settle(ent_coder *coder) {
  size_t count = coder->hits.count, kept = 0;
  if (coder->codebook->overlap != ENT_OVERLAP_ALL) {
    ent_status status = prepare_taken(coder, coder->codebook->categories.count + 1);
    if (status != ENT_OK) return status;
  }
  if (coder->codebook->overlap == ENT_OVERLAP_EXCLUSIVE) {
    coder->hits.count = compete(coder, 0, count);
  } else if (coder->codebook->overlap == ENT_OVERLAP_LONGEST) {
    for (size_t i = 0; i < count;) { /* the hits of a category stand together */
      size_t end = i;
      while (end < count && coder->hits.at[end].category == coder->hits.at[i].category) end++;
      size_t stop = compete(coder, i, end);
      memmove(coder->hits.at + kept, coder->hits.at + i, (stop - i) * sizeof *coder->hits.at);
      kept += stop - i;
      i = end;
    }
    coder->hits.count = kept;
  }
  enti_sort(coder->hits.at, coder->hits.count, sizeof *coder->hits.at, compare_places);
  return ENT_OK;
}

static void begin_run(ent_coder *coder, const ent_index *index, uint32_t document) {
  const enti_document *d = &index->documents.at[document];
  if (++coder->run == 0) { /* after 2^32 runs: no old mark may be taken for a new one */
    for (size_t i = 0; i < coder->codebook->terms.count; i++) coder->chains.at[i].run = 0;
    coder->run = 1;
  }
  coder->index = index;
  coder->document = document;
  coder->tokens = d->tokens.count ? index->tokens.at + d->tokens.begin : NULL;
  coder->token_count = (uint32_t)d->tokens.count;
  coder->text = ent_index_text(index, document, &coder->length);
  coder->hits.count = 0;
  coder->guarded = 0;
}

ent_status ent_coder_run(ent_coder *coder, const ent_index *index, uint32_t document, const uint8_t *conditions,
                         size_t condition_count, const ent_hit **hits, size_t *count, ent_error *err) {
  if (document >= index->documents.count) return enti_fail(err, ENT_ERR_ARGUMENT, 0, "no document %u", document);
  if (index->vocab != coder->vocab) return enti_fail(err, ENT_ERR_ARGUMENT, 0, "the index has another vocabulary");
  begin_run(coder, index, document);
  coder->conditions = conditions;
  coder->condition_count = condition_count;
  ent_status status = ENT_OK;
  if (coder->token_count > 0) {
    status = enti_coder_scan(coder);
    const enti_numbers *order = &coder->codebook->category_order;
    for (size_t i = 0; i < order->count && status == ENT_OK; i++) status = run_category(coder, order->at[i]);
    if (status == ENT_OK) status = settle(coder);
  }
  if (status != ENT_OK) return enti_fail(err, status, 0, "%s while a document was coded", ent_status_text(status));
  *hits = coder->hits.at;
  *count = coder->hits.count;
  return ENT_OK;
}
