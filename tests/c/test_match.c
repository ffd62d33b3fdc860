/* match: each operator by its smallest example, what is adjacent, what a term may hold, roles, references,
 * overlap, and every allocation that can fail. Hits are shown as their quotes, parted by |. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente.h"

static ent_codebook *cb;
static ent_error err;
static char shown[4096];

/* ---- building; every call works on cb ---- */

static void open_book(ent_overlap overlap) { assert_int_equal(ent_codebook_new(NULL, overlap, &cb), ENT_OK); }

static uint32_t layered(const char *term, ent_form layer) {
  uint32_t node = 0;
  if (ent_codebook_term(cb, term, strlen(term), layer, &node, &err) != ENT_OK) fail_msg("%s: %s", term, err.message);
  return node;
}

static uint32_t T(const char *term) { return layered(term, ENT_FOLD); }

static uint32_t exact(const char *term) {
  uint32_t node = 0;
  if (ent_codebook_exact(cb, term, strlen(term), &node, &err) != ENT_OK) fail_msg("%s: %s", term, err.message);
  return node;
}

static uint32_t op_in(ent_unit unit, ent_op op, uint32_t n, size_t count, const uint32_t *kids) {
  uint32_t node = 0;
  if (ent_codebook_op(cb, op, n, unit, kids, count, &node, &err) != ENT_OK) fail_msg("%s", err.message);
  return node;
}

#define KIDS(...) sizeof((uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t), (uint32_t[]){__VA_ARGS__}
#define OP(op, n, ...) op_in(ENT_SENTENCE, ENT_OP_##op, n, KIDS(__VA_ARGS__))

static uint32_t category(uint32_t parent) {
  uint32_t number = 0;
  assert_int_equal(ent_codebook_category(cb, parent, ENT_SENTENCE, &number), ENT_OK);
  return number;
}

static uint32_t rule_in(uint32_t number, ent_role role, uint32_t node, const char *lang) {
  uint32_t rule = 0;
  assert_int_equal(ent_codebook_rule(cb, number, role, node, lang, &rule, &err), ENT_OK);
  return rule;
}

static uint32_t ref(uint32_t number) {
  uint32_t node = 0;
  assert_int_equal(ent_codebook_ref(cb, number, &node), ENT_OK);
  return node;
}

/* ---- running ---- */

static void show_hits(const char *text, const ent_hit *hits, size_t count, bool numbered) {
  size_t at = 0;
  shown[0] = '\0';
  for (size_t i = 0; i < count; i++) {
    if (i) shown[at++] = '|';
    if (numbered) at += (size_t)snprintf(shown + at, sizeof shown - at, "%u:", hits[i].category);
    at += (size_t)snprintf(shown + at, sizeof shown - at, "%.*s", (int)(hits[i].end - hits[i].begin), text + hits[i].begin);
    assert_true(at < sizeof shown - 1);
  }
}

/* Freezes cb, runs it over one text and releases it. */
static const char *run_on(ent_source source, const uint8_t *conditions, size_t condition_count, bool numbered) {
  ent_vocab *vocab;
  ent_index *ix;
  ent_coder *coder;
  uint32_t document;
  const ent_hit *hits;
  size_t count;
  source.length = strlen(source.text);
  if (ent_codebook_freeze(cb, &err) != ENT_OK) fail_msg("%s", err.message);
  assert_int_equal(ent_vocab_new(NULL, &vocab), ENT_OK);
  assert_int_equal(ent_index_new(vocab, &ix), ENT_OK);
  assert_int_equal(ent_coder_new(cb, vocab, &coder), ENT_OK);
  if (ent_index_add(ix, &source, &document, &err) != ENT_OK) fail_msg("%s", err.message);
  if (ent_coder_run(coder, ix, document, conditions, condition_count, &hits, &count, &err) != ENT_OK) fail_msg("%s", err.message);
  show_hits(source.text, hits, count, numbered);
  ent_coder_free(coder);
  ent_index_free(ix);
  ent_vocab_free(vocab);
  ent_codebook_free(cb);
  cb = NULL;
  return shown;
}

