/* index: tokens, sentences, structure, repairs and languages on small texts, what is refused, and every
 * allocation that can fail. Each list is shown as one string, its items parted by |. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente.h"
#include "patience.h"

static ent_vocab *vocab;
static ent_index *ix;
static char shown[1 << 16];

static int open_index(void **state) {
  (void)state;
  return ent_vocab_new(NULL, &vocab) != ENT_OK || ent_index_new(vocab, &ix) != ENT_OK;
}

static int close_index(void **state) {
  (void)state;
  ent_index_free(ix);
  ent_vocab_free(vocab);
  return 0;
}

static uint32_t add(ent_source source) {
  uint32_t document = 0;
  ent_error err = {0};
  if (!source.length) source.length = strlen(source.text);
  if (ent_index_add(ix, &source, &document, &err) != ENT_OK) fail_msg("%s", err.message);
  return document;
}

static void show(const char *bytes, size_t length) {
  size_t at = strlen(shown);
  if (at) shown[at++] = '|';
  assert_true(at + length < sizeof shown);
  memcpy(shown + at, bytes, length);
  shown[at + length] = '\0';
}

/* The tokens of a document as their types read. */
static const char *tokens_of(uint32_t document) {
  shown[0] = '\0';
  for (uint32_t i = 0; i < ent_index_tokens(ix, document); i++) {
    size_t length;
    const char *bytes = ent_vocab_bytes(vocab, ent_index_token(ix, document, i).type, &length);
    show(bytes, length);
  }
  return shown;
}

static const char *parts_of(uint32_t document, ent_unit unit) {
  size_t count, length;
  const ent_part *parts = ent_index_parts(ix, document, unit, &count);
  const char *text = ent_index_text(ix, document, &length);
  shown[0] = '\0';
  for (size_t i = 0; i < count; i++) {
    assert_true(parts[i].begin <= parts[i].end && parts[i].end <= length);
    show(text + parts[i].begin, parts[i].end - parts[i].begin);
  }
  return shown;
}

/* Sections as "level heading", with ! behind the level in the reference list. */
static const char *sections_of(uint32_t document) {
  size_t count, length;
  const ent_part *parts = ent_index_parts(ix, document, ENT_SECTION, &count);
  const char *text = ent_index_text(ix, document, &length);
  shown[0] = '\0';
  for (size_t i = 0; i < count; i++) {
    char line[512];
    int size = snprintf(line, sizeof line, "%u%s %.*s", parts[i].level, parts[i].reference ? "!" : "",
                        (int)(parts[i].heading_end - parts[i].heading_begin), text + parts[i].heading_begin);
    show(line, (size_t)size);
  }
  return shown;
}

static const char *langs_of(uint32_t document) {
  size_t count;
  const ent_part *parts = ent_index_parts(ix, document, ENT_PARAGRAPH, &count);
  shown[0] = '\0';
  for (size_t i = 0; i < count; i++) show(parts[i].lang, strlen(parts[i].lang));
  return shown;
}

static const char *edits_of(uint32_t document) {
  static const char *const kinds[] = {"joined", "guessed", "kept", "paragraph", "furniture", "han", "ligature", "soft", "zero", "width", "am"};
  size_t count;
  const ent_edit *edits = ent_index_edits(ix, document, &count);
  shown[0] = '\0';
  for (size_t i = 0; i < count; i++) show(kinds[edits[i].kind], strlen(kinds[edits[i].kind]));
  return shown;
}

static const char *tokens(const char *text) { return tokens_of(add((ent_source){.text = text})); }
static const char *sentences(const char *text) { return parts_of(add((ent_source){.text = text}), ENT_SENTENCE); }
static const char *sections(const char *text, ent_layout layout) {
  return sections_of(add((ent_source){.text = text, .layout = layout}));
}

/* The range of a word in a text. */
static ent_range range_of(const char *text, const char *word) {
  const char *at = strstr(text, word);
  assert_non_null(at);
  return (ent_range){(size_t)(at - text), (size_t)(at - text) + strlen(word)};
}

/* ---- tokens ---- */

