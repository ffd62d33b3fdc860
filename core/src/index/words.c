/* index/words: which tokens make a word, as a segmenter has it.
 *
 * A span is not kept: what remains of it is one bit a token, `inside`, which says that the token continues the
 * word of the one before it. That is all that counting words and guarding hits ask for. */
#include "index/index.h"

#include "token/gap.h"
#include "token/segment.h"
#include "text/utf8.h"

static bool spaceless(const char *text, const enti_token *token) {
  return enti_written_without_spaces(enti_utf8_at(text, token->begin));
}

static ent_status check_words(const ent_range *words, size_t count, size_t length, ent_error *err) {
  size_t before = 0;
  for (size_t i = 0; i < count; i++) {
    if (words[i].begin < before || words[i].end <= words[i].begin || words[i].end > length)
      return enti_fail(err, ENT_ERR_ARGUMENT, words[i].begin, "words[%zu] is empty, out of order or outside the text", i);
    before = words[i].end;
  }
  return ENT_OK;
}

ent_status ent_index_words(ent_index *index, uint32_t document, const ent_range *words, size_t count, ent_error *err) {
  if (document >= index->documents.count) return enti_fail(err, ENT_ERR_ARGUMENT, 0, "no document %u", document);
  enti_document *d = &index->documents.at[document];
  ent_status status = check_words(words, count, d->length, err);
  if (status != ENT_OK) return status;
  d->segmented = true;
  size_t length, word = 0;
  const char *text = ent_index_text(index, document, &length);
  bool before = false; /* whether the last token stands in a script without spaces */
  for (size_t i = 0; i < d->tokens.count; i++) {
    enti_token *token = &index->tokens.at[d->tokens.begin + i];
    bool here = spaceless(text, token);
    while (word < count && words[word].end <= token->begin) word++;
    token->inside = before && here && token->gap == ENTI_GAP_JOIN && word < count && words[word].begin < token[-1].end;
    before = here;
  }
  return ENT_OK;
}

bool ent_index_word_begins(const ent_index *index, uint32_t document, uint32_t token) {
  return !index->tokens.at[index->documents.at[document].tokens.begin + token].inside;
}

uint32_t ent_index_word_count(const ent_index *index, uint32_t document) {
  const enti_document *d = &index->documents.at[document];
  const enti_token *tokens = d->tokens.count ? index->tokens.at + d->tokens.begin : NULL;
  size_t length;
  const char *text = ent_index_text(index, document, &length);
  uint32_t words = 0;
  for (size_t i = 0; i < d->tokens.count; i++) {
    if (!d->segmented && spaceless(text, &tokens[i])) return ENT_NONE;
    if (!tokens[i].inside) words++;
  }
  return words;
}
