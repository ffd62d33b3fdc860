/* load: a document that comes out of a segment is the one that went in: text, tokens with what stands before them,
 * parts, edits, and any stretch of the text. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "memory_segment.h"
#include "same_document.h"
#include "segment/parts.h"

/* Two vocabularies with an index each: of what is added, and of what is loaded. */
typedef struct pair {
  ent_vocab *vocabs[2];
  ent_index *added, *loaded;
} pair;

static pair room;

static int open_room(void **state) {
  (void)state;
  return ent_vocab_new(NULL, &room.vocabs[0]) != ENT_OK || ent_vocab_new(NULL, &room.vocabs[1]) != ENT_OK ||
         ent_index_new(room.vocabs[0], &room.added) != ENT_OK || ent_index_new(room.vocabs[1], &room.loaded) != ENT_OK;
}

static int close_room(void **state) {
  (void)state;
  ent_index_free(room.added);
  ent_index_free(room.loaded);
  ent_vocab_free(room.vocabs[0]);
  ent_vocab_free(room.vocabs[1]);
  return 0;
}

static void check_same(const char *id, uint32_t added, uint32_t loaded) {
  const char *what = document_differs(room.added, added, room.loaded, loaded);
  if (what) fail_msg("%s: %s differs", id, what);
}

static void check_text(const enti_segment *segment, uint32_t document, const ent_source *source, size_t begin, size_t end) {
  ent_string *text;
  size_t length, stop = end < source->length ? end : source->length, start = begin < stop ? begin : stop;
  assert_int_equal(enti_segment_text(segment, &enti_alloc_default, document, begin, end, &text), ENT_OK);
  const char *bytes = ent_string_bytes(text, &length);
  assert_int_equal(length, stop - start);
  assert_memory_equal(bytes, source->text + start, length);
  ent_string_free(text);
}

static void check_document(const enti_segment *segment, enti_type_map *map, const ent_document *document) {
  uint32_t number, added, loaded;
  uint8_t hash[16];
  ent_document_view view;
  ent_error err = {0};
  assert_int_equal(enti_segment_find(segment, document->id, strlen(document->id), &number), ENT_OK);
  assert_int_not_equal(number, ENT_NONE);
  if (ent_index_add(room.added, &document->source, &added, &err) != ENT_OK) fail_msg("%s", err.message);
  if (enti_segment_load(segment, number, room.loaded, map, &loaded, &err) != ENT_OK) fail_msg("%s: %s", document->id, err.message);
  check_same(document->id, added, loaded);
  assert_int_equal(enti_segment_document(segment, number, &view), ENT_OK);
  assert_int_equal(view.id_length, strlen(document->id));
  assert_memory_equal(view.id, document->id, view.id_length);
  assert_int_equal(view.length, document->source.length);
  assert_int_equal(view.tokens, ent_index_tokens(room.added, added));
  enti_document_hash(document, hash);
  assert_memory_equal(view.hash, hash, sizeof hash);
}

/* ---- tests -------------------------------------------------------------------------------- */

static void papers_come_back(void **state) {
  (void)state;
  enum { COUNT = 400 };
  pool_seed seed = 5;
  memory_segment m;
  enti_type_map map = {0};
  paper *papers = papers_make(&seed, COUNT);
  papers_segment(papers, COUNT, NULL, &m);
  for (size_t i = 0; i < COUNT; i++) check_document(m.segment, &map, &papers[i].document);
  size_t edits[ENT_EDIT_KINDS] = {0}, count;
  for (uint32_t i = 0; i < COUNT; i++) {
    const ent_edit *edit = ent_index_edits(room.loaded, i, &count);
    for (size_t k = 0; k < count; k++) edits[edit[k].kind]++;
  }
  for (int kind = 0; kind < ENT_EDIT_KINDS; kind++) assert_true(edits[kind] > 0); /* otherwise the papers have lost their point */
  enti_array_free(&enti_alloc_default, &map);
  memory_close(&m);
  papers_free(papers, COUNT);
}

