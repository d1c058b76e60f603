/* What would be sent now. */
#include "common/deliver_work.h"

#include "common/clock.h"
#include "common/target.h"

struct show {
	struct deliver *d;
	struct lane *lane;
	void (*fn)(void *, const struct buf *);
	void *ctx;
};

void
job_header_text(struct buf *b, const char *name, const char *value)
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
	job_header_text(b, "Content-Type", "application/cloudevents+json");
	job_header_text(b, "webhook-id", j->id[0]);
	job_header_text(b, "webhook-timestamp", j->stamp);
	for (i = 0; i < j->lane->nkey; i++)
		job_header_text(b, "webhook-signature",
		    j->lane->key[i].asymmetric ? "v1a,***" : "v1,***");
	if (p->hmac != NULL)
		job_header_text(b, p->hmac->header, "***");
	for (i = 0; i < p->nheader; i++)
		job_header_text(b, p->header[i].name, p->header[i].value);
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

/* Show what the queue holds, request by request, and empty it. */
static int
show_queue(struct show *s, struct err *e)
{
	struct buf b = { NULL, 0, 0 };
	struct job *j;
	int rc = 0;

	while (s->lane->n > 0 && rc == 0) {
		if ((rc = rest_take(s->d, s->lane, &j, e)) != 0 || j == NULL)
			continue;
		buf_clear(&b);
		rest_show(j, &b);
		s->fn(s->ctx, &b);
		job_free(j);
	}
	s->lane->n = 0;
	buf_release(&b);
	return rc;
}

/* Add a row to the queue: rows of a rest target go together.  1: this one would
 * not be sent. */
static int
gather(struct show *s, const struct outbox_row *r, struct err *e)
{
	struct lane *l = s->lane;
	int rc;

	if ((rc = rest_ends(s->d, l, r, e)) != 0)
		return rc;
	l->queue[(l->head + l->n++) % LANE_QUEUE] = *r;
	return l->n == LANE_QUEUE ? show_queue(s, e) : 0;
}

static int
show_row(void *ctx, const struct outbox_row *r, struct err *e)
{
	struct show *s = ctx;
	struct buf b = { NULL, 0, 0 };
	struct job *j;
	int rc;

	if (s->lane->source->push.kind == PUSH_REST)
		return gather(s, r, e);
	j = job_new(s->lane, 1);
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
	return rc == E_NOTFOUND ? 1 : rc;
}

/* Nothing is shown for a resting target; whatever waits for it is not due
 * before that time. */
static int
resting(struct deliver *d, struct lane *l, int64_t until, struct err *e)
{
	int64_t n = outbox_count(d->store, l->source->name, e);

	if (n > 0)
		l->resting = until;
	return n < 0 ? (int)n : 0;
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
		if (s.lane->fault != LANE_WELL)
			continue;
		rc = target_get(d->store, s.lane->source->name, &t, e);
		if (rc == 0 && t.off_at != 0)
			deliver_off(d, s.lane);
		else if (rc == 0 && t.rest_until > now)
			rc = resting(d, s.lane, t.rest_until, e);
		else if (rc == 0)
			rc = outbox_walk(d->store, s.lane->source->name, now,
			    show_row, &s, e);
		if (rc == 0)
			rc = show_queue(&s, e);
	}
	return rc != 0 ? rc : deliver_orphans(d, e);
}
