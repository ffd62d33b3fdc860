/* text/ucd: the door to utf8proc. See ucd.h. */
#include "text/ucd.h"

#include "entente.h"

#include <utf8proc.h>

#if UTF8PROC_VERSION_MAJOR < 2 || (UTF8PROC_VERSION_MAJOR == 2 && UTF8PROC_VERSION_MINOR < 8)
#error "utf8proc 2.8 or newer is needed (Unicode 15.0)"
#endif

/* utf8proc_decompose_char with the options given. Its int is 32 bits, as the assertion below says, so
 * that the buffer can be handed over as it is. */
static size_t ask(uint32_t cp, int options, uint32_t out[ENTI_UCD_LONGEST]) {
  _Static_assert(sizeof(utf8proc_int32_t) == sizeof(uint32_t), "code points are 32 bits");
  int last_class = 0;
  utf8proc_ssize_t count =
      utf8proc_decompose_char((utf8proc_int32_t)cp, (utf8proc_int32_t *)out, ENTI_UCD_LONGEST,
                              (utf8proc_option_t)options, &last_class);
  if (count < 0 || count > ENTI_UCD_LONGEST) { /* a decomposition longer than any in Unicode 15 */
    out[0] = cp;
    return 1;
  }
  return (size_t)count;
}

static size_t itself(uint32_t cp, uint32_t out[ENTI_UCD_LONGEST]) {
  out[0] = cp;
  return 1;
}

unsigned enti_ucd_class(uint32_t cp) {
  if (!(enti_unicode_record(cp) & ENTI_HAS_MARK)) return 0;
  return (unsigned)utf8proc_get_property((utf8proc_int32_t)cp)->combining_class;
}

unsigned enti_ucd_category(uint32_t cp) { return (unsigned)utf8proc_category((utf8proc_int32_t)cp); }

/* Reserved default-ignorable ranges (U+E0000 … and others): utf8proc 2.8 does not know them. All that
 * is unassigned and yet changes when folded is such. */
static bool reserved_ignorable(uint32_t record) {
  return enti_record_category(record) == ENTI_CATEGORY_CN && (record & ENTI_HAS_FOLDS);
}

bool enti_ucd_ignorable(uint32_t cp) {
  uint32_t record = enti_unicode_record(cp);
  if (!(record & ENTI_HAS_FOLDS)) return false;
  if (reserved_ignorable(record)) return true;
  return utf8proc_get_property((utf8proc_int32_t)cp)->ignorable;
}

size_t enti_ucd_decompose(uint32_t cp, bool compatible, uint32_t out[ENTI_UCD_LONGEST]) {
  if (!(enti_unicode_record(cp) & (compatible ? ENTI_HAS_NFKD_NO : ENTI_HAS_NFD_NO))) return itself(cp, out);
  return ask(cp, UTF8PROC_DECOMPOSE | (compatible ? UTF8PROC_COMPAT : 0), out);
}

size_t enti_ucd_casefold(uint32_t cp, uint32_t out[ENTI_UCD_LONGEST]) {
  /* Not by the flag: U+01F0 folds to two code points, which NFKC_Casefold puts together again. */
  if (enti_unicode_category(cp) == ENTI_CATEGORY_CN) return itself(cp, out);
  return ask(cp, UTF8PROC_CASEFOLD, out);
}

size_t enti_ucd_fold(uint32_t cp, uint32_t out[ENTI_UCD_LONGEST]) {
  uint32_t record = enti_unicode_record(cp);
  if (!(record & ENTI_HAS_FOLDS)) return enti_ucd_decompose(cp, false, out);
  if (reserved_ignorable(record)) return 0;
  return ask(cp, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE, out);
}

const char *ent_utf8proc_version(void) { return utf8proc_version(); }
