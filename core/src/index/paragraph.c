/* index/paragraph: paragraphs that a blank line or a page's end divides inside a sentence.
 *
 * Two blocks are one where nothing but blanks and furniture stands between them, both are prose of like width, the
 * last line of the first is full, and the words say that they go on:
 *
 *   Latin, Greek, Cyrillic …   the first ends with a small letter, a comma or a hyphen, the second begins with a word
 *                              in small letters
 *   Han                        the first ends with ， or 、, or with a character that elsewhere in the document
 *                              stands right before the one that the second begins with
 *
 * Headings, list items, quotations, table rows, captions and the reference list are never joined, nor lines too
 * short to be prose. What stands between becomes a skip, which is read as white space. */
#include "index/repair.h"

#include "text/ucd.h"
#include "text/utf8.h"

/* In characters: the narrowest prose, the shortest of one line, and of Han. Bytes that are searched on each side. */
enum { NARROWEST = 36, SHORTEST_LINE = 60, SHORTEST_HAN = 40, NARROWEST_HAN = 15, SEARCHED = 65536 };

typedef struct shape { /* of a block; in characters */
  size_t lines, widest, first, last, chars;
  size_t letters, others;  /* others: neither letters nor blanks */
  size_t last_line;        /* where it begins, in bytes */
  bool table, han_marks;   /* runs of blanks or bars as in a table; ， or 。 */
} shape;

static shape shape_of(const enti_repair *r, size_t begin, size_t end) {
  shape s = {.lines = 1, .last_line = begin};
  size_t width = 0, blanks = 0;
  for (size_t at = begin; at < end;) {
    uint32_t c;
    at = enti_utf8_next(r->text, at, &c);
    if (c == '\n' || c == '\r' || c == '\f') {
      if (width > 0) {
        if (s.lines == 1) s.first = width;
        if (width > s.widest) s.widest = width;
        s.lines++;
      }
      width = blanks = 0;
      s.last_line = at;
      continue;
    }
    bool blank = c == ' ' || c == '\t' || c == 0x3000 || c == 0xA0;
    blanks = blank ? blanks + 1 : 0;
    if (c == '|' || c == '\t' || (blanks == 3 && width > 3)) s.table = true;
    if (blank && width == 0) continue;
    if (c == 0xFF0C || c == 0x3002) s.han_marks = true;
    bool letter = c < 0x80 ? (c | 0x20) - 'a' < 26 : enti_ucd_is_letter(c);
    if (!blank && letter) s.letters++;
    else if (!blank) s.others++;
    width += blanks < 2 ? 1 : 0;
    s.chars++;
  }
  if (s.lines == 1) s.first = width;
  if (width > s.widest) s.widest = width;
  s.last = width;
  return s;
}

/* ---- what stands between and before ---- */

/* Whether [begin, end) is blanks and skips; *line_end is behind the first line end. */
static bool only_blank(const enti_repair *r, const enti_structure *structure, size_t begin, size_t end, size_t *line_end) {
  size_t low = 0, high = structure->skips.count;
  const ent_range *skips = structure->skips.at;
  *line_end = 0;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (skips[middle].end <= begin) low = middle + 1;
    else high = middle;
  }
  for (size_t at = begin; at < end;) {
    if (low < structure->skips.count && skips[low].begin <= at) {
      at = skips[low++].end;
      continue;
    }
    if (!enti_utf8_blank(r->text[at])) return false;
    bool pair = r->text[at] == '\r' && at + 1 < end && r->text[at + 1] == '\n';
    if (*line_end == 0 && r->text[at] != ' ' && r->text[at] != '\t') *line_end = at + (pair ? 2 : 1);
    at++;
  }
  return *line_end > 0;
}

/* Whether a block begins at its line's first word: a list item or quotation does not. */
static bool begins_line(const enti_repair *r, size_t at) {
  while (at > 0 && (r->text[at - 1] == ' ' || r->text[at - 1] == '\t')) at--;
  return at == 0 || r->text[at - 1] == '\n' || r->text[at - 1] == '\r' || r->text[at - 1] == '\f';
}

/* Whether a block opens with one of some words, which no small letter goes on. */
static bool opens_with(const enti_repair *r, size_t begin, size_t end, const char *const *words) {
  for (size_t i = 0; words[i]; i++) {
    size_t length = strlen(words[i]), k = 0;
    if (end - begin <= length) continue;
    while (k < length) {
      unsigned char c = (unsigned char)r->text[begin + k];
      if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != (unsigned char)words[i][k]) break;
      k++;
    }
    if (k == length && !enti_ucd_is_lower(enti_utf8_at(r->text, begin + k))) return true;
  }
  return false;
}

