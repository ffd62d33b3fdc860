/* index/given: tokens, sentences, paragraphs and spans that come with a text (vertical text, CoNLL-U).
 *
 * A given token is never joined, parted or left out for what it is, but one that holds no letter, number or ideograph
 * is a gap, as everywhere: so digital , divide is no hit of digital divide. Its type (vocab/annotation.c) is made of
 * its bytes and its annotations; match/pieces.c says how terms find it all the same. Noncharacters at its end, which
 * would be read as a variant's mark, are none of it. */
#include "index/index.h"

#include "token/segment.h"
#include "vocab/variant.h"

ent_status enti_ranges_check(const ent_source *source, const char *name, const ent_range *at, size_t count, ent_error *err) {
  size_t before = 0;
  for (size_t i = 0; at && i < count; i++) {
    if (at[i].begin < before || at[i].end < at[i].begin || at[i].end > source->length)
      return enti_fail(err, ENT_ERR_ARGUMENT, at[i].begin, "%s[%zu] is out of order or outside the text", name, i);
    if (!enti_between_characters(source, at[i].begin) || !enti_between_characters(source, at[i].end))
      return enti_fail(err, ENT_ERR_ARGUMENT, at[i].begin, "%s[%zu] parts a character", name, i);
    before = at[i].end;
  }
  return ENT_OK;
}

static ent_status check_span(const ent_source *source, size_t number, size_t before, ent_error *err) {
  const ent_span *span = &source->spans[number];
  if (!span->name || !*span->name) return enti_fail(err, ENT_ERR_ARGUMENT, span->begin, "spans[%zu] has no name", number);
  if (span->begin < before || span->end < span->begin || span->end > source->length)
    return enti_fail(err, ENT_ERR_ARGUMENT, span->begin, "spans[%zu] is out of order or outside the text", number);
  if (!enti_between_characters(source, span->begin) || !enti_between_characters(source, span->end))
    return enti_fail(err, ENT_ERR_ARGUMENT, span->begin, "spans[%zu] parts a character", number);
  const char *const labels[] = {span->name, span->attributes ? span->attributes : ""};
  for (size_t i = 0; i < 2; i++)
    if (ent_utf8_valid(labels[i], strlen(labels[i])) != strlen(labels[i]))
      return enti_fail(err, ENT_ERR_ARGUMENT, span->begin, "spans[%zu] has a name or attributes that are not UTF-8", number);
  return ENT_OK;
}

ent_status enti_given_check(const ent_source *source, ent_error *err) {
  ent_status status = enti_ranges_check(source, "tokens", source->tokens, source->token_count, err);
  if (status == ENT_OK) status = enti_ranges_check(source, "sentences", source->sentences, source->sentence_count, err);
  if (status == ENT_OK) status = enti_ranges_check(source, "paragraphs", source->paragraphs, source->paragraph_count, err);
  for (size_t i = 0; source->tokens && i < source->token_count && status == ENT_OK; i++)
    if (source->tokens[i].begin == source->tokens[i].end)
      status = enti_fail(err, ENT_ERR_ARGUMENT, source->tokens[i].begin, "tokens[%zu] is empty", i);
  for (size_t i = 0; source->spans && i < source->span_count && status == ENT_OK; i++)
    status = check_span(source, i, i > 0 ? source->spans[i - 1].begin : 0, err);
  if (status != ENT_OK || !source->tokens || !source->annotations) return status;
  size_t each = source->annotation_count;
  enti_annotations annotations = {.names = source->annotation_names, .count = each};
  status = enti_annotations_sort(&annotations, err);
  for (size_t i = 0; i < source->token_count * each && status == ENT_OK; i++) {
    const char *value = source->annotations[i];
    if (value && ent_utf8_valid(value, strlen(value)) != strlen(value))
      status = enti_fail(err, ENT_ERR_ARGUMENT, source->tokens[i / each].begin, "an annotation of tokens[%zu] is not UTF-8", i / each);
  }
  return status;
}

