/* loya-token list: what is stored, and never a secret. */
#include "common/keeper.h"

#include <stdio.h>

#include "common/clock.h"
#include "common/credential.h"
#include "common/die.h"
#include "common/secret.h"
#include "common/table.h"
#include "common/vault.h"

struct list {
	struct store *store;
	struct table *table;
	int64_t now;
	int all;
};

static int
secret_row(void *ctx, const char *name, int slot, int64_t created_at)
{
	struct list *l = ctx;

	if (!secret_name_ok(name))
		return 0;
	table_text(l->table, name);
	table_text(l->table, vault_slot(slot));
	table_time(l->table, created_at);
	table_text(l->table, "secret");
	table_null(l->table);
	table_null(l->table);
	table_null(l->table);
	table_null(l->table);
	return table_end(l->table);
}

/* Whether its client was revoked: tokens end with that, even one issued at that
 * moment. */
static int
of_revoked_client(const struct list *l, const struct issued *t)
{
	struct client c;

	return *t->client != '\0' && (client_get(l->store, t->client, &c,
	    NULL) != 0 || c.revoked_at != 0);
}

static int
token_row(void *ctx, const struct issued *t)
{
	struct list *l = ctx;
	const char *state = "good";

	if (t->revoked_at != 0 || of_revoked_client(l, t))
		state = "revoked";
	else if (t->expires_at != 0 && t->expires_at <= l->now)
		state = "expired";
	if (*state != 'g' && !l->all)
		return 0;
	table_text(l->table, t->id);
	table_text(l->table, state);
	table_time(l->table, t->created_at);
	table_text(l->table, "token");
	table_text(l->table, *t->client != '\0' ? t->client : NULL);
	table_text(l->table, t->scope);
	table_time(l->table, t->expires_at);
	table_time(l->table, t->used_at);
	return table_end(l->table);
}

/* List what loya holds for another system. */
static int
credential_row(void *ctx, const char *source, int64_t obtained_at,
    int64_t expires_at)
{
	struct list *l = ctx;

	table_text(l->table, source);
	table_text(l->table, expires_at != 0 && expires_at <= l->now ?
	    "expired" : "good");
	table_time(l->table, obtained_at);
	table_text(l->table, "credential");
	table_null(l->table);
	table_null(l->table);
	table_time(l->table, expires_at);
	table_null(l->table);
	return table_end(l->table);
}

int
keeper_listed(int rc, struct table *t, const char *nothing, struct err *e)
{
	if (rc == 0 && nothing != NULL && table_rows(t) == 0 &&
	    table_is_text(t))
		say("%s", nothing);
	table_free(t);
	return rc == E_IO && e->code == 0 ?
	    err_set(e, rc, "standard output: writing failed") : rc;
}

int
keeper_list(struct keeper *k, struct err *e)
{
	static const struct table_column column[] = {
		{ "name", 0 }, { "slot", 0 }, { "created_at", 0 },
		{ "kind", 0 }, { "client", 0 }, { "scope", TABLE_FOLD },
		{ "expires_at", 0 }, { "used_at", 0 }
	};
	struct list l = { NULL, NULL, clock_now(), k->all };
	int rc;

	if ((rc = keeper_open(k, 0, e)) != 0)
		return rc;
	l.store = k->store;
	l.table = table_new(stdout, TABLE_AUTO, TABLE_ROWS, column, 8);
	rc = secret_walk(k->store, secret_row, &l, e);
	if (rc == 0)
		rc = credential_walk(k->store, credential_row, &l, e);
	if (rc == 0)
		rc = issued_walk(k->store, token_row, &l, e);
	return keeper_listed(rc, l.table, k->all ?
	    "no secret, token or credential is kept" :
	    "no secret, valid token or credential is kept", e);
}
