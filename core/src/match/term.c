/* match/term: a term as written becomes steps over tokens.
 *
 *   term        = chunk { blank chunk }
 *   chunk       = alternative { "|" alternative }
 *   alternative = characters, * and ? wildcards, \ before a character that stands for itself
 *
 * Wildcards are put in as the letter x, so that the tokenizer of the text itself says where the words end;
 * beside them runs a mark for each byte that tells what it is. A chunk whose alternatives are one token
 * each is one element; other alternatives make an expression of terms side by side. */
#include "match/codebook.h"
#include "text/fold.h"
#include "token/segment.h"

enum { LITERAL, STAR, ONE, BAR, SPACE };

typedef struct parser {
  ent_codebook *codebook;
  const ent_alloc *alloc;
  uint32_t layer;
  bool exact, annotation;        /* annotation: a word is what stands between blanks */
  enti_bytes text, kind;         /* the stand-in and what each of its bytes is */
  ENTI_ARRAY(size_t) source;     /* where each byte stands in the term */
  enti_bytes scratch;
  ENTI_ARRAY(enti_step) steps;   /* of the term that is being read */
  enti_numbers patterns;         /* of the element that is being read */
  enti_numbers nodes;            /* what stands side by side in the term */
  size_t last_end;               /* of the last token of the term that is being read */
  ent_error *err;
} parser;

static char layer_mark(const parser *p) { return (char)(p->exact ? ENTI_RAW : 1 + p->layer - ENT_FOLD); }

static ent_status wrong(parser *p, size_t at, const char *message) {
  size_t offset = at < p->source.count ? p->source.at[at] : 0;
  return enti_fail(p->err, ENT_ERR_PATTERN, offset, "%s", message);
}

static ent_status push(parser *p, const char *byte, int kind, size_t source) {
  char mark = (char)kind;
  ent_status status = enti_bytes_add(p->alloc, &p->text, byte, 1);
  if (status == ENT_OK) status = enti_bytes_add(p->alloc, &p->kind, &mark, 1);
  if (status == ENT_OK) status = enti_array_reserve(p->alloc, &p->source, 1);
  if (status == ENT_OK) p->source.at[p->source.count++] = source;
  return status;
}

static ent_status read_term(parser *p, const char *term, size_t length) {
  for (size_t i = 0; i < length; i++) {
    const char *byte = term + i;
    ent_status status;
    if (!p->exact && *byte == '\\') {
      if (i + 1 == length) return enti_fail(p->err, ENT_ERR_PATTERN, i, "a \\ at the end stands before nothing");
      i++;
      status = push(p, term + i, LITERAL, i - 1);
    } else if (!p->exact && *byte == '*') {
      status = push(p, "x", STAR, i);
    } else if (!p->exact && *byte == '?') {
      status = push(p, "x", ONE, i);
    } else if (!p->exact && *byte == '|') {
      status = push(p, byte, BAR, i);
    } else {
      status = push(p, byte, *byte == ' ' || (*byte >= '\t' && *byte <= '\r') ? SPACE : LITERAL, i);
    }
    if (status != ENT_OK) return status;
  }
  return ENT_OK;
}

/* Appends what literal bytes of the term become on its layer. */
static ent_status add_literal(parser *p, const char *bytes, size_t length) {
  if (p->exact) return enti_bytes_add(p->alloc, &p->scratch, bytes, length);
  if (p->annotation) return enti_text_fold(p->alloc, ENT_FOLD, bytes, length, &p->scratch);
  if (p->layer < ENT_FOLD + ENTI_LAYERS) return enti_text_fold(p->alloc, (ent_form)p->layer, bytes, length, &p->scratch);
  ent_vocab *words = p->codebook->words;
  uint32_t word, form;
  ent_status status = enti_vocab_intern(words, bytes, length, &word);
  if (status == ENT_OK) status = ent_vocab_layer(words, word, p->layer, &form);
  if (status != ENT_OK) return status;
  return enti_bytes_add(p->alloc, &p->scratch, words->types.at[form].bytes, words->types.at[form].length);
}

