/* What would be asked, for loya-pull -n. */
#include "common/pull_work.h"

#include <string.h>

#include "common/clock.h"
#include "common/cursor.h"

static void
show(struct pull *p, const struct pull_query *q, struct buf *out)
{
	struct pull_at at = { .q = q, .page = 1 };
	struct pull_request r;
	size_t i;

	pull_request_make(p, &at, NULL, &r);
	buf_adds(out, r.http.method);
	buf_adds(out, " ");
	buf_adds(out, r.http.url);
	buf_adds(out, "\n");
	for (i = 0; i < r.http.nheader; i++) {
		buf_adds(out, r.header[i].name);
		buf_adds(out, ": ");
		buf_adds(out, r.header[i].value);
		buf_adds(out, "\n");
	}
	buf_adds(out, "\n");
	if (r.http.body != NULL) {
		buf_add(out, r.http.body, r.http.len);
		buf_adds(out, "\n\n");
	}
	pull_request_release(&r);
}

static void
show_command(const struct pull *p, struct buf *out)
{
	size_t i;

	for (i = 0; p->conf->command[i] != NULL; i++) {
		buf_adds(out, i > 0 ? " " : "");
		buf_adds(out, p->conf->command[i]);
	}
	buf_adds(out, "\n\n");
}

/* The range of the first window. */
static int
range(const struct pull *p, int64_t *since, int64_t *until, struct err *e)
{
	int rc;

	*until = clock_now() - p->conf->settle * CLOCK_SECOND;
	rc = cursor_get(p->store, p->source->name, "changes", since, e);
	if (rc < 0)
		return rc;
	*since -= p->conf->lookback * CLOCK_SECOND;
	if (rc == 0)
		*since = p->conf->first;
	if (p->conf->width != 0 &&
	    *until - *since > p->conf->width * CLOCK_SECOND)
		*until = *since + p->conf->width * CLOCK_SECOND;
	return 0;
}

/* The lists that are due. */
static int
show_missed(struct pull *p, struct buf *out, struct err *e)
{
	int64_t since, until;
	size_t i;
	int rc;

	for (i = 0; i < p->conf->nmissed; i++) {
		rc = pull_missed_due(p, &p->conf->missed[i], clock_now(),
		    &since, &until, e);
		if (rc < 0)
			return rc;
		if (rc == 0)
			continue;
		pull_range_of(p, &p->conf->missed[i].query, since, until);
		show(p, &p->conf->missed[i].query, out);
	}
	return 0;
}

/* Show what is asked for again once a day. */
static int
show_lead(struct pull *p, struct buf *out, struct err *e)
{
	int64_t now = clock_now(), since, last;
	size_t i;
	int rc;

	rc = cursor_get(p->store, p->source->name, "changes", &last, e);
	if (rc != 1 || (rc = pull_lead_due(p, now, &since, e)) != 1)
		return rc;
	for (i = 0; i < p->conf->nchanges; i++) {
		pull_range_of(p, &p->conf->changes[i], since, now -
		    p->conf->settle * CLOCK_SECOND);
		show(p, &p->conf->changes[i], out);
	}
	return 0;
}

static int
show_all(struct pull *p, enum pull_way way, struct buf *out, struct err *e)
{
	const struct source_pull *c = p->conf;
	const struct pull_query *q = way == PULL_CHANGES ? c->changes :
	    way == PULL_EVERYTHING ? c->all : c->index;
	size_t i, n = way == PULL_CHANGES ? c->nchanges :
	    way == PULL_EVERYTHING ? c->nall : c->nindex;
	int64_t since, until;
	int rc;

	if (c->command != NULL) {
		show_command(p, out);
		return 0;
	}
	if ((rc = range(p, &since, &until, e)) != 0)
		return rc;
	pull_range(p, 0, until);
	for (i = 0; i < n; i++) {
		if (way == PULL_CHANGES)
			pull_range_of(p, &q[i], since, until);
		show(p, &q[i], out);
	}
	if (way != PULL_CHANGES)
		return 0;
	rc = show_lead(p, out, e);
	return rc != 0 ? rc : show_missed(p, out, e);
}

/* Check what a run would fail on: 0, E_CONF, <0. */
static int
check_secret(const struct pull *p, const char *name, struct err *e)
{
	int rc = name != NULL ? secret_there(p->store, name, e) : 1;

	if (rc != 0)
		return rc < 0 ? rc : 0;
	return err_set(e, E_CONF, "source '%s': its secret is not set; "
	    "loya-token set %s sets it", p->source->name, name);
}

static int
check_secrets(const struct pull *p, struct err *e)
{
	const struct source_pull *c = p->conf;
	size_t i;
	int rc = 0;

	if (c->user != NULL)
		rc = check_secret(p, c->secret, e);
	for (i = 0; i < c->nhidden && rc == 0; i++)
		rc = check_secret(p, c->hidden_secret[i], e);
	if (rc == 0 && c->command == NULL && c->auth == PULL_AUTH_OAUTH)
		rc = check_secret(p, p->source->oauth.secret, e);
	return rc;
}

int
pull_show(struct pull *p, const struct source *s, enum pull_way way,
    struct buf *out, struct err *e)
{
	int rc;

	p->masked = 1;
	if ((rc = pull_ready(p, s, way, e)) == 0)
		rc = show_all(p, way, out, e);
	if (rc == 0)
		rc = check_secrets(p, e);
	pull_close(p);
	p->masked = 0;
	return rc;
}
