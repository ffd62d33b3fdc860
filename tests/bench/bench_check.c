/* bench_check: is what is so fast also right?
 *
 * `fold` is NFKC_Casefold with apostrophes, quotation marks, dashes and spaces made one, and without a final
 * 's at the end of what it is given. ICU's result, made one by ICU's own properties, must be ours. */
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "text/utf8.h"

/* The offset of the first character of ICU's form that ours does not have; `length` where they agree. */
static size_t agree(const char *icu, size_t length, const char *ours, size_t our_length) {
  static const size_t ending = 2; /* 's */
  size_t at = 0, our = 0;
  while (at < length) {
    char bytes[4];
    uint32_t cp;
    size_t next = enti_utf8_next(icu, at, &cp), size = enti_utf8_put(bytes, icu_unified(cp));
    if (our == our_length && icu_unified(cp) == '\'' && next + ending - 1 == length) return length;
    if (our_length - our < size || memcmp(ours + our, bytes, size) != 0) return at;
    our += size;
    at = next;
  }
  return our == our_length ? length : length - 1;
}

void bench_check_normal(const char *data, const bench_input *input) {
  bench_input own = *input;
  ent_normal *normal = NULL;
  char *icu = NULL;
  size_t length = 0, our_length = 0;
  own.room = malloc(own.room_size);
  if (own.room) length = icu_folded(&own, &icu);
  if (length > 0 && ent_normalize(NULL, ENT_FOLD, input->utf8, input->length, &normal, NULL) == ENT_OK) {
    const char *ours = ent_normal_bytes(normal, &our_length);
    size_t at = agree(icu, length, ours, our_length);
    if (at == length)
      (void)printf("normalize, %s: ours is ICU's but for what fold makes one, %zu bytes compared\n", data, length);
    else
      (void)printf("normalize, %s: ours differs from ICU's at byte %zu of its form\n", data, at);
  } else {
    (void)printf("normalize, %s: not compared\n", data);
  }
  ent_normal_free(normal);
  free(icu);
  free(own.room);
}
