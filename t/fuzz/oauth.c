/*
 * Answers of a token endpoint: they give a token that a header can carry, or a
 * complaint without any secret that was sent.  The first line: status, and
 * Retry-After or Location.
 */
#include "t/fuzz/fuzz.h"

#include "common/crypt.h"
#include "common/json.h"
#include "common/oauth_inner.h"

static const char sent[] = "s3cr3t-of-the-client";

/* What the answer repeats of the request is masked. */
static void
judge(int rc, const struct credential *c, const struct err *e)
{
	const char *s;

	if (rc != 0) {
		if (e->msg[0] == '\0' || !json_utf8(e->msg, strlen(e->msg)))
			fuzz_wrong("a complaint without sense");
		if (strstr(e->msg, sent) != NULL)
			fuzz_wrong("a complaint has the secret");
		return;
	}
	for (s = c->access; *s > ' ' && *s <= '~'; s++)
		;
	if (*s != '\0' || s == c->access)
		fuzz_wrong("a token that no header can carry");
	if (c->expires_at < 0)
		fuzz_wrong("a token that was never good");
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const char *place[] = { "/access_token", "/a/0/token", "" };
	struct http_header h[2];
	struct httpc_answer a = { 0 };
	struct source s = { 0 };
	struct redact clean = { 0 };
	struct credential c = { 0 };
	struct oauth_refusal r;
	struct err e = { 0 };
	char *head = fuzz_line(&p, &n);

	if (head == NULL)
		return 0;
	crypt_init();
	s.name = "crm";
	s.oauth.url = "https://crm.example/token";
	s.oauth.place = place;
	s.oauth.nplace = 3;
	s.oauth.lifetime = 60;
	a.status = atoi(head) % 1000;
	h[0].name = "retry-after";
	h[1].name = "location";
	h[0].value = h[1].value = head + strspn(head, "0123456789 ");
	a.header = h;
	a.nheader = 2;
	a.body = strndup((const char *)p, n);
	a.len = strlen(a.body);
	redact_add(&clean, sent, sizeof sent - 1);
	judge(oauth_answer_read(&s, &a, &clean, 0, &c, &r, &e), &c, &e);
	credential_release(&c);
	redact_release(&clean);
	free(a.body);
	free(head);
	return 0;
}
