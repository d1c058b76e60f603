/* What the answer of a rest target means for each row of the request. */
#include "common/deliver_work.h"

#include <stdlib.h>
#include <string.h>

#include "common/clock.h"

/* Several rows were refused together: sending each alone shows which is at
 * fault.  A 401 is about none of them. */
static void
apart(struct job *j)
{
	if (j->nrow == 1 || j->status == 401)
		return;
	j->all.end = OUTBOX_DEFERRED;
	j->all.why = NULL;
	j->all.now = 1;
	j->all.alone = 1;
}

static void
refuse(struct job *j)
{
	j->all.end = OUTBOX_DEAD;
	j->all.why = "refused";
	lane_worked(j->lane);
	apart(j);
}

/* The quota is used up: send nothing for a good while, or as long as the peer
 * says. */
static void
no_quota(struct job *j, int64_t now)
{
	int64_t wait = j->rest->answer.quota_rest * CLOCK_SECOND;

	if (j->after <= 0)
		j->after = wait;
	j->rest_until = now + j->after;
	job_defer(j, now, 1);
}

static void
no_token(struct job *j, int64_t now)
{
	if (token_refused(j)) {
		job_defer(j, now, 0);
		j->all.now = 1;
	} else {
		refuse(j);
	}
}

static void
by_status(struct job *j, int64_t now)
{
	job_judge(j, now);
	if (j->all.end == OUTBOX_DEAD)
		apart(j);
}

/* Record its code and message, if it has them: raw JSON reads badly, and most
 * of it would be masked as a secret. */
static void
words(struct job *j, struct ending *g, const struct rest_verdict *v)
{
	struct buf b = { NULL, 0, 0 };

	if (v->code != NULL)
		buf_adds(&b, v->code);
	if (v->code != NULL && v->message != NULL)
		buf_addc(&b, ' ');
	if (v->message != NULL)
		buf_adds(&b, v->message);
	if (b.len > 0)
		job_words(j, g, b.p, b.len);
	else if (v->text != NULL && v->end != REST_OK)
		job_words(j, g, v->text, v->len);
	buf_release(&b);
}

/* Judge one row. */
static void
end_row(struct job *j, struct ending *g, const struct rest_verdict *v)
{
	static const char nothing[] = "the answer has no result for this one";

	memset(g, 0, sizeof *g);
	words(j, g, v);
	switch (v->end) {
	case REST_OK:
		g->end = OUTBOX_SENT;
		break;
	case REST_DEAD:
		g->end = OUTBOX_DEAD;
		g->why = "refused";
		break;
	case REST_UNKNOWN:
		job_words(j, g, nothing, sizeof nothing - 1);
		/* FALLTHROUGH */
	default:
		g->end = OUTBOX_DEFERRED;
	}
}

/* What is said about one row may concern all. */
static void
each_row(struct job *j, const struct rest_verdict *v, int64_t now)
{
	int quota = 0, token = 0, renewed;
	size_t i;

	for (i = 0; i < j->nrow; i++) {
		quota |= v[i].end == REST_QUOTA;
		token |= v[i].end == REST_TOKEN;
	}
	if (quota)
		no_quota(j, now);
	renewed = token && token_refused(j);
	if (!quota && !token)
		lane_worked(j->lane);
	j->each = xcalloc(j->nrow, sizeof *j->each);
	for (i = 0; i < j->nrow; i++) {
		end_row(j, &j->each[i], &v[i]);
		if (v[i].end != REST_TOKEN)
			continue;
		j->each[i].now = renewed;
		if (!renewed) {
			j->each[i].end = OUTBOX_DEAD;
			j->each[i].why = "refused";
		}
	}
}

void
rest_answered(struct job *j, const struct httpc_answer *a, int64_t now)
{
	struct rest_verdict *v = xcalloc(j->nrow, sizeof *v);
	struct arena arena = { NULL };
	struct rest_verdict all;

	rest_judge(&j->rest->answer, j->status, a->body, a->len, &arena, &all,
	    v, j->nrow);
	words(j, &j->all, &all);
	switch (all.end) {
	case REST_OK:
		j->all.end = OUTBOX_SENT;
		lane_worked(j->lane);
		break;
	case REST_TRANSIENT:
		job_defer(j, now, 0);
		break;
	case REST_DEAD:
		refuse(j);
		break;
	case REST_TOKEN:
		no_token(j, now);
		break;
	case REST_QUOTA:
		no_quota(j, now);
		break;
	case REST_EACH:
		each_row(j, v, now);
		break;
	case REST_STATUS:
		by_status(j, now);
		break;
	default:
		/* Probably a page from somebody in between: not the fault of
		 * this delivery. */
		job_defer(j, now, 1);
	}
	arena_release(&arena);
	free(v);
}
