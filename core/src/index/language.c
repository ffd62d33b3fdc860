/* index/language: the language of each paragraph, told by its scripts and its small words.
 *
 * Each type is judged once: by its script, or, in Latin letters, by short lists of function words (a word may
 * stand in several). A paragraph takes the language with the most hints; with too few, the document's. Malay
 * and Indonesian, which share most words, are told apart by those that they do not share. */
#include "index/index.h"
#include "text/unicode_tables.h"
#include "text/utf8.h"

/* In the order of the bits. The first are told by script alone. */
static const char *const names[] = {"zh", "ja", "ko", "th", "lo", "km", "my", "ru", "ta", "hi", "ar", "el", "he",
                                    "en", "id", "ms", "vi", "tl", "pt", "fr", "es", "de"};
enum { ZH, JA, KO, TH, LO, KM, MY, RU, TA, HI, AR, EL, HE, EN, ID, MS, VI, TL, PT, FR, ES, DE, LANGS };
#define KNOWN (UINT32_C(1) << 31)

static const struct {
  int lang;
  const char *words; /* folded, parted and ended by blanks */
} lists[] = {
    {EN, " the of and to in is that for with as are by this from be which has have its on it an was were not their "},
    {ID, " yang dan di dengan untuk dari pada dalam ini adalah tidak oleh sebagai akan telah karena negara bahwa juga "
         "antara serta dapat bisa lebih melalui secara tersebut menjadi para "},
    {MS, " yang dan di dengan untuk dari pada dalam ini ialah tidak oleh sebagai akan telah kerana negara bahawa juga "
         "antara serta dapat boleh lebih melalui secara tersebut menjadi para kepada merupakan "},
    {VI, " và của các trong là có được cho với những một không này đã để về từ trên khi tại theo "},
    {TL, " ang ng mga sa na ay at para ito hindi ng mga kung rin din ni nila "},
    {PT, " o a os as de do da dos das e que em um uma para com não por no na mais ao são pela pelo "},
    {FR, " le la les de des du et en un une que qui dans pour par sur est au aux pas plus avec ce cette sont "},
    {ES, " el la los las de del y en un una que por con para es se no al lo más como su sus entre "},
    {DE, " der die das und in von zu den mit des ist im für auf ein eine nicht dem als auch werden sich "},
};

static uint32_t script_bit(uint32_t c) {
  switch (enti_unicode_script(c)) {
    case ENTI_SCRIPT_HAN: return 1u << ZH;
    case ENTI_SCRIPT_HIRAGANA: case ENTI_SCRIPT_KATAKANA: return 1u << JA;
    case ENTI_SCRIPT_HANGUL: return 1u << KO;
    case ENTI_SCRIPT_THAI: return 1u << TH;
    case ENTI_SCRIPT_LAO: return 1u << LO;
    case ENTI_SCRIPT_KHMER: return 1u << KM;
    case ENTI_SCRIPT_MYANMAR: return 1u << MY;
    case ENTI_SCRIPT_CYRILLIC: return 1u << RU;
    case ENTI_SCRIPT_TAMIL: return 1u << TA;
    case ENTI_SCRIPT_DEVANAGARI: return 1u << HI;
    case ENTI_SCRIPT_ARABIC: return 1u << AR;
    case ENTI_SCRIPT_GREEK: return 1u << EL;
    case ENTI_SCRIPT_HEBREW: return 1u << HE;
    default: return 0;
  }
}

static uint32_t word_bits(const char *bytes, size_t length) {
  uint32_t bits = 0;
  if (length > 12) return 0;
  char padded[16];
  padded[0] = ' ';
  memcpy(padded + 1, bytes, length);
  padded[length + 1] = ' ';
  padded[length + 2] = '\0';
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
    if (strstr(lists[i].words, padded)) bits |= 1u << lists[i].lang;
  return bits;
}

static ent_status find_hints(ent_vocab *vocab, uint32_t type) {
  uint32_t fold, bits = 0;
  ent_status status = enti_vocab_cover_list(vocab, &vocab->hints, 0);
  if (status == ENT_OK) status = ent_vocab_layer(vocab, type, ENT_FOLD, &fold);
  if (status != ENT_OK) return status;
  const enti_type *form = &vocab->types.at[fold];
  if (form->length > 0) {
    bits = script_bit(enti_utf8_at(form->bytes, 0));
    if (bits == 0) bits = word_bits(form->bytes, form->length);
  }
  vocab->hints.at[type] = bits | KNOWN;
  return ENT_OK;
}

/* Adds a type's hints, which have been found. */
static void count_hints(const ent_vocab *vocab, uint32_t type, size_t counts[LANGS]) {
  for (uint32_t hints = vocab->hints.at[type] & ~KNOWN; hints; hints &= hints - 1) counts[__builtin_ctz(hints)]++;
}

/* The language with the most hints, or LANGS. Han with some kana is Japanese; a tie is the favourite's. */
static int best_of(size_t counts[LANGS], int favourite, size_t tokens) {
  int best = LANGS;
  size_t most = 0;
  if (counts[JA] > 0 && counts[JA] * 10 >= counts[ZH]) {
    counts[JA] += counts[ZH];
    counts[ZH] = 0;
  }
  for (int lang = 0; lang < LANGS; lang++) {
    size_t count = counts[lang];
    if (count > most || (count == most && count > 0 && lang == favourite)) most = count, best = lang;
  }
  if (favourite < LANGS && counts[favourite] * 10 >= most * 8 && counts[favourite] > 0) best = favourite;
  bool enough = best < EN ? most * 4 >= tokens : most >= 2 && most * 12 >= tokens;
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

ent_status enti_index_name_languages(ent_index *index, const enti_document *document, const char *lang) {
  const enti_token *tokens = document->tokens.count ? index->tokens.at + document->tokens.begin : NULL;
  size_t whole[LANGS] = {0}, part_count = document->parts[ENT_PARAGRAPH].count;
  ent_part *parts = part_count ? index->parts[ENT_PARAGRAPH].at + document->parts[ENT_PARAGRAPH].begin : NULL;
  int favourite = known_lang(lang);
  for (size_t i = 0; i < document->tokens.count; i++) {
    uint32_t type = tokens[i].type;
    bool known = type < index->vocab->hints.count && (index->vocab->hints.at[type] & KNOWN);
    ent_status status = known ? ENT_OK : find_hints(index->vocab, type);
    if (status != ENT_OK) return status;
    count_hints(index->vocab, type, whole);
  }
  int main_lang = best_of(whole, favourite, document->tokens.count);
  if (main_lang == LANGS) main_lang = favourite;
  for (size_t p = 0; p < part_count; p++) {
    size_t counts[LANGS] = {0};
    uint32_t stop = parts[p].last + 1; /* equal to first when it holds none */
    for (uint32_t i = parts[p].first; i < stop; i++) count_hints(index->vocab, tokens[i].type, counts);
    int best = best_of(counts, main_lang, stop - parts[p].first);
    name_part(&parts[p], best < LANGS ? best : main_lang, lang);
  }
  return ENT_OK;
}
