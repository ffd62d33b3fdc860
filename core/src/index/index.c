/* index: the builder and what it built, in memory.
 *
 * All documents share a few arrays; a document is a slice of each. Adding appends, and a failure cuts the
 * arrays back to what they were, so an index is whole at any time.
 *
 *   document = text, tokens, parts of each unit, edits, spans
 *   part     = bytes [begin, end), tokens first..last; parts of one unit are in order, do not overlap */
#include "index/index.h"

#include "index/repair.h"
#include "index/tokens.h"
#include "token/segment.h"

ent_status ent_index_new(ent_vocab *vocab, ent_index **out) {
  ent_index *index = enti_new(&vocab->alloc, sizeof *index);
  if (!index) return ENT_ERR_MEMORY;
  index->alloc = vocab->alloc;
  index->vocab = vocab;
  *out = index;
  return ENT_OK;
}

void ent_index_free(ent_index *index) {
  if (!index) return;
  ent_alloc alloc = index->alloc;
  enti_array_free(&alloc, &index->texts);
  enti_array_free(&alloc, &index->tokens);
  for (int unit = 0; unit < ENTI_UNITS; unit++) enti_array_free(&alloc, &index->parts[unit]);
  enti_array_free(&alloc, &index->edits);
  enti_array_free(&alloc, &index->spans);
  ent_vocab_free(index->labels);
  enti_array_free(&alloc, &index->label);
  enti_array_free(&alloc, &index->documents);
  enti_array_free(&alloc, &index->hyphens);
  enti_array_free(&alloc, &index->hints);
  enti_array_free(&alloc, &index->forms);
  enti_array_free(&alloc, &index->pairs);
  enti_array_free(&alloc, &index->furniture);
  enti_free(&alloc, index, sizeof *index);
}

void ent_index_clear(ent_index *index) {
  index->texts.count = index->tokens.count = index->edits.count = index->spans.count = index->documents.count = 0;
  ent_vocab_free(index->labels);
  index->labels = NULL;
  for (int unit = 0; unit < ENTI_UNITS; unit++) index->parts[unit].count = 0;
}

/* ---- building ---- */

typedef struct builder {
  ent_index *index;
  const ent_source *source; /* furniture found included */
  const char *text;
  enti_structure structure;
  enti_document document;
} builder;

ent_status enti_index_check(const ent_source *source, ent_error *err) {
  if (source->length > INT32_MAX)
    return enti_fail(err, ENT_ERR_LIMIT, 0, "a document of %zu bytes is larger than 2 GiB; divide it", source->length);
  size_t valid = ent_utf8_valid(source->text, source->length);
  if (valid != source->length) return enti_fail(err, ENT_ERR_UTF8, valid, "invalid UTF-8 at byte %zu", valid);
  ent_status status = enti_ranges_check(source, "pages", source->pages, source->page_count, err);
  if (status == ENT_OK) status = enti_ranges_check(source, "furniture", source->furniture, source->furniture_count, err);
  if (status != ENT_OK) return status;
  size_t before = 0;
  for (size_t i = 0; i < source->heading_count; i++) {
    ent_heading heading = source->headings[i];
    if (heading.begin < before || heading.end <= heading.begin || heading.end > source->length)
      return enti_fail(err, ENT_ERR_ARGUMENT, heading.begin, "headings[%zu] is out of order or outside the text", i);
    if (!enti_between_characters(source, heading.begin) || !enti_between_characters(source, heading.end))
      return enti_fail(err, ENT_ERR_ARGUMENT, heading.begin, "headings[%zu] parts a character", i);
    before = heading.end;
  }
  return enti_given_check(source, err);
}

static ent_status add_part(builder *b, ent_unit unit, ent_part part) {
  ent_index *index = b->index;
  ent_status status = enti_array_reserve(&index->alloc, &index->parts[unit], 1);
  if (status == ENT_OK) index->parts[unit].at[index->parts[unit].count++] = part;
  return status;
}

static ent_status add_blocks(builder *b, enti_repair *repair) {
  ent_status status = repair->given ? enti_given_tokens(b->index, b->source) : ENT_OK;
  if (status == ENT_OK && repair->given) status = enti_tokens_judge(repair);
  for (size_t i = 0; i < b->structure.blocks.count && status == ENT_OK; i++) {
    const enti_block *block = &b->structure.blocks.at[i];
    if (!repair->given) status = enti_tokens_find(repair, block->begin, block->end);
    if (status == ENT_OK) status = add_part(b, ENT_PARAGRAPH, (ent_part){.begin = block->begin, .end = block->end});
  }
  return status;
}

