/* index/hyphen: words that a hyphen divides at a line or page end.
 *
 * Two tokens with nothing between them but a hyphen, one line end, blanks and skips are joined when the
 * joined form, folded, occurs elsewhere in the document; stay two when the hyphenated form does; otherwise
 * are joined if both halves are small letters, and flagged. A soft hyphen says by itself that it divides a
 * word: there only the hyphenated form keeps the halves apart. The joined token spans both halves; its type
 * is the two halves without what parts them. */
#include "index/repair.h"
#include "text/unicode_tables.h"
#include "text/utf8.h"

enum { LONGEST_JOINED = 256 }; /* bytes: a word goes on over several line ends, but not without end */

/* Where the hyphen that divides two tokens stands, if one does: its first byte; SIZE_MAX for none. A soft
 * hyphen is the end of the token before it. */
static size_t hyphen_between(const enti_repair *r, const enti_token *left, const enti_token *right, bool *soft) {
  const char *text = r->text;
  size_t at = left->end, length = right->begin - at;
  *soft = false;
  if (length == 0) return SIZE_MAX;
  if ((r->repairs & r->seen & ENT_REPAIR_SOFT_HYPHENS) && at - left->begin > 2 && !memcmp(text + at - 2, "\xC2\xAD", 2)) {
    *soft = true;
    return at - 2;
  }
  if (!(r->repairs & ENT_REPAIR_HYPHENS) || length < 2) return SIZE_MAX;
  if (text[at] == '-') return at;
  bool sign = length > 3 && (!memcmp(text + at, "\xE2\x80\x90", 3) || !memcmp(text + at, "\xE2\x80\x91", 3));
  return sign ? at : SIZE_MAX;
}

