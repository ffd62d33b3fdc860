/* index/sara_am: Thai SARA AM (ำ), which stands as one character, as nikhahit and SARA AA, or, out of a PDF, with
 * a blank before it or inside it.
 *
 *   น้ำ  =  น ้ ำ  =  น ํ ้ า  =  น ้ ํ า  =  น ำ ้  =  น้ blank ำ  =  น้ํ blank า
 *
 * Neither ำ nor า can begin a syllable, so what a blank parts from its consonant belongs to it. The type of such
 * a token is written the first way. */
#include "index/repair.h"
#include "vocab/trait.h"
#include "text/unicode_tables.h"
#include "text/utf8.h"

#define NIKHAHIT_BYTES "\xE0\xB9\x8D"
#define SARA_AA_BYTES "\xE0\xB8\xB2"
#define SARA_AM_BYTES "\xE0\xB8\xB3"
enum { CHARACTER = 3 }; /* bytes of a Thai character */

static bool stands(const char *bytes, size_t length, size_t at, const char *character) {
  return length - at >= CHARACTER && memcmp(bytes + at, character, CHARACTER) == 0;
}

/* Appends [at, next), a sequence that enti_trait_read has found: its tone, if any, then ำ. */
static ent_status put_am(const ent_alloc *alloc, enti_bytes *out, const char *bytes, size_t at, size_t next) {
  bool toned = next - at == 3 * CHARACTER || stands(bytes, next, at, SARA_AM_BYTES);
  ent_status status = toned ? enti_bytes_add(alloc, out, bytes + at + CHARACTER, CHARACTER) : ENT_OK;
  return status == ENT_OK ? enti_bytes_add(alloc, out, SARA_AM_BYTES, CHARACTER) : status;
}

static ent_status compose(ent_vocab *vocab, const char *bytes, size_t length, uint32_t *out) {
  ent_status status = ENT_OK;
  vocab->scratch.count = 0;
  for (size_t at = 0, next; at < length && status == ENT_OK; at = next) {
    unsigned bit = enti_trait_read(bytes, at, length, &next);
    status = bit == ENT_REPAIR_SARA_AM ? put_am(&vocab->alloc, &vocab->scratch, bytes, at, next)
                                       : enti_bytes_add(&vocab->alloc, &vocab->scratch, bytes + at, next - at);
  }
  return status == ENT_OK ? enti_vocab_intern(vocab, vocab->scratch.at, vocab->scratch.count, out) : status;
}

ent_status enti_sara_am_compose(ent_vocab *vocab, uint32_t type, uint32_t *out) {
  size_t length;
  const char *bytes = ent_vocab_bytes(vocab, type, &length);
  return compose(vocab, bytes, length, out);
}

/* Whether the token that begins with ำ, ํา or า goes on the one before it, and which bytes are then read as ำ. */
static bool goes_on(const enti_repair *repair, const enti_token *left, const enti_token *right, ent_range *am) {
  const char *text = repair->text;
  size_t width = right->begin - left->end, next = right->begin + CHARACTER;
  if (width > 1 || (width == 1 && text[left->end] != ' ')) return false;
  if (enti_unicode_script(enti_utf8_at(text, left->begin)) != ENTI_SCRIPT_THAI) return false;
  uint32_t last = enti_utf8_at(text, enti_utf8_before(text, left->end));
  bool tone = last >= 0x0E48 && last <= 0x0E4B, base = tone || (last >= 0x0E01 && last <= 0x0E2E);
  size_t back = left->end;
  if (stands(text, right->end, right->begin, SARA_AA_BYTES)) {
    if (tone && back - left->begin > CHARACTER) back -= CHARACTER;
    base = back - left->begin > CHARACTER && stands(text, back, back - CHARACTER, NIKHAHIT_BYTES);
    back -= CHARACTER;
  } else { /* a tone may follow ำ, and ํ goes on as far as its า */
    bool pieces = enti_trait_read(text, right->begin, right->end, &next) == ENT_REPAIR_SARA_AM;
    base = base && (pieces || stands(text, right->end, right->begin, SARA_AM_BYTES));
  }
  *am = (ent_range){back, next};
  return base;
}

ent_status enti_repair_sara_am(enti_repair *repair) {
  ent_index *index = repair->index;
  ent_vocab *vocab = index->vocab;
  enti_bytes whole = {0};
  size_t kept = repair->first_token;
  ent_status status = ENT_OK;
  for (size_t i = repair->first_token + 1; i < index->tokens.count && status == ENT_OK; i++) {
    enti_token right = index->tokens.at[i], *left = &index->tokens.at[kept];
    ent_range am;
    if (!(vocab->traits.at[right.type] & ENTI_TRAIT_AM_TAIL) || !goes_on(repair, left, &right, &am)) {
      index->tokens.at[++kept] = right;
      continue;
    }
    whole.count = 0;
    status = enti_bytes_add(&index->alloc, &whole, repair->text + left->begin, left->end - left->begin);
    if (status == ENT_OK)
      status = enti_bytes_add(&index->alloc, &whole, repair->text + right.begin, right.end - right.begin);
    if (status == ENT_OK) status = compose(vocab, whole.at, whole.count, &left->type);
    if (status == ENT_OK) status = enti_repair_edit(repair, am.begin, am.end, ENT_EDIT_SARA_AM);
    left->end = right.end;
    repair->retyped = true;
  }
  enti_array_free(&index->alloc, &whole);
  if (status == ENT_OK && index->tokens.count > repair->first_token) index->tokens.count = kept + 1;
  return status;
}
