#include "common/auditor.h"

#include <string.h>

#include "common/buf.h"
#include "common/clock.h"
#include "common/die.h"
#include "common/jsonw.h"
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
auditor_open_alone(struct auditor *a, struct err *e)
{
	return store_open(&a->r.store, a->o.store, ROLE_AUDIT, STORE_READ |
	    STORE_ALONE, e);
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
		return err_set(e, E_USAGE, "'%s' is not a format of this verb; "
		    "use %s",
		    a->format, words);
	for (i = 0; i < sizeof format / sizeof format[0]; i++)
		if (strcmp(format[i].word, a->format) == 0) {
			a->r.mode = format[i].mode;
			a->r.form = format[i].form;
		}
	return 0;
}

/* Explain a kind of which there is no row: it may not have happened yet, or not
 * exist. */
static int
unknown_kind(const char *kind, struct err *e)
{
	struct buf near = { NULL, 0, 0 };
	int rc = 0;

	if (report_kind_known(kind, &near))
		say("no row of the audit log is of kind '%s'", kind);
	else
		rc = err_set(e, E_USAGE, "'%s': no such kind (try: %s)", kind,
		    buf_str(&near));
	buf_release(&near);
	return rc;
}

/* A filter that matches nothing is more likely a slip than a question: say so.
 * *told: whether it was said. */
static int
note_filters(const struct auditor *a, int *told, struct err *e)
{
	const struct report *r = &a->r;
	int rc = 1;

	*told = 0;
	if (r->kind != NULL && (rc = report_knows(r, r->kind, NULL, e)) == 0) {
		rc = unknown_kind(r->kind, e);
		*told = 1;
	}
	if (rc >= 0 && r->source != NULL &&
	    (rc = report_knows(r, NULL, r->source, e)) == 0) {
		say("no row of the audit log is of source '%s'", r->source);
		*told = 1;
	}
	if (rc >= 0 && !*told && r->member != NULL && r->kind != NULL &&
	    strncmp(r->kind, "delivery", 8) == 0) {
		say("deliveries are not listed with the rows of a member; "
		    "loya-audit outbox -m lists them");
		*told = 1;
	}
	return rc < 0 ? rc : 0;
}

static int
is_filtered(const struct report *r)
{
	return r->member != NULL || r->source != NULL || r->kind != NULL ||
	    r->event != NULL || r->field != NULL || r->actor != NULL ||
	    r->state != NULL || r->match != NULL || r->since != 0 ||
	    r->until != 0;
}

/* A sentence for people instead of a table without rows; told: they already
 * know why. */
static int
note_empty(const struct auditor *a, int rc, int any, int told,
    const char *none, const char *like)
{
	if (rc == 0 && !any && !told && a->r.mode == TABLE_TEXT)
		say("%s", is_filtered(&a->r) ? like : none);
	return rc;
}

/* A field that no member has yet is no error: only mention it. */
static int
note_field(const struct auditor *a, const char *name, size_t n, int *told,
    struct err *e)
{
	struct buf near = { NULL, 0, 0 };
	int rc;

	rc = report_field_known(&a->r, name, n, a->o.conf, &near, e);
	if (rc == 0) {
		say("no member, source or source file has a field '%.*s'"
		    "%s%s%s", (int)n, name, near.len > 0 ? " (try: " : "",
		    buf_str(&near), near.len > 0 ? ")" : "");
		*told = 1;
	}
	buf_release(&near);
	return rc < 0 ? rc : 0;
}

int
auditor_log(struct auditor *a, struct err *e)
{
	enum { NEWEST = 10 };	/* that are shown before those to come */
	int rc, any = 0, told;

	if (a->follow && a->r.reverse)
		return err_set(e, E_USAGE, "log: -f and -r do not go "
		    "together");
	if (a->follow && a->r.until != 0)
		return err_set(e, E_USAGE, "log: -f and -b do not go "
		    "together");
	if ((rc = auditor_open_alone(a, e)) != 0 ||
	    (rc = note_filters(a, &told, e)) != 0)
		return rc;
	if (!a->follow)
		rc = report_log(&a->r, &any, e);
	if (rc == 0 && !any && a->r.field != NULL &&
	    report_field_ok(a->r.field, strlen(a->r.field)))
		rc = note_field(a, a->r.field, strlen(a->r.field), &told, e);
	if (!a->follow || rc != 0)
		return note_empty(a, rc, any, told,
		    "the audit log has no rows",
		    "no row of the audit log matches");
	if (a->r.limit == 0 && a->r.since == 0)
		a->r.limit = NEWEST;
	return report_follow(&a->r, e);
}

/* "FIELD=VALUE" as an element of struct report's match. */
static int
add_match(struct jsonw *w, const char *s, struct err *e)
{
	const char *value = strchr(s, '=');
	size_t n = value != NULL ? (size_t)(value - s) : 0;

	if (value == NULL)
		return err_set(e, E_USAGE, "'%s' is not FIELD=VALUE", s);
	if (!report_field_ok(s, n))
		return err_set(e, E_USAGE, "'%.*s' is not the name of a field",
		    (int)n, s);
	jsonw_array(w);
	jsonw_stringn(w, s, n);
	jsonw_string(w, value + 1);
	jsonw_close(w, ']');
	return 0;
}

