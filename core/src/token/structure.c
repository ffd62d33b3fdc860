/* token/structure: a text read line by line into blocks (paragraphs and headings), pages, and the
 * stretches that hold no words.
 *
 *   text  = { line }        line ends: LF, CR LF, CR, FF
 *   block = run of lines that no blank line, heading, list item or table row divides
 *
 * Invariant: blocks are in order and do not overlap; a line that lies wholly in a skip is as if it were
 * not there, so a paragraph goes on over a running head. The empty line before a form feed is no blank
 * line either: a page ends there, not a paragraph. */
#include "token/blocks.h"
#include "token/mark.h"

static inline bool blank_at(const char *text, size_t at, size_t end, size_t *width) {
  unsigned char c = (unsigned char)text[at];
  *width = 1;
  if (c == ' ' || (c >= '\t' && c <= '\r')) return true;
  if (c == 0xC2 && end - at >= 2 && (unsigned char)text[at + 1] == 0xA0) return *width = 2, true;
  if (c >= 0xE2 && end - at >= 3) {
    *width = 3;
    return memcmp(text + at, "\xE3\x80\x80", 3) == 0 || memcmp(text + at, "\xE2\x80\x8B", 3) == 0 ||
           memcmp(text + at, "\xEF\xBB\xBF", 3) == 0;
  }
  return false;
}

void enti_line_trim(const char *text, size_t *begin, size_t *end) {
  size_t width;
  while (*begin < *end && blank_at(text, *begin, *end, &width)) *begin += width;
  for (;;) {
    size_t back = *end;
    if (back > *begin && (unsigned char)(text[back - 1] - '!') <= '~' - '!') return; /* ASCII, and no blank */
    if (back > *begin && blank_at(text, back - 1, back, &width)) back -= 1;
    else if (back >= *begin + 2 && blank_at(text, back - 2, back, &width) && width == 2) back -= 2;
    else if (back >= *begin + 3 && blank_at(text, back - 3, back, &width) && width == 3) back -= 3;
    if (back == *end) return;
    *end = back;
  }
}

enti_line enti_line_read(const ent_source *source, size_t at) {
  const char *text = source->text;
  enti_line l = {.begin = at};
  size_t end = enti_line_end(text, at, source->length, false);
  l.end = end;
  l.next = end;
  if (end < source->length) {
    l.page_end = text[end] == '\f';
    l.next = end + (text[end] == '\r' && end + 1 < source->length && text[end + 1] == '\n' ? 2 : 1);
  }
  l.first = l.begin;
  l.last = l.end;
  enti_line_trim(text, &l.first, &l.last);
  return l;
}

/* Reads the line at `at` and leaves out the furniture at its ends. */
static enti_line look(enti_finder *f, size_t at) {
  enti_line l = enti_line_read(f->source, at);
  const ent_range *all = f->source->furniture;
  while (f->furniture < f->source->furniture_count && all[f->furniture].end <= l.begin) f->furniture++;
  bool cut = false;
  for (size_t i = f->furniture; i < f->source->furniture_count && all[i].begin < l.last; i++) {
    if (all[i].begin <= l.first && all[i].end > l.first) {
      l.first = all[i].end < l.last ? all[i].end : l.last;
      cut = true;
    } else if (all[i].end >= l.last && all[i].begin < l.last) {
      l.last = all[i].begin;
      cut = true;
    }
  }
  if (cut && l.first < l.last) enti_line_trim(f->source->text, &l.first, &l.last);
  l.skipped = cut && l.first >= l.last;
  return l;
}

ent_status enti_blocks_mark(enti_finder *f, size_t begin, size_t end) {
  if (begin >= end) return ENT_OK;
  ent_status status = enti_array_reserve(f->alloc, &f->marks, 1);
  if (status == ENT_OK) f->marks.at[f->marks.count++] = (ent_range){begin, end};
  return status;
}

ent_status enti_blocks_add(enti_finder *f, size_t begin, size_t end, uint32_t level, bool reference) {
  ent_status status = enti_array_reserve(f->alloc, &f->out->blocks, 1);
  if (status == ENT_OK) f->out->blocks.at[f->out->blocks.count++] = (enti_block){begin, end, level, reference};
  f->open = level == 0 && status == ENT_OK;
  return status;
}

