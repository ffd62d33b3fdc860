/* given: tokens with annotations, sentences, paragraphs and spans, written into a segment or a corpus and read back. */
#define _XOPEN_SOURCE 700
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente.h"
#include "corpus/copy.h"
#include "segment/batch.h"
#include "segment/frozen.h"

static ent_error err;

/* ---- documents ---- */

static const ent_range tokens[] = {{0, 6}, {7, 13}, {13, 16}, {17, 22}}, sentences[] = {{0, 16}, {17, 23}}, paragraphs[] = {{0, 23}};
static const char *const names[] = {"pos", "lemma"}, *const sorted[] = {"lemma", "pos"};
static const char *const values[] = {"NN", "数", "NN", NULL, "PU", NULL, NULL, "asean"};
static const char *const sorted_values[] = {"数", "NN", NULL, "NN", NULL, "PU", "asean", ""};
static const ent_span spans[] = {{"p", 0, 23, "id=1\nx= y"}, {"name", 0, 6, NULL}, {"name", 17, 23, "id=1\nx= y"}, {"pb", 23, 23, ""}};

static ent_document given(const char *id) {
  return (ent_document){.id = id, .source = {.text = "数字 鸿沟。\nASEAN ", .length = 23, .layout = ENT_LAYOUT_BLOCKS, .tokens = tokens,
    .token_count = 4, .annotation_names = names, .annotation_count = 2, .annotations = values, .sentences = sentences,
    .sentence_count = 2, .paragraphs = paragraphs, .paragraph_count = 1, .spans = spans, .span_count = 4}};
}

static ent_document plain(const char *id) {
  return (ent_document){.id = id, .source = {.text = "数字鸿沟 and ASEAN.", .length = strlen("数字鸿沟 and ASEAN.")}};
}

/* ---- segments in memory ---- */

typedef struct kept {
  enti_sink sink;
  unsigned char bytes[1 << 16];
  enti_view view;
  enti_segment *segment;
} kept;

static ent_status keep(enti_sink *sink, const void *bytes, size_t length) {
  kept *to = (kept *)sink;
  assert_true(to->sink.at + length <= sizeof to->bytes);
  memcpy(to->bytes + to->sink.at, bytes, length);
  return ENT_OK;
}

static ent_status open_kept(kept *k) {
  k->view = (enti_view){.at = k->bytes, .length = k->sink.at};
  return enti_segment_open(NULL, &k->view, &k->segment, &err);
}

static void write(kept *to, const ent_document *documents, size_t count) {
  enti_batch *batch;
  uint8_t hash[16];
  uint32_t number;
  memset(to, 0, sizeof *to);
  to->sink.write = keep;
  assert_int_equal(enti_batch_new(NULL, 1, &batch), ENT_OK);
  for (size_t i = 0; i < count; i++) {
    assert_int_equal(enti_document_check(&documents[i], &err), ENT_OK);
    enti_document_hash(&documents[i], hash);
    assert_int_equal(enti_batch_add(batch, 0, &documents[i], hash, &number, &err), ENT_OK);
  }
  assert_int_equal(enti_batch_write(batch, 1, &to->sink, &err), ENT_OK);
  enti_batch_free(batch);
  assert_int_equal(open_kept(to), ENT_OK);
}

/* A document of a segment in an index of its own. */
typedef struct loaded {
  ent_vocab *vocab;
  ent_index *index;
  enti_type_map map;
} loaded;

static ent_status load(const kept *from, uint32_t document, loaded *to) {
  uint32_t number;
  memset(to, 0, sizeof *to);
  assert_int_equal(ent_vocab_new(NULL, &to->vocab), ENT_OK);
  assert_int_equal(ent_index_new(to->vocab, &to->index), ENT_OK);
  return enti_segment_load(from->segment, document, to->index, &to->map, &number, &err);
}

static void release(loaded *l) {
  free(l->map.at);
  ent_index_free(l->index);
  ent_vocab_free(l->vocab);
}

/* What is loaded is what adding the document gives. */
static void check_same(const loaded *l, const ent_document *document) {
  ent_vocab *vocab;
  ent_index *index;
  uint32_t number;
  size_t one, other;
  assert_int_equal(ent_vocab_new(NULL, &vocab), ENT_OK);
  assert_int_equal(ent_index_new(vocab, &index), ENT_OK);
  assert_int_equal(ent_index_add(index, &document->source, &number, &err), ENT_OK);
  const char *text = ent_index_text(index, 0, &one), *loaded_text = ent_index_text(l->index, 0, &other);
  assert_int_equal(one, other);
  assert_memory_equal(text, loaded_text, one);
  assert_int_equal(ent_index_tokens(index, 0), ent_index_tokens(l->index, 0));
  for (uint32_t i = 0; i < ent_index_tokens(index, 0); i++) {
    ent_token a = ent_index_token(index, 0, i), b = ent_index_token(l->index, 0, i);
    assert_int_equal(a.begin, b.begin);
    assert_int_equal(a.end, b.end);
    const char *key = enti_vocab_key(vocab, a.type, &one), *loaded_key = enti_vocab_key(l->vocab, b.type, &other);
    assert_int_equal(one, other);
    assert_memory_equal(key, loaded_key, one);
  }
  for (int unit = 0; unit < ENTI_UNITS; unit++) {
    const ent_part *a = ent_index_parts(index, 0, (ent_unit)unit, &one), *b = ent_index_parts(l->index, 0, (ent_unit)unit, &other);
    assert_int_equal(one, other);
    if (one) assert_memory_equal(a, b, one * sizeof *a);
  }
  const ent_span *a = ent_index_spans(index, 0, &one), *b = ent_index_spans(l->index, 0, &other);
  assert_int_equal(one, other);
  for (size_t i = 0; i < one; i++) {
    assert_string_equal(a[i].name, b[i].name);
    assert_string_equal(a[i].attributes, b[i].attributes);
    assert_int_equal(a[i].begin, b[i].begin);
    assert_int_equal(a[i].end, b[i].end);
  }
  assert_int_equal(ent_index_word_count(index, 0), ent_index_word_count(l->index, 0));
  ent_index_free(index);
  ent_vocab_free(vocab);
}

