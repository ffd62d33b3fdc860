/* text/normal: a normal form that knows where its bytes came from.
 *
 * Invariant of the map: steps ascend; the last one stands at the end of both texts; so the ranges
 * that neighbouring output ranges came from are neighbours too, and together they cover the source.
 * Source bytes that left no trace (a soft hyphen, a final 's) belong to what stands before them, at
 * the very beginning to what comes first. */
#include "text/fold.h"
#include "text/rewrite.h"

struct ent_normal {
  ent_alloc alloc;
  enti_bytes bytes;
  enti_trace trace;
};

void ent_normal_free(ent_normal *normal) {
  if (!normal) return;
  ent_alloc alloc = normal->alloc;
  enti_array_free(&alloc, &normal->bytes);
  enti_array_free(&alloc, &normal->trace.steps);
  enti_free(&alloc, normal, sizeof *normal);
}

/* Drops a final 's and closes the map. */
static ent_status finish(ent_normal *normal, const enti_rule *rule, size_t source_length) {
  enti_trace *trace = &normal->trace;
  if (rule->folds) normal->bytes.count = enti_fold_without_ending(normal->bytes.at, normal->bytes.count);
  while (trace->steps.count && trace->steps.at[trace->steps.count - 1].out >= normal->bytes.count)
    trace->steps.count--;
  ent_status status = enti_array_reserve(&normal->alloc, &trace->steps, 1);
  if (status != ENT_OK) return status;
  trace->steps.at[trace->steps.count++] = (enti_step){normal->bytes.count, source_length, false};
  return ENT_OK;
}

ent_status ent_normalize(const ent_alloc *alloc, ent_form form, const char *text, size_t length,
                         ent_normal **out, ent_error *err) {
  const enti_rule *rule = enti_rule_of(form);
  if (!rule) return enti_fail(err, ENT_ERR_ARGUMENT, 0, "there is no normal form %d", (int)form);
  size_t valid = ent_utf8_valid(text, length);
  if (valid < length) return enti_fail(err, ENT_ERR_UTF8, valid, "invalid UTF-8 at byte %zu", valid);
  alloc = enti_alloc_or_default(alloc);
  ent_normal *normal = enti_new(alloc, sizeof *normal);
  if (!normal) return enti_fail(err, ENT_ERR_MEMORY, 0, "%s", ent_status_text(ENT_ERR_MEMORY));
  normal->alloc = *alloc;
  ent_status status = enti_array_reserve(alloc, &normal->bytes, length);
  if (status == ENT_OK)
    status = enti_rewrite(&normal->alloc, rule, text, length, &normal->bytes, &normal->trace);
  if (status == ENT_OK) status = finish(normal, rule, length);
  if (status != ENT_OK) {
    ent_normal_free(normal);
    return enti_fail(err, status, 0, "%s", ent_status_text(status));
  }
  *out = normal;
  return ENT_OK;
}

const char *ent_normal_bytes(const ent_normal *normal, size_t *length) {
  if (length) *length = normal->bytes.count;
  return normal->bytes.at ? normal->bytes.at : "";
}

/* The last step whose `out` is at most `at`. There is one: the first stands at 0. */
static const enti_step *step_of(const ent_normal *normal, size_t at) {
  const enti_step *steps = normal->trace.steps.at;
  size_t low = 0, high = normal->trace.steps.count;
  while (high - low > 1) {
    size_t middle = low + (high - low) / 2;
    if (steps[middle].out <= at) low = middle;
    else high = middle;
  }
  return steps + low;
}

static bool inside_character(const ent_normal *normal, size_t at) {
  return at < normal->bytes.count && ((unsigned char)normal->bytes.at[at] & 0xC0) == 0x80;
}

static size_t source_of_begin(const ent_normal *normal, size_t at) {
  while (inside_character(normal, at)) at--;
  const enti_step *step = step_of(normal, at);
  /* What was left out before the first character, or the first block, belongs to it. */
  if (at == 0 || (step->out == 0 && !step->parallel)) return 0;
  return step->parallel ? step->source + (at - step->out) : step->source;
}

static size_t source_of_end(const ent_normal *normal, size_t at) {
  while (inside_character(normal, at)) at++;
  const enti_step *step = step_of(normal, at - 1), *next = step + 1;
  return step->parallel && at < next->out ? step->source + (at - step->out) : next->source;
}

ent_range ent_normal_source(const ent_normal *normal, size_t begin, size_t end) {
  if (end > normal->bytes.count) end = normal->bytes.count;
  if (begin > end) begin = end;
  size_t first = source_of_begin(normal, begin);
  if (begin == end) return (ent_range){first, first};
  return (ent_range){first, source_of_end(normal, end)};
}