static void tokens_by_script(void **state) {
  (void)state;
  assert_string_equal(tokens("China's 3,500.25 km, can't!"), "China's|3,500.25|km|can't");
  assert_string_equal(tokens("中国与ASEAN合作"), "中|国|与|ASEAN|合|作");
  assert_string_equal(tokens("กำลัง"), "กำ|ลั|ง");
  assert_string_equal(tokens("コンピュータ です 한국어"), "コンピュータ|で|す|한국어");
  assert_string_equal(tokens("The U.S. and R&D"), "The|U.S|and|R|D");
  assert_string_equal(tokens("_trust_ and __very__ snake_case *so*"), "trust|and|very|snake_case|so");
  assert_string_equal(tokens("win-win win‑win"), "win|win|win|win");
  assert_string_equal(tokens("hợp tác"), "hợp|tác");
  assert_string_equal(tokens("… — 😀 , ."), "");
}

static void token_offsets(void **state) {
  (void)state;
  uint32_t document = add((ent_source){.text = "«中国» rises"});
  ent_token token = ent_index_token(ix, document, 1);
  assert_int_equal(token.begin, 5);
  assert_int_equal(token.end, 8);
  token = ent_index_token(ix, document, 2);
  assert_int_equal(token.begin, 11);
  assert_int_equal(token.end, 16);
  assert_ptr_equal(ent_index_part_of(ix, document, ENT_PAGE, 0), NULL);
  assert_int_equal(ent_index_part_of(ix, document, ENT_DOCUMENT, 2)->last, 2);
}

/* ---- sentences ---- */

static void sentence_ends(void **state) {
  (void)state;
  assert_string_equal(sentences("It ends. Next one! Sure? Yes"), "It ends.|Next one!|Sure?|Yes");
  assert_string_equal(sentences("Dr. Lim et al. say no. 5 of vol. 3 is by J. Smith. The end."),
                      "Dr. Lim et al. say no. 5 of vol. 3 is by J. Smith.|The end.");
  assert_string_equal(sentences("The U.S. strategy holds. The U.S. The end."), "The U.S. strategy holds.|The U.S.|The end.");
  assert_string_equal(sentences("合作深化。信任不足！为什么？一；二"), "合作深化。|信任不足！|为什么？|一；|二");
  assert_string_equal(sentences("他说：“好。”然后走了。"), "他说：“好。”|然后走了。");
  assert_string_equal(sentences("One line\nends not. “What is trust?” asks she."), "One line\nends not.|“What is trust?” asks she.");
  assert_string_equal(sentences("A blank line\n\nends"), "A blank line|ends");
  assert_string_equal(sentences("2. The gap is 3.5 km wide. It grows."), "2. The gap is 3.5 km wide.|It grows.");
  assert_string_equal(sentences("[1] 王某. 东盟研究[J]. 国际观察, 2020."), "[1] 王某. 东盟研究[J]. 国际观察, 2020.");
  assert_string_equal(sentences("ខ្មែរ។ បន្ត"), "ខ្មែរ។|បន្ត");
}

/* ---- structure ---- */

static void plain_headings(void **state) {
  (void)state;
  assert_string_equal(sections("Title\n\n1. Introduction\n\nWords here.\n\n1.1 Scope\n\nMore.\n\nReferences\n\n[1] A.",
                               ENT_LAYOUT_PLAIN),
                      "0 |1 1. Introduction|2 1.1 Scope|1! References");
  assert_string_equal(sections("一、引言\n\n正文。\n\n（一）背景\n\n正文。\n\n第二章 挑战\n\n正文。\n\n参考文献\n\n[1] 王。",
                               ENT_LAYOUT_PLAIN),
                      "1 一、引言|2 （一）背景|1 第二章 挑战|1! 参考文献");
  assert_string_equal(sections("摘 要\n\n正文。", ENT_LAYOUT_PLAIN), "1 摘 要");
  assert_string_equal(sections("IV. Trust\n\nWords.\n\nBAB 2 Metode\n\nKata.", ENT_LAYOUT_PLAIN), "1 IV. Trust|1 BAB 2 Metode");
  assert_string_equal(sections("1. A list item of a run\n2. and the next", ENT_LAYOUT_PLAIN), "0 ");
  assert_string_equal(sections("12 January 2023\n\n3. It ends as a sentence.\n\nx", ENT_LAYOUT_PLAIN), "0 ");
}

