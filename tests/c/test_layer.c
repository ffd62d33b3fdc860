/* layers: stems, layers that plugins add, marks off, Traditional and Simplified; each by what a term finds. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <libstemmer.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente.h"
#include "vocab/vocab.h"
#include "text/utf8.h"

static ent_error err;
static char shown[2048];

/* ---- a codebook of one term over one text ---- */

typedef struct desk {
  ent_codebook *book;
  ent_vocab *vocab;
  ent_index *index;
  ent_coder *coder;
} desk;

static desk open_desk(const ent_alloc *alloc) {
  desk d = {0};
  assert_int_equal(ent_codebook_new(alloc, ENT_OVERLAP_LONGEST, &d.book), ENT_OK);
  assert_int_equal(ent_vocab_new(alloc, &d.vocab), ENT_OK);
  assert_int_equal(ent_index_new(d.vocab, &d.index), ENT_OK);
  return d;
}

static void close_desk(desk *d) {
  ent_coder_free(d->coder);
  ent_codebook_free(d->book);
  ent_index_free(d->index);
  ent_vocab_free(d->vocab);
}

static ent_status add_term(desk *d, const char *layer, const char *term) {
  uint32_t number, node, category, rule;
  ent_status status = ent_codebook_layer_find(d->book, layer, &number, &err);
  if (status == ENT_OK) status = ent_codebook_term(d->book, term, strlen(term), number, &node, &err);
  if (status == ENT_OK) status = ent_codebook_category(d->book, ENT_NONE, ENT_SENTENCE, &category);
  if (status == ENT_OK) status = ent_codebook_rule(d->book, category, ENT_ROLE_ANY, node, NULL, &rule, &err);
  if (status == ENT_OK) status = ent_codebook_freeze(d->book, &err);
  return status;
}

static ent_status run_desk(desk *d, const char *text) {
  ent_source source = {.text = text, .length = strlen(text)};
  uint32_t document;
  const ent_hit *hits;
  size_t count, at = 0;
  ent_status status = d->coder ? ENT_OK : ent_coder_new(d->book, d->vocab, &d->coder);
  if (status == ENT_OK) status = ent_index_add(d->index, &source, &document, &err);
  if (status == ENT_OK) status = ent_coder_run(d->coder, d->index, document, NULL, 0, &hits, &count, &err);
  if (status != ENT_OK) return status;
  shown[0] = '\0';
  for (size_t i = 0; i < count; i++) {
    int length = (int)(hits[i].end - hits[i].begin);
    at += (size_t)snprintf(shown + at, sizeof shown - at, "%s%.*s", i ? "|" : "", length, text + hits[i].begin);
    assert_true(at < sizeof shown - 1);
  }
  return ENT_OK;
}

/* The quotes, parted by |, that a term on a layer finds. */
static const char *found(const char *layer, const char *term, const char *text) {
  desk d = open_desk(NULL);
  if (add_term(&d, layer, term) != ENT_OK) fail_msg("%s: %s", term, err.message);
  assert_int_equal(run_desk(&d, text), ENT_OK);
  close_desk(&d);
  return shown;
}

#define CHECK(layer, term, text, wanted) assert_string_equal(found(layer, term, text), wanted)

/* ---- stems ---- */

static void stems_are_found(void **state) {
  (void)state;
  CHECK("stem-en", "develop", "Developing, developed; DEVELOPS. Development? An envelope.",
        "Developing|developed|DEVELOPS|Development");
  CHECK("stem-en", "developing country", "A developed country, developing\ncountries; the development of countries.",
        "developed country|developing\ncountries");
  CHECK("stem-en", "connections|roads", "Connecting. The road's end.", "Connecting|road's");
  CHECK("stem-en", "challenge", "ＣＨＡＬＬＥＮＧＥＳ “challenging”", "ＣＨＡＬＬＥＮＧＥＳ|challenging");
  CHECK("stem-id", "membangun", "Pembangunan dibangun; bangunannya.", "Pembangunan|dibangun|bangunannya");
  CHECK("stem-en", "membangun", "Pembangunan", "");
  CHECK("stem-es", "cooperación", "cooperaciones", "cooperaciones");
}

