/* fuzz_normal: every form and its map, and against ICU where ICU has the form.
 *
 * A text as fuzz.h reads it. */
#include "../diff/icu.h"
#include "check.h"
#include "text/fold.h"

enum { MOST = 2048 }; /* code points: ICU takes quadratic time over marks */

static void check_form(ent_form form, const char *text, size_t length, const uint32_t *cps, size_t count) {
  static char wanted[ICU_ROOM];
  enti_bytes word = {0};
  ent_normal *normal, *twice;
  size_t size, again;
  FUZZ_CHECK(ent_normalize(NULL, form, text, length, &normal, NULL) == ENT_OK);
  const char *bytes = ent_normal_bytes(normal, &size);
  if (form <= ENT_FOLD) {
    size_t wanted_size = icu_form(form, cps, count, wanted);
    FUZZ_CHECK(size == wanted_size && memcmp(bytes, wanted, size) == 0);
  }
  FUZZ_CHECK(enti_text_fold(NULL, form, text, length, &word) == ENT_OK); /* the other door, without a map */
  FUZZ_CHECK(word.count == size && (size == 0 || memcmp(word.at, bytes, size) == 0));
  FUZZ_CHECK(ent_normalize(NULL, form, bytes, size, &twice, NULL) == ENT_OK);
  const char *bytes_again = ent_normal_bytes(twice, &again);
  FUZZ_CHECK(again == size && memcmp(bytes_again, bytes, size) == 0);
  check_map(normal, text, length);
  enti_array_free(&enti_alloc_default, &word);
  ent_normal_free(twice);
  ent_normal_free(normal);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static uint32_t cps[MOST];
  fuzz_input in = {data, size > MOST ? MOST : size};
  size_t length, count = 0;
  char *text = fuzz_text(&in, &length);
  for (size_t at = 0; at < length;) at = enti_utf8_next(text, at, &cps[count++]);
  for (int form = ENT_NFC; form <= ENT_HANS; form++) check_form((ent_form)form, text, length, cps, count);
  free(text);
  return 0;
}
