/* loya-token head: the key that signs heads of the record. */
#include "common/keeper.h"

#include <stdio.h>
#include <string.h>

#include "common/die.h"
#include "common/head.h"
#include "common/source.h"
#include "common/table.h"
#include "common/vault.h"

static int
no_origin(const struct keeper *k, struct err *e)
{
	return err_set(e, E_CONF, "%s/loya.json: audit.origin is needed: the "
	    "name of this audit log for auditors, like example.org/loya",
	    k->o.conf);
}

static void
show(const struct note_key *key)
{
	char vkey[NOTE_VKEY];

	note_key_text(key, vkey);
	printf("%s\n", vkey);
}

static int
make(struct keeper *k, int another, struct err *e)
{
	struct note_key key;
	struct config *c;
	int rc;

	if ((rc = config_load(&c, k->o.conf, e)) != 0)
		return rc;
	if (c->audit.origin == NULL)
		rc = no_origin(k, e);
	else
		rc = keeper_open_keyed(k, e);
	if (rc == 0 && k->o.dry) {
		say("a key that signs heads for '%s': would be made%s",
		    c->audit.origin, another ? "" : ", if there is none");
	} else if (rc == 0) {
		rc = vault_head(k->store, k->key, c->audit.origin, another,
		    &key, e);
		if (rc == E_NO) {
			say("%s", e->msg);
			rc = 0;
		}
		if (rc == 0)
			show(&key);
	}
	config_free(c);
	return rc;
}

int
keeper_head_init(struct keeper *k, struct err *e)
{
	return make(k, 0, e);
}

int
keeper_head_rotate(struct keeper *k, struct err *e)
{
	return make(k, 1, e);
}

static int
key_row(void *ctx, const char *vkey, int64_t audit)
{
	struct table *t = ctx;

	table_text(t, vkey);
	table_int(t, audit);
	return table_end(t);
}

int
keeper_head_list(struct keeper *k, struct err *e)
{
	static const struct table_column column[] = {
		{ "vkey", 0 }, { "audit", TABLE_RIGHT }
	};
	struct table *t;
	int rc;

	if ((rc = keeper_open(k, 0, e)) != 0)
		return rc;
	t = table_new(stdout, TABLE_AUTO, TABLE_ROWS, column, 2);
	rc = head_key_walk(k->store, key_row, t, e);
	return keeper_listed(rc, t, "there is no key that signs heads; "
	    "loya-token head init makes one", e);
}
