/* base/word_list: binary search by a word's first eight bytes as a number, which foretells nothing and so mistakes
 * nothing: the step is a choice between two numbers, not a branch. */
#include "word_list.h"

/* The first eight bytes, the first one highest. */
static inline uint64_t head_of(const char *word) {
  const unsigned char *byte = (const unsigned char *)word;
  return (uint64_t)byte[0] << 56 | (uint64_t)byte[1] << 48 | (uint64_t)byte[2] << 40 | (uint64_t)byte[3] << 32 |
         (uint64_t)byte[4] << 24 | (uint64_t)byte[5] << 16 | (uint64_t)byte[6] << 8 | (uint64_t)byte[7];
}

unsigned enti_word_kind(const enti_word *list, size_t count, const char *bytes, size_t length, bool folds) {
  char key[ENTI_WORD_LONGEST + 1] = {0};
  if (length > ENTI_WORD_LONGEST || count == 0) return 0;
  for (size_t i = 0; i < length; i++) key[i] = (char)(folds && bytes[i] >= 'A' && bytes[i] <= 'Z' ? bytes[i] | 0x20 : bytes[i]);
  const uint64_t head = head_of(key);
  const enti_word *at = list; /* the last word that is not behind, if the first is not */
  for (size_t left = count; left > 1;) {
    size_t half = left / 2;
    at = head_of(at[half].word) <= head ? at + half : at;
    left -= half;
  }
  return memcmp(at->word, key, sizeof key) == 0 ? at->kind : 0;
}