/* The pattern of the token [begin, end): its key is interned, its number pushed to p->patterns. */
static ent_status add_pattern(parser *p, size_t begin, size_t end) {
  char layer = layer_mark(p);
  p->scratch.count = 0;
  ent_status status = enti_bytes_add(p->alloc, &p->scratch, &layer, 1);
  for (size_t at = begin; at < end && status == ENT_OK;) {
    char kind = p->kind.at[at];
    if (kind == STAR || kind == ONE) {
      if (p->layer >= ENT_FOLD + ENTI_LAYERS && !p->annotation)
        return wrong(p, at, "a wildcard inside a word on this layer, which stands for its forms already; leave it out");
      char wildcard = (char)(kind == STAR ? ENTI_GLOB_ANY : ENTI_GLOB_ONE);
      status = enti_bytes_add(p->alloc, &p->scratch, &wildcard, 1);
      at++;
      continue;
    }
    size_t piece = at;
    while (at < end && p->kind.at[at] == LITERAL) at++;
    status = add_literal(p, p->text.at + piece, at - piece);
  }
  if (status == ENT_OK && p->scratch.count == 1) return wrong(p, begin, "nothing of this word is left once it is folded");
  uint32_t pattern;
  if (status == ENT_OK) status = enti_vocab_intern(p->codebook->patterns, p->scratch.at, p->scratch.count, &pattern);
  if (status == ENT_OK) status = enti_array_reserve(p->alloc, &p->patterns, 1);
  if (status == ENT_OK) p->patterns.at[p->patterns.count++] = pattern;
  return status;
}

/* The element of p->patterns, or the one that takes any token. */
static ent_status add_element(parser *p, bool anything, uint32_t *out) {
  ent_codebook *codebook = p->codebook;
  enti_element element = {anything, {codebook->element_patterns.count, p->patterns.count}};
  if (codebook->elements.count >= ENT_NONE) return ENT_ERR_LIMIT;
  for (size_t i = codebook->elements.count; i > 0 && i + 64 > codebook->elements.count; i--) { /* often the same again */
    const enti_element *known = &codebook->elements.at[i - 1];
    if (known->anything == anything && known->patterns.count == p->patterns.count &&
        (p->patterns.count == 0 || !memcmp(codebook->element_patterns.at + known->patterns.begin, p->patterns.at,
                                           p->patterns.count * sizeof *p->patterns.at))) {
      *out = (uint32_t)(i - 1);
      return ENT_OK;
    }
  }
  ent_status status = enti_array_reserve(p->alloc, &codebook->elements, 1);
  if (status == ENT_OK) status = enti_array_reserve(p->alloc, &codebook->element_patterns, p->patterns.count);
  if (status != ENT_OK) return status;
  for (size_t i = 0; i < p->patterns.count; i++)
    codebook->element_patterns.at[codebook->element_patterns.count++] = p->patterns.at[i];
  *out = (uint32_t)codebook->elements.count;
  codebook->elements.at[codebook->elements.count++] = element;
  return ENT_OK;
}

static ent_status keep_bytes(parser *p, const char *bytes, size_t length, enti_slice *out) {
  *out = (enti_slice){p->codebook->bytes.count, length};
  return enti_bytes_add(p->alloc, &p->codebook->bytes, bytes, length);
}

/* A step for the element of p->patterns; what the term writes between it and the step before is kept. */
static ent_status add_step(parser *p, bool anything, size_t begin, size_t end) {
  enti_step step = {0};
  ent_status status = add_element(p, anything, &step.element);
  if (status == ENT_OK && p->steps.count > 0) {
    enti_gap_view view = enti_gap_read(p->text.at, p->text.count, p->last_end, begin);
    if (p->exact) status = keep_bytes(p, p->text.at + p->last_end, begin - p->last_end, &step.marks);
    else if (view.gap == ENTI_GAP_BREAK) return wrong(p, p->last_end, "more marks between two words than a term can hold");
    else status = keep_bytes(p, view.marks, view.mark_count, &step.marks);
  }
  if (status == ENT_OK) status = enti_array_reserve(p->alloc, &p->steps, 1);
  if (status == ENT_OK) p->steps.at[p->steps.count++] = step;
  p->patterns.count = 0;
  p->last_end = end;
  return status;
}

