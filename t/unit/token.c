/*
 * Tokens as text, and scopes.
 */
#include "common/token.h"
#include "t/unit/tap.h"

#include "common/crypt.h"
#include "common/scope.h"

/* GitHub's published example of this checksum, and the check value of CRC-32
 * ("123456789" gives cbf43926, 3jZRME in base62). */
static void
test_sum(void)
{
	char sum[TOKEN_SUM];

	token_sum("zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ", 30, sum);
	is_str(sum, "0mLq17", "the checksum of a published token");
	token_sum("123456789", 9, sum);
	is_str(sum, "3jZRME", "the check value of CRC-32");
}

static void
test_flips(enum token_kind kind, const char *name)
{
	char text[TOKEN_TEXT], turned;
	size_t n, i;
	int bit, good = 0;

	token_make(kind, text);
	n = strlen(text);
	is_int(token_ok(kind, text, n), 1, "%s: one that was made is one",
	    name);
	for (i = 0; i < n; i++) {
		turned = text[i];
		for (bit = 0; bit < 256; bit++) {
			text[i] = (char)bit;
			good += (char)bit != turned && token_ok(kind, text, n);
		}
		text[i] = turned;
	}
	is_int(good, 0, "%s: with any other byte anywhere it is none", name);
	for (i = 0; i < n; i++)
		good += token_ok(kind, text, i);
	is_int(good, 0, "%s: nor when it is cut", name);
	text[n] = 'x';
	is_int(token_ok(kind, text, n + 1), 0, "%s: nor when it is longer",
	    name);
}

static void
test_kinds(void)
{
	char a[TOKEN_TEXT], b[TOKEN_TEXT], id[TOKEN_ID];

	token_make(TOKEN_ACCESS, a);
	token_make(TOKEN_ACCESS, b);
	ok(strcmp(a, b) != 0, "two are not equal");
	is_int(strlen(a), 5 + 43 + 6, "a token's length");
	is_int(token_ok(TOKEN_SECRET, a, strlen(a)), 0,
	    "an access token is not a client's secret");
	token_make(TOKEN_SECRET, a);
	is_int(token_ok(TOKEN_ACCESS, a, strlen(a)), 0, "nor the other way");
	is_int(token_looks(TOKEN_ACCESS, "loya_x", 6), 1, "it looks like one");
	is_int(token_looks(TOKEN_ACCESS, "loya", 4), 0, "it does not");
	token_id(TOKEN_ACCESS, id);
	is_int(token_id_ok(TOKEN_ACCESS, id), 1, "an id is one");
	is_int(token_id_ok(TOKEN_SECRET, id), 0, "but of one kind");
	is_int(token_id_ok(TOKEN_SECRET, "crm"), 0, "a name alone is not a "
	    "token");
}

static const char *
parsed(const char *s)
{
	static char out[SCOPE_TEXT];

	return scope_parse(s, strlen(s), out) == 0 ? out : "none";
}

static void
test_scope(void)
{
	char many[2 * SCOPE_TEXT];
	size_t n;

	is_str(parsed("a b"), "a b", "two words");
	is_str(parsed("  b   a b "), "b a", "each once, one blank between");
	is_str(parsed(""), "none", "no word");
	is_str(parsed("  "), "none", "only blanks");
	is_str(parsed("a\tb"), "none", "a tab is not a blank");
	is_str(parsed("a\"b"), "none", "no quotes");
	is_str(parsed("a\\b"), "none", "no backslash");
	is_str(parsed("\xc3\xa9"), "none", "ASCII only");
	memset(many, 'a', sizeof many);
	many[SCOPE_TEXT - 2] = '\0';
	is_int(strlen(parsed(many)), SCOPE_TEXT - 2, "as long as it may be");
	many[SCOPE_TEXT - 2] = 'a';
	many[SCOPE_TEXT - 1] = '\0';
	is_str(parsed(many), "none", "one more is too long");
	is_int(scope_within("b a", "a b c"), 1, "all of them are there");
	is_int(scope_within("a d", "a b c"), 0, "one is not");
	is_int(scope_has("hook:crm2", "hook:crm", 8), 0,
	    "a word is not its beginning");
	ok(scope_unknown("hook:crm introspect", &n) == NULL, "known words");
	is_str(scope_unknown("hook:crm hook:", &n), "hook:",
	    "a hook without a name is not known");
	is_str(scope_unknown("admin hook:a", &n), "admin hook:a",
	    "the first that is not known");
	is_int(n, 5, "and its length");
}

int
main(void)
{
	crypt_init();
	test_sum();
	test_flips(TOKEN_ACCESS, "token");
	test_flips(TOKEN_SECRET, "secret");
	test_kinds();
	test_scope();
	return done_testing();
}
