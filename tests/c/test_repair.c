/* repairs: each on and off, what is recorded of it, and that tokens with their edits undone read as their types do. */
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
  source.length = strlen(source.text);
  if (ent_index_add(ix, &source, &document, &err) != ENT_OK) fail_msg("%s", err.message);
  return document;
}

static void show(const char *bytes, size_t length) {
  size_t at = strlen(shown);
  assert_true(at + length + 1 < sizeof shown);
  memcpy(shown + at, bytes, length);
  shown[at + length] = '\0';
}

/* "form|form: kind[bytes] kind[bytes]", a form as it is matched; line ends as /. */
static const char *read_as(const char *text, unsigned repairs) {
  static const char *const kinds[ENT_EDIT_KINDS] = {"joined", "guessed", "kept", "paragraph", "furniture", "han", "ligature",
                                                    "soft", "zero", "width", "am"};
  uint32_t document = add((ent_source){.text = text, .unrepaired = ENT_REPAIR_ALL & ~repairs});
  size_t length, count, before = 0;
  shown[0] = '\0';
  for (uint32_t i = 0; i < ent_index_tokens(ix, document); i++) {
    uint32_t form;
    assert_int_equal(ent_vocab_layer(vocab, ent_index_token(ix, document, i).type, ENT_FOLD, &form), ENT_OK);
    const char *bytes = ent_vocab_bytes(vocab, form, &length);
    if (i > 0) show("|", 1);
    show(bytes, length);
  }
  show(":", 1);
  const ent_edit *edits = ent_index_edits(ix, document, &count);
  for (size_t i = 0; i < count; i++) {
    assert_true(edits[i].begin >= before && edits[i].begin < edits[i].end && edits[i].end <= strlen(text));
    before = edits[i].begin;
    show(" ", 1);
    show(kinds[edits[i].kind], strlen(kinds[edits[i].kind]));
    show("[", 1);
    for (size_t at = edits[i].begin; at < edits[i].end; at++) show(text[at] == '\n' || text[at] == '\f' ? "/" : text + at, 1);
    show("]", 1);
  }
  return shown;
}

#define ON(text, wanted) assert_string_equal(read_as(text, ENT_REPAIR_ALL), wanted)
#define OFF(text, repair, wanted) assert_string_equal(read_as(text, ENT_REPAIR_ALL & ~(unsigned)(repair)), wanted)

/* ---- inside tokens ---- */

static void ligatures(void **state) {
  (void)state;
  ON("Eﬃcient ofﬁce", "efficient|office: ligature[ﬃ] ligature[ﬁ]");
  OFF("Eﬃcient office", ENT_REPAIR_LIGATURES, "eﬃcient|office:");
  ON("ﬀﬁ", "fffi: ligature[ﬀﬁ]"); /* neighbours are one edit */
}

static void width(void **state) {
  (void)state;
  ON("ＡＳＥＡＮ ﾃﾞｰﾀ，ok", "asean|データ|ok: width[ＡＳＥＡＮ] width[ﾃﾞｰﾀ]");
  OFF("ＡＳＥＡＮ ﬁt", ENT_REPAIR_WIDTH, "ＡＳＥＡＮ|fit: ligature[ﬁ]");
  OFF("Ａﬁ", ENT_REPAIR_LIGATURES, "aﬁ: width[Ａ]"); /* of two in one token, one is off */
}

static void soft_hyphens(void **state) {
  (void)state;
  ON("digi\u00ADtal Digi\u00AD\ntal", "digital|digital: soft[\u00AD] soft[\u00AD/]");
  OFF("digi\u00ADtal", ENT_REPAIR_SOFT_HYPHENS, "digi\u00ADtal:");
  OFF("digi\u00AD\ntal", ENT_REPAIR_SOFT_HYPHENS, "digi\u00AD|tal:");
  OFF("digi\u00AD\ntal", ENT_REPAIR_HYPHENS, "digital: soft[\u00AD/]");
  ON("win-win, win\u00AD\nwin", "win|win|win|win: kept[\u00AD/]");
}