/* ---- the tests ---- */

static void comes_back(void **state) {
  static kept segment;
  ent_document documents[] = {given("a"), plain("b"), given("c")};
  (void)state;
  documents[2].source.annotations = NULL;
  documents[2].source.span_count = 0;
  write(&segment, documents, 3);
  for (uint32_t i = 0; i < 3; i++) {
    loaded l;
    if (load(&segment, i, &l) != ENT_OK) fail_msg("%s", err.message);
    check_same(&l, &documents[i]);
    release(&l);
  }
  enti_segment_free(segment.segment);
}

/* Merged, they are what they would be had they been added together. */
static void merges(void **state) {
  static kept both, one, other, merged;
  ent_document documents[] = {given("a"), plain("b"), given("c")};
  (void)state;
  documents[2].source.spans = spans + 3;
  documents[2].source.span_count = 1;
  write(&both, documents, 3);
  write(&one, documents, 1);
  write(&other, documents + 1, 2);
  enti_merge_input inputs[] = {{other.segment, NULL}, {one.segment, NULL}};
  memset(&merged, 0, sizeof merged);
  merged.sink.write = keep;
  assert_int_equal(enti_segment_merge(NULL, inputs, 2, &merged.sink, &err), ENT_OK);
  assert_int_equal(merged.sink.at, both.sink.at);
  assert_memory_equal(merged.bytes, both.bytes, both.sink.at);
  enti_segment_free(both.segment);
  enti_segment_free(one.segment);
  enti_segment_free(other.segment);
}

static bool same_hash(const ent_document *a, const ent_document *b) {
  uint8_t one[16], other[16];
  enti_document_hash(a, one);
  enti_document_hash(b, other);
  return memcmp(one, other, sizeof one) == 0;
}

/* All that is given counts; in which order annotations are brought does not. */
static void hashes(void **state) {
  static const char *const others[] = {"pos", "lemmas"};
  static const ent_span moved[] = {{"p", 0, 23, "id=2"}};
  const ent_document document = given("a");
  (void)state;
  ent_document other = document;
  other.source.annotation_names = sorted;
  other.source.annotations = sorted_values;
  assert_true(same_hash(&document, &other));
  other.source.annotation_names = names;
  assert_false(same_hash(&document, &other));
  other = document;
  other.source.annotation_names = others;
  assert_false(same_hash(&document, &other));
  other = document;
  other.source.token_count = 3;
  assert_false(same_hash(&document, &other));
  other = document;
  other.source.sentence_count = 1;
  assert_false(same_hash(&document, &other));
  other = document;
  other.source.paragraphs = NULL;
  assert_false(same_hash(&document, &other));
  other = document;
  other.source.span_count = 1;
  assert_false(same_hash(&document, &other));
  ent_document again = other;
  again.source.spans = moved;
  assert_false(same_hash(&again, &other));
}

/* Whatever the bytes are, loading gives a document that is sound, or says that it is damaged. */
static void damaged(void **state) {
  static kept segment;
  const ent_document document = given("a");
  (void)state;
  write(&segment, &document, 1);
  enti_segment_free(segment.segment);
  for (size_t at = 0; at < segment.sink.at; at++)
    for (int bit = 0; bit < 8; bit++) {
      loaded l;
      segment.bytes[at] ^= (unsigned char)(1 << bit);
      if (open_kept(&segment) == ENT_OK) {
        ent_status status = load(&segment, 0, &l);
        assert_true(status == ENT_OK || status == ENT_ERR_DAMAGE || status == ENT_ERR_ARGUMENT);
        size_t count = 0, length = 0;
        const ent_span *got = status == ENT_OK ? ent_index_spans(l.index, 0, &count) : NULL;
        const char *text = status == ENT_OK ? ent_index_text(l.index, 0, &length) : "";
        for (size_t i = 0; i < count; i++) {
          assert_true(got[i].begin <= got[i].end && got[i].end <= length);
          assert_true(got[i].begin == length || ((unsigned char)text[got[i].begin] & 0xC0) != 0x80);
          assert_true(got[i].end == length || ((unsigned char)text[got[i].end] & 0xC0) != 0x80);
          assert_true(got[i].name[0] != '\0' && ent_utf8_valid(got[i].attributes, strlen(got[i].attributes)) == strlen(got[i].attributes));
        }
        release(&l);
        enti_segment_free(segment.segment);
      }
      segment.bytes[at] ^= (unsigned char)(1 << bit);
    }
}

