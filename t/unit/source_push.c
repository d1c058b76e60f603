/* The push section of source files; and which addresses are private. */
#include "common/source.h"
#include "t/unit/conf_dir.h"
#include "t/unit/tap.h"

static struct config *config;

/* What is said about a file crm.json with this push. */
static const char *
load(const char *push)
{
	char text[1024];

	snprintf(text, sizeof text, "{\"push\":{%s}}", push);
	return conf_crm(&config, text);
}

#define HOOK "\"on\":\"*\",\"kind\":\"webhook\",\"webhook\":{"
#define URL "\"url\":\"https://a/t\""
#define EXEC "\"on\":\"*\",\"kind\":\"exec\",\"exec\":{"

static void
test_defaults(void)
{
	const struct push *p;

	is_str(load(HOOK URL "}"), "", "the least of a webhook");
	p = &config->source[0].push;
	is_int(p->kind, PUSH_WEBHOOK, "its kind");
	is_str(p->lacks, NULL, "nothing is lacking");
	is_str(p->url, "https://a/t", "url");
	is_str(p->secret, "crm.push", "the secret's name");
	is_int(p->timeout, 15, "timeout");
	is_int(p->concurrency, 20, "concurrency");
	is_int(p->rate, 0, "no rate");
	is_int(p->private_too, 0, "no private addresses");
	is_str(load(EXEC "\"command\":[\"a\",\"b\"]}"), "", "of a command");
	p = &config->source[0].push;
	is_int(p->kind, PUSH_EXEC, "its kind");
	is_str(p->command[1], "b", "its arguments");
	is_str(p->command[2], NULL, "and their end");
	is_int(p->batch, 100, "lines a run");
	is_int(p->concurrency, 1, "one run at a time");
	is_str(load("\"on\":\"*\",\"kind\":\"webhook\""), "", "only prepared");
	is_str(config->source[0].push.lacks, "there is no push.webhook",
	    "what is lacking");
}

static void
test_all(void)
{
	const struct push *p;

	is_str(load(HOOK "\"url\":\"http://127.0.0.1/\",\"private\":true,"
	    "\"secret\":\"s\",\"headers\":{\"X-A\":\"b\"},\"timeout\":3,"
	    "\"hmac\":{\"header\":\"X-S\",\"encoding\":\"base64\","
	    "\"algorithm\":\"sha512\",\"prefix\":\"v=\"},"
	    "\"ca\":\"/ca\"},\"concurrency\":7,\"rate\":9"), "", "everything");
	p = &config->source[0].push;
	is_str(p->secret, "s", "secret");
	is_int(p->nheader, 1, "headers");
	is_str(p->header[0].value, "b", "a header");
	is_str(p->hmac->header, "X-S", "hmac");
	is_int(p->hmac->encoding, AUTH_BASE64, "its encoding");
	is_int(p->hmac->hash, AUTH_HMAC_SHA512, "its algorithm");
	is_str(p->hmac->prefix, "v=", "its prefix");
	is_int(p->timeout, 3, "timeout");
	is_str(p->ca, "/ca", "ca");
	is_int(p->concurrency, 7, "concurrency");
	is_int(p->rate, 9, "rate");
}

