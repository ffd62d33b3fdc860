/* match/eval: the spans of an expression, from those of its terms up. */
#include "match/coder.h"
#include "token/gap.h"

ent_status enti_spans_add(ent_coder *coder, enti_spans *spans, uint32_t first, uint32_t last) {
  ent_status status = enti_array_reserve(&coder->alloc, spans, 1);
  if (status == ENT_OK) spans->at[spans->count++] = (enti_span){first, last};
  return status;
}

static int compare_spans(const void *a, const void *b) {
  const enti_span *left = a, *right = b;
  if (left->first != right->first) return left->first < right->first ? -1 : 1;
  return (left->last > right->last) - (left->last < right->last);
}

void enti_spans_tidy(enti_spans *spans) {
  bool sorted = true;
  for (size_t i = 1; i < spans->count && sorted; i++) sorted = compare_spans(&spans->at[i - 1], &spans->at[i]) < 0;
  if (sorted) return;
  enti_sort(spans->at, spans->count, sizeof *spans->at, compare_spans);
  size_t kept = 1;
  for (size_t i = 1; i < spans->count; i++)
    if (compare_spans(&spans->at[kept - 1], &spans->at[i]) != 0) spans->at[kept++] = spans->at[i];
  spans->count = kept;
}

ent_status enti_cover_make(ent_coder *coder, const enti_spans *spans, enti_cover *out) {
  out->spans = spans;
  ent_status status = enti_array_reserve(&coder->alloc, &out->furthest, spans->count);
  uint32_t furthest = 0;
  for (size_t i = 0; i < spans->count && status == ENT_OK; i++) {
    if (spans->at[i].last > furthest) furthest = spans->at[i].last;
    out->furthest.at[out->furthest.count++] = furthest;
  }
  return status;
}

bool enti_cover_overlaps(const enti_cover *cover, uint32_t first, uint32_t last) {
  size_t low = 0, high = cover->spans->count; /* the spans that begin at or before `last` */
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (cover->spans->at[middle].first <= last) low = middle + 1;
    else high = middle;
  }
  return low > 0 && cover->furthest.at[low - 1] >= first;
}

static ent_status eval_term(ent_coder *coder, uint32_t term, enti_spans *out) {
  const enti_chain *chain = &coder->chains.at[term];
  if (chain->run != coder->run) return ENT_OK;
  for (uint32_t i = chain->head; i != ENT_NONE; i = coder->found.at[i].next) {
    ent_status status = enti_spans_add(coder, out, coder->found.at[i].first, coder->found.at[i].last);
    if (status != ENT_OK) return status;
  }
  enti_spans_tidy(out);
  return ENT_OK;
}

/* What the category and its descendants fired, after none and guard; they have run before. */
static ent_status eval_ref(ent_coder *coder, uint32_t category, enti_spans *out) {
  for (uint32_t c = category; c < coder->codebook->categories.at[category].end; c++) {
    enti_slice slice = coder->category_hits.at[c];
    for (size_t i = 0; i < slice.count; i++) {
      const ent_hit *hit = &coder->hits.at[slice.begin + i];
      ent_status status = enti_spans_add(coder, out, hit->first, hit->last);
      if (status != ENT_OK) return status;
    }
  }
  enti_spans_tidy(out);
  return ENT_OK;
}

/* Each span of `left` with each of `right` that stands right behind it. */
static ent_status join_spans(ent_coder *coder, const enti_spans *left, const enti_spans *right, enti_spans *out) {
  for (size_t i = 0; i < left->count; i++) {
    uint32_t next = left->at[i].last + 1;
    if (next >= coder->token_count || coder->tokens[next].gap != ENTI_GAP_JOIN) continue;
    size_t low = 0, high = right->count;
    while (low < high) {
      size_t middle = low + (high - low) / 2;
      if (right->at[middle].first < next) low = middle + 1;
      else high = middle;
    }
    for (; low < right->count && right->at[low].first == next; low++) {
      ent_status status = enti_spans_add(coder, out, left->at[i].first, right->at[low].last);
      if (status != ENT_OK) return status;
    }
  }
  enti_spans_tidy(out);
  return ENT_OK;
}

static ent_status eval_adjacent(ent_coder *coder, const enti_spans *operands, size_t count, enti_spans *out) {
  enti_spans left = {0}, joined = {0};
  ent_status status = join_spans(coder, &operands[0], &operands[1], &left);
  for (size_t i = 2; i < count && status == ENT_OK; i++) {
    joined.count = 0;
    status = join_spans(coder, &left, &operands[i], &joined);
    enti_spans kept = left;
    left = joined;
    joined = kept;
  }
  enti_array_free(&coder->alloc, &joined);
  *out = left;
  return status;
}

