/* text/rewrite: the machine that every normal form runs on. See rewrite.h.
 *
 *   plain text ----------------------------------------------------------------> copied
 *   the rest --> decompose --> [first: order] --> fold --> [second: order, compose] --> written
 *
 * The forms that do not fold have the first stage only, which composes then. A stage gathers a
 * sequence until a starter comes that joins nothing before it, so what is written never changes. The
 * fold stage removes and replaces code points, which can bring together what was apart; therefore it
 * gathers for itself. */
#include "text/rewrite.h"

#include "text/compose.h"
#include "text/unicode_tables.h"
#include "text/utf8.h"

typedef struct rewriter {
  const ent_alloc *alloc;
  const enti_rule *rule;
  const char *text;
  size_t length;
  enti_bytes *out;
  enti_trace *trace;
  enti_sequence first, second;
} rewriter;

/* ---- the map ------------------------------------------------------------------------------ */

static ent_status add_step(rewriter *rw, size_t out, size_t source, bool parallel) {
  enti_trace *trace = rw->trace;
  ent_status status = enti_array_reserve(rw->alloc, &trace->steps, 1);
  if (status != ENT_OK) return status;
  trace->steps.at[trace->steps.count++] = (enti_step){out, source, parallel};
  return ENT_OK;
}

/* Makes one block of all output before `out` that came from source bytes at or behind `begin`. */
static ent_status merge_from(rewriter *rw, size_t out, size_t begin) {
  enti_trace *trace = rw->trace;
  enti_step *last = trace->steps.at + trace->steps.count - 1;
  for (; last->source > begin && trace->steps.count > 1; last--) {
    out = last->out;
    trace->steps.count--;
  }
  if (last->parallel && last->source < begin) {
    size_t before = begin - last->source, run = out - last->out;
    return add_step(rw, last->out + (before < run ? before : run), begin, false);
  }
  if (last->source > begin) last->source = begin;
  last->parallel = false;
  return ENT_OK;
}

/* Records that the output from `out` on came from the source bytes [begin, end). Where they reach back
 * behind what is recorded (one character became several, or a mark was put in order and then became a
 * letter), both are one block. */
static ent_status trace_group(rewriter *rw, size_t out, size_t begin, size_t end, bool parallel) {
  enti_trace *trace = rw->trace;
  if (trace->steps.count && begin < trace->covered) {
    if (end > trace->covered) trace->covered = end;
    return merge_from(rw, out, begin);
  }
  trace->covered = end;
  if (trace->steps.count && parallel) {
    const enti_step *last = trace->steps.at + trace->steps.count - 1;
    if (last->parallel && out - last->out == begin - last->source) return ENT_OK;
  }
  return add_step(rw, out, begin, parallel);
}

/* Marks may have changed places: pieces go into groups whose sources ascend and do not overlap. */
static ent_status trace_pieces(rewriter *rw, enti_sequence *sequence) {
  enti_piece *at = sequence->at;
  size_t count = sequence->count, out = rw->out->count;
  for (size_t i = count; i-- > 1;) /* begin: the least of this piece and those behind */
    if (at[i].begin < at[i - 1].begin) at[i - 1].begin = at[i].begin;
  size_t i = 0;
  while (i < count) {
    size_t group = i, end = at[i].end, size = enti_utf8_size(at[i].cp);
    for (i++; i < count && at[i].begin < end; i++) {
      if (at[i].end > end) end = at[i].end;
      size += enti_utf8_size(at[i].cp);
    }
    bool parallel = i - group == 1 && size == end - at[group].begin;
    ent_status status = trace_group(rw, out, at[group].begin, end, parallel);
    if (status != ENT_OK) return status;
    out += size;
  }
  return ENT_OK;
}

/* ---- stages ------------------------------------------------------------------------------- */

