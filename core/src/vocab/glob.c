/* vocab/glob: * and ? inside one token.
 *
 * A compiled pattern is folded UTF-8 in which the byte FF stands for * (zero or more characters) and FE for
 * ? (one character, a grapheme cluster). Matching backtracks to the last * only: at worst length times
 * pattern, never exponential. */
#include "vocab/glob.h"

#include "text/fold.h"

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

/* The literal bytes of a pattern's piece, as they are on the layer. */
static ent_status add_piece(const ent_alloc *alloc, bool raw, ent_form form, enti_bytes *piece, enti_bytes *out) {
  ent_status status = ENT_OK;
  if (piece->count == 0) return ENT_OK;
  if (raw) status = enti_bytes_add(alloc, out, piece->at, piece->count);
  else status = enti_text_fold(alloc, form, piece->at, piece->count, out);
  piece->count = 0;
  return status;
}

ent_status enti_glob_compile(const ent_alloc *alloc, bool raw, ent_form form, const char *pattern, size_t length,
                             enti_bytes *out) {
  enti_bytes piece = {0};
  ent_status status = ent_utf8_valid(pattern, length) == length ? ENT_OK : ENT_ERR_UTF8;
  for (size_t i = 0; i < length && status == ENT_OK; i++) {
    char c = pattern[i], wildcard = (char)(c == '*' ? ENTI_GLOB_ANY : ENTI_GLOB_ONE);
    if (c == '*' || c == '?') {
      status = add_piece(alloc, raw, form, &piece, out);
      if (status == ENT_OK) status = enti_bytes_add(alloc, out, &wildcard, 1);
      continue;
    }
    if (c == '\\' && i + 1 < length) c = pattern[++i];
    status = enti_bytes_add(alloc, &piece, &c, 1);
  }
  if (status == ENT_OK) status = add_piece(alloc, raw, form, &piece, out);
  enti_array_free(alloc, &piece);
  return status;
}