static ent_status judge(enti_finder *f, size_t begin, size_t end, enti_heading_view *view) {
  return enti_heading_judge(f->alloc, &f->scratch, f->source->text + begin, end - begin, view);
}

/* A heading as judged. One that ends the reference list is not below it. */
static ent_status place_heading(enti_finder *f, size_t begin, size_t end, uint32_t level, const enti_heading_view *view) {
  bool reference = view->name == ENTI_NAME_REFERENCE;
  if (view->name == ENTI_NAME_BACK && f->reference_level > 0 && level > f->reference_level) level = f->reference_level;
  f->reference_level = enti_reference_level(f->reference_level, level, reference);
  ent_status status = enti_blocks_add(f, begin, end, level, reference);
  f->open = false;
  return status;
}

ent_status enti_blocks_heading(enti_finder *f, size_t begin, size_t end, uint32_t level) {
  enti_heading_view view;
  ent_status status = judge(f, begin, end, &view);
  if (status != ENT_OK) return status;
  uint32_t numbered = f->flat && view.style != ENTI_STYLE_NONE ? enti_outline_level(&f->outline, &view) : 0;
  return place_heading(f, begin, end, numbered > level ? numbered : level, &view);
}

static ent_status add_words(enti_finder *f, size_t begin, size_t end) {
  if (!f->open) return enti_blocks_add(f, begin, end, 0, false);
  f->out->blocks.at[f->out->blocks.count - 1].end = end;
  return ENT_OK;
}

/* ---- the walk ---- */

/* The caller's heading that begins on this line, or NULL. */
static const ent_heading *given_heading(enti_finder *f, const enti_line *l) {
  const ent_heading *all = f->source->headings;
  while (f->heading < f->source->heading_count && all[f->heading].begin < l->begin) f->heading++;
  if (f->heading < f->source->heading_count && all[f->heading].begin < l->next) return &all[f->heading++];
  return NULL;
}

/* Whether a blank line or the text's end follows. */
static bool stands_alone(enti_finder *f, const enti_line *l) {
  size_t at = l->next, furniture = f->furniture;
  bool alone = true;
  while (at < f->source->length) {
    enti_line next = look(f, at);
    at = next.next;
    if (next.skipped) continue;
    alone = next.first >= next.last;
    break;
  }
  f->furniture = furniture; /* the walk has not passed it yet */
  return alone;
}

static bool underlined(const enti_finder *f, const enti_line *l) {
  enti_line next = enti_line_read(f->source, l->next);
  return f->source->layout == ENT_LAYOUT_MARKDOWN && enti_markdown_underline(f->source->text, &next) > 0;
}

/* Whether the line is a heading by its number or name; it is placed then. */
static ent_status find_heading(enti_finder *f, const enti_line *l, bool before, bool *done) {
  const char *text = f->source->text;
  size_t begin = l->first, end = l->last;
  enti_heading_view view;
  *done = false;
  if (!before || f->fence || end - begin > 240) return ENT_OK;
  while (end - begin > 2 && (text[begin] == '*' || text[begin] == '_') && text[end - 1] == text[begin]) begin++, end--;
  ent_status status = judge(f, begin, end, &view);
  if (status != ENT_OK) return status;
  uint32_t level = 0;
  if (view.style == ENTI_STYLE_NONE && view.name != ENTI_NAME_NONE)
    level = (!f->hashes || view.name == ENTI_NAME_REFERENCE) && !underlined(f, l); /* alone or not, it is a whole line */
  else if (view.style != ENTI_STYLE_NONE && view.style != ENTI_STYLE_IN_BRACKETS && view.open && !f->hashes &&
           stands_alone(f, l))
    level = enti_outline_level(&f->outline, &view);
  *done = level > 0;
  return level > 0 ? place_heading(f, begin, end, level, &view) : ENT_OK;
}

static ent_status take_line(enti_finder *f, enti_line *l, bool before) {
  bool done = false;
  ent_status status = ENT_OK;
  if (f->source->layout == ENT_LAYOUT_MARKDOWN) status = enti_markdown_line(f, l, &done);
  if (status == ENT_OK && !done && f->source->layout != ENT_LAYOUT_BLOCKS) status = find_heading(f, l, before, &done);
  if (status != ENT_OK || done) return status;
  if (f->source->layout == ENT_LAYOUT_MARKDOWN) enti_markdown_item(f, l);
  return add_words(f, l->first, l->last);
}