/* The list is the library's: each language has a stemmer, and the library has none besides but porter. */
static void stem_languages(void **state) {
  (void)state;
  size_t ours = 0, theirs = 0;
  desk d = open_desk(NULL);
  for (const char *const *lang = ent_stem_languages(); *lang; lang++, ours++) {
    char name[16];
    uint32_t number, again;
    if (ours % 20 == 0) { /* a codebook holds a limited number of layers */
      close_desk(&d);
      d = open_desk(NULL);
    }
    (void)snprintf(name, sizeof name, "stem-%s", *lang);
    if (ent_codebook_layer_find(d.book, name, &number, &err) != ENT_OK) fail_msg("%s", err.message);
    assert_int_equal(ent_codebook_layer_find(d.book, name, &again, &err), ENT_OK);
    assert_int_equal(number, again);
    if (lang[1]) assert_true(strcmp(lang[0], lang[1]) < 0);
  }
  close_desk(&d);
  for (const char **name = sb_stemmer_list(); *name; name++) theirs += strcmp(*name, "porter") != 0;
  assert_int_equal(ours, theirs);
}

static void stems_refused(void **state) {
  static const struct { const char *layer, *term, *says; ent_status status; size_t offset; } cases[] = {
      {"stem-zh", "发展", "there is no stemmer for 'zh'", ENT_ERR_ARGUMENT, 0},
      {"stem-porter", "x", "there is no stemmer for 'porter'", ENT_ERR_ARGUMENT, 0},
      {"stem-", "x", "there is no stemmer for ''", ENT_ERR_ARGUMENT, 0},
      {"stems", "x", "there is no layer 'stems'", ENT_ERR_ARGUMENT, 0},
      {"stem-en", "a develop*", "a wildcard inside a word on this layer", ENT_ERR_PATTERN, 9},
      {"stem-en", "d?", "a wildcard inside a word on this layer", ENT_ERR_PATTERN, 1}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    desk d = open_desk(NULL);
    assert_int_equal(add_term(&d, cases[i].layer, cases[i].term), cases[i].status);
    if (!strstr(err.message, cases[i].says)) fail_msg("%s says: %s", cases[i].layer, err.message);
    assert_int_equal(err.offset, cases[i].offset);
    close_desk(&d);
  }
}

/* A word far too long to be one costs no time and stands for itself. */
static void long_words(void **state) {
  enum { LENGTH = 300000 };
  char *text = malloc(LENGTH + 8);
  (void)state;
  assert_non_null(text);
  memset(text, 'e', LENGTH);
  memcpy(text + LENGTH, " roads", 7);
  CHECK("stem-tr", "roads", text, "roads");
  free(text);
}

/* ---- layers that plugins add ---- */

/* British to American; what `user` counts is how often it is asked. */
static ent_status american(void *user, const char *fold, size_t length, const char **out, size_t *out_length) {
  static const char *const spellings[][2] = {{"organisation", "organization"}, {"labour", "labor"}};
  ++*(size_t *)user;
  *out = fold;
  *out_length = length;
  for (size_t i = 0; i < 2; i++)
    if (strlen(spellings[i][0]) == length && !memcmp(spellings[i][0], fold, length)) {
      *out = spellings[i][1];
      *out_length = strlen(*out);
    }
  return ENT_OK;
}

static void plugin_function(void **state) {
  size_t asked = 0;
  uint32_t number;
  ent_layer layer = {american, &asked};
  desk d = open_desk(NULL);
  (void)state;
  assert_int_equal(ent_codebook_layer_add(d.book, "american", &layer, &number, &err), ENT_OK);
  assert_int_equal(add_term(&d, "american", "organisation of labor"), ENT_OK);
  assert_int_equal(run_desk(&d, "Organization of labour. ORGANISATION OF LABOUR"), ENT_OK);
  assert_string_equal(shown, "Organization of labour|ORGANISATION OF LABOUR");
  size_t before = asked; /* a word is asked once: case makes no new one, nor does another document */
  assert_int_equal(run_desk(&d, "Labour, organization, of Labour; organization of labour"), ENT_OK);
  assert_string_equal(shown, "organization of labour");
  assert_int_equal(asked, before);
  close_desk(&d);
}

static ent_status broken(void *user, const char *fold, size_t length, const char **out, size_t *out_length) {
  (void)fold, (void)length;
  *out = "\xFF";
  *out_length = 1;
  return *(ent_status *)user;
}

/* What a plugin's function says comes back; what it gives must be text. */
static void plugin_fails(void **state) {
  (void)state;
  for (int i = 0; i < 2; i++) {
    ent_status says = i ? ENT_OK : ENT_ERR_LIMIT, wanted = i ? ENT_ERR_UTF8 : ENT_ERR_LIMIT;
    ent_layer layer = {broken, &says};
    uint32_t number;
    desk d = open_desk(NULL);
    assert_int_equal(ent_codebook_layer_add(d.book, "broken", &layer, &number, &err), ENT_OK);
    assert_int_equal(add_term(&d, "broken", "word"), wanted);
    close_desk(&d);
  }
}

