#include "common/apply.h"

#include <stdlib.h>
#include <string.h>

#include "common/apply_work.h"
#include "common/die.h"
#include "common/id.h"

static int
rank(const void *ctx, const char *field, const char *source)
{
	return config_rank(ctx, field, source);
}

/* Look up what a transaction starts from: the newest member's id, so
 * that new ids follow it whatever the clock says; how many events wait;
 * who was erased. */
static int
look_around(struct apply *ap, struct err *e)
{
	int64_t last = member_last(ap->store, e);

	if (last < 0)
		return (int)last;
	id_after(last);
	ap->waiting = pending_count(ap->store, e);
	return ap->waiting < 0 ? (int)ap->waiting : apply_tombstones(ap, e);
}

int
apply_begin(struct apply *ap, struct err *e)
{
	int rc;

	if (ap->dry && ap->begun)
		return 0;
	if ((rc = store_begin(ap->store, STORE_MAIN, e)) != 0)
		return rc;
	if ((rc = apply_rules_kept(ap, e)) != 0 ||
	    (rc = look_around(ap, e)) != 0)
		store_rollback(ap->store, STORE_MAIN);
	ap->begun = rc == 0;
	ap->committed = member_writes(ap->store);
	return rc;
}

static void
tell(struct apply *ap)
{
	size_t i;

	for (i = 0; i < ap->notes.len; i += strlen(ap->notes.p + i) + 1)
		warn("%s", ap->notes.p + i);
	for (i = 0; i < ap->news.len; i += strlen(ap->news.p + i) + 1)
		say("%s", ap->news.p + i);
	buf_clear(&ap->notes);
	buf_clear(&ap->news);
}

/* On commit, what the batch has to say is really said. */
int
apply_commit(struct apply *ap, struct err *e)
{
	int rc;

	if ((rc = late_write(ap, e)) != 0 ||
	    (!ap->dry && (rc = store_commit(ap->store, STORE_MAIN, e)) != 0))
		return rc;
	if (ap->ahead != NULL)
		ahead_committed(ap->ahead, member_writes(ap->store));
	buf_add(&ap->output, ap->lines.p, ap->lines.len);
	buf_clear(&ap->lines);
	tell(ap);
	ap->refused += ap->batch_refused;
	ap->held += ap->batch_held;
	ap->batch_refused = ap->batch_held = 0;
	return 0;
}

void
apply_undo(struct apply *ap)
{
	if (!ap->dry)
		store_rollback(ap->store, STORE_MAIN);
	late_forget(ap);
	buf_clear(&ap->lines);
	buf_clear(&ap->notes);
	buf_clear(&ap->news);
	ap->batch_refused = ap->batch_held = 0;
	ap->again.n = ap->again.done = 0;
	apply_others_forget(ap);
	arena_reset(&ap->arena);
}

int
apply_ready(struct apply *ap, struct err *e)
{
	int rc;

	if (ap->ready)
		return 0;
	/* Rows that a receiver wrote but was killed before it could sync them
	 * can be read now: the store must not come to know more than the inbox
	 * has for sure. */
	if ((rc = store_sync(ap->store, STORE_INBOX, e)) != 0 ||
	    (rc = apply_begin(ap, e)) != 0)
		return rc;
	rc = apply_rules(ap, e);
	if (rc == 0)
		rc = apply_commit(ap, e);
	if (rc != 0)
		apply_undo(ap);
	ap->ready = rc == 0;
	return rc;
}

struct apply *
apply_new(struct store *s, const struct config *c, int dry)
{
	struct apply *ap;

	ap = xcalloc(1, sizeof *ap);
	ap->store = s;
	ap->config = c;
	ap->view.rank = rank;
	ap->view.ctx = c;
	ap->dry = dry;
	ap->next_due = INT64_MAX;
	ap->refusals_taken_at = INT64_MIN;
	return ap;
}

void
apply_use(struct apply *ap, const struct config *c)
{
	ahead_stop(ap->ahead);
	ap->ahead = NULL;
	late_release(ap);
	ap->config = c;
	ap->view.ctx = c;
	ap->ready = 0;
}

void
apply_give_back(struct apply *ap)
{
	if (!ap->dry)
		return;
	store_rollback(ap->store, STORE_MAIN);
	store_rollback(ap->store, STORE_INBOX);
}

void
apply_free(struct apply *ap)
{
	if (ap == NULL)
		return;
	ahead_stop(ap->ahead);
	apply_give_back(ap);
	apply_others_release(ap);
	arena_release(&ap->arena);
	arena_release(&ap->incoming_arena);
	buf_release(&ap->detail);
	buf_release(&ap->output);
	buf_release(&ap->lines);
	buf_release(&ap->repeats);
	buf_release(&ap->notes);
	buf_release(&ap->news);
	json_release(&ap->json);
	buf_release(&ap->told);
	late_release(ap);
	free(ap->again.seq);
	free(ap->incoming);
	free(ap);
}

struct buf *
apply_output(struct apply *ap)
{
	return &ap->output;
}

int64_t
apply_refusals(const struct apply *ap)
{
	return ap->refused + ap->held;
}

int64_t
apply_next_due(const struct apply *ap)
{
	return ap->next_due;
}
