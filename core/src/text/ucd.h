/* text/ucd: what does one code point become?
 *
 * Invariant: ucd.c is the only file that includes <utf8proc.h>, and utf8proc is asked about single
 * code points only, never about a string (RELIABILITY 0.1). Where the tables of Unicode 15.0 say that
 * nothing changes, utf8proc is not asked, so that a newer one gives the same bytes. */
#ifndef ENTI_UCD_H
#define ENTI_UCD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/unicode_tables.h"

/* Of Unicode 15.0: a letter (L); a small letter (Ll); a letter or number (L, N), which ideographs are. */
static inline bool enti_ucd_is_letter(uint32_t cp) {
  unsigned category = enti_unicode_category(cp);
  return category >= ENTI_CATEGORY_LU && category <= ENTI_CATEGORY_LO;
}
static inline bool enti_ucd_is_lower(uint32_t cp) { return enti_unicode_category(cp) == ENTI_CATEGORY_LL; }
static inline bool enti_record_is_word(uint32_t record) {
  unsigned category = enti_record_category(record);
  return (category >= ENTI_CATEGORY_LU && category <= ENTI_CATEGORY_LO) ||
         (category >= ENTI_CATEGORY_ND && category <= ENTI_CATEGORY_NO);
}
static inline bool enti_ucd_is_word(uint32_t cp) { return enti_record_is_word(enti_unicode_record(cp)); }

/* Room for what one code point becomes: U+FDFA gives 18. */
#define ENTI_UCD_LONGEST 32

/* The canonical combining class, 0 … 254. */
unsigned enti_ucd_class(uint32_t cp);
/* General category, a value of ENTI_CATEGORY_…; utf8proc's own, for tests of our table. */
unsigned enti_ucd_category(uint32_t cp);
/* Default_Ignorable_Code_Point. */
bool enti_ucd_ignorable(uint32_t cp);

/* Each writes what cp becomes and returns how many code points that is (0 … ENTI_UCD_LONGEST). */

/* Full canonical or compatibility decomposition; marks stand in canonical order. */
size_t enti_ucd_decompose(uint32_t cp, bool compatible, uint32_t out[ENTI_UCD_LONGEST]);
/* Full case folding (CaseFolding.txt, C and F), nothing else. */
size_t enti_ucd_casefold(uint32_t cp, uint32_t out[ENTI_UCD_LONGEST]);
/* NFKC_Casefold, decomposed: compatibility decomposition, full case folding, default-ignorable code
 * points removed. Marks may need ordering. */
size_t enti_ucd_fold(uint32_t cp, uint32_t out[ENTI_UCD_LONGEST]);

#endif
