/*
 * Our JSON reader against jansson (t/unit/jsondiff.h).
 *
 * clang -g -O1 -fsanitize=fuzzer,address,undefined -D_GNU_SOURCE -I. \
 *     -o build/fuzz-json t/fuzz/json.c common/json*.c common/names.c \
 *     common/buf.c common/arena.c common/clock.c common/die.c \
 *     common/status.c -ljansson
 *
 * With gcc: -DFUZZ_MAIN instead of -fsanitize=fuzzer; then the program takes
 * a number of rounds and a seed, and mutates deterministically.
 */
#include "t/fuzz/fuzz.h"
#include "t/unit/jsondiff.h"

static const char *const *const fuzz_seed = jsondiff_seed;
static const char *const *const fuzz_word = jsondiff_word;

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const char *wrong;

	wrong = jsondiff((const char *)p, n);
	if (wrong != NULL) {
		fprintf(stderr, "%s: %.*s\n", wrong, (int)n, (const char *)p);
		abort();
	}
	return 0;
}

FUZZ_DEFINE_MAIN