/* Any stretch of a text: from and to the middle of tokens, gaps, blocks, the tail, beyond the end. */
static void stretches(void **state) {
  (void)state;
  enum { COUNT = 60 };
  pool_seed seed = 6;
  memory_segment m;
  paper *papers = papers_make(&seed, COUNT);
  papers_segment(papers, COUNT, NULL, &m);
  for (size_t i = 0; i < COUNT; i++) {
    const ent_source *source = &papers[i].document.source;
    uint32_t number;
    assert_int_equal(enti_segment_find(m.segment, papers[i].id, strlen(papers[i].id), &number), ENT_OK);
    check_text(m.segment, number, source, 0, SIZE_MAX);
    check_text(m.segment, number, source, source->length, SIZE_MAX);
    check_text(m.segment, number, source, source->length + 9, source->length + 10);
    for (int round = 0; round < 60; round++) {
      size_t begin = pool_below(&seed, source->length + 3);
      check_text(m.segment, number, source, begin, begin + pool_below(&seed, round % 3 ? 12 : source->length + 5));
      if (begin > 0) check_text(m.segment, number, source, begin, begin - 1);
    }
  }
  memory_close(&m);
  papers_free(papers, COUNT);
}

#define SEA "cooperation in the South China Sea and the regions beyond it"

/* Each repair on its own and left out, and texts with nothing but gaps. */
static void repairs(void **state) {
  (void)state;
  static const char *const texts[] = {
      "", " ", "\n\n", "...", "a", "a ", " a", "digital and digi-\ntal", "di\u00AD\ngital, di\u00ADgital", "win-\nwin, win-win",
      "\uFB01rst e\uFB03cient \uFF21\uFF33\uFF25\uFF21\uFF2E", "a\u2060b a\u200Bb", "\u4E2D \u56FD \u5408\u3000\u4F5C", "\u0E19\u0E49\u0E4D\u0E32 \u0E19\u0E49 \u0E33",
      "On " SEA "\n\nhas been agreed upon by them all, and will be held.\n\nAgain.", "Page 1\nOne.\n\f\nPage 2\nTwo.\n\f\nPage 3\nThree.\n\f",
      "# One\n\nText.\n\n## Two\n\nMore text.\n\n# References\n\nLim, A. 2019. Sea.", "China\u2019s ports. \u4E2D\u56FD\u7684\u6E2F\u53E3\u3002 C\u1EA3ng c\u1EE7a Vi\u1EC7t Nam."};
  enum { TEXTS = sizeof texts / sizeof *texts };
  for (unsigned bit = 0; bit <= 10; bit++) {
    unsigned off = bit == 0 ? 0 : bit == 10 ? ENT_REPAIR_ALL : 1u << (bit - 1);
    enti_batch *batch;
    memory_segment m;
    enti_type_map map = {0};
    char ids[TEXTS][8];
    assert_int_equal(enti_batch_new(NULL, 1, &batch), ENT_OK);
    ent_document documents[TEXTS];
    for (size_t i = 0; i < TEXTS; i++) {
      (void)snprintf(ids[i], sizeof ids[i], "%zu", i);
      documents[i] = (ent_document){.id = ids[i], .source = {.text = texts[i], .length = strlen(texts[i]), .unrepaired = off}};
      documents[i].source.layout = texts[i][0] == '#' ? ENT_LAYOUT_MARKDOWN : ENT_LAYOUT_PLAIN;
      (void)batch_add(batch, 0, &documents[i]);
    }
    batch_write(batch, 1, &m);
    for (size_t i = 0; i < TEXTS; i++) {
      check_document(m.segment, &map, &documents[i]);
    }
    enti_array_free(&enti_alloc_default, &map);
    memory_close(&m);
    enti_batch_free(batch);
  }
}

