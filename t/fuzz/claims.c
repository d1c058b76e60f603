/*
 * member.claims as verify reads it from a store that may have been tampered
 * with: what is accepted can be written, and reads the same again, also by the
 * quick reader.
 */
#include "t/fuzz/fuzz.h"

#include "common/claims.h"

/* Names come from maps, which check them; here they are not checked. */
static int
plain(const struct claims *c)
{
	const char *s;
	size_t i, k;

	for (i = 0; i < c->n; i++)
		for (k = 0; k < c->link[i].nclaim; k++)
			for (s = c->link[i].claim[k].name; *s != '\0'; s++)
				if ((unsigned char)*s < 0x20 || *s == '"' ||
				    *s == '\\')
					return 0;
	return 1;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct arena a;
	static struct json scratch;
	static struct buf one, two;
	struct claims c;

	arena_reset(&a);
	if (claims_parse(&c, (const char *)p, n, &a, &scratch) != 0 ||
	    !plain(&c))
		return 0;
	buf_clear(&one);
	buf_clear(&two);
	claims_write(&one, &c);
	if (claims_parse(&c, one.p, one.len, &a, &scratch) != 0)
		fuzz_wrong("what was written cannot be read");
	claims_write(&two, &c);
	if (one.len != two.len || memcmp(one.p, two.p, one.len) != 0)
		fuzz_wrong("it is not the same again");
	if (claims_read(&c, one.p, one.len, &a, &scratch) != 0)
		fuzz_wrong("the quick reader does not take it");
	buf_clear(&two);
	claims_write(&two, &c);
	if (one.len != two.len || memcmp(one.p, two.p, one.len) != 0)
		fuzz_wrong("the quick reader reads something else");
	return 0;
}
