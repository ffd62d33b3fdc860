/* match/codebook: building. Nodes only point back to nodes that exist, so expressions have no cycles;
 * references between categories are checked by freeze.c. */
#include "match/codebook.h"

enum { MOST_OPERANDS = 8, LONGEST_DISTANCE = 1000000, DEEPEST = 200 };

ent_status ent_codebook_new(const ent_alloc *alloc, ent_overlap overlap, ent_codebook **out) {
  alloc = enti_alloc_or_default(alloc);
  ent_codebook *codebook = enti_new(alloc, sizeof *codebook);
  if (!codebook) return ENT_ERR_MEMORY;
  codebook->alloc = *alloc;
  codebook->overlap = overlap;
  ent_status status = ent_vocab_new(alloc, &codebook->words);
  if (status == ENT_OK) status = ent_vocab_new(alloc, &codebook->patterns);
  if (status == ENT_OK) status = ent_vocab_new(alloc, &codebook->prefixes);
  if (status == ENT_OK) status = ent_vocab_new(alloc, &codebook->term_keys);
  if (status != ENT_OK) {
    ent_codebook_free(codebook);
    return status;
  }
  *out = codebook;
  return ENT_OK;
}

static void free_lists(const ent_alloc *alloc, enti_lists *lists) {
  enti_array_free(alloc, &lists->begin);
  enti_array_free(alloc, &lists->at);
}

void ent_codebook_free(ent_codebook *codebook) {
  if (!codebook) return;
  ent_alloc alloc = codebook->alloc;
  ent_vocab_free(codebook->words);
  ent_vocab_free(codebook->patterns);
  ent_vocab_free(codebook->prefixes);
  ent_vocab_free(codebook->term_keys);
  enti_array_free(&alloc, &codebook->term_nodes);
  enti_array_free(&alloc, &codebook->bytes);
  enti_array_free(&alloc, &codebook->elements);
  enti_array_free(&alloc, &codebook->element_patterns);
  enti_array_free(&alloc, &codebook->steps);
  enti_array_free(&alloc, &codebook->terms);
  enti_array_free(&alloc, &codebook->nodes);
  enti_array_free(&alloc, &codebook->kids);
  enti_array_free(&alloc, &codebook->categories);
  enti_array_free(&alloc, &codebook->rules);
  free_lists(&alloc, &codebook->pattern_elements);
  free_lists(&alloc, &codebook->element_triggers);
  free_lists(&alloc, &codebook->prefix_patterns);
  enti_array_free(&alloc, &codebook->wild_terms);
  enti_array_free(&alloc, &codebook->rule_order);
  enti_array_free(&alloc, &codebook->category_order);
  enti_free(&alloc, codebook, sizeof *codebook);
}

ent_status ent_codebook_layer_add(ent_codebook *codebook, const char *name, const ent_layer *layer, uint32_t *number,
                                  ent_error *err) {
  if (codebook->frozen) return enti_fail(err, ENT_ERR_STATE, 0, "the codebook is frozen");
  return ent_vocab_layer_add(codebook->words, name, layer, number, err);
}

ent_status ent_codebook_layer_find(ent_codebook *codebook, const char *name, uint32_t *number, ent_error *err) {
  if (codebook->frozen) return enti_fail(err, ENT_ERR_STATE, 0, "the codebook is frozen");
  return ent_vocab_layer_find(codebook->words, name, number, err);
}

ent_status ent_codebook_annotation(ent_codebook *codebook, const char *name, uint32_t *number, ent_error *err) {
  if (codebook->frozen) return enti_fail(err, ENT_ERR_STATE, 0, "the codebook is frozen");
  return ent_vocab_layer_annotation(codebook->words, name, number, err);
}

ent_status ent_codebook_layer_set(ent_codebook *codebook, uint32_t layer, const char *word, size_t word_length,
                                  const char *form, size_t length) {
  uint32_t type;
  if (codebook->frozen) return ENT_ERR_STATE;
  if (ent_utf8_valid(word, word_length) != word_length) return ENT_ERR_UTF8;
  ent_status status = enti_vocab_intern(codebook->words, word, word_length, &type);
  return status == ENT_OK ? ent_vocab_layer_set(codebook->words, type, layer, form, length) : status;
}

ent_status ent_codebook_category(ent_codebook *codebook, uint32_t parent, ent_unit unit, uint32_t *category) {
  if (codebook->frozen) return ENT_ERR_STATE;
  if (parent != ENT_NONE && parent >= codebook->categories.count) return ENT_ERR_ARGUMENT;
  ent_status status = enti_array_reserve(&codebook->alloc, &codebook->categories, 1);
  if (status != ENT_OK) return status;
  *category = (uint32_t)codebook->categories.count;
  codebook->categories.at[codebook->categories.count++] = (enti_category){.parent = parent, .unit = unit};
  return ENT_OK;
}

ent_unit ent_codebook_unit(const ent_codebook *codebook, uint32_t category) {
  return codebook->categories.at[category].unit;
}

