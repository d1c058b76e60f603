/* Who sent a request, through a proxy or directly. */
#include "common/proxy.h"

#include "common/crypt.h"
#include "t/unit/conf_dir.h"
#include "t/unit/mutate.h"
#include "t/unit/tap.h"

/* CN=sender 1,O=Loya */
#define LINE1 "MIIBmjCCAT+gAwIBAgIUdi9atLOssseIkp7U3IW6X69yeswwCgYIKoZIzj0EAwIw"
#define LINE2 "IjENMAsGA1UECgwETG95YTERMA8GA1UEAwwIc2VuZGVyIDEwHhcNMjYxMTI2MDYy"
#define LINE3 "NDQ4WhcNMzYxMTIzMDYyNDQ4WjAiMQ0wCwYDVQQKDARMb3lhMREwDwYDVQQDDAhz"
#define LINE4 "ZW5kZXIgMTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABHOH95T5k2cKpfiW8xP1"
#define LINE5 "vk2F0XB58Dcu1nLCEn35ygYQa4iNPEuE2W4xkQ8ClG8tdMcwpMGWN33wpoEssEu0"
#define LINE6 "llejUzBRMB0GA1UdDgQWBBSv9xWM0IEpM/thUINaxt6/wSQKXzAfBgNVHSMEGDAW"
#define LINE7 "gBSv9xWM0IEpM/thUINaxt6/wSQKXzAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49"
#define LINE8 "BAMCA0kAMEYCIQCkmR4sutOJyZU4/tlxmnc75v1MpidfarFqZQMvbj3sJAIhAJJF"
#define LINE9 "s0T1CwNNmWVUaNT1+1+pafFFKAK8SNLxvnJGISQi"
#define SUM "a63a5c6162fdabdfb3bbed79654385bb403f5ea77ea1c7bd1a0929f646bfc63f"
#define NAME "CN=sender 1,O=Loya"

#define BASE64 LINE1 LINE2 LINE3 LINE4 LINE5 LINE6 LINE7 LINE8 LINE9
#define PEM "-----BEGIN CERTIFICATE-----\n" \
    LINE1 "\n" LINE2 "\n" LINE3 "\n" LINE4 "\n" LINE5 "\n" LINE6 "\n" \
    LINE7 "\n" LINE8 "\n" LINE9 "\n-----END CERTIFICATE-----\n"

/* As nginx writes it: all but letters, digits and -._~ is escaped. */
static const char *
escaped(const char *s)
{
	static char out[16 * 1024];
	char *p = out;

	for (; *s != '\0'; s++) {
		if ((*s >= '0' && *s <= '9') || (*s >= 'A' && *s <= 'Z') ||
		    (*s >= 'a' && *s <= 'z') || strchr("-._~", *s) != NULL)
			*p++ = *s;
		else
			p += sprintf(p, "%%%02X", (unsigned char)*s);
	}
	*p = '\0';
	return out;
}

static struct proxies nginx = { .local = 1, .nfrom = 2,
    .address = "X-Forwarded-For", .certificate = "X-Client-Cert",
    .verified = "X-Client-Verify" };
static struct proxies rfc = { .nfrom = 2, .address = "Forwarded",
    .certificate = "Client-Cert" };
static struct arena arena;

/* Who sent a request with up to two headers that came from peer, as text. */
static const char *
judge(const struct proxies *p, const char *peer, const char *name1,
    const char *value1, const char *name2, const char *value2)
{
	static char out[512];
	struct http_header h[2] = { { name1, value1 }, { name2, value2 } };
	struct http_request r = { .method = "POST", .target = "/hooks/x",
	    .header = h, .nheader = name1 == NULL ? 0 : name2 == NULL ? 1 : 2,
	    .peer = peer, .loopback = strcmp(peer, "unix") == 0 ||
	    strncmp(peer, "127.", 4) == 0 };
	const char *why;

	arena_reset(&arena);
	if (proxy_judge(p, &r, &arena, &why) != 0)
		return why != NULL ? "malformed" : "no reason";
	snprintf(out, sizeof out, "%s%s%s%s%s%s", r.peer,
	    r.loopback ? " near" : "", r.cert != NULL ? " " : "",
	    r.cert != NULL ? (strcmp(r.cert, SUM) == 0 ? "known" : r.cert)
	    : "", r.cert_name != NULL ? " " : "",
	    r.cert_name != NULL ? r.cert_name : "");
	return out;
}

static const char *
from(const char *peer, const char *name, const char *value)
{
	return judge(&nginx, peer, name, value, NULL, NULL);
}

