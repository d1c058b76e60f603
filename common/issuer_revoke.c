/* Revoking many tokens, some at a time, so that no transaction is long. */
#include "common/issuer.h"

#include <string.h>

#include "common/clock.h"

enum { SOME = 64 };

struct scan {
	const char *client;	/* NULL: everybody's */
	int64_t last;		/* seq of the last one that was looked at */
	int64_t found[SOME];
	size_t n;
};

static int
collect(void *ctx, const struct issued *t)
{
	struct scan *x = ctx;

	if (t->seq <= x->last)
		return 0;
	x->last = t->seq;
	if (t->revoked_at == 0 && (x->client == NULL ||
	    strcmp(t->client, x->client) == 0))
		x->found[x->n++] = t->seq;
	return x->n == SOME;
}

static int
revoke_some(struct store *s, struct scan *x, const char *by, struct err *e)
{
	size_t i;
	int rc;

	if ((rc = store_begin(s, STORE_INBOX, e)) != 0)
		return rc;
	x->n = 0;
	rc = issued_walk(s, collect, x, e);
	for (i = 0; i < x->n && rc >= 0; i++)
		rc = issued_revoke(s, x->found[i], clock_now(), by, e);
	if (rc >= 0)
		return store_commit(s, STORE_INBOX, e);
	store_rollback(s, STORE_INBOX);
	return rc;
}

int
issuer_revoke_all(struct store *s, const char *client, const char *by,
    struct err *e)
{
	struct scan x = { client, 0, { 0 }, 0 };
	int rc;

	do {
		rc = revoke_some(s, &x, by, e);
	} while (rc == 0 && x.n == SOME);
	return rc;
}
