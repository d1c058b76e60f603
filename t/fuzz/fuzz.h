/*
 * What the fuzz targets share: libFuzzer's entry, and under FUZZ_MAIN a main
 * that runs it without libFuzzer: PROGRAM [ROUNDS [SEED]].
 */
#ifndef T_FUZZ_H
#define T_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "t/unit/mutate.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#ifdef FUZZ_MAIN
#define FUZZ_DEFINE_MAIN \
int \
main(int argc, char **argv) \
{ \
	static struct mutate m; \
	long i, n = argc > 1 ? atol(argv[1]) : 100000; \
\
	m.state = argc > 2 ? strtoull(argv[2], NULL, 10) : 1; \
	m.seed = fuzz_seed; \
	m.word = fuzz_word; \
	for (i = 0; i < n; i++) { \
		mutate_next(&m); \
		LLVMFuzzerTestOneInput((const uint8_t *)m.text, m.len); \
	} \
	printf("%ld rounds\n", n); \
	return 0; \
}
#else
#define FUZZ_DEFINE_MAIN \
__attribute__((unused)) static const void *fuzz_unused[] = \
    { &fuzz_seed, &fuzz_word };
#endif

#endif