static void
test_address(void)
{
	static const struct proxies nobody;
	static struct proxies silent = { .local = 1 };

	is_str(from("10.1.1.1", "X-Forwarded-For", "192.0.2.7"), "192.0.2.7",
	    "a trusted proxy says who it is");
	is_str(from("10.1.1.1", "x-forwarded-for", "127.0.0.1, 192.0.2.7"),
	    "192.0.2.7", "the client's own word is not believed");
	is_str(from("192.0.2.9", "X-Forwarded-For", "192.0.2.7"), "192.0.2.9",
	    "nor is anybody else's");
	is_str(from("192.0.2.9", "X-Forwarded-For", "\"garbage"), "192.0.2.9",
	    "in whatever form");
	is_str(from("unix", "X-Forwarded-For", "192.0.2.7"), "192.0.2.7",
	    "a peer without an address can be a proxy");
	is_str(from("unix", "X-Forwarded-For", "127.0.0.1"), "127.0.0.1 near",
	    "and this machine its client");
	is_str(from("10.1.1.1", "X-Forwarded-For", "127.0.0.1"), "127.0.0.1",
	    "but of a far proxy that is the proxy's machine");
	is_str(from("10.1.1.1", NULL, NULL), "10.1.1.1",
	    "a proxy that says nothing asks for itself");
	is_str(from("unix", NULL, NULL), "unix",
	    "and is not this machine, for it may forget to say");
	is_str(from("10.1.1.1", "X-Forwarded-For", "unknown"), "-",
	    "an unknown client");
	is_str(from("10.1.1.1", "X-Forwarded-For", "x"), "malformed",
	    "garbage of a trusted proxy");
	is_str(from("10.1.1.1", "X-Forwarded-For", ""), "malformed",
	    "nothing where something should be");
	is_str(judge(&nginx, "10.1.1.1", "X-Forwarded-For", "192.0.2.7",
	    "X-Forwarded-For", "192.0.2.7"), "malformed", "twice");
	is_str(judge(&rfc, "10.1.1.1", "Forwarded", "for=192.0.2.7", NULL,
	    NULL), "192.0.2.7", "RFC 7239");
	is_str(judge(&rfc, "10.1.1.1", "X-Forwarded-For", "192.0.2.7", NULL,
	    NULL), "10.1.1.1", "the header that is not agreed on is not read");
	is_str(judge(&rfc, "unix", "Forwarded", "for=192.0.2.7", NULL, NULL),
	    "unix", "unix peers are proxies only when they are named");
	is_str(judge(&silent, "unix", NULL, NULL, NULL, NULL), "unix",
	    "a proxy that never says anything");
	is_str(judge(&nobody, "127.0.0.1", NULL, NULL, NULL, NULL),
	    "127.0.0.1 near", "without proxies: this machine");
	is_str(judge(&nobody, "127.0.0.1", "X-Forwarded-For", "127.0.0.1",
	    NULL, NULL), "127.0.0.1", "unless something follows it");
	is_str(judge(&nobody, "unix", "forwarded", "", NULL, NULL), "unix",
	    "in whatever header");
	is_str(judge(&nobody, "-", "via", "1.1 x", NULL, NULL), "-",
	    "a peer that is not known");
}

static const char *
with(const char *verify, const char *cert)
{
	if (verify == NULL)
		return from("10.1.1.1", "X-Client-Cert", cert);
	return judge(&nginx, "10.1.1.1", "X-Client-Verify", verify,
	    cert != NULL ? "X-Client-Cert" : NULL, cert);
}

static void
test_verified(void)
{
	const char *pem = escaped(PEM), *rfc9440 = ":" BASE64 ":";

	is_str(with("SUCCESS", pem), "10.1.1.1 known " NAME,
	    "a certificate that nginx has verified");
	is_str(with("SUCCESS", rfc9440), "10.1.1.1 known " NAME,
	    "the same in the form of RFC 9440");
	is_str(with("FAILED:unable to verify", pem), "10.1.1.1",
	    "one that it has not");
	is_str(with("FAILED", pem), "10.1.1.1", "or an old nginx has not");
	is_str(with("FAILED:x", "garbage"), "10.1.1.1",
	    "of which the form does not matter");
	is_str(with("NONE", NULL), "10.1.1.1", "none");
	is_str(with("NONE", pem), "malformed", "none, and one");
	is_str(with("SUCCESS", NULL), "malformed", "verified, but none");
	is_str(with(NULL, pem), "malformed", "no word whether it is");
	is_str(with("success", pem), "malformed", "another word");
	is_str(with("GENEROUS", pem), "malformed",
	    "what Apache says for optional_no_ca");
	is_str(with("", pem), "malformed", "an empty word");
	is_str(judge(&nginx, "192.0.2.9", "X-Client-Verify", "SUCCESS",
	    "X-Client-Cert", pem), "192.0.2.9", "anybody can say that");
	is_str(judge(&nginx, "192.0.2.9", "X-Client-Verify", "x",
	    "X-Client-Verify", "y"), "192.0.2.9", "and worse");
	is_str(judge(&nginx, "10.1.1.1", "X-Client-Verify", "SUCCESS",
	    "X-Client-Verify", "SUCCESS"), "malformed", "verified twice");
	is_str(judge(&nginx, "10.1.1.1", "X-Client-Cert", pem,
	    "X-Client-Cert", pem), "malformed", "two certificates");
	is_str(judge(&rfc, "10.1.1.1", "Client-Cert", rfc9440, NULL, NULL),
	    "10.1.1.1 known " NAME, "RFC 9440 by itself");
	is_str(judge(&rfc, "10.1.1.1", "Client-Cert", pem, NULL, NULL),
	    "malformed", "where PEM has no place");
	is_str(judge(&rfc, "192.0.2.9", "Client-Cert", rfc9440, NULL, NULL),
	    "192.0.2.9", "and strangers neither");
}

