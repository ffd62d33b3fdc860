/* vocab/hint: the scripts and small words that tell languages apart. Malay and Indonesian, which share most words, differ
 * in a few that stand here for one of them. */
#include "vocab/hint.h"

#include "base/word_list.h"
#include "text/unicode_tables.h"
#include "text/utf8.h"

enum { /* short for the list */
  EN = ENTI_HINT_EN, ID = ENTI_HINT_ID, MS = ENTI_HINT_MS, VI = ENTI_HINT_VI, TL = ENTI_HINT_TL, PT = ENTI_HINT_PT,
  FR = ENTI_HINT_FR, ES = ENTI_HINT_ES, DE = ENTI_HINT_DE, EN_PT = ENTI_HINT_EN_PT, EN_DE = ENTI_HINT_EN_DE,
  ID_MS = ENTI_HINT_ID_MS, TL_PT = ENTI_HINT_TL_PT, PT_ES = ENTI_HINT_PT_ES, PT_DE = ENTI_HINT_PT_DE,
  FR_ES = ENTI_HINT_FR_ES, FR_DE = ENTI_HINT_FR_DE, PT_FR_ES = ENTI_HINT_PT_FR_ES, MANY = ENTI_HINT_ID_MS_TL_PT_ES
};

/* Sorted, folded; no two begin with the same eight bytes. */
static const enti_word words[] = {
    {"a", PT}, {"adalah", ID}, {"akan", ID_MS}, {"al", ES}, {"als", DE}, {"an", EN}, {"and", EN}, {"ang", TL},
    {"antara", ID_MS}, {"ao", PT}, {"are", EN}, {"as", EN_PT}, {"at", TL}, {"au", FR}, {"auch", DE}, {"auf", DE},
    {"aux", FR}, {"avec", FR}, {"ay", TL}, {"bahawa", MS}, {"bahwa", ID}, {"be", EN}, {"bisa", ID}, {"boleh", MS},
    {"by", EN}, {"ce", FR}, {"cette", FR}, {"cho", VI}, {"com", PT}, {"como", ES}, {"con", ES}, {"các", VI},
    {"có", VI}, {"của", VI}, {"da", PT}, {"dalam", ID_MS}, {"dan", ID_MS}, {"dans", FR}, {"dapat", ID_MS},
    {"dari", ID_MS}, {"das", PT_DE}, {"de", PT_FR_ES}, {"del", ES}, {"dem", DE}, {"den", DE}, {"dengan", ID_MS},
    {"der", DE}, {"des", FR_DE}, {"di", ID_MS}, {"die", DE}, {"din", TL}, {"do", PT}, {"dos", PT}, {"du", FR},
    {"e", PT}, {"ein", DE}, {"eine", DE}, {"el", ES}, {"em", PT}, {"en", FR_ES}, {"entre", ES}, {"es", ES},
    {"est", FR}, {"et", FR}, {"for", EN}, {"from", EN}, {"für", DE}, {"has", EN}, {"have", EN}, {"hindi", TL},
    {"ialah", MS}, {"im", DE}, {"in", EN_DE}, {"ini", ID_MS}, {"is", EN}, {"ist", DE}, {"it", EN}, {"ito", TL},
    {"its", EN}, {"juga", ID_MS}, {"karena", ID}, {"kepada", MS}, {"kerana", MS}, {"khi", VI}, {"không", VI},
    {"kung", TL}, {"la", FR_ES}, {"las", ES}, {"le", FR}, {"lebih", ID_MS}, {"les", FR}, {"lo", ES}, {"los", ES},
    {"là", VI}, {"mais", PT}, {"melalui", ID_MS}, {"menjadi", ID_MS}, {"merupakan", MS}, {"mga", TL}, {"mit", DE},
    {"más", ES}, {"một", VI}, {"na", TL_PT}, {"negara", ID_MS}, {"ng", TL}, {"những", VI}, {"ni", TL}, {"nicht", DE},
    {"nila", TL}, {"no", PT_ES}, {"not", EN}, {"này", VI}, {"não", PT}, {"o", PT}, {"of", EN}, {"oleh", ID_MS},
    {"on", EN}, {"os", PT}, {"pada", ID_MS}, {"par", FR}, {"para", MANY}, {"pas", FR}, {"pela", PT},
    {"pelo", PT}, {"plus", FR}, {"por", PT_ES}, {"pour", FR}, {"que", PT_FR_ES}, {"qui", FR}, {"rin", TL}, {"sa", TL},
    {"se", ES}, {"sebagai", ID_MS}, {"secara", ID_MS}, {"serta", ID_MS}, {"sich", DE}, {"sont", FR}, {"su", ES},
    {"sur", FR}, {"sus", ES}, {"são", PT}, {"telah", ID_MS}, {"tersebut", ID_MS}, {"that", EN}, {"the", EN},
    {"their", EN}, {"theo", VI}, {"this", EN}, {"tidak", ID_MS}, {"to", EN}, {"trong", VI}, {"trên", VI}, {"tại", VI},
    {"từ", VI}, {"um", PT}, {"uma", PT}, {"un", FR_ES}, {"una", ES}, {"und", DE}, {"une", FR}, {"untuk", ID_MS},
    {"von", DE}, {"và", VI}, {"về", VI}, {"với", VI}, {"was", EN}, {"werden", DE}, {"were", EN}, {"which", EN},
    {"with", EN}, {"y", ES}, {"yang", ID_MS}, {"zu", DE}, {"đã", VI}, {"được", VI}, {"để", VI}};

static unsigned script_hint(uint32_t c) {
  switch (enti_unicode_script(c)) {
    case ENTI_SCRIPT_HAN: return ENTI_HINT_ZH;
    case ENTI_SCRIPT_HIRAGANA: case ENTI_SCRIPT_KATAKANA: return ENTI_HINT_JA;
    case ENTI_SCRIPT_HANGUL: return ENTI_HINT_KO;
    case ENTI_SCRIPT_THAI: return ENTI_HINT_TH;
    case ENTI_SCRIPT_LAO: return ENTI_HINT_LO;
    case ENTI_SCRIPT_KHMER: return ENTI_HINT_KM;
    case ENTI_SCRIPT_MYANMAR: return ENTI_HINT_MY;
    case ENTI_SCRIPT_CYRILLIC: return ENTI_HINT_RU;
    case ENTI_SCRIPT_TAMIL: return ENTI_HINT_TA;
    case ENTI_SCRIPT_DEVANAGARI: return ENTI_HINT_HI;
    case ENTI_SCRIPT_ARABIC: return ENTI_HINT_AR;
    case ENTI_SCRIPT_GREEK: return ENTI_HINT_EL;
    case ENTI_SCRIPT_HEBREW: return ENTI_HINT_HE;
    default: return ENTI_HINT_NONE;
  }
}

unsigned enti_hint_of(const char *fold, size_t length) {
  if (length == 0) return ENTI_HINT_NONE;
  unsigned hint = script_hint(enti_utf8_at(fold, 0));
  return hint ? hint : enti_word_kind(words, sizeof words / sizeof *words, fold, length, false);
}

/* As enti_text_fold would have it. */
unsigned enti_hint_of_ascii(const char *bytes, size_t length) {
  while (length > 2 && bytes[length - 2] == '\'' && (bytes[length - 1] | 0x20) == 's') length -= 2;
  return enti_word_kind(words, sizeof words / sizeof *words, bytes, length, true);
}