/* A codebook of one rule, already built as a node of cb. */
static const char *hits_of(uint32_t node, const char *text) {
  (void)rule_in(category(ENT_NONE), ENT_ROLE_ANY, node, NULL);
  return run_on((ent_source){.text = text}, NULL, 0, false);
}

#define CHECK(node, text, wanted)                                                     \
  do {                                                                                \
    open_book(ENT_OVERLAP_ALL);                                                       \
    assert_string_equal(hits_of(node, text), wanted);                                 \
  } while (0)
#define FINDS(term, text, wanted) CHECK(T(term), text, wanted)

/* ---- operators ---- */

static void operators(void **state) {
  (void)state;
  CHECK(OP(NEAR, 1, T("a"), T("b")), "b x a y y b", "b x a");
  CHECK(OP(NEAR, 0, T("a"), T("b")), "a b a", "a b|b a");
  CHECK(OP(NEAR, 9, T("a"), T("a")), "a x a", "a x a");
  CHECK(OP(NEAR, 9, T("a"), T("a")), "a x", "");
  CHECK(OP(NEAR, 9, T("aa"), T("bb")), "aa! bb", "");
  CHECK(OP(NEAR, 1, T("a"), T("b"), T("c")), "c x a x b", "c x a x b");
  CHECK(OP(SEQ, 1, T("a"), T("b")), "b a x b", "a x b");
  CHECK(OP(SEQ, 0, T("a"), T("b")), "a x b", "");
  CHECK(OP(SEQ, 9, T("a"), T("b")), "a a b b", "a b");
  CHECK(OP(SEQ, 0, T("a b"), T("b c")), "a b c", "");
  CHECK(OP(ALL, 0, T("a"), T("b")), "b x x x x x a x b", "b x x x x x a|a x b");
  CHECK(op_in(ENT_PARAGRAPH, ENT_OP_ALL, 0, KIDS(T("aa"), T("bb"))), "aa! bb\n\naa", "aa! bb");
  CHECK(op_in(ENT_DOCUMENT, ENT_OP_ALL, 0, KIDS(T("aa"), T("cc"))), "aa! bb\n\ncc", "aa! bb\n\ncc");
  CHECK(OP(ANY, 0, T("a"), T("b"), T("a")), "a b", "a|b");
  CHECK(OP(EXCEPT, 0, T("a"), T("a b")), "a b a", "a");
  CHECK(OP(EXCEPT, 0, T("a"), T("b")), "a b", "a");
  CHECK(OP(UNLESS, 1, T("a"), T("b")), "a x b x x a", "a");
  CHECK(OP(UNLESS, 9, T("aa"), T("bb")), "aa! bb", "aa");
  CHECK(OP(UNLESS, 1000000, T("a"), T("b")), "x a x x b", "");
  CHECK(OP(NEAR, 2, OP(SEQ, 0, T("a"), T("b")), OP(ANY, 0, T("c"), T("d"))), "d a b c", "d a b|a b c");
  CHECK(op_in(ENT_SENTENCE, ENT_OP_WITHIN, 0, KIDS(op_in(ENT_DOCUMENT, ENT_OP_NEAR, 9, KIDS(T("aa"), T("bb"))))),
        "aa! bb aa", "bb aa");
  CHECK(op_in(ENT_PAGE, ENT_OP_NEAR, 9, KIDS(T("aa"), T("bb"))), "aa\fbb", "");
  CHECK(op_in(ENT_PAGE, ENT_OP_NEAR, 9, KIDS(T("aa"), T("bb"))), "aa. bb", "aa. bb");
  CHECK(op_in(ENT_SECTION, ENT_OP_NEAR, 9, KIDS(T("aa"), T("bb"))), "aa\n\n1. Trust\n\nbb", "");
}

