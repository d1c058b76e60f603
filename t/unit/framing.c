/* Request heads that all readers must read the same way. */
#include "common/framing.h"

#include "t/unit/tap.h"

enum { MOST = 8 };

static const struct {
	const char *what, *method, *version, *target;
	struct http_header h[MOST];
	int status;
} heads[] = {
	{ "a plain GET", "GET", "HTTP/1.1", "/", { { "Host", "x" } }, 0 },
	{ "no Host", "GET", "HTTP/1.1", "/", { { "A", "x" } }, 400 },
	{ "no Host in 1.0", "GET", "HTTP/1.0", "/", { { "A", "x" } }, 0 },
	{ "two Host", "GET", "HTTP/1.0", "/",
	    { { "Host", "x" }, { "host", "x" } }, 400 },
	{ "a POST with length", "POST", "HTTP/1.1", "/",
	    { { "Host", "x" }, { "content-length", "12" } }, 0 },
	{ "a POST without", "POST", "HTTP/1.1", "/", { { "Host", "x" } },
	    411 },
	{ "a POST in chunks", "POST", "HTTP/1.1", "/",
	    { { "Host", "x" }, { "Transfer-Encoding", "Chunked" } }, 0 },
	{ "chunks in 1.0", "POST", "HTTP/1.0", "/",
	    { { "Host", "x" }, { "Transfer-Encoding", "chunked" } }, 400 },
	{ "both", "POST", "HTTP/1.1", "/",
	    { { "Host", "x" }, { "Transfer-Encoding", "chunked" },
	    { "Content-Length", "3" } }, 400 },
	{ "two lengths", "POST", "HTTP/1.1", "/",
	    { { "Host", "x" }, { "Content-Length", "3" },
	    { "Content-Length", "3" } }, 400 },
	{ "a length with a sign", "POST", "HTTP/1.1", "/",
	    { { "Host", "x" }, { "Content-Length", "-3" } }, 400 },
	{ "an empty length", "POST", "HTTP/1.1", "/",
	    { { "Host", "x" }, { "Content-Length", "" } }, 400 },
	{ "gzip, then chunks", "POST", "HTTP/1.1", "/",
	    { { "Host", "x" }, { "Transfer-Encoding", "gzip, chunked" } },
	    400 },
	{ "a name with a blank", "GET", "HTTP/1.1", "/",
	    { { "Host", "x" }, { "A ", "x" } }, 400 },
	{ "an empty name", "GET", "HTTP/1.1", "/",
	    { { "Host", "x" }, { "", "x" } }, 400 },
	{ "a control character", "GET", "HTTP/1.1", "/",
	    { { "Host", "x" }, { "A", "x\x01" } }, 400 },
	{ "a carriage return", "GET", "HTTP/1.1", "/",
	    { { "Host", "x" }, { "A", "x\rB: y" } }, 400 },
	{ "DEL", "GET", "HTTP/1.1", "/",
	    { { "Host", "x" }, { "A", "\x7f" } }, 400 },
	{ "a tab and a high byte", "GET", "HTTP/1.1", "/",
	    { { "Host", "x" }, { "A", "x\ty\xe9" } }, 0 },
	{ "an empty target", "GET", "HTTP/1.1", "", { { "Host", "x" } },
	    400 },
	{ "a blank in the target", "GET", "HTTP/1.1", "/a b",
	    { { "Host", "x" } }, 400 },
	{ "a high byte in the target", "GET", "HTTP/1.1", "/\xc3\xa9",
	    { { "Host", "x" } }, 400 },
};

static void
test_heads(void)
{
	struct http_request r;
	struct framing f;
	const char *why;
	size_t i, n;

	for (i = 0; i < sizeof heads / sizeof heads[0]; i++) {
		memset(&r, 0, sizeof r);
		r.method = heads[i].method;
		r.target = heads[i].target;
		r.header = heads[i].h;
		for (n = 0; n < MOST && heads[i].h[n].name != NULL; n++)
			;
		r.nheader = n;
		is_int(framing_check(&r, heads[i].version, &f, &why),
		    heads[i].status, "%s", heads[i].what);
	}
}

static void
test_length(void)
{
	const char *why;

	is_int(framing_length("0", &why), 0, "0 is a length");
	is_int(framing_length("4294967296", &why), 0, "2^32 is one");
	is_int(framing_length("18446744073709551617", &why), 413,
	    "2^64 + 1 is too large, and not 1");
	is_int(framing_length("1e3", &why), 400, "1e3 is not a length");
	is_int(framing_length(" 1", &why), 400, "nor is one with a blank");
}

static void
path(const char *target, const char *want)
{
	char got[64];
	const char *p;
	size_t n;

	p = framing_path(target, &n);
	snprintf(got, sizeof got, "%.*s", (int)n, p);
	is_str(got, want, "the path of %s", target);
}

int
main(void)
{
	test_heads();
	test_length();
	path("/a/b", "/a/b");
	path("/a?b=/c", "/a");
	path("http://x/a?b", "/a");
	path("HTTPS://x:1/", "/");
	path("http://x", "");
	path("http://x?/a", "");
	path("*", "*");
	return done_testing();
}
