/* token/heading_names: titles that need no number: "Abstract", "参考文献", "Lampiran A". Compared folded, without
 * blanks, so that 摘 要 is 摘要; what stands in brackets behind a name is no part of it. */
#include "token/heading.h"
#include "text/fold.h"
#include "text/unicode_tables.h"
#include "text/utf8.h"

enum { LONGEST_TITLE = 80 }; /* bytes with blanks and brackets */

/* Sorted bytewise: a name out of its place is not found. */
static const struct title {
  const char *name;
  enti_name kind;
} titles[] = {
    {"abouttheauthor", ENTI_NAME_BACK}, {"abouttheauthors", ENTI_NAME_BACK}, {"abstract", ENTI_NAME_OTHER},
    {"abstrak", ENTI_NAME_OTHER}, {"acknowledgement", ENTI_NAME_BACK}, {"acknowledgements", ENTI_NAME_BACK},
    {"acknowledgment", ENTI_NAME_BACK}, {"acknowledgments", ENTI_NAME_BACK}, {"analyticalframework", ENTI_NAME_OTHER},
    {"annex", ENTI_NAME_BACK}, {"annexes", ENTI_NAME_BACK}, {"apendiks", ENTI_NAME_BACK},
    {"appendices", ENTI_NAME_BACK}, {"appendix", ENTI_NAME_BACK}, {"authorcontributions", ENTI_NAME_BACK},
    {"background", ENTI_NAME_OTHER}, {"bibliografi", ENTI_NAME_REFERENCE}, {"bibliographie", ENTI_NAME_REFERENCE},
    {"bibliography", ENTI_NAME_REFERENCE}, {"buod", ENTI_NAME_OTHER}, {"catatan", ENTI_NAME_OTHER},
    {"citedreferences", ENTI_NAME_REFERENCE}, {"concludingremarks", ENTI_NAME_OTHER}, {"conclusion", ENTI_NAME_OTHER},
    {"conclusions", ENTI_NAME_OTHER}, {"conflictofinterest", ENTI_NAME_BACK}, {"conflictsofinterest", ENTI_NAME_BACK},
    {"contents", ENTI_NAME_OTHER}, {"cơsởlýluận", ENTI_NAME_OTHER}, {"daftarisi", ENTI_NAME_OTHER},
    {"daftarpustaka", ENTI_NAME_REFERENCE}, {"daftarreferensi", ENTI_NAME_REFERENCE},
    {"daftarrujukan", ENTI_NAME_REFERENCE}, {"danhmụctàiliệuthamkhảo", ENTI_NAME_REFERENCE},
    {"dapatankajian", ENTI_NAME_OTHER}, {"dataandmethods", ENTI_NAME_OTHER},
    {"declarationofinterests", ENTI_NAME_BACK}, {"discussion", ENTI_NAME_OTHER}, {"endnotes", ENTI_NAME_OTHER},
    {"executivesummary", ENTI_NAME_OTHER}, {"findings", ENTI_NAME_OTHER}, {"foreword", ENTI_NAME_OTHER},
    {"funding", ENTI_NAME_BACK}, {"giớithiệu", ENTI_NAME_OTHER}, {"hasil", ENTI_NAME_OTHER},
    {"hasildanpembahasan", ENTI_NAME_OTHER}, {"introduction", ENTI_NAME_OTHER}, {"kaedahkajian", ENTI_NAME_OTHER},
    {"kajianliteratur", ENTI_NAME_OTHER}, {"kajianpustaka", ENTI_NAME_OTHER}, {"katakunci", ENTI_NAME_OTHER},
    {"katapengantar", ENTI_NAME_OTHER}, {"kerangkateori", ENTI_NAME_OTHER}, {"kesimpulan", ENTI_NAME_OTHER},
    {"kesimpulandansaran", ENTI_NAME_OTHER}, {"keywords", ENTI_NAME_OTHER}, {"khuyếnnghị", ENTI_NAME_OTHER},
    {"kiếnnghị", ENTI_NAME_OTHER}, {"kongklusyon", ENTI_NAME_OTHER}, {"konklusyon", ENTI_NAME_OTHER},
    {"kếtluận", ENTI_NAME_OTHER}, {"kếtluậnvàkiếnnghị", ENTI_NAME_OTHER}, {"kếtquả", ENTI_NAME_OTHER},
    {"kếtquảnghiêncứu", ENTI_NAME_OTHER}, {"lampiran", ENTI_NAME_BACK}, {"latarbelakang", ENTI_NAME_OTHER},
    {"listofreferences", ENTI_NAME_REFERENCE}, {"literaturecited", ENTI_NAME_REFERENCE},
    {"literaturereview", ENTI_NAME_OTHER}, {"lờicảmơn", ENTI_NAME_BACK}, {"materialsandmethods", ENTI_NAME_OTHER},
    {"method", ENTI_NAME_OTHER}, {"methodology", ENTI_NAME_OTHER}, {"methods", ENTI_NAME_OTHER},
    {"metode", ENTI_NAME_OTHER}, {"metodepenelitian", ENTI_NAME_OTHER}, {"metodologi", ENTI_NAME_OTHER},
    {"metodolohiya", ENTI_NAME_OTHER}, {"mgasanggunian", ENTI_NAME_REFERENCE}, {"mởđầu", ENTI_NAME_OTHER},
    {"mụclục", ENTI_NAME_OTHER}, {"notes", ENTI_NAME_OTHER}, {"notesandreferences", ENTI_NAME_REFERENCE},
    {"panimula", ENTI_NAME_OTHER}, {"pasasalamat", ENTI_NAME_BACK}, {"pembahasan", ENTI_NAME_OTHER},
    {"pendahuluan", ENTI_NAME_OTHER}, {"pengenalan", ENTI_NAME_OTHER}, {"penghargaan", ENTI_NAME_BACK},
    {"penutup", ENTI_NAME_OTHER}, {"perbincangan", ENTI_NAME_OTHER}, {"phươngpháp", ENTI_NAME_OTHER},
    {"phươngphápnghiêncứu", ENTI_NAME_OTHER}, {"phụlục", ENTI_NAME_BACK}, {"policyimplications", ENTI_NAME_OTHER},
    {"policyrecommendations", ENTI_NAME_OTHER}, {"preface", ENTI_NAME_OTHER}, {"recommendations", ENTI_NAME_OTHER},
    {"referencelist", ENTI_NAME_REFERENCE}, {"references", ENTI_NAME_REFERENCE},
    {"referencesandnotes", ENTI_NAME_REFERENCE}, {"referencescited", ENTI_NAME_REFERENCE},
    {"referensi", ENTI_NAME_REFERENCE}, {"referências", ENTI_NAME_REFERENCE}, {"rekomendasyon", ENTI_NAME_OTHER},
    {"results", ENTI_NAME_OTHER}, {"resultsanddiscussion", ENTI_NAME_OTHER}, {"ringkasan", ENTI_NAME_OTHER},
    {"rujukan", ENTI_NAME_REFERENCE}, {"sanggunian", ENTI_NAME_REFERENCE}, {"saran", ENTI_NAME_OTHER},
    {"selectedbibliography", ENTI_NAME_REFERENCE}, {"senarairujukan", ENTI_NAME_REFERENCE},
    {"simpulan", ENTI_NAME_OTHER}, {"sorotanliteratur", ENTI_NAME_OTHER}, {"summary", ENTI_NAME_OTHER},
    {"supplementarymaterial", ENTI_NAME_BACK}, {"supplementarymaterials", ENTI_NAME_BACK},
    {"tableofcontents", ENTI_NAME_OTHER}, {"talakayan", ENTI_NAME_OTHER}, {"talasanggunian", ENTI_NAME_REFERENCE},
    {"tentangpenulis", ENTI_NAME_BACK}, {"theoreticalframework", ENTI_NAME_OTHER}, {"thảoluận", ENTI_NAME_OTHER},
    {"tinjauanpustaka", ENTI_NAME_OTHER}, {"tàiliệuthamkhảo", ENTI_NAME_REFERENCE}, {"tómtắt", ENTI_NAME_OTHER},
    {"tổngquan", ENTI_NAME_OTHER}, {"từkhóa", ENTI_NAME_OTHER}, {"ucapanterimakasih", ENTI_NAME_BACK},
    {"workscited", ENTI_NAME_REFERENCE}, {"đặtvấnđề", ENTI_NAME_OTHER}, {"กิตติกรรมประกาศ", ENTI_NAME_BACK},
    {"ข้อเสนอแนะ", ENTI_NAME_OTHER}, {"คํานํา", ENTI_NAME_OTHER}, {"คําสําคัญ", ENTI_NAME_OTHER},
    {"ทบทวนวรรณกรรม", ENTI_NAME_OTHER}, {"บทคัดย่อ", ENTI_NAME_OTHER}, {"บทนํา", ENTI_NAME_OTHER},
    {"บทสรุป", ENTI_NAME_OTHER}, {"บรรณานุกรม", ENTI_NAME_REFERENCE}, {"ประวัติผู้เขียน", ENTI_NAME_BACK},
    {"ผลการวิจัย", ENTI_NAME_OTHER}, {"ผลการศึกษา", ENTI_NAME_OTHER}, {"ภาคผนวก", ENTI_NAME_BACK},
    {"ระเบียบวิธีวิจัย", ENTI_NAME_OTHER}, {"รายการอ้างอิง", ENTI_NAME_REFERENCE}, {"วัตถุประสงค์", ENTI_NAME_OTHER},
    {"วิธีการวิจัย", ENTI_NAME_OTHER}, {"สรุป", ENTI_NAME_OTHER}, {"สารบัญ", ENTI_NAME_OTHER},
    {"อภิปรายผล", ENTI_NAME_OTHER}, {"อ้างอิง", ENTI_NAME_REFERENCE}, {"เอกสารอ้างอิง", ENTI_NAME_REFERENCE},
    {"ບັນນານຸກົມ", ENTI_NAME_REFERENCE}, {"ບົດຄັດຫຍໍ້", ENTI_NAME_OTHER}, {"ບົດນໍາ", ENTI_NAME_OTHER},
    {"ສະຫຼຸບ", ENTI_NAME_OTHER}, {"ເອກະສານຊ້ອນທ້າຍ", ENTI_NAME_BACK}, {"ເອກະສານອ້າງອີງ", ENTI_NAME_REFERENCE},
    {"ကိုးကားချက်များ", ENTI_NAME_REFERENCE}, {"ကျမ်းကိုး", ENTI_NAME_REFERENCE},
    {"ကျမ်းကိုးစာရင်း", ENTI_NAME_REFERENCE}, {"စာတမ်းအကျဉ်း", ENTI_NAME_OTHER}, {"နိဂုံး", ENTI_NAME_OTHER},
    {"နိဒါန်း", ENTI_NAME_OTHER}, {"နောက်ဆက်တွဲ", ENTI_NAME_BACK}, {"គន្ថនិទ្ទេស", ENTI_NAME_REFERENCE},
    {"មូលន័យសង្ខេប", ENTI_NAME_OTHER}, {"សេចក្តីផ្តើម", ENTI_NAME_OTHER}, {"សេចក្តីសន្និដ្ឋាន", ENTI_NAME_OTHER},
    {"ឧបសម្ព័ន្ធ", ENTI_NAME_BACK}, {"ឯកសារយោង", ENTI_NAME_REFERENCE}, {"主要参考文献", ENTI_NAME_REFERENCE},
    {"主要參考文獻", ENTI_NAME_REFERENCE}, {"余论", ENTI_NAME_OTHER}, {"作者简介", ENTI_NAME_BACK}, {"作者簡介", ENTI_NAME_BACK},
    {"作者贡献", ENTI_NAME_BACK}, {"作者贡献声明", ENTI_NAME_BACK}, {"作者贡献说明", ENTI_NAME_BACK}, {"內容提要", ENTI_NAME_OTHER},
    {"关键词", ENTI_NAME_OTHER}, {"内容提要", ENTI_NAME_OTHER}, {"分析与讨论", ENTI_NAME_OTHER}, {"利益冲突", ENTI_NAME_BACK},
    {"利益冲突声明", ENTI_NAME_BACK}, {"前言", ENTI_NAME_OTHER}, {"参考书目", ENTI_NAME_REFERENCE}, {"参考文献", ENTI_NAME_REFERENCE},
    {"参考文献references", ENTI_NAME_REFERENCE}, {"参考文献一覧", ENTI_NAME_REFERENCE}, {"参考资料", ENTI_NAME_REFERENCE},
    {"參考文獻", ENTI_NAME_REFERENCE}, {"參考文獻references", ENTI_NAME_REFERENCE}, {"參考書目", ENTI_NAME_REFERENCE},
    {"參考資料", ENTI_NAME_REFERENCE}, {"基金项目", ENTI_NAME_BACK}, {"导言", ENTI_NAME_OTHER}, {"导论", ENTI_NAME_OTHER},
    {"導言", ENTI_NAME_OTHER}, {"導論", ENTI_NAME_OTHER}, {"小結", ENTI_NAME_OTHER}, {"小结", ENTI_NAME_OTHER},
    {"引用文献", ENTI_NAME_REFERENCE}, {"引用文獻", ENTI_NAME_REFERENCE}, {"引言", ENTI_NAME_OTHER}, {"引论", ENTI_NAME_OTHER},
    {"征引文献", ENTI_NAME_REFERENCE}, {"总结", ENTI_NAME_OTHER}, {"总结与展望", ENTI_NAME_OTHER}, {"摘要", ENTI_NAME_OTHER},
    {"政策建議", ENTI_NAME_OTHER}, {"政策建议", ENTI_NAME_OTHER}, {"文献综述", ENTI_NAME_OTHER}, {"文獻回顧", ENTI_NAME_OTHER},
    {"文獻綜述", ENTI_NAME_OTHER}, {"注释", ENTI_NAME_OTHER}, {"目录", ENTI_NAME_OTHER}, {"目錄", ENTI_NAME_OTHER},
    {"研究方法", ENTI_NAME_OTHER}, {"研究設計", ENTI_NAME_OTHER}, {"研究设计", ENTI_NAME_OTHER}, {"結束語", ENTI_NAME_OTHER},
    {"結果", ENTI_NAME_OTHER}, {"結語", ENTI_NAME_OTHER}, {"結論", ENTI_NAME_OTHER}, {"結論與建議", ENTI_NAME_OTHER},
    {"緒論", ENTI_NAME_OTHER}, {"總結", ENTI_NAME_OTHER}, {"结束语", ENTI_NAME_OTHER}, {"结果", ENTI_NAME_OTHER},
    {"结论", ENTI_NAME_OTHER}, {"结论与展望", ENTI_NAME_OTHER}, {"结论与建议", ENTI_NAME_OTHER}, {"结语", ENTI_NAME_OTHER},
    {"绪论", ENTI_NAME_OTHER}, {"致謝", ENTI_NAME_BACK}, {"致谢", ENTI_NAME_BACK}, {"討論", ENTI_NAME_OTHER},
    {"註釋", ENTI_NAME_OTHER}, {"讨论", ENTI_NAME_OTHER}, {"關鍵詞", ENTI_NAME_OTHER}, {"问题的提出", ENTI_NAME_OTHER},
    {"附件", ENTI_NAME_BACK}, {"附录", ENTI_NAME_BACK}, {"附錄", ENTI_NAME_BACK}, {"餘論", ENTI_NAME_OTHER}};

