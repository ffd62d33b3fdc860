/* icu: ICU's answers in bytes of UTF-8, for whoever compares ours with them. */
#ifndef DIFF_ICU_H
#define DIFF_ICU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "entente.h"

/* The most code points that a text may have, and room for what becomes of it. */
enum { ICU_MOST = 4096, ICU_ROOM = ICU_MOST * 40 };

/* What `form` (ENT_NFC … ENT_NFKD, ENT_FOLD) of the code points is, by ICU's own normalizers; ENT_FOLD by its
 * definition: NFKC_Casefold of NFD, then `unify` and the final 's, then NFC. Returns the bytes written. */
size_t icu_form(ent_form form, const uint32_t *cps, size_t count, char out[ICU_ROOM]);

typedef enum icu_kind { ICU_GRAPHEME, ICU_WORD, ICU_SENTENCE } icu_kind;

/* Boundaries of the code points: at[i] says whether one stands before cps[i], i from 0 to count. Graphemes and
 * sentences of the root locale; words of Finnish, which has the colon where UAX #29 has it. */
void icu_boundaries(icu_kind kind, const uint32_t *cps, size_t count, bool at[ICU_MOST + 1]);

/* Where ICU 72 has rules of its own. Words: it divides by a dictionary what has Line_Break=Complex_Context (Thai, Lao,
 * Khmer, Myanmar …), Han and kana, parts Hangul syllables from other letters, and takes @ for a letter. Graphemes: in
 * six Indic scripts a virama links two consonants (rule GB9c, which Unicode has from 15.1 on). */
bool icu_words_differ(uint32_t cp);
bool icu_graphemes_differ(uint32_t cp);

#endif