static void markdown_headings(void **state) {
  (void)state;
  assert_string_equal(sections("# One #\nWords\n## Two\n1. Item\n\n## References\nA.\n### Books\nB.\n# After\nC.",
                               ENT_LAYOUT_MARKDOWN),
                      "1 One|2 Two|2! References|3! Books|1 After");
  assert_string_equal(sections("Title\n=====\n\nSub\n---\n\nWords", ENT_LAYOUT_MARKDOWN), "1 Title|2 Sub");
  assert_string_equal(sections("#hashtag\n\n```\n# no\n```\n\nx", ENT_LAYOUT_MARKDOWN), "0 ");
  uint32_t document = add((ent_source){.text = "- one\n- two\n\n> quoted\n> on\n\n| a | b |\n", .layout = ENT_LAYOUT_MARKDOWN});
  assert_string_equal(parts_of(document, ENT_PARAGRAPH), "one|two|quoted\n> on|a | b |");
}

static void given_headings(void **state) {
  (void)state;
  static const char text[] = "Trust\nWords of it.\nDaftar Pustaka\nA book.";
  ent_range one = range_of(text, "Trust"), two = range_of(text, "Daftar Pustaka");
  ent_heading headings[] = {{one.begin, one.end, 2}, {two.begin, two.end, 1}};
  uint32_t document = add((ent_source){.text = text, .layout = ENT_LAYOUT_BLOCKS, .headings = headings, .heading_count = 2});
  assert_string_equal(sections_of(document), "2 Trust|1! Daftar Pustaka");
  assert_string_equal(parts_of(document, ENT_PARAGRAPH), "Trust|Words of it.|Daftar Pustaka|A book.");
  size_t count;
  const ent_part *parts = ent_index_parts(ix, document, ENT_PARAGRAPH, &count);
  assert_false(parts[1].reference);
  assert_true(parts[3].reference);
  assert_string_equal(sections("1. Not here\n\nWords", ENT_LAYOUT_BLOCKS), "0 ");
}

static void front_matter(void **state) {
  (void)state;
  static const char text[] = "---\ntitle: Hidden\nabstract: |\n  Seen words.\n  More of them.\nlang: en\n---\n\nBody.";
  uint32_t document = add((ent_source){.text = text, .layout = ENT_LAYOUT_MARKDOWN});
  assert_string_equal(tokens_of(document), "Seen|words|More|of|them|Body");
  assert_string_equal(tokens_of(add((ent_source){.text = "---\ntitle: x\n---\nBody", .layout = ENT_LAYOUT_MARKDOWN})), "Body");
  assert_string_equal(tokens_of(add((ent_source){.text = "---\nnever: closed\n", .layout = ENT_LAYOUT_MARKDOWN})), "never|closed");
  assert_string_equal(tokens_of(add((ent_source){.text = "---\na: b\n---\nBody", .layout = ENT_LAYOUT_PLAIN})), "a|b|Body");
}

static void pages(void **state) {
  (void)state;
  uint32_t document = add((ent_source){.text = "One page\n\fand two.\n\n\fThree"});
  assert_string_equal(parts_of(document, ENT_PAGE), "One page\n|and two.\n\n|Three");
  assert_string_equal(parts_of(document, ENT_PARAGRAPH), "One page\n\fand two.|Three");
  assert_string_equal(parts_of(document, ENT_SENTENCE), "One page\n\fand two.|Three");
  size_t count;
  const ent_part *parts = ent_index_parts(ix, document, ENT_PAGE, &count);
  assert_ptr_equal(ent_index_part_of(ix, document, ENT_PAGE, 2), &parts[1]);
  ent_range given[] = {{0, 3}, {3, 8}};
  document = add((ent_source){.text = "One page", .pages = given, .page_count = 2});
  assert_string_equal(parts_of(document, ENT_PAGE), "One| page");
}

