/* given: sentences, paragraphs and spans that come with a text; what is refused; memory that ends. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente.h"

static ent_error err;
static char shown[1024];

typedef struct desk {
  ent_vocab *vocab;
  ent_index *index;
} desk;

static desk open_desk(const ent_alloc *alloc) {
  desk d = {0};
  assert_int_equal(ent_vocab_new(alloc, &d.vocab), ENT_OK);
  assert_int_equal(ent_index_new(d.vocab, &d.index), ENT_OK);
  return d;
}

static void close_desk(desk *d) {
  ent_index_free(d->index);
  ent_vocab_free(d->vocab);
}

/* The parts of a unit with how many tokens they hold, parted by |. */
static const char *parts_of(const desk *d, uint32_t document, ent_unit unit) {
  size_t count, length, at = 0;
  const char *text = ent_index_text(d->index, document, &length);
  const ent_part *parts = ent_index_parts(d->index, document, unit, &count);
  shown[0] = '\0';
  for (size_t i = 0; i < count; i++)
    at += (size_t)snprintf(shown + at, sizeof shown - at, "%s%.*s:%u", i ? "|" : "", (int)(parts[i].end - parts[i].begin),
                           text + parts[i].begin, (unsigned)(parts[i].last + 1 - parts[i].first));
  return shown;
}

/* The stretches of the text that stand between [ and ], in `marked`. */
static size_t ranges_in(const char *marked, ent_range *ranges, char *text, size_t *length) {
  size_t count = 0;
  *length = 0;
  for (; *marked; marked++) {
    if (*marked == '[') ranges[count].begin = *length;
    else if (*marked == ']') ranges[count++].end = *length;
    else text[(*length)++] = *marked;
  }
  return count;
}

static void given_sentences(void **state) {
  desk d = open_desk(NULL);
  ent_range sentences[8];
  char text[64];
  uint32_t document;
  (void)state;
  ent_source source = {.text = text, .sentences = sentences, .layout = ENT_LAYOUT_BLOCKS};
  source.sentence_count = ranges_in("[One two. Three] [four.] between [five]", sentences, text, &source.length);
  assert_int_equal(ent_index_add(d.index, &source, &document, &err), ENT_OK);
  assert_string_equal(parts_of(&d, document, ENT_SENTENCE), "One two. Three:3|four.:1|five:1");
  assert_int_equal(ent_index_tokens(d.index, document), 6);
  assert_null(ent_index_part_of(d.index, document, ENT_SENTENCE, 4)); /* between */
  source.sentences = NULL;
  assert_int_equal(ent_index_add(d.index, &source, &document, &err), ENT_OK);
  assert_string_equal(parts_of(&d, document, ENT_SENTENCE), "One two.:2|Three four. between five:4");
  source.sentences = sentences; /* none is not the same as not given */
  source.sentence_count = 0;
  assert_int_equal(ent_index_add(d.index, &source, &document, &err), ENT_OK);
  assert_string_equal(parts_of(&d, document, ENT_SENTENCE), "");
  close_desk(&d);
}

static void given_paragraphs(void **state) {
  desk d = open_desk(NULL);
  ent_range paragraphs[8];
  char text[128];
  uint32_t document;
  size_t count;
  (void)state;
  ent_source source = {.text = text, .paragraphs = paragraphs, .layout = ENT_LAYOUT_BLOCKS};
  source.paragraph_count = ranges_in("[a b\n\nc] [d\nReferences\ne f] g\nAppendix", paragraphs, text, &source.length);
  ent_heading headings[] = {{9, 19, 1}, {26, 34, 1}};
  assert_memory_equal(text + 9, "References", 10);
  assert_memory_equal(text + 26, "Appendix", 8);
  source.headings = headings;
  source.heading_count = 2;
  assert_int_equal(ent_index_add(d.index, &source, &document, &err), ENT_OK);
  assert_string_equal(parts_of(&d, document, ENT_PARAGRAPH), "a b\n\nc:3|d\n:1|References:1|\ne f:2|Appendix:1");
  const ent_part *parts = ent_index_parts(d.index, document, ENT_PARAGRAPH, &count);
  assert_false(parts[1].reference);
  assert_true(parts[3].reference);
  assert_string_equal(parts_of(&d, document, ENT_SECTION), "a b\n\nc d\n:4|References\ne f g\n:3|Appendix:1");
  close_desk(&d);
}

