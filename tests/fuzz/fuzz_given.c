/* fuzz_given: a document whose tokens are given, coded by terms of several kinds.
 *
 * Sixteen bytes: how long tokens and the gaps between them are, what they are annotated with, repairs; then a text as
 * fuzz.h reads it. Tokens stay as they are given, keys say what they hold, hits are of whole tokens. */
#include "fuzz.h"
#include "vocab/vocab.h"

enum { HEAD = 16, MOST = 512, NAMES = 2 };

static const char *const names[NAMES] = {"pos", "lemma"}, *const values[] = {NULL, "", "a", "中国", "NN", "x-y"};

typedef struct cut {
  ent_range tokens[MOST];
  const char *annotations[NAMES * MOST];
  size_t count;
} cut;

static void cut_text(const uint8_t *head, size_t head_length, const char *text, size_t length, cut *out) {
  size_t at = 0;
  out->count = 0;
  for (size_t i = 0; head_length && at < length && out->count < MOST; i++) {
    unsigned byte = head[i % head_length];
    size_t begin = fuzz_character(text, length, at + (byte & 3)), end = fuzz_character(text, length, begin + 1 + (byte >> 2 & 7));
    if (begin >= length) break;
    out->annotations[NAMES * out->count] = values[byte % 6];
    out->annotations[NAMES * out->count + 1] = values[(byte >> 3) % 6];
    out->tokens[out->count++] = (ent_range){begin, end};
    at = end;
  }
}

static ent_codebook *make_codebook(void) {
  static const struct {
    const char *layer, *term;
  } terms[] = {{"fold", "a* b?"}, {"fold", "中国|国"}, {"hans", "数字"}, {"exact", "A."}, {"bare", "e*"}, {"fold", "*"},
               {"stem-en", "walk"}, {"lemma", "a|x-y"}, {"pos", "N* *"}, {"fold", "ก*"}};
  ent_codebook *book;
  uint32_t node, category, rule, layer = ENT_FOLD;
  FUZZ_CHECK(ent_codebook_new(NULL, ENT_OVERLAP_ALL, &book) == ENT_OK);
  FUZZ_CHECK(ent_codebook_annotation(book, "lemma", &layer, NULL) == ENT_OK);
  FUZZ_CHECK(ent_codebook_annotation(book, "pos", &layer, NULL) == ENT_OK);
  FUZZ_CHECK(ent_codebook_category(book, ENT_NONE, ENT_SENTENCE, &category) == ENT_OK);
  for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
    bool exact = strcmp(terms[i].layer, "exact") == 0;
    size_t length = strlen(terms[i].term);
    if (!exact) FUZZ_CHECK(ent_codebook_layer_find(book, terms[i].layer, &layer, NULL) == ENT_OK);
    if ((exact ? ent_codebook_exact(book, terms[i].term, length, &node, NULL)
               : ent_codebook_term(book, terms[i].term, length, layer, &node, NULL)) != ENT_OK)
      continue; /* a wildcard beside a script without spaces is refused */
    FUZZ_CHECK(ent_codebook_rule(book, category, ENT_ROLE_ANY, node, NULL, &rule, NULL) == ENT_OK);
  }
  FUZZ_CHECK(ent_codebook_freeze(book, NULL) == ENT_OK);
  return book;
}

static void check_tokens(const ent_index *index, const ent_source *source) {
  ent_vocab *vocab = ent_index_vocab(index);
  uint32_t kept = 0, again;
  size_t length;
  for (size_t i = 0; i < source->token_count; i++) {
    if (!enti_holds_word(source->text, source->tokens[i].begin, source->tokens[i].end)) continue;
    FUZZ_CHECK(kept < ent_index_tokens(index, 0));
    ent_token token = ent_index_token(index, 0, kept++);
    FUZZ_CHECK(token.begin == source->tokens[i].begin && token.end == source->tokens[i].end);
    const char *form = ent_vocab_bytes(vocab, token.type, &length);
    FUZZ_CHECK(length == token.end - token.begin && memcmp(form, source->text + token.begin, length) == 0);
  }
  FUZZ_CHECK(kept == ent_index_tokens(index, 0));
  for (uint32_t type = 0; type < ent_vocab_count(vocab); type++) {
    const char *key = enti_vocab_key(vocab, type, &length);
    FUZZ_CHECK(length == 0 || enti_key_is_valid(key, length));
    FUZZ_CHECK(enti_vocab_intern(vocab, key, length, &again) == ENT_OK && again == type);
  }
}

static void check_hits(const ent_index *index, const ent_hit *hits, size_t count) {
  for (size_t i = 0; i < count; i++) {
    FUZZ_CHECK(hits[i].first <= hits[i].last && hits[i].last < ent_index_tokens(index, 0));
    FUZZ_CHECK(hits[i].begin == ent_index_token(index, 0, hits[i].first).begin);
    FUZZ_CHECK(hits[i].end == ent_index_token(index, 0, hits[i].last).end);
    FUZZ_CHECK(i == 0 || hits[i].begin > hits[i - 1].begin ||
               (hits[i].begin == hits[i - 1].begin && (hits[i].end > hits[i - 1].end ||
                                                       (hits[i].end == hits[i - 1].end && hits[i].rule > hits[i - 1].rule))));
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  size_t head = size < HEAD ? size : HEAD, length, count;
  fuzz_input in = {data + head, size - head};
  char *text = fuzz_text(&in, &length);
  cut given;
  cut_text(data, head, text, length, &given);
  unsigned options = head ? data[0] : 0;
  ent_source source = {.text = text, .length = length, .layout = (ent_layout)(options % 3), .unrepaired = options & 4 ? 0 : ENT_REPAIR_ALL,
                       .tokens = given.tokens, .token_count = given.count, .annotation_names = names, .annotation_count = NAMES,
                       .annotations = options & 8 ? NULL : given.annotations,
                       .sentences = options & 16 ? given.tokens : NULL, .sentence_count = options & 16 ? given.count : 0,
                       .paragraphs = options & 32 ? given.tokens : NULL, .paragraph_count = options & 32 ? given.count : 0};
  ent_codebook *book = make_codebook();
  ent_vocab *vocab;
  ent_index *index;
  ent_coder *coder;
  uint32_t document;
  const ent_hit *hits;
  FUZZ_CHECK(ent_vocab_new(NULL, &vocab) == ENT_OK && ent_index_new(vocab, &index) == ENT_OK);
  FUZZ_CHECK(ent_index_add(index, &source, &document, NULL) == ENT_OK);
  FUZZ_CHECK(ent_coder_new(book, vocab, &coder) == ENT_OK);
  FUZZ_CHECK(ent_coder_run(coder, index, document, NULL, 0, &hits, &count, NULL) == ENT_OK);
  check_hits(index, hits, count);
  check_tokens(index, &source);
  ent_coder_free(coder);
  ent_index_free(index);
  ent_vocab_free(vocab);
  ent_codebook_free(book);
  free(text);
  return 0;
}
