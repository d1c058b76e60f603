/* proxy in loya.json: which peers to believe when they speak for others. */
#include "common/source_inner.h"

#include <string.h>
#include <strings.h>

/* "from": addresses, networks, and the word for peers without one. */
static void
from(const struct node *n, struct arena *a, struct proxies *p)
{
	struct node list, item;
	const char *text, *fault;
	size_t i, count;

	count = conf_get(n, "from", &list) && conf_type(&list) == CONF_ARRAY ?
	    conf_count(&list) : 0;
	if (count == 0) {
		conf_bad_at(n, "from", "not a list of addresses, networks "
		    "and 'unix'");
		return;
	}
	p->from = arena_alloc(a, count * sizeof *p->from);
	for (i = 0; i < count; i++) {
		conf_item(&list, i, &item);
		text = conf_text(&item, a);
		if (strcmp(text, "unix") == 0) {
			p->local = 1;
			continue;
		}
		fault = net_parse(&p->from[p->nfrom++], text);
		if (fault != NULL)
			conf_bad(&item, "'%s': %s", text, fault);
	}
}

static int
same(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcasecmp(a, b) == 0;
}

void
proxies_conf(const struct node *n, struct arena *a, struct proxies *p)
{
	static const char *const known[] =
	    { "from", "address", "certificate", "verified", NULL };

	if (!conf_known(n, known))
		return;
	from(n, a, p);
	source_header_name(n, "address", a, &p->address);
	source_header_name(n, "certificate", a, &p->certificate);
	source_header_name(n, "verified", a, &p->verified);
	if (same(p->address, p->certificate) ||
	    same(p->address, p->verified) ||
	    same(p->certificate, p->verified))
		conf_bad(n, "the same header twice");
	if (p->verified != NULL && p->certificate == NULL)
		conf_bad_at(n, "verified", "it needs 'certificate'");
	/* RFC 9440 section 2.4: this header is sent for a verified certificate;
	 * others also carry certificates that failed. */
	if (p->certificate != NULL && p->verified == NULL &&
	    !same(p->certificate, "Client-Cert"))
		conf_bad_at(n, "certificate", "any header but Client-Cert "
		    "needs 'verified'");
}