static void given_spans(void **state) {
  desk d = open_desk(NULL);
  uint32_t first, second;
  size_t count;
  ent_span spans[] = {{"text", 0, 8, "id=1\ntitle=A = B"}, {"name", 0, 3, NULL}, {"name", 4, 8, ""}, {"pb", 8, 8, "n=2"}};
  ent_source source = {.text = "ab cd ef", .length = 8, .spans = spans, .span_count = 3}, other = {.text = "x", .length = 1};
  (void)state;
  assert_int_equal(ent_index_add(d.index, &other, &first, &err), ENT_OK);
  assert_null(ent_index_spans(d.index, first, &count));
  assert_int_equal(count, 0);
  assert_int_equal(ent_index_add(d.index, &source, &first, &err), ENT_OK);
  source.spans = spans + 3;
  source.span_count = 1;
  assert_int_equal(ent_index_add(d.index, &source, &second, &err), ENT_OK);
  const ent_span *got = ent_index_spans(d.index, first, &count);
  assert_int_equal(count, 3);
  for (size_t i = 0; i < 3; i++) {
    assert_string_equal(got[i].name, spans[i].name);
    assert_string_equal(got[i].attributes, spans[i].attributes ? spans[i].attributes : "");
    assert_int_equal(got[i].begin, spans[i].begin);
    assert_int_equal(got[i].end, spans[i].end);
    assert_ptr_not_equal(got[i].name, spans[i].name); /* copied */
  }
  got = ent_index_spans(d.index, second, &count);
  assert_int_equal(count, 1);
  assert_string_equal(got->attributes, "n=2");
  ent_index_clear(d.index);
  assert_int_equal(ent_index_add(d.index, &other, &first, &err), ENT_OK);
  assert_null(ent_index_spans(d.index, first, &count));
  close_desk(&d);
}