static void where(void **state) {
  (void)state;
  for (uint8_t holds = 0; holds < 2; holds++) {
    uint8_t conditions[] = {0, holds};
    open_book(ENT_OVERLAP_ALL);
    (void)rule_in(category(ENT_NONE), ENT_ROLE_ANY, OP(WHERE, 1, T("a")), NULL);
    assert_string_equal(run_on((ent_source){.text = "a"}, conditions, 2, false), holds ? "a" : "");
  }
  CHECK(OP(WHERE, 0, T("a")), "a", ""); /* not given: does not hold */
}

static void operators_refused(void **state) {
  (void)state;
  open_book(ENT_OVERLAP_ALL);
  uint32_t node = 77, a = T("a"), many[9] = {a, a, a, a, a, a, a, a, a}, none = 4711;
  assert_int_equal(ent_codebook_op(cb, ENT_OP_NEAR, 1, ENT_SENTENCE, &a, 1, &node, &err), ENT_ERR_PATTERN);
  assert_int_equal(ent_codebook_op(cb, ENT_OP_NEAR, 1, ENT_SENTENCE, many, 9, &node, &err), ENT_ERR_PATTERN);
  assert_int_equal(ent_codebook_op(cb, ENT_OP_ANY, 0, ENT_SENTENCE, NULL, 0, &node, NULL), ENT_ERR_PATTERN);
  assert_int_equal(ent_codebook_op(cb, ENT_OP_EXCEPT, 0, ENT_SENTENCE, many, 3, &node, &err), ENT_ERR_PATTERN);
  assert_int_equal(ent_codebook_op(cb, ENT_OP_SEQ, UINT32_MAX, ENT_SENTENCE, many, 2, &node, &err), ENT_ERR_PATTERN);
  assert_int_equal(ent_codebook_op(cb, ENT_OP_ANY, 0, ENT_SENTENCE, &none, 1, &node, &err), ENT_ERR_ARGUMENT);
  assert_int_equal(node, 77);
  ent_status status = ENT_OK;
  for (int depth = 0; depth < 1000 && status == ENT_OK; depth++)
    status = ent_codebook_op(cb, ENT_OP_ANY, 0, ENT_SENTENCE, &a, 1, &a, &err);
  assert_int_equal(status, ENT_ERR_PATTERN);
  ent_coder *coder;
  assert_int_equal(ent_coder_new(cb, NULL, &coder), ENT_ERR_STATE);
  assert_int_equal(ent_codebook_freeze(cb, &err), ENT_OK);
  assert_int_equal(ent_codebook_freeze(cb, &err), ENT_ERR_STATE);
  assert_int_equal(ent_codebook_term(cb, "a", 1, ENT_FOLD, &node, &err), ENT_ERR_STATE);
  ent_codebook_free(cb);
}

/* ---- adjacency ---- */

static void adjacent(void **state) {
  (void)state;
  FINDS("win win", "Win-win, win‑win and win win; win - win, win/win", "Win-win|win‑win|win win");
  FINDS("win-win", "win win and win-win", "win win|win-win");
  FINDS("digital belt and road", "a digital “Belt and Road” is", "digital “Belt and Road");
  FINDS("south china sea", "South China, sea. South China\nSea", "South China\nSea");
  FINDS("south china", "South\n\nChina. South (China) South: China South; China South/China South – China", "");
  FINDS("R&D", "R&D, R & D, R D and R+D", "R&D|R & D|R D"); /* a mark that is written may stand there */
  FINDS("中国东盟", "中国—东盟，中国-东盟，中国 东盟，中国、东盟，中国\n东盟，“中国”东盟，中国·东盟",
        "中国—东盟|中国-东盟|中国 东盟|中国\n东盟|中国”东盟|中国·东盟");
  FINDS("中国—东盟", "中国东盟，中国—东盟", "中国东盟|中国—东盟");
  FINDS("China ASEAN", "China–ASEAN, China—ASEAN, China-ASEAN", "China-ASEAN");
  FINDS("China–ASEAN", "China–ASEAN, China—ASEAN", "China–ASEAN|China—ASEAN");
  FINDS("U.S. strategy", "the U.S. strategy and U.S strategy", "U.S. strategy|U.S strategy");
  FINDS("deep trust", "*deep* trust, deep **trust**, _deep_ trust, deep_trust", "deep* trust|deep **trust|deep_ trust");
  FINDS("digital gap", "digital\u200Bgap digital\u00ADgap digital \u200Bgap", "digital\u200Bgap|digital \u200Bgap");
  FINDS("china policy", "China’s policy; China's policy; China policy", "China’s policy|China's policy|China policy");
  FINDS("digital gap", "digital! gap. digital. Gap", "");
}

