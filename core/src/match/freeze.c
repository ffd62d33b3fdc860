/* match/freeze: the look-up tables of a codebook, and the order in which its categories are run. */
#include "match/codebook.h"

/* pairs: key << 32 | number. */
ent_status enti_lists_make(const ent_alloc *alloc, enti_lists *lists, size_t keys, const uint64_t *pairs, size_t count) {
  ent_status status = enti_array_reserve(alloc, &lists->begin, keys + 1);
  if (status == ENT_OK) status = enti_array_reserve(alloc, &lists->at, count);
  if (status != ENT_OK) return status;
  memset(lists->begin.at, 0, (keys + 1) * sizeof *lists->begin.at);
  lists->begin.count = keys + 1;
  lists->at.count = count;
  for (size_t i = 0; i < count; i++) lists->begin.at[pairs[i] >> 32]++;
  uint32_t before = 0;
  for (size_t key = 0; key <= keys; key++) {
    uint32_t own = lists->begin.at[key];
    lists->begin.at[key] = before + own; /* the end, for now: filling runs backwards */
    before += own;
  }
  for (size_t i = count; i-- > 0;) lists->at.at[--lists->begin.at[pairs[i] >> 32]] = (uint32_t)pairs[i];
  return ENT_OK;
}

typedef ENTI_ARRAY(uint64_t) pair_array;

static ent_status add_pair(const ent_alloc *alloc, pair_array *pairs, uint64_t key, uint64_t number) {
  ent_status status = enti_array_reserve(alloc, pairs, 1);
  if (status == ENT_OK) pairs->at[pairs->count++] = key << 32 | number;
  return status;
}

static ent_status list_elements(ent_codebook *codebook, pair_array *pairs) {
  ent_status status = ENT_OK;
  pairs->count = 0;
  for (size_t i = 0; i < codebook->elements.count && status == ENT_OK; i++) {
    enti_slice slice = codebook->elements.at[i].patterns;
    for (size_t k = 0; k < slice.count && status == ENT_OK; k++)
      status = add_pair(&codebook->alloc, pairs, codebook->element_patterns.at[slice.begin + k], i);
  }
  if (status != ENT_OK) return status;
  return enti_lists_make(&codebook->alloc, &codebook->pattern_elements, codebook->patterns->types.count, pairs->at, pairs->count);
}

static ent_status list_triggers(ent_codebook *codebook, pair_array *pairs) {
  ent_status status = ENT_OK;
  pairs->count = 0;
  for (size_t i = 0; i < codebook->terms.count && status == ENT_OK; i++) {
    const enti_term *term = &codebook->terms.at[i];
    uint32_t element = codebook->steps.at[term->steps.begin + term->trigger].element;
    if (!codebook->elements.at[element].anything) {
      status = add_pair(&codebook->alloc, pairs, element, i);
    } else {
      status = enti_array_reserve(&codebook->alloc, &codebook->wild_terms, 1);
      if (status == ENT_OK) codebook->wild_terms.at[codebook->wild_terms.count++] = (uint32_t)i;
    }
  }
  if (status != ENT_OK) return status;
  return enti_lists_make(&codebook->alloc, &codebook->element_triggers, codebook->elements.count, pairs->at, pairs->count);
}

static ent_status list_globs(ent_codebook *codebook, pair_array *pairs) {
  ent_status status = ENT_OK;
  pairs->count = 0;
  for (size_t i = 0; i < codebook->patterns->types.count && status == ENT_OK; i++) {
    const enti_type *key = &codebook->patterns->types.at[i];
    unsigned char layer = (unsigned char)key->bytes[0];
    size_t length = key->length - 1, prefix = enti_glob_prefix(key->bytes + 1, length);
    codebook->layer_used[layer] = true;
    if (prefix == length) continue;
    if (prefix > 63) prefix = 63;
    uint32_t number;
    codebook->prefix_lengths[layer] |= UINT64_C(1) << prefix;
    status = enti_vocab_intern(codebook->prefixes, key->bytes, prefix + 1, &number);
    if (status == ENT_OK) status = add_pair(&codebook->alloc, pairs, number, i);
  }
  if (status != ENT_OK) return status;
  return enti_lists_make(&codebook->alloc, &codebook->prefix_patterns, codebook->prefixes->types.count, pairs->at, pairs->count);
}

