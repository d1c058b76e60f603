#include "common/report_part.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/audit.h"
#include "common/change.h"
#include "common/die.h"

enum { FOLLOW_MS = 200 };	/* between two looks for new rows */

/* Parameters 1 to 7 are the filters. */
#define WHERE \
	"WHERE (?1 IS NULL OR kind = ?1 " \
	"OR substr(kind, 1, length(?1) + 1) = ?1 || '.') " \
	"AND (?2 IS NULL OR source = ?2) " \
	"AND (?3 IS NULL OR event_id = ?3) " \
	"AND (?4 IS NULL OR CASE WHEN json_valid(detail) THEN " \
	"json_type(detail, '$.changes.\"' || ?4 || '\"') END IS NOT NULL) " \
	"AND at >= ?5 AND at < ?6 " \
	"AND (?7 IS NULL OR actor = ?7 OR actor = 'user:' || ?7 " \
	"OR actor = 'client:' || ?7 OR actor IN (SELECT 'client:' || id " \
	"FROM client WHERE name = ?7 OR 'client:' || name = ?7)) "

static struct stmt *
prepare(const struct report *r, const char *sql)
{
	struct stmt *st;

	st = db_stmt(store_db(r->store, STORE_MAIN), sql);
	stmt_text(st, 1, r->kind);
	stmt_text(st, 2, r->source);
	stmt_text(st, 3, r->event);
	stmt_text(st, 4, r->field);
	stmt_int(st, 5, r->since);
	stmt_int(st, 6, r->until != 0 ? r->until : INT64_MAX);
	stmt_text(st, 7, r->actor);
	return st;
}

/* Where the rows go. */
struct sink {
	const struct report *r;
	struct table *t;	/* NULL: lines for a SIEM */
	int what;
	int64_t last;		/* newest row that was printed */
	int64_t at;		/* the one before the next */
	int64_t n;		/* how many there were */
	struct report_batch batch;
	int tty;		/* text from outside is made harmless */
	struct report_scratch scratch;
};

/* Print the row that st is at: 0, or E_IO. */
static int
put(struct sink *to, struct stmt *st)
{
	struct buf *b = &to->scratch.line;

	to->n++;
	to->at = stmt_get_int(st, 0);
	if (to->at > to->last)
		to->last = to->at;
	if (to->t != NULL)
		return report_audit_row(to->t, to->r, to->what, st,
		    &to->scratch);
	buf_clear(b);
	report_siem_row(to->r, st, &to->scratch);
	if (to->tty)
		table_print(to->r->out, b->p, b->len);
	else
		fwrite(b->p, 1, b->len, to->r->out);
	fputc('\n', to->r->out);
	return ferror(to->r->out) ? E_IO : 0;
}

/* Print rows of the statement: 0 all of them, 1 a batch.  A reader that has
 * gone away is no error here: whoever ends the program will see it. */
static int
print(struct sink *to, struct stmt *st, struct err *e)
{
	int rc = 0, full = 0;

	while (!full && (rc = stmt_step(st, e)) == 1) {
		if (put(to, st) != 0)
			break;
		full = report_full(&to->batch);
	}
	stmt_reset(st);
	if (rc < 0)
		return rc;
	return full ? report_write(to->r, &to->batch) : 0;
}

static int
log_all(const struct report *r, struct sink *to, struct err *e)
{
	static const char up[] = "SELECT " REPORT_AUDIT_COLUMNS " FROM audit "
	    WHERE "AND seq > ?8 ORDER BY seq LIMIT ?9";
	static const char down[] = "SELECT " REPORT_AUDIT_COLUMNS " FROM audit "
	    WHERE "AND seq < ?8 ORDER BY seq DESC LIMIT ?9";
	static const char newest[] = "SELECT min(seq) FROM ("
	    "SELECT seq FROM audit " WHERE "ORDER BY seq DESC LIMIT ?8)";
	struct stmt *st;
	int rc;

	st = prepare(r, newest);
	stmt_int(st, 8, r->limit);
	if ((rc = report_begin(r, st, &to->at, e)) != 0)
		return rc;
	do {
		st = prepare(r, r->reverse ? down : up);
		stmt_int(st, 8, to->at);
		stmt_int(st, 9, r->limit != 0 ? r->limit - to->n : -1);
		rc = print(to, st, e);
	} while (rc == 1);
	return rc;
}

/* The rows about one member: its chain, through the same filters. */
struct chain {
	const struct report *r;
	struct sink *to;
	int64_t *seq;
	size_t n, cap;
	int64_t left;		/* of the limit; <0: no limit */
	struct err *e;
};

static const char one[] = "SELECT " REPORT_AUDIT_COLUMNS " FROM audit " WHERE
    "AND seq = ?8";

static int
take(void *ctx, int64_t seq)
{
	struct chain *c = ctx;
	struct stmt *st;
	int rc;

	if (c->left == 0)
		return 1;
	st = prepare(c->r, one);
	stmt_int(st, 8, seq);
	if ((rc = stmt_step(st, c->e)) <= 0)
		return rc;
	c->left -= c->left > 0;
	rc = 0;
	if (c->r->reverse) {
		rc = put(c->to, st) != 0;
	} else {
		if (c->n == c->cap) {
			c->cap = c->cap * 2 + 64;
			c->seq = xrealloc(c->seq, c->cap, sizeof *c->seq);
		}
		c->seq[c->n++] = seq;
	}
	stmt_reset(st);
	if (rc == 0 && c->r->reverse && report_full(&c->to->batch))
		rc = !report_write(c->r, &c->to->batch);
	return rc;
}