static void filled_from_outside(void **state) {
  uint32_t number, type;
  desk d = open_desk(NULL);
  (void)state;
  assert_int_equal(ent_codebook_layer_add(d.book, "american", NULL, &number, &err), ENT_OK);
  assert_int_equal(ent_codebook_layer_set(d.book, number, "labour", 6, "labor", 5), ENT_OK);
  assert_int_equal(add_term(&d, "american", "Labour"), ENT_OK);
  assert_int_equal(run_desk(&d, "x"), ENT_ERR_STATE); /* the vocabulary has no such layer */
  assert_int_equal(ent_vocab_layer_add(d.vocab, "american", NULL, &number, &err), ENT_OK);
  ent_source source = {.text = "LABOUR labor labour toil", .length = 24};
  uint32_t from = 0, fold;
  assert_int_equal(ent_index_add(d.index, &source, &type, &err), ENT_OK);
  assert_int_equal(ent_vocab_layer_set(d.vocab, 0, number, "labor", 5), ENT_OK);
  assert_int_equal(ent_vocab_layer_unset(d.vocab, number, &from, &fold), ENT_OK);
  assert_int_equal(from, 2); /* labor, the second; LABOUR has its form */
  assert_int_equal(fold, 1);
  assert_int_equal(ent_vocab_layer_unset(d.vocab, number, &from, &fold), ENT_OK);
  assert_int_equal(from, 4); /* toil: labour has the form of LABOUR */
  assert_int_equal(ent_vocab_layer_unset(d.vocab, ENT_FOLD, &from, &fold), ENT_ERR_ARGUMENT);
  while (fold != ENT_NONE) assert_int_equal(ent_vocab_layer_unset(d.vocab, number, &from, &fold), ENT_OK);
  assert_int_equal(from, ent_vocab_count(d.vocab));
  assert_int_equal(run_desk(&d, "LABOUR labor Labour toil"), ENT_OK); /* all that fold alike; others as they fold */
  assert_string_equal(shown, "LABOUR|labor|Labour");
  assert_int_equal(ent_vocab_layer_set(d.vocab, 0, number, "\xFF", 1), ENT_ERR_UTF8);
  assert_int_equal(ent_vocab_layer_set(d.vocab, 0, ENT_FOLD, "x", 1), ENT_ERR_ARGUMENT);
  assert_int_equal(ent_vocab_layer_set(d.vocab, 0, number + 1, "x", 1), ENT_ERR_ARGUMENT);
  assert_int_equal(ent_vocab_layer_set(d.vocab, 999999, number, "x", 1), ENT_ERR_ARGUMENT);
  assert_int_equal(ent_vocab_layer_find(d.vocab, "stem-en", &number, &err), ENT_OK);
  assert_int_equal(ent_vocab_layer_set(d.vocab, 0, number, "x", 1), ENT_ERR_ARGUMENT);
  close_desk(&d);
}

static void names_refused(void **state) {
  static const char *const names[] = {"", "fold", "hans", "stem", "stem-en", "stem-x", "American", "1st", "-a", "a b", "é",
                                      "abcdefghijklmnopqrstuvwxyzabcdef", "taken"};
  uint32_t number;
  ent_vocab *vocab;
  (void)state;
  assert_int_equal(ent_vocab_new(NULL, &vocab), ENT_OK);
  assert_int_equal(ent_vocab_layer_add(vocab, "taken", NULL, &number, &err), ENT_OK);
  assert_int_equal(ent_vocab_layer_add(vocab, "abcdefghijklmnopqrstuvwxyz_4-31", NULL, &number, &err), ENT_OK);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (ent_vocab_layer_add(vocab, names[i], NULL, &number, &err) != ENT_ERR_ARGUMENT) fail_msg("'%s' is taken", names[i]);
  ent_vocab_free(vocab);
}

/* ---- every allocation that can fail ---- */

typedef struct meter {
  size_t calls, fail_at, live;
} meter;

static void *metered(void *user, void *block, size_t old_size, size_t new_size) {
  meter *m = user;
  if (new_size == 0) {
    free(block);
    m->live -= old_size;
    return NULL;
  }
  if (++m->calls == m->fail_at) return NULL;
  void *made = realloc(block, new_size);
  if (made) m->live += new_size - old_size;
  return made;
}

