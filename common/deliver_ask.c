/* What people ask of deliveries: again, on, how many, which. */
#include "common/deliver_work.h"

#include <string.h>

#include "common/audit.h"
#include "common/clock.h"
#include "common/target.h"

static int
note(struct deliver *d, const char *kind, const char *target, int64_t seq,
    struct err *e)
{
	struct audit_row a = { 0 };
	struct jsonw w;

	buf_clear(&d->detail);
	jsonw_init(&w, &d->detail);
	jsonw_object(&w);
	if (seq != 0)
		jsonw_kint(&w, "delivery", seq);
	jsonw_close(&w, '}');
	a.at = clock_now();
	a.kind = kind;
	a.source = target;
	a.actor = audit_actor();
	a.detail = d->detail.p;
	a.detail_len = d->detail.len;
	return audit_add(d->store, &a, e);
}

/* Commit, or take it back. */
static int
end(struct deliver *d, int rc, struct err *e)
{
	if (rc == 0)
		return store_commit(d->store, STORE_MAIN, e);
	store_rollback(d->store, STORE_MAIN);
	return rc;
}

static struct lane *
lane_of(struct deliver *d, const char *name)
{
	size_t i;

	for (i = 0; i < d->nlane; i++)
		if (strcmp(d->lane[i].source->name, name) == 0)
			return &d->lane[i];
	return NULL;
}

int
deliver_again(struct deliver *d, int64_t seq, struct err *e)
{
	char target[OUTBOX_TARGET];
	int rc;

	if ((rc = store_begin(d->store, STORE_MAIN, e)) != 0)
		return rc;
	rc = outbox_again(d->store, seq, clock_now(), target, e);
	if (rc == 0 && lane_of(d, target) == NULL)
		rc = err_set(e, E_CONF, "delivery %lld: source '%s' has no "
		    "push", (long long)seq, target);
	if (rc == 0)
		rc = note(d, "delivery.again", target, seq, e);
	deliver_wake(d);
	return end(d, rc, e);
}

int
deliver_on(struct deliver *d, struct err *e)
{
	const char *name;
	size_t i;
	int rc;

	if ((rc = store_begin(d->store, STORE_MAIN, e)) != 0)
		return rc;
	for (i = 0; i < d->nlane && rc == 0; i++) {
		name = d->lane[i].source->name;
		rc = target_on(d->store, name, e);
		if (rc == 0)
			rc = note(d, "target.on", name, 0, e);
		else if (rc == E_NO)
			rc = 0;
	}
	return end(d, rc, e);
}

int
deliver_survey(struct deliver *d, struct err *e)
{
	struct deliver_count *c = &d->count;
	struct target_row t;
	const char *name;
	int64_t n, now = clock_now();
	size_t i;
	int rc;

	c->waiting = 0;
	c->resting = c->off = 0;
	for (i = 0; i < d->nlane; i++) {
		name = d->lane[i].source->name;
		if ((n = outbox_count(d->store, name, e)) < 0)
			return (int)n;
		if ((rc = target_get(d->store, name, &t, e)) != 0)
			return rc;
		c->waiting += n;
		c->off += n > 0 && t.off_at != 0;
		c->resting += n > 0 && t.off_at == 0 && t.rest_until > now;
	}
	return 0;
}

struct show {
	struct deliver *d;
	struct lane *lane;
	void (*fn)(void *, const struct buf *);
	void *ctx;
};

static void
show_header(struct buf *b, const char *name, const char *value)
{
	buf_adds(b, name);
	buf_adds(b, ": ");
	buf_adds(b, value);
	buf_addc(b, '\n');
}

static void
show_webhook(struct buf *b, struct job *j)
{
	const struct push *p = &j->lane->source->push;
	size_t i;

	job_sign(j);
	buf_adds(b, "POST ");
	buf_adds(b, p->url);
	buf_addc(b, '\n');
	show_header(b, "Content-Type", "application/cloudevents+json");
	show_header(b, "webhook-id", j->id[0]);
	show_header(b, "webhook-timestamp", j->stamp);
	for (i = 0; i < j->lane->nkey; i++)
		show_header(b, "webhook-signature",
		    j->lane->key[i].asymmetric ? "v1a,***" : "v1,***");
	if (p->hmac != NULL)
		show_header(b, p->hmac->header, "***");
	for (i = 0; i < p->nheader; i++)
		show_header(b, p->header[i].name, p->header[i].value);
	if (p->oauth) {
		buf_adds(b, j->lane->source->oauth.header);
		buf_adds(b, ": ");
		buf_adds(b, j->lane->source->oauth.prefix);
		buf_adds(b, "***\n");
	}
	buf_addc(b, '\n');
	buf_add(b, j->body.p, j->body.len);
	buf_adds(b, "\n\n");
}

static void
show_exec(struct buf *b, const struct job *j)
{
	const char **arg = j->lane->source->push.command;

	for (; *arg != NULL; arg++) {
		buf_adds(b, *arg);
		buf_addc(b, arg[1] != NULL ? ' ' : '\n');
	}
	buf_add(b, j->body.p, j->body.len);
	buf_addc(b, '\n');
}

static int
show_row(void *ctx, const struct outbox_row *r, struct err *e)
{
	struct show *s = ctx;
	struct buf b = { NULL, 0, 0 };
	struct job *j = job_new(s->lane, 1);
	int rc;

	j->row[0] = *r;
	if ((rc = job_make(s->d, j, e)) == 0) {
		if (s->lane->source->push.kind == PUSH_EXEC)
			show_exec(&b, j);
		else
			show_webhook(&b, j);
		s->fn(s->ctx, &b);
	}
	buf_release(&b);
	job_free(j);
	return rc == E_NOTFOUND ? 0 : rc;
}

int
deliver_show(struct deliver *d, void (*fn)(void *, const struct buf *),
    void *ctx, struct err *e)
{
	struct show s = { d, NULL, fn, ctx };
	struct target_row t;
	int64_t now = clock_now();
	size_t i;
	int rc = 0;

	for (i = 0; i < d->nlane && rc == 0; i++) {
		s.lane = &d->lane[i];
		rc = target_get(d->store, s.lane->source->name, &t, e);
		if (rc == 0 && t.off_at == 0 && t.rest_until <= now)
			rc = outbox_walk(d->store, s.lane->source->name, now,
			    show_row, &s, e);
	}
	return rc;
}
