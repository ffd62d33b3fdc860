/* index/repair: words that a hyphen divides at a line or page end.
 *
 * Two tokens with nothing between them but a hyphen, one line end, blanks and skips are joined when the
 * joined form, folded, occurs elsewhere in the document; stay two when the hyphenated form does; otherwise
 * are joined if both halves are small letters, and flagged. The joined token spans both halves; its type is
 * the two halves without what parts them. */
#include "index/index.h"
#include "text/unicode_tables.h"
#include "text/utf8.h"

typedef struct joiner {
  ent_index *index;
  const char *text;
  size_t first; /* token */
  const ent_range *skips;
  size_t skip_count;
} joiner;

/* Whether [begin, end) is a hyphen and then a line end, with blanks and skips about it. Soft hyphens too. */
static bool divides(const joiner *j, size_t begin, size_t end, size_t *skip) {
  const char *text = j->text;
  size_t at = begin, line_ends = 0;
  if (end - begin < 2) return false;
  if (text[at] == '-') at += 1;
  else if (end - at >= 3 && (!memcmp(text + at, "\xE2\x80\x90", 3) || !memcmp(text + at, "\xE2\x80\x91", 3))) at += 3;
  else if (!memcmp(text + at, "\xC2\xAD", 2)) at += 2;
  else return false;
  while (*skip < j->skip_count && j->skips[*skip].end <= begin) (*skip)++;
  size_t s = *skip;
  bool skipped = false;
  while (at < end) {
    if (s < j->skip_count && j->skips[s].begin <= at) {
      if (j->skips[s].end > at) at = j->skips[s].end;
      skipped = true;
      s++;
      continue;
    }
    char c = text[at];
    if (c == '\n' || c == '\f' || (c == '\r' && !(at + 1 < end && text[at + 1] == '\n'))) line_ends++;
    else if (c != ' ' && c != '\t' && c != '\r') return false;
    at++;
  }
  return line_ends >= 1 && (line_ends <= 2 || skipped);
}

static bool letters(const char *text, size_t begin, size_t end, bool *all_small) {
  *all_small = true;
  while (begin < end) {
    uint32_t c;
    begin = enti_utf8_next(text, begin, &c);
    uint32_t record = enti_unicode_record(c);
    unsigned category = enti_record_category(record);
    if (category == ENTI_CATEGORY_MN) continue;
    if (category < ENTI_CATEGORY_LU || category > ENTI_CATEGORY_LO) return false;
    if (enti_record_sb(record) != ENTI_SB_LOWER) *all_small = false;
  }
  return true;
}

/* The folded form of some bytes, as a type; ENT_NONE where no token of the vocabulary has it. */
static ent_status folded(ent_index *index, const char *bytes, size_t length, uint32_t *form) {
  uint32_t type;
  ent_status status = enti_vocab_intern(index->vocab, bytes, length, &type);
  return status == ENT_OK ? ent_vocab_layer(index->vocab, type, ENT_FOLD, form) : status;
}

static bool plain_hyphen(const char *text, size_t begin, size_t end) {
  return (end - begin == 1 && text[begin] == '-') ||
         (end - begin == 3 && (!memcmp(text + begin, "\xE2\x80\x90", 3) || !memcmp(text + begin, "\xE2\x80\x91", 3)));
}

/* The document's folded forms, and the pairs of them that a hyphen joins, both sorted for look-up. */
static ent_status collect_forms(joiner *j) {
  ent_index *index = j->index;
  size_t count = index->tokens.count - j->first;
  const enti_token *tokens = index->tokens.at + j->first;
  index->forms.count = index->pairs.count = 0;
  ent_status status = enti_array_reserve(&index->alloc, &index->forms, count);
  for (size_t i = 0; i < count && status == ENT_OK; i++) {
    uint32_t form;
    status = ent_vocab_layer(index->vocab, tokens[i].type, ENT_FOLD, &form);
    if (status != ENT_OK) break;
    index->forms.at[index->forms.count++] = form;
    if (i == 0 || !plain_hyphen(j->text, tokens[i - 1].end, tokens[i].begin)) continue;
    status = enti_array_reserve(&index->alloc, &index->pairs, 1);
    if (status == ENT_OK) index->pairs.at[index->pairs.count++] = index->forms.at[i - 1] << 32 | form;
  }
  if (status != ENT_OK) return status;
  enti_sort(index->forms.at, index->forms.count, sizeof *index->forms.at, enti_compare_u64);
  enti_sort(index->pairs.at, index->pairs.count, sizeof *index->pairs.at, enti_compare_u64);
  return ENT_OK;
}

