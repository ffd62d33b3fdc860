/* text/mapping: the forms as rules on code points. See mapping.h.
 *
 * fold is toNFKC_Casefold(NFD(text)) of the Unicode Standard (D146, R5), then `unify`; bare and hans
 * go on from there on the decomposed code points, so one composition at the end serves all three.
 *
 * bare drops nonspacing marks of Latin, Greek and Cyrillic, the points of Hebrew and the vowel signs and
 * hamzas of Arabic, as search in those languages does. A mark that is a letter or a part of one stays:
 * vowel signs, viramas, nuktas and tone marks of Thai, Lao, Khmer, Myanmar, Devanagari and their like, the
 * voicing marks of Kana.
 *
 * Each is idempotent because what it writes is a fixed point of every step before it: no target of
 * unify, hans or bare_letter decomposes, folds or is itself a source. */
#include "text/mapping.h"

#include "text/unicode_tables.h"

static const enti_rule rules[] = {
    {ENT_NFC, false, true, false}, {ENT_NFD, false, false, false}, {ENT_NFKC, true, true, false},
    {ENT_NFKD, true, false, false}, {ENT_FOLD, false, true, true}, {ENT_BARE, false, true, true},
    {ENT_HANS, false, true, true},
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

/* Marks of all scripts stand in Inherited, those of Kana and Vedic too: the blocks of diacritics, and
 * the marks of Cyrillic and Arabic there. */
static bool shared_diacritic(uint32_t cp) {
  static const struct { uint32_t first, last; } ranges[] = {
      {0x0300, 0x036F}, {0x0485, 0x0486}, {0x064B, 0x0655}, {0x0670, 0x0670},
      {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x20D0, 0x20FF}, {0xFE20, 0xFE2F}};
  for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
    if (cp >= ranges[i].first && cp <= ranges[i].last) return true;
  return false;
}

static bool is_diacritic(uint32_t cp, uint32_t record) {
  if (enti_record_category(record) != ENTI_CATEGORY_MN) return false;
  switch (enti_record_script(record)) {
    case ENTI_SCRIPT_LATIN:
    case ENTI_SCRIPT_GREEK:
    case ENTI_SCRIPT_CYRILLIC:
    case ENTI_SCRIPT_HEBREW:
    case ENTI_SCRIPT_ARABIC: return true;
    case ENTI_SCRIPT_INHERITED: return shared_diacritic(cp);
    default: return false;
  }
}

size_t enti_mapping_fold(const enti_rule *rule, uint32_t cp, uint32_t out[ENTI_UCD_LONGEST]) {
  size_t count = enti_ucd_fold(cp, out), kept = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t one = out[i], record = enti_unicode_record(one);
    if (record & ENTI_HAS_UNIFIES) one = look_up(enti_unify_pairs, ENTI_UNIFY_COUNT, one);
    if (rule->form == ENT_BARE) {
      if (is_diacritic(one, record)) continue;
      one = bare_letter(one);
    } else if (rule->form == ENT_HANS) {
      one = simplified(one, record);
    }
    out[kept++] = one;
  }
  return kept;
}