/* A proxy's own certificate for its TLS connection with us is not its
 * client's. */
static void
test_own(void)
{
	struct http_request r = { .method = "POST", .target = "/hooks/x",
	    .peer = "10.1.1.1", .cert = SUM, .cert_name = NAME };
	const char *why;

	is_int(proxy_judge(&nginx, &r, &arena, &why), 0, "a proxy with TLS");
	ok(r.cert == NULL && r.cert_name == NULL,
	    "does not lend its certificate");
	r.peer = "192.0.2.9";
	r.cert = SUM;
	is_int(proxy_judge(&nginx, &r, &arena, &why), 0, "a client of ours");
	is_str(r.cert, SUM, "keeps its own");
}

static void
test_forms(void)
{
	static const char *const wrong[] = {
		"", ":", "::", ":x:", ":" BASE64, BASE64, ":" BASE64 ":;a=1",
		": " BASE64 ":", ":" BASE64 "AA==:", ":MAA=:", "%",
		"-----BEGIN%20CERTIFICATE-----",
		"-----BEGIN%20CERTIFICATE-----%0A" BASE64 "%0A",
		"-----BEGIN%20CERTIFICATE-----%0A-----END%20CERTIFICATE-----",
		"-----BEGIN CERTIFICATE-----%0A" BASE64
		    "%0A-----END CERTIFICATE-----%0A",
		"-----BEGIN%20CERTIFICATE-----%0A" BASE64
		    "%0A-----END%20CERTIFICATE-----%00",
		"-----BEGIN%20CERTIFICATE-----%00%0A" BASE64
		    "%0A-----END%20CERTIFICATE-----%0A",
		"-----BEGIN%20CERTIFICATE-----%0A" BASE64 "AA%3D%3D"
		    "%0A-----END%20CERTIFICATE-----%0A",
		"-----BEGIN%20CERTIFICATE-----%0A" BASE64
		    "%0A-----END%20CERTIFICATE-----%0Ax",
		"-----BEGIN%20CERTIFICATE-----%0A%2" BASE64
		    "%0A-----END%20CERTIFICATE-----%0A",
		"x-----BEGIN%20CERTIFICATE-----%0A" BASE64
		    "%0A-----END%20CERTIFICATE-----%0A"
	};
	static const char *const right[] = {
		"-----BEGIN%20CERTIFICATE-----%0a" BASE64
		    "%0a-----END%20CERTIFICATE-----",
		"-----BEGIN%20CERTIFICATE-----%0D%0A" BASE64
		    "%0D%0A-----END%20CERTIFICATE-----%0D%0A"
	};
	const char *two = escaped(PEM PEM);
	char *large;
	size_t i;

	for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		is_str(with("SUCCESS", wrong[i]), "malformed",
		    "not a certificate: %.60s", wrong[i]);
	for (i = 0; i < sizeof right / sizeof right[0]; i++)
		is_str(with("SUCCESS", right[i]), "10.1.1.1 known " NAME,
		    "a certificate: %.40s", right[i]);
	is_str(with("SUCCESS", two), "malformed", "two in one");
	large = calloc(1, 200001);
	memset(large, 'A', 200000);
	large[0] = large[199999] = ':';
	is_str(with("SUCCESS", large), "malformed", "one that is too large");
	free(large);
}

/* One bit of every byte changed: only texts with the same meaning (the case of
 * a digit in an escape) pass for the known certificate. */
