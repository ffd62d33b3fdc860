/* text/fold: words into the form that is matched. See fold.h. */
#include "text/fold.h"

#include "text/rewrite.h"

ent_status enti_text_fold(const ent_alloc *alloc, ent_form form, const char *text, size_t length,
                          enti_bytes *out) {
  const enti_rule *rule = enti_rule_of(form);
  if (!rule) return ENT_ERR_ARGUMENT;
  alloc = enti_alloc_or_default(alloc);
  size_t before = out->count;
  ent_status status = enti_rewrite(alloc, rule, text, length, out, NULL);
  if (status != ENT_OK)
    out->count = before;
  else if (rule->folds && out->count > before)
    out->count = before + enti_fold_without_ending(out->at + before, out->count - before);
  return status;
}