/* A block holds 128 tokens: documents about its borders, with something odd at the border. */
static void borders(void **state) {
  (void)state;
  enti_batch *batch;
  assert_int_equal(enti_batch_new(NULL, 1, &batch), ENT_OK);
  enum { LEAST = 120, MOST = 140 };
  static char texts[MOST][4096], ids[MOST][8];
  ent_document documents[MOST];
  for (uint32_t tokens = LEAST; tokens < MOST; tokens++) {
    size_t length = 0;
    for (uint32_t i = 0; i < 2 * tokens; i++)
      length += (size_t)snprintf(texts[tokens] + length, sizeof texts[tokens] - length, i % tokens == tokens - 1 ? "digi-\ntal%s" : "digital%s",
                                 i % 127 == 126 ? " -- \u2014 \t" : " ");
    (void)snprintf(ids[tokens], sizeof ids[tokens], "%u", tokens);
    documents[tokens] = (ent_document){.id = ids[tokens], .source = {.text = texts[tokens], .length = length}};
    (void)batch_add(batch, 0, &documents[tokens]);
  }
  memory_segment m;
  enti_type_map map = {0};
  batch_write(batch, 1, &m);
  for (uint32_t tokens = LEAST; tokens < MOST; tokens++) {
    check_document(m.segment, &map, &documents[tokens]);
    for (size_t begin = 0; begin < documents[tokens].source.length; begin += 13)
      check_text(m.segment, tokens - LEAST, &documents[tokens].source, begin, begin + 40);
  }
  enti_array_free(&enti_alloc_default, &map);
  memory_close(&m);
  enti_batch_free(batch);
}

/* Gaps that are too long for the table of gaps: it is empty then. */
static void long_gaps(void **state) {
  (void)state;
  enti_batch *batch;
  memory_segment m;
  enti_type_map map = {0};
  char text[140];
  memset(text, ' ', sizeof text);
  text[66] = 'a';
  text[139] = 'b';
  assert_int_equal(enti_batch_new(NULL, 1, &batch), ENT_OK);
  ent_document one = {.id = "1", .source = {.text = text, .length = 67}}, two = {.id = "2", .source = {.text = text, .length = 140}};
  (void)batch_add(batch, 0, &one);
  (void)batch_add(batch, 0, &two);
  batch_write(batch, 1, &m);
  check_document(m.segment, &map, &one);
  check_document(m.segment, &map, &two);
  enti_array_free(&enti_alloc_default, &map);
  memory_close(&m);
  enti_batch_free(batch);
}

/* A heading that reaches over the end of a given paragraph: parts do not overlap. */
static void heading_over_paragraphs(void **state) {
  (void)state;
  enti_batch *batch;
  memory_segment m;
  enti_type_map map = {0};
  static const ent_heading heading = {2, 12, 1};
  static const ent_range paragraphs[] = {{0, 4}, {4, 8}, {8, 10}, {10, 20}};
  ent_document document = {.id = "a", .source = {.text = "One two three, four.", .length = 20, .headings = &heading, .heading_count = 1,
                                                 .paragraphs = paragraphs, .paragraph_count = 4}};
  assert_int_equal(enti_batch_new(NULL, 1, &batch), ENT_OK);
  (void)batch_add(batch, 0, &document);
  batch_write(batch, 1, &m);
  check_document(m.segment, &map, &document);
  size_t count, at = 0;
  const ent_part *parts = ent_index_parts(room.loaded, 0, ENT_PARAGRAPH, &count);
  for (size_t i = 0; i < count; at = parts[i++].end) assert_true(parts[i].begin >= at);
  assert_int_equal(count, 3); /* before, the heading, behind */
  enti_array_free(&enti_alloc_default, &map);
  memory_close(&m);
  enti_batch_free(batch);
}