static ent_status walk(enti_finder *f, size_t at) {
  const ent_source *source = f->source;
  bool before = true; /* nothing but a blank line or heading stands before */
  while (at < source->length) {
    enti_line l = look(f, at);
    ent_status status = ENT_OK;
    at = l.next;
    if (l.skipped) continue;
    if (l.first >= l.last) {
      if (l.page_end) continue;
      f->open = false;
      before = true;
      continue;
    }
    const ent_heading *given = given_heading(f, &l);
    if (given) {
      f->open = false;
      status = enti_blocks_heading(f, given->begin, given->end, given->level ? given->level : 1);
      while (at < given->end && at < source->length) at = enti_line_read(source, at).next;
    } else {
      status = take_line(f, &l, before);
    }
    if (status != ENT_OK) return status;
    before = !f->open;
  }
  return ENT_OK;
}

static ent_status find_pages(enti_finder *f) {
  const ent_source *source = f->source;
  enti_structure *out = f->out;
  ent_status status = ENT_OK;
  if (source->pages) {
    status = enti_array_reserve(f->alloc, &out->pages, source->page_count);
    if (status == ENT_OK && source->page_count) {
      memcpy(out->pages.at, source->pages, source->page_count * sizeof *source->pages);
      out->pages.count = source->page_count;
    }
    return status;
  }
  if (memchr(source->text, '\f', source->length) == NULL) return ENT_OK;
  for (size_t begin = 0; begin < source->length && status == ENT_OK;) {
    const char *feed = memchr(source->text + begin, '\f', source->length - begin);
    size_t end = feed ? (size_t)(feed - source->text) : source->length;
    status = enti_array_reserve(f->alloc, &out->pages, 1);
    if (status == ENT_OK) out->pages.at[out->pages.count++] = (ent_range){begin, end};
    begin = end + 1;
  }
  return status;
}

/* Furniture and marks as one sorted list without overlaps. */
static ent_status merge_skips(enti_finder *f) {
  const ent_source *source = f->source;
  enti_structure *out = f->out;
  size_t i = 0, j = 0;
  ent_status status = enti_array_reserve(f->alloc, &out->skips, source->furniture_count + f->marks.count);
  if (status != ENT_OK) return status;
  while (i < source->furniture_count || j < f->marks.count) {
    bool first = j == f->marks.count ||
                 (i < source->furniture_count && source->furniture[i].begin <= f->marks.at[j].begin);
    ent_range range = first ? source->furniture[i++] : f->marks.at[j++];
    ent_range *last = out->skips.count ? &out->skips.at[out->skips.count - 1] : NULL;
    if (last && range.begin <= last->end) {
      if (range.end > last->end) last->end = range.end;
    } else {
      out->skips.at[out->skips.count++] = range;
    }
  }
  return ENT_OK;
}

ent_status enti_structure_find(const ent_alloc *alloc, const ent_source *source, enti_structure *out) {
  enti_finder f = {.alloc = alloc, .source = source, .out = out};
  size_t at = 0;
  ent_status status = ENT_OK;
  if (source->length == 0) return find_pages(&f);
  if (source->layout == ENT_LAYOUT_MARKDOWN) {
    status = enti_markdown_front(&f, &at);
    unsigned levels = enti_markdown_levels(source, at);
    f.hashes = levels != 0;
    f.flat = levels != 0 && (levels & (levels - 1)) == 0;
  }
  if (status == ENT_OK) status = walk(&f, at);
  if (status == ENT_OK) status = find_pages(&f);
  if (status == ENT_OK) status = merge_skips(&f);
  enti_array_free(alloc, &f.marks);
  enti_array_free(alloc, &f.scratch);
  return status;
}

void enti_structure_free(const ent_alloc *alloc, enti_structure *structure) {
  enti_array_free(alloc, &structure->blocks);
  enti_array_free(alloc, &structure->skips);
  enti_array_free(alloc, &structure->pages);
}
