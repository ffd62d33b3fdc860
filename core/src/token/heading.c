/* token/heading: is this line, which stands alone, a heading, and how deep?
 *
 * A heading bears a number of a known form or is one of the names below. It is short and does not end as
 * a sentence does. Names are compared folded and without blanks, for 摘 要 is 摘要. */
#include "text/fold.h"
#include "token/structure.h"

enum { LONGEST_HEADING = 240, LONGEST_NAME = 64 };

static const char *const reference_names[] = {
    "references", "referencelist", "bibliography", "workscited", "literaturecited", "selectedbibliography",
    "参考文献", "參考文獻", "引用文献", "引用文獻", "参考资料", "參考資料", "主要参考文献", "daftarpustaka",
    "daftarrujukan", "referensi", "rujukan", "bibliografi", "tàiliệuthamkhảo", "เอกสารอ้างอิง", "บรรณานุกรม",
    "รายการอ้างอิง", "mgasanggunian", "referências", NULL};

static const char *const other_names[] = {
    "abstract", "summary", "introduction", "background", "literaturereview", "methods", "methodology",
    "results", "discussion", "conclusion", "conclusions", "concludingremarks", "acknowledgements",
    "acknowledgments", "appendix", "notes", "摘要", "引言", "前言", "绪论", "緒論", "结语", "結語", "结论",
    "結論", "致谢", "致謝", "附录", "附錄", "注释", "註釋", "abstrak", "pendahuluan", "kesimpulan", "penutup",
    "simpulan", "tómtắt", "mởđầu", "đặtvấnđề", "kếtluận", "บทคัดย่อ", "บทนำ", "สรุป", "บทสรุป", NULL};

/* A word that stands before a chapter's number. */
static const struct {
  const char *word;
  uint32_t level;
} openers[] = {{"chapter ", 1}, {"part ", 1},    {"section ", 1}, {"bab ", 1},  {"bagian ", 1},
               {"chương ", 1},  {"phần ", 1},    {"บทที่ ", 1},      {"ส่วนที่ ", 1}, {NULL, 0}};

static bool starts(const char *at, const char *end, const char *word) {
  size_t length = strlen(word);
  return (size_t)(end - at) >= length && memcmp(at, word, length) == 0;
}

static const char *const han_numbers[] = {"一", "二", "三", "四", "五", "六", "七", "八", "九", "十", NULL};

