#include "common/net.h"

#include <arpa/inet.h>
#include <string.h>

static const unsigned char mapped[12] =
    { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

int
net_addr_parse(struct net_addr *a, const char *s, size_t len)
{
	char text[NET_TEXT];

	memset(a, 0, sizeof *a);
	if (len == 0 || len >= sizeof text || memchr(s, '\0', len) != NULL)
		return -1;
	memcpy(text, s, len);
	text[len] = '\0';
	if (inet_pton(AF_INET, text, a->byte) == 1) {
		a->len = 4;
		return 0;
	}
	if (inet_pton(AF_INET6, text, a->byte) != 1) {
		memset(a, 0, sizeof *a);
		return -1;
	}
	a->len = 16;
	if (memcmp(a->byte, mapped, sizeof mapped) == 0) {
		memmove(a->byte, a->byte + sizeof mapped, 4);
		memset(a->byte + 4, 0, 12);
		a->len = 4;
	}
	return 0;
}

int
net_addr_host(struct net_addr *a, const char *s, size_t len)
{
	char text[NET_TEXT];
	struct in_addr in;

	len -= len > 1 && s[len - 1] == '.';
	if (net_addr_parse(a, s, len) == 0)
		return 0;
	if (len == 0 || len >= sizeof text || s[len - 1] == '.')
		return -1;
	memcpy(text, s, len);
	text[len] = '\0';
	if (strchr(text, ' ') != NULL || inet_aton(text, &in) == 0)
		return -1;
	memcpy(a->byte, &in.s_addr, 4);
	a->len = 4;
	return 0;
}

/* Whether both agree in the first bits. */
static int
same(const unsigned char *a, const unsigned char *b, int bits)
{
	int whole = bits / 8, rest = bits % 8;

	if (memcmp(a, b, (size_t)whole) != 0)
		return 0;
	return rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0;
}

/* Parse 1 to max, without a leading zero; or -1. */
static int
prefix(const char *s, int max)
{
	int n = 0;

	if (*s == '\0' || (*s == '0' && s[1] != '\0'))
		return -1;
	for (; *s != '\0'; s++) {
		if (*s < '0' || *s > '9' || n > max)
			return -1;
		n = n * 10 + (*s - '0');
	}
	return n <= max ? n : -1;
}

/* Whether bits after the prefix are set: a typing error, or somebody thinks
 * that they are part of the network. */
static int
is_ragged(const struct net *n)
{
	int i;

	for (i = n->bits; i < n->addr.len * 8; i++)
		if ((n->addr.byte[i / 8] >> (7 - i % 8) & 1) != 0)
			return 1;
	return 0;
}

const char *
net_parse(struct net *n, const char *s)
{
	const char *slash = strchr(s, '/');
	size_t len = slash != NULL ? (size_t)(slash - s) : strlen(s);

	memset(n, 0, sizeof *n);
	if (net_addr_parse(&n->addr, s, len) != 0)
		return "not an address or a network";
	n->bits = n->addr.len * 8;
	if (slash == NULL)
		return NULL;
	if (n->addr.len == 4 && memchr(s, ':', len) != NULL)
		return "write the IPv4 network that is meant";
	n->bits = prefix(slash + 1, n->bits);
	if (n->bits < 0)
		return "not the length of a network";
	if (n->bits == 0)
		return "that is everybody";
	if (is_ragged(n))
		return "the address has bits beyond its network";
	return NULL;
}

int
net_has(const struct net *n, const struct net_addr *a)
{
	return n->addr.len == a->len && same(n->addr.byte, a->byte, n->bits);
}

int
net_is_loopback(const struct net_addr *a)
{
	static const unsigned char one[16] = { [15] = 1 };

	if (a->len == 4)
		return a->byte[0] == 127;
	return memcmp(a->byte, one, sizeof one) == 0;
}

void
net_addr_text(const struct net_addr *a, char out[NET_TEXT])
{
	out[0] = '\0';
	inet_ntop(a->len == 4 ? AF_INET : AF_INET6, a->byte, out, NET_TEXT);
}

/* Get the IPv4 address inside another address. */
static void
inner(struct net_addr *out, const struct net_addr *a, size_t at)
{
	memset(out, 0, sizeof *out);
	memcpy(out->byte, a->byte + at, 4);
	out->len = 4;
}

/* The IPv4 address that one of IPv6 leads to through a translator or relay. */
static int
leads_to(struct net_addr *four, const struct net_addr *a)
{
	struct net n;

	if (net_parse(&n, "64:ff9b::/96") == NULL && net_has(&n, a))
		inner(four, a, 12);
	else if (net_parse(&n, "2002::/16") == NULL && net_has(&n, a))
		inner(four, a, 2);
	else
		return 0;
	return 1;
}

int
net_is_private(const struct net_addr *a)
{
	/* The registries of RFC 6890 as they are now; of IPv6 only global
	 * unicast (2000::/3) is public. */
	static const char *const nets[] = { "0.0.0.0/8", "10.0.0.0/8",
	    "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
	    "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
	    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
	    "224.0.0.0/3", "::/3", "2001::/23", "2001:db8::/32", "3fff::/20",
	    "4000::/2", "8000::/1" };
	struct net n;
	struct net_addr four;
	size_t i;

	if (leads_to(&four, a))
		return net_is_private(&four);
	for (i = 0; i < sizeof nets / sizeof nets[0]; i++)
		if (net_parse(&n, nets[i]) == NULL && net_has(&n, a))
			return 1;
	return 0;
}