static void over_furniture(void **state) {
  (void)state;
  static const struct { const char *text, *wanted; } rows[] = {
      {"South China\nHEAD\nSea", "South China\nHEAD\nSea"},
      {"South China\n\fHEAD\nSea", "South China\n\fHEAD\nSea"},
      {"South China,\nHEAD\nSea", ""},
      {"South China\nHEAD\n(Sea)", ""},
      {"South China\n\nHEAD\nSea", ""},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    size_t begin = (size_t)(strstr(rows[i].text, "HEAD") - rows[i].text);
    ent_range head = {begin, begin + 4};
    open_book(ENT_OVERLAP_ALL);
    (void)rule_in(category(ENT_NONE), ENT_ROLE_ANY, T("south china sea"), NULL);
    const char *found = run_on((ent_source){.text = rows[i].text, .furniture = &head, .furniture_count = 1}, NULL, 0, false);
    if (strcmp(found, rows[i].wanted) != 0) fail_msg("\"%s\" gives \"%s\"", rows[i].text, found);
  }
  FINDS("south china sea", "South China\n\fSea", "South China\n\fSea"); /* a page end is one line end */
  FINDS("south china sea", "South China\fSea", "South China\fSea");
}

/* ---- terms ---- */

static void wildcards(void **state) {
  (void)state;
  FINDS("disparit*", "disparity Disparities dispar", "disparity|Disparities");
  FINDS("*ation", "cooperation ation nationals", "cooperation|ation");
  FINDS("co*tion", "cooperation coition cotton", "cooperation|coition");
  FINDS("organi?ation", "organisation organization organiation", "organisation|organization");
  FINDS("t?n", "tan tôn to\u0302n tn", "tan|tôn|to\u0302n");
  FINDS("* gap", "the gap; a digital gap", "the gap|digital gap");
  FINDS("a * c", "a b c, a c", "a b c");
  FINDS("*", "a, b", "a|b");
  FINDS("gap|divide", "gap Divide gaps", "gap|Divide");
  FINDS("digital gap|divid*", "digital gap digital divides", "digital gap|digital divides");
  FINDS("win-win|trust deal", "win-win deal, trust deal, win deal", "win-win deal|trust deal");
  FINDS("R\\&D", "R&D", "R&D");
  FINDS("C\\*D", "C*D", "C*D");
  FINDS("挑战|困难", "挑战与困难", "挑战|困难");
  FINDS("ประเทศ", "ในประเทศไทย", "ประเทศ");
  FINDS("ＡＳＥＡＮ", "asean ASEAN ＡＳＥＡＮ", "asean|ASEAN|ＡＳＥＡＮ");
}

static void refuse(const char *term, size_t offset) {
  uint32_t node = 77;
  err.code = ENT_OK;
  ent_status status = ent_codebook_term(cb, term, strlen(term), ENT_FOLD, &node, &err);
  if (status != ENT_ERR_PATTERN || err.code != status || err.offset != offset || node != 77)
    fail_msg("\"%s\" gives %d at %zu, not at %zu", term, (int)status, err.offset, offset);
}

static void terms_refused(void **state) {
  (void)state;
  open_book(ENT_OVERLAP_ALL);
  refuse("中*国", 3);
  refuse("数字*", 6);
  refuse("*鸿沟", 0);
  refuse("a\\", 1);
  refuse("gap|*", 4);
  refuse("gap|", 3);
  refuse("", 0);
  refuse("—", 0);
  refuse("a\xFFz", 1);
  ent_codebook_free(cb);
}

