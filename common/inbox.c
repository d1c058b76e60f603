#include "common/inbox.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/clock.h"
#include "common/crypt.h"
#include "common/die.h"
#include "common/hashindex.h"

enum { CANDIDATES = 16 };

#define COLUMNS "seq, source, event_id, received_at, content_type, head, body"

struct inbox {
	int64_t newest;		/* seq, while a transaction knows it; 0: ask */
	struct stmt *at;	/* of inbox_follow(), or NULL */
	int64_t seq;		/* that it stands on */
};

static void
forget(struct store *s, void *state)
{
	struct inbox *i = state;

	(void)s;
	i->newest = 0;
}

static struct inbox *
inbox(struct store *s)
{
	static const struct store_room room = { NULL, forget, free };
	struct inbox *i;

	i = store_room_get(s, SLOT_INBOX);
	if (i == NULL) {
		i = xcalloc(1, sizeof *i);
		store_room_set(s, SLOT_INBOX, STORE_INBOX, &room, i);
	}
	return i;
}

/* The hash of a row's key, with source and id kept apart. */
static int64_t
hash_of(struct store *s, const struct row *r)
{
	struct crypt_part p[2];

	p[0].p = r->source;
	p[0].len = strlen(r->source) + 1;
	p[1].p = r->event_id;
	p[1].len = strlen(r->event_id);
	return crypt_shorthash(store_hash_key(s, STORE_INBOX), p, 2);
}

/* Whether row seq is the one that r names: 1, 0, or <0. */
static int
is_row(struct store *s, int64_t seq, const struct row *r, struct err *e)
{
	static const char sql[] =
	    "SELECT source = :source AND event_id = :event_id "
	    "FROM inbox WHERE seq = :seq";
	struct stmt *st;
	int rc;

	st = db_stmt(store_db(s, STORE_INBOX), sql);
	stmt_text(st, 1, r->source);
	stmt_text(st, 2, r->event_id);
	stmt_int(st, 3, seq);
	if ((rc = stmt_step(st, e)) != 1)
		return rc;
	rc = (int)stmt_get_int(st, 0);
	stmt_reset(st);
	return rc;
}

/* The seq of (source, event_id), 0 when it is not there, or <0. */
static int64_t
known(struct store *s, int64_t hash, const struct row *r, struct err *e)
{
	int64_t seq[CANDIDATES];
	int i, n, rc;

	n = hashindex_find(s, STORE_INBOX, hash, seq, CANDIDATES, e);
	if (n < 0)
		return n;
	for (i = 0; i < n; i++)
		if ((rc = is_row(s, seq[i], r, e)) != 0)
			return rc < 0 ? rc : seq[i];
	return 0;
}

/*
 * An empty index was removed because it was damaged (loya-store(5), EXAMPLES):
 * add every row to it again.
 */
static int
index_anew(struct store *s, struct err *e)
{
	static const char sql[] =
	    "SELECT seq, source, event_id FROM inbox ORDER BY seq";
	struct stmt *st = db_stmt(store_db(s, STORE_INBOX), sql);
	int64_t n = 0;
	struct row r;
	int rc;

	memset(&r, 0, sizeof r);
	while ((rc = stmt_step(st, e)) == 1) {
		r.source = stmt_get_text(st, 1, NULL);
		r.event_id = stmt_get_text(st, 2, NULL);
		rc = hashindex_add(s, STORE_INBOX, hash_of(s, &r),
		    stmt_get_int(st, 0), e);
		if (rc != 0)
			break;
		n++;
	}
	stmt_reset(st);
	if (rc == 0 && n > 0)
		warn("%s: hash_run and hash_key were empty; they know all "
		    "%lld events again", db_path(store_db(s, STORE_INBOX)),
		    (long long)n);
	return rc;
}

int
inbox_guard(struct store *s, struct err *e)
{
	int rc;

	if ((rc = hashindex_empty(s, STORE_INBOX, e)) != 1 ||
	    (rc = store_begin(s, STORE_INBOX, e)) != 0)
		return rc;
	/* Somebody else may have been there first. */
	if ((rc = hashindex_empty(s, STORE_INBOX, e)) == 1)
		rc = index_anew(s, e);
	return store_end(s, STORE_INBOX, rc, e);
}

