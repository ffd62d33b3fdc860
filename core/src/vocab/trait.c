/* vocab/trait: characters that stand for others.
 *
 *   ligature     U+FB00 to U+FB06 (ﬀ ﬁ ﬂ ﬃ ﬄ ﬅ ﬆ), U+FB13 to U+FB17 (Armenian)
 *   soft hyphen  U+00AD
 *   zero width   U+200B to U+200D, U+2060, U+FEFF
 *   width        full-width U+FF01 to U+FF5E, half-width U+FF61 to U+FFDC
 *   SARA AM      nikhahit [tone] aa for ำ; ำ tone for tone ำ
 *
 * `fold` reads all but the second and third last as they are meant; so to find them costs no token anything but
 * one look-up of its type's traits. The same look-up says what hint.h knows of the type. */
#include "vocab/trait.h"

#include "text/unicode_tables.h"
#include "text/utf8.h"

_Static_assert((int)ENT_REPAIR_LIGATURES > (int)ENTI_TRAIT_AM_TAIL && ENT_REPAIR_SARA_AM < 1 << ENTI_TRAIT_HINT &&
                   (int)ENTI_HINTS << ENTI_TRAIT_HINT <= UINT16_MAX,
               "traits do not overlap");

enum { SARA_AA = 0x0E32, SARA_AM = 0x0E33, TONE_FIRST = 0x0E48, TONE_LAST = 0x0E4B, NIKHAHIT = 0x0E4D };

static bool is_tone(uint32_t c) { return c >= TONE_FIRST && c <= TONE_LAST; }

static bool sara_am(uint32_t c, const char *text, size_t end, size_t *next) {
  size_t at = *next;
  bool toned = false;
  if (c != NIKHAHIT && c != SARA_AM) return false;
  if (at < end && is_tone(enti_utf8_at(text, at))) {
    uint32_t tone;
    at = enti_utf8_next(text, at, &tone);
    toned = true;
  }
  if (c == SARA_AM) {
    if (toned) *next = at;
    return toned;
  }
  if (at >= end || enti_utf8_at(text, at) != SARA_AA) return false;
  *next = at + enti_utf8_size(SARA_AA);
  return true;
}

unsigned enti_trait_read(const char *text, size_t at, size_t end, size_t *next) {
  uint32_t c;
  *next = enti_utf8_next(text, at, &c);
  if (c < 0xAD) return 0;
  if (c == 0xAD) return ENT_REPAIR_SOFT_HYPHENS;
  if ((c >= 0x200B && c <= 0x200D) || c == 0x2060 || c == 0xFEFF) return ENT_REPAIR_ZERO_WIDTH;
  if ((c >= 0xFB00 && c <= 0xFB06) || (c >= 0xFB13 && c <= 0xFB17)) return ENT_REPAIR_LIGATURES;
  if ((c >= 0xFF01 && c <= 0xFF5E) || (c >= 0xFF61 && c <= 0xFFDC)) return ENT_REPAIR_WIDTH;
  return sara_am(c, text, end, next) ? ENT_REPAIR_SARA_AM : 0;
}

static unsigned traits_of(const char *bytes, size_t length, size_t at) {
  unsigned traits = 0;
  const uint32_t c = enti_utf8_at(bytes, 0);
  if (enti_unicode_script(c) == ENTI_SCRIPT_HAN) traits |= ENTI_TRAIT_HAN;
  if (c == SARA_AM || c == SARA_AA || c == NIKHAHIT) traits |= ENTI_TRAIT_AM_TAIL;
  while (at < length) traits |= enti_trait_read(bytes, at, length, &at);
  return traits;
}

/* A fold that is new is a type like others, and looked through in its turn. */
ent_status enti_trait_find(ent_vocab *vocab) {
  while (vocab->traits.count < vocab->types.count) {
    const uint32_t type = (uint32_t)vocab->traits.count;
    size_t length;
    const char *bytes = ent_vocab_bytes(vocab, type, &length);
    uint32_t fold;
    unsigned traits = 0, hint;
    ent_status status = enti_array_reserve(&vocab->alloc, &vocab->traits, 1);
    if (status != ENT_OK) return status;
    size_t ascii = enti_utf8_ascii(bytes, length, 0);
    if (ascii == length && vocab->types.at[type].length == length) {
      hint = enti_hint_of_ascii(bytes, length);
    } else {
      if (ascii < length) traits = traits_of(bytes, length, ascii);
      status = ent_vocab_layer(vocab, type, ENT_FOLD, &fold);
      if (status != ENT_OK) return status;
      hint = enti_hint_of(vocab->types.at[fold].bytes, vocab->types.at[fold].length);
    }
    vocab->traits.at[vocab->traits.count++] = (uint16_t)(traits | hint << ENTI_TRAIT_HINT);
  }
  return ENT_OK;
}