static void memory(void **state) {
  (void)state;
  for (size_t n = 1, failed = 1; failed; n++) {
    meter m = {0};
    ent_alloc alloc = {metered, &m};
    size_t asked = 0;
    uint32_t number;
    ent_layer layer = {american, &asked};
    desk d = open_desk(&alloc);
    m = (meter){.fail_at = n, .live = m.live};
    ent_status status = ent_codebook_layer_add(d.book, "american", &layer, &number, &err);
    if (status == ENT_OK) status = ent_codebook_term(d.book, "labour", 6, number, &number, &err);
    if (status == ENT_OK) status = add_term(&d, "stem-en", "roads of labour");
    if (status == ENT_OK) status = run_desk(&d, "the road of labours");
    failed = m.calls >= n;
    assert_int_equal(status, failed ? ENT_ERR_MEMORY : ENT_OK);
    if (!failed) assert_string_equal(shown, "road of labours");
    close_desk(&d);
    assert_int_equal(m.live, 0);
  }
}

/* ---- bare ---- */

static void check_form(ent_form form, const char *text, const char *wanted) {
  ent_normal *normal;
  size_t length;
  assert_int_equal(ent_normalize(NULL, form, text, strlen(text), &normal, &err), ENT_OK);
  const char *bytes = ent_normal_bytes(normal, &length);
  if (length != strlen(wanted) || memcmp(bytes, wanted, length)) fail_msg("%s: %.*s, not %s", text, (int)length, bytes, wanted);
  ent_normal_free(normal);
}

