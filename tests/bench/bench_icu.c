/* bench_icu: ICU's side, C API. ICU works on UTF-16; the conversion is done before the clock runs and the
 * memory it writes to is there. Where ICU can read UTF-8 itself, that is a way of its own. */
#include <stdlib.h>

#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utext.h>
#include <unicode/uversion.h>

#include "bench.h"

const char *icu_version(void) {
  static char version[U_MAX_VERSION_STRING_LENGTH];
  UVersionInfo numbers;
  u_getVersion(numbers);
  u_versionToString(numbers, version);
  return version;
}

size_t icu_utf16(const char *text, size_t length, uint16_t *units) {
  UErrorCode error = U_ZERO_ERROR;
  int32_t written = 0;
  (void)u_strFromUTF8(units, (int32_t)length, &written, text, (int32_t)length, &error);
  return U_FAILURE(error) ? 0 : (size_t)written;
}

/* ---- normal form -------------------------------------------------------------------------- */

static bool normalize(const bench_input *input, size_t begin, size_t end, size_t *used) {
  UErrorCode error = U_ZERO_ERROR;
  const UNormalizer2 *form = unorm2_getNFKCCasefoldInstance(&error);
  UChar *room = (UChar *)(void *)input->room + *used;
  size_t left = input->room_size / sizeof(UChar) - *used;
  if (left > INT32_MAX) left = INT32_MAX;
  int32_t length = unorm2_normalize(form, input->utf16 + begin, (int32_t)(end - begin), room, (int32_t)left, &error);
  if (U_FAILURE(error)) return false;
  *used += (size_t)length;
  return true;
}

bool icu_normalize(void *state, const bench_input *input, uint64_t *found) {
  (void)state;
  size_t used = 0;
  bool fine = normalize(input, 0, input->length16, &used);
  *found = used;
  return fine;
}

bool icu_normalize_pieces(void *state, const bench_input *input, uint64_t *found) {
  (void)state;
  size_t used = 0;
  bool fine = true;
  for (size_t i = 0; i < input->piece_count && fine; i++)
    fine = normalize(input, input->pieces16[i], input->pieces16[i + 1], &used);
  *found = used;
  return fine;
}

size_t icu_folded(const bench_input *input, char **bytes) {
  UErrorCode error = U_ZERO_ERROR;
  int32_t length = 0;
  size_t used = 0;
  *bytes = NULL;
  if (!normalize(input, 0, input->length16, &used)) return 0;
  const UChar *folded = (const UChar *)(const void *)input->room;
  (void)u_strToUTF8(NULL, 0, &length, folded, (int32_t)used, &error);
  char *made = malloc((size_t)length + 1);
  error = U_ZERO_ERROR;
  if (made) (void)u_strToUTF8(made, length + 1, &length, folded, (int32_t)used, &error);
  if (!made || U_FAILURE(error)) {
    free(made);
    return 0;
  }
  *bytes = made;
  return (size_t)length;
}

uint32_t icu_unified(uint32_t cp) {
  static const uint32_t apostrophes[] = {0x02BB, 0x02BC, 0x055A, 0x05F3, 0x2018, 0x2019, 0x201A, 0x201B, 0x2032};
  int8_t category = u_charType((UChar32)cp);
  if (category == U_SPACE_SEPARATOR) return ' ';
  if (category == U_DASH_PUNCTUATION || cp == 0x2212) return '-';
  for (size_t i = 0; i < sizeof apostrophes / sizeof apostrophes[0]; i++)
    if (cp == apostrophes[i]) return '\'';
  bool quotes = u_hasBinaryProperty((UChar32)cp, UCHAR_QUOTATION_MARK) || cp == 0x05F4;
  return quotes && cp != '\'' ? '"' : cp;
}

/* ---- boundaries --------------------------------------------------------------------------- */

static void *open_breaker(UBreakIteratorType type) {
  UErrorCode error = U_ZERO_ERROR;
  return ubrk_open(type, "", NULL, 0, &error); /* the root locale; dictionaries come with it */
}

void *icu_words_open(void) { return open_breaker(UBRK_WORD); }
void *icu_sentences_open(void) { return open_breaker(UBRK_SENTENCE); }
void *icu_graphemes_open(void) { return open_breaker(UBRK_CHARACTER); }
void icu_break_close(void *state) { ubrk_close(state); }

void *icu_words_plain_open(void) {
  UErrorCode error = U_ZERO_ERROR;
  UBreakIterator *full = icu_words_open();
  uint16_t *rules = full ? icu_word_rules(full) : NULL;
  UBreakIterator *plain = rules ? ubrk_openRules(rules, -1, NULL, 0, NULL, &error) : NULL;
  free(rules);
  ubrk_close(full);
  return plain;
}

/* Segments whose status says that they are words: letters, numbers, kana, ideographs. */
static uint64_t count_words(UBreakIterator *breaker) {
  uint64_t count = 0;
  while (ubrk_next(breaker) != UBRK_DONE) count += ubrk_getRuleStatus(breaker) >= UBRK_WORD_NONE_LIMIT;
  return count;
}

static uint64_t count_boundaries(UBreakIterator *breaker) {
  uint64_t count = 0;
  while (ubrk_next(breaker) != UBRK_DONE) count++;
  return count;
}

typedef uint64_t count_all(UBreakIterator *breaker);

static bool walk16(UBreakIterator *breaker, const bench_input *input, count_all *count, uint64_t *found) {
  UErrorCode error = U_ZERO_ERROR;
  ubrk_setText(breaker, input->utf16, (int32_t)input->length16, &error);
  if (U_FAILURE(error)) return false;
  *found = count(breaker);
  return true;
}

static bool walk8(UBreakIterator *breaker, const bench_input *input, count_all *count, uint64_t *found) {
  UErrorCode error = U_ZERO_ERROR;
  UText *text = utext_openUTF8(NULL, input->utf8, (int64_t)input->length, &error);
  ubrk_setUText(breaker, text, &error);
  if (!U_FAILURE(error)) *found = count(breaker);
  utext_close(text);
  return !U_FAILURE(error);
}

bool icu_words(void *state, const bench_input *input, uint64_t *found) {
  return walk16(state, input, count_words, found);
}

bool icu_words_utf8(void *state, const bench_input *input, uint64_t *found) {
  return walk8(state, input, count_words, found);
}

bool icu_words_pieces(void *state, const bench_input *input, uint64_t *found) {
  bool fine = true;
  *found = 0;
  for (size_t i = 0; i < input->piece_count && fine; i++) {
    size_t begin = input->pieces16[i];
    bench_input piece = {.utf16 = input->utf16 + begin, .length16 = input->pieces16[i + 1] - begin};
    uint64_t words = 0;
    fine = walk16(state, &piece, count_words, &words);
    *found += words;
  }
  return fine;
}

bool icu_boundaries(void *state, const bench_input *input, uint64_t *found) {
  return walk16(state, input, count_boundaries, found);
}

bool icu_boundaries_utf8(void *state, const bench_input *input, uint64_t *found) {
  return walk8(state, input, count_boundaries, found);
}

/* ---- validity ----------------------------------------------------------------------------- */

/* ICU has no check alone: this is its conversion, which refuses what is ill-formed. */
bool icu_validate(void *state, const bench_input *input, uint64_t *found) {
  (void)state;
  UErrorCode error = U_ZERO_ERROR;
  int32_t written = 0;
  (void)u_strFromUTF8((UChar *)(void *)input->room, (int32_t)(input->room_size / sizeof(UChar)), &written, input->utf8,
                      (int32_t)input->length, &error);
  *found = input->length;
  return !U_FAILURE(error);
}