static ent_status order_rules(ent_codebook *codebook) {
  size_t count = codebook->rules.count;
  ent_status status = enti_array_reserve(&codebook->alloc, &codebook->rule_order, count);
  for (size_t c = 0; c < codebook->categories.count && status == ENT_OK; c++) codebook->categories.at[c].end = (uint32_t)c + 1;
  for (size_t c = codebook->categories.count; c-- > 0 && status == ENT_OK;) {
    enti_category *category = &codebook->categories.at[c];
    if (category->parent == ENT_NONE) continue;
    enti_category *parent = &codebook->categories.at[category->parent];
    if (parent->end < category->end) parent->end = category->end;
  }
  if (status != ENT_OK) return status;
  pair_array pairs = {0}; /* category and role together are the key */
  enti_lists lists = {0};
  for (size_t i = 0; i < count && status == ENT_OK; i++)
    status = add_pair(&codebook->alloc, &pairs, codebook->rules.at[i].category * 3 + (uint32_t)codebook->rules.at[i].role, i);
  if (status == ENT_OK)
    status = enti_lists_make(&codebook->alloc, &lists, codebook->categories.count * 3, pairs.at, pairs.count);
  if (status == ENT_OK) {
    codebook->rule_order.count = count;
    if (count) memcpy(codebook->rule_order.at, lists.at.at, count * sizeof *lists.at.at);
    for (uint32_t c = 0; c < codebook->categories.count; c++)
      for (uint32_t role = 0; role < 3; role++) {
        size_t begin = lists.begin.at[c * 3 + role];
        codebook->categories.at[c].rules[role] = (enti_slice){begin, lists.begin.at[c * 3 + role + 1] - begin};
      }
  }
  enti_array_free(&codebook->alloc, &pairs);
  enti_array_free(&codebook->alloc, &lists.begin);
  enti_array_free(&codebook->alloc, &lists.at);
  return status;
}

/* Descendants must stand behind their ancestor without a gap, so that a category is a range of numbers. */
static ent_status check_tree(const ent_codebook *codebook, ent_error *err) {
  for (size_t c = 1; c < codebook->categories.count; c++) {
    uint32_t ancestor = (uint32_t)c - 1, parent = codebook->categories.at[c].parent;
    while (ancestor != ENT_NONE && ancestor != parent) ancestor = codebook->categories.at[ancestor].parent;
    if (ancestor != parent)
      return enti_fail(err, ENT_ERR_ARGUMENT, c, "category %zu is not added right behind its parent's other descendants", c);
  }
  return ENT_OK;
}

/* ---- the order of references: depth first, a category after all that it refers to ---- */

typedef struct orderer {
  ent_codebook *codebook;
  uint8_t *state; /* 0 new, 1 being visited, 2 done */
  ent_error *err;
} orderer;

static ent_status visit(orderer *o, uint32_t category);

static ent_status visit_node(orderer *o, uint32_t number, uint32_t from) {
  const enti_node *node = &o->codebook->nodes.at[number];
  if (node->kind == ENTI_NODE_REF) {
    if (node->n >= o->codebook->categories.count)
      return enti_fail(o->err, ENT_ERR_PATTERN, from, "a reference to a category that does not exist");
    for (uint32_t c = node->n; c < o->codebook->categories.at[node->n].end; c++) {
      if (o->state[c] == 1 || c == from)
        return enti_fail(o->err, ENT_ERR_PATTERN, from, "a reference that leads back to its own category");
      ent_status status = visit(o, c);
      if (status != ENT_OK) return status;
    }
  }
  for (size_t i = 0; i < node->kids.count; i++) {
    ent_status status = visit_node(o, o->codebook->kids.at[node->kids.begin + i], from);
    if (status != ENT_OK) return status;
  }
  return ENT_OK;
}

static ent_status visit(orderer *o, uint32_t number) {
  ent_codebook *codebook = o->codebook;
  if (o->state[number] == 2) return ENT_OK;
  o->state[number] = 1;
  for (size_t role = 0; role < 3; role++) {
    enti_slice rules = codebook->categories.at[number].rules[role];
    for (size_t i = 0; i < rules.count; i++) {
      ent_status status = visit_node(o, codebook->rules.at[codebook->rule_order.at[rules.begin + i]].node, number);
      if (status != ENT_OK) return status;
    }
  }
  o->state[number] = 2;
  codebook->category_order.at[codebook->category_order.count++] = number;
  return ENT_OK;
}

static ent_status order_categories(ent_codebook *codebook, ent_error *err) {
  size_t count = codebook->categories.count;
  ent_status status = enti_array_reserve(&codebook->alloc, &codebook->category_order, count);
  if (status != ENT_OK || count == 0) return status;
  orderer o = {codebook, enti_new(&codebook->alloc, count), err};
  if (!o.state) return ENT_ERR_MEMORY;
  for (uint32_t c = 0; c < count && status == ENT_OK; c++) status = visit(&o, c);
  enti_free(&codebook->alloc, o.state, count);
  return status;
}

ent_status ent_codebook_freeze(ent_codebook *codebook, ent_error *err) {
  pair_array pairs = {0};
  if (err) err->code = ENT_OK;
  if (codebook->frozen) return enti_fail(err, ENT_ERR_STATE, 0, "the codebook is frozen already");
  ent_status status = check_tree(codebook, err);
  if (status == ENT_OK) status = list_elements(codebook, &pairs);
  if (status == ENT_OK) status = list_triggers(codebook, &pairs);
  if (status == ENT_OK) status = list_globs(codebook, &pairs);
  enti_array_free(&codebook->alloc, &pairs);
  if (status == ENT_OK) status = order_rules(codebook);
  if (status == ENT_OK) status = order_categories(codebook, err);
  codebook->frozen = status == ENT_OK;
  if (status != ENT_OK && (!err || err->code == ENT_OK)) return enti_fail(err, status, 0, "%s", ent_status_text(status));
  return status;
}
