/* match: a codebook, compiled. */
#ifndef ENTI_CODEBOOK_H
#define ENTI_CODEBOOK_H

#include "index/index.h"
#include "token/gap.h"
#include "vocab/glob.h"

/* pattern   one glob or literal of one layer; its number is that of its key in `patterns`
 * element   what one token must fit: any of some patterns, or anything
 * term      elements that stand side by side
 * node      an expression: a term, or an operator over nodes
 * rule      a node in a category, with its role */

/* The first byte of a pattern's key: the raw bytes of a type, or 1 + layer - ENT_FOLD. */
enum { ENTI_RAW = 0, ENTI_ALL_LAYERS = 1 + ENTI_LAYERS + ENTI_NAMED_LAYERS };

typedef enum enti_node_kind { ENTI_NODE_TERM, ENTI_NODE_ADJACENT, ENTI_NODE_REF, ENTI_NODE_OP } enti_node_kind;

typedef struct enti_node {
  enti_node_kind kind;
  ent_op op;
  ent_unit unit;
  uint32_t n;     /* distance, condition, term or category */
  uint32_t depth; /* of nodes below and itself */
  enti_slice kids;
} enti_node;

typedef struct enti_step { /* one token of a term, and what the term writes before it */
  uint32_t element;
  enti_slice marks; /* of bytes: marks that may stand there; exact: all that must stand there */
} enti_step;

typedef struct enti_term {
  enti_slice steps;
  size_t trigger; /* the step whose element starts the comparison */
  bool exact;
  bool annotation; /* it asks for annotations, so its steps are given tokens; else their pieces (pieces.c) */
  enti_slice lead, trail; /* exact, of bytes: what must stand before the first and behind the last token */
} enti_term;

typedef struct enti_element {
  bool anything;
  enti_slice patterns; /* of pattern numbers */
} enti_element;

typedef struct enti_category {
  uint32_t parent;
  ent_unit unit;
  uint32_t end; /* categories [own number, end) are it and its descendants, once frozen */
  enti_slice rules[3]; /* of rule_order, by role */
} enti_category;

typedef struct enti_rule {
  uint32_t category, node;
  ent_role role;
  char lang[4];
} enti_rule;

typedef ENTI_ARRAY(uint32_t) enti_numbers;

/* Lists of numbers by key, packed: those of key k are at[begin[k]] to at[begin[k + 1]]. */
typedef struct enti_lists {
  enti_numbers begin, at;
} enti_lists;

struct ent_codebook {
  ent_alloc alloc;
  ent_overlap overlap;
  bool frozen;
  ent_vocab *words;     /* the folded words of terms on named layers; its layers are the codebook's */
  ent_vocab *patterns;  /* key: layer byte, then the compiled pattern */
  ent_vocab *prefixes;  /* key: layer byte, then what stands before the first wildcard */
  ent_vocab *term_keys; /* key: layer byte, then the term as written; same number, same node */
  enti_numbers term_nodes;
  enti_bytes bytes;
  ENTI_ARRAY(enti_element) elements;
  enti_numbers element_patterns;
  ENTI_ARRAY(enti_step) steps;
  ENTI_ARRAY(enti_term) terms;
  ENTI_ARRAY(enti_node) nodes;
  enti_numbers kids;
  ENTI_ARRAY(enti_category) categories;
  ENTI_ARRAY(enti_rule) rules;
  /* made by freeze */
  enti_lists pattern_elements; /* pattern -> elements */
  enti_lists element_triggers; /* element -> terms */
  enti_lists prefix_patterns;  /* prefix -> globs */
  uint64_t prefix_lengths[ENTI_ALL_LAYERS]; /* bit n: some glob's prefix is n bytes long; 63: or longer */
  bool layer_used[ENTI_ALL_LAYERS];
  enti_numbers wild_terms; /* terms of nothing but * */
  enti_numbers rule_order, category_order;
};

/* Whether patterns with this first byte are of annotations. */
static inline bool enti_asks_annotation(const ent_codebook *codebook, unsigned char mark) {
  return mark > 0 && enti_vocab_is_annotation(codebook->words, ENT_FOLD + mark - 1u);
}

/* freeze.c */
ent_status enti_lists_make(const ent_alloc *alloc, enti_lists *lists, size_t keys, const uint64_t *pairs, size_t count);
static inline const uint32_t *enti_list(const enti_lists *lists, uint32_t key, size_t *count) {
  *count = lists->begin.at[key + 1] - lists->begin.at[key];
  return lists->at.at + lists->begin.at[key];
}

/* codebook.c, for term.c */
ent_status enti_codebook_add_node(ent_codebook *codebook, enti_node node, const uint32_t *kids, size_t kid_count,
                                  uint32_t *out);

#endif
