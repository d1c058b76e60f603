#include "common/csv.h"

#include <string.h>

static int
plain(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (s[i] == ',' || s[i] == '"' || s[i] == '\r' || s[i] == '\n')
			return 0;
	return 1;
}

void
csv_field(struct buf *b, int first, const char *s, size_t n)
{
	size_t i;

	if (!first)
		buf_addc(b, ',');
	if (s == NULL)
		return;
	if (plain(s, n)) {
		buf_add(b, s, n);
		return;
	}
	buf_addc(b, '"');
	for (i = 0; i < n; i++) {
		if (s[i] == '"')
			buf_addc(b, '"');
		buf_addc(b, s[i]);
	}
	buf_addc(b, '"');
}
