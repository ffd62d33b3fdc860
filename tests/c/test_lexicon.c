/* lexicon: numbers of types and terms, their layers, and how they are found in a segment. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "memory_segment.h"
#include "segment/lexicon.h"

static ent_vocab *vocab;
static enti_lexicon lexicon;

static int open_vocab(void **state) {
  (void)state;
  return ent_vocab_new(NULL, &vocab) != ENT_OK;
}

static int close_vocab(void **state) {
  (void)state;
  enti_lexicon_free(&lexicon);
  ent_vocab_free(vocab);
  return 0;
}

static uint32_t type_of(const char *form) {
  uint32_t type;
  assert_int_equal(enti_vocab_intern(vocab, form, strlen(form), &type), ENT_OK);
  return type;
}

static const char *form_of(uint32_t number) {
  static char forms[8][64];
  static unsigned next;
  char *form = forms[next++ % 8];
  size_t length;
  const char *bytes = ent_vocab_bytes(vocab, lexicon.types.at[number], &length);
  (void)snprintf(form, sizeof forms[0], "%.*s", (int)length, bytes);
  return form;
}

static uint32_t layer_of(uint32_t type, ent_form layer) {
  uint32_t form;
  assert_int_equal(ent_vocab_layer(vocab, type, layer, &form), ENT_OK);
  return form;
}

/* ---- making ------------------------------------------------------------------------------- */

/* By falling count, then bytewise, shorter first; forms of layers, which do not occur, last. */
static void numbers(void **state) {
  (void)state;
  static const char *const forms[] = {"b", "a", "Zebra", "a\u0301", "abcdefghi", "abcdefgh", "unseen", "Zebr", "b2"};
  static const uint64_t counts[] = {5, 5, 1, 1, 5, 5, 0, 1, UINT64_C(5000000000)};
  static const char *const wanted[] = {"b2", "a", "abcdefgh", "abcdefghi", "b", "Zebr", "Zebra", "a\u0301", "zebr", "zebra", "\u00E1"};
  for (uint32_t i = 0; i < 9; i++) assert_int_equal(type_of(forms[i]), i);
  assert_int_equal(enti_lexicon_make(&enti_alloc_default, vocab, counts, 9, &lexicon), ENT_OK);
  assert_int_equal(lexicon.types.count, sizeof wanted / sizeof *wanted);
  for (uint32_t i = 0; i < lexicon.types.count; i++) {
    assert_string_equal(form_of(i), wanted[i]);
    assert_int_equal(lexicon.numbers.at[lexicon.types.at[i]], i);
    assert_true(lexicon.counts.at[i] == (lexicon.types.at[i] < 9 ? counts[lexicon.types.at[i]] : 0));
  }
  assert_int_equal(lexicon.numbers.at[6], ENT_NONE);
}

/* Terms are the folded types, bytewise; a type knows the term that it folds to, a term the type that it is. */
static void terms(void **state) {
  (void)state;
  static const char *const forms[] = {"ASEAN", "asean", "Asean", "caf\u00E9", "China\u2019s", "\u6230\u570B", "zebra", "gap"};
  static const uint64_t counts[] = {3, 1, 2, 1, 1, 1, 7, 1};
  static const char *const wanted[] = {"asean", "caf\u00E9", "china", "gap", "zebra", "\u6230\u570B"};
  for (uint32_t i = 0; i < 8; i++) (void)type_of(forms[i]);
  assert_int_equal(enti_lexicon_make(&enti_alloc_default, vocab, counts, 8, &lexicon), ENT_OK);
  assert_int_equal(lexicon.terms.count, 6);
  for (uint32_t i = 0; i < 6; i++) {
    assert_string_equal(form_of(lexicon.terms.at[i]), wanted[i]);
    assert_int_equal(lexicon.own_terms.at[lexicon.terms.at[i]], i);
  }
  for (uint32_t i = 0; i < lexicon.types.count; i++) {
    uint32_t term = lexicon.type_terms.at[i], fold = layer_of(lexicon.types.at[i], ENT_FOLD);
    if (lexicon.counts.at[i] > 0) assert_int_equal(lexicon.types.at[lexicon.terms.at[term]], fold);
    else assert_int_equal(term, lexicon.own_terms.at[i]);
  }
  /* bare: café is cafe; hans: 戰國 is 战国; nothing else is other than it folds */
  assert_int_equal(lexicon.pairs[0].count, 2);
  assert_string_equal(form_of(lexicon.pairs[0].at[0]), "caf\u00E9");
  assert_string_equal(form_of(lexicon.pairs[0].at[1]), "cafe");
  assert_int_equal(lexicon.pairs[1].count, 2);
  assert_string_equal(form_of(lexicon.pairs[1].at[0]), "\u6230\u570B");
  assert_string_equal(form_of(lexicon.pairs[1].at[1]), "\u6218\u56FD");
}

/* A fold need not fold to itself: a's's is a's, and that is a. */
static void folds_twice(void **state) {
  (void)state;
  static const char *const forms[] = {"a's's", "a's", "a"};
  static const uint64_t counts[] = {1, 1, 1};
  for (uint32_t i = 0; i < 3; i++) (void)type_of(forms[i]);
  assert_int_equal(enti_lexicon_make(&enti_alloc_default, vocab, counts, 3, &lexicon), ENT_OK);
  for (uint32_t i = 0; i < lexicon.types.count; i++)
    if (lexicon.counts.at[i] > 0)
      assert_int_equal(lexicon.types.at[lexicon.terms.at[lexicon.type_terms.at[i]]], layer_of(lexicon.types.at[i], ENT_FOLD));
}