static int
insert(struct db *db, int64_t seq, const struct row *r, struct err *e)
{
	/* FAIL, because there is nothing to roll back: a statement whose
	 * trigger may ABORT keeps a journal of each page that it writes. */
	static const char sql[] =
	    "INSERT OR FAIL INTO inbox(" COLUMNS ") "
	    "VALUES (:seq, :source, :event_id, "
	    ":received_at, :content_type, :head, :body)";
	struct stmt *st = db_stmt(db, sql);

	stmt_int(st, 1, seq);
	stmt_text(st, 2, r->source);
	stmt_text(st, 3, r->event_id);
	stmt_int(st, 4, r->received_at);
	stmt_text(st, 5, r->content_type);
	stmt_text(st, 6, r->head);
	stmt_blob(st, 7, r->body, r->len);
	return stmt_run(st, e);
}

int
inbox_add(struct store *s, struct row *r, struct err *e)
{
	struct db *db = store_db(s, STORE_INBOX);
	int64_t hash, seq, *last = &inbox(s)->newest;
	int rc;

	assert(db_in_transaction(db));
	r->seq = 0;
	hash = hash_of(s, r);
	seq = known(s, hash, r, e);
	if (seq == 0 && (rc = hashindex_empty(s, STORE_INBOX, e)) != 0) {
		if (rc < 0 || (rc = index_anew(s, e)) != 0)
			return rc;
		seq = known(s, hash, r, e);
	}
	if (seq < 0)
		return (int)seq;
	if (seq > 0) {
		r->seq = seq;
		return 0;
	}
	if (*last == 0 && (*last = inbox_last(s, e)) < 0) {
		seq = *last;
		*last = 0;
		return (int)seq;
	}
	seq = *last + 1;
	if ((rc = insert(db, seq, r, e)) != 0 ||
	    (rc = hashindex_add(s, STORE_INBOX, hash, seq, e)) != 0)
		return rc;
	r->seq = *last = seq;
	return 1;
}

/* Read the row that a statement is at; its strings are valid until the next
 * step. */
static void
read_row(struct stmt *st, struct row *r)
{
	r->seq = stmt_get_int(st, 0);
	r->source = stmt_get_text(st, 1, NULL);
	r->event_id = stmt_get_text(st, 2, NULL);
	r->received_at = stmt_get_int(st, 3);
	r->content_type = stmt_get_text(st, 4, NULL);
	r->head = stmt_get_text(st, 5, NULL);
	r->body = stmt_get_blob(st, 6, &r->len);
}

int
inbox_get(struct store *s, int64_t seq, struct arena *a, struct row *r,
    struct err *e)
{
	static const char sql[] =
	    "SELECT " COLUMNS " FROM inbox WHERE seq = :seq";
	struct stmt *st;
	int rc;

	memset(r, 0, sizeof *r);
	st = db_stmt(store_db(s, STORE_INBOX), sql);
	stmt_int(st, 1, seq);
	if ((rc = stmt_step(st, e)) < 0)
		return rc;
	if (rc == 0)
		return err_set(e, E_NOTFOUND, "inbox %lld: there is no such "
		    "event", (long long)seq);
	read_row(st, r);
	r->source = arena_str(a, r->source);
	r->event_id = arena_str(a, r->event_id);
	r->content_type = arena_str(a, r->content_type);
	r->head = arena_str(a, r->head);
	if (r->body != NULL)
		r->body = arena_dup(a, r->body, r->len);
	stmt_reset(st);
	return 0;
}

int
inbox_find(struct store *s, const char *source, const char *event_id,
    struct arena *a, struct row *r, struct err *e)
{
	struct row key;
	int64_t seq;

	memset(&key, 0, sizeof key);
	memset(r, 0, sizeof *r);
	key.source = source;
	key.event_id = event_id;
	seq = known(s, hash_of(s, &key), &key, e);
	if (seq < 0)
		return (int)seq;
	if (seq == 0)
		return err_set(e, E_NOTFOUND, "%s/%s: there is no such event",
		    source, event_id);
	return inbox_get(s, seq, a, r, e);
}

