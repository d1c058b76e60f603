/*
 * Distinguishing random text from names.  A name is made of words, in camel
 * case or with underscores; in random text letters, digits and case change all
 * the time.
 */
#include "common/redact_inner.h"

#include <string.h>
#include <strings.h>

/* LONG random characters are a credential; an id of a record has 18. */
enum { LONG = 20, PART = 8, MARKED = 16, UUID = 36, WORD = 4, HARD = 4,
    HEX = 32 };

static const char *const mark[] = {
	"eyJ", "AKIA", "ASIA", "AIza", "sk_live_", "sk_test_", "ghp_", "gho_",
	"github_pat_", "glpat-", "xoxb-", "xoxp-", "shpat_", "whsec_",
	"pat-na1-", "pat-eu1-",
};

static int
is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static int
is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static int
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

int
redact_letter(char c)
{
	return is_lower(c) || is_upper(c);
}

int
redact_alnum(char c)
{
	return redact_letter(c) || is_digit(c);
}

static size_t
hex_run(const char *s, size_t max)
{
	size_t n = 0;

	while (n < max && s[n] != '\0' &&
	    strchr("0123456789abcdefABCDEF", s[n]) != NULL)
		n++;
	return n;
}

/* The length of leading digits, or of a word: name, Name, NAME; for NAMEOther,
 * NAME. */
static size_t
group(const char *s, size_t n)
{
	size_t i = 0;

	if (is_digit(s[0])) {
		while (i < n && is_digit(s[i]))
			i++;
		return i;
	}
	while (i < n && is_upper(s[i]))
		i++;
	if (i > 1)
		return i < n && is_lower(s[i]) ? i - 1 : i;
	while (i < n && is_lower(s[i]))
		i++;
	return i;
}

/* How many consonants follow HARD others; counts *vowels too. */
static size_t
hard(const char *s, size_t n, size_t *vowels)
{
	size_t i, run = 0, over = 0;

	*vowels = 0;
	for (i = 0; i < n; i++) {
		if (strchr("aeiouyAEIOUY", s[i]) != NULL) {
			++*vowels;
			run = 0;
		} else if (++run > HARD)
			over++;
	}
	return over;
}

/* Whether letters and digits change too often for a name.  v61 changes once. */
static int
is_random(const char *s, size_t n)
{
	size_t i, len, over, vowels, changes = 0, words = 0, groups = 0;

	for (i = 0; i < n; i += len) {
		len = group(s + i, n - i);
		groups++;
		if (is_digit(s[i]))
			continue;
		over = hard(s + i, len, &vowels);
		changes += over;
		if (len >= WORD && over == 0 && vowels * 5 >= len)
			words += len;
	}
	changes += groups - 1;
	return groups > 2 && changes * 5 >= n && words * 10 < n * 7;
}

/* The length of a record's or request's UUID, or 0.  A token may have one after
 * its mark. */
static size_t
uuid(const char *text, const char *s)
{
	static const size_t part[] = { 8, 4, 4, 4, 12 };
	size_t i, n = 0;

	if (s > text && strchr("-_", s[-1]) != NULL)
		return 0;
	for (i = 0; i < 5; i++) {
		if (i > 0 && s[n++] != '-')
			return 0;
		if (hex_run(s + n, part[i]) != part[i])
			return 0;
		n += part[i];
	}
	return redact_alnum(s[n]) || s[n] == '-' ? 0 : UUID;
}

/* = can only end base64; otherwise it separates a name from its value. */
static int
joins(const char *s)
{
	if (s[0] == '=')
		return !redact_alnum(s[1]);
	return s[0] != '\0' && (strchr("+/_-.~!", s[0]) != NULL ||
	    (s[0] == '\\' && s[1] == '/'));
}

static size_t
chain(const char *s)
{
	size_t n = 0;

	while (redact_alnum(s[n]) || joins(s + n))
		n++;
	return n;
}

static int
has_mark(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < sizeof mark / sizeof mark[0]; i++)
		if (n >= MARKED && strncmp(s, mark[i], strlen(mark[i])) == 0)
			return 1;
	return 0;
}

/* Whether it looks like a licence key: groups of equal length of capitals and
 * digits, at least LEAST, two of them mixed. */
