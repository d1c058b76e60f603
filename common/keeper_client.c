/* loya-token client: systems that may ask loya for tokens. */
#include "common/keeper.h"

#include <stdio.h>
#include <string.h>

#include "common/audit.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/crypt.h"
#include "common/die.h"
#include "common/jsonw.h"
#include "common/table.h"

/* A row of the record about a client. */
static int
record(struct keeper *k, const char *kind, const struct client *c,
    struct err *e)
{
	struct buf b = { NULL, 0, 0 };
	struct jsonw w;
	int rc;

	jsonw_init(&w, &b);
	jsonw_object(&w);
	jsonw_kstring(&w, "client", c->id);
	jsonw_kstring(&w, "name", c->name);
	jsonw_kstring(&w, "scope", c->scope);
	jsonw_close(&w, '}');
	rc = audit_note(k->store, kind, NULL, &b, e);
	buf_release(&b);
	return rc;
}

/* Show a client's secret, for the only time. */
static void
show(const struct client *c, const char *text)
{
	static const struct table_column column[] = {
		{ "client_id", 0 }, { "client_secret", 0 }, { "name", 0 },
		{ "scope", 0 }
	};
	struct table *t;

	keeper_warn_readable();
	t = table_new(stdout, TABLE_AUTO, TABLE_BLOCK, column, 4);
	table_text(t, c->id);
	table_text(t, text);
	table_text(t, c->name);
	table_text(t, c->scope);
	/* Whether it was written shows when standard output is flushed. */
	table_end(t);
	table_free(t);
}

int
keeper_client_add(struct keeper *k, struct err *e)
{
	char text[TOKEN_TEXT] = "";
	struct client c = { 0 };
	int rc;

	snprintf(c.name, sizeof c.name, "%s", k->operand[0]);
	if ((rc = keeper_scope(k, 1, c.scope, e)) != 0 ||
	    (rc = keeper_can_show(e)) != 0 ||
	    (rc = keeper_open_keyed(k, e)) != 0)
		return rc;
	keeper_warn_hooks(k, c.scope);
	if (k->o.dry) {
		if (k->store != NULL &&
		    client_find(k->store, k->operand[0], &c, NULL) == 0)
			return err_set(e, E_NO, "client '%s': this name is "
			    "taken", c.name);
		say("client '%s': would be added", k->operand[0]);
		return 0;
	}
	if ((rc = store_begin(k->store, STORE_MAIN, e)) != 0)
		return rc;
	if ((rc = keeper_issuer(k, 1, e)) == 0) {
		token_id(TOKEN_SECRET, c.id);
		c.created_at = c.changed_at = clock_now();
		issuer_secret(k->issuer, &c, text);
		rc = client_add(k->store, &c, e);
	}
	if (rc == 0)
		rc = record(k, "client.added", &c, e);
	if ((rc = store_end(k->store, STORE_MAIN, rc, e)) == 0)
		show(&c, text);
	crypt_wipe(text, sizeof text);
	return rc;
}

/* Find the client that the operand names, by id or by name. */
static int
find(struct keeper *k, struct client *c, struct err *e)
{
	const char *what = k->operand[0];
	int rc;

	if (token_looks(TOKEN_SECRET, what, strlen(what)))
		return err_set(e, E_USAGE, "the operand is a secret; give the "
		    "id or the name of the client instead");
	if (!token_id_ok(TOKEN_SECRET, what))
		return client_find(k->store, what, c, e);
	rc = client_get(k->store, what, c, e);
	if (rc == 0 && c->revoked_at != 0)
		rc = err_set(e, E_NOTFOUND, "client '%s': it was revoked",
		    what);
	return rc;
}

/* Change a client, in a transaction of its own; -n: only find it. */
static int
change(struct keeper *k, int (*fn)(struct keeper *, struct client *,
    struct err *), const char *kind, struct client *c, struct err *e)
{
	int rc, did = 0;