ent_status enti_codebook_add_node(ent_codebook *codebook, enti_node node, const uint32_t *kids, size_t kid_count,
                                  uint32_t *out) {
  if (codebook->nodes.count >= ENT_NONE) return ENT_ERR_LIMIT;
  ent_status status = enti_array_reserve(&codebook->alloc, &codebook->nodes, 1);
  if (status == ENT_OK) status = enti_array_reserve(&codebook->alloc, &codebook->kids, kid_count);
  if (status != ENT_OK) return status;
  node.kids = (enti_slice){codebook->kids.count, kid_count};
  node.depth = 1;
  for (size_t i = 0; i < kid_count; i++) {
    uint32_t depth = codebook->nodes.at[kids[i]].depth + 1;
    if (depth > node.depth) node.depth = depth;
  }
  if (node.depth > DEEPEST) return ENT_ERR_PATTERN;
  if (kid_count) memcpy(codebook->kids.at + codebook->kids.count, kids, kid_count * sizeof *kids);
  codebook->kids.count += kid_count;
  *out = (uint32_t)codebook->nodes.count;
  codebook->nodes.at[codebook->nodes.count++] = node;
  return ENT_OK;
}

ent_status ent_codebook_ref(ent_codebook *codebook, uint32_t category, uint32_t *node) {
  if (codebook->frozen) return ENT_ERR_STATE;
  return enti_codebook_add_node(codebook, (enti_node){.kind = ENTI_NODE_REF, .n = category}, NULL, 0, node);
}

static ent_status check_operands(ent_op op, uint32_t n, size_t count, ent_error *err) {
  switch (op) {
    case ENT_OP_NEAR: case ENT_OP_SEQ: case ENT_OP_ALL:
      if (count < 2) return enti_fail(err, ENT_ERR_PATTERN, 0, "needs two operands or more");
      if (op != ENT_OP_SEQ && count > MOST_OPERANDS)
        return enti_fail(err, ENT_ERR_PATTERN, 0, "takes at most %d operands; nest them", MOST_OPERANDS);
      break;
    case ENT_OP_ANY:
      if (count < 1) return enti_fail(err, ENT_ERR_PATTERN, 0, "needs an operand");
      break;
    case ENT_OP_EXCEPT: case ENT_OP_UNLESS:
      if (count != 2) return enti_fail(err, ENT_ERR_PATTERN, 0, "takes two operands; join more with any");
      break;
    case ENT_OP_WITHIN: case ENT_OP_WHERE:
      if (count != 1) return enti_fail(err, ENT_ERR_PATTERN, 0, "takes one operand; join more with any");
      break;
  }
  if ((op == ENT_OP_NEAR || op == ENT_OP_SEQ || op == ENT_OP_UNLESS) && n > LONGEST_DISTANCE)
    return enti_fail(err, ENT_ERR_PATTERN, 0, "a distance of %u tokens is more than %d", n, LONGEST_DISTANCE);
  return ENT_OK;
}

ent_status ent_codebook_op(ent_codebook *codebook, ent_op op, uint32_t n, ent_unit unit, const uint32_t *kids,
                           size_t kid_count, uint32_t *node, ent_error *err) {
  if (codebook->frozen) return enti_fail(err, ENT_ERR_STATE, 0, "the codebook is frozen");
  ent_status status = check_operands(op, n, kid_count, err);
  if (status != ENT_OK) return status;
  for (size_t i = 0; i < kid_count; i++)
    if (kids[i] >= codebook->nodes.count) return enti_fail(err, ENT_ERR_ARGUMENT, i, "operand %zu is no node", i + 1);
  enti_node made = {.kind = ENTI_NODE_OP, .op = op, .unit = unit, .n = n};
  status = enti_codebook_add_node(codebook, made, kids, kid_count, node);
  if (status == ENT_ERR_PATTERN) return enti_fail(err, status, 0, "operators nest deeper than %d", DEEPEST);
  return status == ENT_OK ? status : enti_fail(err, status, 0, "%s", ent_status_text(status));
}

ent_status ent_codebook_rule(ent_codebook *codebook, uint32_t category, ent_role role, uint32_t node, const char *lang,
                             uint32_t *rule, ent_error *err) {
  if (codebook->frozen) return enti_fail(err, ENT_ERR_STATE, 0, "the codebook is frozen");
  if (category >= codebook->categories.count || node >= codebook->nodes.count)
    return enti_fail(err, ENT_ERR_ARGUMENT, 0, "no such category or node");
  enti_rule made = {.category = category, .node = node, .role = role};
  if (lang) {
    size_t length = 0;
    while (length < sizeof made.lang - 1 && lang[length] && lang[length] != '-') length++;
    memcpy(made.lang, lang, length);
  }
  ent_status status = enti_array_reserve(&codebook->alloc, &codebook->rules, 1);
  if (status != ENT_OK) return enti_fail(err, status, 0, "%s", ent_status_text(status));
  *rule = (uint32_t)codebook->rules.count;
  codebook->rules.at[codebook->rules.count++] = made;
  return ENT_OK;
}
