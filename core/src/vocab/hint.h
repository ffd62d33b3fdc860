/* vocab/hint: of which language is a word a sign? */
#ifndef ENTI_HINT_H
#define ENTI_HINT_H

#include "base/base.h"

/* What one word can say: nothing, one language, told by its script or by being a small word of it, or several that
 * share the word. The languages come first, in the order of their names in index/language.c. */
enum {
  ENTI_HINT_NONE,
  ENTI_HINT_ZH, ENTI_HINT_JA, ENTI_HINT_KO, ENTI_HINT_TH, ENTI_HINT_LO, ENTI_HINT_KM, ENTI_HINT_MY, ENTI_HINT_RU, ENTI_HINT_TA,
  ENTI_HINT_HI, ENTI_HINT_AR, ENTI_HINT_EL, ENTI_HINT_HE,
  ENTI_HINT_EN, ENTI_HINT_ID, ENTI_HINT_MS, ENTI_HINT_VI, ENTI_HINT_TL, ENTI_HINT_PT, ENTI_HINT_FR, ENTI_HINT_ES, ENTI_HINT_DE,
  ENTI_HINT_EN_PT, ENTI_HINT_EN_DE, ENTI_HINT_ID_MS, ENTI_HINT_TL_PT, ENTI_HINT_PT_ES, ENTI_HINT_PT_DE, ENTI_HINT_FR_ES,
  ENTI_HINT_FR_DE, ENTI_HINT_PT_FR_ES, ENTI_HINT_ID_MS_TL_PT_ES,
  ENTI_HINTS
};

/* Of a folded word. */
unsigned enti_hint_of(const char *fold, size_t length);
/* Of a word of ASCII, as it is written. */
unsigned enti_hint_of_ascii(const char *bytes, size_t length);

#endif