static ent_status join(joiner *j, enti_token *left, const enti_token *right, bool *joined) {
  ent_index *index = j->index;
  bool small_left, small_right;
  *joined = false;
  if (!letters(j->text, left->begin, left->end, &small_left) || !letters(j->text, right->begin, right->end, &small_right))
    return ENT_OK;
  size_t left_length = left->end - left->begin, length = left_length + (right->end - right->begin);
  enti_bytes whole = {0};
  uint32_t form = ENT_NONE, type = ENT_NONE;
  ent_status status = enti_bytes_add(&index->alloc, &whole, j->text + left->begin, left_length);
  if (status == ENT_OK) status = enti_bytes_add(&index->alloc, &whole, j->text + right->begin, length - left_length);
  if (status == ENT_OK) status = folded(index, whole.at, length, &form);
  if (status == ENT_OK) status = enti_vocab_intern(index->vocab, whole.at, length, &type);
  enti_array_free(&index->alloc, &whole);
  if (status != ENT_OK) return status;
  ent_edit edit = {left->end, right->begin, ENT_EDIT_JOINED};
  if (!enti_sorted_has(index->forms.at, index->forms.count, form)) {
    uint32_t left_form, right_form; /* known since collect_forms, or since they were joined */
    status = ent_vocab_layer(index->vocab, left->type, ENT_FOLD, &left_form);
    if (status == ENT_OK) status = ent_vocab_layer(index->vocab, right->type, ENT_FOLD, &right_form);
    if (status != ENT_OK) return status;
    uint64_t pair = (uint64_t)left_form << 32 | right_form;
    if (enti_sorted_has(index->pairs.at, index->pairs.count, pair)) edit.kind = ENT_EDIT_KEPT;
    else if (small_left && small_right) edit.kind = ENT_EDIT_GUESSED;
    else return ENT_OK;
  }
  status = enti_array_reserve(&index->alloc, &index->edits, 1);
  if (status != ENT_OK) return status;
  index->edits.at[index->edits.count++] = edit;
  if (edit.kind == ENT_EDIT_KEPT) return ENT_OK;
  left->end = right->end;
  left->type = type;
  *joined = true;
  return ENT_OK;
}

ent_status enti_index_join_hyphens(ent_index *index, const char *text, size_t first_token,
                                   const ent_range *skips, size_t skip_count) {
  joiner j = {index, text, first_token, skips, skip_count};
  size_t kept = first_token, skip = 0;
  ent_status status = ENT_OK;
  if (first_token >= index->tokens.count) return ENT_OK;
  bool any = false; /* most documents have none: then nothing is moved */
  for (size_t i = first_token + 1; i < index->tokens.count && !any; i++)
    any = divides(&j, index->tokens.at[i - 1].end, index->tokens.at[i].begin, &skip);
  if (!any) return ENT_OK;
  skip = 0;
  status = collect_forms(&j);
  for (size_t i = first_token + 1; i < index->tokens.count && status == ENT_OK; i++) {
    enti_token right = index->tokens.at[i];
    bool joined = false;
    if (divides(&j, index->tokens.at[kept].end, right.begin, &skip))
      status = join(&j, &index->tokens.at[kept], &right, &joined);
    if (!joined) index->tokens.at[++kept] = right;
  }
  if (status == ENT_OK) index->tokens.count = kept + 1;
  return status;
}
