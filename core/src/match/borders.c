/* match/borders: a hit does not cut a word.
 *
 * Only the two borders of the hit are asked about. Inside it may hold any number of words (数字鸿沟 is two), and
 * what lies between the operands of near is its own. Without word spans no token continues a word, so every
 * hit passes.
 *
 *   words   中国 | 家电     国家 begins inside 中国 and ends inside 家电: left out
 *           数字 | 鸿沟     数字鸿沟 begins and ends with words: stands */
#include "match/coder.h"

bool enti_coder_keeps_words(ent_coder *coder, uint32_t first, uint32_t last) {
  bool cuts = coder->tokens[first].inside || (last + 1 < coder->token_count && coder->tokens[last + 1].inside);
  if (cuts) coder->guarded++;
  return !cuts;
}

size_t ent_coder_guarded(const ent_coder *coder) { return coder->guarded; }
