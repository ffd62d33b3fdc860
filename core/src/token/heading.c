/* token/heading: is this line, which stands alone, a heading, and how deep?
 *
 *   decimal   "2.", "2.1", "2 ", "2引言", "๒."      in brackets  "(1)", "1)"
 *   Han       "一、"                                in brackets  "（一）"
 *   Roman     "IV."                                letter       "A."
 *   chapter   "Chapter 3", "Bab II", "第三章", "Chương 1", "บทที่ 1"
 *
 * What a number means depends on what stands above it (1. below 一、 and （一） is the third level), so levels come from
 * an outline that is kept along the document. */
#include "token/heading.h"

#include "text/fold.h"
#include "text/ucd.h"
#include "text/utf8.h"

enum { LONGEST_HEADING = 240 };

static bool starts(const char *at, const char *end, const char *word) {
  size_t length = strlen(word);
  return (size_t)(end - at) >= length && memcmp(at, word, length) == 0;
}

/* Past one of the words of a list that ends with NULL, or `at`; *which says which one. */
static const char *behind(const char *at, const char *end, const char *const *words, size_t *which) {
  for (size_t i = 0; words[i]; i++)
    if (starts(at, end, words[i])) {
      if (which) *which = i;
      return at + strlen(words[i]);
    }
  return at;
}

static const char *const blanks[] = {" ", "\t", "\xC2\xA0", "　", NULL};
static const char *skip_blanks(const char *at, const char *end) {
  for (const char *next; (next = behind(at, end, blanks, NULL)) > at;) at = next;
  return at;
}

/* Past one decimal digit of any script, or `at`. */
static const char *digit(const char *at, const char *end) {
  if (at >= end) return at;
  if ((unsigned char)*at < 0x80) return at + (*at >= '0' && *at <= '9');
  uint32_t c;
  size_t length = enti_utf8_next(at, 0, &c);
  return enti_unicode_category(c) == ENTI_CATEGORY_ND ? at + length : at;
}

static const char *const han_numbers[] = {"一", "二", "三", "四", "五", "六", "七", "八", "九", "十", NULL};

/* Past a run of Han numerals, at most three. */
static const char *skip_han_number(const char *at, const char *end) {
  for (int count = 0; count < 3; count++) at = behind(at, end, han_numbers, NULL);
  return at;
}

/* ---- the forms of numbers; each gives where the words begin, or NULL ---- */

static const char *decimal_number(const char *at, const char *end, uint32_t *depth) {
  static const char *const counted[] = {"年", "月", "日", "时", "個", "个", "名", "位", "国", "國", "万", "萬", "亿", "億", "%", "％", NULL};
  static const char *const marks[] = {"、", "．", NULL};
  bool mark = false;
  *depth = 0;
  for (const char *next; (next = digit(at, end)) > at;) {
    int digits = 0;
    for (; next > at; next = digit(at, end)) at = next, digits++;
    if (digits > 2 || ++*depth > 6) return NULL;
    mark = at < end && *at == '.';
    if (!mark) break;
    at++;
  }
  if (*depth == 0) return NULL;
  const char *marked = behind(at, end, marks, NULL);
  mark = mark || marked > at;
  const char *words = skip_blanks(marked, end);
  if (words == end || digit(words, end) > words) return NULL;
  if (words == at && ((unsigned char)*words < 0x80 || behind(words, end, counted, NULL) > words)) return NULL; /* 3G, 12月 */
  bool year_behind = end - words >= 4 && digit(end - 4, end) > end - 4 && digit(end - 3, end) > end - 3 &&
                     digit(end - 2, end) > end - 2 && digit(end - 1, end) > end - 1;
  if (!mark && (year_behind || (*words >= 'a' && *words <= 'z'))) return NULL; /* 12 January 2023; 40 papers */
  return words;
}

/* "(1) ", "（一）", "1) ". */
static const char *bracketed(const char *at, const char *end, enti_style *style) {
  static const char *const opening[] = {"（", "(", NULL}, *const closing[] = {"）", ")", NULL};
  const char *open = behind(at, end, opening, NULL), *number = skip_han_number(open, end);
  *style = ENTI_STYLE_HAN_IN_BRACKETS;
  if (number == open) {
    *style = ENTI_STYLE_IN_BRACKETS;
    for (int digits = 0; digits < 2; digits++) number = digit(number, end);
  } else if (open == at) {
    return NULL;
  }
  const char *words = behind(number, end, closing, NULL);
  if (number == open || words == number) return NULL;
  words = skip_blanks(words, end);
  return words < end ? words : NULL;
}

static const char *han_number(const char *at, const char *end, enti_style *style) {
  static const char *const parts[] = {"章", "部分", "编", "編", "篇", "节", "節", NULL};
  static const char *const marks[] = {"、", "．", ".", "，", NULL};
  if (starts(at, end, "第")) {
    const char *number = skip_han_number(at + 3, end);
    while (number < end && digit(number, end) > number) number = digit(number, end);
    number = skip_blanks(number, end);
    size_t which = 0;
    const char *words = behind(number, end, parts, &which);
    if (number == at + 3 || words == number) return NULL;
    *style = which < 5 ? ENTI_STYLE_CHAPTER : ENTI_STYLE_SECTION;
    return skip_blanks(words, end);
  }
  *style = ENTI_STYLE_HAN;
  const char *number = skip_han_number(at, end);
  if (number == at) return NULL;
  const char *marked = behind(number, end, marks, NULL), *words = skip_blanks(marked, end);
  return words > number && words < end ? words : NULL;
}

