/* text/rewrite: the machine that every normal form runs on. See rewrite.h.
 *
 *   most of the text ----- a kernel of text/quick ------------------------------> copied, replaced
 *   the rest --> decompose --> [first: order] --> fold --> [second: order, compose] --> written
 *
 * The forms that do not fold have the first stage only, which composes then. A stage gathers a
 * sequence until a starter comes that joins nothing before it, so what is written never changes. The
 * fold stage removes and replaces code points, which can bring together what was apart; therefore it
 * gathers for itself. */
#include "text/rewrite.h"

#include "text/compose.h"
#include "text/quick.h"
#include "text/unicode_tables.h"
#include "text/utf8.h"

typedef struct rewriter {
  const ent_alloc *alloc;
  const enti_rule *rule;
  enti_bytes *out;
  enti_map *map;
  enti_quick quick;
  bool staged; /* the sequences are set up, which most words never need */
  enti_sequence first, second;
} rewriter;

/* ---- stages ------------------------------------------------------------------------------- */

/* Marks may have changed places: pieces go into groups whose sources ascend and do not overlap. A group
 * of one piece that keeps its length is no block. */
static ent_status map_pieces(rewriter *rw, enti_sequence *sequence) {
  enti_piece *at = sequence->at;
  size_t count = sequence->count, origin = sequence->origin, out = rw->out->count;
  for (size_t i = count; i-- > 1;) /* begin: the least of this piece and those behind */
    if (at[i].begin < at[i - 1].begin) at[i - 1].begin = at[i].begin;
  size_t i = 0;
  while (i < count) {
    size_t group = i, begin = origin + at[i].begin, end = origin + at[i].end, size = enti_utf8_size(at[i].cp);
    for (i++; i < count && origin + at[i].begin < end; i++) {
      if (origin + at[i].end > end) end = origin + at[i].end;
      size += enti_utf8_size(at[i].cp);
    }
    bool alike = i - group == 1 && size == end - begin && enti_map_ends(rw->map, out) <= begin;
    ent_status status = alike ? enti_map_meet(rw->alloc, rw->map, out, begin)
                              : enti_map_block(rw->alloc, rw->map, out, size, begin, end);
    if (status != ENT_OK) return status;
    out += size;
  }
  return ENT_OK;
}

/* Writes an ordered sequence and empties it. */
static ent_status write_out(rewriter *rw, enti_sequence *sequence) {
  size_t most;
  if (!enti_mul(sequence->count, 4, &most)) return ENT_ERR_LIMIT;
  ent_status status = rw->map ? map_pieces(rw, sequence) : ENT_OK;
  if (status == ENT_OK) status = enti_array_reserve(rw->alloc, rw->out, most);
  if (status != ENT_OK) return status;
  for (size_t i = 0; i < sequence->count; i++)
    rw->out->count += enti_utf8_put(rw->out->at + rw->out->count, sequence->at[i].cp);
  sequence->count = 0;
  return ENT_OK;
}

static ent_status flush_second(rewriter *rw) {
  if (rw->second.count == 0) return ENT_OK;
  ent_status status = enti_sequence_order(&rw->second);
  if (status != ENT_OK) return status;
  enti_sequence_compose(&rw->second);
  return write_out(rw, &rw->second);
}

static ent_status push_second(rewriter *rw, const enti_piece *source) {
  uint32_t cps[ENTI_UCD_LONGEST];
  size_t count = enti_mapping_fold(rw->rule, source->cp, cps), origin = rw->first.origin;
  for (size_t i = 0; i < count; i++) {
    uint32_t class = enti_ucd_class(cps[i]);
    ent_status status = ENT_OK;
    if (class == 0 && !(enti_unicode_record(cps[i]) & ENTI_HAS_JOINS)) status = flush_second(rw);
    if (status == ENT_OK)
      status = enti_sequence_push(&rw->second, origin, cps[i], class, origin + source->begin, origin + source->end);
    if (status != ENT_OK) return status;
  }
  return ENT_OK;
}

static ent_status flush_first(rewriter *rw) {
  if (rw->first.count == 0) return ENT_OK;
  ent_status status = enti_sequence_order(&rw->first);
  if (status != ENT_OK) return status;
  if (!rw->rule->folds) {
    if (rw->rule->composes) enti_sequence_compose(&rw->first);
    return write_out(rw, &rw->first);
  }
  for (size_t i = 0; i < rw->first.count && status == ENT_OK; i++)
    status = push_second(rw, &rw->first.at[i]);
  rw->first.count = 0;
  return status;
}

