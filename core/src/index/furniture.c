/* index/furniture: running heads and page numbers in a text that names none.
 *
 * Where form feeds part pages, the two outer lines at each end of a page are candidates:
 *
 *   the same line                    at that end of three pages (of two in a short text, where it holds a number)
 *   the same line but for a number   at that end of three pages, the number growing as the pages do
 *   nothing but a number             the same, of three pages (of two, where there are no more than three)
 *
 * A second line is furniture only where the outer one is. Without form feeds only a line that stands alone between
 * blank lines counts, whose words come three times with growing numbers, and that says it is of a page ("Page 12",
 * "- 12 -") or has been seen to cut a sentence in two: "Chapter 1", "Chapter 2" never do. */
#include "index/repair.h"

#include "text/ucd.h"
#include "text/utf8.h"
#include "token/mark.h"

enum { LONGEST_LINE = 160, OUTER = 2, FEWEST = 3, FEW_PAGES = 5, LETTERS = 3, NUMBERS = 4, LARGEST_NUMBER = 99999 };

typedef struct line {
  size_t begin, end; /* without blanks at the ends */
  uint32_t page;
  uint32_t numbers[NUMBERS]; /* the first ones in it; a roman one where that is all */
  uint32_t number_count;
  uint64_t exact, masked; /* hashes of the words, and of the words without numbers */
  bool bottom, outer;
  bool bare; /* no words but a number, or those that pages have */
  bool cuts; /* stands alone, inside a sentence */
  bool furniture;
} line;

typedef struct finder {
  ent_index *index;
  const char *text;
  size_t length;
  ENTI_ARRAY(line) lines;
  ENTI_ARRAY(uint64_t) keys; /* what lines have in common, one for each time */
} finder;

/* ---- lines ---- */

static uint64_t mix(uint64_t hash, unsigned char byte) { return (hash ^ byte) * UINT64_C(0x100000001B3); }

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static uint32_t roman(const char *text, size_t begin, size_t end) {
  static const struct {
    char letter;
    uint32_t value;
  } values[] = {{'i', 1}, {'v', 5}, {'x', 10}, {'l', 50}, {'c', 100}};
  uint32_t sum = 0, before = 0;
  if (end - begin > 8) return 0;
  for (size_t i = end; i-- > begin;) {
    uint32_t value = 0;
    for (size_t k = 0; k < sizeof values / sizeof *values; k++)
      if ((text[i] | 0x20) == values[k].letter) value = values[k].value;
    if (value == 0) return 0;
    sum = value < before ? sum - value : sum + value;
    before = value;
  }
  return sum;
}

/* Words that stand with the number of a page and say nothing else. */
static bool page_words(const char *text, size_t length) {
  static const char *const words[] = {"page", "pages", "pageof", "p", "pg", "halaman", "hal", "hlm", "trang", "หน้า",
                                      "ទំព័រ", "စာမျက်နှာ", "第页", "第頁", "第页共页", "第頁共頁", NULL};
  for (size_t i = 0; words[i]; i++)
    if (strlen(words[i]) == length && memcmp(words[i], text, length) == 0) return true;
  return length == 0;
}

/* Past a mark that stands beside page numbers; at where there is none. */
static size_t skip_mark(const char *text, size_t at, size_t end) {
  switch (text[at]) {
    case ' ': case '\t': case '-': case '|': case '/': case '.': case '[': case ']': case '(': case ')': case '~': return at + 1;
    case '\xC2': return end - at >= 2 && text[at + 1] == '\xB7' ? at + 2 : at; /* · */
    case '\xE2': /* – — */
      return end - at >= 3 && text[at + 1] == '\x80' && (text[at + 2] == '\x93' || text[at + 2] == '\x94') ? at + 3 : at;
    default: return at;
  }
}

