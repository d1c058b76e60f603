/* Where a line of text may end. */
#include "common/glyph.h"
#include "t/unit/tap.h"

#include <string.h>

/* The text with | at each place where a line may end. */
static const char *
breaks(const char *s)
{
	static char out[200];
	size_t i, k = 0, n = strlen(s);

	for (i = 0; i < n; i++) {
		if (glyph_breaks(s, n, i))
			out[k++] = '|';
		out[k++] = s[i];
	}
	out[k] = '\0';
	return out;
}

int
main(void)
{
	is_str(breaks("a b"), "a| |b", "at a blank");
	is_str(breaks("a, b"), "a,| |b", "after a comma");
	is_str(breaks("+91 98450 12345 x"), "+91 98450 12345| |x",
	    "not inside the number of a telephone");
	is_str(breaks("1,000,000"), "1,000,000", "nor inside a long one");
	is_str(breaks("{\"a\":\"b:c\",\"d\":1}"),
	    "{\"a\":|\"b:c\",|\"d\":|1}", "between the parts of JSON");
	is_str(breaks("2026-11-25T08:00:00Z"), "2026-11-25T08:00:00Z",
	    "not inside a time");
	is_str(breaks(" "), " ", "not in front of the first");
	is_str(breaks(","), ",", "whatever that is");
	ok(glyph_breaks("a", 1, 1), "after the last");
	ok(glyph_breaks("", 0, 0), "and where there is none");
	return done_testing();
}