static int
is_key(const char *s, size_t n)
{
	enum { LEAST = 4, SHORTEST = 4, LONGEST = 8 };
	size_t i, len, first = strcspn(s, "-"), groups = 0, mixed = 0;
	int digit, upper;

	while (n > 0 && !redact_alnum(s[n - 1]))
		n--;
	for (i = 0; i < n; i += len + 1) {
		digit = upper = 0;
		for (len = 0; i + len < n && s[i + len] != '-'; len++) {
			digit |= is_digit(s[i + len]);
			upper |= is_upper(s[i + len]);
			if (!is_digit(s[i + len]) && !is_upper(s[i + len]))
				return 0;
		}
		if (len != first || len < SHORTEST || len > LONGEST)
			return 0;
		groups++;
		mixed += digit && upper;
	}
	return groups >= LEAST && mixed >= 2;
}

/* 32 hex digits after a name that ends in "id", as of a record at Workday; but
 * not of a session, which is a credential. */
static int
is_id(const char *text, const char *s, size_t n)
{
	size_t at = (size_t)(s - text), end;

	if (n != HEX || hex_run(s, HEX) != HEX)
		return 0;
	while (at > 0 && strchr("\"'\\:= ", text[at - 1]) != NULL)
		at--;
	end = at;
	while (at > 0 && (redact_alnum(text[at - 1]) ||
	    strchr("_-", text[at - 1]) != NULL))
		at--;
	if (end - at < 2 || strncasecmp(text + end - 2, "id", 2) != 0 ||
	    (end - at > 2 && strncasecmp(text + end - 3, "s", 1) == 0))
		return 0;
	for (; at + 4 <= end; at++)
		if (strncasecmp(text + at, "sess", 4) == 0)
			return 0;
	return 1;
}

static int
is_credential(const char *text, const char *s, size_t n)
{
	size_t i, len, odd = 0;
	int behind = 0;		/* random text: one joint belongs to it */

	if (is_id(text, s, n))
		return 0;
	if (is_key(s, n))
		return 1;
	for (i = 0; i < n; i += len) {
		len = 1;
		if (!redact_alnum(s[i])) {
			odd += behind || s[i] == '=';
			behind = 0;
			continue;
		}
		if (has_mark(s + i, n - i))
			return 1;
		if ((len = uuid(text, s + i)) > 0)
			continue;
		while (redact_alnum(s[i + len]))
			len++;
		behind = is_random(s + i, len);
		odd += behind ? len : 0;
	}
	/* If the text was cut off here, there may be more of it. */
	if (s[n] == '\0' && n > 3 && strncmp(s + n - 3, "...", 3) == 0)
		return odd >= PART;
	return odd >= LONG;
}

/* A byte written as %41, %2541, \u0041, \x41, &#65; or &#x41;, or 0. */
static size_t
escaped(const char *s)
{
	size_t n = 0;

	if (s[0] == '%') {
		for (n = 1; strncmp(s + n, "25", 2) == 0; n += 2)
			;
		return hex_run(s + n, 2) == 2 ? n + 2 : n > 1 ? n : 0;
	}
	if (strncmp(s, "&#", 2) == 0) {
		n = 2 + (s[2] == 'x');
		n += hex_run(s + n, 6);
		return s[n] == ';' ? n + 1 : 0;
	}
	while (s[n] == '\\')
		n++;
	if (n > 0 && strncmp(s + n, "u00", 3) == 0)
		n += 3;
	else if (n > 0 && s[n] == 'x')
		n++;
	else
		return 0;
	return hex_run(s + n, 2) == 2 ? n + 2 : 0;
}

/* A run of letters, digits and escapes at least half of which is escapes;
 * returns its length if it has to be hidden, or 0. */
static size_t
all_escaped(const char *s)
{
	size_t n = 0, len, esc = 0;

	for (;; n += len) {
		if ((len = escaped(s + n)) > 0)
			esc += len;
		else if (redact_alnum(s[n]))
			len = 1;
		else
			break;
	}
	return n >= LONG && esc * 2 >= n ? n : 0;
}

void
redact_shape(const char *text, char *hide)
{
	const char *s = text;
	size_t n;

	while (*s != '\0') {
		if (strncmp(s, "://", 3) == 0) {
			/* The host tells who was asked. */
			s += 3 + strcspn(s + 3, "/?# \"");
			continue;
		}
		if ((n = all_escaped(s)) > 0)
			memset(hide + (s - text), 1, n);
		else if ((n = chain(s)) > 0 && is_credential(text, s, n))
			memset(hide + (s - text), 1, n);
		s += n > 0 ? n : 1;
	}
}
