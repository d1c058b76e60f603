/* loya-audit erase, prune: the verbs that take something away. */
#include "common/auditor.h"

#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "common/die.h"
#include "common/erase.h"
#include "common/prune.h"
#include "common/source.h"

static int
open_for_erasing(struct auditor *a, struct err *e)
{
	return store_open(&a->r.store, a->o.store, ROLE_ERASE,
	    a->o.dry ? STORE_READ : 0, e);
}

static const struct table_column erase_columns[] = {
	{ "member", 0 }, { "links", TABLE_RIGHT }, { "events", TABLE_RIGHT },
	{ "bodies", TABLE_RIGHT }, { "audit", TABLE_RIGHT },
	{ "deliveries", TABLE_RIGHT }, { "hashes", TABLE_RIGHT },
	{ "left", TABLE_RIGHT },
};

static void
print_erased(const struct report *r, const struct erase_receipt *x)
{
	struct table *t;

	t = table_new(r->out, r->mode, TABLE_BLOCK, erase_columns,
	    sizeof erase_columns / sizeof erase_columns[0]);
	/* With -n a person who never was a member has none yet. */
	table_text(t, x->member[0] != '\0' ? x->member : NULL);
	table_int(t, x->links);
	table_int(t, x->events);
	table_int(t, x->bodies);
	table_int(t, x->audit);
	table_int(t, x->deliveries);
	table_int(t, x->hashes);
	table_int(t, x->left);
	table_end(t);
	table_free(t);
}

static const struct table_column lift_columns[] = {
	{ "member", 0 }, { "lifted", TABLE_RIGHT },
};

static int
lift(struct auditor *a, struct err *e)
{
	struct table *t;
	char id[ID_TEXT];
	int64_t n;
	int rc;

	rc = erase_lift(a->r.store, a->operand[0], a->o.dry, id, &n, e);
	if (rc == E_NO)
		warn("%s", e->msg);
	if (rc != 0)
		return rc;
	t = table_new(a->r.out, a->r.mode, TABLE_BLOCK, lift_columns,
	    sizeof lift_columns / sizeof lift_columns[0]);
	table_text(t, id);
	table_int(t, n);
	table_end(t);
	table_free(t);
	return 0;
}

/* Whether anything was removed: report it now, because another run will only
 * count what this one left. */
static int
took(const struct erase_receipt *x)
{
	return x->links + x->events + x->bodies + x->audit + x->deliveries +
	    x->hashes > 0;
}

/* Print the receipt even if something is left. */
int
auditor_erase(struct auditor *a, struct err *e)
{
	struct erase_receipt receipt;
	struct config *c = NULL;
	int rc;

	if ((rc = open_for_erasing(a, e)) != 0)
		return rc;
	if (a->undo)
		return lift(a, e);
	if ((rc = config_load(&c, a->o.conf, e)) != 0)
		return rc;
	rc = erase_member(a->r.store, c, a->operand[0], a->o.dry, &receipt,
	    e);
	config_free(c);
	if (rc != 0 && rc != E_NO && (rc != E_BUSY || !took(&receipt)))
		return rc;
	if (!a->o.quiet)
		print_erased(&a->r, &receipt);
	if (rc == E_NO)
		warn("%s", e->msg);
	return rc;
}

/* Parse 90d, 12w, 36h: how long ago. */
static int
period(const char *s, int64_t *us, struct err *e)
{
	static const char units[] = "hdw";
	static const int64_t hours[] = { 1, 24, 7 * 24 };
	const char *unit;
	char text[16];
	int64_t n;
	size_t len = strlen(s);

	*us = 0;
	if (len >= 2 && len < sizeof text &&
	    (unit = strchr(units, s[len - 1])) != NULL) {
		snprintf(text, sizeof text, "%.*s", (int)len - 1, s);
		if (options_number(text, 0, 1000000, &n) == 0) {
			*us = n * hours[unit - units] * 3600 * CLOCK_SECOND;
			return 0;
		}
	}
	return err_set(e, E_USAGE, "'%s' is not a period; write it like 90d, "
	    "12w or 36h", s);
}

static const struct table_column prune_columns[] = {
	{ "before", 0 }, { "bodies", TABLE_RIGHT }, { "bytes", TABLE_RIGHT },
	{ "kept", TABLE_RIGHT },
};

static void
print_pruned(const struct report *r, int64_t before,
    const struct prune_receipt *p)
{
	struct table *t;

	t = table_new(r->out, r->mode, TABLE_BLOCK, prune_columns,
	    sizeof prune_columns / sizeof prune_columns[0]);
	table_time(t, before);
	table_int(t, p->bodies);
	table_int(t, p->bytes);
	table_int(t, p->kept);
	table_end(t);
	table_free(t);
}

int
auditor_prune(struct auditor *a, struct err *e)
{
	struct prune_receipt receipt;
	int64_t before;
	int rc;

	if (a->r.state != NULL && strcmp(a->r.state, "refused") != 0)
		return err_set(e, E_USAGE, "prune: -S can only be refused, not "
		    "'%s'",
		    a->r.state);
	if ((rc = period(a->operand[0], &before, e)) != 0)
		return rc;
	before = clock_now() - before;
	if ((rc = open_for_erasing(a, e)) != 0)
		return rc;
	rc = prune(a->r.store, before, a->r.state != NULL, a->o.dry,
	    &receipt, e);
	if ((rc == 0 || receipt.bodies > 0) && !a->o.quiet)
		print_pruned(&a->r, before, &receipt);
	return rc;
}