static void
test_flips(void)
{
	char *s = strdup(escaped(PEM));
	size_t i, n = strlen(s);
	int bit, known = 0, wrong = 0;
	const char *got;

	for (i = 0; i < n; i++) {
		for (bit = 0; bit < 8; bit++) {
			s[i] ^= (char)(1 << bit);
			got = with("SUCCESS", s);
			if (strstr(got, "known") != NULL) {
				known++;
				wrong += bit != 5 || i < 2 ||
				    (s[i - 1] != '%' && s[i - 2] != '%');
			}
			s[i] ^= (char)(1 << bit);
		}
	}
	is_int(wrong, 0, "another byte is another certificate, or none");
	ok(known > 0 && known < 40, "%d say the same", known);
	free(s);
}

static void
test_mutants(void)
{
	static const char *seed[3];
	static const char *const word[] = { "%0A", "%00", "%", ":", "=",
	    "%3D", "-----", "CERTIFICATE", "%2B", "\t", "+", NULL };
	struct mutate m = { 9440, seed, word, "", 0 };
	int i, known = 0, other = 0;
	const char *got;

	seed[0] = strdup(escaped(PEM));
	seed[1] = ":" BASE64 ":";
	for (i = 0; i < 20000; i++) {
		mutate_next(&m);
		m.text[m.len < sizeof m.text ? m.len : m.len - 1] = '\0';
		got = with("SUCCESS", m.text);
		if (strstr(got, "known") != NULL)
			known++;
		else if (strcmp(got, "malformed") != 0)
			other++;
	}
	ok(known + other < 20000, "most mutants are refused (%d not)",
	    known + other);
	free((void *)(uintptr_t)seed[0]);
}

static const struct {
	const char *text, *fault;
} files[] = {
	{ "{\"from\":[\"127.0.0.1\",\"2001:db8::/32\",\"unix\"]}", "" },
	{ "{\"from\":[\"unix\"],\"address\":\"Forwarded\","
	    "\"certificate\":\"client-cert\"}", "" },
	{ "{\"from\":[\"unix\"],\"certificate\":\"X-C\","
	    "\"verified\":\"X-V\"}", "" },
	{ "[]", "1:10: proxy: not an object" },
	{ "{}", "1:10: proxy.from: not a list of addresses, networks and "
	    "'unix'" },
	{ "{\"from\":[]}", "1:18: proxy.from: not a list of addresses, "
	    "networks and 'unix'" },
	{ "{\"from\":\"unix\"}", "1:18: proxy.from: not a list of addresses, "
	    "networks and 'unix'" },
	{ "{\"from\":[\"unix\",7]}", "1:26: proxy.from[1]: not a text" },
	{ "{\"from\":[\"10.0.0.0/40\"]}", "1:19: proxy.from[0]: "
	    "'10.0.0.0/40': not the length of a network" },
	{ "{\"from\":[\"0.0.0.0/0\"]}", "1:19: proxy.from[0]: '0.0.0.0/0': "
	    "that is everybody" },
	{ "{\"from\":[\"unix\"],\"adress\":\"X\"}",
	    "1:36: proxy.adress: no such key" },
	{ "{\"from\":[\"unix\"],\"address\":\"X Y\"}",
	    "1:37: proxy.address: not the name of a header" },
	{ "{\"from\":[\"unix\"],\"address\":7}",
	    "1:37: proxy.address: not a text" },
	{ "{\"from\":[\"unix\"],\"certificate\":\"X-C\"}",
	    "1:41: proxy.certificate: any header but Client-Cert needs "
	    "'verified'" },
	{ "{\"from\":[\"unix\"],\"verified\":\"X-V\"}",
	    "1:38: proxy.verified: it needs 'certificate'" },
	{ "{\"from\":[\"unix\"],\"address\":\"X\",\"certificate\":\"x\","
	    "\"verified\":\"V\"}",
	    "1:10: proxy: the same header twice" }
};

static void
test_conf(void)
{
	struct config *c;
	char text[512], want[256];
	size_t i;

	for (i = 0; i < sizeof files / sizeof files[0]; i++) {
		conf_dir_begin();
		snprintf(text, sizeof text, "{\"proxy\":%s}", files[i].text);
		conf_file("loya.json", text);
		snprintf(want, sizeof want, "%s%s",
		    files[i].fault[0] != '\0' ? "loya.json:" : "",
		    files[i].fault);
		is_str(conf_dir_load(&c), want, "proxy: %s", files[i].text);
		if (files[i].fault[0] == '\0')
			config_free(c);
		conf_dir_end();
	}
}

int
main(void)
{
	static struct net net[2];

	crypt_init();
	net_parse(&net[0], "10.0.0.0/8");
	net_parse(&net[1], "2001:db8::/32");
	nginx.from = rfc.from = net;
	test_address();
	test_verified();
	test_own();
	test_forms();
	test_flips();
	test_mutants();
	test_conf();
	arena_release(&arena);
	return done_testing();
}
