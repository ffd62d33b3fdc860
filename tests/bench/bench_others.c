/* bench_others: utf8proc and libunistring. Both get pieces that fit a cache, which is faster for them than
 * the whole text at once. */
#include <stdio.h>
#include <stdlib.h>

#include <unicase.h>
#include <unigbrk.h>
#include <uninorm.h>
#include <unistr.h>
#include <unistring/version.h>
#include <uniwbrk.h>
#include <utf8proc.h>

#include "bench.h"

const char *utf8proc_of_bench(void) { return utf8proc_version(); }

const char *unistring_of_bench(void) {
  static char version[24];
  (void)snprintf(version, sizeof version, "%d.%d", _libunistring_version >> 16, _libunistring_version >> 8 & 0xFF);
  return version;
}

/* ---- utf8proc ----------------------------------------------------------------------------- */

bool utf8proc_normalize(void *state, const bench_input *input, uint64_t *found) {
  (void)state;
  const utf8proc_option_t options =
      UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
  *found = 0;
  for (size_t i = 0; i < input->piece_count; i++) {
    const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)input->utf8 + input->pieces8[i];
    utf8proc_ssize_t size = (utf8proc_ssize_t)(input->pieces8[i + 1] - input->pieces8[i]);
    utf8proc_uint8_t *made = NULL;
    utf8proc_ssize_t length = utf8proc_map(at, size, &made, options);
    if (length < 0) return false;
    *found += (uint64_t)length;
    free(made);
  }
  return true;
}

bool utf8proc_graphemes(void *state, const bench_input *input, uint64_t *found) {
  (void)state;
  const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)input->utf8, *end = at + input->length;
  utf8proc_int32_t before = 0, cp, carried = 0;
  uint64_t count = input->length > 0;
  for (bool first = true; at < end; first = false, before = cp) {
    utf8proc_ssize_t size = utf8proc_iterate(at, end - at, &cp);
    if (size <= 0) return false;
    at += size;
    if (!first) count += utf8proc_grapheme_break_stateful(before, cp, &carried);
  }
  *found = count;
  return true;
}

/* ---- libunistring ------------------------------------------------------------------------- */

/* Its case folding with NFKC; default-ignorable code points stay. */
bool unistring_normalize(void *state, const bench_input *input, uint64_t *found) {
  (void)state;
  *found = 0;
  for (size_t i = 0; i < input->piece_count; i++) {
    const uint8_t *at = (const uint8_t *)input->utf8 + input->pieces8[i];
    size_t length = input->room_size;
    uint8_t *made = u8_casefold(at, input->pieces8[i + 1] - input->pieces8[i], NULL, UNINORM_NFKC,
                                (uint8_t *)input->room, &length);
    if (!made) return false;
    if (made != (uint8_t *)input->room) free(made);
    *found += length;
  }
  return true;
}

typedef void mark_breaks(const uint8_t *text, size_t length, char *marks);

static bool count_marks(mark_breaks *mark, const bench_input *input, uint64_t *found) {
  *found = 0;
  for (size_t i = 0; i < input->piece_count; i++) {
    size_t length = input->pieces8[i + 1] - input->pieces8[i];
    mark((const uint8_t *)input->utf8 + input->pieces8[i], length, input->room);
    uint64_t count = 0;
    for (size_t k = 0; k < length; k++) count += input->room[k] != 0;
    *found += count;
  }
  return true;
}

bool unistring_words(void *state, const bench_input *input, uint64_t *found) {
  (void)state;
  return count_marks(u8_wordbreaks, input, found);
}

bool unistring_graphemes(void *state, const bench_input *input, uint64_t *found) {
  (void)state;
  return count_marks(u8_grapheme_breaks, input, found);
}

bool unistring_validate(void *state, const bench_input *input, uint64_t *found) {
  (void)state;
  *found = input->length;
  return u8_check((const uint8_t *)input->utf8, input->length) == NULL;
}