	if ((rc = keeper_open(k, 1, e)) != 0)
		return rc;
	if (k->o.dry) {
		if ((rc = find(k, c, e)) == 0)
			say("client '%s': would be changed", c->name);
		return rc;
	}
	if ((rc = store_begin(k->store, STORE_MAIN, e)) != 0)
		return rc;
	/* First record what its tokens did so far. */
	rc = issuer_record(k->store, &did, e);
	if (rc == 0 && (rc = find(k, c, e)) == 0 && (rc = fn(k, c, e)) == 0 &&
	    (rc = client_put(k->store, c, e)) == 0)
		rc = record(k, kind, c, e);
	return store_end(k->store, STORE_MAIN, rc, e);
}

static int
new_secret(struct keeper *k, struct client *c, struct err *e)
{
	int rc;

	k->secret = crypt_alloc(TOKEN_TEXT);
	if ((rc = keeper_issuer(k, 0, e)) != 0)
		return rc;
	issuer_secret(k->issuer, c, (char *)k->secret);
	c->has_older = 1;
	c->changed_at = clock_now();
	return 0;
}

static int
drop_older(struct keeper *k, struct client *c, struct err *e)
{
	(void)k;
	if (!c->has_older)
		return err_set(e, E_NOTFOUND, "client '%s': there is no older "
		    "secret", c->name);
	c->has_older = 0;
	return 0;
}

int
keeper_client_rotate(struct keeper *k, struct err *e)
{
	struct client c;
	int rc;

	if (k->older)
		return change(k, drop_older, "client.settled", &c, e);
	rc = keeper_can_show(e);
	if (rc == 0)
		rc = change(k, new_secret, "client.rotated", &c, e);
	if (rc == 0 && !k->o.dry)
		show(&c, (const char *)k->secret);
	return rc;
}

static int
end_it(struct keeper *k, struct client *c, struct err *e)
{
	(void)k, (void)e;
	c->revoked_at = clock_now();
	return 0;
}

/* Whether the operand names a revoked client, if it names no live one: 1 and
 * *c, 0, <0. */
static int
was_revoked(struct keeper *k, struct client *c, struct err *e)
{
	const char *what = k->operand[0];
	int rc;

	rc = token_id_ok(TOKEN_SECRET, what) ?
	    client_get(k->store, what, c, e) :
	    client_revoked(k->store, what, c, e);
	return rc == 0 ? 1 : rc == E_NOTFOUND ? 0 : rc;
}

/* The client is refused once the first transaction is committed; the rest only
 * brings its tokens in line, for those who look at them. */
int
keeper_client_revoke(struct keeper *k, struct err *e)
{
	struct client c;
	struct err other;
	int rc, was;

	rc = change(k, end_it, "client.revoked", &c, e);
	if (rc == E_NOTFOUND &&
	    (was = was_revoked(k, &c, &other)) != 0) {
		if (was < 0)
			*e = other;
		else
			say("client '%s': it was already revoked", c.name);
		rc = was < 0 ? was : 0;
	}
	/* An earlier run that was killed in between may have left tokens. */
	if (rc != 0 || k->o.dry)
		return rc;
	return keeper_revoke_all(k, c.id, e);
}

static int
list_row(void *ctx, const struct client *c)
{
	struct table *t = ctx;

	table_text(t, c->id);
	table_text(t, c->name);
	table_text(t, c->scope);
	table_text(t, c->has_older ? "current, older" : "current");
	table_time(t, c->created_at);
	table_time(t, c->changed_at);
	table_time(t, c->revoked_at);
	return table_end(t);
}

static int
live_row(void *ctx, const struct client *c)
{
	return c->revoked_at != 0 ? 0 : list_row(ctx, c);
}

int
keeper_client_list(struct keeper *k, struct err *e)
{
	static const struct table_column column[] = {
		{ "client_id", 0 }, { "name", TABLE_FOLD },
		{ "scope", TABLE_FOLD }, { "secrets", 0 }, { "created_at", 0 },
		{ "changed_at", 0 }, { "revoked_at", 0 }
	};
	struct table *t;
	int rc;

	if ((rc = keeper_open(k, 0, e)) != 0)
		return rc;
	t = table_new(stdout, TABLE_AUTO, TABLE_ROWS, column, 7);
	rc = client_walk(k->store, k->all ? list_row : live_row, t, e);
	return keeper_listed(rc, t, k->all ? "there was never a client" :
	    "there is no client", e);
}
