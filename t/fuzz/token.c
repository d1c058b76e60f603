/*
 * The small texts of requests: tokens, scopes, forms, lengths, URLs, headers of
 * CloudEvents and of proxies.  The input has a line for each.
 */
#include "t/fuzz/fuzz.h"

#include "common/cloudevent.h"
#include "common/form.h"
#include "common/forwarded.h"
#include "common/framing.h"
#include "common/http.h"
#include "common/json.h"
#include "common/net.h"
#include "common/proxy.h"
#include "common/scope.h"
#include "common/token.h"
#include "common/url.h"

static void
tokens(const char *s, size_t n)
{
	char scope[SCOPE_TEXT], again[SCOPE_TEXT];
	int k;

	for (k = TOKEN_ACCESS; k <= TOKEN_SECRET; k++)
		if (token_ok(k, s, n) && !token_looks(k, s, n))
			fuzz_wrong("a token does not look like one");
	token_id_ok(TOKEN_ACCESS, s);
	if (scope_parse(s, n, scope) == 0 &&
	    (scope_parse(scope, strlen(scope), again) != 0 ||
	    strcmp(scope, again) != 0 || !scope_within(scope, scope)))
		fuzz_wrong("a scope is not itself");
}

static void
forms(const char *s, size_t n, struct arena *a)
{
	struct form f;
	const char *why = NULL;
	size_t i;

	if (form_parse(&f, s, n, a, &why) != 0) {
		if (why == NULL)
			fuzz_wrong("a form is refused without a reason");
		return;
	}
	for (i = 0; i < f.n; i++)
		if (!json_utf8(f.field[i].value, strlen(f.field[i].value)))
			fuzz_wrong("a field of a form is no UTF-8");
}

static void
texts(const char *s, struct arena *a)
{
	struct net_addr addr, back;
	const char *text, *why = NULL;
	char host[64], type[64], shown[NET_TEXT];
	size_t len;

	if (url_fault(s) == NULL)
		url_host(s, host, sizeof host);
	if (cloudevent_header(s, a, &text, &len) == NULL &&
	    strlen(text) != len)
		fuzz_wrong("a header has a NUL");
	if (framing_length(s, &why) != 0 && why == NULL)
		fuzz_wrong("a length is refused without a reason");
	framing_path(s, &len);
	http_media_type(s, type, sizeof type);
	if (net_addr_parse(&addr, s, strlen(s)) == 0) {
		net_addr_text(&addr, shown);
		if (net_addr_parse(&back, shown, strlen(shown)) != 0 ||
		    back.len != addr.len ||
		    memcmp(back.byte, addr.byte, (size_t)addr.len) != 0)
			fuzz_wrong("an address is not itself");
	}
}

/* As Forwarded, as X-Forwarded-For and as a certificate in either form. */
static void
proxies(const char *s, struct arena *a)
{
	static const char *const name[] = { "Forwarded", "X-Forwarded-For" };
	struct http_header h[3] = { { NULL, s }, { "Client-Cert", s },
	    { "X-Verify", "SUCCESS" } };
	struct http_request r = { 0 };
	struct proxies p = { 0 };
	struct net from;
	const char *why;
	int i;

	net_parse(&from, "10.0.0.0/8");
	p.from = &from;
	p.nfrom = 1;
	for (i = 0; i < 4; i++) {
		h[0].name = p.address = name[i & 1];
		p.certificate = "Client-Cert";
		p.verified = i & 2 ? "X-Verify" : NULL;
		r.header = h;
		r.nheader = p.verified != NULL ? 3 : 2;
		r.peer = "10.0.0.1";
		r.cert = r.cert_name = why = NULL;
		if (proxy_judge(&p, &r, a, &why) != 0 && why == NULL)
			fuzz_wrong("a proxy is refused without a reason");
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct arena a;
	char *s;

	arena_reset(&a);
	forms((const char *)p, n, &a);
	while ((s = fuzz_line(&p, &n)) != NULL) {
		tokens(s, strlen(s));
		texts(s, &a);
		proxies(s, &a);
		free(s);
	}
	return 0;
}
