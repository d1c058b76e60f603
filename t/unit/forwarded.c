/* Addresses, networks, and lists of addresses that proxies write. */
#include "common/forwarded.h"

#include "t/unit/mutate.h"
#include "t/unit/tap.h"

static const struct {
	const char *text, *fault, *in, *out;
} nets[] = {
	{ "127.0.0.1", NULL, "127.0.0.1", "127.0.0.2" },
	{ "10.0.0.0/8", NULL, "10.255.3.4", "11.0.0.0" },
	{ "192.0.2.128/25", NULL, "192.0.2.128", "192.0.2.127" },
	{ "192.0.2.7/32", NULL, "::ffff:192.0.2.7", "192.0.2.6" },
	{ "2001:db8::/32", NULL, "2001:db8:ffff::1", "2001:db9::" },
	{ "2001:db8::7", NULL, "2001:db8:0::7", "2001:db8::8" },
	{ "::/64", NULL, "::1", "0.0.0.1" },
	{ "::ffff:192.0.2.7", NULL, "192.0.2.7", "::1" },
	{ "128.0.0.0/1", NULL, "255.0.0.1", "127.0.0.1" },
	{ "", "not an address or a network", NULL, NULL },
	{ "localhost", "not an address or a network", NULL, NULL },
	{ "10.0.0.0/", "not the length of a network", NULL, NULL },
	{ "10.0.0.0/33", "not the length of a network", NULL, NULL },
	{ "10.0.0.0/08", "not the length of a network", NULL, NULL },
	{ "10.0.0.0/8 ", "not the length of a network", NULL, NULL },
	{ "10.0.0.0/-8", "not the length of a network", NULL, NULL },
	{ "10.0.0.0/99999999999", "not the length of a network", NULL, NULL },
	{ "2001:db8::/129", "not the length of a network", NULL, NULL },
	{ "0.0.0.0/0", "that is everybody", NULL, NULL },
	{ "::/0", "that is everybody", NULL, NULL },
	{ "10.0.0.1/8", "the address has bits beyond its network", NULL,
	    NULL },
	{ "2001:db8::1/64", "the address has bits beyond its network", NULL,
	    NULL },
	{ "::ffff:10.0.0.0/104", "write the IPv4 network that is meant", NULL,
	    NULL },
	{ "10.1/16", "not an address or a network", NULL, NULL },
	{ "fe80::1%eth0", "not an address or a network", NULL, NULL },
	{ " 127.0.0.1", "not an address or a network", NULL, NULL },
	{ "0000:0000:0000:0000:0000:ffff:192.168.100.1000/96",
	    "not an address or a network", NULL, NULL }
};

static int
has(const struct net *n, const char *s)
{
	struct net_addr a;

	return net_addr_parse(&a, s, strlen(s)) == 0 && net_has(n, &a);
}

static void
test_nets(void)
{
	struct net n;
	size_t i;

	for (i = 0; i < sizeof nets / sizeof nets[0]; i++) {
		is_str(net_parse(&n, nets[i].text), nets[i].fault,
		    "network '%s'", nets[i].text);
		if (nets[i].in == NULL)
			continue;
		ok(has(&n, nets[i].in), "... has %s", nets[i].in);
		ok(!has(&n, nets[i].out), "... has not %s", nets[i].out);
	}
}

static void
test_loopback(void)
{
	static const char *const near[] =
	    { "127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1" };
	static const char *const far[] =
	    { "128.0.0.1", "0.0.0.0", "::", "::2", "::ffff:10.0.0.1" };
	struct net_addr a;
	size_t i;

	for (i = 0; i < sizeof near / sizeof near[0]; i++)
		ok(net_addr_parse(&a, near[i], strlen(near[i])) == 0 &&
		    net_is_loopback(&a), "%s is this machine", near[i]);
	for (i = 0; i < sizeof far / sizeof far[0]; i++)
		ok(net_addr_parse(&a, far[i], strlen(far[i])) == 0 &&
		    !net_is_loopback(&a), "%s is not", far[i]);
}

enum { TRUSTED = 3 };

static struct net trusted[TRUSTED];

static void
set_up(void)
{
	net_parse(&trusted[0], "127.0.0.0/8");
	net_parse(&trusted[1], "10.0.0.0/8");
	net_parse(&trusted[2], "2001:db8::/32");
}

