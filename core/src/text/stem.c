/* text/stem: Snowball's stemmers through libstemmer. See stem.h.
 *
 * Languages are the library's algorithms by their codes; `porter`, an English one that is no language, is left
 * out. A test compares the list with the library's own. */
#include "text/stem.h"

#include <libstemmer.h>

enum { LONGEST_WORD = 255 };

static const char *const languages[] = {"ar", "ca", "da", "de", "el", "en", "es", "eu", "fi", "fr",
                                        "ga", "hi", "hu", "hy", "id", "it", "lt", "ne", "nl", "no",
                                        "pt", "ro", "ru", "sr", "sv", "ta", "tr", "yi", NULL};

const char *const *ent_stem_languages(void) { return languages; }

/* An enti_stemmer is never anything but libstemmer's own object. */
static struct sb_stemmer *own(enti_stemmer *stemmer) { return (struct sb_stemmer *)stemmer; }

ent_status enti_stemmer_new(const char *lang, enti_stemmer **out) {
  const char *const *known = languages;
  while (*known && strcmp(*known, lang) != 0) known++;
  if (!*known) return ENT_ERR_ARGUMENT;
  struct sb_stemmer *made = sb_stemmer_new(lang, "UTF_8");
  if (!made) return ENT_ERR_MEMORY;
  *out = (enti_stemmer *)made;
  return ENT_OK;
}

void enti_stemmer_free(enti_stemmer *stemmer) {
  if (stemmer) sb_stemmer_delete(own(stemmer));
}

ent_status enti_stemmer_stem(enti_stemmer *stemmer, const char *word, size_t length, const char **out,
                             size_t *out_length) {
  if (length > LONGEST_WORD) {
    *out = word;
    *out_length = length;
    return ENT_OK;
  }
  const sb_symbol *stem = sb_stemmer_stem(own(stemmer), (const sb_symbol *)word, (int)length);
  if (!stem) return ENT_ERR_MEMORY;
  *out = (const char *)stem;
  *out_length = (size_t)sb_stemmer_length(own(stemmer));
  return ENT_OK;
}