/* Words that open a caption or note. */
static bool opens_caption(const enti_repair *r, size_t begin, size_t end) {
  static const char *const words[] = {"figure", "fig", "table", "source", "sources", "note", "notes", "chart", "box", "map",
                                      "keywords", "gambar", "tabel", "sumber", "hình", "bảng", "nguồn", "表", "图", "圖",
                                      "注", "资料来源", "資料來源", "关键词", "關鍵詞", "作者简介",
                                      "作者簡介", "通讯作者", "通訊作者", "基金项目", "收稿日期", NULL};
  return opens_with(r, begin, end, words);
}

/* Words that open a new thought, where a scan has lost the mark before it. */
static bool opens_thought(const enti_repair *r, size_t begin, size_t end) {
  static const char *const words[] = {"最后", "最後", "总之", "總之", "此外", "因此", "另外", "首先", "其次", "目前", "除了",
                                      "为了", "為了", "随着", "隨著", "同时", "同時", NULL};
  return opens_with(r, begin, end, words);
}

/* ---- Latin and its like ---- */

/* Whether the words at the end of a block ask for more. */
static bool ends_open(const enti_repair *r, size_t begin, size_t end) {
  size_t at = enti_utf8_before(r->text, end);
  uint32_t c = enti_utf8_at(r->text, at);
  bool hyphen = c == '-' || c == 0x2010;
  if ((c == ',' || hyphen) && at > begin) {
    at = enti_utf8_before(r->text, at);
    c = enti_utf8_at(r->text, at);
  }
  if (!enti_ucd_is_letter(c) || (!enti_ucd_is_lower(c) && r->text[end - 1] != ',')) return false;
  if (at == begin) return false;
  c = enti_utf8_at(r->text, enti_utf8_before(r->text, at)); /* a word of two letters at least, or "a" */
  return enti_ucd_is_letter(c) || r->text[at] == 'a';
}

/* Whether a block begins with a word in small letters that is no number of a list ("a)", "iv."). */
static bool begins_small(const enti_repair *r, size_t begin, size_t end) {
  size_t letters = 0, at = begin;
  uint32_t c = 0;
  while (at < end) {
    size_t next = enti_utf8_next(r->text, at, &c);
    if (!enti_ucd_is_lower(c)) break;
    letters++;
    at = next;
  }
  if (letters == 0) return false;
  if (at == end) return letters > 4;
  bool blank = enti_utf8_blank((char)c) && c < 0x80;
  if (letters == 1) return blank && at + 1 < end && enti_ucd_is_lower(enti_utf8_at(r->text, at + 1));
  if (c == '.' || c == ';') return letters > 4;
  return blank || c == ',' || c == '-' || c == 0x2019 || c == '\'';
}

static bool like(size_t a, size_t b) { return a * 5 >= b * 3 && b * 5 >= a * 3; }

static bool goes_on_small(const enti_repair *r, const shape *left, const enti_block *b, const shape *right) {
  if (!begins_small(r, b->begin, b->end)) return false;
  if (left->widest < NARROWEST || left->letters < 5 * left->others || right->letters < 3 * right->others) return false;
  if (left->lines == 1) return left->chars >= SHORTEST_LINE && (right->lines == 1 || like(left->widest, right->widest));
  if (!like(left->last, left->widest)) return false;
  if (right->lines > 1) return like(left->widest, right->widest) && like(right->first, right->widest);
  return right->chars <= left->widest + left->widest / 4;
}

/* ---- Han ---- */

static bool is_han(uint32_t c) { return enti_unicode_script(c) == ENTI_SCRIPT_HAN; }
static bool is_comma(uint32_t c) { return c == 0xFF0C || c == 0x3001; }
static bool ends_open_han(uint32_t c) { return is_han(c) || is_comma(c); }

/* Whether two characters stand side by side in [begin, end). */
static bool side_by_side(const enti_repair *r, const char *pair, size_t cut, size_t length, size_t begin, size_t end) {
  while (end - begin >= length) {
    const char *found = memchr(r->text + begin + cut - 1, pair[cut - 1], end - begin - length + 1);
    if (!found) return false;
    size_t at = (size_t)(found - r->text) - (cut - 1);
    if (memcmp(r->text + at, pair, length) == 0) return true;
    begin = at + 1;
  }
  return false;
}

/* Whether the last character of one block and the first of the next are neighbours elsewhere. */
static bool known_pair(const enti_repair *r, size_t last, size_t end, size_t begin) {
  char pair[8];
  uint32_t c;
  size_t cut = end - last, length = cut + (enti_utf8_next(r->text, begin, &c) - begin);
  memcpy(pair, r->text + last, cut);
  memcpy(pair + cut, r->text + begin, length - cut);
  size_t from = last > SEARCHED ? last - SEARCHED : 0, to = r->length - begin > SEARCHED ? begin + SEARCHED : r->length;
  return side_by_side(r, pair, cut, length, from, last) || side_by_side(r, pair, cut, length, begin, to);
}

