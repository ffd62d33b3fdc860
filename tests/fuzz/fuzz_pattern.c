/* fuzz_pattern: any bytes as a term, compiled, and run over a text when it compiles.
 *
 * Two bytes: layer and operator, and how long the pattern is; the pattern as it stands; a text as fuzz.h reads it. */
#include "check.h"

static void check_hits(const ent_index *index, const ent_hit *hits, size_t count) {
  uint32_t tokens = ent_index_tokens(index, 0);
  for (size_t i = 0; i < count; i++) {
    const ent_hit *hit = &hits[i];
    FUZZ_CHECK(hit->category == 0 && hit->rule == 0 && hit->first <= hit->last && hit->last < tokens);
    FUZZ_CHECK(hit->begin == ent_index_token(index, 0, hit->first).begin);
    FUZZ_CHECK(hit->end == ent_index_token(index, 0, hit->last).end);
    if (i > 0) FUZZ_CHECK(hit[-1].begin < hit->begin || (hit[-1].begin == hit->begin && hit[-1].end <= hit->end));
  }
}

/* One node of the pattern's bytes, or two under an operator. */
static ent_status compile(ent_codebook *codebook, unsigned options, const char *pattern, size_t length, uint32_t *node) {
  static const ent_form layers[] = {ENT_FOLD, ENT_BARE, ENT_HANS};
  static const ent_op ops[] = {ENT_OP_NEAR, ENT_OP_SEQ, ENT_OP_ALL, ENT_OP_ANY, ENT_OP_EXCEPT, ENT_OP_UNLESS};
  uint32_t kids[2];
  ent_error err = {0};
  ent_status status = options & 3 ? ent_codebook_term(codebook, pattern, length, layers[(options & 3) - 1], node, &err)
                                  : ent_codebook_exact(codebook, pattern, length, node, &err);
  if (status != ENT_OK) {
    FUZZ_CHECK(status == ENT_ERR_PATTERN || status == ENT_ERR_UTF8);
    FUZZ_CHECK(err.code == status && err.offset <= length && err.message[0]);
    return status;
  }
  unsigned op = options >> 2 & 7;
  if (op >= sizeof ops / sizeof *ops) return ENT_OK;
  kids[0] = *node;
  FUZZ_CHECK(ent_codebook_term(codebook, "a*", 2, ENT_FOLD, &kids[1], NULL) == ENT_OK);
  return ent_codebook_op(codebook, ops[op], options >> 5, ENT_SENTENCE, kids, 2, node, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_input in = {data, size};
  unsigned options = fuzz_byte(&in);
  size_t length = fuzz_byte(&in) % 64, text_length, count;
  if (length > in.left) length = in.left;
  char *pattern = malloc(length ? length : 1);
  FUZZ_CHECK(pattern);
  if (length) memcpy(pattern, in.at, length);
  in.at += length;
  in.left -= length;
  if (in.left > 512) in.left = 512;
  char *text = fuzz_text(&in, &text_length);
  ent_codebook *codebook;
  ent_vocab *vocab;
  ent_index *index;
  uint32_t category, node, rule, document;
  FUZZ_CHECK(ent_vocab_new(NULL, &vocab) == ENT_OK && ent_index_new(vocab, &index) == ENT_OK);
  FUZZ_CHECK(ent_codebook_new(NULL, (ent_overlap)(options % 3), &codebook) == ENT_OK);
  FUZZ_CHECK(ent_codebook_category(codebook, ENT_NONE, ENT_SENTENCE, &category) == ENT_OK);
  if (compile(codebook, options, pattern, length, &node) == ENT_OK) {
    const ent_hit *hits;
    ent_coder *coder;
    ent_source source = {.text = text, .length = text_length};
    FUZZ_CHECK(ent_codebook_rule(codebook, category, ENT_ROLE_ANY, node, NULL, &rule, NULL) == ENT_OK);
    FUZZ_CHECK(ent_codebook_freeze(codebook, NULL) == ENT_OK);
    FUZZ_CHECK(ent_index_add(index, &source, &document, NULL) == ENT_OK);
    FUZZ_CHECK(ent_coder_new(codebook, vocab, &coder) == ENT_OK);
    FUZZ_CHECK(ent_coder_run(coder, index, document, NULL, 0, &hits, &count, NULL) == ENT_OK);
    check_hits(index, hits, count);
    ent_coder_free(coder);
  }
  ent_codebook_free(codebook);
  ent_index_free(index);
  ent_vocab_free(vocab);
  free(text);
  free(pattern);
  return 0;
}
