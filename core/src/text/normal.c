/* text/normal: a normal form that knows where its bytes came from.
 *
 * Invariant: the ranges that neighbouring output ranges came from are neighbours too, or the same block,
 * and together they cover the source.
 * Source bytes that left no trace (a soft hyphen, a final 's) belong to what stands before them, at
 * the very beginning to what comes first. */
#include "text/fold.h"
#include "text/quick.h"
#include "text/rewrite.h"

struct ent_normal {
  ent_alloc alloc;
  size_t length; /* of the source */
  enti_bytes bytes;
  enti_map map;
  size_t first; /* the size of the block at the beginning of the bytes, if there is one */
};

void ent_normal_free(ent_normal *normal) {
  if (!normal) return;
  ent_alloc alloc = normal->alloc;
  enti_array_free(&alloc, &normal->bytes);
  enti_map_free(&alloc, &normal->map);
  enti_free(&alloc, normal, sizeof *normal);
}

/* Drops a final 's and closes the map. */
static ent_status finish(ent_normal *normal, const enti_rule *rule) {
  if (rule->folds) normal->bytes.count = enti_fold_without_ending(normal->bytes.at, normal->bytes.count);
  ent_status status = enti_map_finish(&normal->alloc, &normal->map, normal->bytes.count, normal->length);
  normal->first = enti_map_first(&normal->map);
  return status;
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
  normal->length = length;
  ent_status status = enti_rewrite(&normal->alloc, rule, text, length, &normal->bytes, &normal->map);
  if (status == ENT_OK) status = finish(normal, rule);
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

/* Offsets inside of a character go to its begin or end. Where bytes run side by side, characters in the
 * source have the lengths that they have here. */
static size_t snap(const ent_normal *normal, size_t at, bool up) {
  while (at < normal->bytes.count && ((unsigned char)normal->bytes.at[at] & 0xC0) == 0x80)
    if (up) at++;
    else at--;
  return at;
}

/* What was left out before the first character belongs to it. */
static size_t source_of(const ent_normal *normal, size_t at, bool up) {
  at = snap(normal, at, up);
  if (!up && (at == 0 || at < normal->first)) return 0;
  return enti_map_source(&normal->map, at, up);
}

ent_range ent_normal_source(const ent_normal *normal, size_t begin, size_t end) {
  if (end > normal->bytes.count) end = normal->bytes.count;
  if (begin > end) begin = end;
  size_t first = source_of(normal, begin, false);
  if (begin == end) return (ent_range){first, first};
  return (ent_range){first, source_of(normal, end, true)};
}

ent_range ent_normal_target(const ent_normal *normal, size_t begin, size_t end) {
  if (end > normal->length) end = normal->length;
  if (begin > end) begin = end;
  size_t first = snap(normal, enti_map_out(&normal->map, begin, false), false);
  if (begin == end) return (ent_range){first, first};
  return (ent_range){first, snap(normal, enti_map_out(&normal->map, end, true), true)};
}

/* ---- cutting ------------------------------------------------------------------------------ */

/* The first and last byte of what a clean or plain code point becomes. */
static void edges(const enti_quick *quick, size_t at, unsigned char *first, unsigned char *last) {
  uint32_t cp;
  size_t next = enti_utf8_next(quick->text, at, &cp);
  *first = (unsigned char)quick->text[at];
  *last = (unsigned char)quick->text[next - 1];
  if (enti_quick_verdict(quick, at) == ENTI_QUICK_DIRECT) {
    uint64_t slot = enti_quick_slot(quick, cp);
    *first = (unsigned char)slot;
    *last = (unsigned char)(slot >> 8 * (enti_quick_slot_size(slot) - 1));
  }
}

/* Whether a final 's could be one of a part and not of the whole, or the reverse. */
static bool parts_ending(const enti_quick *quick, size_t at) {
  unsigned char first, last, ignored;
  size_t before = enti_utf8_before(quick->text, at);
  unsigned verdict = enti_quick_verdict(quick, before);
  if (verdict == ENTI_QUICK_MACHINE || verdict == ENTI_QUICK_GONE) return true;
  edges(quick, before, &ignored, &last);
  edges(quick, at, &first, &ignored);
  return (last | 0x20) == 's' || last == '\'' || first == '\'';
}

size_t ent_normal_cut(ent_form form, const char *text, size_t length) {
  const enti_rule *rule = enti_rule_of(form);
  if (!rule) return 0;
  enti_quick quick = {.text = text, .length = length};
  enti_quick_init(&quick, form);
  for (size_t at = length; at > 0;) {
    at = enti_utf8_before(text, at);
    unsigned char lead = (unsigned char)text[at];
    size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (at > 0 && size <= length - at && enti_quick_is_clean(&quick, at) &&
        !(rule->folds && parts_ending(&quick, at)))
      return at;
  }
  return 0;
}
