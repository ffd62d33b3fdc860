/* match/near: near, seq and all, as one dynamic programme.
 *
 * A chain is one span of each operand, each beginning behind the end of the one before, at most n tokens
 * between neighbours, all inside one unit. What is wanted are the minimal spans of chains. For every operand
 * span taken as the last of a chain, and every set of operands that the chain holds, the latest beginning is
 * kept; it comes from the best chain that ends in the n + 1 tokens before, and those stand in a queue per set
 * whose beginnings fall, so that its head is the best. Linear in the spans for a given number of operands.
 *
 *   near, all   a set is a bit mask over the operands
 *   seq         a set is how many operands are done */
#include "match/coder.h"

typedef struct event {
  uint32_t first, last, operand, unit;
} event;

typedef struct entry { /* a chain that ends at `last` and begins at `first` */
  uint32_t last, first;
} entry;

typedef struct queue {
  ENTI_ARRAY(entry) entries;
  size_t head;
} queue;

typedef struct chainer {
  ent_coder *coder;
  const enti_node *node;
  size_t operands, states, full;
  ENTI_ARRAY(event) events;    /* by first */
  ENTI_ARRAY(uint64_t) by_last; /* last << 32 | event */
  uint32_t *best;              /* [event * states + state]: latest beginning + 1, or 0 */
  queue *queues;               /* by state */
} chainer;

static int compare_events(const void *a, const void *b) {
  const event *left = a, *right = b;
  if (left->first != right->first) return left->first < right->first ? -1 : 1;
  if (left->last != right->last) return left->last < right->last ? -1 : 1;
  return (left->operand > right->operand) - (left->operand < right->operand);
}

/* The operands' spans that lie inside one unit. */
static ent_status collect(chainer *c, const enti_spans *operands) {
  ent_coder *coder = c->coder;
  for (size_t operand = 0; operand < c->operands; operand++) {
    for (size_t i = 0; i < operands[operand].count; i++) {
      enti_span span = operands[operand].at[i];
      uint32_t unit = enti_unit_of(coder, c->node->unit, span.first);
      if (unit == ENT_NONE || enti_unit_of(coder, c->node->unit, span.last) != unit) continue;
      ent_status status = enti_array_reserve(&coder->alloc, &c->events, 1);
      if (status != ENT_OK) return status;
      c->events.at[c->events.count++] = (event){span.first, span.last, (uint32_t)operand, unit};
    }
  }
  ent_status status = enti_array_reserve(&coder->alloc, &c->by_last, c->events.count);
  if (status != ENT_OK) return status;
  enti_sort(c->events.at, c->events.count, sizeof *c->events.at, compare_events);
  for (size_t i = 0; i < c->events.count; i++)
    c->by_last.at[c->by_last.count++] = (uint64_t)c->events.at[i].last << 32 | i;
  enti_sort(c->by_last.at, c->by_last.count, sizeof *c->by_last.at, enti_compare_u64);
  return ENT_OK;
}

static ent_status push(chainer *c, size_t state, uint32_t last, uint32_t first) {
  queue *q = &c->queues[state];
  while (q->entries.count > q->head && q->entries.at[q->entries.count - 1].first <= first) q->entries.count--;
  ent_status status = enti_array_reserve(&c->coder->alloc, &q->entries, 1);
  if (status == ENT_OK) q->entries.at[q->entries.count++] = (entry){last, first};
  return status;
}

/* The latest beginning of a chain in `state` that ends at most n tokens before `first`; 0 or it + 1. */
static uint32_t best_before(chainer *c, size_t state, uint32_t first) {
  queue *q = &c->queues[state];
  if (c->node->op != ENT_OP_ALL)
    while (q->head < q->entries.count && first - q->entries.at[q->head].last - 1 > c->node->n) q->head++;
  return q->head < q->entries.count ? q->entries.at[q->head].first + 1 : 0;
}

