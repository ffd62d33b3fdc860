/* text/vector: which vector instructions may a kernel use?
 *
 * A kernel stands beside its plain version, does the same, and is chosen when it is called: the binary
 * runs on any x86-64. */
#ifndef ENTI_VECTOR_H
#define ENTI_VECTOR_H

#include <stdbool.h>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define ENTI_VECTOR_AVX2 1
#define ENTI_AVX2 __attribute__((target("avx2")))
static inline bool enti_has_avx2(void) { return __builtin_cpu_supports("avx2") != 0; }
#else
#define ENTI_VECTOR_AVX2 0
#endif

#endif
