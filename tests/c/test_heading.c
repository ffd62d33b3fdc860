/* headings: numbers and names in the languages of the region, their levels, Markdown, where the reference list begins
 * and ends. Sections are shown as "level heading", ! where they belong to the reference list. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente.h"
#include "token/heading.h"
#include "patience.h"

static char shown[4096];

static const char *sections(const char *text, ent_layout layout) {
  ent_vocab *vocab;
  ent_index *index;
  ent_source source = {.text = text, .length = strlen(text), .layout = layout};
  uint32_t document;
  size_t count, at = 0;
  assert_int_equal(ent_vocab_new(NULL, &vocab), ENT_OK);
  assert_int_equal(ent_index_new(vocab, &index), ENT_OK);
  assert_int_equal(ent_index_add(index, &source, &document, NULL), ENT_OK);
  const ent_part *parts = ent_index_parts(index, document, ENT_SECTION, &count);
  shown[0] = '\0';
  for (size_t i = 0; i < count; i++) {
    if (parts[i].level == 0) continue;
    at += (size_t)snprintf(shown + at, sizeof shown - at, "%s%u%s %.*s", at ? "|" : "", parts[i].level,
                           parts[i].reference ? "!" : "", (int)(parts[i].heading_end - parts[i].heading_begin),
                           text + parts[i].heading_begin);
    assert_true(at < sizeof shown);
  }
  ent_index_free(index);
  ent_vocab_free(vocab);
  return shown;
}

#define PLAIN(text, wanted) assert_string_equal(sections(text, ENT_LAYOUT_PLAIN), wanted)
#define MARKDOWN(text, wanted) assert_string_equal(sections(text, ENT_LAYOUT_MARKDOWN), wanted)

/* A line that stands alone: its level, 0 when it is no heading. */
static void lines_alone(void **state) {
  static const struct { const char *line; unsigned level; } cases[] = {
      {"1 Introduction", 1}, {"1. Introduction", 1}, {"1.2.3 Ports and roads", 3}, {"2.1. Scope", 2}, {"10 ASEAN and China", 1},
      {"1引言", 1}, {"2.3数字治理", 2}, {"3．挑战", 1}, {"4、对策", 1}, {"一、引言", 1}, {"（一）背景", 1}, {"第三章 挑战", 1},
      {"第十二节 结论", 1}, {"第3章", 1}, {"第二部分 东盟", 1}, {"IV. Conclusion", 1}, {"Chapter 3", 1}, {"CHAPTER IV: Trust", 1},
      {"Part II", 1}, {"Bab II", 1}, {"BAB 2 TINJAUAN PUSTAKA", 1}, {"Bagian III Hasil", 1}, {"Bahagian 2", 1}, {"Kabanata 1", 1},
      {"Chương 1", 1}, {"CHƯƠNG II. TỔNG QUAN", 1}, {"Phần I", 1}, {"Mục 2", 1}, {"บทที่ 1", 1}, {"บทที่1 บทนำ", 1}, {"ส่วนที่ ๒", 1},
      {"๑. บทนำ", 1}, {"๒.๑ ความเป็นมา", 2}, {"ជំពូកទី ១", 1}, {"១. សេចក្តីផ្តើម", 1}, {"ບົດທີ 1", 1}, {"အခန်း ၁", 1}, {"၁။ နိဒါန်း", 1},
      {"Introduction", 1}, {"ABSTRACT", 1}, {"Abstract:", 1}, {"**Conclusion**", 1}, {"摘 要", 1}, {"【关键词】", 1}, {"〔參考文獻〕", 1},
      {"参考文献（References）", 1}, {"[参考文献]", 1}, {"Daftar Pustaka", 1}, {"DAFTAR RUJUKAN", 1}, {"Tài liệu tham khảo", 1},
      {"KẾT LUẬN", 1}, {"เอกสารอ้างอิง", 1}, {"บรรณานุกรม", 1}, {"ឯកសារយោង", 1}, {"ເອກະສານອ້າງອີງ", 1}, {"ကိုးကားချက်များ", 1}, {"Mga Sanggunian", 1},
      {"Appendix A", 1}, {"附录一", 1}, {"Lampiran 2", 1}, {"Phụ lục", 1}, {"ภาคผนวก ก", 1},
      /* none */
      {"12 January 2023", 0}, {"12月5日", 0}, {"2023年报告", 0}, {"3G networks", 0}, {"1st place", 0}, {"40 papers were read", 0},
      {"1. It ends as a sentence.", 0}, {"一、到此为止。", 0}, {"A. Lim", 0}, {"A. Introduction", 0}, {"I am here", 0}, {"第三世界国家", 0},
      {"一带一路", 0}, {"Chapter and verse", 0}, {"Partners in 2020", 0}, {"Babak baru", 0}, {"(1) an equation", 0},
      {"Introduction to trade", 0}, {"References to trade", 0}, {"Notes on the region", 0}, {"1.2.3.4.5.6.7 too deep", 0},
      {"3.14159", 0}, {"2023", 0}, {"1", 0}, {"- Introduction", 0}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[256];
    (void)snprintf(text, sizeof text, "Words.\n\n%s\n\nWords.", cases[i].line);
    (void)sections(text, ENT_LAYOUT_PLAIN);
    unsigned level = shown[0] ? (unsigned)(shown[0] - '0') : 0;
    if (level != cases[i].level) fail_msg("%s: level %u, not %u", cases[i].line, level, cases[i].level);
  }
}