static void furniture(void **state) {
  (void)state;
  static const char text[] = "We trust the\n12  RUNNING HEAD\nother side. Next.";
  ent_range head = range_of(text, "12  RUNNING HEAD");
  uint32_t document = add((ent_source){.text = text, .furniture = &head, .furniture_count = 1});
  assert_string_equal(tokens_of(document), "We|trust|the|other|side|Next");
  assert_string_equal(parts_of(document, ENT_PARAGRAPH), text);
  assert_string_equal(parts_of(document, ENT_SENTENCE), "We trust the\n12  RUNNING HEAD\nother side.|Next.");
}

/* ---- repairs ---- */

static const char *repaired(const char *text, const char *skip) {
  static char both[sizeof shown];
  ent_range range = skip ? range_of(text, skip) : (ent_range){0, 0};
  uint32_t document = add((ent_source){.text = text, .furniture = skip ? &range : NULL,
                                       .furniture_count = skip ? 1 : 0});
  (void)snprintf(both, sizeof both, "%.30000s: ", edits_of(document));
  strncat(both, tokens_of(document), sizeof both - strlen(both) - 1);
  return both;
}

static void hyphens(void **state) {
  (void)state;
  assert_string_equal(repaired("Cooperation and co-\noperation", NULL), "joined: Cooperation|and|cooperation");
  assert_string_equal(repaired("a win-win and win-\nwin", NULL), "kept: a|win|win|and|win|win");
  assert_string_equal(repaired("a digi-\ntal gap", NULL), "guessed: a|digital|gap");
  assert_string_equal(repaired("the Sino-\nASEAN gap", NULL), ": the|Sino|ASEAN|gap");
  assert_string_equal(repaired("a digi-\nHEAD\ntal gap", "HEAD"), "guessed|furniture: a|digital|gap");
  assert_string_equal(repaired("a digi-\n\fHEAD\ntal gap", "HEAD"), "guessed|furniture: a|digital|gap");
  assert_string_equal(repaired("a digi-\n\ftal gap", NULL), "guessed: a|digital|gap");
  assert_string_equal(repaired("a digi\u00ADtal gap", NULL), "soft: a|digi\u00ADtal|gap");
  uint32_t document = add((ent_source){.text = "a digi-\ntal gap", .unrepaired = ENT_REPAIR_HYPHENS});
  assert_string_equal(tokens_of(document), "a|digi|tal|gap");
  document = add((ent_source){.text = "a digi-\ntal gap"});
  ent_token token = ent_index_token(ix, document, 1);
  assert_int_equal(token.begin, 2);
  assert_int_equal(token.end, 11);
  size_t count;
  const ent_edit *edit = ent_index_edits(ix, document, &count);
  assert_int_equal(count, 1);
  assert_int_equal(edit->begin, 6);
  assert_int_equal(edit->end, 8);
}

/* ---- languages ---- */

static void languages(void **state) {
  (void)state;
  assert_string_equal(langs_of(add((ent_source){.text =
      "The gap in the digital economy is not closing.\n\n中国与东盟的数字合作。\n\n"
      "Kerja sama ini adalah untuk negara yang lebih kecil dan tidak kaya.\n\n"
      "Hợp tác giữa các nước là một trong những thách thức của khu vực.\n\n"
      "ความร่วมมือระหว่างจีนกับอาเซียน"})), "en|zh|id|vi|th");
  assert_string_equal(langs_of(add((ent_source){.text = "Quux frob.", .lang = "en"})), "en");
  assert_string_equal(langs_of(add((ent_source){.text = "Quux frob."})), "");
  assert_string_equal(langs_of(add((ent_source){.text = "合作", .lang = "zh-Hans"})), "zh");
  assert_string_equal(langs_of(add((ent_source){.text = "この論文は中国とASEANの協力を分析する。", .lang = "zh"})), "ja");
  assert_string_equal(langs_of(add((ent_source){.text = "The maker ソニー has invested in the region, and it is one of the largest."})), "en");
}

/* ---- what is refused, and edges ---- */