static const char *const bad[][2] = {
	{ HOOK "}", "push.webhook: there is no url" },
	{ HOOK "\"url\":\"ftp://a\"}", "push.webhook.url: 'ftp://a': " },
	{ HOOK "\"url\":\"http://[::1]/\"}", "push.webhook.url: http:// is for "
	    "this machine only, and needs 'private'" },
	{ HOOK "\"url\":\"http://a/\",\"private\":true}", "push.webhook.url: "
	    "'http://a/': http:// is for this machine itself: a loopback "
	    "address or localhost" },
	{ HOOK "\"url\":\"http://10.255.255.1/\",\"private\":true}",
	    "http:// is for this machine itself: a loopback" },
	{ HOOK "\"url\":\"https://10.255.255.1/\"}", "push.webhook.url: "
	    "'https://10.255.255.1/' is a private address, which needs "
	    "'private'" },
	{ HOOK "\"url\":\"https://[fd00::1]:8/\"}", "a private address" },
	{ HOOK URL ",\"x\":1}", "push.webhook" },
	{ HOOK URL ",\"secret\":\"a b\"}", "not the name of a secret" },
	{ HOOK URL ",\"timeout\":61}", "push.webhook.timeout" },
	{ HOOK URL ",\"ca\":\"ca\"}", "not an absolute path" },
	{ HOOK URL ",\"headers\":[]}", "not an object" },
	{ HOOK URL ",\"headers\":{\"a b\":\"c\"}}",
	    "not the name of a header" },
	{ HOOK URL ",\"headers\":{\"Webhook-Id\":\"c\"}}",
	    "a header that loya sets itself" },
	{ HOOK URL ",\"headers\":{\"Authorization\":\"c\"}}",
	    "carries a credential" },
	{ HOOK URL ",\"headers\":{\"a\":\"b\\n\"}}", "not printable ASCII" },
	{ HOOK URL ",\"hmac\":{}}", "push.webhook.hmac: there is no header" },
	{ HOOK URL ",\"hmac\":{\"header\":\"a b\"}}",
	    "push.webhook.hmac: not the name of a header" },
	{ HOOK URL ",\"hmac\":{\"header\":\"webhook-signature\"}}",
	    "a header that loya sets itself" },
	{ HOOK URL ",\"headers\":{\"X-S\":\"\"},\"hmac\":{\"header\":"
	    "\"x-s\"}}", "push.webhook.hmac.header: 'headers' has it too" },
	{ HOOK URL ",\"hmac\":{\"header\":\"s\",\"algorithm\":\"sha1\"}}",
	    "push.webhook.hmac.algorithm" },
	{ HOOK URL ",\"hmac\":{\"header\":\"s\",\"encoding\":\"b\"}}",
	    "push.webhook.hmac.encoding" },
	{ HOOK URL ",\"hmac\":{\"header\":\"s\",\"prefix\":\"\\n\"}}",
	    "not printable ASCII" },
	{ HOOK URL ",\"hmac\":{\"header\":\"s\",\"secret\":\"a\"}}",
	    "push.webhook.hmac" },
	{ HOOK URL "},\"concurrency\":0", "push.concurrency" },
	{ HOOK URL "},\"rate\":0", "push.rate" },
	{ HOOK URL "},\"exec\":{}", "push.exec: only with push.kind 'exec'" },
	{ EXEC "}", "there is no command" },
	{ EXEC "\"command\":\"a\"}", "push.exec.command: not a list" },
	{ EXEC "\"command\":[\"\"]}", "empty command" },
	{ EXEC "\"command\":[\"a\"],\"batch\":201}", "push.exec.batch" },
	{ "\"kind\":\"webhook\",\"webhook\":{" URL "}", "there is no 'on'" },
	{ "\"on\":\"*\"", "there is no kind" },
	{ "\"on\":\"loya.member.suspend\",\"kind\":\"webhook\","
	    "\"webhook\":{" URL "}", "push.on: 'loya.member.suspend' is not a "
	    "type of event that is sent" },
	{ "\"on\":[\"*\",\"loya.delivery.sent\"],\"kind\":\"webhook\","
	    "\"webhook\":{" URL "}", "push.on[1]: 'loya.delivery.sent' is no" },
	{ "\"on\":\"*\",\"kind\":\"mail\"", "push.kind" },
	{ HOOK URL "},\"preset\":\"x\"", "push.preset: the profile has no "
	    "such preset" },
};

static const struct {
	const char *addr;
	int private;
} addresses[] = {
	{ "8.8.8.8", 0 }, { "10.0.0.1", 1 }, { "127.0.0.1", 1 },
	{ "172.15.255.255", 0 }, { "172.16.0.1", 1 }, { "172.32.0.0", 0 },
	{ "192.168.1.1", 1 }, { "169.254.169.254", 1 }, { "100.64.0.1", 1 },
	{ "0.0.0.0", 1 }, { "224.0.0.1", 1 }, { "255.255.255.255", 1 },
	{ "::1", 1 }, { "::", 1 }, { "fe80::1", 1 }, { "fc00::1", 1 },
	{ "fd00::1", 1 }, { "ff02::1", 1 }, { "::ffff:10.0.0.1", 1 },
	{ "::ffff:8.8.8.8", 0 }, { "64:ff9b::a00:1", 1 },
	{ "64:ff9b::808:808", 0 }, { "2002:a00:1::", 1 },
	{ "2002:808:808::", 0 }, { "2606:4700::1111", 0 },
	{ "2001:db8::1", 1 }, { "64:ff9b:1::1", 1 }, { "100:0:0:1::1", 1 },
	{ "5f00::1", 1 }, { "3ffe::1", 0 }, { "4000::1", 1 },
	{ "1fff::1", 1 }, { "2000::1", 0 },
};

int
main(void)
{
	struct net_addr a;
	size_t i;

	test_defaults();
	test_all();
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
		ok(strstr(load(bad[i][0]), bad[i][1]) != NULL,
		    "refused: %s", bad[i][1]);
	for (i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
		net_addr_parse(&a, addresses[i].addr,
		    strlen(addresses[i].addr));
		is_int(net_is_private(&a), addresses[i].private, "%s",
		    addresses[i].addr);
	}
	config_free(config);
	return done_testing();
}
