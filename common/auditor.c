#include "common/auditor.h"

void
auditor_release(struct auditor *a)
{
	store_close(a->r.store);
	a->r.store = NULL;
}

int
auditor_open(struct auditor *a, struct err *e)
{
	return store_open(&a->r.store, a->o.store, ROLE_AUDIT, STORE_READ, e);
}

int
auditor_log(struct auditor *a, struct err *e)
{
	int rc = auditor_open(a, e);

	return rc != 0 ? rc : report_log(&a->r, e);
}

int
auditor_members(struct auditor *a, struct err *e)
{
	int rc = auditor_open(a, e);

	return rc != 0 ? rc : report_members(&a->r, e);
}

int
auditor_inbox(struct auditor *a, struct err *e)
{
	int rc = auditor_open(a, e);

	return rc != 0 ? rc : report_inbox(&a->r, e);
}

int
auditor_outbox(struct auditor *a, struct err *e)
{
	int rc = auditor_open(a, e);

	return rc != 0 ? rc : report_outbox(&a->r, e);
}

int
auditor_show(struct auditor *a, struct err *e)
{
	int rc;

	/* show -i SEQ names what it is about by the option. */
	if (a->noperand == 0 && a->inbox == 0)
		return err_set(e, E_USAGE, "show: of which?");
	if (a->noperand != 0 && a->inbox != 0)
		return err_set(e, E_USAGE, "'%s' is not wanted",
		    a->operand[0]);
	if ((rc = auditor_open(a, e)) != 0)
		return rc;
	return a->inbox != 0 ? report_show_inbox(&a->r, a->inbox, e) :
	    report_show(&a->r, a->operand[0], e);
}

int
auditor_why(struct auditor *a, struct err *e)
{
	int rc = auditor_open(a, e);

	return rc != 0 ? rc : report_why(&a->r, a->operand[0],
	    a->noperand == 2 ? a->operand[1] : NULL, e);
}
