/* segment/lexicon: numbers for types and terms, and the sections that hold them.
 *
 * A type's key (its bytes, with the marks of a variant or of annotations) is what is kept. Slots are half full at most;
 * a form stands in the first free one at or behind its home. */
#include "segment/lexicon.h"

#include "segment/emit.h"

/* ---- order ---- */

typedef struct entry { /* sorted by a, b, then the bytes of the type */
  uint64_t a, b;
  uint32_t type;
} entry;

static uint64_t eight_bytes(const enti_type *type, size_t from) {
  unsigned char bytes[8] = {0};
  uint64_t x = 0;
  if (type->length > from) memcpy(bytes, type->bytes + from, type->length - from < 8 ? type->length - from : 8);
  for (size_t i = 0; i < 8; i++) x = x << 8 | bytes[i];
  return x;
}

static bool before(const ent_vocab *vocab, const entry *left, const entry *right) {
  if (left->a != right->a) return left->a < right->a;
  if (left->b != right->b) return left->b < right->b;
  const enti_type *one = &vocab->types.at[left->type], *other = &vocab->types.at[right->type];
  return enti_compare_bytes(one->bytes, one->length, other->bytes, other->length) < 0;
}

/* Merge sort: `entries` and `scratch` change places; what is sorted is returned. */
static entry *sort_entries(const ent_vocab *vocab, entry *entries, entry *scratch, size_t count) {
  for (size_t width = 1; width < count; width *= 2) {
    for (size_t begin = 0; begin < count; begin += 2 * width) {
      size_t middle = begin + width < count ? begin + width : count, end = middle + width < count ? middle + width : count;
      size_t left = begin, right = middle;
      for (size_t to = begin; to < end; to++) {
        bool take_right = left == middle || (right < end && before(vocab, &entries[right], &entries[left]));
        scratch[to] = take_right ? entries[right++] : entries[left++];
      }
    }
    entry *kept = entries;
    entries = scratch;
    scratch = kept;
  }
  return entries;
}

/* ---- making ---- */

typedef ENTI_ARRAY(entry) entry_array;

static ent_status mark(ent_vocab *vocab, uint32_t type, uint8_t *marks) {
  uint32_t fold, form;
  ent_status status = ent_vocab_layer(vocab, type, ENT_FOLD, &fold);
  marks[type] |= 1;
  if (status != ENT_OK) return status;
  marks[fold] |= 3;
  for (uint32_t layer = ENT_BARE; layer <= ENT_HANS && status == ENT_OK; layer++) {
    status = ent_vocab_layer(vocab, fold, layer, &form);
    if (status == ENT_OK) marks[form] |= 1;
  }
  return status;
}

/* Computes all layers, so that the vocabulary has grown. */
static ent_status grow_layers(ent_vocab *vocab, const uint64_t *counts, size_t count) {
  uint32_t fold, form;
  ent_status status = ENT_OK;
  for (size_t i = 0; i < count && status == ENT_OK; i++) {
    if (counts[i] == 0) continue;
    status = ent_vocab_layer(vocab, (uint32_t)i, ENT_FOLD, &fold);
    if (status == ENT_OK) status = ent_vocab_layer(vocab, fold, ENT_BARE, &form);
    if (status == ENT_OK) status = ent_vocab_layer(vocab, fold, ENT_HANS, &form);
  }
  return status;
}

/* Sorts the types whose mark has `bit`: by falling count first when `counts` is not NULL. */
static ent_status sorted(const ent_alloc *alloc, const ent_vocab *vocab, const uint8_t *marks, uint8_t bit,
                         const uint64_t *counts, size_t count, uint32_t *out) {
  entry_array entries = {0}, scratch = {0};
  size_t all = ent_vocab_count(vocab), some = 0;
  for (size_t i = 0; i < all; i++) some += (marks[i] & bit) != 0;
  ent_status status = enti_array_reserve(alloc, &entries, some);
  if (status == ENT_OK) status = enti_array_reserve(alloc, &scratch, some);
  for (size_t i = 0; i < all && status == ENT_OK; i++) {
    if (!(marks[i] & bit)) continue;
    const enti_type *type = &vocab->types.at[i];
    uint64_t first = eight_bytes(type, 0);
    entries.at[entries.count++] = counts ? (entry){~(i < count ? counts[i] : 0), first, (uint32_t)i}
                                         : (entry){first, eight_bytes(type, 8), (uint32_t)i};
  }
  if (status == ENT_OK) {
    const entry *order = sort_entries(vocab, entries.at, scratch.at, some);
    for (size_t i = 0; i < some; i++) out[i] = order[i].type;
  }
  enti_array_free(alloc, &entries);
  enti_array_free(alloc, &scratch);
  return status;
}

