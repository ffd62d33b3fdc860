/* hostile: texts that are damaged at every byte, mended, and put through every public function of text, token and
 * match. What is asked is that nothing is read or written outside, and that what comes back is whole; the sanitizers
 * and valgrind run this too. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#define FUZZ_CHECK(holds) assert_true(holds)
#include "../fuzz/check.h"

static const char *const texts[] = {
    "1. Trust\n\nThe digi-\ntal divide isn\u2019t small; \u201Cco-\noperation\u201D helps (U.S. 3,500.25 km).\n\fNext page.",
    "\u4E00\u3001\u5F15\u8A00\n\n\u6578\u5B57\u9D3B\u6E9D\u3002\u5BF9\u201C\u4FE1\u4EFB\u201D\uFF1F ASEAN-\u4E2D\u56FD",
    "khoa\u0309ng ca\u0301ch s\u00F4\u0301, Vi\u00EA\u0323t Nam \u0110\u00F4ng",
    "\u0E01\u0E33\u0E25\u0E31\u0E07 \u0E4D\u0E32 \u1781\u17D2\u1798\u17C2\u179A\u17D4 \u1019\u103C\u1014\u103A\u104B",
    "\uAC00\u11A7\u1100\u1161\u11A8 \u304B\u3099 \uFF76\uFF9E \u0958\u09C7\u09BE \u05D0\"\u05D1 \U0001F1E8\U0001F1F3 \U0001F468\u200D\U0001F469",
    "---\nabstract: |\n  x\n---\n# One #\n- item\n\n| a | b |\n\nTitle\n=====\n```\n# no\n```\n## References\n[1] A.",
    "\uFB01\uFDFA\u0130\u0149\u00DF\u1E9E\u2126\u0344\U0001D15E\u00AD\u200B\uFEFF\u034F\U000E0041'\u015B's"};

static ent_vocab *vocab;
static ent_index *ix;
static ent_codebook *codebook;
static ent_coder *coder;

static int open_all(void **state) {
  (void)state;
  uint32_t category, kids[2], node, rule;
  bool made = ent_vocab_new(NULL, &vocab) == ENT_OK && ent_index_new(vocab, &ix) == ENT_OK &&
              ent_codebook_new(NULL, ENT_OVERLAP_LONGEST, &codebook) == ENT_OK &&
              ent_codebook_category(codebook, ENT_NONE, ENT_SENTENCE, &category) == ENT_OK &&
              ent_codebook_term(codebook, "dig*|trust|is", 13, ENT_HANS, &kids[0], NULL) == ENT_OK &&
              ent_codebook_term(codebook, "*", 1, ENT_FOLD, &kids[1], NULL) == ENT_OK &&
              ent_codebook_op(codebook, ENT_OP_NEAR, 3, ENT_SENTENCE, kids, 2, &node, NULL) == ENT_OK &&
              ent_codebook_rule(codebook, category, ENT_ROLE_ANY, node, NULL, &rule, NULL) == ENT_OK &&
              ent_codebook_freeze(codebook, NULL) == ENT_OK && ent_coder_new(codebook, vocab, &coder) == ENT_OK;
  return made ? 0 : 1;
}

static int close_all(void **state) {
  (void)state;
  ent_coder_free(coder);
  ent_codebook_free(codebook);
  ent_index_free(ix);
  ent_vocab_free(vocab);
  return 0;
}

static void walk(size_t next(const char *, size_t, size_t), const char *text, size_t length) {
  for (size_t at = 0; at < length;) {
    size_t to = next(text, length, at);
    assert_true(to > at && fuzz_at_character(text, length, to));
    at = to;
  }
}

static void read_text(const char *text, size_t length) {
  walk(ent_grapheme_next, text, length);
  walk(ent_word_next, text, length);
  walk(ent_sentence_next, text, length);
  for (int form = ENT_NFC; form <= ENT_HANS; form++) {
    ent_normal *normal;
    assert_int_equal(ent_normalize(NULL, (ent_form)form, text, length, &normal, NULL), ENT_OK);
    check_map(normal, text, length);
    ent_normal_free(normal);
  }
  for (int layout = ENT_LAYOUT_PLAIN; layout <= ENT_LAYOUT_BLOCKS; layout++) {
    ent_source source = {.text = text, .length = length, .layout = (ent_layout)layout};
    uint32_t document;
    const ent_hit *hits;
    size_t count;
    assert_int_equal(ent_index_add(ix, &source, &document, NULL), ENT_OK);
    check_document(ix, document, &source);
    assert_int_equal(ent_coder_run(coder, ix, document, NULL, 0, &hits, &count, NULL), ENT_OK);
    for (size_t i = 0; i < count; i++) assert_true(hits[i].begin < hits[i].end && hits[i].end <= length);
    ent_index_clear(ix);
  }
}

/* The bytes as they are, refused where they are no text, then mended, in a block of their exact length. */
static void read_bytes(const char *bytes, size_t length) {
  ent_string *mended;
  ent_normal *normal;
  ent_error err = {0};
  size_t size, replaced;
  char *exact = malloc(length ? length : 1);
  assert_non_null(exact);
  memcpy(exact, bytes, length);
  size_t valid = ent_utf8_valid(exact, length);
  if (valid < length) {
    ent_source source = {.text = exact, .length = length};
    uint32_t document;
    assert_int_equal(ent_normalize(NULL, ENT_FOLD, exact, length, &normal, &err), ENT_ERR_UTF8);
    assert_int_equal(err.offset, valid);
    assert_int_equal(ent_index_add(ix, &source, &document, &err), ENT_ERR_UTF8);
    assert_int_equal(err.offset, valid);
  }
  assert_int_equal(ent_utf8_mend(NULL, exact, length, &mended, &replaced), ENT_OK);
  assert_true((replaced > 0) == (valid < length));
  const char *text = ent_string_bytes(mended, &size);
  char *whole = realloc(exact, size ? size : 1);
  assert_non_null(whole);
  memcpy(whole, text, size);
  ent_string_free(mended);
  read_text(whole, size);
  free(whole);
}