static bool goes_on_han(const enti_repair *r, const enti_block *a, const shape *left, const enti_block *b, const shape *right) {
  size_t last = enti_utf8_before(r->text, a->end);
  bool comma = is_comma(enti_utf8_at(r->text, last));
  if (b->begin >= 3 && memcmp(r->text + b->begin - 3, "\xE3\x80\x80", 3) == 0) return false; /* set in: a new one */
  if (!left->han_marks || !right->han_marks || left->chars < SHORTEST_HAN || left->letters < 3 * left->others) return false;
  if (opens_caption(r, left->last_line, a->end) || opens_thought(r, b->begin, b->end)) return false;
  if (left->lines > 1 && (left->widest < NARROWEST_HAN || left->last * 10 < left->widest * 9)) return false;
  return comma || known_pair(r, last, a->end, b->begin);
}

/* ---- joining ---- */

static bool goes_on(const enti_repair *r, const enti_structure *structure, const enti_block *a, size_t part,
                    const enti_block *b, size_t *line_end) {
  if (a->level || b->level || a->begin >= a->end || b->begin >= b->end) return false;
  uint32_t first = enti_utf8_at(r->text, b->begin);
  size_t last = enti_utf8_before(r->text, a->end);
  bool han = is_han(first);
  if (han ? !ends_open_han(enti_utf8_at(r->text, last)) : !enti_ucd_is_lower(first) || !ends_open(r, part, a->end)) return false;
  if (!only_blank(r, structure, a->end, b->begin, line_end)) return false;
  if (!begins_line(r, a->begin) || !begins_line(r, b->begin)) return false;
  if (opens_caption(r, a->begin, a->end) || opens_caption(r, b->begin, b->end)) return false;
  shape left = shape_of(r, part, a->end), right = shape_of(r, b->begin, b->end);
  enti_block own = {part, a->end, 0, false}; /* what was joined before is measured no more */
  if (left.table || right.table) return false;
  return han ? goes_on_han(r, &own, &left, b, &right) : goes_on_small(r, &left, b, &right);
}

/* The joints as skips, among the others. */
static ent_status add_skips(enti_repair *r, enti_structure *structure, const ent_range *joints, size_t count) {
  ENTI_ARRAY(ent_range) merged = {0};
  size_t i = 0, j = 0;
  ent_status status = enti_array_reserve(&r->index->alloc, &merged, structure->skips.count + count);
  if (status != ENT_OK) return status;
  while (i < structure->skips.count || j < count) {
    bool first = j == count || (i < structure->skips.count && structure->skips.at[i].begin <= joints[j].begin);
    ent_range range = first ? structure->skips.at[i++] : joints[j++];
    ent_range *last = merged.count ? &merged.at[merged.count - 1] : NULL;
    if (last && range.begin <= last->end) {
      if (range.end > last->end) last->end = range.end;
    } else {
      merged.at[merged.count++] = range;
    }
  }
  enti_array_free(&r->index->alloc, &structure->skips);
  structure->skips.at = merged.at;
  structure->skips.count = merged.count;
  structure->skips.room = merged.room;
  return ENT_OK;
}

ent_status enti_repair_paragraphs(enti_repair *r, enti_structure *structure) {
  ENTI_ARRAY(ent_range) joints = {0};
  enti_block *blocks = structure->blocks.at;
  size_t kept = 0, part = 0; /* part: where the last block that was joined to the kept one begins */
  uint32_t reference_level = 0;
  ent_status status = ENT_OK;
  if (!(r->repairs & ENT_REPAIR_PARAGRAPHS) || structure->blocks.count < 2) return ENT_OK;
  part = blocks[0].begin;
  if (blocks[0].reference_head) reference_level = blocks[0].level;
  for (size_t i = 1; i < structure->blocks.count && status == ENT_OK; i++) {
    enti_block block = blocks[i];
    size_t line_end;
    if (block.level) reference_level = enti_reference_level(reference_level, block.level, block.reference_head);
    if (reference_level == 0 && goes_on(r, structure, &blocks[kept], part, &block, &line_end)) {
      status = enti_array_reserve(&r->index->alloc, &joints, 1);
      if (status == ENT_OK) status = enti_repair_edit(r, blocks[kept].end, block.begin, ENT_EDIT_PARAGRAPH);
      if (status != ENT_OK) break;
      if (line_end < block.begin) joints.at[joints.count++] = (ent_range){line_end, block.begin};
      blocks[kept].end = block.end;
    } else {
      blocks[++kept] = block;
    }
    part = block.begin;
  }
  if (status == ENT_OK) structure->blocks.count = kept + 1;
  if (status == ENT_OK && joints.count) status = add_skips(r, structure, joints.at, joints.count);
  enti_array_free(&r->index->alloc, &joints);
  return status;
}