static ent_status fill(enti_lexicon *x, ent_vocab *vocab, const uint8_t *marks, const uint64_t *counts, size_t count) {
  ent_status status = ENT_OK;
  size_t all = ent_vocab_count(vocab), types = 0, terms = 0;
  for (size_t i = 0; i < all; i++) {
    types += marks[i] != 0;
    terms += (marks[i] & 2) != 0;
  }
  if (status == ENT_OK) status = enti_array_reserve(&x->alloc, &x->types, types);
  if (status == ENT_OK) status = enti_array_reserve(&x->alloc, &x->counts, types);
  if (status == ENT_OK) status = enti_array_reserve(&x->alloc, &x->type_terms, types);
  if (status == ENT_OK) status = enti_array_reserve(&x->alloc, &x->own_terms, types);
  if (status == ENT_OK) status = enti_array_reserve(&x->alloc, &x->terms, terms);
  if (status == ENT_OK) status = enti_array_reserve(&x->alloc, &x->numbers, all);
  if (status == ENT_OK) status = sorted(&x->alloc, vocab, marks, 1, counts, count, x->types.at);
  if (status == ENT_OK) status = sorted(&x->alloc, vocab, marks, 2, NULL, 0, x->terms.at);
  if (status != ENT_OK) return status;
  x->types.count = x->counts.count = x->type_terms.count = x->own_terms.count = types;
  x->terms.count = terms;
  x->numbers.count = all;
  for (size_t i = 0; i < all; i++) x->numbers.at[i] = ENT_NONE;
  for (size_t i = 0; i < types; i++) {
    x->numbers.at[x->types.at[i]] = (uint32_t)i;
    x->own_terms.at[i] = ENT_NONE;
  }
  for (size_t i = 0; i < terms; i++) { /* terms: from the vocabulary's types to numbers */
    x->terms.at[i] = x->numbers.at[x->terms.at[i]];
    x->own_terms.at[x->terms.at[i]] = (uint32_t)i;
  }
  return ENT_OK;
}

/* What a term is on bare and hans, where it is something else. */
static ent_status add_pairs(enti_lexicon *x, ent_vocab *vocab, uint32_t number) {
  ent_status status = ENT_OK;
  for (uint32_t layer = 0; layer < 2 && status == ENT_OK; layer++) {
    uint32_t type = x->types.at[number], form;
    status = ent_vocab_layer(vocab, type, ENT_BARE + layer, &form);
    if (status == ENT_OK && form != type) status = enti_array_reserve(&x->alloc, &x->pairs[layer], 2);
    if (status != ENT_OK || form == type) continue;
    x->pairs[layer].at[x->pairs[layer].count++] = number;
    x->pairs[layer].at[x->pairs[layer].count++] = x->numbers.at[form];
  }
  return status;
}

/* Everything that is known by a type's number. */
static ent_status describe(enti_lexicon *x, ent_vocab *vocab, const uint64_t *counts, size_t count) {
  ent_status status = ENT_OK;
  for (size_t i = 0; i < x->types.count && status == ENT_OK; i++) {
    uint32_t type = x->types.at[i], fold;
    x->counts.at[i] = type < count ? counts[type] : 0;
    x->type_terms.at[i] = x->own_terms.at[i];
    if (x->own_terms.at[i] != ENT_NONE) status = add_pairs(x, vocab, (uint32_t)i);
    if (status != ENT_OK || x->counts.at[i] == 0) continue;
    status = ent_vocab_layer(vocab, type, ENT_FOLD, &fold); /* a fold need not fold to itself */
    if (status == ENT_OK) x->type_terms.at[i] = x->own_terms.at[x->numbers.at[fold]];
  }
  return status;
}

ent_status enti_lexicon_make(const ent_alloc *alloc, ent_vocab *vocab, const uint64_t *counts, size_t count,
                             enti_lexicon *out) {
  memset(out, 0, sizeof *out);
  out->alloc = *alloc;
  out->vocab = vocab;
  ent_status status = grow_layers(vocab, counts, count);
  if (status != ENT_OK) return status;
  size_t all = ent_vocab_count(vocab);
  uint8_t *marks = enti_new(alloc, all + 1);
  if (!marks) return ENT_ERR_MEMORY;
  for (size_t i = 0; i < count && status == ENT_OK; i++)
    if (counts[i] > 0) status = mark(vocab, (uint32_t)i, marks);
  if (status == ENT_OK) status = fill(out, vocab, marks, counts, count);
  if (status == ENT_OK) status = describe(out, vocab, counts, count);
  enti_free(alloc, marks, all + 1);
  if (status != ENT_OK) enti_lexicon_free(out);
  return status;
}

void enti_lexicon_free(enti_lexicon *x) {
  ent_alloc alloc = x->alloc;
  if (!alloc.resize) return;
  enti_array_free(&alloc, &x->types);
  enti_array_free(&alloc, &x->counts);
  enti_array_free(&alloc, &x->type_terms);
  enti_array_free(&alloc, &x->own_terms);
  enti_array_free(&alloc, &x->terms);
  enti_array_free(&alloc, &x->numbers);
  for (int i = 0; i < 2; i++) enti_array_free(&alloc, &x->pairs[i]);
}

