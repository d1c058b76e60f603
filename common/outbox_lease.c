/* Leases: whose turn it is. */
#include "common/outbox_inner.h"

#include <assert.h>
#include <string.h>

/*
 * How many rows that wait behind others are passed over in a call, each only
 * once.  Rows are leased in chunks, because a statement costs as much as a row.
 */
enum { PASSED = 1000, CHUNK = 256, SLOTS = 2 * CHUNK };

/* A row that waits longer than is possible comes after the others. */
static const char due_sql[] = "SELECT * FROM "
    "(SELECT seq, audit, tries, member, alone "
    "FROM outbox INDEXED BY outbox_due WHERE target = :target "
    "AND state = 'waiting' AND behind = 0 AND due_at <= :now "
    "ORDER BY due_at LIMIT :max) UNION ALL SELECT * FROM "
    "(SELECT seq, audit, tries, member, alone "
    "FROM outbox INDEXED BY outbox_due WHERE target = :target "
    "AND state = 'waiting' AND behind = 0 AND due_at > :far "
    "ORDER BY due_at LIMIT :max) LIMIT :max";

/* Take up to max rows of those that have been looked at. */
static int
take_due(struct store *s, const char *target, int64_t now, size_t max,
    struct outbox_row *row, size_t *n, struct err *e)
{
	struct stmt *st;
	int rc;

	st = db_stmt(store_db(s, STORE_MAIN), due_sql);
	stmt_text(st, 1, target);
	stmt_int(st, 2, now);
	stmt_int(st, 3, (int64_t)max);
	stmt_int(st, 4, outbox_far(now));
	while ((rc = stmt_step(st, e)) == 1)
		outbox_row_read(st, &row[(*n)++]);
	return rc;
}

static int
lease_due(struct store *s, struct outbox_row *r, int64_t until,
    struct err *e)
{
	static const char sql[] = "UPDATE outbox SET state = 'leased', "
	    "lease_until = :until WHERE seq = :seq";
	struct stmt *st;

	r->lease_until = until;
	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_int(st, 1, until);
	stmt_int(st, 2, r->seq);
	return stmt_run(st, e);
}

/* Behind is the first unfinished row of the same member before this one, among
 * those that were looked at. */
static const char new_sql[] = "SELECT o.seq, o.audit, o.tries, o.member, "
    "o.alone, (SELECT p.seq FROM outbox p INDEXED BY outbox_open "
    "WHERE p.target = :target AND p.member = o.member AND p.seq < o.seq "
    "AND p.behind IS NOT NULL AND p.state <> 'sent' AND p.state <> 'dead' "
    "ORDER BY p.seq LIMIT 1) FROM outbox o INDEXED BY outbox_new "
    "WHERE o.target = :target AND o.behind IS NULL "
    "ORDER BY o.seq LIMIT :max";

/* Take the next max rows that nobody has looked at, in order. */
static int
take_new(struct store *s, const char *target, size_t max,
    struct outbox_row *row, size_t *n, struct err *e)
{
	struct stmt *st;
	int rc;

	*n = 0;
	st = db_stmt(store_db(s, STORE_MAIN), new_sql);
	stmt_text(st, 1, target);
	stmt_int(st, 2, (int64_t)max);
	while ((rc = stmt_step(st, e)) == 1) {
		outbox_row_read(st, &row[*n]);
		row[(*n)++].behind = stmt_get_int(st, 5);
	}
	return rc;
}

/* FNV-1a. */
static size_t
slot_of(const char *member)
{
	uint32_t h = 2166136261u;

	for (; *member != '\0'; member++)
		h = (h ^ (unsigned char)*member) * 16777619u;
	return h % SLOTS;
}

/* Find which row each row waits for, among the rows of a chunk. */
static void
line_up(struct outbox_row *row, size_t n)
{
	struct outbox_row *slot[SLOTS] = { NULL }, **at, *r;

	for (r = row; r < row + n; r++) {
		if (r->member[0] == '\0')
			continue;
		at = &slot[slot_of(r->member)];
		while (*at != NULL && strcmp((*at)->member, r->member) != 0)
			if (++at == slot + SLOTS)
				at = slot;
		if (*at == NULL)
			*at = r;
		/* If the first waits for none, the others wait for the
		 * first. */
		else if (r->behind == 0)
			r->behind = (*at)->seq;
	}
}

/* Lease all rows from first to last that are still new. */
static int
lease_new(struct store *s, const char *target, int64_t first, int64_t last,
    int64_t until, struct err *e)
{
	static const char sql[] = "UPDATE outbox INDEXED BY outbox_new "
	    "SET state = 'leased', behind = 0, lease_until = :until "
	    "WHERE target = :target AND behind IS NULL "
	    "AND seq BETWEEN :first AND :last";
	struct stmt *st;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_int(st, 1, until);
	stmt_text(st, 2, target);
	stmt_int(st, 3, first);
	stmt_int(st, 4, last);
	return stmt_run(st, e);
}

/* Look at each row: lease it, or put it behind another one; all rows before it
 * were looked at.  Leased rows are moved to the front; *n is how many. */
static int
look(struct store *s, const char *target, int64_t until,
    struct outbox_row *row, size_t many, size_t *n, struct err *e)
{
	int64_t first = row[0].seq, last = row[many - 1].seq;
	size_t i;
	int rc = 0;

	*n = 0;
	line_up(row, many);
	for (i = 0; i < many && rc == 0; i++) {
		if (row[i].behind != 0) {
			rc = outbox_set_behind(s, row[i].seq, row[i].behind,
			    e);
		} else {
			row[*n] = row[i];
			row[(*n)++].lease_until = until;
		}
	}
	if (rc != 0 || *n == 0)
		return rc;
	rc = lease_new(s, target, first, last, until, e);
	assert(rc != 0 ||
	    db_changes(store_db(s, STORE_MAIN)) == (int64_t)*n);
	return rc;
}

int
outbox_lease(struct store *s, const char *target, int64_t now, int64_t until,
    size_t max, struct outbox_row *row, size_t *n, int *more, struct err *e)
{
	size_t i, want, many, got, looked = 0;
	int rc;

	assert(db_in_transaction(store_db(s, STORE_MAIN)));
	*n = 0;
	*more = 0;
	if ((rc = take_due(s, target, now, (max + 1) / 2, row, n, e)) != 0)
		return rc;
	*more = *n == (max + 1) / 2;
	for (i = 0; i < *n && rc == 0; i++)
		rc = lease_due(s, &row[i], until, e);
	while (rc == 0 && *n < max && looked < PASSED) {
		want = max - *n < CHUNK ? max - *n : CHUNK;
		rc = take_new(s, target, want, &row[*n], &many, e);
		if (rc == 0 && many > 0)
			rc = look(s, target, until, &row[*n], many, &got, e);
		if (rc != 0)
			return rc;
		*n += many > 0 ? got : 0;
		if (many < want)
			return 0;
		looked += many;
	}
	*more = 1;
	return rc;
}