/* All chains that end with this event. */
static void extend(chainer *c, size_t number) {
  const event *e = &c->events.at[number];
  uint32_t *best = c->best + number * c->states;
  memset(best, 0, c->states * sizeof *best);
  if (c->node->op == ENT_OP_SEQ) {
    size_t state = e->operand + 1;
    best[state] = state == 1 ? e->first + 1 : best_before(c, state - 1, e->first);
    return;
  }
  size_t own = (size_t)1 << e->operand;
  best[own] = e->first + 1;
  for (size_t state = 1; state < c->states; state++)
    if (!(state & own)) best[state | own] = best_before(c, state, e->first);
}

static ent_status run(chainer *c, enti_spans *out) {
  size_t ended = 0; /* events of by_last that are in the queues */
  uint32_t unit = ENT_NONE;
  for (size_t i = 0; i < c->events.count; i++) {
    const event *e = &c->events.at[i];
    if (e->unit != unit) { /* units do not interleave: nothing of the one before is needed again */
      unit = e->unit;
      for (size_t state = 0; state < c->states; state++) c->queues[state].head = c->queues[state].entries.count = 0;
      while (ended < c->by_last.count && c->events.at[(uint32_t)c->by_last.at[ended]].unit != unit) ended++;
    }
    for (; ended < c->by_last.count && (c->by_last.at[ended] >> 32) < e->first; ended++) {
      size_t number = (uint32_t)c->by_last.at[ended];
      const uint32_t *best = c->best + number * c->states;
      for (size_t state = 1; state < c->states; state++) {
        if (best[state] == 0) continue;
        ent_status status = push(c, state, c->events.at[number].last, best[state] - 1);
        if (status != ENT_OK) return status;
      }
    }
    extend(c, i);
    uint32_t first = c->best[i * c->states + c->full];
    if (first == 0) continue;
    ent_status status = enti_spans_add(c->coder, out, first - 1, e->last);
    if (status != ENT_OK) return status;
  }
  return ENT_OK;
}

/* By first; at the same first the longer one first. */
static int compare_outer(const void *a, const void *b) {
  const enti_span *left = a, *right = b;
  if (left->first != right->first) return left->first < right->first ? -1 : 1;
  return (left->last < right->last) - (left->last > right->last);
}

/* Leaves the spans that contain no other, equal ones once. */
static void keep_minimal(enti_spans *spans) {
  uint32_t least = UINT32_MAX; /* the least last token among the spans seen, which begin no earlier */
  size_t kept = spans->count;
  enti_sort(spans->at, spans->count, sizeof *spans->at, compare_outer);
  for (size_t i = spans->count; i-- > 0;) {
    if (spans->at[i].last >= least) continue;
    least = spans->at[i].last;
    spans->at[--kept] = spans->at[i];
  }
  if (kept == 0) return;
  memmove(spans->at, spans->at + kept, (spans->count - kept) * sizeof *spans->at);
  spans->count -= kept;
}

ent_status enti_coder_near(ent_coder *coder, const enti_node *node, const enti_spans *operands, size_t count,
                           enti_spans *out) {
  const ent_alloc *alloc = &coder->alloc;
  chainer c = {.coder = coder, .node = node, .operands = count};
  c.states = node->op == ENT_OP_SEQ ? count + 1 : (size_t)1 << count;
  c.full = c.states - 1;
  size_t best_size = 0;
  ent_status status = collect(&c, operands);
  if (status == ENT_OK && c.events.count > 0) {
    if (!enti_mul(c.events.count, c.states * sizeof *c.best, &best_size)) status = ENT_ERR_LIMIT;
    if (status == ENT_OK) {
      c.best = enti_resize(alloc, NULL, 0, best_size);
      c.queues = enti_new(alloc, c.states * sizeof *c.queues);
      status = c.best && c.queues ? run(&c, out) : ENT_ERR_MEMORY;
    }
  }
  for (size_t state = 0; c.queues && state < c.states; state++) enti_array_free(alloc, &c.queues[state].entries);
  enti_free(alloc, c.queues, c.states * sizeof *c.queues);
  enti_free(alloc, c.best, best_size);
  enti_array_free(alloc, &c.events);
  enti_array_free(alloc, &c.by_last);
  if (status == ENT_OK) keep_minimal(out);
  return status;
}
