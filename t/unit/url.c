/* Addresses and their encoding. */
#include "common/url.h"
#include "t/unit/tap.h"

static void
test_good(void)
{
	static const char *const good[] = {
		"https://a", "https://login.example.com/services/oauth2/token",
		"https://a.example:8443/t?company=x&y=%20",
		"http://localhost:1/", "http://LocalHost", "http://127.8.9.1/x",
		"http://[::1]:2/", "http://[::ffff:127.0.0.1]",
		"https://[::1]:80/x", "https://a?x", NULL
	};
	int i;

	for (i = 0; good[i] != NULL; i++)
		is_str(url_fault(good[i]), NULL, "%s", good[i]);
}

#define PLAIN "http:// is for this machine itself: a loopback address or " \
	"localhost"

static void
test_private(void)
{
	is_int(url_private("https://10.0.0.1:8/x"), 1, "private");
	is_int(url_private("https://[fd00::1]"), 1, "... of IPv6");
	is_int(url_private("https://127.0.0.1"), 1, "... this machine");
	is_int(url_private("https://9.9.9.9/"), 0, "not private");
	is_int(url_private("https://127.1"), 1, "private, short");
	is_int(url_private("https://0x7f000001:8443"), 1, "... in hex");
	is_int(url_private("https://2130706433/"), 1, "... in one number");
	is_int(url_private("https://012.0.0.1"), 1, "... in octal");
	is_int(url_private("https://10.0.0.1."), 1, "... with its root");
	is_int(url_private("https://8.8.8.8."), 0, "that is not");
	is_int(url_private("https://localhost/"), 0, "a name is not an "
	    "address");
	is_int(url_private("https://10.0.0.1.example/"), 0, "... nor this");
}

static void
test_same(void)
{
	static const char *const same[][2] = {
		{ "https://a.example", "https://a.example:443/x?y" },
		{ "https://a.example:443/b", "https://A.Example/x" },
		{ "http://127.0.0.1:80/", "http://127.0.0.1?x" },
		{ "https://[::1]:8/", "https://[::1]:8/x" },
	}, *const other[][2] = {
		{ "https://a.example", "https://a.example:444/x" },
		{ "https://a.example", "http://a.example/x" },
		{ "https://a.example", "http://a.example:443/x" },
		{ "https://a.example", "https://a.example.net/x" },
		{ "https://a.example", "https://a.exampl/x" },
		{ "https://a.example", "https://a.example@b.net/x" },
		{ "https://a.example", "https://a.example:443@b.net/x" },
		{ "https://a.example", "https://a.example:x@b.net/x" },
		{ "https://a.example", "https://a.example\\b.net/x" },
		{ "https://a.example", "https://a.example#/x" },
		{ "https://a.example", "https://a.example:0443443/x" },
		{ "https://a.example", "https:///x" },
		{ "https://a.example", "//a.example/x" },
		{ "https://a.example", "HTTPS" },
		{ "https://a.example", "" },
	};
	size_t i;

	for (i = 0; i < sizeof same / sizeof same[0]; i++)
		ok(url_same_peer(same[i][0], same[i][1]) &&
		    url_same_peer(same[i][1], same[i][0]), "%s is at %s",
		    same[i][1], same[i][0]);
	for (i = 0; i < sizeof other / sizeof other[0]; i++)
		ok(!url_same_peer(other[i][0], other[i][1]) &&
		    !url_same_peer(other[i][1], other[i][0]), "'%s' is not",
		    other[i][1]);
}

static void
test_bad(void)
{
	static const char *const bad[][2] = {
		{ "", "it does not begin with https://" },
		{ "ftp://a", "it does not begin with https://" },
		{ "HTTPS://a", "it does not begin with https://" },
		{ "https://", "it has no host" },
		{ "https:///x", "it has no host" },
		{ "https://[]/x", "it has no host" },
		{ "https://u@a/", "it has a user name in it" },
		{ "https://u:p@a/", "it has a user name in it" },
		{ "https://a:b/", "its port is not valid" },
		{ "https://a:0/", "its port is not valid" },
		{ "https://a:65536/", "its port is not valid" },
		{ "https://a:123456/", "its port is not valid" },
		{ "https://a_b/", "its host is not valid" },
		{ "https://a b/", "its host is not valid" },
		{ "https://a/x y", "it has a character that must be encoded" },
		{ "https://a/x\r\nA:b",
		    "it has a character that must be encoded" },
		{ "https://a/#x", "it has a character that must be encoded" },
		{ "https://a/\xc3\xa4",
		    "it has a character that must be encoded" },
		{ "https://a\\b", "its host is not valid" },
		{ "http://example.com/", PLAIN },
		{ "http://localhost.example.com/", PLAIN },
		{ "http://localhos/", PLAIN },
		{ "http://10.255.255.1:80/x", PLAIN },
		{ "http://0.0.0.0/", PLAIN },
		{ "http://127.1/", PLAIN },
		{ "http://2130706433/", PLAIN },
		{ "http://[fe80::1]/", PLAIN },
		{ "http://[::]/", PLAIN }
	};
	size_t i;

	for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
		is_str(url_fault(bad[i][0]), bad[i][1], "no address (%zu)", i);
}

static void
test_parts(void)
{
	char out[12], told[URL_TOLD];

	is_str(url_told("https://a/b?c", told), "https://a/b?c", "as it is");
	is_str(url_told("https://u:p/@w@a/b", told), "https://***@a/b",
	    "... without a password");
	is_str(url_told("u:p@a", told), "***@a",
	    "... of what is not an address");
	is_str(url_told("https://a/2345678901234567890123456789012345678901234"
	    "56789012345", told), "https://a/234567890123456789012345678901234"
	    "56789012345678901", "... and cut");
	is_str(url_host("https://a.b:1/x", out, sizeof out), "a.b:1", "a host");
	is_str(url_host("http://[::1]?x", out, sizeof out), "[::1]", "v6");
	is_str(url_host("https://aaaaaaaaaaaaaaaaaa", out, sizeof out),
	    "aaaaaaaaaaa", "a host is cut");
	is_int(url_plain("http://a"), 1, "plain");
	is_str(url_unformed("http://a/x"), NULL, "an address to tell of");
	is_str(url_unformed("http://u@a/"), "it has a user name in it",
	    "... and one is not repeated");
	is_int(url_plain("https://a"), 0, "not plain");
}

/* RFC 6749, appendix B. */
static void
test_encode(void)
{
	char out[64];
	size_t n;

	n = url_encode(" %&+\xc2\xa3\xe2\x82\xac", 9, out);
	out[n] = '\0';
	is_str(out, "+%25%26%2B%C2%A3%E2%82%AC", "the example of RFC 6749");
	n = url_encode("aZ09-._~*\0", 10, out);
	out[n] = '\0';
	is_str(out, "aZ09-._%7E%2A%00", "what stays");
}

int
main(void)
{
	test_good();
	test_bad();
	test_private();
	test_same();
	test_parts();
	test_encode();
	return done_testing();
}
