/* given: tokens, annotations, sentences, paragraphs and spans that come with a text, and what terms find in them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente.h"
#include "index/index.h"

static ent_error err;
static char shown[1024];
static unsigned unrepaired; /* of `found` */

/* ---- a document whose tokens are parted by | in `marked`, which is not part of the text ---- */

typedef struct desk {
  ent_vocab *vocab;
  ent_index *index;
  ent_codebook *book;
  char text[512];
  ent_range tokens[64];
  const char *annotations[2 * 64]; /* lemma, pos */
  ent_source source;
} desk;

static const char *const names[] = {"lemma", "pos"}, *const other_names[] = {"pos", "lemma"};

/* Each token of `marked` is word, word/lemma or word/lemma/POS between [ and ]; the rest is text. */
static void set_text(desk *d, const char *marked) {
  size_t length = 0, count = 0, at = 0;
  static char kept[64][2][32];
  for (; marked[at]; at++) {
    if (marked[at] != '[') {
      d->text[length++] = marked[at];
      continue;
    }
    d->tokens[count].begin = length;
    for (at++; marked[at] != '/' && marked[at] != ']'; at++) d->text[length++] = marked[at];
    d->tokens[count].end = length;
    for (size_t k = 0; k < 2; k++) {
      size_t stop = marked[at] == '/' ? at + 1 + strcspn(marked + at + 1, "/]") : at;
      d->annotations[2 * count + k] = NULL;
      if (marked[at] != '/') continue;
      (void)snprintf(kept[count][k], sizeof kept[count][k], "%.*s", (int)(stop - at - 1), marked + at + 1);
      d->annotations[2 * count + k] = kept[count][k];
      at = stop;
    }
    count++;
  }
  d->source = (ent_source){.text = d->text, .length = length, .layout = ENT_LAYOUT_BLOCKS, .tokens = d->tokens,
                           .token_count = count, .annotations = d->annotations, .annotation_names = names,
                           .annotation_count = 2};
}

static void open_desk(desk *d, const char *marked) {
  memset(d, 0, sizeof *d);
  assert_int_equal(ent_vocab_new(NULL, &d->vocab), ENT_OK);
  assert_int_equal(ent_index_new(d->vocab, &d->index), ENT_OK);
  set_text(d, marked);
}

static void close_desk(desk *d) {
  ent_codebook_free(d->book);
  ent_index_free(d->index);
  ent_vocab_free(d->vocab);
}

static uint32_t add(desk *d) {
  uint32_t document;
  if (ent_index_add(d->index, &d->source, &document, &err) != ENT_OK) fail_msg("%s", err.message);
  return document;
}

static const char *tokens_of(desk *d, uint32_t document) {
  size_t at = 0, length;
  const char *text = ent_index_text(d->index, document, &length);
  shown[0] = '\0';
  for (uint32_t i = 0; i < ent_index_tokens(d->index, document); i++) {
    ent_token token = ent_index_token(d->index, document, i);
    const char *form = ent_vocab_bytes(d->vocab, token.type, &length);
    assert_int_equal(length, token.end - token.begin);
    assert_memory_equal(form, text + token.begin, length);
    at += (size_t)snprintf(shown + at, sizeof shown - at, "%s%.*s", i ? "|" : "", (int)length, form);
  }
  return shown;
}

