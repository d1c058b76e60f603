/* A member at a past time, and the differences between two times. */
#include "common/report_giver.h"
#include "common/report_past.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/change.h"
#include "common/clock.h"
#include "common/jsonw.h"

static const struct table_column columns[] = {
	{ "what", TABLE_ONLY_JSON },
	{ "at", 0 },
	{ "id", 0 },
	{ "status", 0 },
	{ "hold", 0 },
	{ "points", 0 },
	{ "tier", 0 },
	{ "given_name", 0 },
	{ "family_name", 0 },
	{ "name", 0 },
	{ "email", 0 },
	{ "phone_number", 0 },
	{ "birthdate", 0 },
	{ "locale", 0 },
	{ "zoneinfo", 0 },
	{ "address", 0 },
	{ "tags", 0 },
	{ "enrolled_at", 0 },
	{ "ended_at", 0 },
	{ "attributes", 0 },
	{ "audit", 0 },
};

/* The columns that are fields are consecutive. */
enum { COLUMNS = sizeof columns / sizeof columns[0], FIRST_FIELD = 7,
    END_FIELDS = COLUMNS - 2 };

/* Write a field: JSON, but plain for people, and a string also in CSV. */
static void
cell(const struct report *r, struct table *t, const struct past_field *f,
    struct report_scratch *s)
{
	if (f == NULL || f->json == NULL) {
		table_null(t);
		return;
	}
	if (r->mode == TABLE_JSON ||
	    (r->mode == TABLE_CSV && f->json[0] != '"')) {
		table_json(t, f->json, f->len);
		return;
	}
	buf_clear(&s->buf);
	if (json_parse(&s->json, f->json, f->len) == 0)
		report_plain(&s->buf, &s->json, 0);
	table_textn(t, s->buf.p, s->buf.len);
}

/* Whether a field has no column of its own.  A tier in the record is an
 * attribute: nobody writes that column. */
static int
is_attribute(const char *name)
{
	return strcmp(name, "hold") != 0 &&
	    core_field_find(name, strlen(name)) == F_CORE;
}

static void
attributes(struct table *t, const struct past *p, struct report_scratch *s)
{
	struct jsonw w;
	size_t i, n = 0;

	buf_clear(&s->buf);
	jsonw_init(&w, &s->buf);
	jsonw_object(&w);
	for (i = 0; i < p->n; i++)
		if (p->field[i].json != NULL &&
		    is_attribute(p->field[i].name)) {
			jsonw_kraw(&w, p->field[i].name, p->field[i].json,
			    p->field[i].len);
			n++;
		}
	jsonw_close(&w, '}');
	if (n > 0)
		table_json(t, s->buf.p, s->buf.len);
	else
		table_null(t);
}

static void
print(const struct report *r, const struct past *p, const char *id,
    int64_t at)
{
	struct report_scratch s;
	struct table *t;
	int64_t points = 0;
	size_t i;

	memset(&s, 0, sizeof s);
	t = table_new(r->out, r->mode, TABLE_BLOCK, columns, COLUMNS);
	table_text(t, "member");
	table_time(t, at);
	table_text(t, id);
	cell(r, t, report_past_field(p, "status"), &s);
	cell(r, t, report_past_field(p, "hold"), &s);
	if (p->points.json != NULL &&
	    json_parse(&s.json, p->points.json, p->points.len) == 0 &&
	    json_int(&s.json, 0, &points) != 0)
		points = 0;
	table_int(t, points);
	table_null(t);
	for (i = FIRST_FIELD; i < END_FIELDS; i++)
		cell(r, t, report_past_field(p, columns[i].key), &s);
	attributes(t, p, &s);
	table_int(t, p->seq);
	table_end(t);
	table_free(t);
	report_scratch_release(&s);
}

int
report_show_then(const struct report *r, const char *who, int64_t at,
    struct err *e)
{
	struct past p = { 0 };
	const char *id;
	int rc;

	rc = report_past_of(r->store, who, at, &p, &id, e);
	if (rc == 0)
		print(r, &p, id, at);
	report_past_release(&p);
	return rc;
}