static void as_written(void **state) {
  (void)state;
  CHECK(exact("US"), "US us Us U.S. US-led ＵＳ", "US|US");
  FINDS("US", "US us", "US|us");
  CHECK(exact("China's"), "China's China’s China", "China's");
  CHECK(exact("win-win"), "win-win win win win‑win", "win-win");
  CHECK(exact("U.S."), "the U.S. plan and U.S plan", "U.S");
  CHECK(exact("a*"), "a* ab a", "a");
  CHECK(exact("New  York"), "New York New\nYork new york", "New York|New\nYork");
}

static void layers(void **state) {
  (void)state;
  CHECK(layered("东盟", ENT_HANS), "东盟 東盟", "东盟|東盟");
  CHECK(layered("東盟", ENT_HANS), "东盟 東盟", "东盟|東盟");
  FINDS("东盟", "东盟 東盟", "东盟");
  CHECK(layered("hop tac", ENT_BARE), "Hợp tác, hop tac", "Hợp tác|hop tac");
  CHECK(layered("đường", ENT_BARE), "duong Đường", "duong|Đường");
  FINDS("hop tac", "hợp tác, hop tac", "hop tac");
}

/* ---- categories ---- */

static void roles(void **state) {
  (void)state;
  open_book(ENT_OVERLAP_ALL);
  uint32_t c = category(ENT_NONE);
  (void)rule_in(c, ENT_ROLE_ANY, T("gap"), NULL);
  (void)rule_in(c, ENT_ROLE_NONE, T("gap in the literature"), NULL);
  assert_string_equal(run_on((ent_source){.text = "A gap, and a gap in the literature."}, NULL, 0, false), "gap");
  open_book(ENT_OVERLAP_ALL); /* none overlaps; guard must hold all of it */
  c = category(ENT_NONE);
  (void)rule_in(c, ENT_ROLE_ANY, T("国家"), NULL);
  (void)rule_in(c, ENT_ROLE_GUARD, T("家庭"), NULL);
  (void)rule_in(c, ENT_ROLE_GUARD, T("中国家"), NULL);
  assert_string_equal(run_on((ent_source){.text = "国家庭，中国家，国家"}, NULL, 0, false), "国家|国家");
}

static void references(void **state) {
  (void)state;
  open_book(ENT_OVERLAP_ALL);
  uint32_t user = category(ENT_NONE), parent = category(ENT_NONE), child = category(parent);
  (void)rule_in(user, ENT_ROLE_ANY, OP(NEAR, 1, ref(parent), T("x")), NULL);
  (void)rule_in(parent, ENT_ROLE_ANY, T("a"), NULL);
  (void)rule_in(child, ENT_ROLE_ANY, T("b"), NULL);
  (void)rule_in(child, ENT_ROLE_NONE, T("b c"), NULL);
  assert_string_equal(run_on((ent_source){.text = "a x; b x; x b c."}, NULL, 0, true), "1:a|0:a x|0:x; b|2:b|0:b x");
  open_book(ENT_OVERLAP_ALL);
  uint32_t one = category(ENT_NONE), two = category(ENT_NONE);
  (void)rule_in(one, ENT_ROLE_ANY, ref(two), NULL);
  (void)rule_in(two, ENT_ROLE_NONE, ref(one), NULL);
  assert_int_equal(ent_codebook_freeze(cb, &err), ENT_ERR_PATTERN);
  assert_int_equal(err.offset, two);
  ent_codebook_free(cb);
  open_book(ENT_OVERLAP_ALL); /* a parent by its child: the parent holds the child's hits */
  one = category(ENT_NONE);
  two = category(one);
  (void)rule_in(two, ENT_ROLE_ANY, ref(one), NULL);
  assert_int_equal(ent_codebook_freeze(cb, &err), ENT_ERR_PATTERN);
  assert_int_equal(err.offset, two);
  ent_codebook_free(cb);
  open_book(ENT_OVERLAP_ALL);
  (void)rule_in(category(ENT_NONE), ENT_ROLE_ANY, ref(9), NULL);
  assert_int_equal(ent_codebook_freeze(cb, &err), ENT_ERR_PATTERN);
  ent_codebook_free(cb);
}