/* Who the client is according to a list: "ADDRESS", "ADDRESS near", "unknown"
 * or "malformed". */
static const char *
client(const char *list, int rfc7239, int near)
{
	static char out[NET_TEXT + 8];
	struct forwarded f;
	int rc;

	rc = rfc7239 ? forwarded_rfc7239(&f, list, trusted, TRUSTED, near) :
	    forwarded_for(&f, list, trusted, TRUSTED, near);
	if (rc != 0)
		return "malformed";
	strcpy(out, "unknown");
	if (f.known)
		net_addr_text(&f.addr, out);
	if (f.near)
		strcat(out, " near");
	return out;
}

static const struct {
	const char *list, *client;
} plain[] = {
	{ "192.0.2.7", "192.0.2.7" },
	{ "192.0.2.7:4711", "192.0.2.7" },
	{ "2001:db9::7", "2001:db9::7" },
	{ "[2001:db9::7]", "2001:db9::7" },
	{ "[2001:db9::7]:443", "2001:db9::7" },
	{ "::ffff:192.0.2.7", "192.0.2.7" },
	{ "198.51.100.1, 192.0.2.7", "192.0.2.7" },
	{ "127.0.0.1,192.0.2.7", "192.0.2.7" },
	{ "garbage, \"', 192.0.2.7", "192.0.2.7" },
	{ ",,192.0.2.7\t", "192.0.2.7" },
	{ "192.0.2.7, 10.1.2.3", "192.0.2.7" },
	{ "198.51.100.1, 192.0.2.7, 2001:db8::1 , 127.0.0.1", "192.0.2.7" },
	{ "10.1.2.3", "10.1.2.3" },
	{ "127.0.0.1, 10.1.2.3", "127.0.0.1" },
	{ "10.1.2.3, 127.0.0.1", "10.1.2.3" },
	{ "127.0.0.1", "127.0.0.1 near" },
	{ "::1", "::1 near" },
	{ "127.0.0.1, 127.0.0.5", "127.0.0.1 near" },
	{ "unknown", "unknown" },
	{ "127.0.0.1, unknown", "unknown" },
	{ "unknown, 127.0.0.1", "unknown" },
	{ "", "malformed" },
	{ " ", "malformed" },
	{ "192.0.2.7,", "malformed" },
	{ "garbage", "malformed" },
	{ "garbage, 10.1.2.3", "malformed" },
	{ "192.0.2.7 192.0.2.8", "malformed" },
	{ "192.0.2.7:", "malformed" },
	{ "192.0.2.7:x", "malformed" },
	{ "192.0.2.7:123456", "malformed" },
	{ "192.0.2.7:_x", "malformed" },
	{ "[2001:db9::7", "malformed" },
	{ "[2001:db9::7]443", "malformed" },
	{ "2001:db9::7]", "malformed" },
	{ "192.0.2.007", "malformed" },
	{ "0x7f.1", "malformed" },
	{ "127.1", "malformed" },
	{ "unix:", "malformed" },
	{ "fe80::1%lo", "malformed" }
}, rfc[] = {
	{ "for=192.0.2.7", "192.0.2.7" },
	{ "For=\"192.0.2.7:4711\"", "192.0.2.7" },
	{ "for=\"192.0.2.7:_port\"", "192.0.2.7" },
	{ "FOR=\"[2001:db9::7]\"", "2001:db9::7" },
	{ "for=\"[2001:db9::7]:4711\";proto=https", "2001:db9::7" },
	{ "proto=http;by=203.0.113.43;for=192.0.2.7", "192.0.2.7" },
	{ "for=127.0.0.1, for=192.0.2.7", "192.0.2.7" },
	{ "for=192.0.2.7 , \tfor=10.1.2.3;by=127.0.0.1", "192.0.2.7" },
	{ "for=127.0.0.1", "127.0.0.1 near" },
	{ "for=127.0.0.1,for=10.1.2.3", "127.0.0.1" },
	{ "for=unknown", "unknown" },
	{ "for=_SEVKISEK", "unknown" },
	{ "for=\"_gazonk:80\"", "unknown" },
	{ "proto=https", "unknown" },
	{ "for=127.0.0.1, proto=https", "unknown" },
	{ "for=127.0.0.1;x=\", for=192.0.2.7", "malformed" },
	{ "for=127.0.0.1;x=\", for=\"[2001:db9::7]\"", "malformed" },
	{ "for=\"192.0.2.7", "malformed" },
	{ "for=\"192.0\\.2.7\"", "malformed" },
	{ "for=2001:db9::7", "malformed" },
	{ "for=\"2001:db9::7\"", "malformed" },
	{ "for=\"[192.0.2.7]\"", "malformed" },
	{ "for=[2001:db9::7]", "malformed" },
	{ "for=192.0.2.7:80", "malformed" },
	{ "for=192.0.2.7;for=192.0.2.8", "malformed" },
	{ "for=192.0.2.7;", "malformed" },
	{ "for=192.0.2.7,", "malformed" },
	{ ",for=192.0.2.7", "malformed" },
	{ "for =192.0.2.7", "malformed" },
	{ "for= 192.0.2.7", "malformed" },
	{ "for=", "malformed" },
	{ "for=\"\"", "malformed" },
	{ "192.0.2.7", "malformed" },
	{ "", "malformed" }
};

