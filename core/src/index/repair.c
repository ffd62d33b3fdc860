/* index/repair: what tokens and the gaps between them leave out or read otherwise, each a recorded edit.
 *
 * The text stays. Inside a token the layers do the reading (trait.h); here it is recorded, or prevented where
 * the repair is off (variant.h). Between two tokens a repair is a gap that joins; off, it breaks. A token costs
 * one look-up of its type's traits, and what no token of a document has is not looked for again. */
#include "index/repair.h"

#include "vocab/trait.h"
#include "vocab/variant.h"

static const ent_edit_kind kinds[] = {ENT_EDIT_LIGATURE, ENT_EDIT_SOFT_HYPHEN, ENT_EDIT_ZERO_WIDTH, ENT_EDIT_WIDTH,
                                      ENT_EDIT_SARA_AM}; /* in the order of the bits of ENTI_REPAIR_IN_TOKEN */

ent_status enti_repair_edit(enti_repair *repair, size_t begin, size_t end, ent_edit_kind kind) {
  ent_index *index = repair->index;
  ent_status status = enti_array_reserve(&index->alloc, &index->edits, 1);
  if (status == ENT_OK) index->edits.at[index->edits.count++] = (ent_edit){begin, end, kind};
  return status;
}

static ent_edit_kind kind_of(unsigned bit) {
  size_t number = 0;
  for (unsigned lowest = ENT_REPAIR_LIGATURES; lowest < bit; lowest <<= 1) number++;
  return kinds[number];
}

/* ---- inside tokens ---- */

/* Records what is read otherwise in a token's bytes. `join` is the first edit not yet passed of those that
 * hyphens and SARA AM made; what they left out is no part of the token. Neighbours of a kind are one edit, but each SARA AM is its own. */
static ent_status record(enti_repair *repair, const enti_token *token, size_t *join, size_t join_end) {
  ent_index *index = repair->index;
  size_t at = token->begin, first = index->edits.count;
  while (at < token->end) {
    while (*join < join_end && index->edits.at[*join].end <= at) (*join)++;
    if (*join < join_end && index->edits.at[*join].begin <= at) {
      at = index->edits.at[*join].end;
      continue;
    }
    size_t next, begin = at;
    unsigned bit = enti_trait_read(repair->text, at, token->end, &next) & repair->repairs;
    at = next;
    if (!bit) continue;
    ent_edit *last = index->edits.count > first ? &index->edits.at[index->edits.count - 1] : NULL;
    if (last && last->end == begin && last->kind == kind_of(bit) && bit != ENT_REPAIR_SARA_AM) {
      last->end = next;
      continue;
    }
    ent_status status = enti_repair_edit(repair, begin, next, kind_of(bit));
    if (status != ENT_OK) return status;
  }
  return ENT_OK;
}

static ent_status repair_inside(enti_repair *repair, size_t first_join) {
  ent_index *index = repair->index;
  size_t join = first_join, join_end = index->edits.count;
  ent_status status = enti_trait_cover(index->vocab); /* of the joined words */
  for (size_t i = repair->first_token; i < index->tokens.count && status == ENT_OK; i++) {
    enti_token *token = &index->tokens.at[i];
    const unsigned traits = index->vocab->traits.at[token->type];
    if (!(traits & ENTI_REPAIR_IN_TOKEN)) continue;
    const uint32_t type = token->type;
    status = record(repair, token, &join, join_end);
    if (status == ENT_OK && !repair->given && (traits & repair->repairs & ENT_REPAIR_SARA_AM))
      status = enti_sara_am_compose(index->vocab, token->type, &token->type);
    unsigned off = traits & ENTI_REPAIR_IN_TOKEN & ~repair->repairs;
    if (status == ENT_OK && off) status = enti_variant_of(index->vocab, token->type, off, &token->type);
    if (token->type != type) repair->retyped = true;
  }
  return status;
}

