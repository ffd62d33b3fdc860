/* word spans: how they become words, what is refused, and which hits they guard. Spans are written into the
 * texts as brackets: "[中国][家电]" is 中国家电 with two spans. Hits are shown as their quotes, parted by |. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente.h"

static ent_vocab *vocab;
static ent_index *ix;
static ent_codebook *cb;
static ent_error err;
static char text[512], shown[2048];
static ent_range spans[128];
static size_t span_count;

static int set_up(void **state) {
  (void)state;
  assert_int_equal(ent_vocab_new(NULL, &vocab), ENT_OK);
  assert_int_equal(ent_index_new(vocab, &ix), ENT_OK);
  assert_int_equal(ent_codebook_new(NULL, ENT_OVERLAP_ALL, &cb), ENT_OK);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  ent_codebook_free(cb);
  ent_index_free(ix);
  ent_vocab_free(vocab);
  return 0;
}

/* Parts `marked` into text and spans. */
static void read_marked(const char *marked) {
  size_t length = 0;
  span_count = 0;
  for (; *marked; marked++) {
    if (*marked == '[') spans[span_count].begin = length;
    else if (*marked == ']') spans[span_count++].end = length;
    else text[length++] = *marked;
  }
  text[length] = '\0';
}

static uint32_t add(const char *marked) {
  uint32_t document = 0;
  read_marked(marked);
  if (ent_index_add(ix, &(ent_source){.text = text, .length = strlen(text)}, &document, &err) != ENT_OK)
    fail_msg("%s", err.message);
  return document;
}

static uint32_t segmented(const char *marked) {
  uint32_t document = add(marked);
  if (ent_index_words(ix, document, spans, span_count, &err) != ENT_OK) fail_msg("%s: %s", marked, err.message);
  return document;
}

/* ---- words ---- */

/* The words of a document, each ended by |. */
static const char *words_of(uint32_t document) {
  size_t at = 0, length;
  const char *bytes = ent_index_text(ix, document, &length);
  uint32_t count = ent_index_tokens(ix, document), words = 0;
  for (uint32_t i = 0; i < count; i++) {
    ent_token token = ent_index_token(ix, document, i);
    bool begins = ent_index_word_begins(ix, document, i);
    words += begins;
    at += (size_t)snprintf(shown + at, sizeof shown - at, "%s%.*s", begins && i ? "|" : "", (int)(token.end - token.begin),
                           bytes + token.begin);
  }
  shown[at] = '\0';
  assert_int_equal(words, ent_index_word_count(ix, document));
  return shown;
}

static void words_out_of_spans(void **state) {
  (void)state;
  assert_string_equal(words_of(segmented("[中国][家电]企业")), "中国|家电|企|业");
  assert_string_equal(words_of(segmented("[ประเทศ][ไทย]")), "ประเทศ|ไทย");
  assert_string_equal(words_of(segmented("中国 and")), "中|国|and");
  assert_string_equal(words_of(segmented("[发\n展]")), "发展");
  /* other scripts, and their border with these */
  assert_string_equal(words_of(segmented("[win-win] [New York]")), "win|win|New|York");
  assert_string_equal(words_of(segmented("[A股][T恤]")), "A|股|T|恤");
  /* what parts tokens parts words */
  assert_string_equal(words_of(segmented("[中国。家电]")), "中国|家电");
  assert_string_equal(words_of(segmented("[中国\n\n家电]")), "中国|家电");
  /* marks and blanks before the first character of a span do not tie it to what stands before them */
  assert_string_equal(words_of(segmented("国[ 家]电")), "国|家|电");
}

static void borders_inside_tokens(void **state) {
  (void)state;
  /* the second span begins inside the second character: that is no border, so one word is left */
  uint32_t document = add("中国家");
  const ent_range cut[] = {{0, 4}, {4, 9}};
  assert_int_equal(ent_index_words(ix, document, cut, 2, &err), ENT_OK);
  assert_string_equal(words_of(document), "中国家");
}

