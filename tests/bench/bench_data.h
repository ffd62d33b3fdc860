/* bench_data: the texts that are measured. */
#ifndef BENCH_DATA_H
#define BENCH_DATA_H

#include "base/base.h"

/* Valid UTF-8: documents one behind the other, each ended by an empty line. */
typedef struct bench_corpus {
  enti_bytes text;
  ENTI_ARRAY(size_t) ends; /* of the documents */
} bench_corpus;

/* Fill an empty corpus with `want` bytes or, where the last character does not fit, up to 3 less, if not said
 * otherwise. False, and a line on standard error, when that cannot be done. */

/* The .txt and .md files below a folder, sorted by path, mended; again from the first when they are too few. */
bool bench_corpus_read(bench_corpus *corpus, const char *folder, size_t want);
/* Whole files of these, evenly chosen; less than `want` where there is not so much. No empty line is put behind. */
bool bench_corpus_spread(bench_corpus *corpus, const char *folder, size_t want);
/* Lines drawn by a fixed generator of random numbers from the files LANGUAGE-*.md of a folder. */
bool bench_corpus_draw(bench_corpus *corpus, const char *folder, const char *language, size_t want);
/* Documents of the parts in turn, so that each part has the same share of the bytes. */
bool bench_corpus_mix(bench_corpus *corpus, const bench_corpus *parts, size_t count, size_t want);

void bench_corpus_free(bench_corpus *corpus);

#endif