/* Reads a line's hashes, numbers and nature. Blanks count in no hash. */
static void read_words(const char *text, line *l) {
  char words[32];
  size_t kept = 0;
  uint64_t exact = UINT64_C(0xCBF29CE484222325), masked = exact;
  uint32_t numeral = roman(text, l->begin, l->end);
  for (size_t at = l->begin; at < l->end;) {
    char c = text[at];
    if (is_digit(c)) {
      uint32_t value = 0;
      for (; at < l->end && is_digit(text[at]); at++) {
        if (value <= LARGEST_NUMBER) value = value * 10 + (uint32_t)(text[at] - '0');
        exact = mix(exact, (unsigned char)text[at]);
      }
      if (l->number_count < NUMBERS) l->numbers[l->number_count++] = value;
      masked = mix(masked, '#');
      continue;
    }
    size_t next = skip_mark(text, at, l->end);
    bool quiet = next > at;
    if (!quiet) next = at + 1;
    for (; at < next; at++) {
      c = text[at] >= 'A' && text[at] <= 'Z' ? (char)(text[at] | 0x20) : text[at];
      if (c == ' ' || c == '\t') continue;
      exact = mix(exact, (unsigned char)c);
      masked = mix(masked, (unsigned char)c);
      if (!quiet && kept < sizeof words) words[kept++] = c;
    }
  }
  if (numeral > 0) l->numbers[l->number_count++] = numeral;
  l->bare = numeral > 0 || (l->number_count > 0 && kept < sizeof words && page_words(words, kept));
  l->exact = exact;
  l->masked = numeral > 0 || (l->bare && kept == 0) ? '#' : masked;
}

static bool has_letters(const char *text, const line *l) {
  size_t letters = 0;
  for (size_t at = l->begin; at < l->end && letters < LETTERS;) {
    uint32_t c;
    at = enti_utf8_next(text, at, &c);
    letters += enti_ucd_is_letter(c) ? 1 : 0;
  }
  return letters >= LETTERS;
}

/* Words that name a numbered thing: such lines grow with the pages, too. */
static bool names_thing(const char *text, const line *l) {
  static const char *const names[] = {"table", "tabel", "figure", "fig", "gambar", "chart", "box", "map", "annex",
                                      "appendix", "chapter", "section", "article", "part", "bab", "bảng", "hình", "表", "图", "圖", "第", NULL};
  for (size_t i = 0; names[i]; i++) {
    size_t length = strlen(names[i]), k = 0;
    if (l->end - l->begin <= length) continue;
    while (k < length && (text[l->begin + k] | ((unsigned char)text[l->begin + k] < 0x80 ? 0x20 : 0)) == names[i][k]) k++;
    if (k == length) return true;
  }
  return false;
}

static bool ends_line(char c) { return c == '\n' || c == '\r' || c == '\f'; }

/* The line that begins at `at`, and where the next one does. */
static size_t cut_line(const finder *f, size_t at, line *l) {
  size_t end = enti_line_end(f->text, at, f->length, false);
  size_t next = end < f->length && f->text[end] != '\f' ? end + 1 : end;
  if (next < f->length && f->text[end] == '\r' && f->text[next] == '\n') next++;
  while (at < end && (f->text[at] == ' ' || f->text[at] == '\t')) at++;
  while (end > at && (f->text[end - 1] == ' ' || f->text[end - 1] == '\t')) end--;
  *l = (line){.begin = at, .end = end};
  return next;
}

static ent_status add_line(finder *f, line l) {
  if (l.end - l.begin > LONGEST_LINE) return ENT_OK;
  ent_status status = enti_array_reserve(&f->index->alloc, &f->lines, 1);
  if (status != ENT_OK) return status;
  read_words(f->text, &l);
  f->lines.at[f->lines.count++] = l;
  return ENT_OK;
}

/* ---- with pages ---- */

/* The outer lines of the page [begin, end). */
static ent_status add_page(finder *f, size_t begin, size_t end, uint32_t page) {
  line ends[2][OUTER]; /* of the top; of the bottom, the last one first */
  size_t counts[2] = {0, 0};
  for (size_t at = begin; at < end;) {
    line l;
    at = cut_line(f, at, &l);
    if (l.begin >= l.end || l.end > end) continue;
    l.page = page;
    if (counts[0] < OUTER) {
      ends[0][counts[0]++] = l;
    } else {
      l.bottom = true;
      ends[1][1] = ends[1][0];
      ends[1][0] = l;
      if (counts[1] < OUTER) counts[1]++;
    }
  }
  ent_status status = ENT_OK;
  for (size_t side = 0; side < 2; side++)
    for (size_t i = 0; i < counts[side] && status == ENT_OK; i++) {
      ends[side][i].outer = i == 0;
      status = add_line(f, ends[side][i]);
    }
  return status;
}