static void word_counts(void **state) {
  (void)state;
  assert_int_equal(ent_index_word_count(ix, add("China and ASEAN")), 3);
  assert_int_equal(ent_index_word_count(ix, add("")), 0);
  assert_int_equal(ent_index_word_count(ix, segmented("")), 0);
  uint32_t document = add("China 和 ASEAN");
  assert_true(ent_index_word_count(ix, document) == ENT_NONE);
  assert_true(ent_index_word_begins(ix, document, 1));
  assert_int_equal(ent_index_words(ix, document, NULL, 0, &err), ENT_OK);
  assert_int_equal(ent_index_word_count(ix, document), 3);
}

static void spans_replaced_and_refused(void **state) {
  (void)state;
  uint32_t other = segmented("[中国][家电]"), document = segmented("[中][国家][电]");
  assert_string_equal(words_of(document), "中|国家|电");
  assert_int_equal(ent_index_words(ix, document, (const ent_range[]){{0, 12}}, 1, &err), ENT_OK);
  assert_string_equal(words_of(document), "中国家电");
  const struct {
    ent_range words[2];
    size_t count, offset;
  } wrong[] = {{{{0, 6}, {3, 9}}, 2, 3}, {{{6, 9}, {0, 3}}, 2, 0}, {{{3, 3}}, 1, 3}, {{{6, 3}}, 1, 6}, {{{0, 13}}, 1, 0}};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    assert_int_equal(ent_index_words(ix, document, wrong[i].words, wrong[i].count, &err), ENT_ERR_ARGUMENT);
    assert_int_equal(err.offset, wrong[i].offset);
    assert_string_equal(words_of(document), "中国家电");
  }
  assert_int_equal(ent_index_words(ix, ent_index_count(ix), NULL, 0, &err), ENT_ERR_ARGUMENT);
  assert_string_equal(words_of(other), "中国|家电");
  ent_index_clear(ix);
  assert_true(ent_index_word_count(ix, add("中国家电")) == ENT_NONE);
}

/* ---- guarded hits ---- */

static uint32_t T(const char *term) {
  uint32_t node = 0;
  if (ent_codebook_term(cb, term, strlen(term), ENT_FOLD, &node, &err) != ENT_OK) fail_msg("%s: %s", term, err.message);
  return node;
}

static uint32_t rule(uint32_t category, ent_role role, uint32_t node) {
  uint32_t number = 0;
  if (category == ENT_NONE) assert_int_equal(ent_codebook_category(cb, ENT_NONE, ENT_SENTENCE, &category), ENT_OK);
  assert_int_equal(ent_codebook_rule(cb, category, role, node, NULL, &number, &err), ENT_OK);
  return category;
}

/* Freezes cb, runs it over a document, opens a new one. The hits, then how many were guarded: "中国|家电 1". */
static const char *coded_with(uint32_t document, ent_overlap next) {
  ent_coder *coder;
  const ent_hit *hits;
  size_t count, at = 0, length;
  const char *bytes = ent_index_text(ix, document, &length);
  if (ent_codebook_freeze(cb, &err) != ENT_OK) fail_msg("%s", err.message);
  assert_int_equal(ent_coder_new(cb, vocab, &coder), ENT_OK);
  if (ent_coder_run(coder, ix, document, NULL, 0, &hits, &count, &err) != ENT_OK) fail_msg("%s", err.message);
  for (size_t i = 0; i < count; i++)
    at += (size_t)snprintf(shown + at, sizeof shown - at, "%s%.*s", i ? "|" : "", (int)(hits[i].end - hits[i].begin),
                           bytes + hits[i].begin);
  snprintf(shown + at, sizeof shown - at, " %zu", ent_coder_guarded(coder));
  ent_coder_free(coder);
  ent_codebook_free(cb);
  assert_int_equal(ent_codebook_new(NULL, next, &cb), ENT_OK);
  return shown;
}

static const char *coded(uint32_t document) { return coded_with(document, ENT_OVERLAP_ALL); }

static void CHECK(const char *term, const char *marked, const char *wanted) {
  rule(ENT_NONE, ENT_ROLE_ANY, T(term));
  assert_string_equal(coded(segmented(marked)), wanted);
}

