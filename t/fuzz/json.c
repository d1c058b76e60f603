/* Our JSON reader against jansson (t/unit/jsondiff.h). */
#include "t/fuzz/fuzz.h"
#include "t/unit/jsondiff.h"

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
