/* icu: see icu.h. A failure of ICU's own ends the program: there is nothing to compare with then. */
#include "icu.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>

#include "text/unicode_tables.h"

static void must(UErrorCode status, const char *what) {
  if (U_SUCCESS(status)) return;
  (void)fprintf(stderr, "icu: %s: %s\n", what, u_errorName(status));
  exit(2);
}

/* UTF-16; offsets, where not NULL, gets the unit at which each code point begins, and the length. */
static int32_t to_utf16(const uint32_t *cps, size_t count, UChar *out, int32_t *offsets) {
  int32_t length = 0;
  for (size_t i = 0; i < count; i++) {
    if (offsets) offsets[i] = length;
    if (cps[i] >= 0x10000) {
      out[length++] = (UChar)(0xD7C0 + (cps[i] >> 10));
      out[length++] = (UChar)(0xDC00 + (cps[i] & 0x3FF));
    } else {
      out[length++] = (UChar)cps[i];
    }
  }
  if (offsets) offsets[count] = length;
  return length;
}

/* ---- forms -------------------------------------------------------------------------------- */

typedef const UNormalizer2 *get_normalizer(UErrorCode *status);

static int32_t normalize(get_normalizer *get, const UChar *text, int32_t length, UChar *out) {
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2 *normalizer = get(&status);
  int32_t size = unorm2_normalize(normalizer, text, length, out, ICU_ROOM, &status);
  must(status, "normalize");
  return size;
}

/* Puts the targets of `unify`, one unit each, in place of its sources. */
static int32_t unify(UChar *text, int32_t length) {
  int32_t size = 0, at = 0;
  while (at < length) {
    uint32_t cp = text[at];
    int32_t before = at++;
    if (cp >= 0xD800 && cp <= 0xDBFF) cp = 0x10000 + ((cp - 0xD800) << 10) + (text[at++] - 0xDC00u);
    size_t pair = 0;
    while (pair < ENTI_UNIFY_COUNT && enti_unify_pairs[pair].from != cp) pair++;
    if (pair < ENTI_UNIFY_COUNT) text[size++] = (UChar)enti_unify_pairs[pair].to;
    else while (before < at) text[size++] = text[before++];
  }
  return size;
}

static int32_t fold(UChar *text, int32_t length, UChar *other) {
  length = normalize(unorm2_getNFDInstance, text, length, other);
  length = normalize(unorm2_getNFKCCasefoldInstance, other, length, text);
  length = normalize(unorm2_getNFDInstance, text, length, other);
  length = unify(other, length);
  length = normalize(unorm2_getNFCInstance, other, length, text);
  while (length > 2 && text[length - 2] == '\'' && text[length - 1] == 's') length -= 2;
  return length;
}

size_t icu_form(ent_form form, const uint32_t *cps, size_t count, char out[ICU_ROOM]) {
  static UChar text[ICU_ROOM], other[ICU_ROOM];
  const UChar *result = other;
  int32_t length = to_utf16(cps, count, text, NULL), size = 0;
  switch (form) {
    case ENT_NFC: length = normalize(unorm2_getNFCInstance, text, length, other); break;
    case ENT_NFD: length = normalize(unorm2_getNFDInstance, text, length, other); break;
    case ENT_NFKC: length = normalize(unorm2_getNFKCInstance, text, length, other); break;
    case ENT_NFKD: length = normalize(unorm2_getNFKDInstance, text, length, other); break;
    default:
      length = fold(text, length, other);
      result = text;
      break;
  }
  UErrorCode status = U_ZERO_ERROR;
  u_strToUTF8(out, ICU_ROOM, &size, result, length, &status);
  must(status, "UTF-8");
  return (size_t)size;
}

/* ---- boundaries --------------------------------------------------------------------------- */

static UBreakIterator *breaker(icu_kind kind) {
  static UBreakIterator *made[3];
  static const UBreakIteratorType types[] = {UBRK_CHARACTER, UBRK_WORD, UBRK_SENTENCE};
  UErrorCode status = U_ZERO_ERROR;
  if (!made[kind]) made[kind] = ubrk_open(types[kind], kind == ICU_WORD ? "fi" : "", NULL, 0, &status);
  must(status, "break iterator");
  return made[kind];
}

void icu_boundaries(icu_kind kind, const uint32_t *cps, size_t count, bool at[ICU_MOST + 1]) {
  static UChar text[ICU_MOST * 2];
  static int32_t offsets[ICU_MOST + 1];
  UErrorCode status = U_ZERO_ERROR;
  UBreakIterator *it = breaker(kind);
  int32_t length = to_utf16(cps, count, text, offsets);
  ubrk_setText(it, text, length, &status);
  must(status, "text");
  memset(at, 0, (count + 1) * sizeof *at);
  size_t point = 0;
  for (int32_t place = ubrk_first(it); place != UBRK_DONE; place = ubrk_next(it)) {
    while (point < count && offsets[point] < place) point++;
    at[point] = true;
  }
}

bool icu_words_differ(uint32_t cp) {
  if (cp == '@' || (cp >= 0xAC00 && cp <= 0xD7A3)) return true;
  if (u_getIntPropertyValue((UChar32)cp, UCHAR_LINE_BREAK) == U_LB_COMPLEX_CONTEXT) return true;
  if (u_getIntPropertyValue((UChar32)cp, UCHAR_WORD_BREAK) == U_WB_KATAKANA) return true;
  UErrorCode status = U_ZERO_ERROR;
  switch (uscript_getScript((UChar32)cp, &status)) {
    case USCRIPT_THAI: case USCRIPT_LAO: case USCRIPT_KHMER: case USCRIPT_MYANMAR: case USCRIPT_HAN:
    case USCRIPT_HIRAGANA: case USCRIPT_KATAKANA:
      return true;
    default: return false;
  }
}

bool icu_graphemes_differ(uint32_t cp) {
  switch (cp) {
    case 0x094D: case 0x09CD: case 0x0ACD: case 0x0B4D: case 0x0C4D: case 0x0D4D: return true;
    default: return false;
  }
}
