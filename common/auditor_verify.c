#include "common/auditor.h"

#include <unistd.h>

#include "common/clock.h"
#include "common/crypt.h"
#include "common/replace.h"
#include "common/die.h"
#include "common/verify.h"

static const struct table_column fault_columns[] = {
	{ "table", 0 }, { "row", 0 }, { "fault", TABLE_FOLD },
};

enum { PROGRESS_MS = 500 };

struct run {
	struct table *table;
	int64_t drawn;		/* when the line of progress was, 0: it is not
				 * there; monotonic */
	int64_t begun;
};

static void
wipe(struct run *r)
{
	if (r->drawn != 0)
		fputs("\r\033[K", stderr);
	r->drawn = 0;
}

/* Draw progress, but not for what is finished at once. */
static void
progress(void *ctx, const char *table, int64_t n, int64_t of)
{
	int64_t now = clock_mono();
	struct run *r = ctx;

	if (now - (r->drawn != 0 ? r->drawn : r->begun) < 1000 * PROGRESS_MS)
		return;
	fprintf(stderr, "\r%s: %s: %lld of %lld\033[K", die_name(), table,
	    (long long)n, (long long)of);
	r->drawn = now;
}

static void
print_fault(void *ctx, const char *table, const char *row, const char *what)
{
	struct run *r = ctx;

	wipe(r);
	table_text(r->table, table);
	table_text(r->table, row);
	table_text(r->table, what);
	table_end(r->table);
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

/* Faults are always printed, because cron shall mail them. */
static int
run_verify(struct auditor *a, const struct verify_outside *outside,
    struct err *e)
{
	struct run r = { .begun = clock_mono() };
	struct verify_options o = { .outside = outside, .progress_ctx = &r };
	struct verify_result v;
	int rc;

	if (!a->o.quiet && isatty(STDERR_FILENO))
		o.progress = progress;
	r.table = table_new(a->r.out, a->r.mode, TABLE_ROWS, fault_columns,
	    sizeof fault_columns / sizeof fault_columns[0]);
	rc = verify_with(a->r.store, &o, print_fault, &r, &v, e);
	wipe(&r);
	table_free(r.table);
	if (rc != 0)
		return rc;
	if (!a->o.quiet && v.faults > 0 && a->r.mode == TABLE_TEXT)
		fputc('\n', a->r.out);
	if (!a->o.quiet)
		print_result(&a->r, &v);
	return v.faults > 0 ? err_set(e, E_NO, "%lld faults",
	    (long long)v.faults) : 0;
}

int
auditor_verify(struct auditor *a, struct err *e)
{
	struct verify_outside outside;
	struct buf head = { 0 };
	int rc;

	rc = auditor_open(a, e);
	if (rc == 0 && a->head != NULL) {
		rc = auditor_own_head(a, a->head, &head, &outside.name,
		    &outside.head, e);
		if (rc == E_NO)
			warn("%s", e->msg);
	}
	if (rc == 0)
		rc = run_verify(a, a->head != NULL ? &outside : NULL, e);
	buf_release(&head);
	return rc;
}

/* By default the last 30 days. */
int
auditor_report(struct auditor *a, struct err *e)
{
	const char *file = a->r.source;		/* -o is the file here */
	struct replace out;
	struct err second = { 0 };
	int rc, bad = 0;

	if (file == NULL)
		return err_set(e, E_USAGE, "report: -o FILE is needed");
	a->r.source = NULL;
	if (a->r.until == 0)
		a->r.until = clock_now();
	if (a->r.since == 0)
		a->r.since = a->r.until - 30 * 86400 * CLOCK_SECOND;
	if (a->r.since >= a->r.until)
		return err_set(e, E_USAGE, "report: -b is not after -a");
	if ((rc = auditor_open(a, e)) != 0 ||
	    (rc = replace_open(&out, file, e)) != 0)
		return rc;
	rc = report_page(&a->r, out.f, e);
	if (rc == 0 || rc == E_NO)
		bad = replace_commit(&out, &second);
	replace_drop(&out);
	if (bad != 0)
		return err_set(e, bad, "%s", second.msg);
	if (rc == E_NO)
		warn("report: the audit log has %s; the page lists them",
		    e->msg);
	return rc;
}