static ent_status push_first(rewriter *rw, uint32_t cp, size_t begin, size_t end) {
  uint32_t cps[ENTI_UCD_LONGEST];
  size_t count = enti_ucd_decompose(cp, rw->rule->compatible, cps);
  bool joining = rw->rule->composes && !rw->rule->folds; /* this stage composes */
  for (size_t i = 0; i < count; i++) {
    uint32_t class = enti_ucd_class(cps[i]);
    ent_status status = ENT_OK;
    if (class == 0 && !(joining && (enti_unicode_record(cps[i]) & ENTI_HAS_JOINS))) status = flush_first(rw);
    if (status == ENT_OK) status = enti_sequence_push(&rw->first, begin, cps[i], class, begin, end);
    if (status != ENT_OK) return status;
  }
  return ENT_OK;
}

static ent_status flush(rewriter *rw) {
  ent_status status = flush_first(rw);
  return status == ENT_OK ? flush_second(rw) : status;
}

/* ---- the string --------------------------------------------------------------------------- */

/* Puts characters through the stages, from one that the kernel left on, until two clean ones follow
 * each other: then the kernel can go on with the first of them. */
static ent_status through_stages(rewriter *rw) {
  enti_quick *quick = &rw->quick;
  ent_status status = ENT_OK;
  if (!rw->staged) {
    enti_sequence_init(&rw->first, rw->alloc);
    enti_sequence_init(&rw->second, rw->alloc);
    rw->staged = true;
  }
  enti_quick_back(quick);
  rw->out->count = quick->size;
  while (quick->at < quick->length && status == ENT_OK) {
    uint32_t cp;
    size_t next = enti_utf8_next(quick->text, quick->at, &cp);
    if (enti_quick_is_clean(quick, quick->at)) {
      status = flush(rw);
      if (status != ENT_OK || next == quick->length || enti_quick_is_clean(quick, next)) break;
    }
    status = push_first(rw, cp, quick->at, next);
    quick->at = next;
  }
  if (status == ENT_OK) status = flush(rw);
  if (status == ENT_OK && rw->map) status = enti_map_meet(rw->alloc, rw->map, rw->out->count, quick->at);
  return status;
}

enum { CHUNK = 1 << 14 };

/* Room for all that a kernel may do with the next bytes; *stop is behind them. */
static ent_status make_room(rewriter *rw, size_t *stop) {
  enti_quick *quick = &rw->quick;
  size_t chunk = quick->length - quick->at;
  if (chunk > CHUNK) chunk = CHUNK;
  *stop = quick->at + chunk;
  ent_status status =
      enti_array_reserve(rw->alloc, rw->out, chunk * ENTI_QUICK_GROWTH + ENTI_QUICK_SLACK);
  if (status == ENT_OK && rw->map) status = enti_map_reserve(rw->alloc, rw->map, chunk / 2 + 2);
  if (status != ENT_OK) return status;
  quick->out = rw->out->at;
  quick->size = rw->out->count;
  if (rw->map) enti_map_mark(rw->map, quick->size);
  return ENT_OK;
}

ent_status enti_rewrite(const ent_alloc *alloc, const enti_rule *rule, const char *text, size_t length,
                        enti_bytes *out, enti_map *map) {
  rewriter rw;
  rw.alloc = alloc;
  rw.rule = rule;
  rw.out = out;
  rw.map = map;
  rw.quick = (enti_quick){.text = text, .length = length, .map = map};
  enti_quick_init(&rw.quick, rule->form);
  rw.staged = false;
  enti_quick_kernel *kernel = length < ENTI_QUICK_SHORT ? enti_quick_plain : enti_quick_fastest();
  ent_status status =
      length > CHUNK ? enti_array_reserve(alloc, out, length + CHUNK * ENTI_QUICK_GROWTH) : ENT_OK;
  while (rw.quick.at < length && status == ENT_OK) {
    size_t stop;
    status = make_room(&rw, &stop);
    if (status != ENT_OK) break;
    bool machine = kernel(&rw.quick, stop);
    out->count = rw.quick.size;
    if (machine) status = through_stages(&rw);
  }
  if (rw.staged) {
    enti_sequence_free(&rw.first);
    enti_sequence_free(&rw.second);
  }
  return status;
}
