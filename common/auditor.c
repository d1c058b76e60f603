#include "common/auditor.h"

#include <string.h>

#include "common/clock.h"
#include "common/when.h"

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
auditor_format(struct auditor *a, const char *words, struct err *e)
{
	static const struct {
		const char *word;
		enum table_mode mode;
		enum report_form form;
	} format[] = {
		{ "json", TABLE_JSON, REPORT_TABLE },
		{ "table", TABLE_TEXT, REPORT_TABLE },
		{ "csv", TABLE_CSV, REPORT_TABLE },
		{ "cef", TABLE_JSON, REPORT_CEF },
		{ "syslog", TABLE_JSON, REPORT_SYSLOG },
		{ "ocsf", TABLE_JSON, REPORT_OCSF },
		{ "prometheus", TABLE_JSON, REPORT_METRICS },
	};
	const char *p = words;
	size_t i, n;

	if (a->format == NULL)
		return 0;
	for (n = strlen(a->format); p != NULL; p = strchr(p, ' ')) {
		p += *p == ' ';
		if (n > 0 && strncmp(p, a->format, n) == 0 &&
		    (p[n] == ' ' || p[n] == '\0'))
			break;
	}
	if (p == NULL)
		return err_set(e, E_USAGE, "'%s' is no format of it: %s",
		    a->format, words);
	for (i = 0; i < sizeof format / sizeof format[0]; i++)
		if (strcmp(format[i].word, a->format) == 0) {
			a->r.mode = format[i].mode;
			a->r.form = format[i].form;
		}
	return 0;
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
auditor_stats(struct auditor *a, struct err *e)
{
	int rc = auditor_open(a, e);

	return rc != 0 ? rc : report_stats(&a->r, e);
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
	if (a->inbox != 0 && a->then != 0)
		return err_set(e, E_USAGE, "show: -t is about a member, -i "
		    "about an event");
	if ((rc = auditor_open(a, e)) != 0)
		return rc;
	if (a->then != 0)
		return report_show_then(&a->r, a->operand[0], a->then, e);
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

/* Without a second time: until now. */
int
auditor_diff(struct auditor *a, struct err *e)
{
	int64_t t[2], now = clock_now();
	int i, rc;

	t[1] = now;
	for (i = 1; i < a->noperand; i++)
		if (when_parse(a->operand[i], now, &t[i - 1]) != 0)
			return err_set(e, E_USAGE, "diff: '%s' is no time",
			    a->operand[i]);
	rc = auditor_open(a, e);
	return rc != 0 ? rc : report_diff(&a->r, a->operand[0], t[0], t[1], e);
}