int
auditor_members(struct auditor *a, struct err *e)
{
	struct buf b = { NULL, 0, 0 };
	struct jsonw w;
	int rc = 0, i, any = 0, told = 0;

	jsonw_init(&w, &b);
	jsonw_array(&w);
	for (i = 0; i < a->noperand && rc == 0; i++)
		rc = add_match(&w, a->operand[i], e);
	jsonw_close(&w, ']');
	if (a->noperand > 0)
		a->r.match = buf_str(&b);
	if (rc == 0 && (rc = auditor_open_alone(a, e)) == 0 &&
	    (rc = note_filters(a, &told, e)) == 0)
		rc = report_members(&a->r, &any, e);
	for (i = 0; i < a->noperand && rc == 0 && !any; i++)
		rc = note_field(a, a->operand[i], strcspn(a->operand[i], "="),
		    &told, e);
	rc = note_empty(a, rc, any, told, "there are no members",
	    "no member matches");
	buf_release(&b);
	a->r.match = NULL;
	return rc;
}

int
auditor_inbox(struct auditor *a, struct err *e)
{
	int rc, any, told;

	if ((rc = auditor_open(a, e)) != 0 ||
	    (rc = note_filters(a, &told, e)) != 0)
		return rc;
	rc = report_inbox(&a->r, &any, e);
	return note_empty(a, rc, any, told, "the inbox has no events",
	    "no event of the inbox matches");
}

int
auditor_outbox(struct auditor *a, struct err *e)
{
	int rc, any, told;

	if ((rc = auditor_open_alone(a, e)) != 0 ||
	    (rc = note_filters(a, &told, e)) != 0)
		return rc;
	rc = report_outbox(&a->r, &any, e);
	return note_empty(a, rc, any, told, "there are no deliveries",
	    "no delivery matches");
}

int
auditor_stats(struct auditor *a, struct err *e)
{
	int rc, told;

	if ((rc = auditor_open(a, e)) != 0 ||
	    (rc = note_filters(a, &told, e)) != 0)
		return rc;
	return report_stats(&a->r, e);
}

/* By default the last week: the whole record would take long. */
int
auditor_latency(struct auditor *a, struct err *e)
{
	int rc, any, told;

	if ((rc = auditor_open(a, e)) != 0 ||
	    (rc = note_filters(a, &told, e)) != 0)
		return rc;
	if (a->r.since == 0)
		a->r.since = clock_now() - 7 * 86400 * CLOCK_SECOND;
	rc = report_latency(&a->r, &any, e);
	return note_empty(a, rc, any, told, "nothing was received or sent",
	    "no event or delivery of that time matches");
}

/* The record does not have the future, and would say that everything stays as
 * it is. */
static int
check_past(const char *verb, int64_t t, struct err *e)
{
	char text[CLOCK_TEXT];

	return t <= clock_now() ? 0 : err_set(e, E_USAGE, "%s: %s is in the "
	    "future, which the audit log does not know; what is scheduled is "
	    "shown by loya-audit "
	    "why%s", verb, clock_format(t, text), strcmp(verb, "why") == 0 ?
	    " without -t" : "");
}

int
auditor_show(struct auditor *a, struct err *e)
{
	int rc;

	/* With -i the option names the row to show. */
	if (a->noperand == 0 && a->inbox == 0)
		return err_set(e, E_USAGE, "show: name a row, a member, an "
		    "event, a token or a client");
	if (a->noperand != 0 && a->inbox != 0)
		return err_set(e, E_USAGE, "'%s': unexpected argument",
		    a->operand[0]);
	if (a->inbox != 0 && a->then != 0)
		return err_set(e, E_USAGE, "show: -t is about a member, -i "
		    "about an event");
	if ((rc = check_past("show", a->then, e)) != 0 ||
	    (rc = auditor_open(a, e)) != 0)
		return rc;
	if (a->then != 0)
		return report_show_then(&a->r, a->operand[0], a->then, e);
	return a->inbox != 0 ? report_show_inbox(&a->r, a->inbox, e) :
	    report_show(&a->r, a->operand[0], e);
}

int
auditor_why(struct auditor *a, struct err *e)
{
	const char *field = a->noperand == 2 ? a->operand[1] : NULL;
	int rc;

	if ((rc = check_past("why", a->then, e)) != 0 ||
	    (rc = auditor_open(a, e)) != 0)
		return rc;
	if (a->then != 0)
		return report_why_then(&a->r, a->operand[0], field, a->then,
		    e);
	return report_why(&a->r, a->operand[0], field, a->o.conf, e);
}

/* Without a second time, compare with now. */
int
auditor_diff(struct auditor *a, struct err *e)
{
	int64_t t[2], now = clock_now();
	int i, rc, any = 0;

	t[1] = now;
	for (i = 1; i < a->noperand; i++)
		if (when_parse(a->operand[i], now, &t[i - 1]) != 0)
			return err_set(e, E_USAGE, "diff: '%s' is not a time",
			    a->operand[i]);
	if ((rc = check_past("diff", t[0], e)) != 0 ||
	    (rc = check_past("diff", t[1], e)) != 0)
		return rc;
	if ((rc = auditor_open_alone(a, e)) == 0)
		rc = report_diff(&a->r, a->operand[0], t[0], t[1], &any, e);
	return note_empty(a, rc, any, 0, "no field is different",
	    "no field is different");
}