static bool all_kind(const parser *p, size_t begin, size_t end, char kind) {
  for (size_t i = begin; i < end; i++)
    if (p->kind.at[i] != kind) return false;
  return begin < end;
}

/* As enti_segment_next, where words are found. */
static bool next_word(const parser *p, enti_segmenter *cursor, size_t *from, size_t *to) {
  if (!p->annotation) return enti_segment_next(cursor, from, to);
  *from = cursor->at;
  *to = cursor->at = cursor->end;
  return *from < *to;
}

/* The tokens of [begin, end) as steps. */
static ent_status add_run(parser *p, size_t begin, size_t end) {
  enti_segmenter cursor = {p->text.at, begin, end, NULL, 0, 0};
  size_t from, to;
  if (all_kind(p, begin, end, STAR)) return add_step(p, true, begin, end);
  while (next_word(p, &cursor, &from, &to)) {
    if (all_kind(p, from, to, STAR))
      return wrong(p, from, "* beside a script written without spaces; use near() or seq()");
    ent_status status = add_pattern(p, from, to);
    if (status == ENT_OK) status = add_step(p, false, from, to);
    if (status != ENT_OK) return status;
  }
  return ENT_OK;
}

/* The best step to start from: the longest literal beginning, for it is the rarest. */
static size_t choose_trigger(const ent_codebook *codebook, const enti_term *term) {
  size_t best = 0, best_length = 0;
  for (size_t i = 0; i < term->steps.count; i++) {
    const enti_element *element = &codebook->elements.at[codebook->steps.at[term->steps.begin + i].element];
    size_t shortest = element->anything ? 0 : SIZE_MAX;
    for (size_t k = 0; k < element->patterns.count; k++) {
      const enti_type *pattern = &codebook->patterns->types.at[codebook->element_patterns.at[element->patterns.begin + k]];
      size_t length = 1 + enti_glob_prefix(pattern->bytes + 1, pattern->length - 1);
      if (length < shortest) shortest = length;
    }
    if (shortest > best_length) best = i, best_length = shortest;
  }
  return best;
}

/* Closes the steps read so far, if any, into a term and its node. */
static ent_status close_term(parser *p, enti_slice lead, enti_slice trail) {
  ent_codebook *codebook = p->codebook;
  uint32_t node;
  if (p->steps.count == 0) return ENT_OK;
  if (codebook->terms.count >= ENT_NONE) return ENT_ERR_LIMIT;
  ent_status status = enti_array_reserve(p->alloc, &codebook->steps, p->steps.count);
  if (status == ENT_OK) status = enti_array_reserve(p->alloc, &codebook->terms, 1);
  if (status == ENT_OK) status = enti_array_reserve(p->alloc, &p->nodes, 1);
  if (status != ENT_OK) return status;
  enti_term term = {.steps = {codebook->steps.count, p->steps.count}, .exact = p->exact, .annotation = p->annotation,
                    .lead = lead, .trail = trail};
  memcpy(codebook->steps.at + codebook->steps.count, p->steps.at, p->steps.count * sizeof *p->steps.at);
  codebook->steps.count += p->steps.count;
  term.trigger = choose_trigger(codebook, &term);
  p->steps.count = 0;
  codebook->terms.at[codebook->terms.count++] = term;
  enti_node made = {.kind = ENTI_NODE_TERM, .n = (uint32_t)(codebook->terms.count - 1)};
  status = enti_codebook_add_node(codebook, made, NULL, 0, &node);
  if (status == ENT_OK) p->nodes.at[p->nodes.count++] = node;
  return status;
}

