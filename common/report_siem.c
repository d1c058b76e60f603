/* A row of the record for other people's collectors. */
#include "common/report_part.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/cef.h"
#include "common/jsonw.h"
#include "common/ocsf.h"
#include "common/syslog.h"

/* The lengths that the CEF standard allows. */
enum { CEF_MSG = 1023, CEF_CS = 4000, CEF_ID = 40, CEF_USER = 1023,
    CEF_REASON = 1023 };

/*
 * loya has no private enterprise number: 32473 is the one that RFC 5612
 * reserves for documentation, and so it cannot be that of another product.
 */
#define SD_ID "loya@32473"

/* The contents of a row, with its detail on one line. */
struct row_text {
	struct ocsf_event v;
	struct buf why, id, detail, message;
};

/* Append a member of the detail to b as people read it: its text, or NULL. */
static const char *
of_detail(struct buf *b, const struct json *j, const char *key)
{
	uint32_t i = j->n > 0 ? json_get(j, 0, key) : JSON_NONE;

	if (i == JSON_NONE || json_type(j, i) == JSON_NULL)
		return NULL;
	report_plain(b, j, i);
	return buf_str(b);
}

static void
take(struct row_text *t, struct stmt *st, struct report_scratch *s)
{
	struct ocsf_event *v = &t->v;
	const char *detail;
	struct jsonw w;
	size_t n;

	memset(t, 0, sizeof *t);
	v->seq = stmt_get_int(st, 0);
	v->at = stmt_get_int(st, 1);
	v->kind = stmt_get_text(st, 2, NULL);
	v->source = stmt_get_text(st, 3, NULL);
	v->event_id = stmt_get_text(st, 4, NULL);
	v->inbox = stmt_get_int(st, 5);
	v->member = stmt_get_text(st, 6, NULL);
	v->actor = stmt_get_text(st, 8, NULL);
	v->failed = report_kind_failed(v->kind);
	detail = stmt_get_text(st, 9, &n);
	report_summary(&t->message, v->kind, detail, n, s);
	v->message = t->message.p;
	v->message_len = t->message.len;
	v->why = of_detail(&t->why, &s->json, "why");
	of_detail(&t->id, &s->json, "external_id");
	if (detail == NULL)
		return;
	jsonw_init(&w, &t->detail);
	if (s->json.n > 0)
		jsonw_compact(&w, &s->json, 0);
	else
		jsonw_stringn(&w, detail, n);
	v->detail = t->detail.p;
	v->detail_len = t->detail.len;
}

static void
release(struct row_text *t)
{
	buf_release(&t->why);
	buf_release(&t->id);
	buf_release(&t->detail);
	buf_release(&t->message);
}

static size_t
length(const char *s)
{
	return s != NULL ? strlen(s) : 0;
}

/* cs1 and so on are named in a second field each. */
static void
custom(struct buf *b, const char *key, const char *label_key,
    const char *label, const char *s, size_t n)
{
	if (s == NULL)
		return;
	cef_text(b, key, s, n, CEF_CS);
	cef_text(b, label_key, label, strlen(label), CEF_CS);
}

static void
cef(struct buf *b, const struct row_text *t)
{
	const struct ocsf_event *v = &t->v;

	cef_begin(b, LOYA_VERSION, v->kind, v->kind, v->failed ? 6 : 3, v->at);
	cef_int(b, "externalId", v->seq);
	cef_text(b, "suser", v->actor, length(v->actor), CEF_USER);
	cef_text(b, "duid", v->member, length(v->member), CEF_USER);
	cef_text(b, "outcome", v->failed ? "failure" : "success", 7, CEF_ID);
	cef_text(b, "reason", v->why, length(v->why), CEF_REASON);
	cef_text(b, "msg", v->message, v->message_len, CEF_MSG);
	custom(b, "cs1", "cs1Label", "source", v->source, length(v->source));
	custom(b, "cs2", "cs2Label", "eventId", v->event_id,
	    length(v->event_id));
	custom(b, "cs3", "cs3Label", "recordId", t->id.p, t->id.len);
	custom(b, "cs4", "cs4Label", "detail", v->detail, v->detail_len);
	if (v->inbox != 0) {
		cef_int(b, "cn1", v->inbox);
		cef_text(b, "cn1Label", "inbox", 5, CEF_CS);
	}
}

/* The machine's name, looked up once. */
static const char *
host(void)
{
	static char name[256];

	if (name[0] == '\0' && gethostname(name, sizeof name - 1) != 0)
		name[0] = '\0';
	return name;
}

static void
syslog_row(struct buf *b, const struct row_text *t)
{
	const struct ocsf_event *v = &t->v;

	syslog_begin(b, v->failed ? SYSLOG_WARNING : SYSLOG_NOTICE, v->at,
	    host(), "loya", v->kind, SD_ID);
	syslog_int(b, "seq", v->seq);
	syslog_text(b, "source", v->source, length(v->source));
	syslog_text(b, "event_id", v->event_id, length(v->event_id));
	if (v->inbox != 0)
		syslog_int(b, "inbox", v->inbox);
	syslog_text(b, "member", v->member, length(v->member));
	syslog_text(b, "actor", v->actor, length(v->actor));
	syslog_text(b, "why", v->why, length(v->why));
	syslog_text(b, "detail", v->detail, v->detail_len);
	syslog_end(b, v->message, v->message_len);
}

void
report_siem_row(const struct report *r, struct stmt *st,
    struct report_scratch *s)
{
	struct row_text t;
	struct jsonw w;

	take(&t, st, s);
	if (r->form == REPORT_CEF) {
		cef(&s->line, &t);
	} else if (r->form == REPORT_SYSLOG) {
		syslog_row(&s->line, &t);
	} else {
		jsonw_init(&w, &s->line);
		ocsf_write(&w, &t.v);
	}
	release(&t);
}