/* The quotes that a term on a layer ("exact" for as written) finds, parted by |. */
static const char *found(const char *layer, const char *term, const char *marked) {
  desk d;
  uint32_t number = ENT_FOLD, node, category, rule;
  const ent_hit *hits;
  ent_coder *coder;
  size_t count, at = 0, length = strlen(term);
  bool exact = strcmp(layer, "exact") == 0, annotation = strcmp(layer, "lemma") == 0 || strcmp(layer, "pos") == 0;
  open_desk(&d, marked);
  assert_int_equal(ent_codebook_new(NULL, ENT_OVERLAP_ALL, &d.book), ENT_OK);
  if (annotation) assert_int_equal(ent_codebook_annotation(d.book, layer, &number, &err), ENT_OK);
  else if (!exact) assert_int_equal(ent_codebook_layer_find(d.book, layer, &number, &err), ENT_OK);
  ent_status status = exact ? ent_codebook_exact(d.book, term, length, &node, &err)
                            : ent_codebook_term(d.book, term, length, number, &node, &err);
  if (status != ENT_OK) fail_msg("%s: %s", term, err.message);
  assert_int_equal(ent_codebook_category(d.book, ENT_NONE, ENT_SENTENCE, &category), ENT_OK);
  assert_int_equal(ent_codebook_rule(d.book, category, ENT_ROLE_ANY, node, NULL, &rule, &err), ENT_OK);
  assert_int_equal(ent_codebook_freeze(d.book, &err), ENT_OK);
  d.source.unrepaired = unrepaired;
  uint32_t document = add(&d);
  assert_int_equal(ent_coder_new(d.book, d.vocab, &coder), ENT_OK);
  for (int run = 0; run < 2; run++) /* what is kept from the first run serves the second */
    assert_int_equal(ent_coder_run(coder, d.index, document, NULL, 0, &hits, &count, &err), ENT_OK);
  shown[0] = '\0';
  for (size_t i = 0; i < count; i++)
    at += (size_t)snprintf(shown + at, sizeof shown - at, "%s%.*s", i ? "|" : "", (int)(hits[i].end - hits[i].begin),
                           d.text + hits[i].begin);
  ent_coder_free(coder);
  close_desk(&d);
  return shown;
}

#define CHECK(layer, term, marked, wanted) assert_string_equal(found(layer, term, marked), wanted)

/* ---- tokens ---- */

/* Kept as they are, blanks and stops inside, ligatures and broken words; what holds no letter is a gap. */
static void tokens_are_kept(void **state) {
  desk d;
  (void)state;
  open_desk(&d, "[New York] [is][n't] [infra-]\n[structure][,] [--] [U.S.] [数字鸿沟] [3] [😀] [oﬃce]");
  assert_string_equal(tokens_of(&d, add(&d)), "New York|is|n't|infra-|structure|U.S.|数字鸿沟|3|oﬃce");
  assert_int_equal(ent_index_word_count(d.index, 0), 9);
  d.source.unrepaired = ENT_REPAIR_LIGATURES;
  uint32_t document = add(&d), plain, fold;
  size_t length;
  assert_string_equal(tokens_of(&d, document), "New York|is|n't|infra-|structure|U.S.|数字鸿沟|3|oﬃce");
  for (uint32_t i = 0; i < 2; i++) {
    plain = ent_index_token(d.index, i, 8).type;
    assert_int_equal(ent_vocab_layer(d.vocab, plain, ENT_FOLD, &fold), ENT_OK);
    const char *bytes = ent_vocab_bytes(d.vocab, fold, &length);
    assert_int_equal(length, i == 0 ? strlen("office") : strlen("oﬃce"));
    assert_memory_equal(bytes, i == 0 ? "office" : "oﬃce", length);
  }
  size_t edits;
  const ent_edit *edit = ent_index_edits(d.index, 0, &edits);
  assert_int_equal(edits, 1);
  assert_int_equal(edit->kind, ENT_EDIT_LIGATURE);
  close_desk(&d);
}