static const struct table_column diff_columns[] = {
	{ "member", TABLE_ONLY_JSON },
	{ "field", 0 },
	{ "old", TABLE_FOLD },
	{ "new", TABLE_FOLD },
	{ "at", 0 },
	{ "source", TABLE_ONLY_JSON },
	{ "who", TABLE_ONLY_TEXT },
	{ "event_id", TABLE_NAME },
	{ "actor", TABLE_ONLY_JSON },
	{ "why", 0 },
	{ "audit", TABLE_RIGHT },
};

/* The difference between two times, and the row that made it. */
struct diff {
	const struct report *r;
	struct table *t;
	const char *id;
	int any;
	struct report_givers givers;
	struct report_scratch s;
	struct err *e;
};

static int
differs(const struct past_field *a, const struct past_field *b)
{
	size_t an = a != NULL && a->json != NULL ? a->len : 0;
	size_t bn = b != NULL && b->json != NULL ? b->len : 0;

	return an != bn || (an > 0 && memcmp(a->json, b->json, an) != 0);
}

static int
line(struct diff *d, const char *name, const struct past_field *old,
    const struct past_field *new)
{
	struct report_giver g;
	int rc;

	if (!differs(old, new))
		return 0;
	if ((rc = report_giver_get(d->r, new->seq, &d->givers, &g, d->e)) != 0)
		return rc;
	table_text(d->t, d->id);
	table_text(d->t, name);
	cell(d->r, d->t, old, &d->s);
	cell(d->r, d->t, new, &d->s);
	table_time(d->t, g.at);
	table_text(d->t, g.source);
	/* As in the log: if no source sent it, the user who ran the program. */
	table_text(d->t, g.source != NULL && strcmp(g.source, "local") != 0 ?
	    g.source : g.actor);
	table_text(d->t, g.event_id);
	table_text(d->t, g.actor);
	table_text(d->t, g.why);
	table_int(d->t, new->seq);
	return table_end(d->t) != 0;
}

/* The later time has every field that the earlier one has. */
static int
lines(struct diff *d, const struct past *old, const struct past *new)
{
	/* What show -t says of a member to whom nothing was posted yet. */
	static const struct past_field none = { .json = "0", .len = 1 };
	const struct past_field *balance = &old->points;
	size_t i;
	int rc = 0;

	if (old->seq != 0 && balance->json == NULL && new->points.json != NULL)
		balance = &none;
	d->t = table_new(d->r->out, d->r->mode, TABLE_ROWS, diff_columns,
	    sizeof diff_columns / sizeof diff_columns[0]);
	for (i = 0; i < new->n && rc == 0; i++)
		rc = line(d, new->field[i].name, report_past_field(old,
		    new->field[i].name), &new->field[i]);
	if (rc == 0)
		rc = line(d, "points", balance, &new->points);
	d->any = table_rows(d->t) > 0;
	table_free(d->t);
	report_scratch_release(&d->s);
	report_givers_release(&d->givers);
	return rc < 0 ? rc : 0;
}

int
report_diff(const struct report *r, const char *who, int64_t from, int64_t to,
    int *any, struct err *e)
{
	struct past old = { 0 }, new = { 0 };
	struct diff d = { .r = r, .e = e };
	char time[CLOCK_TEXT];
	int64_t num;
	int rc;

	*any = 0;
	if (from > to)
		return err_set(e, E_USAGE, "the second time is earlier than "
		    "the first");
	if ((rc = report_member(r->store, who, &num, e)) != 0 ||
	    (rc = report_member_id(r->store, num, &new.arena, &d.id, e)) != 0)
		return rc;
	if ((rc = report_past(r->store, num, from, &old, e)) == 0)
		rc = report_past(r->store, num, to, &new, e);
	if (rc == 0 && new.seq == 0)
		rc = err_set(e, E_NOTFOUND, "member %s: it was not there yet "
		    "at %s", d.id, clock_format(to, time));
	if (rc == 0)
		rc = report_past_whole(&new, d.id, e);
	if (rc == 0)
		rc = lines(&d, &old, &new);
	*any = d.any;
	report_past_release(&old);
	report_past_release(&new);
	return rc;
}
