/* fuzz_decode: validity and mending against a decoder that is a table of states.
 *
 * Any bytes, as they are; the first byte has no meaning here. */
#include "fuzz.h"

/* What a byte does after how many of which bytes: table 3-7 of the Unicode Standard as ranges of bytes. */
typedef struct row {
  unsigned char from, to; /* of the first byte */
  unsigned char low, high; /* of the second */
  unsigned more;          /* bytes behind the first */
} row;

static const row rows[] = {{0x00, 0x7F, 0, 0, 0},       {0xC2, 0xDF, 0x80, 0xBF, 1}, {0xE0, 0xE0, 0xA0, 0xBF, 2},
                           {0xE1, 0xEC, 0x80, 0xBF, 2}, {0xED, 0xED, 0x80, 0x9F, 2}, {0xEE, 0xEF, 0x80, 0xBF, 2},
                           {0xF0, 0xF0, 0x90, 0xBF, 3}, {0xF1, 0xF3, 0x80, 0xBF, 3}, {0xF4, 0xF4, 0x80, 0x8F, 3}};

static const row *row_of(uint8_t first) {
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (first >= rows[i].from && first <= rows[i].to) return &rows[i];
  return NULL;
}

/* Feeds the bytes one by one; a sequence that breaks off gives U+FFFD, and the byte that broke it is read again.
 * Returns the bytes written; *valid is where the first fault begins. */
static size_t decode(const uint8_t *data, size_t size, char *out, size_t *faults, size_t *valid) {
  const row *now = NULL;
  size_t got = 0, begin = 0, written = 0;
  *faults = 0;
  *valid = size;
  for (size_t i = 0; i <= size;) {
    bool fault = false;
    if (now == NULL) {
      if (i == size) break;
      begin = i;
      now = row_of(data[i++]);
      got = 0;
      fault = now == NULL;
    } else {
      unsigned char low = got == 0 ? now->low : 0x80, high = got == 0 ? now->high : 0xBF;
      if (i < size && data[i] >= low && data[i] <= high) {
        got++;
        i++;
      } else {
        fault = true;
      }
    }
    if (fault) {
      memcpy(out + written, "\xEF\xBF\xBD", 3);
      written += 3;
      if ((*faults)++ == 0) *valid = begin;
      now = NULL;
    } else if (now->more == got) {
      memcpy(out + written, data + begin, i - begin);
      written += i - begin;
      now = NULL;
    }
  }
  return written;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char *bytes = malloc(size ? size : 1), *wanted = malloc(3 * size + 1);
  FUZZ_CHECK(bytes && wanted);
  if (size) memcpy(bytes, data, size);
  size_t faults, valid, replaced = 77, length, again = 77;
  size_t wanted_length = decode(data, size, wanted, &faults, &valid);
  FUZZ_CHECK(ent_utf8_valid(bytes, size) == valid);
  ent_string *mended, *twice;
  FUZZ_CHECK(ent_utf8_mend(NULL, bytes, size, &mended, &replaced) == ENT_OK);
  const char *text = ent_string_bytes(mended, &length);
  FUZZ_CHECK(replaced == faults);
  FUZZ_CHECK(length == wanted_length && memcmp(text, wanted, length) == 0);
  FUZZ_CHECK(ent_utf8_valid(text, length) == length);
  FUZZ_CHECK(ent_utf8_mend(NULL, text, length, &twice, &again) == ENT_OK && again == 0);
  for (size_t at = 0; at < length;) { /* what is read is what would be written */
    uint32_t cp;
    char put[4];
    size_t next = enti_utf8_next(text, at, &cp), count = enti_utf8_put(put, cp);
    FUZZ_CHECK(next == at + count && next <= length && memcmp(put, text + at, count) == 0);
    FUZZ_CHECK(enti_utf8_before(text, next) == at);
    at = next;
  }
  ent_normal *normal;
  ent_error err = {0};
  ent_status status = ent_normalize(NULL, ENT_NFC, bytes, size, &normal, &err);
  FUZZ_CHECK((status == ENT_OK) == (faults == 0));
  if (status == ENT_OK) ent_normal_free(normal);
  else FUZZ_CHECK(status == ENT_ERR_UTF8 && err.offset == valid);
  ent_string_free(twice);
  ent_string_free(mended);
  free(wanted);
  free(bytes);
  return 0;
}
