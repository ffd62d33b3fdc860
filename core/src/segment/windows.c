/* segment/windows: chains of spans, one an operand, each behind the end of the one before.
 *
 * Spans are taken as the last of a chain in the order of their first tokens. For each of them and each set of operands,
 * a bit each, the latest beginning of such a chain is what counts. It comes from the chains that ended shortly before,
 * of which one set's stand in a list: one that ends later and begins no earlier drives out those before it, so the head
 * of the list begins last. A span becomes an end that others go on from once it lies wholly behind. */
#include "segment/windows.h"

void enti_windows_free(const ent_alloc *alloc, enti_windows *w) {
  enti_array_free(alloc, &w->best);
  for (size_t i = 0; i < sizeof w->chains / sizeof *w->chains; i++) enti_array_free(alloc, &w->chains[i].ends);
}

typedef struct operand {
  const enti_places *spans;
  size_t begun, ended; /* spans that were taken; that lie wholly behind */
  uint32_t *best;      /* of those that were taken last, as many as their length: a beginning + 1, or 0, by set */
  uint32_t length;
} operand;

typedef struct walk {
  const ent_alloc *alloc;
  enti_windows *windows;
  operand operands[ENTI_OPERANDS_MOST];
  size_t count, sets;
  uint32_t distance;
} walk;

/* The operand whose next span begins first, or, below, ends first; `count` when there is none. */
static size_t next_begun(const walk *w) {
  size_t least = w->count;
  for (size_t i = 0; i < w->count; i++) {
    const operand *o = &w->operands[i];
    if (o->begun == o->spans->count) continue;
    if (least == w->count || o->spans->at[o->begun].first < w->operands[least].spans->at[w->operands[least].begun].first) least = i;
  }
  return least;
}

static size_t next_ended(const walk *w) {
  size_t least = w->count;
  for (size_t i = 0; i < w->count; i++) {
    const operand *o = &w->operands[i];
    if (o->ended == o->begun) continue;
    if (least == w->count || o->spans->at[o->ended].last < w->operands[least].spans->at[w->operands[least].ended].last) least = i;
  }
  return least;
}

/* Of the spans that were taken, no more than an operand's length reach to the next one's first token. */
static uint32_t *best_of(const walk *w, const operand *o, size_t span) { return o->best + span % o->length * w->sets; }

static ent_status push(walk *w, enti_chains *chains, ent_place chain) {
  enti_places *ends = &chains->ends;
  while (ends->count > chains->head && ends->at[ends->count - 1].first <= chain.first) ends->count--;
  if (ends->count == chains->head) ends->count = chains->head = 0;
  ent_status status = enti_array_reserve(w->alloc, ends, 1);
  if (status == ENT_OK) ends->at[ends->count++] = chain;
  return status;
}

/* Lets others go on from the spans that end before `first`. */
static ent_status end_before(walk *w, uint32_t first) {
  for (size_t i; (i = next_ended(w)) < w->count;) {
    operand *o = &w->operands[i];
    ent_place span = o->spans->at[o->ended];
    if (span.last >= first) break;
    const uint32_t *best = best_of(w, o, o->ended++);
    for (size_t set = 1; set < w->sets; set++) {
      if (best[set] == 0) continue;
      ent_status status = push(w, &w->windows->chains[set], (ent_place){best[set] - 1, span.last});
      if (status != ENT_OK) return status;
    }
  }
  return ENT_OK;
}

/* The latest beginning of a chain that a span at `first` can go on from, + 1; 0 when there is none. */
static uint32_t go_on_from(walk *w, size_t set, uint32_t first) {
  enti_chains *chains = &w->windows->chains[set];
  while (chains->head < chains->ends.count && first - chains->ends.at[chains->head].last - 1 > w->distance) chains->head++;
  return chains->head < chains->ends.count ? chains->ends.at[chains->head].first + 1 : 0;
}

/* Puts a window among the others, which rise in both ends, unless it contains one; those that contain it go. */
static ent_status keep(const ent_alloc *alloc, enti_places *out, size_t from, ent_place window) {
  size_t at = out->count, stop;
  while (at > from && out->at[at - 1].last > window.last) at--;
  if (at > from && out->at[at - 1].first >= window.first) return ENT_OK;
  for (stop = at; stop < out->count && out->at[stop].first <= window.first;) stop++;
  if (at > from && out->at[at - 1].last == window.last) at--;
  ent_status status = enti_array_reserve(alloc, out, 1);
  if (status != ENT_OK) return status;
  memmove(out->at + at + 1, out->at + stop, (out->count - stop) * sizeof *out->at);
  out->at[at] = window;
  out->count = out->count - stop + at + 1;
  return ENT_OK;
}

static ent_status prepare(walk *w, const enti_places *operands) {
  size_t length = 0, at = 0;
  for (size_t i = 0; i < w->count; i++) {
    operand *o = &w->operands[i];
    o->spans = &operands[i];
    o->length = o->spans->count ? o->spans->at[0].last - o->spans->at[0].first + 1 : 1;
    length += o->length;
  }
  w->windows->best.count = 0;
  ent_status status = enti_array_reserve(w->alloc, &w->windows->best, length * w->sets);
  if (status != ENT_OK) return status;
  for (size_t i = 0; i < w->count; at += w->operands[i++].length * w->sets) w->operands[i].best = w->windows->best.at + at;
  for (size_t set = 0; set < w->sets; set++) w->windows->chains[set].head = w->windows->chains[set].ends.count = 0;
  return ENT_OK;
}

ent_status enti_windows_find(const ent_alloc *alloc, enti_windows *windows, const enti_places *operands, size_t count,
                             uint32_t distance, enti_places *out) {
  walk w = {.alloc = alloc, .windows = windows, .count = count, .sets = (size_t)1 << count, .distance = distance};
  size_t from = out->count;
  ent_status status = prepare(&w, operands);
  for (size_t i; status == ENT_OK && (i = next_begun(&w)) < count;) {
    operand *o = &w.operands[i];
    ent_place span = o->spans->at[o->begun];
    size_t own = (size_t)1 << i;
    status = end_before(&w, span.first);
    if (status != ENT_OK) break;
    uint32_t *best = best_of(&w, o, o->begun++);
    memset(best, 0, w.sets * sizeof *best);
    best[own] = span.first + 1;
    for (size_t set = 1; set < w.sets; set++)
      if (!(set & own)) best[set | own] = go_on_from(&w, set, span.first);
    if (best[w.sets - 1]) status = keep(alloc, out, from, (ent_place){best[w.sets - 1] - 1, span.last});
  }
  return status;
}
