/* loya-token issue, check, revoke: tokens that loya issues, by hand. */
#include "common/keeper.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/askpass.h"
#include "common/audit.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/crypt.h"
#include "common/die.h"
#include "common/secret.h"
#include "common/source.h"
#include "common/table.h"

/* The default lifetime of a token: a year. */
enum { LIFETIME = 365 * 24 * 3600 };

int
keeper_scope(struct keeper *k, int from, char scope[SCOPE_TEXT],
    struct err *e)
{
	struct buf b = { NULL, 0, 0 };
	const char *odd;
	size_t n;
	int i, rc = 0;

	for (i = from; i < k->noperand; i++) {
		buf_adds(&b, k->operand[i]);
		buf_addc(&b, ' ');
	}
	if (scope_parse(b.p, b.len, scope) != 0)
		rc = err_set(e, E_USAGE, "the scope is not a list of words");
	else if ((odd = scope_unknown(scope, &n)) != NULL)
		rc = err_set(e, E_USAGE, "scope '%.*s' is not known: it is "
		    "hook:SOURCE or introspect", (int)n, odd);
	buf_release(&b);
	return rc;
}

void
keeper_warn_hooks(const struct keeper *k, const char *scope)
{
	const struct source *s;
	struct config *c = NULL;
	char name[65];
	struct err ignored;
	size_t n;

	if (config_load(&c, k->o.conf, &ignored) != 0)
		debug(1, "%s", ignored.msg);
	for (; c != NULL && *scope != '\0'; scope += n + (scope[n] == ' ')) {
		n = strcspn(scope, " ");
		if (strncmp(scope, "hook:", 5) != 0)
			continue;
		snprintf(name, sizeof name, "%.*s", (int)(n - 5), scope + 5);
		s = n - 5 < sizeof name ? config_source(c, name) : NULL;
		if (s == NULL || !s->receive.hook)
			warn("scope '%.*s': there is no such hook yet",
			    (int)n, scope);
	}
	config_free(c);
}

/* Copy what happened to tokens, by us and by loya-recv, into the record.  It
 * has happened anyway: if this fails now, loya-apply will do it. */
static void
take_over(struct keeper *k)
{
	struct err e;
	int rc, did = 0;

	if ((rc = store_begin(k->store, STORE_MAIN, &e)) == 0)
		rc = store_end(k->store, STORE_MAIN, issuer_record(k->store,
		    &did, &e), &e);
	if (rc != 0)
		warn("not yet in the audit log, loya-apply will add it: "
		    "%s", e.msg);
}

/* A store that has issued nothing yet has no hashing secret. */
static int
make_issuer(struct keeper *k, struct err *e)
{
	int rc;

	rc = keeper_issuer(k, 0, e);
	if (rc != E_NOTFOUND)
		return rc;
	if ((rc = store_begin(k->store, STORE_MAIN, e)) != 0)
		return rc;
	return store_end(k->store, STORE_MAIN, keeper_issuer(k, 1, e), e);
}

static int
issue(struct keeper *k, struct issued *t, char text[TOKEN_TEXT],
    struct err *e)
{
	int rc;

	if ((rc = make_issuer(k, e)) != 0 ||
	    (rc = store_begin(k->store, STORE_INBOX, e)) != 0)
		return rc;
	t->created_at = clock_now();
	if (k->lifetime != 0)
		t->expires_at = t->created_at + CLOCK_SECOND *
		    (k->lifetime < 0 ? LIFETIME : k->lifetime);
	snprintf(t->issued_by, sizeof t->issued_by, "%s", audit_actor());
	rc = issuer_issue(k->issuer, k->store, t, text, e);
	if ((rc = store_end(k->store, STORE_INBOX, rc, e)) == 0)
		take_over(k);
	return rc;
}

