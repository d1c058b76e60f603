/*
 * Signature headers: every preset and kind, over arbitrary headers and bodies.
 * The first byte chooses the scheme; then one header a line, an empty line, the
 * body.  A signature that a scheme accepts must not be accepted with another
 * secret, nor over another body where the body is signed.
 */
#include "t/fuzz/fuzz.h"

#include "common/arena.h"
#include "common/auth.h"
#include "common/crypt.h"
#include "common/source.h"

#include <sys/stat.h>

enum { HEADERS = 16 };

static const char *const preset[] = { "bamboohr", "deel", "dynamics",
    "github", "greenhouse", "hibob", "hubspot-v1", "hubspot-v2", "hubspot-v3",
    "personio", "salesforce-data-360", "shopify", "slack",
    "standard-webhooks", "stripe", "zoho", NULL };

static struct config *config;
static const unsigned char secret[] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
static const unsigned char other[] = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

static void
start(void)
{
	char text[256], name[64];
	struct err e;
	int i;

	crypt_init();
	snprintf(name, sizeof name, "%s/sources", fuzz_dir());
	mkdir(name, 0700);
	for (i = 0; preset[i] != NULL; i++) {
		snprintf(name, sizeof name, "sources/%02d.json", i);
		snprintf(text, sizeof text, "{\"receive\":{\"auth\":{\"preset"
		    "\":\"%s\"%s}}}", preset[i],
		    strncmp(preset[i], "hubspot-v", 9) == 0 &&
		    preset[i][9] != '1' ?
		    ",\"url\":\"https://loya.example\"" : "");
		fuzz_file(name, text, strlen(text));
	}
	if (config_load(&config, fuzz_dir(), &e) != 0)
		fuzz_wrong(e.msg);
}

/* "Name: value"; 0 for any other line. */
static int
header(char *line, struct http_header *h)
{
	char *colon = strchr(line, ':');

	if (colon == NULL)
		return 0;
	*colon = '\0';
	h->name = line;
	h->value = colon + 1 + strspn(colon + 1, " ");
	return 1;
}

static void
judge(const struct auth *a, struct http_request *r)
{
	struct auth_secret one = { secret, sizeof secret - 1 };
	struct auth_secret wrong = { other, sizeof other - 1 };
	enum auth_why why = auth_verify(a, &one, 1, r);
	const char *body = r->body;
	char longer[8];

	if (*auth_why_word(why) == '\0')
		fuzz_wrong("no word for it");
	if (why != AUTH_OK)
		return;
	if (auth_verify(a, &wrong, 1, r) == AUTH_OK)
		fuzz_wrong("another secret is as good");
	if (a->kind != AUTH_HMAC && a->kind != AUTH_STANDARD)
		return;
	memset(longer, 'x', sizeof longer);
	r->body = longer;
	r->len = r->len == sizeof longer ? 3 : sizeof longer;
	if (auth_verify(a, &one, 1, r) == AUTH_OK)
		fuzz_wrong("another body is as good");
	r->body = body;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct http_header h[HEADERS];
	struct http_request r = { 0 };
	char *line[HEADERS + 1];
	size_t i, lines = 0, which;

	if (config == NULL)
		start();
	if (n < 1)
		return 0;
	which = *p++ % config->nsource;
	n--;
	while (lines <= HEADERS && (line[lines] = fuzz_line(&p, &n)) != NULL) {
		if (*line[lines++] == '\0' || lines > HEADERS)
			break;
		r.nheader += (size_t)header(line[lines - 1], &h[r.nheader]);
	}
	r.method = "POST";
	r.target = "/hooks/x?a=%3A";
	r.header = h;
	r.body = (const char *)p;
	r.len = n;
	r.received = INT64_C(1790000000000000);
	judge(&config->source[which].receive.auth, &r);
	for (i = 0; i < lines; i++)
		free(line[i]);
	return 0;
}