/* No running heads are looked for, nor broken paragraphs; no words and syllables are joined, no types written otherwise. */
static void nothing_is_repaired(void **state) {
  desk d;
  size_t count;
  (void)state;
  open_desk(&d, "[infra][-]\n[structure] [infrastructure] [น] [ำ] [นำ้] [数字] [鸿沟]");
  assert_string_equal(tokens_of(&d, add(&d)), "infra|structure|infrastructure|น|ำ|นำ้|数字|鸿沟");
  const ent_edit *edit = ent_index_edits(d.index, 0, &count); /* inside a token, though, fold reads as it is meant */
  assert_int_equal(count, 1);
  assert_int_equal(edit->kind, ENT_EDIT_SARA_AM);
  close_desk(&d);
  open_desk(&d, "[Page] [1]\f[a]\n\n[b]\f[Page] [2]\f[c]\f[Page] [3]\f[d]");
  d.source.layout = ENT_LAYOUT_PLAIN;
  ent_range furniture = {0, 6};
  d.source.furniture = &furniture;
  d.source.furniture_count = 1;
  assert_string_equal(tokens_of(&d, add(&d)), "Page|1|a|b|Page|2|c|Page|3|d");
  (void)ent_index_edits(d.index, 0, &count);
  assert_int_equal(count, 0);
  close_desk(&d);
}

/* ---- annotations ---- */

static const char *annotations_of(const desk *d, uint32_t type) {
  ent_annotation each;
  size_t at = 0;
  shown[0] = '\0';
  for (uint32_t i = 0; ent_vocab_annotation(d->vocab, type, i, &each); i++)
    at += (size_t)snprintf(shown + at, sizeof shown - at, "%.*s=%.*s ", (int)each.name_length, each.name,
                           (int)each.value_length, each.value);
  return shown;
}

static void annotations_come_back(void **state) {
  desk d;
  (void)state;
  open_desk(&d, "[Can/can/AUX] [can/can/NOUN] [can//NOUN] [can/] [can] [Can/can/AUX]");
  uint32_t document = add(&d), types[6], fold, first;
  for (uint32_t i = 0; i < 6; i++) types[i] = ent_index_token(d.index, document, i).type;
  assert_int_equal(types[0], types[5]);
  assert_int_equal(types[3], types[4]); /* empty is none */
  for (uint32_t i = 0; i < 5; i++) {
    for (uint32_t k = 0; k < i && i < 4; k++) assert_int_not_equal(types[i], types[k]);
    assert_int_equal(ent_vocab_layer(d.vocab, types[i], ENT_FOLD, &fold), ENT_OK);
    if (i == 0) first = fold;
    assert_int_equal(fold, first);
  }
  assert_string_equal(annotations_of(&d, types[0]), "lemma=can pos=AUX ");
  assert_string_equal(annotations_of(&d, types[2]), "pos=NOUN ");
  assert_string_equal(annotations_of(&d, types[4]), "");
  assert_string_equal(annotations_of(&d, fold), ""); /* a type of no given token */
  assert_string_equal(annotations_of(&d, UINT32_MAX), "");
  set_text(&d, "[Can/AUX/can] [can/NOUN/can]"); /* the order in which a source brings them does not matter */
  d.source.annotation_names = other_names;
  document = add(&d);
  for (uint32_t i = 0; i < 2; i++) assert_int_equal(ent_index_token(d.index, document, i).type, types[i]);
  d.source.annotations = NULL;
  document = add(&d);
  assert_int_equal(ent_index_token(d.index, document, 1).type, types[4]);
  close_desk(&d);
}