static char shown[256];

static ent_status show_type(void *user, const ent_type_view *type) {
  size_t at = strlen(shown);
  (void)user;
  (void)snprintf(shown + at, sizeof shown - at, "%.*s:%u ", (int)type->length, type->bytes, (unsigned)type->tokens);
  return ENT_OK;
}

/* A copy leads into its block only. */
static void copied(void **state) {
  const ent_document document = given("a");
  enti_copy copy;
  (void)state;
  assert_int_equal(enti_copy_document(&enti_alloc_default, &document, &copy), ENT_OK);
  const ent_source *from = &document.source, *to = &copy.document.source;
  assert_true(same_hash(&document, &copy.document));
#define INSIDE(at) assert_true((const char *)(at) >= copy.block && (const char *)(at) < copy.block + copy.size)
  INSIDE(to->tokens);
  INSIDE(to->sentences);
  INSIDE(to->paragraphs);
  INSIDE(to->annotations);
  INSIDE(to->annotation_names);
  INSIDE(to->spans);
  for (size_t i = 0; i < from->span_count; i++) {
    INSIDE(to->spans[i].name);
    if (from->spans[i].attributes) INSIDE(to->spans[i].attributes);
    else assert_null(to->spans[i].attributes);
  }
  for (size_t i = 0; i < from->token_count * from->annotation_count; i++) {
    if (from->annotations[i]) INSIDE(to->annotations[i]);
    else assert_null(to->annotations[i]);
  }
  for (size_t i = 0; i < from->annotation_count; i++) INSIDE(to->annotation_names[i]);
#undef INSIDE
  enti_copy_free(&enti_alloc_default, &copy);
}

static void in_a_corpus(void **state) {
  enum { COPIES = 5 };
  static const ent_writer_options options = {.threads = 2};
  char folder[] = "/tmp/given-XXXXXX", path[64], id[16], command[96];
  ent_writer *writer;
  ent_corpus *corpus;
  ent_change change;
  (void)state;
  assert_non_null(mkdtemp(folder));
  (void)snprintf(path, sizeof path, "%s/c.entente", folder);
  assert_int_equal(ent_writer_open(NULL, path, &options, &writer, &err), ENT_OK);
  const ent_document document = given("");
  for (int i = 0; i < COPIES; i++) {
    ent_document own = document;
    (void)snprintf(id, sizeof id, "%d", i);
    own.id = id;
    if (ent_writer_add(writer, &own, &change, &err) != ENT_OK) fail_msg("%s", err.message);
  }
  if (ent_writer_commit(writer, &err) != ENT_OK) fail_msg("%s", err.message);
  ent_writer_free(writer);
  assert_int_equal(ent_corpus_open(NULL, path, 0, &corpus, &err), ENT_OK);
  for (int i = 0; i < COPIES; i++) {
    loaded l = {0};
    uint64_t found;
    uint32_t number;
    (void)snprintf(id, sizeof id, "%d", i);
    assert_int_equal(ent_corpus_find(corpus, id, strlen(id), &found, &err), ENT_OK);
    assert_int_equal(ent_vocab_new(NULL, &l.vocab), ENT_OK);
    assert_int_equal(ent_index_new(l.vocab, &l.index), ENT_OK);
    if (ent_corpus_load(corpus, found, l.index, &number, &err) != ENT_OK) fail_msg("%s", err.message);
    check_same(&l, &document);
    release(&l);
  }
  shown[0] = '\0'; /* one form, however it is annotated */
  assert_int_equal(ent_corpus_types(corpus, "raw", NULL, 0, show_type, NULL, &err), ENT_OK);
  assert_string_equal(shown, "ASEAN:5 数字:5 鸿沟:5 ");
  ent_corpus_free(corpus);
  (void)snprintf(command, sizeof command, "rm -r '%s'", folder);
  assert_int_equal(system(command), 0);
}

/* A label with a NUL in it is none. */
static void nul_in_a_label(void **state) {
  static kept segment;
  static const char label[] = "id=1\nx= y";
  const ent_document document = given("a");
  size_t at = 0;
  loaded l;
  (void)state;
  write(&segment, &document, 1);
  while (memcmp(segment.bytes + at, label, strlen(label)) != 0) at++;
  segment.bytes[at + strlen(label) - 2] = '\0';
  assert_int_equal(load(&segment, 0, &l), ENT_ERR_DAMAGE);
  release(&l);
  enti_segment_free(segment.segment);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(comes_back), cmocka_unit_test(merges), cmocka_unit_test(hashes),
                                     cmocka_unit_test(damaged), cmocka_unit_test(copied), cmocka_unit_test(nul_in_a_label), cmocka_unit_test(in_a_corpus)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
