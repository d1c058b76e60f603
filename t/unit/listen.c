/* Addresses and peers. */
#include "common/listen.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/un.h>
#include <unistd.h>

#include "t/unit/tap.h"

typedef int lookup(const char *, const char *, const struct addrinfo *,
    struct addrinfo **);

/* What the name "many" resolves to; everything else as the system does it. */
static const char *many[5];

int
getaddrinfo(const char *host, const char *port, const struct addrinfo *hint,
    struct addrinfo **out)
{
	lookup *real;
	void *p = dlsym(RTLD_NEXT, "getaddrinfo");
	size_t i;

	memcpy(&real, &p, sizeof real);
	if (host == NULL || strcmp(host, "many") != 0)
		return real(host, port, hint, out);
	for (i = 0; many[i] != NULL; i++) {
		if (real(many[i], port, hint, out) != 0)
			return EAI_FAIL;
		out = &(*out)->ai_next;
	}
	return 0;
}

static int
try(const char *address, struct err *e)
{
	struct listeners l = { NULL, 0 };
	int rc;

	rc = listen_add(&l, address, e);
	listen_release(&l);
	return rc;
}

static void
test_forms(void)
{
	static const char *const wrong[] = {
		"", "x", ":80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x",
		"127.0.0.1:65536", "127.0.0.1:-1", "::1:80", "[::1]", "[]:80",
		"[::1]80", "unix:", "unix:relative"
	};
	struct err e;
	size_t i;

	for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		is_int(try(wrong[i], &e), E_USAGE, "'%s' is no address",
		    wrong[i]);
	is_int(try("192.0.2.1:1", &e), E_CONF, "an address of others");
	is_int(try("no-such-host.invalid:1", &e), E_CONF, "an unknown name");
}

static void
test_passed(void)
{
	struct err e;
	char pid[24];

	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	is_int(try("fd", &e), E_CONF, "no socket was handed over");
	setenv("LISTEN_PID", "1", 1);
	setenv("LISTEN_FDS", "1", 1);
	is_int(try("fd", &e), E_CONF, "or it was to somebody else");
	snprintf(pid, sizeof pid, "%ld", (long)getpid());
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", "x", 1);
	is_int(try("fd", &e), E_CONF, "or their number is invalid");
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
}

static void
test_many(void)
{
	struct listeners l = { NULL, 0 };
	struct err e;
	char address[32];

	many[0] = "127.0.0.1";
	many[1] = "192.0.2.1";
	many[2] = "127.0.0.2";
	is_int(listen_add(&l, "many:0", &e), 0, "a name of many addresses");
	is_int((int)l.n, 2, "stands for each that is ours");
	ok(l.n == 2 && strncmp(l.at[0].name, "127.0.0.1:", 10) == 0 &&
	    strncmp(l.at[1].name, "127.0.0.2:", 10) == 0, "by its address");
	snprintf(address, sizeof address, "many%s",
	    strchr(l.at[0].name, ':'));
	is_int(try(address, &e), E_CONF, "but not for one that is in use");
	is_int(listen_add(&l, address, &e), 0, "unless it is by us");
	is_int((int)l.n, 3, "then once is enough");
	is_int(listen_add(&l, address, &e), 0, "also for all of it");
	is_int((int)l.n, 3, "which adds nothing");
	listen_release(&l);
	many[0] = many[1];
	many[2] = NULL;
	is_int(try("many:0", &e), E_CONF, "and one must be ours");
}

static int
connect_to(const char *name)
{
	struct sockaddr_in a;
	int fd;

	memset(&a, 0, sizeof a);
	a.sin_family = AF_INET;
	a.sin_port = htons((uint16_t)atoi(strchr(name, ':') + 1));
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(fd, (struct sockaddr *)&a, sizeof a) != 0)
		return -1;
	return fd;
}

static void
test_accept(void)
{
	struct listeners l = { NULL, 0 };
	struct peer p;
	struct err e;
	int out, in;

	is_int(listen_add(&l, "127.0.0.1:0", &e), 0, "a port of its own");
	ok(strncmp(l.at[0].name, "127.0.0.1:", 10) == 0 &&
	    strcmp(l.at[0].name, "127.0.0.1:0") != 0, "which it names");
	is_int(listen_accept(&l.at[0], &p), -1, "nobody listens");
	out = connect_to(l.at[0].name);
	ok(out >= 0, "somebody comes");
	in = listen_accept(&l.at[0], &p);
	ok(in >= 0, "and is accepted");
	is_str(p.text, "127.0.0.1", "by address");
	is_int(p.loopback, 1, "as one of this machine");
	listen_peer(in, &p);
	is_str(p.text, "127.0.0.1", "the peer of a descriptor is the same");
	close(in);
	close(out);
	listen_release(&l);
}

static void
test_told(void)
{
	struct peer p;
	int fd[2];

	if (pipe(fd) != 0)
		return;
	unsetenv("TCPREMOTEIP");
	unsetenv("REMOTE_ADDR");
	unsetenv("REMOTE_HOST");
	listen_peer(fd[0], &p);
	is_str(p.text, "-", "the peer of a pipe is not known");
	is_int(p.loopback, 0, "and not trusted");
	setenv("REMOTE_HOST", "localhost", 1);
	listen_peer(fd[0], &p);
	is_str(p.text, "-", "a name is not an address");
	setenv("REMOTE_HOST", "192.0.2.7", 1);
	listen_peer(fd[0], &p);
	is_str(p.text, "192.0.2.7", "what stunnel says");
	setenv("REMOTE_ADDR", "127.8.9.1", 1);
	listen_peer(fd[0], &p);
	is_int(p.loopback, 1, "unless the environment says that it is near");
	setenv("TCPREMOTEIP", "2001:db8::1", 1);
	listen_peer(fd[0], &p);
	is_str(p.text, "2001:db8::1", "or far");
	is_int(p.loopback, 0, "which is not trusted");
	setenv("TCPREMOTEIP", "::ffff:127.0.0.1", 1);
	listen_peer(fd[0], &p);
	is_int(p.loopback, 1, "a mapped address counts as what it is");
	setenv("TCPREMOTEIP", "nonsense", 1);
	listen_peer(fd[0], &p);
	is_str(p.text, "-", "an invalid address is ignored");
	close(fd[0]);
	close(fd[1]);
}

int
main(void)
{
	test_forms();
	test_passed();
	test_many();
	test_accept();
	test_told();
	return done_testing();
}