static void
test_lists(void)
{
	size_t i;

	for (i = 0; i < sizeof plain / sizeof plain[0]; i++)
		is_str(client(plain[i].list, 0, 1), plain[i].client,
		    "X-Forwarded-For: %s", plain[i].list);
	for (i = 0; i < sizeof rfc / sizeof rfc[0]; i++)
		is_str(client(rfc[i].list, 1, 1), rfc[i].client,
		    "Forwarded: %s", rfc[i].list);
	is_str(client("127.0.0.1", 0, 0), "127.0.0.1",
	    "a far proxy's own machine is not this one");
	is_str(client("for=127.0.0.1, for=127.0.0.1", 1, 0), "127.0.0.1",
	    "however often it says so");
}

static void
test_many(void)
{
	char list[FORWARDED_MOST * 20 + 64] = "for=192.0.2.7";
	int i;

	for (i = 1; i < FORWARDED_MOST; i++)
		strcat(list, ",for=127.0.0.1");
	is_str(client(list, 1, 1), "192.0.2.7", "as many as are read");
	strcat(list, ",for=127.0.0.1");
	is_str(client(list, 1, 1), "malformed", "one more is too many");
}

/* Whatever a client puts in front of what a trusted proxy adds, it cannot pass
 * for somebody else: a list that begins with anything and ends with its address
 * is about that address, or is refused. */
static void
test_forging(void)
{
	static const char *const seed[] = { "127.0.0.1", "for=127.0.0.1",
	    "10.1.2.3, 127.0.0.1", "for=\"[2001:db8::7]:4711\";proto=https",
	    "for=192.0.2.43, for=\"[2001:db8:cafe::17]\"", NULL };
	static const char *const word[] = { "\"", ",", ";", "for=", "[", "]",
	    "127.0.0.1", "\\", "unknown", ":80", " ", "x=\"", NULL };
	static const char *const end[] = { "192.0.2.7", "for=192.0.2.7",
	    "for=\"192.0.2.7:80\"", "for=192.0.2.7;by=\"[2001:db8::1]\"" };
	struct mutate m = { 7239, seed, word, "", 0 };
	char list[5000];
	const char *got;
	int i, e, bad = 0, good[4] = { 0, 0, 0, 0 };

	for (i = 0; i < 200000; i++) {
		mutate_next(&m);
		e = i % 4;
		snprintf(list, sizeof list, "%.*s, %s", (int)m.len, m.text,
		    end[e]);
		/* A NUL ends a header before it gets here. */
		if (strlen(list) < m.len)
			continue;
		got = client(list, e > 0, 1);
		if (strcmp(got, "192.0.2.7") == 0)
			good[e]++;
		else if (e == 0 || strcmp(got, "malformed") != 0)
			bad++;
	}
	is_int(bad, 0, "no beginning of a list forges its end");
	ok(good[0] > 1000 && good[1] > 1000 && good[2] > 1000 &&
	    good[3] > 1000, "and many are read");
}

int
main(void)
{
	set_up();
	test_nets();
	test_loopback();
	test_lists();
	test_many();
	test_forging();
	return done_testing();
}