static void refused(void **state) {
  (void)state;
  uint32_t document = 77;
  ent_error err = {0};
  ent_source source = {.text = "ab\xFFz", .length = 4};
  assert_int_equal(ent_index_add(ix, &source, &document, &err), ENT_ERR_UTF8);
  assert_int_equal(err.offset, 2);
  static const ent_range bad[][2] = {{{2, 3}, {1, 2}}, {{0, 2}, {1, 3}}, {{0, 1}, {2, 9}}, {{3, 2}, {4, 4}}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    source = (ent_source){.text = "abcd", .length = 4, .pages = bad[i], .page_count = 2};
    assert_int_equal(ent_index_add(ix, &source, &document, &err), ENT_ERR_ARGUMENT);
    source = (ent_source){.text = "abcd", .length = 4, .furniture = bad[i], .furniture_count = 2};
    assert_int_equal(ent_index_add(ix, &source, &document, NULL), ENT_ERR_ARGUMENT);
  }
  ent_heading heading = {2, 2, 1};
  source = (ent_source){.text = "abcd", .length = 4, .headings = &heading, .heading_count = 1};
  assert_int_equal(ent_index_add(ix, &source, &document, &err), ENT_ERR_ARGUMENT);
  static const ent_range parts_character[] = {{0, 2}, {2, 3}};
  for (size_t i = 0; i < 2; i++) {
    heading = (ent_heading){parts_character[i].begin, parts_character[i].end, 1};
    source = (ent_source){.text = "a\u00E9", .length = 3, .pages = &parts_character[i], .page_count = 1};
    assert_int_equal(ent_index_add(ix, &source, &document, &err), ENT_ERR_ARGUMENT);
    source = (ent_source){.text = "a\u00E9", .length = 3, .furniture = &parts_character[i], .furniture_count = 1};
    assert_int_equal(ent_index_add(ix, &source, &document, &err), ENT_ERR_ARGUMENT);
    source = (ent_source){.text = "a\u00E9", .length = 3, .headings = &heading, .heading_count = 1};
    assert_int_equal(ent_index_add(ix, &source, &document, &err), ENT_ERR_ARGUMENT);
  }
  source = (ent_source){.text = "", .length = (size_t)INT32_MAX + 1};
  assert_int_equal(ent_index_add(ix, &source, &document, &err), ENT_ERR_LIMIT);
  assert_int_equal(document, 77);
  assert_int_equal(ent_index_count(ix), 0);
}