static const char behind[] =
    "SELECT " COLUMNS " FROM inbox WHERE seq > :after ORDER BY seq";

int
inbox_follow(struct store *s, int64_t seq, struct row *r, struct err *e)
{
	struct inbox *i = inbox(s);
	int rc;

	if (i->at == NULL || i->seq + 1 != seq) {
		i->at = db_stmt(store_db(s, STORE_INBOX), behind);
		stmt_int(i->at, 1, seq - 1);
	}
	i->seq = seq;
	if ((rc = stmt_step(i->at, e)) == 1)
		read_row(i->at, r);
	else
		i->at = NULL;
	return rc == 1 ? r->seq == seq : rc;
}

void
inbox_follow_end(struct store *s)
{
	struct inbox *i = inbox(s);

	if (i->at != NULL)
		stmt_reset(i->at);
	i->at = NULL;
}

int
inbox_walk(struct store *s, int64_t after, inbox_fn *fn, void *ctx,
    struct err *e)
{
	struct stmt *st;
	struct row r;
	int rc;

	st = db_stmt(store_db(s, STORE_INBOX), behind);
	stmt_int(st, 1, after);
	while ((rc = stmt_step(st, e)) == 1) {
		read_row(st, &r);
		if ((rc = fn(ctx, &r)) != 0) {
			stmt_reset(st);
			return rc < 0 ? rc : 0;
		}
	}
	return rc;
}

/* Setting seq to its own value makes SQLite delete the row and insert it again.
 * A row that only shrinks would leave its page partly empty, and no other row
 * would ever be put there. */
int
inbox_prune(struct store *s, int64_t seq, struct err *e)
{
	static const char sql[] = "UPDATE inbox "
	    "SET seq = seq, body = NULL, head = NULL WHERE seq = :seq";
	struct stmt *st;

	assert(db_in_transaction(store_db(s, STORE_INBOX)));
	stmt_int(st = db_stmt(store_db(s, STORE_INBOX), sql), 1, seq);
	return stmt_run(st, e);
}

int64_t
inbox_last(struct store *s, struct err *e)
{
	static const char sql[] = "SELECT max(seq) FROM inbox";
	struct stmt *st;
	int64_t seq;
	int rc;

	st = db_stmt(store_db(s, STORE_INBOX), sql);
	if ((rc = stmt_step(st, e)) <= 0)
		return rc;
	seq = stmt_get_int(st, 0);
	stmt_reset(st);
	return seq;
}

int
inbox_heard(struct store *s, const char *source, int64_t since, struct err *e)
{
	/* Looks only at the newest rows: a source with more than these since
	 * then has been heard from often enough. */
	static const char sql[] =
	    "SELECT 1 FROM inbox WHERE seq > "
	    "(SELECT max(seq) FROM inbox) - 100000 AND source = :source "
	    "AND received_at >= :since AND event_id NOT LIKE 'pull-%' "
	    "AND NOT (content_type LIKE 'application/cloudevents+json%' AND "
	    "(event_id LIKE '%-begin' OR event_id LIKE '%-end')) "
	    "ORDER BY seq DESC LIMIT 1";
	struct stmt *st;
	int rc;

	st = db_stmt(store_db(s, STORE_INBOX), sql);
	stmt_text(st, 1, source);
	stmt_int(st, 2, since);
	rc = stmt_step(st, e);
	stmt_reset(st);
	return rc;
}

int
refusal_add(struct store *s, const char *source, const char *why, int64_t at,
    int64_t n, struct err *e)
{
	static const char sql[] =
	    "INSERT INTO refusal(source, minute, why, count) "
	    "VALUES (:source, :minute, :why, :count) ON CONFLICT DO UPDATE "
	    "SET count = count + excluded.count";
	struct stmt *st;

	assert(db_in_transaction(store_db(s, STORE_INBOX)));
	st = db_stmt(store_db(s, STORE_INBOX), sql);
	stmt_text(st, 1, source);
	stmt_int(st, 2, at / (60 * CLOCK_SECOND));
	stmt_text(st, 3, why);
	stmt_int(st, 4, n);
	return stmt_run(st, e);
}