static void languages(void **state) {
  (void)state;
  open_book(ENT_OVERLAP_ALL);
  (void)rule_in(category(ENT_NONE), ENT_ROLE_ANY, T("gap"), "zh");
  assert_string_equal(run_on((ent_source){.text = "The gap is in the way of it.\n\n数字鸿沟的挑战 gap 很大。"}, NULL, 0, false), "gap");
  open_book(ENT_OVERLAP_ALL);
  (void)rule_in(category(ENT_NONE), ENT_ROLE_ANY, T("gap"), "zh");
  assert_string_equal(run_on((ent_source){.text = "The gap is in the way of it."}, NULL, 0, false), "");
}

static const char *overlapping(ent_overlap overlap, const char *text) {
  open_book(overlap);
  uint32_t india = category(ENT_NONE), indonesia = category(ENT_NONE);
  (void)rule_in(india, ENT_ROLE_ANY, T("印度"), NULL);
  (void)rule_in(india, ENT_ROLE_ANY, T("印度 洋"), NULL);
  (void)rule_in(indonesia, ENT_ROLE_ANY, T("印度尼西亚"), NULL);
  return run_on((ent_source){.text = text}, NULL, 0, true);
}

static void overlap_policies(void **state) {
  (void)state;
  static const char text[] = "印度尼西亚与印度，印度洋";
  assert_string_equal(overlapping(ENT_OVERLAP_ALL, text), "0:印度|1:印度尼西亚|0:印度|0:印度|0:印度洋");
  assert_string_equal(overlapping(ENT_OVERLAP_LONGEST, text), "0:印度|1:印度尼西亚|0:印度|0:印度洋");
  assert_string_equal(overlapping(ENT_OVERLAP_EXCLUSIVE, text), "1:印度尼西亚|0:印度|0:印度洋");
  open_book(ENT_OVERLAP_LONGEST); /* of the same length: the earlier */
  uint32_t c = category(ENT_NONE);
  (void)rule_in(c, ENT_ROLE_ANY, T("b c"), NULL);
  (void)rule_in(c, ENT_ROLE_ANY, T("a b"), NULL);
  (void)rule_in(c, ENT_ROLE_ANY, T("c d"), NULL);
  assert_string_equal(run_on((ent_source){.text = "a b c d"}, NULL, 0, false), "a b|c d");
  open_book(ENT_OVERLAP_EXCLUSIVE); /* of the same tokens: codebook order */
  uint32_t one = category(ENT_NONE), two = category(ENT_NONE);
  (void)rule_in(two, ENT_ROLE_ANY, T("a"), NULL);
  (void)rule_in(one, ENT_ROLE_ANY, T("a"), NULL);
  assert_string_equal(run_on((ent_source){.text = "a"}, NULL, 0, true), "0:a");
}

static void order_of_hits(void **state) {
  (void)state;
  open_book(ENT_OVERLAP_ALL);
  uint32_t one = category(ENT_NONE), two = category(ENT_NONE);
  (void)rule_in(two, ENT_ROLE_ANY, T("a b"), NULL);
  (void)rule_in(two, ENT_ROLE_ANY, T("a"), NULL);
  (void)rule_in(one, ENT_ROLE_ANY, OP(ANY, 0, ref(two), T("b")), NULL);
  assert_string_equal(run_on((ent_source){.text = "a b"}, NULL, 0, true), "0:a|1:a|0:a b|1:a b|0:b");
}