static bool is_roman(char c) { return c == 'I' || c == 'V' || c == 'X'; }

/* "IV. " and "A. ". */
static const char *lettered(const char *at, const char *end, enti_style *style, char *letter) {
  const char *number = at;
  while (number < end && number - at < 5 && is_roman(*number)) number++;
  *style = ENTI_STYLE_ROMAN;
  if (number == at && number < end && *number >= 'A' && *number <= 'H') {
    *style = ENTI_STYLE_LETTER;
    *letter = *number++;
  }
  if (number == at || number >= end || (*number != '.' && !starts(number, end, "、"))) return NULL;
  const char *words = skip_blanks(number + (*number == '.' ? 1 : 3), end);
  return words > number + 1 && words < end ? words : NULL;
}

/* Words before a chapter's number, folded. */
static const char *const chapters[] = {"chapter", "part", "bab", "bagian", "bahagian", "kabanata", "chương", "phần", "บทที่",
                                       "ส่วนที่", "ตอนที่", "ภาคที่", "ជំពូកទី", "ជំពូក", "ບົດທີ", "ພາກທີ", "အခန်း", "အပိုင်း", NULL};
static const char *const sections[] = {"section", "mục", NULL};

/* "Chapter 3", "BAB II": a word of the lists, then a number that ends there. */
static ent_status chapter(const ent_alloc *alloc, enti_bytes *scratch, const char *at, size_t length, enti_style *style) {
  unsigned char first = (unsigned char)at[0];
  if (first < 0x80 ? strchr("bckmpsBCKMPS", first) == NULL : first != 0xE0 && first != 0xE1 && first != 0xEF) return ENT_OK;
  if (length > 40)
    for (length = 40; ((unsigned char)at[length] & 0xC0) == 0x80;) length--;
  scratch->count = 0;
  ent_status status = enti_text_fold(alloc, ENT_FOLD, at, length, scratch);
  if (status != ENT_OK || scratch->count == 0) return status;
  const char *end = scratch->at + scratch->count, *word = behind(scratch->at, end, chapters, NULL);
  *style = ENTI_STYLE_CHAPTER;
  if (word == scratch->at) {
    word = behind(scratch->at, end, sections, NULL);
    *style = ENTI_STYLE_SECTION;
  }
  const char *number = skip_blanks(word, end), *behind_number = number;
  bool spaced = number > word || (unsigned char)scratch->at[0] >= 0xE0; /* บทที่1 */
  while (behind_number < end && (*behind_number == 'i' || *behind_number == 'v' || *behind_number == 'x')) behind_number++;
  if (behind_number == number)
    for (const char *next; (next = digit(behind_number, end)) > behind_number;) behind_number = next;
  bool ends = behind_number == end || (unsigned)((*behind_number | 0x20) - 'a') > 25;
  if (word == scratch->at || !spaced || behind_number == number || !ends) *style = ENTI_STYLE_NONE;
  return ENT_OK;
}

static bool ends_as_sentence(const char *at, const char *end) {
  static const char *const ends[] = {".", ";", ",", ":", "。", "；", "，", "：", "។", "။", NULL};
  for (size_t i = 0; ends[i]; i++) {
    size_t length = strlen(ends[i]);
    if ((size_t)(end - at) >= length && memcmp(end - length, ends[i], length) == 0) return true;
  }
  return false;
}

ent_status enti_heading_judge(const ent_alloc *alloc, enti_bytes *scratch, const char *at, size_t length,
                              enti_heading_view *view) {
  const char *end = at + length;
  *view = (enti_heading_view){.depth = 1};
  if (length == 0 || length > LONGEST_HEADING) return ENT_OK;
  const char *words = decimal_number(at, end, &view->depth);
  view->style = ENTI_STYLE_DECIMAL;
  if (!words) view->depth = 1;
  if (!words) words = bracketed(at, end, &view->style);
  if (!words) words = han_number(at, end, &view->style);
  if (!words) words = lettered(at, end, &view->style, &view->letter);
  if (!words) view->style = ENTI_STYLE_NONE;
  view->open = !ends_as_sentence(at, end);
  const char *title = words ? words : at;
  bool stopped = end[-1] == '.' || end[-1] == ',' || end[-1] == ';' || (end - at >= 3 && memcmp(end - 3, "。", 3) == 0);
  ent_status status = stopped ? ENT_OK : enti_heading_name(alloc, scratch, title, (size_t)(end - title), &view->name);
  if (status == ENT_OK && !words && view->name == ENTI_NAME_NONE) status = chapter(alloc, scratch, at, length, &view->style);
  return status;
}

uint32_t enti_outline_level(enti_outline *o, const enti_heading_view *view) {
  size_t place = 0;
  if (view->style == ENTI_STYLE_LETTER) { /* A. Lim is a name, too: a letter counts below another number, in its order */
    bool next = o->count > 0 && (view->letter == 'A' || view->letter == o->letter + 1);
    if (!next) return 0;
    o->letter = view->letter;
  }
  if (view->style == ENTI_STYLE_CHAPTER) o->count = 0;
  while (place < o->count && o->open[place].style != view->style) place++;
  uint32_t level = 1;
  if (place < o->count) level = o->open[place].level;
  else if (o->count > 0) level = o->deepest + 1 > view->depth ? o->deepest + 2 - view->depth : 1; /* 1.1 right below Bab I */
  if (place == sizeof o->open / sizeof *o->open) place--;
  o->open[place].style = view->style;
  o->open[place].level = level;
  o->count = place + 1;
  o->deepest = level + view->depth - 1;
  return o->deepest;
}