/* The key of any type gives the type again, in another vocabulary, too. */
static void keys(void **state) {
  desk d, other;
  size_t length;
  uint32_t again, fold;
  (void)state;
  open_desk(&d, "[Digital/digital/ADJ] [ﬁrst/first]");
  open_desk(&other, "");
  d.source.unrepaired = ENT_REPAIR_LIGATURES; /* a variant among them */
  uint32_t document = add(&d);
  for (uint32_t i = 0; i < 2; i++)
    assert_int_equal(ent_vocab_layer(d.vocab, ent_index_token(d.index, document, i).type, ENT_FOLD, &fold), ENT_OK);
  for (uint32_t type = 0; type < ent_vocab_count(d.vocab); type++) {
    const char *key = enti_vocab_key(d.vocab, type, &length);
    assert_int_equal(enti_vocab_intern(d.vocab, key, length, &again), ENT_OK);
    assert_int_equal(again, type);
    assert_int_equal(enti_vocab_intern(other.vocab, key, length, &again), ENT_OK);
    assert_int_equal(again, type);
    size_t form = 0, other_form = 0;
    const char *bytes = ent_vocab_bytes(d.vocab, type, &form), *others = ent_vocab_bytes(other.vocab, type, &other_form);
    assert_int_equal(form, other_form);
    assert_memory_equal(bytes, others, form);
  }
  const char *key = enti_vocab_key(d.vocab, ent_index_token(d.index, document, 0).type, &length);
  static const char wanted[] = "Digital\xFF" "lemma\xFE" "digital\xFF" "pos\xFE" "ADJ\xFF";
  assert_int_equal(length, strlen(wanted));
  assert_memory_equal(key, wanted, length);
  assert_null(enti_vocab_key(d.vocab, ent_vocab_count(d.vocab), &length));
  close_desk(&d);
  close_desk(&other);
}

/* What a file can hold and what not. */
static void keys_from_outside(void **state) {
  static const char *const fine[] = {"a", "a\xFF", "a\xFFlemma\xFE" "b\xFF", "\xE6\x95\xB0\xFFx\xFE" "1\xFFy\xFE" "2\xFF"};
  static const char *const wrong[] = {"", "\xFF", "\xFE", "a\xFE", "a\xE6", "\xE6\xFF", "a\xFF" "b", "a\xFF" "b\xFF", "a\xFF\xFF",
                                      "a\xFFx\xFE\xFF", "a\xFF\xFE" "b\xFF", "a\xFFx\xFE\xE6\xFF", "a\xFFx\xFE" "b\xFE" "c\xFF",
                                      "a\xFFx\xFE" "b\xFFy\xFF"};
  (void)state;
  for (size_t i = 0; i < sizeof fine / sizeof *fine; i++)
    if (!enti_key_is_valid(fine[i], strlen(fine[i]))) fail_msg("fine[%zu]", i);
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    if (enti_key_is_valid(wrong[i], strlen(wrong[i]))) fail_msg("wrong[%zu]", i);
}

/* ---- terms ---- */

static void words_are_found(void **state) {
  static const char english[] = "[The] [Digital/digital/ADJ] [divide/divide/NOUN] [is] [digital/digital/ADJ][,] [divide/divide/VERB] [it]";
  (void)state;
  CHECK("fold", "digital divide", english, "Digital divide");
  CHECK("fold", "digital, divide", english, "Digital divide|digital, divide");
  CHECK("fold", "d*", english, "Digital|divide|digital|divide");
  CHECK("fold", "the * divide", english, "The Digital divide");
  CHECK("exact", "Digital divide", english, "Digital divide");
  CHECK("exact", "digital divide", english, "");
  CHECK("stem-en", "digitally dividing", english, "Digital divide");
  CHECK("fold", "digital divide", "[digital]\n[divide] [digital]\n\n[divide]", "digital\ndivide");
}

/* A term's own words are found whoever divided the text: they are looked for inside the tokens. */
static void words_are_divided_otherwise(void **state) {
  (void)state;
  CHECK("fold", "数字鸿沟", "[数字] [鸿沟][扩大]", "数字 鸿沟");
  CHECK("fold", "数字鸿沟", "[数][字][鸿][沟]", "数字鸿沟");
  CHECK("fold", "数字鸿沟", "[数字鸿沟]", "数字鸿沟");
  CHECK("fold", "win-win", "[win-win], [win][-][win], [win] [win]", "win-win|win-win|win win");
  CHECK("fold", "U.S. strategy", "[U.S.] [strategy]", "U.S. strategy");
  CHECK("exact", "U.S.", "[U.S.] [US]", "U.S.");
  CHECK("fold", "R&D", "[R&D] [R][&][D]", "R&D|R&D");
  CHECK("fold", "new york", "[New York]", "New York");
  CHECK("fold", "ดิจิทัล", "[เศรษฐกิจ][ดิจิทัล]", "ดิจิทัล");
  CHECK("fold", "น้ำ", "[น้ํา] [นำ้]", "น้ํา|นำ้"); /* SARA AM in pieces, before its tone */
  CHECK("fold", "a*b", "[a-b] [acb]", "acb");
  CHECK("fold", "asean", "[ASEAN-led] [win-asean-asean]", "ASEAN-led|win-asean-asean"); /* the token, once */
}