/* One vocabulary, codebook and coder over documents that bring new words. */
static void sharing(void **state) {
  (void)state;
  static const char *const texts[] = {"Digital gap.", "No such thing", "digital DIGITAL digitalisation", "Digital gap."};
  static const char *const wanted[] = {"Digital", "", "digital|DIGITAL|digitalisation", "Digital"};
  ent_vocab *vocab;
  ent_index *ix[2];
  ent_coder *coder;
  open_book(ENT_OVERLAP_ALL);
  (void)rule_in(category(ENT_NONE), ENT_ROLE_ANY, T("digital*"), NULL);
  assert_int_equal(ent_codebook_freeze(cb, &err), ENT_OK);
  assert_int_equal(ent_vocab_new(NULL, &vocab), ENT_OK);
  assert_int_equal(ent_coder_new(cb, vocab, &coder), ENT_OK);
  for (int i = 0; i < 2; i++) assert_int_equal(ent_index_new(vocab, &ix[i]), ENT_OK);
  const ent_hit *hits;
  size_t count;
  for (size_t i = 0; i < 4; i++) {
    ent_source source = {.text = texts[i], .length = strlen(texts[i])};
    uint32_t document;
    assert_int_equal(ent_index_add(ix[i % 2], &source, &document, &err), ENT_OK);
    assert_int_equal(ent_coder_run(coder, ix[i % 2], document, NULL, 0, &hits, &count, &err), ENT_OK);
    show_hits(texts[i], hits, count, false);
    assert_string_equal(shown, wanted[i]);
  }
  assert_int_equal(ent_coder_run(coder, ix[0], 9, NULL, 0, &hits, &count, &err), ENT_ERR_ARGUMENT);
  ent_vocab *other;
  ent_index *strange;
  assert_int_equal(ent_vocab_new(NULL, &other), ENT_OK);
  assert_int_equal(ent_index_new(other, &strange), ENT_OK);
  ent_source source = {.text = "a", .length = 1};
  uint32_t document;
  assert_int_equal(ent_index_add(strange, &source, &document, &err), ENT_OK);
  assert_int_equal(ent_coder_run(coder, strange, document, NULL, 0, &hits, &count, &err), ENT_ERR_ARGUMENT);
  ent_index_free(strange);
  ent_vocab_free(other);
  ent_coder_free(coder);
  for (int i = 0; i < 2; i++) ent_index_free(ix[i]);
  ent_vocab_free(vocab);
  ent_codebook_free(cb);
}

/* ---- memory ---- */

typedef struct meter {
  size_t live, calls, fail_at; /* fail_at: the call that fails, from 1; 0 for none */
} meter;

static void *metered(void *user, void *block, size_t old_size, size_t new_size) {
  meter *m = user;
  if (new_size == 0) {
    m->live -= old_size;
    free(block);
    return NULL;
  }
  if (++m->calls == m->fail_at) return NULL;
  void *made = realloc(block, new_size);
  if (made) m->live += new_size - old_size;
  return made;
}

/* `building`: calls fail while the codebook is made; else while it is run. Whatever fails is said, and the
 * coder can go on. */
