/*
 * Preloaded into a program under test: looking up a host whose name begins with
 * "silent" waits as if the name servers did not answer, until the file NAMES_GO
 * exists, or for 20 seconds; then there is no such host.
 */
#include <dlfcn.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef int lookup(const char *, const char *, const struct addrinfo *,
    struct addrinfo **);

int
getaddrinfo(const char *host, const char *port, const struct addrinfo *hint,
    struct addrinfo **out)
{
	static const struct timespec nap = { 0, 20000000 };
	const char *go = getenv("NAMES_GO");
	lookup *real;
	void *p;
	int i;

	if (host != NULL && strncmp(host, "silent", 6) == 0) {
		for (i = 0; i < 1000 && access(go, F_OK) != 0; i++)
			nanosleep(&nap, NULL);
		return EAI_AGAIN;
	}
	p = dlsym(RTLD_NEXT, "getaddrinfo");
	memcpy(&real, &p, sizeof real);
	return real(host, port, hint, out);
}