/* What a number means depends on what stands above it. */
static void outlines(void **state) {
  (void)state;
  PLAIN("一、引言\n\n（一）背景\n\n1. 历史\n\n2. 现状\n\n（二）方法\n\n1. 数据\n\n二、结论\n\n1. 小结论\n\nx",
        "1 一、引言|2 （一）背景|3 1. 历史|3 2. 现状|2 （二）方法|3 1. 数据|1 二、结论|2 1. 小结论");
  PLAIN("I. Trust\n\nA. Ports\n\n1. Gwadar\n\nB. Roads\n\nII. Trade\n\nA. Goods\n\nC. Lim\n\nx",
        "1 I. Trust|2 A. Ports|3 1. Gwadar|2 B. Roads|1 II. Trade|2 A. Goods");
  PLAIN("第一章 总论\n\n第一节 背景\n\n一、历史\n\n第二节 方法\n\n第二章 分论\n\n一、贸易\n\nx",
        "1 第一章 总论|2 第一节 背景|3 一、历史|2 第二节 方法|1 第二章 分论|2 一、贸易");
  PLAIN("Bab I Pendahuluan\n\n1.1 Latar Belakang\n\nBab II Hasil\n\n2.1 Data\n\n2.1.1 Ekspor\n\nx",
        "1 Bab I Pendahuluan|2 1.1 Latar Belakang|1 Bab II Hasil|2 2.1 Data|3 2.1.1 Ekspor");
  PLAIN("1. Preface\n\nChapter 1\n\n1.1 Ports\n\nx", "1 1. Preface|1 Chapter 1|2 1.1 Ports");
  PLAIN("Abstract\n\n1 Trust\n\n1.1 Ports\n\nConclusion\n\nx", "1 Abstract|1 1 Trust|2 1.1 Ports|1 Conclusion");
}

/* A known name is a heading though words follow at once; a number must stand alone. */
static void without_blank_line(void **state) {
  (void)state;
  PLAIN("Words.\n\nReferences\n[1] A.\n[2] B.", "1! References");
  PLAIN("Words.\n\n摘要\n本文分析。", "1 摘要");
  PLAIN("Words and\nreferences\nbetween lines.", "");
  PLAIN("1. First\n2. Second", "");
}

static void reference_list(void **state) {
  (void)state;
  PLAIN("1 Trust\n\nx\n\nReferences\n\n[1] A.\n\nAppendix A\n\nx\n\nAppendix B\n\nx",
        "1 1 Trust|1! References|1 Appendix A|1 Appendix B");
  PLAIN("参考文献：\n\n[1]王。\n\n附录1\n\n表。", "1! 参考文献：|1 附录1");
  PLAIN("5 References\n\n[1] A.\n\n6 Notes on data\n\nx", "1! 5 References|1 6 Notes on data");
  MARKDOWN("# Paper\n\n## References\n\n- A.\n\n### Books\n\n- B.\n\n### Appendix\n\nx\n\n#### Tables\n\nx",
           "1 Paper|2! References|3! Books|2 Appendix|4 Tables");
  MARKDOWN("# Daftar Pustaka\n\nA.\n\n## Lampiran 1\n\nx", "1! Daftar Pustaka|1 Lampiran 1");
  MARKDOWN("# 论文\n\n正文。\n\n参考文献:\n\n[1] 王。", "1 论文|1! 参考文献:");
  MARKDOWN("# Paper\n\nThe\nReferences\nare missing.", "1 Paper");
}

