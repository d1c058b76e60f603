#include "common/auditor.h"

#include "common/crypt.h"
#include "common/verify.h"

static const struct table_column fault_columns[] = {
	{ "table", 0 }, { "row", 0 }, { "fault", 0 },
};

static void
print_fault(void *ctx, const char *table, const char *row, const char *what)
{
	struct table *t = ctx;

	table_text(t, table);
	table_text(t, row);
	table_text(t, what);
	table_end(t);
}

static const struct table_column result_columns[] = {
	{ "size", TABLE_RIGHT }, { "root", 0 }, { "members", TABLE_RIGHT },
	{ "ledger", TABLE_RIGHT }, { "inbox", TABLE_RIGHT },
	{ "heads", TABLE_RIGHT }, { "cosignatures", TABLE_RIGHT },
	{ "erased", TABLE_RIGHT }, { "unknown", TABLE_RIGHT },
	{ "faults", TABLE_RIGHT },
};

static void
print_result(const struct report *r, const struct verify_result *v)
{
	char root[64];
	struct table *t;

	crypt_base64(v->root, sizeof v->root, root);
	t = table_new(r->out, r->mode, TABLE_BLOCK, result_columns,
	    sizeof result_columns / sizeof result_columns[0]);
	table_int(t, v->size);
	table_text(t, root);
	table_int(t, v->members);
	table_int(t, v->entries);
	table_int(t, v->inbox);
	table_int(t, v->heads);
	table_int(t, v->cosignatures);
	table_int(t, v->erased);
	table_int(t, v->unknown);
	table_int(t, v->faults);
	table_end(t);
	table_free(t);
}

/* Faults are always printed: they are what cron is to send. */
int
auditor_verify(struct auditor *a, struct err *e)
{
	struct verify_outside outside;
	struct verify_result v;
	struct buf head = { 0 };
	struct table *t;
	int rc;

	if ((rc = auditor_open(a, e)) != 0 || (a->head != NULL &&
	    (rc = auditor_own_head(a, a->head, &head, &outside.name,
	    &outside.head, e)) != 0))
		goto out;
	t = table_new(a->r.out, a->r.mode, TABLE_ROWS, fault_columns,
	    sizeof fault_columns / sizeof fault_columns[0]);
	rc = verify_against(a->r.store, a->head != NULL ? &outside : NULL,
	    print_fault, t, &v, e);
	table_free(t);
	if (rc == 0 && !a->o.quiet)
		print_result(&a->r, &v);
	if (rc == 0 && v.faults > 0)
		rc = err_set(e, E_NO, "%lld faults", (long long)v.faults);
out:
	buf_release(&head);
	return rc;
}
