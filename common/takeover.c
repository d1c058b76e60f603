#include "common/takeover.h"

#include <string.h>

#include "common/clock.h"
#include "common/issuer.h"

/* A minute is really over when the next one is: loya-recv writes what it
 * counted within a second. */
static int
over(int64_t minute, int64_t now)
{
	return minute + 1 < now / (60 * CLOCK_SECOND);
}

/* What was counted of one kind in one minute. */
struct count {
	const char *source, *why;
	int64_t minute, count, more;	/* of them not yet recorded */
};

/* Those of the minutes that are not finished. */
struct walk {
	struct apply *ap;
	struct stmt *st;
	int64_t now;
	int back;		/* the clock was put back since the last one */
	struct err *e;
};

static void
begin(struct walk *k, struct apply *ap, struct err *e)
{
	static const char sql[] = "SELECT source, minute, why, count "
	    "FROM refusal WHERE minute >= :from ORDER BY minute";
	int64_t from;

	k->ap = ap;
	k->e = e;
	k->now = clock_now();
	store_meta_get(ap->store, STORE_MAIN, "refusals_from", &from);
	/* Where the clock was put back they are counted below that. */
	k->back = from > k->now / (60 * CLOCK_SECOND);
	k->st = db_stmt(store_db(ap->store, STORE_INBOX), sql);
	stmt_int(k->st, 1, k->back ? 0 : from);
}

static int64_t
seen(const struct walk *k, const struct count *c)
{
	static const char sql[] = "SELECT count FROM refusal_seen "
	    "WHERE source = :source AND minute = :minute AND why = :why";
	struct stmt *st;

	st = db_stmt(store_db(k->ap->store, STORE_MAIN), sql);
	stmt_text(st, 1, c->source);
	stmt_int(st, 2, c->minute);
	stmt_text(st, 3, c->why);
	return stmt_count(st, k->e);
}

/* The next that is to be recorded: 1; 0: there is none; <0.  The first of a
 * minute is at once, what follows when it is over. */
static int
next(struct walk *k, struct count *c)
{
	int64_t before;
	int rc;

	while ((rc = stmt_step(k->st, k->e)) == 1) {
		c->source = stmt_get_text(k->st, 0, NULL);
		c->minute = stmt_get_int(k->st, 1);
		c->why = stmt_get_text(k->st, 2, NULL);
		c->count = stmt_get_int(k->st, 3);
		if ((before = seen(k, c)) < 0)
			return (int)before;
		c->more = c->count - before;
		if (c->more > 0 && (before == 0 || over(c->minute, k->now)))
			return 1;
	}
	return rc;
}

static int
note_seen(const struct walk *k, const struct count *c)
{
	static const char sql[] = "INSERT INTO refusal_seen(source, minute, "
	    "why, count) VALUES (:source, :minute, :why, :count) "
	    "ON CONFLICT DO UPDATE SET count = excluded.count";
	struct stmt *st;

	st = db_stmt(store_db(k->ap->store, STORE_MAIN), sql);
	stmt_text(st, 1, c->source);
	stmt_int(st, 2, c->minute);
	stmt_text(st, 3, c->why);
	stmt_int(st, 4, c->count);
	return stmt_run(st, k->e);
}

/* Write one audit row, but no line: nothing in the programme has changed. */
static int
record(const struct walk *k, const struct count *c)
{
	struct record r;
	struct row row;
	struct jsonw j;
	struct work w;
	int64_t seq;

	memset(&w, 0, sizeof w);
	memset(&r, 0, sizeof r);
	memset(&row, 0, sizeof row);
	w.ap = k->ap;
	w.row = &row;
	w.now = clock_now();
	w.e = k->e;
	r.type = "auth.refused";
	r.quiet = 1;
	r.source = c->source;
	record_begin(&w, &j, NULL);
	jsonw_key(&j, "why");
	jsonw_stringn(&j, c->why, strcspn(c->why, "/"));
	jsonw_kint(&j, "count", c->more);
	jsonw_ktime(&j, "minute", c->minute * 60 * CLOCK_SECOND);
	if (strchr(c->why, '/') != NULL)
		jsonw_kstring(&j, "client", strchr(c->why, '/') + 1);
	return record_end(&w, &j, &r, &seq);
}

static int
record_all(struct apply *ap, int *did, struct err *e)
{
	struct walk k;
	struct count c;
	int rc, n = 0;

	begin(&k, ap, e);
	while ((rc = next(&k, &c)) == 1) {
		if ((rc = record(&k, &c)) != 0 || (rc = note_seen(&k, &c)) != 0)
			break;
		n++;
	}
	stmt_reset(k.st);
	*did += n;
	if (rc != 0 || (n == 0 && !k.back))
		return rc;
	return store_meta_put(ap->store, STORE_MAIN, "refusals_from",
	    k.now / (60 * CLOCK_SECOND) - 2, e);
}

int
takeover_waits(struct apply *ap)
{
	struct walk k;
	struct count c;
	struct err e;
	int64_t now = clock_mono();
	int rc;

	if (ap->refusals_taken_at != INT64_MIN &&
	    now - ap->refusals_taken_at < CLOCK_SECOND)
		return 0;
	ap->refusals_taken_at = now;
	begin(&k, ap, &e);
	rc = next(&k, &c);
	stmt_reset(k.st);
	return rc != 0 || k.back || issuer_waits(ap->store, &e) != 0;
}

int
takeover_run(struct apply *ap, int *did, struct err *e)
{
	int rc = record_all(ap, did, e);

	return rc == 0 ? issuer_record(ap->store, did, e) : rc;
}
