/*
 * Any bytes over a connection, through the real server: libmicrohttpd, the
 * framing, every way to authenticate, proxies, envelopes, loya as an OAuth
 * server, and the commit.  The answer is HTTP, and never has a secret.
 *
 * The first byte: bit 0 the peer is on another machine, bit 1 it is the proxy
 * that loya.json names, bit 2 the store is busy.
 */
#include "t/fuzz/fuzz.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/crypt.h"
#include "common/die.h"
#include "common/session.h"
#include "common/vault.h"

#define SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define IN_IT "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

static const char *const file[][2] = {
	{ "loya.json", "{\"authority\":{\"*\":[\"std\"]},"
	    "\"proxy\":{\"from\":[\"10.0.0.0/8\"],"
	    "\"address\":\"X-Forwarded-For\",\"certificate\":"
	    "\"X-Cert\",\"verified\":\"X-Verify\"}}" },
	{ "sources/std.json", "{\"profile\":\"plain\"}" },
	{ "sources/github.json",
	    "{\"receive\":{\"auth\":{\"preset\":\"github\"}}}" },
	{ "sources/slack.json",
	    "{\"receive\":{\"auth\":{\"preset\":\"slack\"}}}" },
	{ "sources/stripe.json",
	    "{\"receive\":{\"auth\":{\"preset\":\"stripe\"}}}" },
	{ "sources/basic.json",
	    "{\"receive\":{\"auth\":{\"kind\":\"basic\"}}}" },
	{ "sources/query.json", "{\"receive\":{\"auth\":"
	    "{\"kind\":\"header\",\"query\":\"k\"}}}" },
	{ "sources/mtls.json",
	    "{\"receive\":{\"auth\":{\"kind\":\"mtls\"}}}" },
	{ "sources/crm.json", "{\"profile\":\"salesforce\","
	    "\"receive\":{\"auth\":{\"kind\":\"none\"}}}" },
	{ "sources/open.json", "{\"receive\":{\"auth\":{\"kind\":\"none\"},"
	    "\"id\":\"/id\",\"each\":\"/each\",\"origin\":[\"*\"],"
	    "\"headers\":[\"x-id\"]}}" }
};

static struct store *store;
static struct receiver *receiver;
static struct session session;

/* Thousands of commits a second, into a folder that is not kept. */
int fdatasync(int fd);

int
fdatasync(int fd)
{
	return fcntl(fd, F_GETFD) < 0 ? -1 : 0;
}

static void
must(int rc, const struct err *e)
{
	if (rc != 0)
		fuzz_wrong(e->msg);
}

static void
secrets(const char *path, const char *conf)
{
	static const char *const name[] = { "std", "github", "slack",
	    "stripe", "basic", "query" };
	unsigned char *key;
	struct store *s;
	struct err e;
	size_t i;

	must(key_make(conf, &e), &e);
	must(key_load(conf, &key, &e), &e);
	must(store_open(&s, path, ROLE_TOKEN, STORE_CREATE, &e), &e);
	must(vault_init(s, key, path, &e), &e);
	for (i = 0; i < sizeof name / sizeof name[0]; i++)
		must(vault_set(s, key, name[i], 0,
		    (const unsigned char *)SECRET, strlen(SECRET), &e), &e);
	store_close(s);
	crypt_free(key);
}

static void
stop(void)
{
	session_release(&session);
	receive_free(receiver);
	store_close(store);
}

static void
start(void)
{
	static const struct httpd_limits limits =
	    { 65536, 1 << 20, 4096, 8, 30, 60 };
	char path[64], sources[64];
	struct err e;
	size_t i;

	setenv("LOYA_NOW", "2026-11-23T10:00:00Z", 1);
	unsetenv("LOYA_KEY");
	unsetenv("CREDENTIALS_DIRECTORY");
	die_init("fuzz");
	crypt_init();
	snprintf(path, sizeof path, "%s/loya.db", fuzz_dir());
	snprintf(sources, sizeof sources, "%s/sources", fuzz_dir());
	mkdir(sources, 0700);
	for (i = 0; i < sizeof file / sizeof file[0]; i++)
		fuzz_file(file[i][0], file[i][1], strlen(file[i][1]));
	secrets(path, fuzz_dir());
	must(store_open(&store, path, ROLE_RECV, STORE_CREATE, &e), &e);
	must(receive_new(&receiver, fuzz_dir(), store, 0, 0, &e), &e);
	must(session_init(&session, receiver, &limits, NULL, NULL, &e), &e);
	atexit(stop);
}

static void
peer(struct peer *p, int away, int proxy)
{
	struct sockaddr_in *in = (struct sockaddr_in *)&p->addr;

	memset(p, 0, sizeof *p);
	in->sin_family = AF_INET;
	strcpy(p->text, proxy ? "10.0.0.1" : away ? "192.0.2.7" : "127.0.0.1");
	inet_pton(AF_INET, p->text, &in->sin_addr);
	p->len = sizeof *in;
	p->loopback = p->local = !proxy && !away;
}

static void
serve(int busy)
{
	struct delivery *d, *x;
	struct commits commits = { 0 };
	int turns;

	for (turns = 0; httpd_open(session.http) > 0; turns++) {
		if (turns > 1000)
			fuzz_wrong("the connection does not end");
		while ((d = session_run(&session)) != NULL) {
			for (x = d; busy && x != NULL; x = x->next)
				x->rc = E_BUSY;
			if (!busy && receive_commit(store, d, &commits) != 0)
				fuzz_wrong("a commit failed");
			session_settle(&session, d);
		}
	}
}

static void
judge(int fd)
{
	static char got[1 << 18];
	size_t n = 0;
	ssize_t k;

	while ((k = read(fd, got + n, sizeof got - n)) > 0)
		n += (size_t)k;
	if (n > 0 && (n < 12 || memcmp(got, "HTTP/1.1 ", 9) != 0))
		fuzz_wrong("an answer is no HTTP");
	if (memmem(got, n, IN_IT, strlen(IN_IT)) != NULL)
		fuzz_wrong("an answer has a secret");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct peer from;
	int pair[2];

	if (store == NULL)
		start();
	if (n < 2 || n > 65536 || memmem(data, n, IN_IT, strlen(IN_IT)) != NULL)
		return 0;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) != 0)
		fuzz_wrong("no sockets");
	if (write(pair[0], data + 1, n - 1) != (ssize_t)n - 1)
		fuzz_wrong("a request does not fit");
	shutdown(pair[0], SHUT_WR);
	peer(&from, data[0] & 1, data[0] & 2);
	if (httpd_add(session.http, pair[1], &from) != 0)
		fuzz_wrong("a connection is not taken");
	serve(data[0] & 4);
	judge(pair[0]);
	close(pair[0]);
	return 0;
}