/* ---- writing ---- */

uint64_t enti_lexicon_home(const char *bytes, size_t length, uint64_t slots) {
  uint64_t hash = length * UINT64_C(0x9E3779B97F4A7C15);
  for (uint64_t word; length > 0;) {
    size_t some = length < sizeof word ? length : sizeof word;
    word = 0;
    memcpy(&word, bytes, some);
    hash = (hash ^ ENTI_LE64(word)) * UINT64_C(0xBF58476D1CE4E5B9);
    hash ^= hash >> 31;
    bytes += some;
    length -= some;
  }
  return (hash ^ hash >> 29) & (slots - 1);
}

static const enti_type *type_of(const enti_lexicon *x, size_t number) { return &x->vocab->types.at[x->types.at[number]]; }

static ent_status write_offsets_and_bytes(const enti_lexicon *x, enti_sink *sink, enti_footer *footer) {
  uint64_t at = 0;
  unsigned char made[8];
  ent_status status = enti_section_begin(sink, footer, ENTI_SECTION_TYPE_OFFSETS);
  for (size_t i = 0; i <= x->types.count && status == ENT_OK; i++) {
    if (at >> 40) return ENT_ERR_LIMIT;
    (void)enti_put40(made, at);
    status = enti_sink_write(sink, made, 5);
    if (i < x->types.count) at += type_of(x, i)->length;
  }
  if (status == ENT_OK) status = enti_section_end(sink, footer, ENTI_SECTION_TYPE_OFFSETS);
  if (status == ENT_OK) status = enti_section_begin(sink, footer, ENTI_SECTION_TYPE_BYTES);
  for (size_t i = 0; i < x->types.count && status == ENT_OK; i++)
    status = enti_sink_write(sink, type_of(x, i)->bytes, type_of(x, i)->length);
  return status == ENT_OK ? enti_section_end(sink, footer, ENTI_SECTION_TYPE_BYTES) : status;
}

static ent_status write_counts(const enti_lexicon *x, enti_sink *sink, enti_footer *footer) {
  unsigned char made[8];
  ent_status status = enti_section_begin(sink, footer, ENTI_SECTION_TYPE_COUNTS);
  for (size_t i = 0; i < x->types.count && status == ENT_OK; i++) {
    if (x->counts.at[i] >> 40) return ENT_ERR_LIMIT;
    (void)enti_put40(made, x->counts.at[i]);
    status = enti_sink_write(sink, made, 5);
  }
  return status == ENT_OK ? enti_section_end(sink, footer, ENTI_SECTION_TYPE_COUNTS) : status;
}

static ent_status write_numbers(enti_sink *sink, enti_footer *footer, int section, const uint32_t *numbers, size_t count) {
  unsigned char made[4];
  ent_status status = enti_section_begin(sink, footer, section);
  for (size_t i = 0; i < count && status == ENT_OK; i++) {
    (void)enti_put32(made, numbers[i]);
    status = enti_sink_write(sink, made, sizeof made);
  }
  return status == ENT_OK ? enti_section_end(sink, footer, section) : status;
}

static ent_status write_slots(const enti_lexicon *x, enti_sink *sink, enti_footer *footer) {
  size_t slots = 8, size;
  while (slots < 2 * x->types.count) slots *= 2;
  if (!enti_mul(slots, sizeof(uint32_t), &size)) return ENT_ERR_LIMIT;
  uint32_t *marks = enti_new(&x->alloc, size);
  if (!marks) return ENT_ERR_MEMORY;
  for (size_t i = 0; i < x->types.count; i++) { /* the frequent ones get their homes */
    uint64_t at = enti_lexicon_home(type_of(x, i)->bytes, type_of(x, i)->length, slots);
    while (marks[at]) at = (at + 1) & (slots - 1);
    marks[at] = (uint32_t)i + 1;
  }
  ent_status status = write_numbers(sink, footer, ENTI_SECTION_SLOTS, marks, slots);
  enti_free(&x->alloc, marks, size);
  return status;
}

ent_status enti_lexicon_write(const enti_lexicon *x, enti_sink *sink, enti_footer *footer) {
  ent_status status = write_offsets_and_bytes(x, sink, footer);
  if (status == ENT_OK) status = write_counts(x, sink, footer);
  if (status == ENT_OK) status = write_numbers(sink, footer, ENTI_SECTION_TYPE_TERMS, x->type_terms.at, x->type_terms.count);
  if (status == ENT_OK) status = write_slots(x, sink, footer);
  for (int i = 0; i < 2 && status == ENT_OK; i++)
    status = write_numbers(sink, footer, ENTI_SECTION_BARE + i, x->pairs[i].at, x->pairs[i].count);
  footer->types = (uint32_t)x->types.count;
  footer->terms = (uint32_t)x->terms.count;
  return status;
}