/* Past a run of Han numerals, at most three. */
static const char *skip_han_number(const char *at, const char *end) {
  for (int count = 0; count < 3; count++) {
    const char *const *number = han_numbers;
    while (*number && !starts(at, end, *number)) number++;
    if (!*number) break;
    at += strlen(*number);
  }
  return at;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_blank(const char *at, const char *end) {
  return at < end && (*at == ' ' || *at == '\t' || starts(at, end, "\xC2\xA0") || starts(at, end, "　"));
}
static const char *skip_blanks(const char *at, const char *end) {
  while (is_blank(at, end)) at += *at == ' ' || *at == '\t' ? 1 : (*at == '\xC2' ? 2 : 3);
  return at;
}

/* "2.", "2.1", "2.1.3 ", "1、": the level, and *rest behind the number; 0 when it is none. */
static uint32_t decimal_number(const char *at, const char *end, const char **rest) {
  uint32_t level = 0;
  bool dot = false;
  while (at < end && is_digit(*at)) {
    int digits = 0;
    while (at < end && is_digit(*at)) at++, digits++;
    if (digits > 2) return 0;
    level++;
    dot = at < end && *at == '.';
    if (!dot) break;
    at++;
  }
  if (level == 0 || level > 6) return 0;
  bool mark = dot;
  if (starts(at, end, "、") || starts(at, end, "．")) at += 3, mark = true;
  const char *words = skip_blanks(at, end);
  if (words == end || is_digit(*words)) return 0;
  if (words == at && (unsigned char)*words < 0x80) return 0; /* 3G, 1st */
  bool year_behind = end - words >= 4 && is_digit(end[-1]) && is_digit(end[-2]) && is_digit(end[-3]) && is_digit(end[-4]);
  if (!mark && (year_behind || (*words >= 'a' && *words <= 'z'))) return 0; /* 12 January 2023; 40 papers */
  *rest = words;
  return level;
}

static uint32_t han_number(const char *at, const char *end, const char **rest) {
  const char *open = at;
  bool bracket = starts(at, end, "（") || starts(at, end, "(");
  if (bracket) open += *at == '(' ? 1 : 3;
  if (!bracket && starts(at, end, "第")) {
    const char *behind = skip_han_number(at + 3, end);
    while (behind < end && is_digit(*behind)) behind++;
    if (behind == at + 3) return 0;
    static const char *const parts[] = {"章", "部分", "节", "節", NULL};
    for (int i = 0; parts[i]; i++)
      if (starts(behind, end, parts[i])) {
        *rest = skip_blanks(behind + strlen(parts[i]), end);
        return i < 2 ? 1 : 2;
      }
    return 0;
  }
  const char *behind = skip_han_number(open, end);
  if (behind == open) return 0;
  if (bracket) {
    if (!starts(behind, end, "）") && !starts(behind, end, ")")) return 0;
    *rest = skip_blanks(behind + (*behind == ')' ? 1 : 3), end);
    return *rest < end ? 2 : 0;
  }
  const char *words = behind;
  if (starts(words, end, "、") || starts(words, end, "．"))
    words += 3;
  else if (starts(words, end, "."))
    words += 1;
  else if (!is_blank(words, end))
    return 0;
  *rest = skip_blanks(words, end);
  return *rest < end ? 1 : 0;
}

static uint32_t roman_number(const char *at, const char *end, const char **rest) {
  const char *behind = at;
  while (behind < end && behind - at < 5 && (*behind == 'I' || *behind == 'V' || *behind == 'X')) behind++;
  if (behind == at || behind >= end || *behind != '.') return 0;
  const char *words = skip_blanks(behind + 1, end);
  if (words == behind + 1 || words == end) return 0;
  *rest = words;
  return 1;
}

static uint32_t number_of(const char *at, const char *end, const char **rest) {
  uint32_t level = decimal_number(at, end, rest);
  if (level == 0) level = han_number(at, end, rest);
  if (level == 0) level = roman_number(at, end, rest);
  return level;
}

typedef struct name { /* a line folded, without blanks, brackets and colons; length 0 when it is too long */
  char bytes[LONGEST_NAME];
  size_t length;
} name;

static ent_status name_of(const ent_alloc *alloc, const char *at, const char *end, name *out) {
  out->length = 0;
  if (end - at > LONGEST_NAME) return ENT_OK;
  enti_bytes folded = {0};
  ent_status status = enti_text_fold(alloc, ENT_FOLD, at, (size_t)(end - at), &folded);
  for (size_t i = 0; i < folded.count && out->length < LONGEST_NAME; i++) {
    const char *byte = folded.at + i;
    if (*byte == ' ' || *byte == ':' || *byte == '*' || *byte == '_') continue;
    if (folded.count - i >= 3 && (!memcmp(byte, "【", 3) || !memcmp(byte, "】", 3))) {
      i += 2;
      continue;
    }
    out->bytes[out->length++] = *byte;
  }
  enti_array_free(alloc, &folded);
  return status;
}

static bool named(const char *const *names, const name *own) {
  for (; *names; names++)
    if (strlen(*names) == own->length && memcmp(*names, own->bytes, own->length) == 0) return true;
  return false;
}

ent_status enti_heading_is_reference(const ent_alloc *alloc, const char *text, size_t begin, size_t end, bool *yes) {
  const char *words = text + begin, *rest = words;
  name own;
  if (number_of(words, text + end, &rest) == 0) rest = words;
  ent_status status = name_of(alloc, rest, text + end, &own);
  if (status == ENT_OK) *yes = named(reference_names, &own);
  return status;
}

/* "Chapter 3", "Bab II": the level that the word before the number gives, or 0. */
static uint32_t opener_level(const char *at, const char *stop) {
  char lower[24] = {0};
  for (size_t i = 0; i + 1 < sizeof lower && at + i < stop; i++)
    lower[i] = at[i] >= 'A' && at[i] <= 'Z' ? (char)(at[i] + 32) : at[i];
  for (int i = 0; openers[i].word; i++) {
    size_t word = strlen(openers[i].word);
    if (strncmp(lower, openers[i].word, word) != 0) continue;
    char behind = lower[word];
    if (is_digit(behind) || behind == 'i' || behind == 'v' || behind == 'x') return openers[i].level;
  }
  return 0;
}

static bool ends_as_sentence(const char *at, const char *end) {
  static const char *const ends[] = {".", ";", ",", ":", "。", "；", "，", "：", NULL};
  for (int i = 0; ends[i]; i++) {
    size_t length = strlen(ends[i]);
    if ((size_t)(end - at) >= length && memcmp(end - length, ends[i], length) == 0) return true;
  }
  return false;
}

ent_status enti_heading_of_line(const ent_alloc *alloc, const char *text, size_t begin, size_t end,
                                enti_heading_view *view) {
  const char *at = text + begin, *stop = text + end, *rest = at;
  name own;
  *view = (enti_heading_view){0, false};
  if (end - begin > LONGEST_HEADING || begin == end) return ENT_OK;
  uint32_t level = number_of(at, stop, &rest);
  if (level == 0) rest = at;
  ent_status status = name_of(alloc, rest, stop, &own);
  if (status != ENT_OK) return status;
  view->reference = named(reference_names, &own);
  if (level == 0 && (view->reference || named(other_names, &own))) {
    view->level = 1;
    return ENT_OK;
  }
  if (level == 0) level = opener_level(at, stop);
  if (!ends_as_sentence(at, stop)) view->level = level;
  return ENT_OK;
}