static int
log_member(const struct report *r, struct sink *to, struct err *e)
{
	struct chain c = { r, to, NULL, 0, 0, r->limit != 0 ? r->limit : -1,
	    e };
	struct stmt *st;
	int64_t num, newest;
	int rc;

	if ((rc = report_member(r->store, r->member, &num, e)) != 0)
		return rc;
	if ((newest = report_newest(r->store, num, e)) < 0)
		return (int)newest;
	rc = report_chain(r->store, newest, take, &c, e);
	while (rc >= 0 && c.n > 0) {
		st = prepare(r, one);
		stmt_int(st, 8, c.seq[--c.n]);
		rc = print(to, st, e);
	}
	free(c.seq);
	return rc < 0 ? rc : 0;
}

static void
open_sink(struct sink *to, const struct report *r, int what)
{
	memset(to, 0, sizeof *to);
	to->r = r;
	to->what = what;
	to->tty = isatty(fileno(r->out));
	to->t = r->form == REPORT_TABLE ? report_audit_table(r, what) : NULL;
}

static void
close_sink(struct sink *to)
{
	table_free(to->t);
	report_scratch_release(&to->scratch);
}

static int
log_rows(const struct report *r, struct sink *to, struct err *e)
{
	return r->member != NULL ? log_member(r, to, e) : log_all(r, to, e);
}

static int
log_to_end(const struct report *r, int what, int *any, struct err *e)
{
	struct sink to;
	int rc;

	open_sink(&to, r, what);
	rc = log_rows(r, &to, e);
	*any = to.last > 0;
	close_sink(&to);
	return rc;
}

int
report_log_as(const struct report *r, int what, struct err *e)
{
	int any;

	return log_to_end(r, what, &any, e);
}

int
report_field_ok(const char *name, size_t n)
{
	return (n == 4 && memcmp(name, "hold", 4) == 0) ||
	    (n == 4 && memcmp(name, "tier", 4) == 0) ||
	    core_field_find(name, n) != F_CORE || attribute_name_ok(name, n);
}

static int
check_field(const struct report *r, struct err *e)
{
	if (r->field != NULL && !report_field_ok(r->field, strlen(r->field)))
		return err_set(e, E_USAGE, "'%s' is not the name of a field",
		    r->field);
	return 0;
}

int
report_log(const struct report *r, int *any, struct err *e)
{
	int rc = check_field(r, e);

	*any = 0;
	return rc != 0 ? rc : log_to_end(r, 0, any, e);
}

static int
moved(const struct report *r, struct err *e)
{
	const char *path = store_path(r->store);

	if (access(path, F_OK) != 0)
		return err_set(e, E_BUSY, "%s: was moved or deleted; nothing "
		    "is there now", path);
	return err_set(e, E_BUSY, "%s: was moved or replaced; what is there "
	    "now has another record", path);
}

/* Print rows after to->last as they come.  Nothing is held back, because the
 * reader must see it before it goes away. */
static int
follow(const struct report *r, struct sink *to, struct err *e)
{
	static const char sql[] = "SELECT " REPORT_AUDIT_COLUMNS " FROM audit "
	    WHERE "AND seq > ?8 AND (?9 IS NULL OR member = ?9) ORDER BY seq";
	struct pollfd reader = { fileno(r->out), 0, 0 };
	struct stmt *st;
	int64_t newest;
	int rc = 0;

	for (;;) {
		if ((to->t != NULL ? table_flush(to->t) :
		    fflush(r->out)) != 0)
			return 0;
		/* Poll for no event: this only tells that the other end is
		 * gone. */
		if (poll(&reader, 1, rc == 1 ? 0 : FOLLOW_MS) > 0)
			die_pipe();
		if ((newest = audit_last(r->store, e)) < 0)
			return (int)newest;
		st = prepare(r, sql);
		stmt_int(st, 8, to->last);
		stmt_text(st, 9, r->member);
		if ((rc = print(to, st, e)) < 0)
			return rc;
		/* What did not pass is not looked at again. */
		if (rc == 0 && newest > to->last)
			to->last = newest;
		if (db_moved(store_db(r->store, STORE_MAIN)))
			return moved(r, e);
	}
}

int
report_follow(const struct report *r, struct err *e)
{
	struct report by_id = *r;
	struct arena a = { NULL };
	struct sink to;
	int rc;

	if ((rc = check_field(r, e)) != 0 ||
	    (rc = report_whose(r, &a, &by_id.member, e)) != 0)
		return rc;
	open_sink(&to, &by_id, 0);
	if ((to.last = audit_last(r->store, e)) < 0)
		rc = (int)to.last;
	if (rc == 0)
		rc = log_rows(&by_id, &to, e);
	if (rc == 0)
		rc = follow(&by_id, &to, e);
	close_sink(&to);
	arena_release(&a);
	return rc;
}

int
report_knows(const struct report *r, const char *kind, const char *source,
    struct err *e)
{
	static const char sql[] = "SELECT 1 FROM tally WHERE (?1 IS NULL "
	    "OR kind = ?1 OR substr(kind, 1, length(?1) + 1) = ?1 || '.') "
	    "AND (?2 IS NULL OR source = ?2) "
	    "UNION ALL SELECT 1 FROM binding WHERE ?1 IS NULL "
	    "AND source = ?2 UNION ALL SELECT 1 FROM outbox "
	    "WHERE ?1 IS NULL AND target = ?2 LIMIT 1";
	struct stmt *st;
	int rc;

	st = db_stmt(store_db(r->store, STORE_MAIN), sql);
	stmt_text(st, 1, kind);
	stmt_text(st, 2, source);
	if ((rc = stmt_step(st, e)) == 1)
		stmt_reset(st);
	return rc;
}