static void hits_that_cut_words(void **state) {
  (void)state;
  CHECK("国家", "[中国][家电]", " 1");
  CHECK("国家", "[国家][电]网", "国家 0");
  CHECK("国家", "[国家电][网]", " 1");
  CHECK("国家", "[中国家][电]", " 1");
  CHECK("印度", "[印度尼西亚][印度]", "印度 1");
  CHECK("印度尼西亚", "[印度尼西亚]", "印度尼西亚 0");
  CHECK("ไทย", "[ประเทศไทย][ไทย]", "ไทย 1");
  /* longer than the words, or in no span */
  CHECK("数字鸿沟", "[数字][鸿沟]", "数字鸿沟 0");
  CHECK("字鸿", "[数字][鸿沟]", " 1");
  CHECK("东盟", "[与]东盟[国家]", "东盟 0");
  /* over a line end */
  CHECK("国家", "[国\n家][电]", "国\n家 0");
  CHECK("国家", "[中国]\n[家电]", " 1");
  /* scripts with spaces */
  CHECK("win", "[win-win]", "win|win 0");
  CHECK("york", "[New York]", "York 0");
  CHECK("股", "[A股]", "股 0");
  CHECK("a", "[A股]", "A 0");
}

static void without_spans(void **state) {
  (void)state;
  rule(ENT_NONE, ENT_ROLE_ANY, T("国家"));
  assert_string_equal(coded(add("[中国][家电]")), "国家 0");
}

static void before_roles_and_overlap(void **state) {
  (void)state;
  /* none stands unguarded: it may only take hits away */
  rule(rule(ENT_NONE, ENT_ROLE_ANY, T("中国")), ENT_ROLE_NONE, T("国家"));
  assert_string_equal(coded(segmented("[中国][家电]")), " 0");
  /* of near the two borders count */
  uint32_t node = 0, kids[] = {T("国家"), T("差距")};
  assert_int_equal(ent_codebook_op(cb, ENT_OP_NEAR, 4, ENT_SENTENCE, kids, 2, &node, &err), ENT_OK);
  rule(ENT_NONE, ENT_ROLE_ANY, node);
  assert_string_equal(coded(segmented("[国家][的][差距]。[中国][家][差距]")), "国家的差距 1");
  /* a reference sees what stands */
  uint32_t seen = rule(ENT_NONE, ENT_ROLE_ANY, T("国家"));
  assert_int_equal(ent_codebook_ref(cb, seen, &node), ENT_OK);
  rule(ENT_NONE, ENT_ROLE_ANY, node);
  assert_string_equal(coded_with(segmented("[国家]，[中国][家]"), ENT_OVERLAP_LONGEST), "国家|国家 1");
  /* what cuts a word takes no place from what does not */
  (void)rule(rule(ENT_NONE, ENT_ROLE_ANY, T("中国家")), ENT_ROLE_ANY, T("中国"));
  assert_string_equal(coded(segmented("[中国][家电]")), "中国 1");
}

static void counted_anew(void **state) {
  (void)state;
  uint32_t cut = segmented("[中国][家电]"), whole = segmented("[国家]");
  ent_coder *coder;
  const ent_hit *hits;
  size_t count;
  rule(ENT_NONE, ENT_ROLE_ANY, T("国家"));
  assert_int_equal(ent_codebook_freeze(cb, &err), ENT_OK);
  assert_int_equal(ent_coder_new(cb, vocab, &coder), ENT_OK);
  assert_int_equal(ent_coder_run(coder, ix, cut, NULL, 0, &hits, &count, &err), ENT_OK);
  assert_int_equal(ent_coder_guarded(coder), 1);
  assert_int_equal(ent_coder_run(coder, ix, whole, NULL, 0, &hits, &count, &err), ENT_OK);
  assert_int_equal(ent_coder_guarded(coder), 0);
  ent_coder_free(coder);
}

/* ---- random texts, spans and terms against a naive rule ---- */

static uint32_t seed = 20240607;
static uint32_t roll(uint32_t sides) {
  seed = seed * 1664525u + 1013904223u;
  return (seed >> 8) % sides;
}