/* What must be equal on other pages: the words; or the words without numbers, and how far one of the numbers is
 * from the page's. */
static uint64_t exact_key(const line *l) { return l->exact << 1 | (l->bottom ? 1 : 0); }
static uint64_t growing_key(const line *l, uint32_t number) {
  uint64_t distance = (uint64_t)l->numbers[number] + (1u << 20) - l->page;
  return (l->masked ^ distance * UINT64_C(0x9E3779B97F4A7C15)) << 1 | (l->bottom ? 1 : 0);
}

/* How often a key stands in the sorted list; FEWEST is as good as more. */
static size_t times(const finder *f, uint64_t key) {
  size_t low = 0, high = f->keys.count, count = 0;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (f->keys.at[middle] < key) low = middle + 1;
    else high = middle;
  }
  while (low + count < f->keys.count && f->keys.at[low + count] == key && count < FEWEST) count++;
  return count;
}

static ent_status judge_exact(finder *f, uint32_t pages) {
  f->keys.count = 0;
  ent_status status = enti_array_reserve(&f->index->alloc, &f->keys, f->lines.count);
  if (status != ENT_OK) return status;
  for (size_t i = 0; i < f->lines.count; i++) f->keys.at[f->keys.count++] = exact_key(&f->lines.at[i]);
  enti_sort(f->keys.at, f->keys.count, sizeof *f->keys.at, enti_compare_u64);
  for (size_t i = 0; i < f->lines.count; i++) {
    line *l = &f->lines.at[i];
    size_t fewest = pages <= FEW_PAGES && l->number_count > 0 ? FEWEST - 1 : FEWEST;
    l->furniture = !l->bare && has_letters(f->text, l) && times(f, exact_key(l)) >= fewest;
  }
  return ENT_OK;
}

static ent_status judge_growing(finder *f, uint32_t pages) {
  f->keys.count = 0;
  for (size_t i = 0; i < f->lines.count; i++) {
    const line *l = &f->lines.at[i];
    ent_status status = enti_array_reserve(&f->index->alloc, &f->keys, l->number_count);
    if (status != ENT_OK) return status;
    for (uint32_t n = 0; n < l->number_count; n++) f->keys.at[f->keys.count++] = growing_key(l, n);
  }
  enti_sort(f->keys.at, f->keys.count, sizeof *f->keys.at, enti_compare_u64);
  for (size_t i = 0; i < f->lines.count; i++) {
    line *l = &f->lines.at[i];
    size_t fewest = l->bare && pages <= FEWEST ? FEWEST - 1 : FEWEST;
    if (l->furniture || !(l->bare || (has_letters(f->text, l) && !names_thing(f->text, l)))) continue;
    for (uint32_t n = 0; n < l->number_count && !l->furniture; n++) l->furniture = times(f, growing_key(l, n)) >= fewest;
  }
  return ENT_OK;
}

static ent_status judge_pages(finder *f, uint32_t pages) {
  ent_status status = judge_exact(f, pages);
  if (status == ENT_OK) status = judge_growing(f, pages);
  bool outer = false;
  for (size_t i = 0; i < f->lines.count; i++) { /* the outer one comes first */
    line *l = &f->lines.at[i];
    if (!l->outer && !outer) l->furniture = false;
    outer = l->outer && l->furniture;
  }
  return status;
}

static ent_status find_on_pages(finder *f) {
  uint32_t pages = 0;
  ent_status status = ENT_OK;
  for (size_t begin = 0; begin < f->length && status == ENT_OK; pages++) {
    const char *feed = memchr(f->text + begin, '\f', f->length - begin);
    size_t end = feed ? (size_t)(feed - f->text) : f->length;
    status = add_page(f, begin, end, pages);
    begin = end + 1;
  }
  return status == ENT_OK ? judge_pages(f, pages) : status;
}

/* ---- without pages ---- */

static bool goes_on_small(const finder *f, const line *before, const line *behind) {
  if (before->begin >= before->end || behind->begin >= behind->end) return false;
  uint32_t last = enti_utf8_at(f->text, enti_utf8_before(f->text, before->end)), first = enti_utf8_at(f->text, behind->begin);
  return (enti_ucd_is_lower(last) || last == ',' || last == '-') && enti_ucd_is_lower(first);
}

