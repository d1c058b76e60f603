/*
 * Answers of APIs, split into rows as they come in pieces: the result does not
 * depend on where they were cut.  The first byte is the length of a piece.
 */
#include "t/fuzz/fuzz.h"

#include "common/slicer.h"

static int
keep(void *ctx, const char *p, size_t n)
{
	buf_add(ctx, p, n);
	buf_addc(ctx, '\n');
	return 0;
}

/* 1 if it was accepted, else 0; the elements go to out. */
static int
slice(const char *pointer, const uint8_t *p, size_t n, size_t piece,
    struct buf *out)
{
	struct slicer s;
	size_t k;
	int rc = 0;

	slicer_init(&s, pointer, keep, out);
	for (; n > 0 && rc == 0; p += k, n -= k) {
		k = n < piece ? n : piece;
		rc = slicer_feed(&s, (const char *)p, k);
	}
	if (rc == 0)
		rc = slicer_end(&s);
	if (rc != 0 && s.why == NULL)
		fuzz_wrong("it is refused without a reason");
	slicer_release(&s);
	return rc == 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const char *const pointer[] = { "", "/records", "/d/0/results" };
	struct buf one = { 0 }, two = { 0 };
	size_t i;

	if (n < 2)
		return 0;
	for (i = 0; i < 3; i++) {
		buf_clear(&one);
		buf_clear(&two);
		if (slice(pointer[i], p + 1, n - 1, n, &one) !=
		    slice(pointer[i], p + 1, n - 1, p[0] % 16 + 1, &two) ||
		    one.len != two.len ||
		    (one.len > 0 && memcmp(one.p, two.p, one.len) != 0))
			fuzz_wrong("it matters where it was cut");
	}
	buf_release(&one);
	buf_release(&two);
	return 0;
}
