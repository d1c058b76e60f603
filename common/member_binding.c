/* Bindings: which member a source's external id means. */
#include "common/member_inner.h"

#include <string.h>

int
binding_get(struct store *s, const char *source, const char *external_id,
    int64_t *num, size_t *slot, struct err *e)
{
	static const char sql[] = "SELECT member, slot FROM binding "
	    "WHERE source = :source AND external_id = :external_id";
	struct stmt *st;
	int rc;

	*num = 0;
	*slot = 0;
	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_text(st, 1, source);
	stmt_text(st, 2, external_id);
	if ((rc = stmt_step(st, e)) != 1)
		return rc < 0 ? rc : E_NOTFOUND;
	*num = stmt_get_int(st, 0);
	*slot = (size_t)stmt_get_int(st, 1);
	stmt_reset(st);
	return 0;
}

int
binding_add(struct store *s, const char *source, const char *external_id,
    int64_t num, size_t slot, int64_t from_at, int64_t snapshot, struct err *e)
{
	static const char sql[] = "INSERT INTO binding(source, external_id, "
	    "member, slot, from_at, snapshot) VALUES (:source, :external_id, "
	    ":member, :slot, :from_at, nullif(:snapshot, 0))";
	struct stmt *st;

	member_wrote(s, member_key_of(source, external_id));
	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_text(st, 1, source);
	stmt_text(st, 2, external_id);
	stmt_int(st, 3, num);
	stmt_int(st, 4, (int64_t)slot);
	stmt_int(st, 5, from_at);
	stmt_int(st, 6, snapshot);
	return stmt_run(st, e);
}

int
binding_source(struct store *s, const char *behind, struct arena *a,
    const char **name, struct err *e)
{
	static const char sql[] = "SELECT source FROM binding "
	    "WHERE source > :behind ORDER BY source LIMIT 1";
	struct stmt *st;
	int rc;

	*name = NULL;
	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_text(st, 1, behind);
	if ((rc = stmt_step(st, e)) <= 0)
		return rc;
	*name = stmt_keep_text(st, 0, a);
	stmt_reset(st);
	return 0;
}

int
binding_unknown(struct store *s, const char *who, const char *what,
    struct err *e)
{
	struct arena a = { NULL };
	const char *source = "", *one = NULL;
	int64_t num;
	size_t slot;
	int rc, many = 0;

	while ((rc = binding_source(s, source, &a, &source, e)) == 0 &&
	    source != NULL) {
		rc = binding_get(s, source, who, &num, &slot, e);
		if (rc < 0 && rc != E_NOTFOUND)
			break;
		if (rc == 0 && many++ == 0)
			one = source;
	}
	if (rc == 0 && many == 1)
		rc = err_set(e, E_NOTFOUND, "'%s': there is no such %s; an id "
		    "of a source is written SOURCE/EXTERNAL-ID (try: %s/%s)",
		    who, what, one, who);
	else if (rc == 0)
		rc = err_set(e, E_NOTFOUND, "'%s': there is no such %s; an id "
		    "of a source is written SOURCE/EXTERNAL-ID", who, what);
	arena_release(&a);
	return rc;
}

int
binding_from(struct store *s, const char *source, const char *external_id,
    int64_t from_at, struct err *e)
{
	static const char sql[] =
	    "UPDATE binding SET from_at = :from WHERE source = :source AND "
	    "external_id = :external_id AND from_at > :from";
	struct stmt *st;

	member_wrote(s, member_key_of(source, external_id));
	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_int(st, 1, from_at);
	stmt_text(st, 2, source);
	stmt_text(st, 3, external_id);
	return stmt_run(st, e);
}

int
binding_named(struct store *s, const char *source, const char *external_id,
    int64_t num, struct err *e)
{
	static const char sql[] = "UPDATE binding SET snapshot = :num "
	    "WHERE source = :source AND external_id = :external_id "
	    "AND coalesce(snapshot, 0) < :num";
	struct stmt *st;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_int(st, 1, num);
	stmt_text(st, 2, source);
	stmt_text(st, 3, external_id);
	return stmt_run(st, e);
}

int
binding_listed(struct store *s, const char *source, const char *external_id,
    int64_t begin, struct err *e)
{
	static const char sql[] = "UPDATE binding SET missing = :begin "
	    "WHERE source = :source AND external_id = :external_id";
	struct stmt *st;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_int(st, 1, begin);
	stmt_text(st, 2, source);
	stmt_text(st, 3, external_id);
	return stmt_run(st, e);
}

int
binding_unnamed(struct store *s, const char *source, const char *behind,
    int64_t num, int max, struct arena *a, struct unnamed_links *l,
    struct err *e)
{
	static const char sql[] = "SELECT external_id, member, slot, "
	    "coalesce(missing, 0), snapshot IS :num, snapshot IS :num AND "
	    "EXISTS (SELECT 1 FROM member WHERE num = binding.member "
	    "AND status <> 'suspended' AND status <> 'closed') FROM binding "
	    "WHERE source = :source AND external_id > :behind "
	    "AND to_at IS NULL ORDER BY external_id LIMIT :max";
	struct stmt *st;
	struct unnamed *u;
	int rc;

	memset(l, 0, sizeof *l);
	l->link = arena_alloc(a, (size_t)max * sizeof *l->link);
	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_int(st, 1, num);
	stmt_text(st, 2, source);
	stmt_text(st, 3, behind);
	stmt_int(st, 4, max);
	while ((rc = stmt_step(st, e)) == 1) {
		l->last = stmt_keep_text(st, 0, a);
		if (stmt_get_int(st, 5)) {
			l->named++;
			continue;
		}
		u = &l->link[l->n++];
		u->external_id = l->last;
		u->has = stmt_get_int(st, 4) != 0;
		u->num = stmt_get_int(st, 1);
		u->slot = (size_t)stmt_get_int(st, 2);
		u->listed = stmt_get_int(st, 3);
		u->named = l->named;
	}
	return rc;
}

int
binding_drop(struct store *s, const char *source, const char *external_id,
    struct err *e)
{
	static const char sql[] = "DELETE FROM binding "
	    "WHERE source = :source AND external_id = :external_id";
	struct stmt *st;

	member_wrote(s, member_key_of(source, external_id));
	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_text(st, 1, source);
	stmt_text(st, 2, external_id);
	return stmt_run(st, e);
}

int
member_decided_by(struct store *s, int64_t num, const char *source,
    const char *fields, size_t len, struct err *e)
{
	static const char sql[] = "SELECT 1 FROM member m "
	    "JOIN json_each(m.decided) d JOIN json_each(m.claims) c "
	    "ON c.key = d.value WHERE m.num = :num "
	    "AND c.value ->> '$.source' <> :source "
	    "AND d.key IN (SELECT key FROM json_each(:fields)) LIMIT 1";
	struct stmt *st;
	int rc;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_int(st, 1, num);
	stmt_text(st, 2, source);
	stmt_textn(st, 3, fields, len);
	if ((rc = stmt_step(st, e)) < 0)
		return rc;
	stmt_reset(st);
	return rc == 0;
}