static ent_status add_sentences(builder *b) {
  const ent_range *skips = b->structure.skips.at;
  size_t count = b->structure.skips.count, skip = 0;
  ent_status status = ENT_OK;
  const ent_range *given = b->source->sentences;
  for (size_t i = 0; given && i < b->source->sentence_count && status == ENT_OK; i++)
    status = add_part(b, ENT_SENTENCE, (ent_part){.begin = given[i].begin, .end = given[i].end});
  for (size_t i = 0; !given && i < b->structure.blocks.count; i++) {
    const enti_block *block = &b->structure.blocks.at[i];
    size_t at = block->begin;
    for (;;) {
      while (skip < count && skips[skip].end <= at) skip++;
      at = enti_skip_blanks(b->text, at, block->end, count ? skips + skip : NULL, count - skip);
      if (at >= block->end || status != ENT_OK) break;
      while (skip < count && skips[skip].end <= at) skip++;
      size_t end = enti_sentence_end(b->text, at, block->end, count ? skips + skip : NULL, count - skip);
      status = add_part(b, ENT_SENTENCE, (ent_part){.begin = at, .end = end});
      at = end;
    }
  }
  return status;
}

/* Sections run from heading to heading; what stands before the first has level 0. */
static ent_status add_sections(builder *b) {
  ent_part part = {.begin = 0};
  uint32_t reference_level = 0;
  ent_status status = ENT_OK;
  for (size_t i = 0; i < b->structure.blocks.count && status == ENT_OK; i++) {
    const enti_block *block = &b->structure.blocks.at[i];
    if (block->level == 0) continue;
    part.end = block->begin;
    if (part.level > 0 || i > 0) status = add_part(b, ENT_SECTION, part);
    reference_level = enti_reference_level(reference_level, block->level, block->reference_head);
    part = (ent_part){.begin = block->begin, .level = block->level, .heading_begin = block->begin,
                      .heading_end = block->end, .reference = reference_level > 0};
  }
  part.end = b->source->length;
  return status == ENT_OK ? add_part(b, ENT_SECTION, part) : status;
}

static ent_status add_pages(builder *b) {
  ent_status status = ENT_OK;
  for (size_t i = 0; i < b->structure.pages.count && status == ENT_OK; i++)
    status = add_part(b, ENT_PAGE, (ent_part){.begin = b->structure.pages.at[i].begin, .end = b->structure.pages.at[i].end});
  return status;
}

static void mark_references(const builder *b) {
  ent_index *index = b->index;
  size_t section = b->document.parts[ENT_SECTION].begin;
  for (size_t i = b->document.parts[ENT_PARAGRAPH].begin; i < index->parts[ENT_PARAGRAPH].count; i++) {
    ent_part *part = &index->parts[ENT_PARAGRAPH].at[i];
    while (section + 1 < index->parts[ENT_SECTION].count && index->parts[ENT_SECTION].at[section + 1].begin <= part->begin)
      section++;
    part->reference = index->parts[ENT_SECTION].at[section].reference;
  }
}

static ent_status build(builder *b) {
  ent_index *index = b->index;
  enti_repair repair = {.index = index, .text = b->text, .length = b->source->length, .first_token = index->tokens.count,
                        .given = b->source->tokens != NULL, .repairs = ENT_REPAIR_ALL & ~b->source->unrepaired};
  index->hyphens.count = index->hints.count = 0;
  ent_status status = enti_structure_find(&index->alloc, b->source, &b->structure);
  for (size_t i = 0; i < b->source->furniture_count && status == ENT_OK; i++) {
    ent_range range = b->source->furniture[i];
    if (range.begin < range.end) status = enti_repair_edit(&repair, range.begin, range.end, ENT_EDIT_FURNITURE);
  }
  if (status == ENT_OK && b->source->paragraphs) status = enti_given_blocks(&index->alloc, b->source, &b->structure);
  else if (status == ENT_OK && !repair.given) status = enti_repair_paragraphs(&repair, &b->structure);
  repair.skips = b->structure.skips.at;
  repair.skip_count = b->structure.skips.count;
  if (status == ENT_OK) status = add_blocks(b, &repair);
  if (status == ENT_OK) status = enti_repair_tokens(&repair);
  if (status == ENT_OK) status = add_sentences(b);
  if (status == ENT_OK) status = add_sections(b);
  if (status == ENT_OK) status = add_pages(b);
  if (status == ENT_OK) status = add_part(b, ENT_DOCUMENT, (ent_part){.end = b->source->length});
  if (status == ENT_OK) status = enti_given_spans(index, b->source);
  if (status != ENT_OK) return status;
  for (int unit = 0; unit < ENTI_UNITS; unit++) enti_tokens_number(index, &b->document, (ent_unit)unit);
  status = enti_repair_gaps(&repair);
  if (status != ENT_OK) return status;
  enti_repair_sort(index, b->document.edits.begin);
  mark_references(b);
  b->document.tokens.count = index->tokens.count - b->document.tokens.begin;
  b->document.edits.count = index->edits.count - b->document.edits.begin;
  b->document.spans.count = index->spans.count - b->document.spans.begin;
  for (int unit = 0; unit < ENTI_UNITS; unit++)
    b->document.parts[unit].count = index->parts[unit].count - b->document.parts[unit].begin;
  return enti_index_name_languages(index, &b->document, !repair.retyped && !repair.given, b->source->lang);
}

