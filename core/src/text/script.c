/* text/script: which script are these words written in? */
#include "text/ucd.h"
#include "text/unicode_tables.h"
#include "text/utf8.h"

/* The field of the record tells Common and Inherited from all others without the second table. */
const char *ent_script_of(const char *text, size_t length) {
  for (size_t at = 0; at < length;) {
    uint32_t cp;
    at = enti_utf8_next(text, at, &cp);
    unsigned script = enti_unicode_script(cp);
    if (script != ENTI_SCRIPT_COMMON && script != ENTI_SCRIPT_INHERITED && enti_ucd_is_word(cp))
      return enti_script_names[enti_unicode_full_script(cp)];
  }
  return "Common";
}
