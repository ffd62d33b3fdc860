/* text/compose: canonical order and composition. See compose.h. */
#include "text/compose.h"

#include "text/unicode_tables.h"

void enti_sequence_init(enti_sequence *sequence, const ent_alloc *alloc) {
  sequence->alloc = alloc;
  sequence->at = sequence->few;
  sequence->count = 0;
  sequence->room = ENTI_SEQUENCE_FEW;
  sequence->origin = 0;
  memset(&sequence->many, 0, sizeof sequence->many);
  memset(&sequence->sorting, 0, sizeof sequence->sorting);
}

void enti_sequence_free(enti_sequence *sequence) {
  enti_array_free(sequence->alloc, &sequence->many);
  enti_array_free(sequence->alloc, &sequence->sorting);
}

ent_status enti_sequence_push(enti_sequence *sequence, size_t origin, uint32_t cp, uint32_t class, size_t begin, size_t end) {
  if (sequence->count == 0) sequence->origin = origin;
  origin = sequence->origin;
  if (end - origin > UINT32_MAX) return ENT_ERR_LIMIT;
  if (sequence->count == sequence->room) {
    bool first = sequence->at == sequence->few;
    sequence->many.count = sequence->count;
    ent_status status = enti_array_reserve(sequence->alloc, &sequence->many, sequence->count);
    if (status != ENT_OK) return status;
    if (first) memcpy(sequence->many.at, sequence->few, sizeof sequence->few);
    sequence->at = sequence->many.at;
    sequence->room = sequence->many.room;
  }
  sequence->at[sequence->count++] = (enti_piece){cp, class, (uint32_t)(begin - origin), (uint32_t)(end - origin)};
  return ENT_OK;
}

/* ---- order -------------------------------------------------------------------------------- */

static bool ordered(const enti_piece *at, size_t count) {
  for (size_t i = 1; i < count; i++)
    if (at[i - 1].class > at[i].class) return false;
  return true;
}

static void insertion_sort(enti_piece *at, size_t count) {
  for (size_t i = 1; i < count; i++) {
    enti_piece piece = at[i];
    size_t j = i;
    for (; j > 0 && at[j - 1].class > piece.class; j--) at[j] = at[j - 1];
    at[j] = piece;
  }
}

/* Linear, for runs that no language writes: there are at most 255 classes. */
static ent_status counting_sort(enti_sequence *sequence, enti_piece *at, size_t count) {
  size_t start[257] = {0};
  sequence->sorting.count = 0;
  ent_status status = enti_array_reserve(sequence->alloc, &sequence->sorting, count);
  if (status != ENT_OK) return status;
  for (size_t i = 0; i < count; i++) start[(at[i].class & 0xFF) + 1]++;
  for (size_t i = 1; i < 257; i++) start[i] += start[i - 1];
  for (size_t i = 0; i < count; i++) sequence->sorting.at[start[at[i].class & 0xFF]++] = at[i];
  memcpy(at, sequence->sorting.at, count * sizeof *at);
  return ENT_OK;
}

ent_status enti_sequence_order(enti_sequence *sequence) {
  size_t i = 0;
  while (i < sequence->count) {
    if (sequence->at[i].class == 0) {
      i++;
      continue;
    }
    size_t first = i;
    while (i < sequence->count && sequence->at[i].class != 0) i++;
    enti_piece *run = sequence->at + first;
    size_t count = i - first;
    if (ordered(run, count)) continue;
    if (count <= 32) {
      insertion_sort(run, count);
    } else {
      ent_status status = counting_sort(sequence, run, count);
      if (status != ENT_OK) return status;
    }
  }
  return ENT_OK;
}

/* ---- composition -------------------------------------------------------------------------- */

enum { L_BASE = 0x1100, V_BASE = 0x1161, T_BASE = 0x11A7, S_BASE = 0xAC00 };
enum { L_COUNT = 19, V_COUNT = 21, T_COUNT = 28, S_COUNT = L_COUNT * V_COUNT * T_COUNT };

uint32_t enti_compose_pair(uint32_t first, uint32_t second) {
  if (first - L_BASE < L_COUNT && second - V_BASE < V_COUNT)
    return S_BASE + ((first - L_BASE) * V_COUNT + (second - V_BASE)) * T_COUNT;
  /* T_BASE itself, U+11A7, stands for "no final" and is no final: utf8proc 2.8 swallows it. */
  if (first - S_BASE < S_COUNT && (first - S_BASE) % T_COUNT == 0 && second > T_BASE &&
      second < T_BASE + T_COUNT)
    return first + (second - T_BASE);
  uint32_t slot = (first * 0x9E3779B1u ^ second * 0x85EBCA6Bu) >> (32 - ENTI_COMPOSE_BITS);
  for (;; slot = (slot + 1) & ((1u << ENTI_COMPOSE_BITS) - 1)) {
    const enti_compose_triple *triple = &enti_compose_slots[slot];
    if (triple->first == first && triple->second == second) return triple->composite;
    if (triple->composite == 0) return 0;
  }
}

static enti_piece joined(enti_piece first, enti_piece second, uint32_t composite) {
  first.cp = composite;
  if (second.begin < first.begin) first.begin = second.begin;
  if (second.end > first.end) first.end = second.end;
  return first;
}

void enti_sequence_compose(enti_sequence *sequence) {
  enti_piece *at = sequence->at, *starter = NULL;
  size_t kept = 0;
  for (size_t i = 0; i < sequence->count; i++) {
    enti_piece piece = at[i];
    /* Blocked (D115) when something of the same or a higher class, or a starter, stands between. */
    bool blocked = !starter || (at + kept - 1 != starter && at[kept - 1].class >= piece.class);
    uint32_t composite = blocked || !(enti_unicode_record(piece.cp) & ENTI_HAS_JOINS)
                             ? 0
                             : enti_compose_pair(starter->cp, piece.cp);
    if (composite) {
      *starter = joined(*starter, piece, composite);
      continue;
    }
    at[kept] = piece;
    if (piece.class == 0) starter = at + kept;
    kept++;
  }
  sequence->count = kept;
}