/* Whether what stands between two tokens is a hyphen and then a line end, with blanks and skips about it. */
static bool divides(const enti_repair *r, const enti_token *left, const enti_token *right, size_t *skip, size_t *hyphen) {
  const char *text = r->text;
  size_t end = right->begin, line_ends = 0;
  bool soft;
  *hyphen = hyphen_between(r, left, right, &soft);
  if (*hyphen == SIZE_MAX) return false;
  size_t at = soft ? left->end : *hyphen + (text[*hyphen] == '-' ? 1 : 3);
  while (*skip < r->skip_count && r->skips[*skip].end <= left->end) (*skip)++;
  size_t s = *skip;
  bool skipped = false;
  while (at < end) {
    if (s < r->skip_count && r->skips[s].begin <= at) {
      if (r->skips[s].end > at) at = r->skips[s].end;
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

/* Whether a half is of letters and marks only, ignorable characters aside. */
static bool letters(const char *bytes, size_t length, bool *all_small) {
  *all_small = true;
  for (size_t at = 0; at < length;) {
    uint32_t c;
    at = enti_utf8_next(bytes, at, &c);
    uint32_t record = enti_unicode_record(c);
    unsigned category = enti_record_category(record);
    if (category == ENTI_CATEGORY_MN || category == ENTI_CATEGORY_CF) continue;
    if (category < ENTI_CATEGORY_LU || category > ENTI_CATEGORY_LO) return false;
    if (enti_record_sb(record) != ENTI_SB_LOWER) *all_small = false;
  }
  return true;
}

/* ---- what occurs in the document ---- */

enum { BITS = 64 };

static bool has_form(const ent_index *index, uint32_t form) {
  return form / BITS < index->forms.count && (index->forms.at[form / BITS] >> form % BITS & 1);
}

static void add_form(ent_index *index, uint32_t form) { index->forms.at[form / BITS] |= UINT64_C(1) << form % BITS; }

/* Room for a bit of each of the vocabulary's types. */
static ent_status cover_forms(ent_index *index) {
  size_t wanted = ent_vocab_count(index->vocab) / BITS + 1, count = index->forms.count;
  if (count >= wanted) return ENT_OK;
  ent_status status = enti_array_reserve(&index->alloc, &index->forms, wanted - count);
  if (status != ENT_OK) return status;
  memset(index->forms.at + count, 0, (wanted - count) * sizeof *index->forms.at);
  index->forms.count = wanted;
  return ENT_OK;
}

static ent_status add_pair(ent_index *index, uint32_t left, uint32_t right) {
  uint32_t left_form, right_form;
  ent_status status = ent_vocab_layer(index->vocab, left, ENT_FOLD, &left_form);
  if (status == ENT_OK) status = ent_vocab_layer(index->vocab, right, ENT_FOLD, &right_form);
  if (status == ENT_OK) status = enti_array_reserve(&index->alloc, &index->pairs, 1);
  if (status == ENT_OK) index->pairs.at[index->pairs.count++] = (uint64_t)left_form << 32 | right_form;
  return status;
}

/* The document's types and their folds, a bit for each, and the pairs of folds that a hyphen joins, sorted. A token
 * sets a bit; what folds does so once. */
static ent_status collect_forms(enti_repair *r) {
  ent_index *index = r->index;
  const enti_token *tokens = index->tokens.at;
  index->forms.count = index->pairs.count = 0;
  ent_status status = cover_forms(index);
  if (status != ENT_OK) return status;
  for (size_t i = r->first_token; i < index->tokens.count; i++) add_form(index, tokens[i].type);
  for (size_t i = 0; i < index->hyphens.count && status == ENT_OK; i++) {
    const enti_token *right = tokens + r->first_token + index->hyphens.at[i], *left = right - 1;
    if (right->begin > left->end && enti_hyphen_size(r->text, left->end, right->begin) == right->begin - left->end)
      status = add_pair(index, left->type, right->type);
  }
  for (size_t at = 0, count = index->forms.count; at < count && status == ENT_OK; at++) {
    uint64_t types = index->forms.at[at]; /* before their folds are in: a fold folds to itself */
    for (; types && status == ENT_OK; types &= types - 1) {
      uint32_t form, type = (uint32_t)(at * BITS) + (uint32_t)__builtin_ctzll(types);
      status = enti_vocab_fold(index->vocab, type, &form);
      if (status == ENT_OK && form / BITS >= index->forms.count) status = cover_forms(index);
      if (status == ENT_OK) add_form(index, form);
    }
  }
  if (status == ENT_OK) enti_sort(index->pairs.at, index->pairs.count, sizeof *index->pairs.at, enti_compare_u64);
  return status;
}

/* ---- joining ---- */

/* The two halves as one type, and its folded form; both ENT_NONE where they are not of letters. */
static ent_status join_types(ent_index *index, uint32_t left, size_t cut, uint32_t right, bool *small, uint32_t *type,
                             uint32_t *form) {
  size_t left_length, right_length;
  const char *left_bytes = ent_vocab_bytes(index->vocab, left, &left_length);
  const char *right_bytes = ent_vocab_bytes(index->vocab, right, &right_length);
  bool small_left, small_right;
  left_length -= cut;
  *type = *form = ENT_NONE;
  if (left_length + right_length > LONGEST_JOINED) return ENT_OK;
  if (!letters(left_bytes, left_length, &small_left) || !letters(right_bytes, right_length, &small_right)) return ENT_OK;
  *small = small_left && small_right;
  enti_bytes whole = {0};
  ent_status status = enti_bytes_add(&index->alloc, &whole, left_bytes, left_length);
  if (status == ENT_OK) status = enti_bytes_add(&index->alloc, &whole, right_bytes, right_length);
  if (status == ENT_OK) status = enti_vocab_intern(index->vocab, whole.at, whole.count, type);
  if (status == ENT_OK) status = ent_vocab_layer(index->vocab, *type, ENT_FOLD, form);
  enti_array_free(&index->alloc, &whole);
  return status;
}

static ent_status join(enti_repair *r, enti_token *left, const enti_token *right, size_t hyphen, bool *joined) {
  ent_index *index = r->index;
  bool small = false, soft = hyphen < left->end;
  uint32_t form, type;
  *joined = false;
  ent_status status = join_types(index, left->type, left->end - (soft ? hyphen : left->end), right->type, &small, &type, &form);
  if (status != ENT_OK || type == ENT_NONE) return status;
  ent_edit_kind kind = soft ? ENT_EDIT_SOFT_HYPHEN : ENT_EDIT_JOINED;
  if (!has_form(index, form)) {
    uint32_t left_form, right_form;
    status = ent_vocab_layer(index->vocab, left->type, ENT_FOLD, &left_form);
    if (status == ENT_OK) status = ent_vocab_layer(index->vocab, right->type, ENT_FOLD, &right_form);
    if (status != ENT_OK) return status;
    uint64_t pair = (uint64_t)left_form << 32 | right_form;
    if (enti_sorted_has(index->pairs.at, index->pairs.count, pair)) kind = ENT_EDIT_KEPT;
    else if (!soft && !small) return ENT_OK;
    else if (!soft) kind = ENT_EDIT_GUESSED;
  }
  status = enti_repair_edit(r, hyphen, right->begin, kind);
  if (status != ENT_OK || kind == ENT_EDIT_KEPT) return status;
  left->end = right->end;
  left->type = type;
  r->retyped = true;
  *joined = true;
  return ENT_OK;
}

/* Joins what is to be joined; the tokens that are then parts of others come to stand in front of `hyphens`. */
static ent_status join_all(enti_repair *r, size_t *count) {
  ent_index *index = r->index;
  enti_token *tokens = index->tokens.at + r->first_token;
  size_t skip = 0, hyphen, gone = 0, whole = 0; /* whole: what the last token that is gone has become part of */
  ent_status status = ENT_OK;
  for (size_t i = 0; i < index->hyphens.count && status == ENT_OK; i++) {
    const uint32_t right = index->hyphens.at[i];
    const size_t left = gone > 0 && index->hyphens.at[gone - 1] == right - 1 ? whole : right - 1;
    bool joined = false;
    if (divides(r, &tokens[left], &tokens[right], &skip, &hyphen))
      status = join(r, &tokens[left], &tokens[right], hyphen, &joined);
    if (!joined) continue;
    whole = left;
    index->hyphens.at[gone++] = right;
  }
  *count = gone;
  return status;
}

/* Takes tokens out; their numbers are sorted. */
static void take_out(enti_repair *r, const uint32_t *gone, size_t count) {
  enti_token *tokens = r->index->tokens.at + r->first_token;
  size_t total = r->index->tokens.count - r->first_token;
  for (size_t i = 0; i < count; i++) {
    size_t next = i + 1 < count ? gone[i + 1] : total;
    memmove(tokens + gone[i] - i, tokens + gone[i] + 1, (next - gone[i] - 1) * sizeof *tokens);
  }
  r->index->tokens.count -= count;
}

/* Lists each token that a hyphen may part from the one before: as tokens.c has done, and soft hyphens. */
static ent_status list_hyphens(enti_repair *r) {
  ent_index *index = r->index;
  const enti_token *tokens = index->tokens.at + r->first_token;
  bool soft;
  index->hyphens.count = 0;
  for (size_t i = 1; i < index->tokens.count - r->first_token; i++) {
    if (enti_hyphen_size(r->text, tokens[i - 1].end, tokens[i].begin) == 0 &&
        hyphen_between(r, &tokens[i - 1], &tokens[i], &soft) == SIZE_MAX)
      continue;
    ent_status status = enti_array_reserve(&index->alloc, &index->hyphens, 1);
    if (status != ENT_OK) return status;
    index->hyphens.at[index->hyphens.count++] = (uint32_t)i;
  }
  return ENT_OK;
}

ent_status enti_repair_hyphens(enti_repair *r, bool listed) {
  ent_index *index = r->index;
  size_t skip = 0, hyphen, gone;
  ent_status status = ENT_OK;
  if (r->first_token >= index->tokens.count) return ENT_OK;
  if (!(r->repairs & (ENT_REPAIR_HYPHENS | ENT_REPAIR_SOFT_HYPHENS))) return ENT_OK;
  if (!listed || (r->repairs & r->seen & ENT_REPAIR_SOFT_HYPHENS)) status = list_hyphens(r);
  bool any = false; /* most documents have none */
  for (size_t i = 0; i < index->hyphens.count && !any && status == ENT_OK; i++) {
    const enti_token *right = index->tokens.at + r->first_token + index->hyphens.at[i];
    any = divides(r, right - 1, right, &skip, &hyphen);
  }
  if (!any || status != ENT_OK) return status;
  status = collect_forms(r);
  if (status == ENT_OK) status = join_all(r, &gone);
  if (status == ENT_OK) take_out(r, index->hyphens.at, gone);
  return status;
}
