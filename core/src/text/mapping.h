/* text/mapping: what does a normal form do to one code point?
 *
 * Invariant: for all that text/quick_tables.h knows by itself, this gives the same; a test asks both. */
#ifndef ENTI_MAPPING_H
#define ENTI_MAPPING_H

#include "base/base.h"
#include "text/ucd.h"

typedef struct enti_rule {
  ent_form form;
  bool compatible; /* compatibility decomposition in the first stage */
  bool composes;
  bool folds; /* has a second stage, enti_mapping_fold */
} enti_rule;

/* NULL for a value that is no form. Static. */
const enti_rule *enti_rule_of(ent_form form);

/* What a folding rule makes of a canonically decomposed code point: NFKC_Casefold, decomposed, with
 * apostrophes, quotation marks, dashes and spaces unified; bare: without diacritics; hans:
 * Simplified. Returns how many code points that is; marks may need ordering. */
size_t enti_mapping_fold(const enti_rule *rule, uint32_t cp, uint32_t out[ENTI_UCD_LONGEST]);

#endif
