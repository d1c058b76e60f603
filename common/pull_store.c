/* Storing the rows that wait, many in one transaction. */
#include "common/pull_work.h"

#include <string.h>

#include "common/clock.h"
#include "common/crypt.h"
#include "common/cursor.h"
#include "common/inbox.h"
#include "common/receive.h"

/* Make the id of a row without a stamp, from what was read last: 1, 0: it is
 * the same, <0.  What a snapshot saw in between counts, too. */
static int
by_content(struct pull *p, struct pull_row *r, struct err *e)
{
	int64_t count, n[3];
	struct crypt_part c[2] = { { store_hash_key(p->store, STORE_INBOX),
	    16 }, { n, sizeof n } };
	int rc;

	if (r->own_id != NULL)
		return 1;
	/* A row of a snapshot is always added. */
	if (r->id[0] != '\0') {
		rc = r->key == 0 ? 0 : cursor_unseen(p->store, r->key,
		    r->content, e);
		return rc < 0 ? rc : 1;
	}
	if ((count = cursor_seen(p->store, r->key, r->content, e)) <= 0)
		return (int)count;
	n[0] = r->key;
	n[1] = r->content;
	n[2] = count;
	pull_id(c, 2, r->id);
	return 1;
}

/*
 * Whether it is a record that passed for gone when it was asked for: 1, 0, <0.
 * Then the row says as of when, and it is not any more.  An answer from before,
 * of another loya-pull, knows nothing of it.
 */
static int
is_back(struct pull *p, struct pull_row *r, int64_t *seq, struct err *e)
{
	int64_t at;
	int rc;

	*seq = 0;
	if (r->who == 0 || r->mark_at != 0)
		return 0;
	rc = cursor_marked(p->store, r->who, seq, &at, e);
	if (rc != 1 || r->asked_at < *seq)
		return rc < 0 ? rc : 0;
	r->head = pull_head(p, r->lost, at);
	rc = cursor_unmark(p->store, r->who, e);
	return rc != 0 ? rc : 1;
}

/* The same state again, of a record that had passed for gone in row seq. */
static void
again_id(struct pull *p, struct pull_row *r, int64_t seq)
{
	const struct crypt_part c[] = { { store_hash_key(p->store,
	    STORE_INBOX), 16 }, { r->id, sizeof r->id },
	    { &r->who, sizeof r->who }, { &seq, sizeof seq } };

	pull_id(c, 4, r->id);
}

static int
insert(struct pull *p, struct pull_row *r, struct row *row, struct err *e)
{
	row->source = p->source->name;
	row->event_id = r->own_id != NULL ? r->own_id : r->id;
	row->received_at = clock_now();
	row->content_type = r->type;
	row->head = r->head;
	row->body = p->batch.text.p + r->body;
	row->len = r->len;
	return inbox_add(p->store, row, e);
}

static int
store_row(struct pull *p, struct pull_row *r, struct row *row,
    unsigned char *fresh, struct err *e)
{
	int64_t gone;
	int rc, back;

	*fresh = 0;
	if (r->unread && (rc = pull_is_put_off(p, r->who, e)) != 0)
		return rc < 0 ? rc : 0;
	if ((rc = by_content(p, r, e)) < 0 ||
	    (back = is_back(p, r, &gone, e)) < 0)
		return rc < 0 ? rc : back;
	if (rc == 1)
		rc = insert(p, r, row, e);
	if (rc == 0 && back) {
		again_id(p, r, gone);
		rc = insert(p, r, row, e);
	}
	*fresh = rc == 1;
	if (rc == 1 && r->mark_at != 0)
		return cursor_mark(p->store, r->who, row->seq, r->mark_at, e);
	return rc < 0 ? rc : 0;
}

static int
transaction(struct pull *p, struct row *row, unsigned char *fresh,
    int64_t cursor, struct err *e)
{
	size_t i;
	int rc;

	if ((rc = store_begin(p->store, STORE_INBOX, e)) != 0)
		return rc;
	for (i = 0; i < p->batch.n && rc == 0; i++)
		rc = store_row(p, &p->batch.row[i], &row[i], &fresh[i], e);
	if (rc == 0 && p->read_back != 0)
		rc = cursor_read_back(p->store, p->read_back, e);
	if (rc == 0 && cursor != 0)
		rc = cursor_put(p->store, p->source->name, "changes", cursor,
		    e);
	return store_end(p->store, STORE_INBOX, rc, e);
}

/* Print lines of new rows, after the commit. */
static void
tell(struct pull *p, struct row *row, unsigned char *fresh)
{
	struct delivery d = { .row = row, .nrow = p->batch.n, .fresh = fresh };
	unsigned char compact[PULL_BATCH];
	size_t i;

	d.compact = compact;
	for (i = 0; i < p->batch.n; i++) {
		compact[i] = p->batch.row[i].compact;
		p->count.fresh += fresh[i];
		if (fresh[i] && p->batch.row[i].fault != NULL)
			pull_odd_stored(p, &p->batch.row[i]);
	}
	buf_clear(&p->lines);
	receive_lines(&d, &p->lines);
	p->fn(p->ctx, p->lines.p, p->lines.len, &p->count);
}

int
pull_flush(struct pull *p, int64_t cursor, struct err *e)
{
	unsigned char fresh[PULL_BATCH];
	struct row row[PULL_BATCH];
	int rc;

	if (p->batch.n == 0 && cursor == 0 && p->read_back == 0)
		return 0;
	memset(row, 0, sizeof row);
	rc = transaction(p, row, fresh, cursor, e);
	if (rc == 0)
		tell(p, row, fresh);
	pull_forget(p);
	return rc;
}

void
pull_forget(struct pull *p)
{
	p->batch.n = 0;
	buf_clear(&p->batch.text);
	arena_reset(&p->batch.arena);
}