/* Vietnamese: every vowel with every tone, composed and decomposed, small and capital. */
static void bare_vietnamese(void **state) {
  static const char *const vowels[][2] = {{"a", "a"}, {"ă", "a"}, {"â", "a"}, {"e", "e"}, {"ê", "e"}, {"i", "i"},
                                          {"o", "o"}, {"ô", "o"}, {"ơ", "o"}, {"u", "u"}, {"ư", "u"}, {"y", "y"},
                                          {"A", "a"}, {"Ă", "a"}, {"Â", "a"}, {"E", "e"}, {"Ê", "e"}, {"I", "i"},
                                          {"O", "o"}, {"Ô", "o"}, {"Ơ", "o"}, {"U", "u"}, {"Ư", "u"}, {"Y", "y"}};
  static const char *const tones[] = {"", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"};
  static const ent_form forms[] = {ENT_NFC, ENT_NFD, ENT_NFKC};
  (void)state;
  for (size_t v = 0; v < sizeof vowels / sizeof *vowels; v++)
    for (size_t t = 0; t < sizeof tones / sizeof *tones; t++)
      for (size_t f = 0; f < 3; f++) {
        char written[16], text[32], wanted[16];
        ent_normal *normal;
        size_t length;
        (void)snprintf(written, sizeof written, "%s%s", vowels[v][0], tones[t]);
        assert_int_equal(ent_normalize(NULL, forms[f], written, strlen(written), &normal, &err), ENT_OK);
        const char *bytes = ent_normal_bytes(normal, &length);
        (void)snprintf(text, sizeof text, "ph%.*sng", (int)length, bytes);
        ent_normal_free(normal);
        (void)snprintf(wanted, sizeof wanted, "ph%sng", vowels[v][1]);
        check_form(ENT_BARE, text, wanted);
      }
  check_form(ENT_BARE, "Đường lối đối ngoại", "duong loi doi ngoai");
  CHECK("bare", "dong nam a", "Đông Nam Á, đông nam á; dong nam a; đồng nam a", "Đông Nam Á|đông nam á|dong nam a|đồng nam a");
  CHECK("bare", "hợp tác", "hop tac hôp tac", "hop tac|hôp tac");
  CHECK("fold", "dong", "đông đồng dong", "dong");
}

/* ---- hans ---- */

/* What becomes of characters with more than one simplified form, and why: core/tables/hans_ambiguous.tsv. */
static void hans_ambiguous(void **state) {
  static const char *const cases[][2] = {
      {"乾", "乾"},     /* 干 dry, 乾 the trigram */
      {"著", "著"},     /* 着, the particle; 著 to write */
      {"藉", "藉"},     /* 借 by means of; 藉 as in 狼藉 */
      {"覆", "覆"},     /* 复 to reply; 覆 to cover */
      {"徵", "徵"},     /* 征 to levy; 徵 the note */
      {"餘", "餘"},     /* 余 remaining; 馀 where 余 (I) could be read */
      {"瞭", "了"},     /* 瞭 itself is not in GB 2312 */
      {"裡", "里"}, {"戰", "战"}, {"線", "线"}, {"復", "复"}, {"開", "开"}, {"註", "注"},
      {"發", "发"}, {"髮", "发"}, /* many to one is a map, too */
      {"東", "东"}, {"盟", "盟"}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    check_form(ENT_HANS, cases[i][0], cases[i][1]);
}

/* The list that a reader sees is what the layer does, line by line. */
static void hans_table(void **state) {
  FILE *file = fopen("core/tables/hans_ambiguous.tsv", "rb");
  char line[256];
  size_t stays = 0, taken = 0;
  (void)state;
  assert_non_null(file);
  while (fgets(line, sizeof line, file)) {
    char source[8], code[12], targets[64], target[8];
    if (line[0] == '#' || strncmp(line, "source", 6) == 0) continue;
    assert_int_equal(sscanf(line, "%7[^\t]\t%11[^\t]\t%63[^\t]\t%7[^\t]", source, code, targets, target), 4);
    check_form(ENT_HANS, source, target);
    check_form(ENT_HANS, target, target);
    if (strcmp(source, target) == 0) stays++;
    else taken++;
  }
  (void)fclose(file);
  assert_int_equal(taken, 39);
  assert_int_equal(stays, 21);
}

static void hans_both_ways(void **state) {
  (void)state;
  CHECK("hans", "数字鸿沟", "數字鴻溝與数字鸿沟", "數字鴻溝|数字鸿沟");
  CHECK("hans", "數位落差", "数位落差，數位落差", "数位落差|數位落差");
  CHECK("hans", "一带一路", "「一帶一路」倡議、一 带一路", "一帶一路|一 带一路");
  CHECK("hans", "发展战略", "東盟的發展戰略對接", "發展戰略");
  CHECK("fold", "发展战略", "東盟的發展戰略對接", "");
  CHECK("hans", "联系", "聯繫 聯係 聯系", "聯繫|聯係|聯系");
}

/* ---- short cuts ---- */

/* A layer's form is the text room's, whatever way leads there: each code point alone, behind a capital letter, and
 * before a mark. */
static void forms_are_the_text_rooms(void **state) {
  (void)state;
  ent_vocab *vocab = NULL;
  for (uint32_t cp = 1; cp < 0x32000; cp++) {
    if ((cp >= 0xD800 && cp < 0xE000) || (cp >= 0xFDD0 && cp < 0xFDF0)) continue; /* the latter end variants */
    if (cp % 0x4000 == 1) ent_vocab_free(vocab);
    if (cp % 0x4000 == 1) assert_int_equal(ent_vocab_new(NULL, &vocab), ENT_OK);
    for (int context = 0; context < 3; context++) {
      char bytes[12];
      size_t length = 0, form_length, wanted_length;
      if (context == 1) bytes[length++] = 'E';
      length += enti_utf8_put(bytes + length, cp);
      if (context == 2) length += enti_utf8_put(bytes + length, 0x301);
      uint32_t type, form;
      assert_int_equal(enti_vocab_intern(vocab, bytes, length, &type), ENT_OK);
      for (int kind = ENT_FOLD; kind <= ENT_HANS; kind++) {
        ent_normal *normal;
        assert_int_equal(ent_vocab_layer(vocab, type, (uint32_t)kind, &form), ENT_OK);
        assert_int_equal(ent_normalize(NULL, (ent_form)kind, bytes, length, &normal, NULL), ENT_OK);
        const char *is = ent_vocab_bytes(vocab, form, &form_length), *wanted = ent_normal_bytes(normal, &wanted_length);
        if (form_length != wanted_length || memcmp(is, wanted, wanted_length)) fail_msg("U+%04X, form %d, context %d", (unsigned)cp, kind, context);
        ent_normal_free(normal);
      }
    }
  }
  ent_vocab_free(vocab);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(stems_are_found), cmocka_unit_test(stem_languages), cmocka_unit_test(stems_refused),
      cmocka_unit_test(long_words), cmocka_unit_test(plugin_function), cmocka_unit_test(plugin_fails),
      cmocka_unit_test(filled_from_outside), cmocka_unit_test(names_refused), cmocka_unit_test(memory),
      cmocka_unit_test(bare_vietnamese), cmocka_unit_test(hans_ambiguous), cmocka_unit_test(hans_table),
      cmocka_unit_test(hans_both_ways), cmocka_unit_test(forms_are_the_text_rooms),
  };
  return cmocka_run_group_tests_name("layer", tests, NULL, NULL);
}
