/* text/mapping: the forms as rules on code points. See mapping.h.
 *
 * fold is toNFKC_Casefold(NFD(text)) of the Unicode Standard (D146, R5), then `unify`; bare and hans
 * go on from there on the decomposed code points, so one composition at the end serves all three.
 * Each is idempotent because what it writes is a fixed point of every step before it: no target of
 * unify, hans or bare_letter decomposes, folds or is itself a source. */
#include "text/mapping.h"

#include "text/unicode_tables.h"

enum { COMPOSED = ENTI_HAS_MARK | ENTI_HAS_JOINS | ENTI_HAS_NFC_NO };
enum { FOLDED = COMPOSED | ENTI_HAS_FOLDS | ENTI_HAS_UNIFIES };

static const enti_rule rules[] = {
    {ENT_NFC, COMPOSED, false, true, false},
    {ENT_NFD, ENTI_HAS_MARK | ENTI_HAS_NFD_NO, false, false, false},
    {ENT_NFKC, COMPOSED | ENTI_HAS_NFKC_NO, true, true, false},
    {ENT_NFKD, ENTI_HAS_MARK | ENTI_HAS_NFKD_NO, true, false, false},
    {ENT_FOLD, FOLDED, false, true, true},
    {ENT_BARE, FOLDED | ENTI_HAS_NFD_NO, false, true, true},
    {ENT_HANS, FOLDED, false, true, true},
};

const enti_rule *enti_rule_of(ent_form form) {
  size_t number = (size_t)form;
  return number < sizeof rules / sizeof *rules ? &rules[number] : NULL;
}

/* The partner of cp in a sorted list, or cp. */
static uint32_t look_up(const enti_pair *pairs, size_t count, uint32_t cp) {
  size_t low = 0, high = count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (pairs[middle].from < cp) low = middle + 1;
    else high = middle;
  }
  return low < count && pairs[low].from == cp ? pairs[low].to : cp;
}

static uint32_t simplified(uint32_t cp, uint32_t record) {
  if (enti_record_script(record) != ENTI_SCRIPT_HAN) return cp;
  return look_up(enti_hans_pairs, ENTI_HANS_COUNT, cp);
}

/* Letters whose stroke or missing dot is no mark to Unicode. */
static uint32_t bare_letter(uint32_t cp) {
  switch (cp) {
    case 0x0111: return 'd';
    case 0x0131: return 'i';
    case 0x0142: return 'l';
    case 0x00F8: return 'o';
    default: return cp;
  }
}

bool enti_mapping_is_plain(const enti_rule *rule, uint32_t cp) {
  if (cp < 0x80) return true;
  uint32_t record = enti_unicode_record(cp);
  if (record & rule->mask) return false;
  if (rule->form == ENT_BARE)
    return enti_record_category(record) != ENTI_CATEGORY_MN && bare_letter(cp) == cp;
  return rule->form != ENT_HANS || simplified(cp, record) == cp;
}

size_t enti_mapping_fold(const enti_rule *rule, uint32_t cp, uint32_t out[ENTI_UCD_LONGEST]) {
  size_t count = enti_ucd_fold(cp, out), kept = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t one = out[i], record = enti_unicode_record(one);
    if (record & ENTI_HAS_UNIFIES) one = look_up(enti_unify_pairs, ENTI_UNIFY_COUNT, one);
    if (rule->form == ENT_BARE) {
      if (enti_record_category(record) == ENTI_CATEGORY_MN) continue;
      one = bare_letter(one);
    } else if (rule->form == ENT_HANS) {
      one = simplified(one, record);
    }
    out[kept++] = one;
  }
  return kept;
}
