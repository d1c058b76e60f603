#include "common/verify_part.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/crypt.h"

static void
fault(struct verify *v, const char *table, const char *row, const char *fmt,
    va_list ap)
{
	char what[400];

	vsnprintf(what, sizeof what, fmt, ap);
	v->result->faults++;
	v->fault(v->ctx, table, row, what);
}

void
verify_row(struct verify *v, const char *table, int64_t n, const char *fmt,
    ...)
{
	char row[24];
	va_list ap;

	snprintf(row, sizeof row, "%lld", (long long)n);
	va_start(ap, fmt);
	fault(v, table, row, fmt, ap);
	va_end(ap);
}

void
verify_named(struct verify *v, const char *table, const char *row,
    const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fault(v, table, row, fmt, ap);
	va_end(ap);
}

const char *
verify_text(struct verify *v, struct stmt *st, int col)
{
	const char *s;
	size_t n;

	s = stmt_get_text(st, col, &n);
	return s == NULL || strlen(s) == n ? s : v->unlike;
}

int
verify_last(struct verify *v, const char *table, const char *last_sql,
    const char *count_sql, int64_t *last)
{
	enum { MOST = 1 << 30, SPARE = 1 << 20 };
	struct db *db = store_db(v->store, STORE_MAIN);
	int64_t n;
	int rc;

	if ((rc = db_number(db, last_sql, last, v->e)) != 0 ||
	    (rc = db_number(db, count_sql, &n, v->e)) != 0)
		return rc;
	/* Something is kept and looked at for each number: there may be a gap,
	 * but none that takes an hour. */
	if (*last >= 0 && *last <= MOST && *last / 2 <= n + SPARE)
		return 0;
	verify_row(v, table, *last, "has an impossible number");
	*last = n;
	return 0;
}

void
verify_progress(struct verify *v, const char *table, int64_t n)
{
	if (v->o->progress != NULL)
		v->o->progress(v->o->progress_ctx, table, n, v->total);
}

/* Count the rows to come; missing ones are no fault here. */
static int
count(struct verify *v, const char *sql)
{
	return v->o->progress == NULL ? 0 :
	    db_number(store_db(v->store, STORE_MAIN), sql, &v->total, v->e);
}

static int
record(struct verify *v)
{
	int rc;

	rc = count(v, "SELECT max(seq) FROM audit");
	return rc != 0 ? rc : verify_record(v);
}

/* After the record, which has its own thread already; also if that could not be
 * read: this then tells why. */
static int
begin_sound(struct verify *v, int rc)
{
	struct err unheard, *e = v->e;
	int bad = 0;

	if (rc != 0)
		v->e = &unheard;
	if (!v->o->no_schema)
		bad = verify_sound_start(v);
	v->e = e;
	return rc != 0 ? rc : bad;
}

static int
everything(struct verify *v)
{
	int rc;

	if ((!v->o->no_schema && (rc = verify_schema(v)) != 0) ||
	    (rc = begin_sound(v, record(v))) != 0 ||
	    (rc = count(v, "SELECT count(*) FROM member")) != 0 ||
	    (rc = verify_members(v)) != 0)
		return rc;
	if ((rc = verify_queues(v)) != 0 || (rc = verify_events_end(v)) != 0)
		return rc;
	if ((rc = verify_facts(v)) != 0 || (rc = verify_guard(v)) != 0)
		return rc;
	return verify_sound_end(v);
}

/* The store first, the inbox after it: an inbox that is ahead is normal. */
static int
snapshot(struct store *s, struct err *e)
{
	static const char first_read[] = "SELECT count(*) FROM meta";
	struct db *db = store_db(s, STORE_MAIN);
	int64_t n;
	int rc;

	if ((rc = db_exec(db, "BEGIN;", e)) != 0 ||
	    (rc = db_number(db, first_read, &n, e)) != 0)
		return rc;
	db = store_db(s, STORE_INBOX);
	if ((rc = db_exec(db, "BEGIN;", e)) != 0)
		return rc;
	return db_number(db, first_read, &n, e);
}

int
verify(struct store *s, verify_fault_fn *fn, void *ctx,
    struct verify_result *result, struct err *e)
{
	static const struct verify_options none;

	return verify_with(s, &none, fn, ctx, result, e);
}

static void
end_walk(struct stmt *st)
{
	if (st != NULL)
		stmt_reset(st);
}

static void
verify_free(struct verify *v)
{
	verify_heads_release(v);
	verify_events_release(v);
	json_release(&v->sums.json);
	json_release(&v->scratch);
	buf_release(&v->buf);
	buf_release(&v->noted);
	arena_release(&v->arena);
	tally_free(v->tally);
	free(v->outbox_said);
	free(v->tried);
	slots_release(&v->trail);
	free(v);
}

int
verify_with(struct store *s, const struct verify_options *o,
    verify_fault_fn *fn, void *ctx, struct verify_result *result,
    struct err *e)
{
	unsigned char chance[MERKLE_HASH];
	struct err unheard;	/* failures after the first one */
	struct verify *v;
	int rc;

	memset(result, 0, sizeof *result);
	if ((rc = store_map(s, e)) != 0 || (rc = snapshot(s, e)) != 0)
		return rc;
	v = xcalloc(1, sizeof *v);
	slots_init(&v->trail, sizeof(struct trail));
	v->store = s;
	v->fault = fn;
	v->ctx = ctx;
	v->result = result;
	v->o = o;
	v->e = e;
	crypt_random(v->sums.key, sizeof v->sums.key);
	crypt_random(chance, sizeof chance);
	crypt_hex(chance, sizeof chance, v->unlike);
	v->tally = tally_new(0);
	rc = everything(v);
	verify_ahead_stop(v);
	if (rc != 0) {
		v->e = &unheard;
		verify_sound_end(v);
	}
	end_walk(v->ledger);
	end_walk(v->inbox);
	end_walk(v->outbox);
	db_exec(store_db(s, STORE_MAIN), "COMMIT;", NULL);
	db_exec(store_db(s, STORE_INBOX), "COMMIT;", NULL);
	verify_free(v);
	return rc;
}