static void zero_width(void **state) {
  (void)state;
  ON("a\u2060b กา\u200Bมา", "ab|ก|า|ม|า: zero[\u2060] zero[\u200B]");
  OFF("a\u2060b", ENT_REPAIR_ZERO_WIDTH, "a\u2060b:");
}

static void sara_am(void **state) {
  (void)state;
  static const char *const forms[] = {"น้ำ", "น้ํา", "นํ้า", "นำ้", "น้ ำ", "น้ํ า", "น้ ํา"};
  static const char *const edits[] = {"", " am[ํา]", " am[ํ้า]", " am[ำ้]", " am[ ำ]", " am[ํ า]", " am[ ํา]"};
  char wanted[64];
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    (void)snprintf(wanted, sizeof wanted, "น้ํา:%s", edits[i]);
    ON(forms[i], wanted);
    if (i > 0) assert_string_not_equal(read_as(forms[i], ENT_REPAIR_ALL & ~(unsigned)ENT_REPAIR_SARA_AM), "น้ํา:");
  }
  ON("นา มา", "น|า|ม|า:");
}

/* ---- between tokens ---- */

static void hyphens(void **state) {
  (void)state;
  ON("digital and digi-\ntal", "digital|and|digital: joined[-/]");
  ON("a co-\nopera-\ntive", "a|cooperative: guessed[-/] guessed[-/]");
  OFF("digital and digi-\ntal", ENT_REPAIR_HYPHENS, "digital|and|digi|tal:");
}

static const char *joined_as(const char *text, unsigned repairs) {
  size_t count;
  const ent_edit *edits = ent_index_edits(ix, add((ent_source){.text = text, .unrepaired = ENT_REPAIR_ALL & ~repairs}), &count);
  size_t parts, joined = 0;
  for (size_t i = 0; i < count; i++) joined += edits[i].kind == ENT_EDIT_PARAGRAPH;
  (void)ent_index_parts(ix, ent_index_count(ix) - 1, ENT_PARAGRAPH, &parts);
  (void)snprintf(shown, sizeof shown, "%zu paragraphs%s", parts, joined == 1 ? ", joined" : "");
  return shown;
}