static const char *const characters[] = {"中", "国", "家", "电", "ก", "ข", "x ", "。"};

static void make_term(char *term, uint32_t *kinds) {
  *kinds = 1 + roll(3);
  term[0] = '\0';
  for (uint32_t i = 0; i < *kinds; i++) strcat(term, characters[roll(6)]);
}

/* A span reaches over `at`, and both bytes there are of characters without spaces, which all have three bytes. */
static bool cuts(size_t at) {
  if (at == 0 || (unsigned char)text[at - 1] < 0x80 || (unsigned char)text[at] < 0x80) return false;
  if (strncmp(text + at, "。", 3) == 0 || strncmp(text + at - 3, "。", 3) == 0) return false;
  for (size_t i = 0; i < span_count; i++)
    if (spans[i].begin < at && at < spans[i].end) return true;
  return false;
}

static void random_texts(void **state) {
  (void)state;
  size_t removed = 0, stood = 0;
  for (int round = 0; round < 4000; round++) {
    char marked[512] = "", term[32];
    uint32_t length;
    for (uint32_t piece = 2 + roll(6); piece > 0; piece--) {
      bool span = roll(4) > 0;
      if (span) strcat(marked, "[");
      for (uint32_t i = 1 + roll(3); i > 0; i--) strcat(marked, characters[roll(8)]);
      if (span) strcat(marked, "]");
    }
    for (int i = 0; i < 3; i++) {
      make_term(term, &length);
      rule(ENT_NONE, ENT_ROLE_ANY, T(term));
    }
    assert_int_equal(ent_codebook_freeze(cb, &err), ENT_OK);
    ent_coder *coder;
    assert_int_equal(ent_coder_new(cb, vocab, &coder), ENT_OK);
    ent_index_clear(ix);
    uint32_t document = add(marked);
    const ent_hit *hits;
    size_t count, kept = 0, guarded;
    ent_hit all[512];
    assert_int_equal(ent_coder_run(coder, ix, document, NULL, 0, &hits, &count, &err), ENT_OK);
    assert_true(count <= 512);
    if (count) memcpy(all, hits, count * sizeof *all);
    for (size_t i = 0; i < count; i++)
      if (!cuts(all[i].begin) && !cuts(all[i].end)) all[kept++] = all[i];
    guarded = count - kept;
    assert_int_equal(ent_index_words(ix, document, spans, span_count, &err), ENT_OK);
    assert_int_equal(ent_coder_run(coder, ix, document, NULL, 0, &hits, &count, &err), ENT_OK);
    if (count != kept || ent_coder_guarded(coder) != guarded) fail_msg("%s: %zu hits, not %zu", marked, count, kept);
    for (size_t i = 0; i < count; i++)
      if (hits[i].begin != all[i].begin || hits[i].end != all[i].end || hits[i].rule != all[i].rule) fail_msg("%s", marked);
    removed += guarded;
    stood += kept;
    ent_coder_free(coder);
    ent_codebook_free(cb);
    assert_int_equal(ent_codebook_new(NULL, ENT_OVERLAP_ALL, &cb), ENT_OK);
  }
  assert_true(removed > 100 && stood > 100);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(words_out_of_spans, set_up, tear_down),
      cmocka_unit_test_setup_teardown(borders_inside_tokens, set_up, tear_down),
      cmocka_unit_test_setup_teardown(word_counts, set_up, tear_down),
      cmocka_unit_test_setup_teardown(spans_replaced_and_refused, set_up, tear_down),
      cmocka_unit_test_setup_teardown(hits_that_cut_words, set_up, tear_down),
      cmocka_unit_test_setup_teardown(without_spans, set_up, tear_down),
      cmocka_unit_test_setup_teardown(before_roles_and_overlap, set_up, tear_down),
      cmocka_unit_test_setup_teardown(counted_anew, set_up, tear_down),
      cmocka_unit_test_setup_teardown(random_texts, set_up, tear_down),
  };
  return cmocka_run_group_tests_name("borders", tests, NULL, NULL);
}