/* What is not repaired, no term finds; a sentence's end parts words though a stop that a token keeps does not. */
static void pieces_are_as_found_words(void **state) {
  (void)state;
  unrepaired = ENT_REPAIR_LIGATURES;
  CHECK("fold", "office", "[oﬃce] [office-oﬃce]", "office-oﬃce");
  CHECK("exact", "oﬃce", "[oﬃce]", "oﬃce");
  unrepaired = ENT_REPAIR_SARA_AM;
  CHECK("fold", "น้ำ", "[นำ้]", "");
  unrepaired = 0;
  CHECK("fold", "over go", "[It] [is] [over.] [Go] [on.]", "");
  CHECK("fold", "vol iv", "[vol.] [IV]", "vol. IV");
  CHECK("fold", "a b", "[a)] [(b]", "");
  CHECK("hans", "数鸿", "[数-鸿]", "数-鸿"); /* the hyphen parts no words, but each of them is one */
  CHECK("hans", "鸿", "[数-鸿]", "数-鸿");
}

/* Where words are written without spaces, a hit does not cut a token. */
static void words_are_not_cut(void **state) {
  (void)state;
  CHECK("fold", "国家", "[中国][家电]", "");
  CHECK("fold", "中国", "[中国][人民] [中国人]", "中国");
  CHECK("fold", "合作", "[ASEAN合作]", "ASEAN合作");
  CHECK("hans", "数字鸿沟", "[數字][鴻溝]", "數字鴻溝");
}

static void annotations_are_found(void **state) {
  static const char marked[] = "[Better/good/ADJ] [schools/school/NOUN] [school/school/VERB][,] [the/the/DET] [well-being/well-being/NOUN] "
                               "[好处/好/NN+X]";
  (void)state;
  CHECK("lemma", "good school", marked, "Better schools");
  CHECK("lemma", "School", marked, "schools|school"); /* folded, as the lemma is */
  CHECK("lemma", "well-being", marked, "well-being");
  CHECK("lemma", "好", marked, "好处");
  CHECK("lemma", "s*|好", marked, "schools|school|好处");
  CHECK("pos", "adj noun", marked, "Better schools");
  CHECK("pos", "N*", marked, "schools|well-being|好处");
  CHECK("pos", "* NOUN", marked, "Better schools|the well-being");
  CHECK("pos", "VERB DET", marked, ""); /* a comma parts them */
  CHECK("lemma", "schools", marked, "");
  CHECK("fold", "noun|verb", marked, ""); /* an annotation is no word */
  CHECK("pos", "noun", "[noun] [verb/noun/]", "");
  CHECK("lemma", "*", "[a/x] [b/y]", "a|b");
}

/* A codebook of one term on the layer pos. */
static void ask_pos(desk *d) {
  uint32_t number, node, category, rule;
  assert_int_equal(ent_codebook_new(NULL, ENT_OVERLAP_ALL, &d->book), ENT_OK);
  assert_int_equal(ent_codebook_annotation(d->book, "pos", &number, &err), ENT_OK);
  assert_int_equal(ent_codebook_annotation(d->book, "fold", &number, &err), ENT_ERR_ARGUMENT);
  assert_int_equal(ent_codebook_annotation(d->book, "pos", &number, &err), ENT_OK);
  assert_int_equal(ent_codebook_term(d->book, "C", 1, number, &node, &err), ENT_OK);
  assert_int_equal(ent_codebook_category(d->book, ENT_NONE, ENT_SENTENCE, &category), ENT_OK);
  assert_int_equal(ent_codebook_rule(d->book, category, ENT_ROLE_ANY, node, NULL, &rule, &err), ENT_OK);
  assert_int_equal(ent_codebook_freeze(d->book, &err), ENT_OK);
}