static bool blank_line(const finder *f, size_t at) {
  while (at < f->length && (f->text[at] == ' ' || f->text[at] == '\t')) at++;
  return at == f->length || ends_line(f->text[at]);
}

/* Whether the numbers of a lone line can be a page's: not a number alone, which may be of a formula or verse. */
static bool may_be_lone(const finder *f, const line *l) {
  size_t digit = l->begin;
  if (l->end - l->begin > LONGEST_LINE) return false;
  while (digit < l->end && !is_digit(f->text[digit])) digit++;
  if (digit == l->end) return false;
  line read = *l;
  read_words(f->text, &read);
  if (read.number_count == 0) return false;
  if (!read.bare) return has_letters(f->text, l) && !names_thing(f->text, l);
  return read.masked != '#' || f->text[l->begin] == '-' || !memcmp(f->text + l->begin, "\xE2\x80", 2);
}

/* Lines with a number that stand alone, each with whether it stands inside a sentence. */
static ent_status add_lone_lines(finder *f) {
  line before = {0}, lone = {0}, l;
  bool blank = true, waiting = false; /* waiting: for the words behind a lone line */
  ent_status status = ENT_OK;
  for (size_t at = 0; at < f->length && status == ENT_OK;) {
    at = cut_line(f, at, &l);
    if (l.begin >= l.end) {
      blank = true;
      continue;
    }
    if (waiting) {
      lone.cuts = goes_on_small(f, &before, &l);
      status = add_line(f, lone);
    }
    waiting = blank && at < f->length && blank_line(f, at) && may_be_lone(f, &l);
    if (waiting) lone = l;
    else before = l;
    blank = false;
  }
  return status;
}

static int compare_lines(const void *a, const void *b) {
  const line *left = a, *right = b;
  if (left->masked != right->masked) return left->masked < right->masked ? -1 : 1;
  return left->begin < right->begin ? -1 : left->begin > right->begin;
}

static ent_status find_lone(finder *f) {
  ent_status status = add_lone_lines(f);
  line *lines = f->lines.at;
  if (status != ENT_OK || f->lines.count < FEWEST) return status;
  enti_sort(lines, f->lines.count, sizeof *lines, compare_lines);
  for (size_t first = 0, end; first < f->lines.count; first = end) {
    bool grows = true, cuts = false;
    for (end = first; end < f->lines.count && lines[end].masked == lines[first].masked; end++) {
      uint32_t before = end > first ? lines[end - 1].numbers[0] : 0, number = lines[end].numbers[0];
      if (end > first && (number <= before || number - before > 2)) grows = false;
      cuts = cuts || lines[end].cuts;
    }
    bool are = end - first >= FEWEST && grows && (lines[first].bare || cuts);
    for (size_t i = first; i < end; i++) lines[i].furniture = are;
  }
  return ENT_OK;
}

/* ---- the door ---- */

static int compare_ranges(const void *a, const void *b) {
  const ent_range *left = a, *right = b;
  return left->begin < right->begin ? -1 : left->begin > right->begin;
}

ent_status enti_repair_find_furniture(ent_index *index, const ent_source *source) {
  finder f = {.index = index, .text = source->text, .length = source->length};
  index->furniture.count = 0;
  if (source->length == 0 || source->pages || source->layout == ENT_LAYOUT_BLOCKS) return ENT_OK;
  ent_status status = memchr(source->text, '\f', source->length) ? find_on_pages(&f) : find_lone(&f);
  if (status == ENT_OK) status = enti_array_reserve(&index->alloc, &index->furniture, f.lines.count);
  for (size_t i = 0; i < f.lines.count && status == ENT_OK; i++)
    if (f.lines.at[i].furniture)
      index->furniture.at[index->furniture.count++] = (ent_range){f.lines.at[i].begin, f.lines.at[i].end};
  enti_sort(index->furniture.at, index->furniture.count, sizeof *index->furniture.at, compare_ranges);
  enti_array_free(&index->alloc, &f.lines);
  enti_array_free(&index->alloc, &f.keys);
  return status;
}
