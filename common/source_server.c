/* oauth in loya.json: loya as an authorization server. */
#include "common/source_inner.h"

#include <string.h>

/* RFC 8414 section 2: https, no query, no fragment; a trailing slash would
 * double that of the endpoints. */
static int
is_issuer(const char *s)
{
	static const char lead[] = "https://";
	size_t n = strlen(s);

	return strncmp(s, lead, sizeof lead - 1) == 0 &&
	    n > sizeof lead - 1 && n < 1000 && s[sizeof lead - 1] != '/' &&
	    s[n - 1] != '/' && strspn(s, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/[]%") == n;
}

void
oauth_server_conf(const struct node *n, struct arena *a,
    struct oauth_server *s)
{
	static const char *const known[] = { "issuer", "lifetime", NULL };

	if (!conf_known(n, known))
		return;
	if (conf_string(n, "issuer", a, &s->issuer) && !is_issuer(s->issuer))
		conf_bad_at(n, "issuer", "not an https URL without a query or "
		    "a slash at its end");
	conf_int(n, "lifetime", 60, 86400, &s->lifetime);
}