ent_status ent_index_add(ent_index *index, const ent_source *source, uint32_t *document, ent_error *err) {
  ent_status status = enti_index_check(source, err);
  return status == ENT_OK ? enti_index_add_checked(index, source, document, err) : status;
}

ent_status enti_index_add_checked(ent_index *index, const ent_source *source, uint32_t *document, ent_error *err) {
  ent_source own = *source;
  builder b = {.index = index, .source = &own};
  b.document = (enti_document){.text = index->texts.count, .length = source->length,
                               .tokens = {index->tokens.count, 0}, .edits = {index->edits.count, 0},
                               .spans = {index->spans.count, 0}, .segmented = source->tokens != NULL};
  for (int unit = 0; unit < ENTI_UNITS; unit++) b.document.parts[unit].begin = index->parts[unit].count;
  ent_status status = index->documents.count < ENT_NONE ? ENT_OK : ENT_ERR_LIMIT;
  if (status == ENT_OK) status = enti_bytes_add(&index->alloc, &index->texts, source->text, source->length);
  if (status == ENT_OK) status = enti_array_reserve(&index->alloc, &index->documents, 1);
  b.text = source->text;
  if (source->tokens) own.furniture_count = 0;
  if (status == ENT_OK && !source->tokens && !(source->unrepaired & ENT_REPAIR_FURNITURE) && source->furniture_count == 0) {
    status = enti_repair_find_furniture(index, source);
    own.furniture = index->furniture.at;
    own.furniture_count = index->furniture.count;
  }
  if (status == ENT_OK) status = build(&b);
  enti_structure_free(&index->alloc, &b.structure);
  if (status != ENT_OK) { /* as it was */
    index->texts.count = b.document.text;
    index->tokens.count = b.document.tokens.begin;
    index->edits.count = b.document.edits.begin;
    index->spans.count = b.document.spans.begin;
    for (int unit = 0; unit < ENTI_UNITS; unit++) index->parts[unit].count = b.document.parts[unit].begin;
    return enti_fail(err, status, 0, "%s while a document was indexed", ent_status_text(status));
  }
  *document = (uint32_t)index->documents.count;
  index->documents.at[index->documents.count++] = b.document;
  return ENT_OK;
}

/* ---- reading ---- */

ent_vocab *ent_index_vocab(const ent_index *index) { return index->vocab; }

uint32_t ent_index_count(const ent_index *index) { return (uint32_t)index->documents.count; }

const char *ent_index_text(const ent_index *index, uint32_t document, size_t *length) {
  const enti_document *d = &index->documents.at[document];
  *length = d->length;
  return d->length ? index->texts.at + d->text : "";
}

uint32_t ent_index_tokens(const ent_index *index, uint32_t document) {
  return (uint32_t)index->documents.at[document].tokens.count;
}

ent_token ent_index_token(const ent_index *index, uint32_t document, uint32_t token) {
  const enti_token *t = &index->tokens.at[index->documents.at[document].tokens.begin + token];
  return (ent_token){t->begin, t->end, t->type};
}

const ent_part *ent_index_parts(const ent_index *index, uint32_t document, ent_unit unit, size_t *count) {
  enti_slice slice = index->documents.at[document].parts[unit];
  *count = slice.count;
  return slice.count ? index->parts[unit].at + slice.begin : NULL;
}

const ent_edit *ent_index_edits(const ent_index *index, uint32_t document, size_t *count) {
  enti_slice slice = index->documents.at[document].edits;
  *count = slice.count;
  return slice.count ? index->edits.at + slice.begin : NULL;
}

const ent_span *ent_index_spans(const ent_index *index, uint32_t document, size_t *count) {
  enti_slice slice = index->documents.at[document].spans;
  *count = slice.count;
  return slice.count ? index->spans.at + slice.begin : NULL;
}

uint32_t enti_index_part_number(const ent_index *index, uint32_t document, ent_unit unit, uint32_t token) {
  size_t count;
  const ent_part *parts = ent_index_parts(index, document, unit, &count);
  if (count == 0) return unit == ENT_PAGE ? 0 : ENT_NONE;
  size_t low = 0, high = count; /* the last part whose first token is not behind */
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (parts[middle].first <= token) low = middle + 1;
    else high = middle;
  }
  if (low == 0) return ENT_NONE;
  const ent_part *part = &parts[low - 1];
  return token < part->last + 1 ? (uint32_t)(low - 1) : ENT_NONE;
}

const ent_part *ent_index_part_of(const ent_index *index, uint32_t document, ent_unit unit, uint32_t token) {
  size_t count;
  const ent_part *parts = ent_index_parts(index, document, unit, &count);
  uint32_t number = enti_index_part_number(index, document, unit, token);
  return number < count ? &parts[number] : NULL;
}
