/* Giving up what is owed to a target that is gone. */
#include "common/deliver_work.h"

#include <stdlib.h>
#include <unistd.h>

#include "common/clock.h"

/* Rows of one transaction. */
enum { BATCH = 256 };

struct dismissal {
	struct store *store;
	const char *target;
	int64_t last;		/* what is added from here on stays */
	struct outbox_row row[BATCH];
	size_t n;
	struct buf seqs, detail;
};

/* An audit row as for a delivery that died of its answers: loya-audit verify
 * requires the reason for each dead one. */
static int
note_row(struct dismissal *t, const struct outbox_row *r, struct err *e)
{
	struct jsonw w;

	buf_clear(&t->detail);
	jsonw_init(&w, &t->detail);
	jsonw_object(&w);
	jsonw_kstring(&w, "target", t->target);
	jsonw_kint(&w, "delivery", r->seq);
	jsonw_kint(&w, "audit", r->audit);
	if (r->member[0] != '\0')
		jsonw_kstring(&w, "member", r->member);
	jsonw_kint(&w, "try", r->tries);
	jsonw_kstring(&w, "answer", "dismissed");
	jsonw_kstring(&w, "why", "dismissed");
	jsonw_close(&w, '}');
	return audit_note(t->store, "delivery.dead", t->target, &t->detail, e);
}

static int
note_count(struct dismissal *t, struct err *e)
{
	struct jsonw w;

	buf_clear(&t->detail);
	jsonw_init(&w, &t->detail);
	jsonw_object(&w);
	jsonw_kint(&w, "count", (int64_t)t->n);
	jsonw_close(&w, '}');
	return audit_note(t->store, "target.dismissed", t->target, &t->detail,
	    e);
}

/* Dismiss a batch from the end of those that wait. */
static int
batch(struct dismissal *t, struct err *e)
{
	struct jsonw w;
	size_t i;
	int rc;

	rc = outbox_tail(t->store, t->target, t->last, BATCH, t->row, &t->n,
	    e);
	if (rc != 0 || t->n == 0)
		return rc;
	buf_clear(&t->seqs);
	jsonw_init(&w, &t->seqs);
	jsonw_array(&w);
	for (i = 0; i < t->n && rc == 0; i++) {
		jsonw_int(&w, t->row[i].seq);
		rc = note_row(t, &t->row[i], e);
	}
	jsonw_close(&w, ']');
	if (rc == 0)
		rc = note_count(t, e);
	return rc != 0 ? rc : outbox_dismiss(t->store, t->target, t->seqs.p,
	    t->seqs.len, e);
}

static int
transaction(struct dismissal *t, struct err *e)
{
	int rc;

	if ((rc = store_begin(t->store, STORE_MAIN, e)) != 0)
		return rc;
	rc = batch(t, e);
	if (rc == 0 && t->n > 0)
		return store_commit(t->store, STORE_MAIN, e);
	store_rollback(t->store, STORE_MAIN);
	return rc;
}

/* Most likely a name that was mistyped. */
static int
check_known(const struct dismissal *t, struct err *e)
{
	int rc = outbox_knows(t->store, t->target, e);

	return rc != 0 ? rc : err_set(e, E_NOTFOUND, "'%s': there is no such "
	    "source, and no delivery for it", t->target);
}

/* Dismiss batch by batch; then count what a loya-push has in hand. */
static int
dismiss(struct dismissal *t, struct deliver_dismissed *out, struct err *e)
{
	int rc;

	if ((t->last = outbox_last(t->store, e)) < 0)
		return (int)t->last;
	do {
		if ((rc = transaction(t, e)) != 0)
			return rc;
		out->n += (int64_t)t->n;
	} while (t->n == BATCH);
	out->under_way = outbox_leased(t->store, t->target, e);
	return out->under_way < 0 ? (int)out->under_way : 0;
}

/* If the wrong folder was given it has no sources at all, and every target
 * would seem to be gone. */
static int
check_gone(const struct config *c, const char *target, struct err *e)
{
	const struct source *s = config_source(c, target);

	if (c->nsource == 0)
		return err_set(e, E_CONF, "%s: it has no sources at all; if "
		    "'%s' is really gone, -D dismisses what waits for it",
		    c->dir, target);
	return s == NULL || s->push.kind == PUSH_NONE ? 0 :
	    err_set(e, E_NO, "source '%s': it still has push (%s); -D "
	    "dismisses what waits for it anyway", target, s->file);
}

int
deliver_dismiss(struct store *store, const struct config *c,
    const char *target, int force, struct deliver_dismissed *out,
    struct err *e)
{
	const struct source *s = config_source(c, target);
	struct dismissal *t;
	int alive = -1, rc;

	out->n = out->under_way = 0;
	if (!force && (rc = check_gone(c, target, e)) != 0)
		return rc;
	t = xcalloc(1, sizeof *t);
	t->store = store;
	t->target = target;
	rc = s != NULL ? 0 : check_known(t, e);
	if (rc >= 0 && (rc = alive_join(store, &alive, e)) == 0)
		rc = dismiss(t, out, e);
	if (alive >= 0)
		close(alive);
	buf_release(&t->seqs);
	buf_release(&t->detail);
	free(t);
	return rc;
}
