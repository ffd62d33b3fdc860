/* token/markdown: the marks that Markdown puts on lines: headings, items, quotations, code, front matter. */
#include "token/blocks.h"

/* `# Words #`: the level, and the words' range; 0 when the line is none. */
static uint32_t hash_heading(const char *text, const enti_line *l, size_t *begin, size_t *end) {
  size_t at = l->first;
  while (at < l->last && text[at] == '#') at++;
  size_t hashes = at - l->first;
  if (hashes == 0 || hashes > 6 || at == l->last || (text[at] != ' ' && text[at] != '\t')) return 0;
  *begin = at;
  *end = l->last;
  while (*end > *begin && text[*end - 1] == '#') (*end)--;
  enti_line_trim(text, begin, end);
  return *begin < *end ? (uint32_t)hashes : 0;
}

uint32_t enti_markdown_underline(const char *text, const enti_line *l) {
  if (l->last - l->first < 3) return 0;
  char c = text[l->first];
  if (c != '=' && c != '-') return 0;
  for (size_t i = l->first; i < l->last; i++)
    if (text[i] != c) return 0;
  return c == '=' ? 1 : 2;
}

/* Past `- `, `* `, `+ `, `12. `, `3) `, `| `: where the item's words begin, or l->first. */
static size_t item_words(const char *text, const enti_line *l) {
  size_t at = l->first;
  char c = text[at];
  if ((c == '-' || c == '*' || c == '+' || c == '|') && at + 1 < l->last && (text[at + 1] == ' ' || c == '|')) {
    at += 1;
  } else {
    while (at < l->last && text[at] >= '0' && text[at] <= '9') at++;
    if (at == l->first || at - l->first > 3 || at + 1 >= l->last || (text[at] != '.' && text[at] != ')') ||
        text[at + 1] != ' ')
      return l->first;
    at += 1;
  }
  while (at < l->last && text[at] == ' ') at++;
  return at;
}

ent_status enti_markdown_front(enti_finder *f, size_t *at) {
  const char *text = f->source->text;
  size_t bom = f->source->length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
  enti_line l = enti_line_read(f->source, bom);
  if (l.end - l.begin < 3 || memcmp(text + l.begin, "---", 3) != 0 || l.last - l.first != 3) return ENT_OK;
  size_t skip = l.begin, words_begin = 0, words_end = 0, stop = 0;
  bool in_abstract = false;
  while (stop == 0 && l.next < f->source->length) {
    l = enti_line_read(f->source, l.next);
    bool key = l.first == l.begin && l.first < l.last && text[l.first] != '#';
    if (key && l.last - l.first == 3 && (!memcmp(text + l.first, "---", 3) || !memcmp(text + l.first, "...", 3))) {
      stop = l.next;
      break;
    }
    if (key) in_abstract = false;
    if (key && l.last - l.first >= 9 && memcmp(text + l.first, "abstract:", 9) == 0) {
      size_t begin = l.first + 9, end = l.last;
      in_abstract = true;
      enti_line_trim(text, &begin, &end);
      bool style = begin < end && (text[begin] == '|' || text[begin] == '>') && end - begin <= 3;
      words_begin = begin < end && !style ? begin : 0;
      words_end = words_begin ? end : 0;
    } else if (in_abstract && l.first < l.last) {
      if (words_begin == 0) words_begin = l.first;
      words_end = l.last;
    }
  }
  if (stop == 0) return ENT_OK; /* never closed: no front matter */
  *at = stop;
  if (words_begin == 0) return enti_blocks_mark(f, skip, stop);
  ent_status status = enti_blocks_mark(f, skip, words_begin);
  if (status == ENT_OK) status = enti_blocks_add(f, words_begin, words_end, 0, false);
  f->open = false;
  return status == ENT_OK ? enti_blocks_mark(f, words_end, stop) : status;
}

/* The mark of the block of code that is open behind a line, where `fence` was before it; 0 for none. */
static char fence_behind(const char *text, const enti_line *l, char fence) {
  char c = text[l->first];
  if ((c != '`' && c != '~') || l->last - l->first < 3 || text[l->first + 1] != c || text[l->first + 2] != c) return fence;
  if (fence == 0) return c;
  return fence == c ? 0 : fence;
}

ent_status enti_markdown_line(enti_finder *f, enti_line *l, bool *done) {
  const char *text = f->source->text;
  while (l->first < l->last && text[l->first] == '>') { /* quotation marks of a block */
    size_t words = l->first + 1;
    while (words < l->last && text[words] == ' ') words++;
    ent_status status = enti_blocks_mark(f, l->first, words);
    if (status != ENT_OK) return status;
    l->first = words;
  }
  if (l->first >= l->last) {
    f->open = false;
    *done = true;
    return ENT_OK;
  }
  char fence = fence_behind(text, l, f->fence);
  if (fence != f->fence) {
    f->fence = fence;
    f->open = false;
    *done = true;
    return ENT_OK;
  }
  if (f->fence) return ENT_OK;
  size_t begin, end;
  uint32_t level = hash_heading(text, l, &begin, &end);
  if (level > 0) {
    *done = true;
    return enti_blocks_heading(f, begin, end, level);
  }
  level = enti_markdown_underline(text, l);
  if (level > 0) {
    *done = true;
    if (!f->open) return ENT_OK;
    enti_block *last = &f->out->blocks.at[f->out->blocks.count - 1];
    f->open = false;
    if (memchr(text + last->begin, '\n', last->end - last->begin) != NULL) return ENT_OK;
    enti_block block = *last;
    f->out->blocks.count--;
    return enti_blocks_heading(f, block.begin, block.end, level);
  }
  return ENT_OK;
}

void enti_markdown_item(enti_finder *f, enti_line *l) {
  size_t words = f->fence ? l->first : item_words(f->source->text, l);
  if (words > l->first) f->open = false;
  l->first = words;
}

unsigned enti_markdown_levels(const ent_source *source, size_t at) {
  unsigned levels = 0;
  char fence = 0;
  while (at < source->length) {
    size_t begin, end;
    enti_line l = enti_line_read(source, at);
    at = l.next;
    if (l.first >= l.last) continue;
    fence = fence_behind(source->text, &l, fence);
    uint32_t level = fence ? 0 : hash_heading(source->text, &l, &begin, &end);
    if (level > 0) levels |= 1u << level;
  }
  return levels;
}