/* What is refused is named, and the index is as it was. */
static void refused(void **state) {
  static const ent_range backward[] = {{3, 5}, {1, 2}}, overlap[] = {{0, 3}, {2, 5}}, outside[] = {{0, 9}}, parts[] = {{0, 1}},
                         empty[] = {{2, 2}}, fine[] = {{0, 2}};
  static const ent_span nameless[] = {{"", 0, 1, NULL}}, null[] = {{NULL, 0, 1, NULL}}, unsorted[] = {{"a", 2, 3, NULL}, {"a", 0, 3, NULL}},
                        far[] = {{"a", 0, 9, NULL}}, cut[] = {{"a", 0, 1, NULL}}, wrong[] = {{"a", 0, 2, "x=\xFF"}};
  static const char *const latin[] = {"\xE9"}, *const good[] = {"e", "f"}, *const one[] = {"lemma"}, *const twice[] = {"x", "x"},
                    *const stem[] = {"stem-en"};
  static const struct {
    ent_source source;
    const char *says;
  } cases[] = {
      {{.tokens = backward, .token_count = 2}, "tokens[1] is out of order"},
      {{.tokens = overlap, .token_count = 2}, "tokens[1] is out of order"},
      {{.tokens = outside, .token_count = 1}, "tokens[0] is out of order or outside"},
      {{.tokens = parts, .token_count = 1}, "tokens[0] parts a character"},
      {{.tokens = empty, .token_count = 1}, "tokens[0] is empty"},
      {{.sentences = overlap, .sentence_count = 2}, "sentences[1] is out of order"},
      {{.sentences = parts, .sentence_count = 1}, "sentences[0] parts a character"},
      {{.paragraphs = outside, .paragraph_count = 1}, "paragraphs[0] is out of order or outside"},
      {{.paragraphs = parts, .paragraph_count = 1}, "paragraphs[0] parts a character"},
      {{.spans = nameless, .span_count = 1}, "spans[0] has no name"},
      {{.spans = null, .span_count = 1}, "spans[0] has no name"},
      {{.spans = unsorted, .span_count = 2}, "spans[1] is out of order"},
      {{.spans = far, .span_count = 1}, "spans[0] is out of order or outside"},
      {{.spans = cut, .span_count = 1}, "spans[0] parts a character"},
      {{.spans = wrong, .span_count = 1}, "spans[0] has a name or attributes that are not UTF-8"},
      {{.tokens = fine, .token_count = 1, .annotations = latin, .annotation_names = one, .annotation_count = 1},
       "an annotation of tokens[0] is not UTF-8"},
      {{.tokens = fine, .token_count = 1, .annotations = good, .annotation_names = twice, .annotation_count = 2},
       "two annotations are named x"},
      {{.tokens = fine, .token_count = 1, .annotations = good, .annotation_names = stem, .annotation_count = 1},
       "annotation 0 has no name that a layer can have"},
      {{.tokens = fine, .token_count = 1, .annotations = good, .annotation_names = one, .annotation_count = 33},
       "33 annotations of a token are more than 32"},
  };
  desk d = open_desk(NULL);
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    ent_source source = cases[i].source;
    uint32_t document;
    source.text = "\xC3\xA9 abc";
    source.length = 6;
    assert_int_equal(ent_index_add(d.index, &source, &document, &err), ENT_ERR_ARGUMENT);
    if (!strstr(err.message, cases[i].says)) fail_msg("%s says: %s", cases[i].says, err.message);
    assert_int_equal(ent_index_count(d.index), 0);
  }
  close_desk(&d);
}

/* ---- memory that ends ---- */

typedef struct purse {
  size_t left;
} purse;

static void *spend(void *user, void *block, size_t old_size, size_t new_size) {
  purse *p = user;
  (void)old_size;
  if (new_size == 0) {
    free(block);
    return NULL;
  }
  if (p->left == 0) return NULL;
  p->left--;
  return realloc(block, new_size);
}

/* Whichever allocation fails, the index is as before, and the same document can be added afterwards. */
static void memory_ends(void **state) {
  static const ent_range tokens[] = {{0, 6}, {7, 13}, {13, 16}}, whole[] = {{0, 16}};
  static const char *const annotations[] = {"digit", NULL, "split"}, *const name[] = {"lemma"};
  static const ent_span spans[] = {{"q", 0, 6, "a=b"}};
  const ent_source source = {.text = "数字 鸿沟。", .length = 16, .tokens = tokens, .token_count = 3, .annotations = annotations,
                             .annotation_names = name, .annotation_count = 1, .sentences = whole, .sentence_count = 1, .paragraphs = whole,
                             .paragraph_count = 1, .spans = spans, .span_count = 1};
  bool done = false;
  (void)state;
  for (size_t n = 0; !done; n++) {
    purse p = {SIZE_MAX};
    ent_alloc alloc = {spend, &p};
    desk d = open_desk(&alloc);
    uint32_t document;
    p.left = n;
    ent_status status = ent_index_add(d.index, &source, &document, &err);
    done = status == ENT_OK;
    if (!done) {
      assert_int_equal(status, ENT_ERR_MEMORY);
      assert_int_equal(ent_index_count(d.index), 0);
      p.left = SIZE_MAX;
      assert_int_equal(ent_index_add(d.index, &source, &document, &err), ENT_OK);
    }
    assert_int_equal(ent_index_tokens(d.index, document), 2);
    assert_string_equal(parts_of(&d, document, ENT_SENTENCE), "数字 鸿沟。:2");
    close_desk(&d);
    assert_true(n < 200);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(given_sentences), cmocka_unit_test(given_paragraphs),
                                     cmocka_unit_test(given_spans), cmocka_unit_test(refused), cmocka_unit_test(memory_ends)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