/* Whatever was in the vocabulary before, and in whatever order, the numbers are the same. */
static void any_vocabulary(void **state) {
  (void)state;
  enum { COUNT = 400 };
  pool_seed seed = 99;
  char forms[COUNT][16];
  uint64_t wanted[COUNT];
  enti_bytes first = {0};
  for (size_t i = 0; i < COUNT; i++) {
    (void)snprintf(forms[i], sizeof forms[i], "%s%zu", i % 3 ? "Wort" : "w\u00F6rt", i % 5 ? i : i * 100000);
    wanted[i] = 1 + pool_below(&seed, 6);
  }
  for (int round = 0; round < 4; round++) {
    ent_vocab *other;
    enti_bytes made = {0};
    uint64_t counts[3 * COUNT] = {0};
    assert_int_equal(ent_vocab_new(NULL, &other), ENT_OK);
    for (size_t i = 0; i < COUNT; i++) {
      size_t k = round % 2 ? COUNT - 1 - i : (i * 77 + (size_t)round) % COUNT;
      uint32_t type, old;
      char noise[16];
      (void)snprintf(noise, sizeof noise, "x%zu", i);
      if (round) assert_int_equal(enti_vocab_intern(other, noise, strlen(noise), &old), ENT_OK);
      assert_int_equal(enti_vocab_intern(other, forms[k], strlen(forms[k]), &type), ENT_OK);
      counts[type] = wanted[k];
    }
    enti_lexicon x;
    assert_int_equal(enti_lexicon_make(&enti_alloc_default, other, counts, 2 * COUNT, &x), ENT_OK);
    memory_sink sink = memory_sink_new();
    enti_footer footer = {0};
    assert_int_equal(enti_lexicon_write(&x, &sink.sink, &footer), ENT_OK);
    assert_int_equal(enti_bytes_add(&enti_alloc_default, &made, sink.at, sink.length), ENT_OK);
    if (round == 0) first = made;
    assert_int_equal(made.count, first.count);
    assert_memory_equal(made.at, first.at, first.count);
    if (round) enti_array_free(&enti_alloc_default, &made);
    memory_sink_free(&sink);
    enti_lexicon_free(&x);
    ent_vocab_free(other);
  }
  enti_array_free(&enti_alloc_default, &first);
}

/* ---- in a segment ------------------------------------------------------------------------- */

/* Every type and term is found by its form, and by nothing else; the sums are those of the tokens. */
static void found(void **state) {
  (void)state;
  enum { COUNT = 150 };
  pool_seed seed = 4;
  memory_segment m;
  paper *papers = papers_make(&seed, COUNT);
  papers_segment(papers, COUNT, NULL, &m);
  uint64_t tokens = 0, term_tokens = 0;
  const char *last = "", *bytes;
  size_t last_length = 0, length;
  uint32_t type, term;
  for (uint32_t i = 0; i < m.segment->footer.types; i++) {
    uint64_t count;
    assert_int_equal(enti_segment_key(m.segment, i, &bytes, &length), ENT_OK);
    assert_int_equal(enti_segment_type_find(m.segment, bytes, length, &type), ENT_OK);
    assert_int_equal(type, i);
    assert_int_equal(enti_segment_type_find(m.segment, bytes, length / 2, &type), ENT_OK);
    assert_true(type != i || length == 0); /* a letter that is ignorable folds to nothing */
    assert_int_equal(enti_segment_count(m.segment, i, &count), ENT_OK);
    tokens += count;
  }
  assert_true(tokens == enti_segment_totals(m.segment).tokens);
  for (uint32_t i = 0; i < m.segment->footer.terms; i++) {
    enti_term_view view;
    assert_int_equal(enti_segment_term_form(m.segment, i, &bytes, &length), ENT_OK);
    size_t both = last_length < length ? last_length : length;
    int order = memcmp(last, bytes, both);
    assert_true(i == 0 || order < 0 || (order == 0 && last_length < length));
    assert_int_equal(enti_segment_term_find(m.segment, bytes, length, &term), ENT_OK);
    assert_int_equal(term, i);
    assert_int_equal(enti_segment_term_from(m.segment, bytes, length, &term), ENT_OK);
    assert_int_equal(term, i);
    assert_int_equal(enti_segment_term(m.segment, i, &view), ENT_OK);
    term_tokens += view.tokens;
    last = bytes;
    last_length = length;
  }
  assert_true(term_tokens == tokens);
  assert_int_equal(enti_segment_term_from(m.segment, "", 0, &term), ENT_OK);
  assert_int_equal(term, 0);
  assert_int_equal(enti_segment_term_from(m.segment, "\xFF", 1, &term), ENT_OK);
  assert_int_equal(term, m.segment->footer.terms);
  assert_int_equal(enti_segment_term_find(m.segment, "nowhere", 7, &term), ENT_OK);
  assert_int_equal(term, ENT_NONE);
  assert_int_equal(enti_segment_term_find(m.segment, "Belt", 4, &term), ENT_OK); /* a type, but no term */
  assert_int_equal(term, ENT_NONE);
  assert_int_equal(enti_segment_type_find(m.segment, "Belt", 4, &type), ENT_OK);
  assert_int_not_equal(type, ENT_NONE);
  memory_close(&m);
  papers_free(papers, COUNT);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(numbers, open_vocab, close_vocab),
                                     cmocka_unit_test_setup_teardown(terms, open_vocab, close_vocab),
                                     cmocka_unit_test_setup_teardown(folds_twice, open_vocab, close_vocab),
                                     cmocka_unit_test(any_vocabulary), cmocka_unit_test(found)};
  return cmocka_run_group_tests_name("lexicon", tests, NULL, NULL);
}
