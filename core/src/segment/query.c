/* segment/query: the words of a search, as patterns of folded forms. */
#include "segment/find.h"

#include "text/utf8.h"
#include "token/segment.h"
#include "vocab/glob.h"

static ent_status add_word(const ent_alloc *alloc, enti_query *q, const char *word, size_t length, ent_error *err) {
  size_t begin = q->globs.count;
  if (q->words.count == ENTI_WORDS_MOST)
    return enti_fail(err, ENT_ERR_PATTERN, 0, "a search of more than %d words", ENTI_WORDS_MOST);
  ent_status status = enti_glob_compile(alloc, false, ENT_FOLD, word, length, &q->globs);
  if (status == ENT_OK && q->globs.count == begin)
    return enti_fail(err, ENT_ERR_PATTERN, 0, "nothing is left of '%.*s' once it is folded", (int)(length < 80 ? length : 80), word);
  if (status == ENT_OK) status = enti_array_reserve(alloc, &q->words, 1);
  if (status == ENT_OK) q->words.at[q->words.count++] = (enti_slice){begin, q->globs.count - begin};
  return status;
}

/* A stretch without blanks: one pattern when it holds a wildcard or escape, else the tokens that a text would have. */
static ent_status add_stretch(const ent_alloc *alloc, enti_query *q, const char *at, size_t length, ent_error *err) {
  enti_segmenter cursor = {at, 0, length, NULL, 0, 0};
  size_t begin, end;
  ent_status status = ENT_OK;
  if (memchr(at, '*', length) || memchr(at, '?', length) || memchr(at, '\\', length)) return add_word(alloc, q, at, length, err);
  while (status == ENT_OK && enti_segment_next(&cursor, &begin, &end)) status = add_word(alloc, q, at + begin, end - begin, err);
  return status;
}

static ent_status add_term(const ent_alloc *alloc, enti_query *q, const char *term, ent_error *err) {
  size_t length = strlen(term), at = 0, words = q->words.count;
  ent_status status = ENT_OK;
  if (ent_utf8_valid(term, length) != length) return enti_fail(err, ENT_ERR_UTF8, ent_utf8_valid(term, length), "a search that is not valid UTF-8");
  while (at < length && status == ENT_OK) {
    size_t begin;
    while (at < length && enti_utf8_blank(term[at])) at++;
    for (begin = at; at < length && !enti_utf8_blank(term[at]);) at++;
    if (at > begin) status = add_stretch(alloc, q, term + begin, at - begin, err);
  }
  if (status == ENT_OK && q->words.count == words) return enti_fail(err, ENT_ERR_PATTERN, 0, "'%.80s' holds no word", term);
  return status;
}

ent_status enti_query_make(const ent_alloc *alloc, const char *const *terms, size_t count, uint32_t distance, enti_query *q,
                           ent_error *err) {
  memset(q, 0, sizeof *q);
  q->distance = distance;
  if (err) err->code = ENT_OK;
  ent_status status = count ? ENT_OK : enti_fail(err, ENT_ERR_PATTERN, 0, "a search without a word");
  if (distance != ENT_NONE && count > ENTI_OPERANDS_MOST)
    status = enti_fail(err, ENT_ERR_PATTERN, 0, "a search of more than %d terms", ENTI_OPERANDS_MOST);
  for (size_t i = 0; i < count && status == ENT_OK; i++) {
    size_t words = q->words.count;
    status = add_term(alloc, q, terms[i], err);
    if (status == ENT_OK && (i == 0 || distance != ENT_NONE)) {
      status = enti_array_reserve(alloc, &q->operands, 1);
      if (status == ENT_OK) q->operands.at[q->operands.count++] = (enti_slice){words, 0};
    }
    if (status == ENT_OK) q->operands.at[q->operands.count - 1].count += q->words.count - words;
  }
  if (status == ENT_OK) return ENT_OK;
  enti_query_free(alloc, q);
  if (err && err->code != ENT_OK) return status;
  return enti_fail(err, status, 0, "%s in a search", ent_status_text(status));
}

void enti_query_free(const ent_alloc *alloc, enti_query *q) {
  enti_array_free(alloc, &q->globs);
  enti_array_free(alloc, &q->words);
  enti_array_free(alloc, &q->operands);
}
