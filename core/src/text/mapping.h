/* text/mapping: what does a normal form do to one code point?
 *
 * Invariant: a code point that is plain under a rule stays as it is under that form wherever the code
 * points on both sides of it are plain too; so plain text is copied. */
#ifndef ENTI_MAPPING_H
#define ENTI_MAPPING_H

#include "base/base.h"
#include "text/ucd.h"

typedef struct enti_rule {
  ent_form form;
  uint32_t mask;   /* flags of a record that make a code point not plain */
  bool compatible; /* compatibility decomposition in the first stage */
  bool composes;
  bool folds; /* has a second stage, enti_mapping_fold */
} enti_rule;

/* NULL for a value that is no form. Static. */
const enti_rule *enti_rule_of(ent_form form);

/* Whether cp is plain; ASCII is, and the caller lower-cases it where the rule folds. */
bool enti_mapping_is_plain(const enti_rule *rule, uint32_t cp);

/* What a folding rule makes of a canonically decomposed code point: NFKC_Casefold, decomposed, with
 * apostrophes, quotation marks, dashes and spaces unified; bare: without nonspacing marks; hans:
 * Simplified. Returns how many code points that is; marks may need ordering. */
size_t enti_mapping_fold(const enti_rule *rule, uint32_t cp, uint32_t out[ENTI_UCD_LONGEST]);

#endif