#define LINE "The members of the community have agreed that the gap between them"
static void paragraphs(void **state) {
  (void)state;
  static const struct { const char *text, *wanted; } rows[] = {
      {LINE "\n\nwill be closed by the end of the present decade or soon after it.", "1 paragraphs, joined"},
      {LINE "\n\f\n\nwill be closed by the end of the present decade or soon after it.", "1 paragraphs, joined"},
      {LINE " and the infra-\n\nstructure of it will be closed by the end of the decade.", "1 paragraphs, joined"},
      {LINE ".\n\nwill be closed by the end of the present decade.", "2 paragraphs"},
      {LINE ":\n\nwill be closed by the end of the present decade.", "2 paragraphs"},
      {LINE "\n\nIt will be closed by the end of the present decade.", "2 paragraphs"},
      {LINE "\n\na) will be closed by the end of the present decade.", "2 paragraphs"},
      {LINE "\n\niv. will be closed by the end of the present decade.", "2 paragraphs"},
      {"Figure 1: " LINE "\n\nwill be closed by the end of the present decade.", "2 paragraphs"},
      {"The gap between us\n\nis as wide as the sea", "2 paragraphs"},
      {LINE "\nand us\n\nwill be closed by the end of the present decade or later.", "2 paragraphs"},
      {"References\n\n" LINE "\n\nwill be closed by the end of the present decade.", "3 paragraphs"},
      {"1. The gap\n\n1.1 References\n\n1.2 The sea\n\n" LINE "\n\nwill be closed by the end of the present decade.",
       "4 paragraphs, joined"},
      {"References\n\n1.1 Books\n\n" LINE "\n\nwill be closed by the end of the present decade.", "4 paragraphs"},
      {"数字合作的发展很快，各国都在努力缩小数字鸿沟，建设更加紧密的中国东盟命运共同体，并且推动区域经济的发展和数\n\n"
       "字基础设施的建设，让各国人民都能从数字经济中得到好处。", "1 paragraphs, joined"},
      {"电信合作的发展很快，各国都在努力缩小信息鸿沟，建设更加紧密的中国东盟命运共同体，并且推动区域经济的发展和数\n\n"
       "字基础设施的建设，让各国人民都能从网络经济中得到好处。", "2 paragraphs"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    if (strcmp(joined_as(rows[i].text, ENT_REPAIR_ALL), rows[i].wanted)) fail_msg("%zu: %s", i, shown);
    assert_null(strstr(joined_as(rows[i].text, ENT_REPAIR_ALL & ~(unsigned)ENT_REPAIR_PARAGRAPHS), "joined"));
  }
  ON(LINE " and the infra-\n\nstructure of it will be closed by the end of the decade.",
     "the|members|of|the|community|have|agreed|that|the|gap|between|them|and|the|infrastructure|of|it|will|be|closed|by|"
     "the|end|of|the|decade: guessed[-//] paragraph[//]");
}

static void furniture(void **state) {
  (void)state;
  static const char pages[] = "ASEAN Journal 7\nTrust is low.\nOne.\n\fASEAN Journal 8\nTrust grows.\nTwo.\n\fASEAN Journal 9\nWe end.\nSix.";
  ON(pages, "trust|is|low|one|trust|grows|two|we|end|six: furniture[ASEAN Journal 7] furniture[ASEAN Journal 8] "
            "furniture[ASEAN Journal 9]");
  OFF("x\ny\nz\n12\n\fx2\ny\nz\n13\n\fx3\nq\nw\n14", ENT_REPAIR_FURNITURE, "x|y|z|12|x2|y|z|13|x3|q|w|14:");
  ON("x\ny\nz\n12\n\fx2\ny\nz\n13\n\fx3\nq\nw\n14", "x|y|z|x2|y|z|x3|q|w: furniture[12] furniture[13] furniture[14]");
  ON("Table 1\na\nb\n\fTable 2\nc\nd\n\fTable 3\ne\nf", "table|1|a|b|table|2|c|d|table|3|e|f:");
  ON("a\n\nPage 1\n\nb\n\nPage 2\n\nc\n\nPage 3\n\nd", "a|b|c|d: furniture[Page 1] furniture[Page 2] furniture[Page 3]");
  ON("a\n\nArticle 1\n\nb\n\nArticle 2\n\nc\n\nArticle 3\n\nd", "a|article|1|b|article|2|c|article|3|d:");
  ON("a\n\n1\n\nb\n\n2\n\nc\n\n3\n\nd", "a|1|b|2|c|3|d:");
  ON("we trust\n\nTrade Review 4\n\nand hope\n\nTrade Review 5\n\nand wait\n\nTrade Review 6\n\nfor you",
     "we|trust|and|hope|and|wait|for|you: furniture[Trade Review 4] furniture[Trade Review 5] furniture[Trade Review 6]");
  ON("We ask.\n\nCase study 4\n\nIt is.\n\nCase study 5\n\nIt was.\n\nCase study 6\n\nIt will.",
     "we|ask|case|study|4|it|is|case|study|5|it|was|case|study|6|it|will:");
}

/* ---- terms ---- */

/* How often a term is found. */
static size_t found(const char *term, const char *text, unsigned repairs) {
  ent_codebook *book;
  ent_coder *coder;
  uint32_t category, node, rule;
  const ent_hit *hits;
  size_t count;
  assert_int_equal(ent_codebook_new(NULL, ENT_OVERLAP_ALL, &book), ENT_OK);
  assert_int_equal(ent_codebook_category(book, ENT_NONE, ENT_SENTENCE, &category), ENT_OK);
  if (*term == '=') assert_int_equal(ent_codebook_exact(book, term + 1, strlen(term + 1), &node, NULL), ENT_OK);
  else assert_int_equal(ent_codebook_term(book, term, strlen(term), ENT_FOLD, &node, NULL), ENT_OK);
  assert_int_equal(ent_codebook_rule(book, category, ENT_ROLE_ANY, node, NULL, &rule, NULL), ENT_OK);
  assert_int_equal(ent_codebook_freeze(book, NULL), ENT_OK);
  assert_int_equal(ent_coder_new(book, vocab, &coder), ENT_OK);
  assert_int_equal(ent_coder_run(coder, ix, add((ent_source){.text = text, .unrepaired = ENT_REPAIR_ALL & ~repairs}), NULL, 0, &hits, &count, NULL), ENT_OK);
  ent_coder_free(coder);
  ent_codebook_free(book);
  return count;
}

static void off_is_off(void **state) {
  (void)state;
  static const struct { const char *term, *text; unsigned repair; } rows[] = {
      {"efficient", "eﬃcient", ENT_REPAIR_LIGATURES}, {"eff*", "eﬃcient", ENT_REPAIR_LIGATURES},
      {"asean", "ＡＳＥＡＮ", ENT_REPAIR_WIDTH},      {"digital", "digi\u00ADtal", ENT_REPAIR_SOFT_HYPHENS},
      {"digital", "digi\u00AD\ntal", ENT_REPAIR_SOFT_HYPHENS}, {"ab", "a\u2060b", ENT_REPAIR_ZERO_WIDTH},
      {"กามา", "กา\u200Bมา", ENT_REPAIR_ZERO_WIDTH},  {"中国", "中 国", ENT_REPAIR_HAN_SPACES},
      {"中国", "中　国", ENT_REPAIR_HAN_SPACES},      {"น้ำ", "น้ํา", ENT_REPAIR_SARA_AM},
      {"น้ำ", "นํ้า", ENT_REPAIR_SARA_AM},             {"น้ำ", "น้ ำ", ENT_REPAIR_SARA_AM},
      {"digital", "digi-\ntal", ENT_REPAIR_HYPHENS},
      {"them will", LINE "\n\nwill be closed by the end of the present decade or soon after.", ENT_REPAIR_PARAGRAPHS},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    if (found(rows[i].term, rows[i].text, ENT_REPAIR_ALL) != 1) fail_msg("%s is not found in %s", rows[i].term, rows[i].text);
    if (found(rows[i].term, rows[i].text, ENT_REPAIR_ALL & ~rows[i].repair)) fail_msg("%s is found, off, in %s", rows[i].term, rows[i].text);
    if (found(rows[i].term, rows[i].text, ENT_REPAIR_ALL) != 1) fail_msg("%s: one vocabulary does not serve both", rows[i].term);
  }
  assert_int_equal(found("=eﬃcient", "eﬃcient", 0), 1); /* the bytes are the same */
  assert_int_equal(found("中国", "中\n国", ENT_REPAIR_ALL & ~(unsigned)ENT_REPAIR_HAN_SPACES), 1); /* a line end is no space */
}

/* ---- the map: a token's bytes, edits undone, normalized, are its type's form ---- */

static size_t undo(const char *text, const ent_edit *edit, char *out) {
  size_t length = 0;
  if (edit->kind == ENT_EDIT_LIGATURE || edit->kind == ENT_EDIT_WIDTH) {
    memcpy(out, text + edit->begin, edit->end - edit->begin);
    return edit->end - edit->begin;
  }
  if (edit->kind != ENT_EDIT_SARA_AM) return 0;
  for (size_t at = edit->begin; at < edit->end; at += text[at] == ' ' ? 1 : 3) /* its tone, then U+0E33 */
    if (text[at] == '\xE0' && text[at + 1] == '\xB9' && (unsigned char)text[at + 2] >= 0x88 && (unsigned char)text[at + 2] <= 0x8B)
      memcpy(out + length, text + at, 3), length += 3;
  memcpy(out + length, "\xE0\xB8\xB3", 3);
  return length + 3;
}

static void maps_back(void **state) {
  (void)state;
  static const char *const pieces[] = {"digi", "tal", "-\n", "\u00AD", "\u00AD\n", " ", " ", "ﬁ", "ＡＢ", "\u200D", "\u2060", "中", "国",
                                       "น", "้", "ํ", "า", "ำ", "กา", "\u200B", ". ", "\n\n", "Ⅳ", "é", "-", "ﾊﾟ"};
  uint64_t seed = 7;
  for (int round = 0; round < 20000; round++) {
    char text[256] = "", buffer[512];
    for (int i = 0; i < 12; i++) {
      seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
      strcat(text, pieces[(seed >> 33) % (sizeof pieces / sizeof *pieces)]);
    }
    unsigned repairs = round % 3 ? ENT_REPAIR_ALL : (unsigned)(seed >> 40) & ENT_REPAIR_ALL;
    size_t count, length, form_length;
    if (round % 500 == 0) ent_index_clear(ix);
    uint32_t document = add((ent_source){.text = text, .unrepaired = ENT_REPAIR_ALL & ~repairs});
    const ent_edit *edits = ent_index_edits(ix, document, &count);
    for (uint32_t i = 0; i < ent_index_tokens(ix, document); i++) {
      ent_token token = ent_index_token(ix, document, i);
      length = 0;
      for (size_t at = token.begin, e = 0; at < token.end;) {
        while (e < count && (edits[e].begin < at || edits[e].kind == ENT_EDIT_KEPT)) e++;
        if (e < count && edits[e].begin == at && edits[e].end <= token.end) {
          length += undo(text, &edits[e], buffer + length);
          at = edits[e].end;
        } else {
          buffer[length++] = text[at++];
        }
      }
      uint32_t form;
      ent_normal *normal;
      assert_int_equal(ent_vocab_layer(vocab, token.type, ENT_FOLD, &form), ENT_OK);
      const char *is = ent_vocab_bytes(vocab, form, &form_length);
      if (repairs != ENT_REPAIR_ALL) continue; /* what is off stays in the form */
      assert_int_equal(ent_normalize(NULL, ENT_FOLD, buffer, length, &normal, NULL), ENT_OK);
      const char *wanted = ent_normal_bytes(normal, &length);
      if (length != form_length || memcmp(is, wanted, length)) fail_msg("\"%s\": %.*s is not %.*s", text, (int)form_length, is, (int)length, wanted);
      ent_normal_free(normal);
    }
  }
}

/* ---- damage, Zawgyi ---- */

static void damage(void **state) {
  (void)state;
  uint32_t document = add((ent_source){.text = "ﬁt \uFFFD \uFFFD\n\f\n\f中 国 东"});
  ent_damage d = ent_index_damage(ix, document);
  assert_int_equal(d.count[ENT_EDIT_LIGATURE], 1);
  assert_int_equal(d.count[ENT_EDIT_HAN_SPACE], 2);
  assert_int_equal(d.example[ENT_EDIT_LIGATURE].end, 3);
  assert_int_equal(d.replaced, 2);
  assert_int_equal(d.pages_without_text, 1);
  assert_false(d.zawgyi);
}

static void zawgyi(void **state) {
  (void)state;
  static const struct { const char *zawgyi, *unicode; } words[] = { /* the same words in both */
      {"\u103B\u1019\u1014\u1039\u1019\u102C", "\u1019\u103C\u1014\u103A\u1019\u102C"},
      {"\u1031\u1000\u103A\u102C\u1004\u1039\u1038", "\u1000\u103B\u1031\u102C\u1004\u103A\u1038"},
      {"\u101E\u1031\u1018\u1064\u102C", "\u101E\u1004\u103A\u1039\u1018\u1031\u102C"},
      {"\u1025\u102E\u1038", "\u1026\u1038"},
      {"\u1040\u1014\u1039\u1080\u1000\u102E\u1038\u1001\u103A\u1033\u1015\u1039",
       "\u101D\u1014\u103A\u1000\u103C\u102E\u1038\u1001\u103B\u102F\u1015\u103A"},
      {"\u108F\u102D\u102F\u1004\u1039\u1004\u1036", "\u1014\u102D\u102F\u1004\u103A\u1004\u1036"},
      {"\u1015\u1005\u1065\u100A\u1039\u1038", "\u1015\u1005\u1039\u1005\u100A\u103A\u1038"},
      {"\u1021\u1002\u1064\u101C\u102D\u1015\u1039", "\u1021\u1004\u103A\u1039\u1002\u101C\u102D\u1015\u103A"},
      {"\u1031\u1012\u105A", "\u1012\u1031\u102B\u103A"},
      {"\u108F\u103D\u1004\u1037\u1039", "\u1014\u103E\u1004\u1037\u103A"},
      {"\u101C\u108A\u1010\u1039\u1031\u1010\u102C\u1039", "\u101C\u103D\u103E\u1010\u103A\u1010\u1031\u102C\u103A"},
      {"\u1019\u108F\u1072\u1031\u101C\u1038", "\u1019\u1014\u1039\u1010\u101C\u1031\u1038"}};
  char old[1024] = "ASEAN ", new[1024] = "ASEAN ";
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    strcat(strcat(old, words[i].zawgyi), " ");
    strcat(strcat(new, words[i].unicode), " ");
  }
  ent_string *converted;
  assert_int_equal(ent_zawgyi_convert(NULL, old, strlen(old), &converted), ENT_OK);
  assert_string_equal(ent_string_bytes(converted, NULL), new);
  ent_string_free(converted);
  assert_true(ent_zawgyi_probable(ent_zawgyi_signs(old, strlen(old))));
  assert_int_equal(ent_zawgyi_signs(new, strlen(new)).zawgyi, 0);
  assert_true(ent_index_damage(ix, add((ent_source){.text = old})).zawgyi);
  assert_int_equal(ent_zawgyi_convert(NULL, "\xE1\x80", 2, &converted), ENT_ERR_UTF8);
}