int
keeper_issue(struct keeper *k, struct err *e)
{
	char text[TOKEN_TEXT] = "", when[CLOCK_TEXT];
	struct issued t = { 0 };
	int rc;

	if ((rc = keeper_scope(k, 0, t.scope, e)) != 0)
		return rc;
	if (scope_has(t.scope, "introspect", 10))
		return err_set(e, E_USAGE, "only a client can have introspect: "
		    "a token alone cannot ask about other tokens");
	if ((rc = keeper_can_show(e)) != 0 ||
	    (rc = keeper_open_keyed(k, e)) != 0)
		return rc;
	keeper_warn_hooks(k, t.scope);
	if (k->o.dry) {
		say("a token for '%s' would be issued", t.scope);
		return 0;
	}
	if ((rc = issue(k, &t, text, e)) == 0) {
		keeper_warn_readable();
		printf("%s\n", text);
		if (t.expires_at != 0)
			say("token %s: valid until %s", t.id,
			    clock_format(t.expires_at, when));
		else
			say("token %s: valid until it is revoked", t.id);
	}
	crypt_wipe(text, sizeof text);
	return rc;
}

/* Look up a token from standard input. */
static int
look_up(struct keeper *k, struct issued *t, struct err *e)
{
	int rc;

	rc = askpass_read(STDIN_FILENO, "token", SECRET_MAX, &k->secret,
	    &k->len, e);
	if (rc == 0)
		rc = keeper_issuer(k, 0, e);
	if (rc == E_NOTFOUND)
		rc = err_set(e, E_NO, "no token was issued here");
	if (rc == 0)
		rc = issuer_find(k->issuer, k->store, (const char *)k->secret,
		    k->len, clock_now(), t, e);
	return rc;
}

int
keeper_check(struct keeper *k, struct err *e)
{
	static const struct table_column column[] = {
		{ "token", 0 }, { "client", 0 }, { "scope", TABLE_FREE },
		{ "created_at", 0 }, { "expires_at", 0 }, { "used_at", 0 }
	};
	struct issued t;
	struct table *out;
	int rc;

	if ((rc = keeper_open(k, 0, e)) != 0 || (rc = look_up(k, &t, e)) != 0)
		return rc;
	out = table_new(stdout, TABLE_AUTO, TABLE_BLOCK, column, 6);
	table_text(out, t.id);
	table_text(out, *t.client != '\0' ? t.client : NULL);
	table_text(out, t.scope);
	table_time(out, t.created_at);
	table_time(out, t.expires_at);
	table_time(out, t.used_at);
	rc = table_end(out);
	return keeper_listed(rc, out, NULL, e);
}

static int
told_before(const struct issued *t)
{
	say("token %s: it was already revoked", t->id);
	return 0;
}

/* Revoke by id, in a transaction of its own. */
static int
end_token(struct keeper *k, const struct issued *t, struct err *e)
{
	int rc;

	if (t->revoked_at != 0)
		return told_before(t);
	if (k->o.dry) {
		say("token %s: would be revoked", t->id);
		return 0;
	}
	if ((rc = store_begin(k->store, STORE_INBOX, e)) != 0)
		return rc;
	rc = issued_revoke(k->store, t->seq, clock_now(), audit_actor(), e);
	if ((rc = store_end(k->store, STORE_INBOX, rc, e)) == 0)
		take_over(k);
	/* Somebody else was faster. */
	return rc == E_NOTFOUND ? told_before(t) : rc;
}

int
keeper_revoke(struct keeper *k, struct err *e)
{
	struct issued t = { 0 };
	int rc;

	/* It may be a token, and shall not be repeated. */
	if (k->noperand > 0 && !token_id_ok(TOKEN_ACCESS, k->operand[0]))
		return err_set(e, E_USAGE, "the operand is not the id of a "
		    "token (see loya-token list); give a token itself on "
		    "standard input");
	if ((rc = keeper_open(k, 1, e)) != 0)
		return rc;
	if (k->noperand > 0) {
		rc = issued_find(k->store, k->operand[0], &t, e);
		if (rc == E_NOTFOUND)
			err_set(e, rc, "token %s: there is none",
			    k->operand[0]);
	} else {
		rc = look_up(k, &t, e);
		/* An expired one may be revoked as well. */
		if (rc == E_NO && t.seq > 0)
			rc = 0;
	}
	return rc != 0 ? rc : end_token(k, &t, e);
}

int
keeper_revoke_all(struct keeper *k, const char *client, struct err *e)
{
	int rc;

	rc = issuer_revoke_all(k->store, client, audit_actor(), e);
	if (rc == 0)
		take_over(k);
	return rc;
}