static void empty_text(void **state) {
  (void)state;
  static const char *const texts[] = {"", "\n", "\f", " \n\n ", "---", "---\n---\n", "...", "\xEF\xBB\xBF"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    for (int layout = ENT_LAYOUT_PLAIN; layout <= ENT_LAYOUT_BLOCKS; layout++) {
      ent_source source = {.text = texts[i], .length = strlen(texts[i]), .layout = (ent_layout)layout};
      uint32_t document;
      assert_int_equal(ent_index_add(ix, &source, &document, NULL), ENT_OK);
      assert_int_equal(ent_index_tokens(ix, document), 0);
      size_t count;
      const ent_part *part = ent_index_parts(ix, document, ENT_DOCUMENT, &count);
      assert_int_equal(count, 1);
      assert_true(part->last + 1 == part->first);
    }
  ent_index_clear(ix);
  assert_int_equal(ent_index_count(ix), 0);
}

static void one_long_line(void **state) {
  (void)state;
  enum { SIZE = 5 << 20 };
  static const char *const patterns[] = {"word ", "a. ", "中", "- ", ") ", "1.", "x-\n", "#", ".", "\u0301"};
  char *text = malloc(SIZE + 8);
  assert_non_null(text);
  for (size_t p = 0; p < sizeof patterns / sizeof *patterns; p++) {
    size_t step = strlen(patterns[p]), length = 0;
    for (; length + step <= SIZE; length += step) memcpy(text + length, patterns[p], step);
    for (int layout = ENT_LAYOUT_PLAIN; layout <= ENT_LAYOUT_MARKDOWN; layout++) {
      clock_t start = clock();
      ent_index_clear(ix);
      (void)add((ent_source){.text = text, .length = length, .layout = (ent_layout)layout});
      double seconds = seconds_since(start);
      if (seconds > patience(20)) fail_msg("\"%s\" took %.1f s", patterns[p], seconds);
    }
  }
  free(text);
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

static char *snapshot(uint32_t count) {
  static char all[sizeof shown * 4];
  size_t at = 0;
  all[0] = '\0';
  for (uint32_t d = 0; d < count; d++) {
    at += (size_t)snprintf(all + at, sizeof all - at, "%s\n", tokens_of(d));
    at += (size_t)snprintf(all + at, sizeof all - at, "%s\n", sections_of(d));
    at += (size_t)snprintf(all + at, sizeof all - at, "%s\n", edits_of(d));
    at += (size_t)snprintf(all + at, sizeof all - at, "%s\n", langs_of(d));
    for (int unit = ENT_SENTENCE; unit <= ENT_DOCUMENT; unit++)
      at += (size_t)snprintf(all + at, sizeof all - at, "%s\n", parts_of(d, (ent_unit)unit));
  }
  return all;
}

static char *copy_of(const char *string) {
  size_t size = strlen(string) + 1;
  char *copy = malloc(size);
  assert_non_null(copy);
  return memcpy(copy, string, size);
}

static const char *const memory_texts[] = {
    "---\ntitle: x\nabstract: The sum of it.\n---\n\n# Trust\n\nA digi-\ntal gap, and\nHEAD\nmore.\fThe “digital” age 中国.\n\n"
    "> Quoted.\n\n- item\n\n## References\n\n[1] A.\n",
    "1. Trust\n\nA digi-\ntal gap, and\nHEAD\nmore of the same.\fThe Ｄｉｇｉｔａｌ age.\n\nＲｅｆｅｒｅｎｃｅｓ\n\n[1] A.\n"};

/* Whatever allocation fails: an error and the index as it was, or the document as it is without failures. */
static void memory_runs_out(void **state) {
  (void)state;
  for (size_t t = 0; t < 2; t++) {
    ent_range head = range_of(memory_texts[t], "HEAD");
    ent_source source = {.text = memory_texts[t], .length = strlen(memory_texts[t]),
                         .layout = t == 0 ? ENT_LAYOUT_MARKDOWN : ENT_LAYOUT_PLAIN, .furniture = &head, .furniture_count = 1};
    char *whole = NULL;
    bool failed = true;
    for (size_t n = 0; failed || n == 1; n++) { /* n = 0: none fails */
      meter m = {0};
      ent_alloc alloc = {metered, &m};
      uint32_t document = 0;
      assert_int_equal(ent_vocab_new(&alloc, &vocab), ENT_OK);
      assert_int_equal(ent_index_new(vocab, &ix), ENT_OK);
      (void)add((ent_source){.text = "Before. 2"});
      char *before = copy_of(snapshot(1));
      m.calls = 0;
      m.fail_at = n;
      ent_error err = {0};
      ent_status status = ent_index_add(ix, &source, &document, &err);
      failed = n == 0 || m.calls >= n;
      m.fail_at = 0;
      if (status == ENT_OK) {
        if (!whole) whole = copy_of(snapshot(2));
        else if (strcmp(whole, snapshot(2)) != 0) fail_msg("text %zu, call %zu failed: ENT_OK, but another document:\n%s", t, n, snapshot(2));
      } else {
        assert_int_equal(status, ENT_ERR_MEMORY);
        assert_int_equal(err.code, ENT_ERR_MEMORY);
        assert_int_equal(ent_index_count(ix), 1);
        assert_string_equal(snapshot(1), before);
        (void)add(source); /* and goes on */
        assert_string_equal(snapshot(2), whole);
      }
      free(before);
      ent_index_free(ix);
      ent_vocab_free(vocab);
      if (m.live != 0) fail_msg("text %zu, call %zu failed: %zu bytes are left", t, n, m.live);
    }
    free(whole);
  }
}

int main(void) {
#define ON_INDEX(test) cmocka_unit_test_setup_teardown(test, open_index, close_index)
  const struct CMUnitTest tests[] = {
      ON_INDEX(tokens_by_script), ON_INDEX(token_offsets), ON_INDEX(sentence_ends), ON_INDEX(plain_headings),
      ON_INDEX(markdown_headings), ON_INDEX(given_headings), ON_INDEX(front_matter), ON_INDEX(pages), ON_INDEX(furniture),
      ON_INDEX(hyphens), ON_INDEX(languages), ON_INDEX(refused), ON_INDEX(empty_text), ON_INDEX(one_long_line),
      cmocka_unit_test(memory_runs_out),
  };
  return cmocka_run_group_tests_name("index", tests, NULL, NULL);
}
