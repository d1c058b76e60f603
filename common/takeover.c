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

static int64_t
seen(struct apply *ap, const char *source, int64_t minute, const char *why,
    struct err *e)
{
	static const char sql[] = "SELECT count FROM refusal_seen "
	    "WHERE source = :source AND minute = :minute AND why = :why";
	struct stmt *st;

	st = db_stmt(store_db(ap->store, STORE_MAIN), sql);
	stmt_text(st, 1, source);
	stmt_int(st, 2, minute);
	stmt_text(st, 3, why);
	return stmt_count(st, e);
}

static int
note_seen(struct apply *ap, const char *source, int64_t minute,
    const char *why, int64_t count, struct err *e)
{
	static const char sql[] = "INSERT INTO refusal_seen(source, minute, "
	    "why, count) VALUES (:source, :minute, :why, :count) "
	    "ON CONFLICT DO UPDATE SET count = excluded.count";
	struct stmt *st;

	st = db_stmt(store_db(ap->store, STORE_MAIN), sql);
	stmt_text(st, 1, source);
	stmt_int(st, 2, minute);
	stmt_text(st, 3, why);
	stmt_int(st, 4, count);
	return stmt_run(st, e);
}

/* Write one audit row, but no line: nothing in the programme has changed. */
static int
record(struct apply *ap, const char *source, int64_t minute, const char *why,
    int64_t count, struct err *e)
{
	struct record r;
	struct row row;
	struct jsonw j;
	struct work w;
	int64_t seq;

	memset(&w, 0, sizeof w);
	memset(&r, 0, sizeof r);
	memset(&row, 0, sizeof row);
	w.ap = ap;
	w.row = &row;
	w.now = clock_now();
	w.e = e;
	r.type = "auth.refused";
	r.quiet = 1;
	r.source = source;
	record_begin(&w, &j, NULL);
	jsonw_key(&j, "why");
	jsonw_stringn(&j, why, strcspn(why, "/"));
	jsonw_kint(&j, "count", count);
	jsonw_ktime(&j, "minute", minute * 60 * CLOCK_SECOND);
	if (strchr(why, '/') != NULL)
		jsonw_kstring(&j, "client", strchr(why, '/') + 1);
	return record_end(&w, &j, &r, &seq);
}

/*
 * Walk the counts of minutes that are not finished: copy them, or only say (1)
 * that there are some.
 */
static int
scan(struct apply *ap, int take, int *did, struct err *e)
{
	static const char sql[] = "SELECT source, minute, why, count "
	    "FROM refusal WHERE minute >= :from ORDER BY minute";
	struct stmt *st;
	int64_t now = clock_now(), from, minute, count, before;
	const char *source, *why;
	int rc, n = 0, back;

	store_meta_get(ap->store, STORE_MAIN, "refusals_from", &from);
	/* Where the clock was put back they are counted below that. */
	if ((back = from > now / (60 * CLOCK_SECOND)))
		from = 0;
	st = db_stmt(store_db(ap->store, STORE_INBOX), sql);
	stmt_int(st, 1, from);
	while ((rc = stmt_step(st, e)) == 1) {
		source = stmt_get_text(st, 0, NULL);
		minute = stmt_get_int(st, 1);
		why = stmt_get_text(st, 2, NULL);
		count = stmt_get_int(st, 3);
		before = seen(ap, source, minute, why, e);
		if (before < 0 || (count > before &&
		    (before == 0 || over(minute, now)))) {
			n++;
			rc = before < 0 ? (int)before : !take ? 1 :
			    record(ap, source, minute, why, count - before, e);
			if (rc == 0)
				rc = note_seen(ap, source, minute, why, count,
				    e);
			if (rc != 0)
				break;
			++*did;
		}
	}
	stmt_reset(st);
	if (rc != 0 || !take || (n == 0 && !back))
		return rc != 0 ? rc : !take && back;
	return store_meta_put(ap->store, STORE_MAIN, "refusals_from",
	    now / (60 * CLOCK_SECOND) - 2, e);
}

int
takeover_waits(struct apply *ap)
{
	struct err e;
	int64_t now = clock_mono();
	int did = 0;

	if (ap->refusals_taken_at != INT64_MIN &&
	    now - ap->refusals_taken_at < CLOCK_SECOND)
		return 0;
	ap->refusals_taken_at = now;
	return scan(ap, 0, &did, &e) != 0 || issuer_waits(ap->store, &e) != 0;
}

int
takeover_run(struct apply *ap, int *did, struct err *e)
{
	int rc;

	rc = scan(ap, 1, did, e);
	return rc == 0 ? issuer_record(ap->store, did, e) : rc;
}