/* Writes an ordered sequence and empties it. */
static ent_status write_out(rewriter *rw, enti_sequence *sequence) {
  size_t most;
  if (!enti_mul(sequence->count, 4, &most)) return ENT_ERR_LIMIT;
  ent_status status = rw->trace ? trace_pieces(rw, sequence) : ENT_OK;
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
  size_t count = enti_mapping_fold(rw->rule, source->cp, cps);
  for (size_t i = 0; i < count; i++) {
    enti_piece piece = {cps[i], enti_ucd_class(cps[i]), source->begin, source->end};
    ent_status status = ENT_OK;
    if (piece.class == 0 && !(enti_unicode_record(piece.cp) & ENTI_HAS_JOINS)) status = flush_second(rw);
    if (status == ENT_OK) status = enti_sequence_push(&rw->second, piece);
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
    enti_piece piece = {cps[i], enti_ucd_class(cps[i]), begin, end};
    ent_status status = ENT_OK;
    if (piece.class == 0 && !(joining && (enti_unicode_record(piece.cp) & ENTI_HAS_JOINS)))
      status = flush_first(rw);
    if (status == ENT_OK) status = enti_sequence_push(&rw->first, piece);
    if (status != ENT_OK) return status;
  }
  return ENT_OK;
}

static ent_status flush(rewriter *rw) {
  ent_status status = flush_first(rw);
  return status == ENT_OK ? flush_second(rw) : status;
}

/* ---- the string --------------------------------------------------------------------------- */

/* The end of what can be copied from `at` on. What follows may join the last plain character where
 * the rule composes, so that one is left to the stages. */
static size_t plain_end(const rewriter *rw, size_t at) {
  size_t last = at;
  while (at < rw->length) {
    size_t ascii = enti_utf8_ascii(rw->text, rw->length, at);
    if (ascii > at) {
      last = ascii - 1;
      at = ascii;
      if (at == rw->length) break;
    }
    uint32_t cp;
    size_t next = enti_utf8_next(rw->text, at, &cp);
    if (!enti_mapping_is_plain(rw->rule, cp)) return rw->rule->composes ? last : at;
    last = at;
    at = next;
  }
  return rw->length;
}

static ent_status copy(rewriter *rw, size_t begin, size_t end) {
  ent_status status = rw->trace ? trace_group(rw, rw->out->count, begin, end, true) : ENT_OK;
  if (status != ENT_OK) return status;
  return rw->rule->folds ? enti_rewrite_lower(rw->alloc, rw->text + begin, end - begin, rw->out)
                         : enti_bytes_add(rw->alloc, rw->out, rw->text + begin, end - begin);
}

/* Puts characters through the stages from *at on until copying can go on. */
static ent_status through_stages(rewriter *rw, size_t *at) {
  ent_status status = ENT_OK;
  while (*at < rw->length && status == ENT_OK) {
    uint32_t cp;
    size_t next = enti_utf8_next(rw->text, *at, &cp);
    if (enti_mapping_is_plain(rw->rule, cp)) {
      status = flush(rw);
      if (status != ENT_OK || !rw->rule->composes || next == rw->length ||
          enti_mapping_is_plain(rw->rule, enti_utf8_at(rw->text, next)))
        return status;
    }
    status = push_first(rw, cp, *at, next);
    *at = next;
  }
  return status == ENT_OK ? flush(rw) : status;
}

ent_status enti_rewrite(const ent_alloc *alloc, const enti_rule *rule, const char *text, size_t length,
                        enti_bytes *out, enti_trace *trace) {
  rewriter rw = {.alloc = alloc, .rule = rule, .text = text, .length = length, .out = out, .trace = trace};
  enti_sequence_init(&rw.first, alloc);
  enti_sequence_init(&rw.second, alloc);
  ent_status status = ENT_OK;
  size_t at = 0;
  while (at < length && status == ENT_OK) {
    size_t end = plain_end(&rw, at);
    if (end > at) status = copy(&rw, at, end);
    at = end;
    if (status == ENT_OK) status = through_stages(&rw, &at);
  }
  enti_sequence_free(&rw.first);
  enti_sequence_free(&rw.second);
  return status;
}

ent_status enti_rewrite_lower(const ent_alloc *alloc, const char *text, size_t length, enti_bytes *out) {
  ent_status status = enti_array_reserve(alloc, out, length);
  if (status != ENT_OK || length == 0) return status;
  char *to = out->at + out->count;
  for (size_t i = 0; i < length; i++) {
    unsigned char byte = (unsigned char)text[i];
    to[i] = (char)(byte | ((unsigned)(byte - 'A') < 26 ? 0x20 : 0));
  }
  out->count += length;
  return ENT_OK;
}
