/* index/language: the language of each paragraph, told by its scripts and its small words.
 *
 * What each type hints at is looked up (vocab/hint.h). A paragraph takes the language with the most hints; with too
 * few, the document's. */
#include "index/index.h"
#include "vocab/trait.h"

/* In the order of ENTI_HINT_…, and of the choice between equals. Those before EN are told by script alone. */
static const char *const names[] = {"zh", "ja", "ko", "th", "lo", "km", "my", "ru", "ta", "hi", "ar", "el", "he",
                                    "en", "id", "ms", "vi", "tl", "pt", "fr", "es", "de"};
enum { LANGS = ENTI_HINT_DE };
#define OF(lang) (ENTI_HINT_##lang - 1)

/* What a hint at several languages is a hint at. */
static const struct {
  unsigned hint;
  uint32_t langs;
} shared[] = {
#define BIT(lang) (UINT32_C(1) << OF(lang))
    {ENTI_HINT_EN_PT, BIT(EN) | BIT(PT)}, {ENTI_HINT_EN_DE, BIT(EN) | BIT(DE)}, {ENTI_HINT_ID_MS, BIT(ID) | BIT(MS)},
    {ENTI_HINT_TL_PT, BIT(TL) | BIT(PT)}, {ENTI_HINT_PT_ES, BIT(PT) | BIT(ES)}, {ENTI_HINT_PT_DE, BIT(PT) | BIT(DE)},
    {ENTI_HINT_FR_ES, BIT(FR) | BIT(ES)}, {ENTI_HINT_FR_DE, BIT(FR) | BIT(DE)},
    {ENTI_HINT_PT_FR_ES, BIT(PT) | BIT(FR) | BIT(ES)},
    {ENTI_HINT_ID_MS_TL_PT_ES, BIT(ID) | BIT(MS) | BIT(TL) | BIT(PT) | BIT(ES)}};
#undef BIT

/* How often each language is hinted at, from how often each hint was seen. */
static void count_langs(const uint32_t hints[ENTI_HINTS], size_t counts[LANGS]) {
  for (size_t lang = 0; lang < LANGS; lang++) counts[lang] = hints[lang + 1];
  for (size_t i = 0; i < sizeof shared / sizeof *shared; i++) {
    if (hints[shared[i].hint] == 0) continue;
    for (uint32_t langs = shared[i].langs; langs; langs &= langs - 1) counts[__builtin_ctz(langs)] += hints[shared[i].hint];
  }
}

/* The language with the most hints, or LANGS. Han with some kana is Japanese; a tie is the favourite's. */
static int best_of(size_t counts[LANGS], int favourite, size_t tokens) {
  int best = LANGS;
  size_t most = 0;
  if (counts[OF(JA)] > 0 && counts[OF(JA)] * 10 >= counts[OF(ZH)]) {
    counts[OF(JA)] += counts[OF(ZH)];
    counts[OF(ZH)] = 0;
  }
  for (int lang = 0; lang < LANGS; lang++) {
    size_t count = counts[lang];
    if (count > most || (count == most && count > 0 && lang == favourite)) most = count, best = lang;
  }
  if (favourite < LANGS && counts[favourite] * 10 >= most * 8 && counts[favourite] > 0) best = favourite;
  bool enough = best < OF(EN) ? most * 4 >= tokens : most >= 2 && most * 12 >= tokens;
  return best < LANGS && enough ? best : LANGS;
}

static void name_part(ent_part *part, int lang, const char *given) {
  const char *name = lang < LANGS ? names[lang] : given ? given : "";
  size_t length = 0;
  while (length < sizeof part->lang - 1 && name[length] && name[length] != '-' && name[length] != '_') length++;
  memset(part->lang, 0, sizeof part->lang);
  memcpy(part->lang, name, length);
}

static int known_lang(const char *name) {
  for (int lang = 0; name && lang < LANGS; lang++)
    if (strncmp(name, names[lang], 2) == 0 && (name[2] == '\0' || name[2] == '-' || name[2] == '_')) return lang;
  return LANGS;
}

/* Counts the hints of each paragraph: as tokens.c did before some tokens changed their types, or for the first time. */
static ent_status count_again(ent_index *index, const enti_token *tokens, const ent_part *parts, size_t part_count) {
  index->hints.count = 0;
  ent_status status = enti_trait_cover(index->vocab);
  if (status == ENT_OK) status = enti_array_reserve(&index->alloc, &index->hints, part_count);
  if (status != ENT_OK) return status;
  index->hints.count = part_count;
  const uint16_t *traits = index->vocab->traits.at;
  for (size_t p = 0; p < part_count; p++) {
    const uint32_t stop = parts[p].last + 1; /* equal to first when it holds none */
    uint32_t *hints = index->hints.at[p];
    memset(hints, 0, sizeof index->hints.at[p]);
    for (uint32_t i = parts[p].first; i < stop; i++) hints[enti_trait_hint(traits[tokens[i].type])]++;
  }
  return ENT_OK;
}

ent_status enti_index_name_languages(ent_index *index, const enti_document *document, bool counted, const char *lang) {
  const enti_token *tokens = document->tokens.count ? index->tokens.at + document->tokens.begin : NULL;
  const size_t part_count = document->parts[ENT_PARAGRAPH].count;
  ent_part *parts = part_count ? index->parts[ENT_PARAGRAPH].at + document->parts[ENT_PARAGRAPH].begin : NULL;
  const int favourite = known_lang(lang);
  uint32_t all[ENTI_HINTS] = {0}; /* each token is in a paragraph */
  size_t counts[LANGS];
  ent_status status = counted ? ENT_OK : count_again(index, tokens, parts, part_count);
  if (status != ENT_OK) return status;
  for (size_t p = 0; p < part_count; p++)
    for (size_t k = 0; k < ENTI_HINTS; k++) all[k] += index->hints.at[p][k];
  count_langs(all, counts);
  int main_lang = best_of(counts, favourite, document->tokens.count);
  if (main_lang == LANGS) main_lang = favourite;
  for (size_t p = 0; p < part_count; p++) {
    count_langs(index->hints.at[p], counts);
    int best = best_of(counts, main_lang, parts[p].last + 1 - parts[p].first);
    name_part(&parts[p], best < LANGS ? best : main_lang, lang);
  }
  return ENT_OK;
}