/* The alternative that begins at `at`; where it ends. */
static size_t alternative_end(const parser *p, size_t at, size_t end) {
  while (at < end && p->kind.at[at] != BAR) at++;
  return at;
}

/* How many tokens an alternative has, at most 2, and where the first stands. */
static size_t count_tokens(const parser *p, size_t begin, size_t end, size_t *from, size_t *to) {
  enti_segmenter cursor = {p->text.at, begin, end, NULL, 0, 0};
  size_t count = 0, begin2, end2;
  if (next_word(p, &cursor, from, to)) count++;
  if (count && next_word(p, &cursor, &begin2, &end2)) count++;
  return count;
}

/* Alternatives of one token each: one step. */
static ent_status add_choice(parser *p, size_t begin, size_t end) {
  for (size_t at = begin, stop, from, to; at <= end; at = stop + 1) {
    stop = alternative_end(p, at, end);
    (void)count_tokens(p, at, stop, &from, &to);
    ent_status status = add_pattern(p, from, to);
    if (status != ENT_OK) return status;
  }
  return add_step(p, false, begin, end);
}

/* Other alternatives: a node that takes any of them. What was read before is closed first. */
static ent_status add_alternatives(parser *p, size_t begin, size_t end) {
  ent_status status = close_term(p, (enti_slice){0}, (enti_slice){0});
  size_t first = p->nodes.count;
  for (size_t at = begin, stop; at <= end && status == ENT_OK; at = stop + 1) {
    stop = alternative_end(p, at, end);
    status = add_run(p, at, stop);
    if (status == ENT_OK) status = close_term(p, (enti_slice){0}, (enti_slice){0});
  }
  if (status != ENT_OK) return status;
  enti_node any = {.kind = ENTI_NODE_OP, .op = ENT_OP_ANY};
  status = enti_codebook_add_node(p->codebook, any, p->nodes.at + first, p->nodes.count - first, &p->nodes.at[first]);
  p->nodes.count = first + 1;
  return status;
}

static ent_status add_chunk(parser *p, size_t begin, size_t end) {
  size_t bars = 0, from, to, longest = 0;
  for (size_t i = begin; i < end; i++) bars += p->kind.at[i] == BAR;
  if (bars == 0) return add_run(p, begin, end);
  for (size_t at = begin, stop; at <= end; at = stop + 1) {
    stop = alternative_end(p, at, end);
    if (all_kind(p, at, stop, STAR)) return wrong(p, at, "* as an alternative takes any word and hides the others");
    size_t count = count_tokens(p, at, stop, &from, &to);
    if (count == 0) return wrong(p, at < end ? at : end - 1, "an alternative without a word");
    if (count > longest) longest = count;
  }
  return longest == 1 ? add_choice(p, begin, end) : add_alternatives(p, begin, end);
}

static ent_status compile_term(parser *p) {
  ent_status status = ENT_OK;
  for (size_t at = 0, end; at < p->text.count && status == ENT_OK; at = end + 1) {
    end = at;
    while (end < p->text.count && p->kind.at[end] != SPACE) end++;
    if (end > at) status = add_chunk(p, at, end);
  }
  return status == ENT_OK ? close_term(p, (enti_slice){0}, (enti_slice){0}) : status;
}

/* All of the term is one run; what stands outside its words must stand there in the text, too. */
static ent_status compile_exact(parser *p) {
  size_t begin = 0, end = p->text.count, from = 0, to;
  enti_slice lead = {0}, trail = {0};
  while (begin < end && p->kind.at[begin] == SPACE) begin++;
  while (end > begin && p->kind.at[end - 1] == SPACE) end--;
  ent_status status = add_run(p, begin, end);
  if (status != ENT_OK || p->steps.count == 0) return status;
  (void)count_tokens(p, begin, end, &from, &to);
  status = keep_bytes(p, p->text.at + begin, from - begin, &lead);
  if (status == ENT_OK) status = keep_bytes(p, p->text.at + p->last_end, end - p->last_end, &trail);
  return status == ENT_OK ? close_term(p, lead, trail) : status;
}

