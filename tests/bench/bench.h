/* bench: what the parts of bench_text share. README.md says what is measured and why so. */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One text as all ways get it. Everything stands ready before a clock runs. Pieces are about 64 KiB and end
 * behind a line end, where no rule of normal forms or of boundaries looks across; piece i is
 * [pieces8[i], pieces8[i + 1]) of the one and [pieces16[i], pieces16[i + 1]) of the other. */
typedef struct bench_input {
  const char *utf8;
  size_t length;
  const uint16_t *utf16;
  size_t length16; /* units */
  const size_t *pieces8, *pieces16;
  size_t piece_count;
  char *room; /* memory to write to, touched before; a way may leave anything in it */
  size_t room_size;
} bench_input;

/* One way of doing a kernel's work. */
typedef struct bench_way {
  const char *name; /* of the row, behind the kernel's */
  const char *peer;
  bool candidate; /* may be the row that bears the kernel's name: the fastest of these is */
  void *(*open)(void); /* before the clock; NULL: the way keeps nothing */
  void (*close)(void *state);
  /* Does the work on the whole input and says what it found (bytes written, boundaries, words). */
  bool (*run)(void *state, const bench_input *input, uint64_t *found);
} bench_way;

enum { BENCH_MOST_WAYS = 8 };

typedef struct bench_kernel {
  const char *name;
  const char *found; /* what `found` counts */
  bench_way ours;
  size_t count;
  bench_way peers[BENCH_MOST_WAYS];
} bench_kernel;

/* bench_check.c: says on standard output whether our normal form is ICU's, byte for byte. */
void bench_check_normal(const char *data, const bench_input *input);

/* bench_ours.c */
bool ours_normalize(void *state, const bench_input *input, uint64_t *found);
void *ours_words_open(void);
void ours_words_close(void *state);
bool ours_words(void *state, const bench_input *input, uint64_t *found);
bool ours_sentences(void *state, const bench_input *input, uint64_t *found);
bool ours_graphemes(void *state, const bench_input *input, uint64_t *found);
bool ours_validate(void *state, const bench_input *input, uint64_t *found);

/* bench_icu.c */
const char *icu_version(void); /* static */
/* UTF-16 of valid UTF-8; `units` has room for one a byte. Gives the number written. */
size_t icu_utf16(const char *text, size_t length, uint16_t *units);
/* UTF-8 of the input's NFKC_Casefold, made in its room; free *bytes. 0 when it did not work. */
size_t icu_folded(const bench_input *input, char **bytes);
/* What `fold` makes of a code point beyond NFKC_Casefold, by ICU's properties: apostrophes, quotation marks,
 * dashes and spaces as one (DESIGN 4). */
uint32_t icu_unified(uint32_t cp);
bool icu_normalize(void *state, const bench_input *input, uint64_t *found);
bool icu_normalize_pieces(void *state, const bench_input *input, uint64_t *found);
void *icu_words_open(void);
void *icu_words_plain_open(void); /* the rules without the dictionaries */
void *icu_sentences_open(void);
void *icu_graphemes_open(void);
void icu_break_close(void *state);
bool icu_words(void *state, const bench_input *input, uint64_t *found);
bool icu_words_pieces(void *state, const bench_input *input, uint64_t *found);
bool icu_words_utf8(void *state, const bench_input *input, uint64_t *found);
bool icu_boundaries(void *state, const bench_input *input, uint64_t *found);
bool icu_boundaries_utf8(void *state, const bench_input *input, uint64_t *found);
bool icu_validate(void *state, const bench_input *input, uint64_t *found);

/* bench_icu_utf8.cc */
bool icu_normalize_utf8(void *state, const bench_input *input, uint64_t *found);
bool icu_normalize_edits(void *state, const bench_input *input, uint64_t *found); /* with ICU's own map */
/* The source of the rules of a word breaker (a UBreakIterator) in UTF-16, ended by 0; free it. */
uint16_t *icu_word_rules(void *breaker);

/* bench_others.c */
const char *utf8proc_of_bench(void); /* its version; static */
const char *unistring_of_bench(void);
bool utf8proc_normalize(void *state, const bench_input *input, uint64_t *found);
bool utf8proc_graphemes(void *state, const bench_input *input, uint64_t *found);
bool unistring_normalize(void *state, const bench_input *input, uint64_t *found);
bool unistring_words(void *state, const bench_input *input, uint64_t *found);
bool unistring_graphemes(void *state, const bench_input *input, uint64_t *found);
bool unistring_validate(void *state, const bench_input *input, uint64_t *found);

#ifdef __cplusplus
}
#endif

#endif