/* The folded bytes [at, end) without blanks, marks of emphasis and brackets around all; *length counts them. */
static void strip(char *at, size_t *length) {
  size_t out = 0;
  for (size_t i = 0; i < *length; i++) {
    char c = at[i];
    if (c == '(' && out > 0) break;
    if (c == ' ' || c == ':' || c == '*' || c == '_' || c == '[' || c == ']' || c == '(' || c == ')') continue;
    if (*length - i >= 3 && (memcmp(at + i, "【", 3) == 0 || memcmp(at + i, "】", 3) == 0 || memcmp(at + i, "〔", 3) == 0 ||
                             memcmp(at + i, "〕", 3) == 0)) {
      i += 2;
      continue;
    }
    at[out++] = c;
  }
  *length = out;
}

static enti_name find(const char *name, size_t length) {
  size_t low = 0, high = sizeof titles / sizeof *titles;
  while (low < high) {
    size_t middle = low + (high - low) / 2, own = strlen(titles[middle].name);
    int order = memcmp(titles[middle].name, name, own < length ? own : length);
    if (order == 0 && own == length) return titles[middle].kind;
    if (order < 0 || (order == 0 && own < length)) low = middle + 1;
    else high = middle;
  }
  return ENTI_NAME_NONE;
}

/* The name without the letter or number of one appendix of several. */
static size_t without_number(const char *name, size_t length) {
  static const char *const han[] = {"一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "ก", "ข", "ค", "ง"};
  for (size_t i = 0; i < sizeof han / sizeof *han; i++)
    if (length > 3 && memcmp(name + length - 3, han[i], 3) == 0) return length - 3;
  size_t digits = length;
  while (digits > 0 && length - digits < 2 && name[digits - 1] >= '0' && name[digits - 1] <= '9') digits--;
  if (digits < length) return digits;
  return length > 1 && name[length - 1] >= 'a' && name[length - 1] <= 'i' ? length - 1 : length;
}

/* Whether a line that begins so could be a name: cheap, and false for most. */
static bool may_begin(const char *at, size_t length) {
  uint32_t c;
  size_t width = enti_utf8_next(at, 0, &c), low = 0, high = sizeof titles / sizeof *titles;
  char first[4];
  if (width > length) return false;
  if (c < 0x80 && !((c | 0x20) >= 'a' && (c | 0x20) <= 'z')) return true; /* brackets, emphasis */
  if (c >= 0x80 && (enti_unicode_script(c) == ENTI_SCRIPT_LATIN || enti_unicode_script(c) == ENTI_SCRIPT_COMMON)) return true;
  memcpy(first, at, width);
  if (c < 0x80) first[0] = (char)(c | 0x20);
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (strncmp(titles[middle].name, first, width) < 0) low = middle + 1;
    else high = middle;
  }
  return low < sizeof titles / sizeof *titles && strncmp(titles[low].name, first, width) == 0;
}

ent_status enti_heading_name(const ent_alloc *alloc, enti_bytes *scratch, const char *at, size_t length, enti_name *out) {
  *out = ENTI_NAME_NONE;
  if (length == 0 || length > LONGEST_TITLE || !may_begin(at, length)) return ENT_OK;
  scratch->count = 0;
  ent_status status = enti_text_fold(alloc, ENT_FOLD, at, length, scratch);
  if (status != ENT_OK) return status;
  size_t count = scratch->count;
  strip(scratch->at, &count);
  *out = find(scratch->at, count);
  if (*out != ENTI_NAME_NONE || count == 0) return ENT_OK;
  enti_name numbered = find(scratch->at, without_number(scratch->at, count));
  if (numbered == ENTI_NAME_BACK) *out = numbered;
  return ENT_OK;
}