static void markdown(void **state) {
  (void)state;
  MARKDOWN("# 1引言\n\n# 1.1背景\n\n# （1）历史\n\n# 2方法\n\n# 结语\n\n# 参考文献\n\nx",
           "1 1引言|2 1.1背景|3 （1）历史|1 2方法|1 结语|1! 参考文献"); /* flat: numbers say how deep */
  MARKDOWN("# One\n\n## 1.1.1 Two\n\nx", "1 One|2 1.1.1 Two"); /* not flat: marks say it */
  MARKDOWN("1. Introduction\n\nWords.\n\n1.1 Scope\n\n**2. Method**\n\nx", "1 1. Introduction|2 1.1 Scope|1 2. Method");
  MARKDOWN("# A\n\n1. Item\n\n2. Item\n\nx", "1 A");
  MARKDOWN("Title\n===\n\nReferences\n---\n\nA.", "1 Title|2! References");
  MARKDOWN("Two lines\nof words\n---\n\nx", "");
  MARKDOWN("| a | b |\n|---|---|\n| 1 | 2 |\n\nx", "");
  MARKDOWN("x\n\n```\n# no\n~~~\n\n1. No\n\n```\n\n1. Yes\n\nx", "1 1. Yes");
  MARKDOWN("---\ntitle: x\nabstract: y\n---\n\n# A\n\nx", "1 A");
  MARKDOWN("text # not a heading\n\n  # Heading\n\nx", "1 Heading");
}

/* Names from the ends and the middle of the sorted list, and what is not in it. */
static void every_name(void **state) {
  static const char *const some[] = {"references", "参考文献", "zzz", "abstract", "เอกสารอ้างอิง", "နောက်ဆက်တွဲ", "致謝", "xxx"};
  static const enti_name kinds[] = {ENTI_NAME_REFERENCE, ENTI_NAME_REFERENCE, ENTI_NAME_NONE, ENTI_NAME_OTHER, ENTI_NAME_REFERENCE,
                                    ENTI_NAME_BACK, ENTI_NAME_BACK, ENTI_NAME_NONE};
  ent_alloc alloc;
  enti_bytes scratch = {0};
  (void)state;
  alloc = enti_alloc_default;
  for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
    enti_name name;
    assert_int_equal(enti_heading_name(&alloc, &scratch, some[i], strlen(some[i]), &name), ENT_OK);
    if (name != kinds[i]) fail_msg("%s", some[i]);
  }
  enti_array_free(&alloc, &scratch);
}

/* Many lines that could be headings cost no more than their length. */
static void linear(void **state) {
  static const char *const pieces[] = {"1. A\n\n", "#", "# A\n", "1.", "（一）\n\n", "```\n", "A. B\n\n", "References\n", "> ", "\n-\n---\n"};
  enum { SIZE = 1 << 19 };
  char *text = malloc(SIZE + 64);
  (void)state;
  assert_non_null(text);
  for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
    for (int layout = ENT_LAYOUT_PLAIN; layout <= ENT_LAYOUT_MARKDOWN; layout++) {
      size_t length = 0;
      ent_vocab *vocab;
      ent_index *index;
      uint32_t document;
      for (; length + strlen(pieces[i]) < SIZE; length += strlen(pieces[i])) memcpy(text + length, pieces[i], strlen(pieces[i]));
      clock_t begin = clock();
      assert_int_equal(ent_vocab_new(NULL, &vocab), ENT_OK);
      assert_int_equal(ent_index_new(vocab, &index), ENT_OK);
      ent_source source = {.text = text, .length = length, .layout = (ent_layout)layout};
      assert_int_equal(ent_index_add(index, &source, &document, NULL), ENT_OK);
      ent_index_free(index);
      ent_vocab_free(vocab);
      double seconds = seconds_since(begin);
      if (seconds > patience(2)) fail_msg("%s: %.1f s for half a MB", pieces[i], seconds);
    }
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lines_alone), cmocka_unit_test(outlines), cmocka_unit_test(without_blank_line),
      cmocka_unit_test(reference_list), cmocka_unit_test(markdown), cmocka_unit_test(every_name), cmocka_unit_test(linear),
  };
  return cmocka_run_group_tests_name("heading", tests, NULL, NULL);
}
