/* base/word_list: is this one of some words, and of what kind? */
#ifndef ENTI_WORD_LIST_H
#define ENTI_WORD_LIST_H

#include "base.h"

enum { ENTI_WORD_LONGEST = 14 }; /* bytes */

typedef struct enti_word {
  char word[ENTI_WORD_LONGEST + 1]; /* zeros behind it */
  uint8_t kind;                     /* not 0 */
} enti_word;

/* The kind of a word in a list that is sorted bytewise, in which no two words have the same first eight bytes; 0 where it
 * is not there. Letters from A to Z count as small ones where `folds`; the list has small ones then. */
unsigned enti_word_kind(const enti_word *list, size_t count, const char *bytes, size_t length, bool folds);

#endif