/* ---- memory ---- */

typedef struct meter {
  size_t live, calls, fail_at;
} meter;

static void *metered(void *user, void *block, size_t old_size, size_t new_size) {
  meter *m = user;
  if (new_size == 0) {
    m->live -= old_size;
    free(block);
    return NULL;
  }
  if (++m->calls == m->fail_at) return NULL;
  void *moved = realloc(block, new_size);
  if (moved) m->live += new_size - (block ? old_size : 0);
  return moved;
}

/* Every allocation fails once: the index is as before, and nothing stays behind. */
static void memory_runs_out(void **state) {
  (void)state;
  static const char text[] = "Head 7\nﬁt digi-\ntal ＡＳＥＡＮ 中 国 น้ ำ นํ้า a\u2060b\nx\n\fHead 8\n" LINE
                             "\n\nwill be closed by the end of the present decade.\ny\n\fHead 9\nq\nz";
  for (unsigned off = 0; off < 2; off++) {
    bool done = false;
    for (size_t fail_at = 1; !done; fail_at++) {
      meter m = {0, 0, fail_at};
      ent_alloc alloc = {metered, &m};
      ent_vocab *v = NULL;
      ent_index *index = NULL;
      uint32_t document;
      ent_source source = {.text = text, .length = sizeof text - 1, .unrepaired = off ? ENT_REPAIR_ALL & ~(unsigned)ENT_REPAIR_FURNITURE : 0};
      ent_status status = ent_vocab_new(&alloc, &v);
      if (status == ENT_OK) status = ent_index_new(v, &index);
      if (status == ENT_OK) status = ent_index_add(index, &source, &document, NULL);
      done = status == ENT_OK;
      if (!done) assert_int_equal(status, ENT_ERR_MEMORY);
      if (!done && index) assert_int_equal(ent_index_count(index), 0);
      ent_index_free(index);
      ent_vocab_free(v);
      assert_int_equal(m.live, 0);
    }
  }
}

int main(void) {
#define ON_INDEX(test) cmocka_unit_test_setup_teardown(test, open_index, close_index)
  const struct CMUnitTest tests[] = {
      ON_INDEX(ligatures), ON_INDEX(width), ON_INDEX(soft_hyphens), ON_INDEX(zero_width), ON_INDEX(sara_am),
      ON_INDEX(hyphens), ON_INDEX(paragraphs), ON_INDEX(furniture), ON_INDEX(off_is_off), ON_INDEX(maps_back),
      ON_INDEX(damage), ON_INDEX(zawgyi), cmocka_unit_test(memory_runs_out),
  };
  return cmocka_run_group_tests_name("repair", tests, NULL, NULL);
}
