/* fuzz_sentences: the plain breaker against ICU; ours goes forward, stays inside, and ends.
 *
 * Two bytes give a range that is skipped; then a text as fuzz.h reads it. */
#include "../diff/icu.h"
#include "fuzz.h"
#include "token/segment.h"

static void check_plain(const char *text, size_t length) {
  static uint32_t cps[ICU_MOST];
  static bool wanted[ICU_MOST + 1];
  size_t count = 0, number = 0, boundary = 0;
  for (size_t at = 0; at < length;) at = enti_utf8_next(text, at, &cps[count++]);
  icu_boundaries(ICU_SENTENCE, cps, count, wanted);
  for (size_t at = 0; at < length;) {
    uint32_t cp;
    if (at == boundary) boundary = ent_sentence_next(text, length, at);
    FUZZ_CHECK(boundary > at && boundary <= length);
    at = enti_utf8_next(text, at, &cp);
    FUZZ_CHECK(wanted[++number] == (at == boundary));
  }
}

/* As the index walks: each sentence begins behind the blanks and ends behind its beginning; what lies between two is
 * blank or skipped. */
static void check_ours(const char *text, size_t length, const ent_range *skip) {
  size_t at = 0;
  for (;;) {
    size_t begin = enti_skip_blanks(text, at, length, skip, 1);
    FUZZ_CHECK(begin >= at && begin <= length && fuzz_at_character(text, length, begin));
    if (begin == length) break;
    FUZZ_CHECK(begin < skip->begin || begin >= skip->end);
    FUZZ_CHECK(enti_skip_blanks(text, begin, length, skip, 1) == begin);
    size_t end = enti_sentence_end(text, begin, length, skip, 1);
    FUZZ_CHECK(end > begin && end <= length && fuzz_at_character(text, length, end));
    FUZZ_CHECK(end <= skip->begin || end >= skip->end);
    at = end;
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_input head = {data, size < 2 ? size : 2}, in = {data + head.left, size - head.left};
  if (in.left > ICU_MOST) in.left = ICU_MOST;
  size_t length;
  char *text = fuzz_text(&in, &length);
  size_t one = fuzz_character(text, length, fuzz_byte(&head) % (length + 1));
  size_t two = fuzz_character(text, length, fuzz_byte(&head) % (length + 1));
  ent_range skip = {one < two ? one : two, one < two ? two : one};
  check_plain(text, length);
  check_ours(text, length, &skip);
  free(text);
  return 0;
}
