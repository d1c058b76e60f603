/* Reading a row of the record, and emptying one. */
#include "common/audit.h"

#include <assert.h>
#include <string.h>

#include "common/arena.h"

int
audit_get(struct store *s, int64_t seq, struct audit_row *r,
    unsigned char commitment[MERKLE_HASH], struct arena *a, struct err *e)
{
	static const char sql[] = "SELECT at, kind, source, event_id, inbox, "
	    "member, prev, actor, detail, commitment FROM audit "
	    "WHERE seq = :seq";
	const void *hash;
	struct stmt *st;
	size_t n;
	int rc;

	memset(r, 0, sizeof *r);
	stmt_int(st = db_stmt(store_db(s, STORE_MAIN), sql), 1, seq);
	if ((rc = stmt_step(st, e)) != 1)
		return rc < 0 ? rc : E_NOTFOUND;
	r->seq = seq;
	r->at = stmt_get_int(st, 0);
	r->kind = stmt_keep_text(st, 1, a);
	r->source = stmt_keep_text(st, 2, a);
	r->event_id = stmt_keep_text(st, 3, a);
	r->inbox = stmt_get_int(st, 4);
	r->member = stmt_keep_text(st, 5, a);
	r->prev = stmt_get_int(st, 6);
	r->actor = stmt_keep_text(st, 7, a);
	r->detail = stmt_keep_text(st, 8, a);
	r->detail_len = r->detail != NULL ? strlen(r->detail) : 0;
	hash = stmt_get_blob(st, 9, &n);
	if (commitment != NULL && n == MERKLE_HASH)
		memcpy(commitment, hash, MERKLE_HASH);
	else if (commitment != NULL)
		memset(commitment, 0, MERKLE_HASH);
	stmt_reset(st);
	return 0;
}

int
audit_opening(struct store *s, int64_t seq, struct buf *salt,
    struct buf *detail, struct err *e)
{
	static const char sql[] =
	    "SELECT salt, detail FROM audit WHERE seq = :seq";
	struct stmt *st;
	const void *p;
	const char *text;
	size_t n;
	int rc;

	stmt_int(st = db_stmt(store_db(s, STORE_MAIN), sql), 1, seq);
	if ((rc = stmt_step(st, e)) != 1)
		return rc < 0 ? rc : E_NOTFOUND;
	rc = stmt_is_null(st, 0) || stmt_is_null(st, 1);
	if (!rc) {
		p = stmt_get_blob(st, 0, &n);
		buf_add(salt, p, n);
		text = stmt_get_text(st, 1, &n);
		buf_add(detail, text, n);
	}
	stmt_reset(st);
	return rc;
}

int
audit_erase(struct store *s, int64_t seq, struct err *e)
{
	static const char sql[] =
	    "UPDATE audit SET detail = NULL, salt = NULL WHERE seq = :seq";
	struct stmt *st;

	assert(db_in_transaction(store_db(s, STORE_MAIN)));
	stmt_int(st = db_stmt(store_db(s, STORE_MAIN), sql), 1, seq);
	return stmt_run(st, e);
}
