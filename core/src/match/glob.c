/* match/glob: * and ? inside one token.
 *
 * A compiled pattern is folded UTF-8 in which the byte FF stands for * (zero or more characters) and FE for
 * ? (one character, a grapheme cluster). Matching backtracks to the last * only: at worst length times
 * pattern, never exponential. */
#include "match/codebook.h"

bool enti_glob_is_literal(const char *glob, size_t length) { return enti_glob_prefix(glob, length) == length; }

size_t enti_glob_prefix(const char *glob, size_t length) {
  size_t at = 0;
  while (at < length && (unsigned char)glob[at] < ENTI_GLOB_ONE) at++;
  return at;
}

bool enti_glob_matches(const char *glob, size_t glob_length, const char *text, size_t length) {
  size_t g = 0, t = 0, star = SIZE_MAX, star_text = 0;
  while (t < length) {
    unsigned char c = g < glob_length ? (unsigned char)glob[g] : 0;
    if (g < glob_length && c == ENTI_GLOB_ANY) {
      star = g++;
      star_text = t;
    } else if (g < glob_length && c == ENTI_GLOB_ONE) {
      t = ent_grapheme_next(text, length, t);
      g++;
    } else if (g < glob_length && c == (unsigned char)text[t]) {
      g++;
      t++;
    } else if (star != SIZE_MAX) {
      star_text++;
      while (star_text < length && ((unsigned char)text[star_text] & 0xC0) == 0x80) star_text++;
      t = star_text;
      g = star + 1;
    } else {
      return false;
    }
  }
  while (g < glob_length && (unsigned char)glob[g] == ENTI_GLOB_ANY) g++;
  return g == glob_length;
}