/* Moves *first and *last n + 1 tokens apart, but not out of the unit that holds the span. */
static bool widen(const ent_coder *coder, const enti_node *node, uint32_t *first, uint32_t *last) {
  uint32_t number = enti_unit_of(coder, node->unit, *first);
  size_t count;
  if (number == ENT_NONE) return false;
  const ent_part *parts = ent_index_parts(coder->index, coder->document, node->unit, &count);
  uint32_t begin = number < count ? parts[number].first : 0;
  uint32_t end = number < count ? parts[number].last : coder->token_count - 1;
  *first = *first - begin > node->n + 1 ? *first - node->n - 1 : begin;
  *last = end > *last && end - *last > node->n + 1 ? *last + node->n + 1 : (end > *last ? end : *last);
  return true;
}

/* Spans of operands[0] that pass: except, unless, within, where. */
static ent_status filter(ent_coder *coder, const enti_node *node, const enti_spans *operands, enti_spans *out) {
  enti_cover cover = {0};
  ent_status status = ENT_OK;
  if (node->kids.count > 1) status = enti_cover_make(coder, &operands[1], &cover);
  if (node->op == ENT_OP_WHERE && (node->n >= coder->condition_count || !coder->conditions[node->n])) return status;
  for (size_t i = 0; i < operands[0].count && status == ENT_OK; i++) {
    uint32_t first = operands[0].at[i].first, last = operands[0].at[i].last;
    bool stands = true;
    if (node->op == ENT_OP_WITHIN) {
      uint32_t unit = enti_unit_of(coder, node->unit, first);
      stands = unit != ENT_NONE && unit == enti_unit_of(coder, node->unit, last);
    } else if (node->op == ENT_OP_EXCEPT) {
      stands = !enti_cover_overlaps(&cover, first, last);
    } else if (node->op == ENT_OP_UNLESS) {
      uint32_t from = first, to = last;
      stands = !widen(coder, node, &from, &to) || !enti_cover_overlaps(&cover, from, to);
    }
    if (stands) status = enti_spans_add(coder, out, first, last);
  }
  enti_array_free(&coder->alloc, &cover.furthest);
  return status;
}

static ent_status merge_any(ent_coder *coder, const enti_spans *operands, size_t count, enti_spans *out) {
  for (size_t k = 0; k < count; k++)
    for (size_t i = 0; i < operands[k].count; i++) {
      ent_status status = enti_spans_add(coder, out, operands[k].at[i].first, operands[k].at[i].last);
      if (status != ENT_OK) return status;
    }
  enti_spans_tidy(out);
  return ENT_OK;
}

ent_status enti_coder_eval(ent_coder *coder, uint32_t number, enti_spans *out) {
  const ent_codebook *codebook = coder->codebook;
  const enti_node *node = &codebook->nodes.at[number];
  if (node->kind == ENTI_NODE_TERM) return eval_term(coder, node->n, out);
  if (node->kind == ENTI_NODE_REF) return eval_ref(coder, node->n, out);
  size_t count = node->kids.count, size;
  bool any = node->kind == ENTI_NODE_OP && node->op == ENT_OP_ANY;
  bool needs_all = node->kind == ENTI_NODE_ADJACENT || node->op == ENT_OP_NEAR || node->op == ENT_OP_SEQ || node->op == ENT_OP_ALL;
  if (!enti_mul(count, sizeof(enti_spans), &size)) return ENT_ERR_LIMIT;
  enti_spans *operands = enti_new(&coder->alloc, size);
  if (!operands) return ENT_ERR_MEMORY;
  ent_status status = ENT_OK;
  bool empty = false; /* an operand without which there is nothing has no span */
  for (size_t i = 0; i < count && status == ENT_OK && !empty; i++) {
    status = enti_coder_eval(coder, codebook->kids.at[node->kids.begin + i], &operands[i]);
    empty = operands[i].count == 0 && !any && (needs_all || i == 0);
  }
  if (status == ENT_OK && !empty) {
    if (any) status = merge_any(coder, operands, count, out);
    else if (node->kind == ENTI_NODE_ADJACENT) status = eval_adjacent(coder, operands, count, out);
    else if (needs_all) status = enti_coder_near(coder, node, operands, count, out);
    else status = filter(coder, node, operands, out);
  }
  for (size_t i = 0; i < count; i++) enti_array_free(&coder->alloc, &operands[i]);
  enti_free(&coder->alloc, operands, size);
  return status;
}