static void memory_runs_out(bool building) {
  static const char text[] = "Digital “Belt and Road” and the U.S. gap: trust, 印度尼西亚 a b c; a digital gap in it.";
  ent_source source = {.text = text, .length = sizeof text - 1};
  char wanted[sizeof shown] = "";
  bool failed = true;
  for (size_t n = 0; failed || n == 1; n++) { /* n = 0: none fails */
    meter m = {0};
    ent_alloc alloc = {metered, &m};
    ent_vocab *vocab;
    ent_index *ix;
    ent_coder *coder = NULL;
    uint32_t document, c, kid[4], made;
    const ent_hit *hits = NULL;
    size_t count = 0;
    assert_int_equal(ent_vocab_new(&alloc, &vocab), ENT_OK);
    assert_int_equal(ent_index_new(vocab, &ix), ENT_OK);
    assert_int_equal(ent_index_add(ix, &source, &document, &err), ENT_OK);
    m.calls = 0;
    m.fail_at = building ? n : 0;
    cb = NULL;
    ent_status status = ent_codebook_new(&alloc, ENT_OVERLAP_LONGEST, &cb);
#define TRY(call) status = status == ENT_OK ? (call) : status
    TRY(ent_codebook_category(cb, ENT_NONE, ENT_SENTENCE, &c));
    TRY(ent_codebook_term(cb, "digital* gap|belt", 17, ENT_FOLD, &kid[0], &err));
    TRY(ent_codebook_term(cb, "win-win|trust", 13, ENT_BARE, &kid[1], &err));
    TRY(ent_codebook_exact(cb, "U.S.", 4, &kid[2], &err));
    TRY(ent_codebook_op(cb, ENT_OP_NEAR, 9, ENT_SENTENCE, kid, 3, &made, &err));
    TRY(ent_codebook_rule(cb, c, ENT_ROLE_ANY, made, NULL, &made, &err));
    TRY(ent_codebook_op(cb, ENT_OP_ANY, 0, ENT_SENTENCE, kid, 3, &made, &err));
    TRY(ent_codebook_rule(cb, c, ENT_ROLE_ANY, made, NULL, &made, &err));
    TRY(ent_codebook_term(cb, "in it", 5, ENT_FOLD, &kid[3], &err));
    TRY(ent_codebook_op(cb, ENT_OP_UNLESS, 2, ENT_SENTENCE, (uint32_t[]){kid[0], kid[3]}, 2, &made, &err));
    TRY(ent_codebook_rule(cb, c, ENT_ROLE_ANY, made, NULL, &made, &err));
    TRY(ent_codebook_rule(cb, c, ENT_ROLE_NONE, kid[3], NULL, &made, &err));
    TRY(ent_codebook_rule(cb, c, ENT_ROLE_GUARD, kid[3], NULL, &made, &err));
    TRY(ent_codebook_category(cb, ENT_NONE, ENT_SENTENCE, &c));
    TRY(ent_codebook_ref(cb, 0, &made));
    TRY(ent_codebook_rule(cb, c, ENT_ROLE_ANY, made, NULL, &made, &err));
    TRY(ent_codebook_freeze(cb, &err));
    TRY(ent_coder_new(cb, vocab, &coder));
    if (!building) {
      assert_int_equal(status, ENT_OK);
      m.calls = 0;
      m.fail_at = n;
    }
    TRY(ent_coder_run(coder, ix, document, NULL, 0, &hits, &count, &err));
    failed = n == 0 || m.calls >= n;
    m.fail_at = 0;
    if (status != ENT_OK) {
      assert_int_equal(status, ENT_ERR_MEMORY);
      if (!building) {
        assert_int_equal(err.code, ENT_ERR_MEMORY);
        assert_null(hits);
        assert_int_equal(ent_coder_run(coder, ix, document, NULL, 0, &hits, &count, &err), ENT_OK);
        status = ENT_OK;
      }
    }
    if (status == ENT_OK) {
      show_hits(text, hits, count, true);
      if (n == 0) memcpy(wanted, shown, sizeof wanted);
      if (strcmp(shown, wanted) != 0) fail_msg("call %zu failed: \"%s\"", n, shown);
    }
    ent_coder_free(coder);
    ent_codebook_free(cb);
    ent_index_free(ix);
    ent_vocab_free(vocab);
    if (m.live != 0) fail_msg("call %zu failed: %zu bytes are left", n, m.live);
  }
  assert_true(strlen(wanted) > 0);
}

static void memory_while_building(void **state) { (void)state; memory_runs_out(true); }
static void memory_while_running(void **state) { (void)state; memory_runs_out(false); }

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(operators), cmocka_unit_test(where), cmocka_unit_test(operators_refused),
      cmocka_unit_test(adjacent), cmocka_unit_test(over_furniture), cmocka_unit_test(wildcards),
      cmocka_unit_test(terms_refused), cmocka_unit_test(as_written), cmocka_unit_test(layers),
      cmocka_unit_test(roles), cmocka_unit_test(references), cmocka_unit_test(languages),
      cmocka_unit_test(overlap_policies), cmocka_unit_test(order_of_hits), cmocka_unit_test(sharing),
      cmocka_unit_test(memory_while_building), cmocka_unit_test(memory_while_running),
  };
  return cmocka_run_group_tests_name("match", tests, NULL, NULL);
}