static void annotation_layers(void **state) {
  desk d;
  uint32_t number, other, out;
  ent_coder *coder;
  (void)state;
  open_desk(&d, "[a/b/C]");
  assert_int_equal(ent_vocab_layer_annotation(d.vocab, "pos", &number, &err), ENT_OK);
  assert_int_equal(ent_vocab_layer_find(d.vocab, "pos", &other, &err), ENT_OK);
  assert_int_equal(number, other);
  uint32_t type = ent_index_token(d.index, add(&d), 0).type;
  assert_int_equal(ent_vocab_layer_set(d.vocab, type, number, "x", 1), ENT_ERR_ARGUMENT); /* not filled from outside */
  size_t length;
  assert_int_equal(ent_vocab_layer(d.vocab, type, number, &out), ENT_OK);
  assert_memory_equal(ent_vocab_bytes(d.vocab, out, &length), "c", 1);
  assert_int_equal(ent_vocab_layer(d.vocab, out, number, &out), ENT_OK); /* c itself has no pos */
  (void)ent_vocab_bytes(d.vocab, out, &length);
  assert_int_equal(length, 0);
  ask_pos(&d);
  assert_int_equal(ent_coder_new(d.book, d.vocab, &coder), ENT_OK);
  ent_coder_free(coder);
  for (int filled = 0; filled < 2; filled++) { /* one that has no such layer gets it, one where the name is taken does not */
    ent_vocab *plain;
    assert_int_equal(ent_vocab_new(NULL, &plain), ENT_OK);
    if (filled) assert_int_equal(ent_vocab_layer_add(plain, "pos", NULL, &number, &err), ENT_OK);
    assert_int_equal(ent_coder_new(d.book, plain, &coder), filled ? ENT_ERR_STATE : ENT_OK);
    if (!filled) ent_coder_free(coder);
    ent_vocab_free(plain);
  }
  ent_codebook_free(d.book); /* nor does one that is to be filled find it */
  uint32_t node, category, rule;
  assert_int_equal(ent_codebook_new(NULL, ENT_OVERLAP_ALL, &d.book), ENT_OK);
  assert_int_equal(ent_codebook_layer_add(d.book, "pos", NULL, &number, &err), ENT_OK);
  assert_int_equal(ent_codebook_term(d.book, "C", 1, number, &node, &err), ENT_OK);
  assert_int_equal(ent_codebook_category(d.book, ENT_NONE, ENT_SENTENCE, &category), ENT_OK);
  assert_int_equal(ent_codebook_rule(d.book, category, ENT_ROLE_ANY, node, NULL, &rule, &err), ENT_OK);
  assert_int_equal(ent_codebook_freeze(d.book, &err), ENT_OK);
  assert_int_equal(ent_coder_new(d.book, d.vocab, &coder), ENT_ERR_STATE);
  close_desk(&d);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(tokens_are_kept), cmocka_unit_test(nothing_is_repaired), cmocka_unit_test(annotations_come_back),
      cmocka_unit_test(keys), cmocka_unit_test(keys_from_outside), cmocka_unit_test(words_are_found),
      cmocka_unit_test(words_are_divided_otherwise), cmocka_unit_test(pieces_are_as_found_words),
      cmocka_unit_test(words_are_not_cut),
      cmocka_unit_test(annotations_are_found), cmocka_unit_test(annotation_layers)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