ent_status enti_given_tokens(ent_index *index, const ent_source *source) {
  enti_annotations annotations = {.names = source->annotation_names, .count = source->annotations ? source->annotation_count : 0};
  ent_status status = enti_annotations_sort(&annotations, NULL);
  if (status == ENT_OK) status = enti_array_reserve(&index->alloc, &index->tokens, source->token_count);
  for (size_t i = 0; i < source->token_count && status == ENT_OK; i++) {
    ent_range range = source->tokens[i];
    while (enti_variant_is(source->text + range.begin, range.end - range.begin)) range.end -= ENTI_VARIANT_MARK;
    if (!enti_holds_word(source->text, range.begin, range.end)) continue;
    enti_token token = {.begin = (uint32_t)range.begin, .end = (uint32_t)range.end};
    const char *const *values = source->annotations ? source->annotations + i * source->annotation_count : NULL;
    status = enti_vocab_intern_given(index->vocab, source->text + range.begin, range.end - range.begin, &annotations, values, &token.type);
    if (status == ENT_OK) index->tokens.at[index->tokens.count++] = token;
  }
  return status;
}

ent_status enti_given_label(ent_index *index, const char *label, size_t length, const char **kept) {
  uint32_t number;
  index->label.count = 0;
  ent_status status = index->labels ? ENT_OK : ent_vocab_new(&index->alloc, &index->labels);
  if (status == ENT_OK) status = enti_bytes_add(&index->alloc, &index->label, label, length);
  if (status == ENT_OK) status = enti_bytes_add(&index->alloc, &index->label, "", 1);
  if (status == ENT_OK) status = enti_vocab_intern(index->labels, index->label.at, length + 1, &number);
  if (status == ENT_OK) *kept = enti_vocab_key(index->labels, number, &length);
  return status;
}

ent_status enti_given_spans(ent_index *index, const ent_source *source) {
  size_t count = source->spans ? source->span_count : 0;
  ent_status status = enti_array_reserve(&index->alloc, &index->spans, count);
  for (size_t i = 0; i < count && status == ENT_OK; i++) {
    ent_span span = source->spans[i];
    if (!span.attributes) span.attributes = "";
    status = enti_given_label(index, span.name, strlen(span.name), &span.name);
    if (status == ENT_OK) status = enti_given_label(index, span.attributes, strlen(span.attributes), &span.attributes);
    if (status == ENT_OK) index->spans.at[index->spans.count++] = span;
  }
  return status;
}

static void put_block(enti_structure *to, size_t begin, size_t end) {
  if (begin < end) to->blocks.at[to->blocks.count++] = (enti_block){.begin = begin, .end = end};
}

/* The headings that were found stay; paragraphs are cut where one lies in them. */
ent_status enti_given_blocks(const ent_alloc *alloc, const ent_source *source, enti_structure *structure) {
  enti_structure made = {0};
  const enti_block *blocks = structure->blocks.at;
  size_t next = 0; /* of them */
  ent_status status = enti_array_reserve(alloc, &made.blocks, source->paragraph_count + 2 * structure->blocks.count);
  if (status != ENT_OK) return status;
  for (size_t i = 0, behind = 0; i <= source->paragraph_count; i++) { /* `behind`: the last heading, which may reach far */
    bool rest = i == source->paragraph_count; /* the headings behind the last paragraph */
    ent_range paragraph = rest ? (ent_range){source->length, source->length} : source->paragraphs[i];
    size_t at = paragraph.begin > behind ? paragraph.begin : behind;
    for (; next < structure->blocks.count && (rest || blocks[next].begin < paragraph.end); next++) {
      if (blocks[next].level == 0) continue;
      put_block(&made, at, blocks[next].begin);
      made.blocks.at[made.blocks.count++] = blocks[next];
      behind = blocks[next].end;
      if (behind > at) at = behind;
    }
    put_block(&made, at, paragraph.end);
  }
  enti_array_free(alloc, &structure->blocks);
  structure->blocks.at = made.blocks.at;
  structure->blocks.count = made.blocks.count;
  structure->blocks.room = made.blocks.room;
  return ENT_OK;
}