ent_status enti_repair_tokens(enti_repair *repair) {
  size_t first_join = repair->index->edits.count;
  bool syllables = (repair->seen & ENTI_TRAIT_AM_TAIL) && (repair->repairs & ENT_REPAIR_SARA_AM) && !repair->given;
  ent_status status = syllables ? enti_repair_sara_am(repair) : ENT_OK;
  if (status == ENT_OK && !repair->given) status = enti_repair_hyphens(repair, !syllables);
  if (status == ENT_OK && repair->index->edits.count > first_join) enti_repair_sort(repair->index, first_join);
  if (status == ENT_OK && (repair->seen & ENTI_REPAIR_IN_TOKEN)) status = repair_inside(repair, first_join);
  return status;
}

/* ---- between tokens ---- */

static bool is_blank(const char *text, size_t begin, size_t end) {
  while (begin < end) {
    if (text[begin] == ' ' || text[begin] == '\t') begin++;
    else if (end - begin >= 2 && !memcmp(text + begin, "\xC2\xA0", 2)) begin += 2;
    else if (end - begin >= 3 && !memcmp(text + begin, "\xE3\x80\x80", 3)) begin += 3;
    else return false;
  }
  return true;
}

static bool is_skipped(const enti_repair *repair, size_t at) {
  size_t low = 0, high = repair->skip_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (repair->skips[middle].end <= at) low = middle + 1;
    else high = middle;
  }
  return low < repair->skip_count && repair->skips[low].begin <= at;
}

/* Soft hyphens and what has no width, in the gap before a token. */
static ent_status read_gap(enti_repair *repair, size_t begin, enti_token *token) {
  enum { IN_GAP = ENT_REPAIR_SOFT_HYPHENS | ENT_REPAIR_ZERO_WIDTH };
  for (size_t at = begin, next; at < token->begin; at = next) {
    unsigned bit = enti_trait_read(repair->text, at, token->begin, &next) & IN_GAP;
    if (!bit || is_skipped(repair, at)) continue;
    if (!(bit & repair->repairs)) {
      token->gap = ENTI_GAP_BREAK;
      continue;
    }
    ent_status status = enti_repair_edit(repair, at, next, kind_of(bit));
    if (status != ENT_OK) return status;
  }
  return ENT_OK;
}

ent_status enti_repair_gaps(enti_repair *repair) {
  ent_index *index = repair->index;
  bool han = !repair->given && (repair->seen & ENTI_TRAIT_HAN) != 0, marks = repair->gap_marks;
  if (!han && !marks) return ENT_OK;
  ent_status status = enti_trait_cover(index->vocab); /* of the types that repairs made */
  for (size_t i = repair->first_token + 1; i < index->tokens.count && status == ENT_OK; i++) {
    enti_token *token = &index->tokens.at[i];
    size_t begin = token[-1].end, width = token->begin - begin;
    if (width == 0) continue;
    if (marks && width > 1) status = read_gap(repair, begin, token);
    if (status != ENT_OK) return status;
    if (!han || token->gap != ENTI_GAP_JOIN || !is_blank(repair->text, begin, token->begin)) continue;
    const uint16_t *traits = index->vocab->traits.at;
    if (traits[token[-1].type] & traits[token->type] & ENTI_TRAIT_HAN) {
      if (repair->repairs & ENT_REPAIR_HAN_SPACES)
        status = enti_repair_edit(repair, begin, token->begin, ENT_EDIT_HAN_SPACE);
      else token->gap = ENTI_GAP_BREAK;
    }
  }
  return status;
}

/* ---- order ---- */

/* By where they begin; of two that begin together the one that holds the other first. */
static int compare_edits(const void *a, const void *b) {
  const ent_edit *left = a, *right = b;
  if (left->begin != right->begin) return left->begin < right->begin ? -1 : 1;
  if (left->end != right->end) return left->end > right->end ? -1 : 1;
  return left->kind < right->kind ? -1 : left->kind > right->kind;
}

void enti_repair_sort(ent_index *index, size_t first_edit) {
  for (size_t i = first_edit + 1; i < index->edits.count; i++) {
    if (compare_edits(&index->edits.at[i - 1], &index->edits.at[i]) <= 0) continue;
    enti_sort(index->edits.at + first_edit, index->edits.count - first_edit, sizeof *index->edits.at, compare_edits);
    return;
  }
}