static ent_status finish(parser *p, uint32_t *node) {
  if (p->nodes.count == 0) return wrong(p, 0, "a term without a word");
  *node = p->nodes.at[0];
  if (p->nodes.count == 1) return ENT_OK;
  return enti_codebook_add_node(p->codebook, (enti_node){.kind = ENTI_NODE_ADJACENT}, p->nodes.at, p->nodes.count, node);
}

/* The node that the same term gave before, or ENT_NONE; *key is its place in term_nodes. */
static ent_status known_term(parser *p, const char *term, size_t length, uint32_t *key, uint32_t *node) {
  ent_codebook *codebook = p->codebook;
  char layer = layer_mark(p);
  p->scratch.count = 0;
  ent_status status = enti_bytes_add(p->alloc, &p->scratch, &layer, 1);
  if (status == ENT_OK) status = enti_bytes_add(p->alloc, &p->scratch, term, length);
  if (status == ENT_OK) status = enti_vocab_intern(codebook->term_keys, p->scratch.at, p->scratch.count, key);
  if (status == ENT_OK && *key >= codebook->term_nodes.count) {
    status = enti_array_reserve(p->alloc, &codebook->term_nodes, 1);
    if (status == ENT_OK) codebook->term_nodes.at[codebook->term_nodes.count++] = ENT_NONE;
  }
  if (status == ENT_OK) *node = codebook->term_nodes.at[*key];
  return status;
}

static ent_status add_term(ent_codebook *codebook, const char *term, size_t length, uint32_t layer, bool exact,
                           uint32_t *node, ent_error *err) {
  parser p = {.codebook = codebook, .alloc = &codebook->alloc, .layer = layer, .exact = exact, .err = err};
  uint32_t key = 0, found = ENT_NONE;
  if (err) err->code = ENT_OK;
  if (codebook->frozen) return enti_fail(err, ENT_ERR_STATE, 0, "the codebook is frozen");
  if (layer < ENT_FOLD || layer >= ENT_FOLD + ENTI_LAYERS + codebook->words->named.count) return enti_fail(err, ENT_ERR_ARGUMENT, 0, "no such layer");
  p.annotation = !exact && enti_vocab_is_annotation(codebook->words, layer);
  size_t valid = ent_utf8_valid(term, length);
  if (valid != length) return enti_fail(err, ENT_ERR_PATTERN, valid, "invalid UTF-8");
  ent_status status = known_term(&p, term, length, &key, &found);
  if (status == ENT_OK && found == ENT_NONE) {
    status = read_term(&p, term, length);
    if (status == ENT_OK) status = exact ? compile_exact(&p) : compile_term(&p);
    if (status == ENT_OK) status = finish(&p, &found);
    if (status == ENT_OK) codebook->term_nodes.at[key] = found;
  }
  enti_array_free(p.alloc, &p.text);
  enti_array_free(p.alloc, &p.kind);
  enti_array_free(p.alloc, &p.source);
  enti_array_free(p.alloc, &p.scratch);
  enti_array_free(p.alloc, &p.steps);
  enti_array_free(p.alloc, &p.patterns);
  enti_array_free(p.alloc, &p.nodes);
  if (status != ENT_OK && (!err || err->code == ENT_OK)) return enti_fail(err, status, 0, "%s", ent_status_text(status));
  if (status == ENT_OK) *node = found;
  return status;
}

ent_status ent_codebook_term(ent_codebook *codebook, const char *term, size_t length, uint32_t layer, uint32_t *node,
                             ent_error *err) {
  return add_term(codebook, term, length, layer, false, node, err);
}

ent_status ent_codebook_exact(ent_codebook *codebook, const char *term, size_t length, uint32_t *node, ent_error *err) {
  return add_term(codebook, term, length, ENT_FOLD, true, node, err);
}
