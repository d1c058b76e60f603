#include "common/scope.h"

#include <string.h>

static const char hook[] = "hook:";

/* RFC 6749 section 3.3: scope-token. */
static int
is_char(char c)
{
	return c == 0x21 || (c >= 0x23 && c <= 0x5b) ||
	    (c >= 0x5d && c <= 0x7e);
}

int
scope_has(const char *scope, const char *word, size_t len)
{
	size_t n;

	for (; *scope != '\0'; scope += n + (scope[n] == ' ')) {
		n = strcspn(scope, " ");
		if (n == len && memcmp(scope, word, n) == 0)
			return 1;
	}
	return 0;
}

int
scope_parse(const char *s, size_t len, char out[SCOPE_TEXT])
{
	const char *end = s + len;
	size_t n, used = 0;

	out[0] = '\0';
	while (s < end) {
		for (n = 0; s + n < end && is_char(s[n]); n++)
			;
		if (n == 0 && *s != ' ')
			return -1;
		if (n > 0 && !scope_has(out, s, n)) {
			if (used + n + 2 > SCOPE_TEXT)
				return -1;
			if (used > 0)
				out[used++] = ' ';
			memcpy(out + used, s, n);
			used += n;
			out[used] = '\0';
		}
		s += n > 0 ? n : 1;
	}
	return used > 0 ? 0 : -1;
}

/* Whether loya knows what a word is for. */
static int
is_known(const char *word, size_t len)
{
	const size_t skip = sizeof hook - 1;

	return (len == 10 && memcmp(word, "introspect", len) == 0) ||
	    (len > skip && memcmp(word, hook, skip) == 0);
}

const char *
scope_unknown(const char *scope, size_t *len)
{
	for (; *scope != '\0'; scope += *len + (scope[*len] == ' ')) {
		*len = strcspn(scope, " ");
		if (!is_known(scope, *len))
			return scope;
	}
	return NULL;
}

int
scope_within(const char *want, const char *scope)
{
	size_t n;

	for (; *want != '\0'; want += n + (want[n] == ' ')) {
		n = strcspn(want, " ");
		if (!scope_has(scope, want, n))
			return 0;
	}
	return 1;
}