static void flipped_and_cut(void **state) {
  (void)state;
  static const unsigned char flips[] = {0x01, 0x20, 0x40, 0x80, 0xFF};
  char damaged[512];
  for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) {
    size_t length = strlen(texts[t]);
    assert_true(length < sizeof damaged && ent_utf8_valid(texts[t], length) == length);
    for (size_t at = 0; at <= length; at++) {
      read_bytes(texts[t], at);
      read_bytes(texts[t] + at, length - at);
      for (size_t f = 0; f < sizeof flips && at < length; f++) {
        memcpy(damaged, texts[t], length);
        damaged[at] = (char)((unsigned char)damaged[at] ^ flips[f]);
        read_bytes(damaged, length);
      }
    }
  }
}

/* The same damage to terms: compiled, or refused with a place inside. */
static void damaged_terms(void **state) {
  (void)state;
  static const char *const terms[] = {"dig*tal|gap? \\*R&D", "\u6570\u5B57\u9E3F\u6C9F", "China\u2019s \u201CBelt and Road\u201D"};
  char damaged[64];
  for (size_t t = 0; t < sizeof terms / sizeof *terms; t++) {
    size_t length = strlen(terms[t]);
    for (size_t at = 0; at < length; at++)
      for (unsigned byte = 0; byte < 256; byte++) {
        uint32_t node;
        ent_error err = {0};
        ent_codebook *one;
        memcpy(damaged, terms[t], length);
        damaged[at] = (char)byte;
        assert_int_equal(ent_codebook_new(NULL, ENT_OVERLAP_ALL, &one), ENT_OK);
        ent_status status = ent_codebook_term(one, damaged, length, ENT_FOLD, &node, &err);
        if (status != ENT_OK) {
          assert_true(status == ENT_ERR_PATTERN || status == ENT_ERR_UTF8);
          assert_true(err.code == status && err.offset <= length && err.message[0]);
        }
        ent_codebook_free(one);
      }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(flipped_and_cut, open_all, close_all),
                                     cmocka_unit_test(damaged_terms)};
  return cmocka_run_group_tests_name("hostile", tests, NULL, NULL);
}