/* A given token that ends with what is the mark of a variant elsewhere. */
static void mark_of_a_variant(void **state) {
  (void)state;
  enti_batch *batch;
  memory_segment m;
  enti_type_map map = {0};
  static const ent_range tokens[] = {{0, 9}, {9, 13}, {14, 17}};
  ent_document document = {.id = "a", .source = {.text = "One\uFDEA\uFDD1T\uFDD2 two", .length = 17, .tokens = tokens, .token_count = 3}};
  assert_int_equal(document.source.length, strlen(document.source.text));
  assert_int_equal(enti_batch_new(NULL, 1, &batch), ENT_OK);
  (void)batch_add(batch, 0, &document);
  batch_write(batch, 1, &m);
  check_document(m.segment, &map, &document);
  assert_int_equal(ent_index_tokens(room.loaded, 0), 3);
  assert_int_equal(ent_index_token(room.loaded, 0, 0).end, 3);
  assert_int_equal(ent_index_token(room.loaded, 0, 1).end, 10);
  enti_array_free(&enti_alloc_default, &map);
  memory_close(&m);
  enti_batch_free(batch);
}

/* Word spans are part of what parts tell; a token inside a word is told by its gap. */
static void word_spans(void **state) {
  (void)state;
  static const char text[] = "\u6570\u5B57\u5408\u4F5C and so on";
  static const ent_range words[] = {{0, 6}, {6, 12}};
  ent_source source = {.text = text, .length = sizeof text - 1};
  uint32_t added, other;
  enti_bytes bytes = {0};
  assert_int_equal(ent_index_add(room.added, &source, &added, NULL), ENT_OK);
  assert_int_equal(ent_index_add(room.loaded, &source, &other, NULL), ENT_OK);
  assert_int_equal(ent_index_words(room.added, added, words, 2, NULL), ENT_OK);
  assert_int_equal(enti_parts_write(room.added, added, &enti_alloc_default, &bytes), ENT_OK);
  enti_document document = room.loaded->documents.at[other];
  assert_false(document.segmented);
  const unsigned char *at = (const unsigned char *)bytes.at;
  assert_int_equal(enti_parts_read(room.loaded, &document, at, at + bytes.count), ENT_OK);
  assert_true(document.segmented);
  for (size_t cut = 0; cut < bytes.count; cut++) /* what is cut off is missed */
    assert_int_equal(enti_parts_read(room.loaded, &document, at, at + cut), ENT_ERR_DAMAGE);
  enti_array_free(&enti_alloc_default, &bytes);
}

/* A gap says, too, that the token behind it continues a word. */
static void inside(void **state) {
  (void)state;
  enti_batch *batch;
  memory_segment m;
  enti_type_map map = {0};
  uint32_t loaded;
  ent_document document = {.id = "a", .source = {.text = "\u6570\u5B57 a", .length = 8}};
  assert_int_equal(enti_batch_new(NULL, 1, &batch), ENT_OK);
  (void)batch_add(batch, 0, &document);
  batch_write(batch, 1, &m);
  const enti_gap_form *none = &m.segment->gaps.at[0]; /* what stands before both characters */
  assert_true(none->length == 0 && none->kind == 0);
  m.segment->gaps.at[0].kind = ENTI_GAP_INSIDE;
  assert_int_equal(enti_segment_load(m.segment, 0, room.loaded, &map, &loaded, NULL), ENT_OK);
  const enti_token *tokens = room.loaded->tokens.at;
  assert_true(tokens[1].inside && tokens[1].gap == 0 && !tokens[2].inside);
  enti_array_free(&enti_alloc_default, &map);
  memory_close(&m);
  enti_batch_free(batch);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(papers_come_back, open_room, close_room),
                                     cmocka_unit_test(stretches),
                                     cmocka_unit_test_setup_teardown(repairs, open_room, close_room),
                                     cmocka_unit_test_setup_teardown(borders, open_room, close_room),
                                     cmocka_unit_test_setup_teardown(long_gaps, open_room, close_room),
                                     cmocka_unit_test_setup_teardown(heading_over_paragraphs, open_room, close_room),
                                     cmocka_unit_test_setup_teardown(mark_of_a_variant, open_room, close_room),
                                     cmocka_unit_test_setup_teardown(inside, open_room, close_room),
                                     cmocka_unit_test_setup_teardown(word_spans, open_room, close_room)};
  return cmocka_run_group_tests_name("load", tests, NULL, NULL);
}
