/* bench_generate: text without end, the same each time, for benches that want more than there is. */
#ifndef BENCH_GENERATE_H
#define BENCH_GENERATE_H

#include <stddef.h>

typedef struct bench_generator bench_generator;
bench_generator *bench_generator_new(void); /* NULL: no memory */
/* The next document: about 20,000 bytes of sentences and paragraphs; until the next call. */
const char *bench_generator_next(bench_generator *generator, size_t *length);
void bench_generator_free(bench_generator *generator);

#endif
