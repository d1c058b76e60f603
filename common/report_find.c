#include "common/report_part.h"

#include <stdlib.h>
#include <string.h>

#include "common/die.h"
#include "common/hashindex.h"
#include "common/member.h"

/* Whether member num has this e-mail address now: 1, 0, <0. */
static int
has_email(struct store *s, int64_t num, const char *email, struct err *e)
{
	static const char sql[] =
	    "SELECT 1 FROM member WHERE num = :num AND email = :email";
	struct stmt *st;
	int rc;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_int(st, 1, num);
	stmt_text(st, 2, email);
	if ((rc = stmt_step(st, e)) == 1)
		stmt_reset(st);
	return rc;
}

struct former {
	struct store *store;
	const char *email;
	struct err *e;
};

/* Whether a row of the record gave the address, or took it away. */
static int
row_has_email(void *ctx, int64_t seq)
{
	static const char sql[] = "SELECT 1 FROM audit WHERE seq = :seq AND "
	    "CASE WHEN json_valid(detail) THEN :email IN ("
	    "json_extract(detail, '$.changes.email.old'), "
	    "json_extract(detail, '$.changes.email.new')) END";
	struct former *f = ctx;
	struct stmt *st;
	int rc;

	st = db_stmt(store_db(f->store, STORE_MAIN), sql);
	stmt_int(st, 1, seq);
	stmt_text(st, 2, f->email);
	if ((rc = stmt_step(st, f->e)) == 1)
		stmt_reset(st);
	return rc;
}

/* Whether member num had this address once: 1, 0, <0. */
static int
had_email(struct store *s, int64_t num, const char *email, struct err *e)
{
	struct former f = { s, email, e };
	int64_t newest = report_newest(s, num, e);

	return newest < 0 ? (int)newest :
	    report_chain(s, newest, row_has_email, &f, e);
}

/* How many of these members fn accepts, and one of them. */
static int
count(struct store *s, const int64_t *found, int n, const char *email,
    int (*fn)(struct store *, int64_t, const char *, struct err *),
    int64_t *num, struct err *e)
{
	int i, rc, many = 0;

	for (i = 0; i < n; i++) {
		if ((rc = fn(s, found[i], email, e)) < 0)
			return rc;
		if (rc == 1) {
			*num = found[i];
			many++;
		}
	}
	return many;
}

/*
 * Address entries are never removed from the index, so an earlier owner is
 * found as cheaply as the present one; the record of these few members tells
 * which.
 */
static int
among(struct store *s, const int64_t *found, int n, const char *email,
    int64_t *num, struct err *e)
{
	int many;

	if ((many = count(s, found, n, email, has_email, num, e)) < 0)
		return many;
	if (many > 1)
		return err_set(e, E_NOTFOUND, "'%s': %d members have this "
		    "e-mail address; see loya-audit members email=%s", email,
		    many, email);
	if (many == 1)
		return 0;
	if ((many = count(s, found, n, email, had_email, num, e)) < 0)
		return many;
	if (many > 1)
		return err_set(e, E_NOTFOUND, "'%s': nobody has this e-mail "
		    "address now, and %d members had it before", email, many);
	if (many == 1)
		say("'%s': nobody has this e-mail address now; this is who "
		    "had it before", email);
	return many == 1 ? 0 : E_NOTFOUND;
}

static int
by_email(struct store *s, const char *email, int64_t *num, struct err *e)
{
	int64_t *found;
	int n, rc;

	n = hashindex_all(s, STORE_MAIN, member_email_hash(s, email), &found,
	    e);
	rc = n < 0 ? n : among(s, found, n, email, num, e);
	free(found);
	return rc;
}

int
report_member(struct store *s, const char *who, int64_t *num, struct err *e)
{
	const char *slash = strchr(who, '/');
	char *source;
	size_t slot;
	int rc = E_NOTFOUND;

	if (slash == NULL && strchr(who, '@') == NULL) {
		rc = member_find(s, who, num, e);
		return rc != E_NOTFOUND ? rc :
		    binding_unknown(s, who, "member", e);
	}
	if (slash != NULL) {
		source = xstrdup(who);
		source[slash - who] = '\0';
		rc = binding_get(s, source, slash + 1, num, &slot, e);
		free(source);
	}
	e->msg[0] = '\0';
	if (rc == E_NOTFOUND && strchr(who, '@') != NULL)
		rc = by_email(s, who, num, e);
	if (rc == E_NOTFOUND && e->msg[0] == '\0')
		return err_set(e, E_NOTFOUND, "'%s': there is no such member",
		    who);
	return rc;
}

int
report_member_id(struct store *s, int64_t num, struct arena *a,
    const char **id, struct err *e)
{
	static const char sql[] = "SELECT id FROM member WHERE num = :num";
	struct stmt *st;
	int rc;

	*id = NULL;
	stmt_int(st = db_stmt(store_db(s, STORE_MAIN), sql), 1, num);
	if ((rc = stmt_step(st, e)) != 1)
		return rc < 0 ? rc : err_set(e, E_NOTFOUND, "there is no "
		    "such member");
	*id = stmt_keep_text(st, 0, a);
	stmt_reset(st);
	return 0;
}

int
report_whose(const struct report *r, struct arena *a, const char **id,
    struct err *e)
{
	int64_t num;
	int rc;

	*id = NULL;
	if (r->member == NULL)
		return 0;
	if ((rc = report_member(r->store, r->member, &num, e)) != 0)
		return rc;
	return report_member_id(r->store, num, a, id, e);
}

int64_t
report_newest(struct store *s, int64_t num, struct err *e)
{
	static const char sql[] = "SELECT audit FROM member WHERE num = :num";
	struct stmt *st;
	int64_t seq;
	int rc;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_int(st, 1, num);
	if ((rc = stmt_step(st, e)) < 0)
		return rc;
	seq = rc == 1 ? stmt_get_int(st, 0) : 0;
	stmt_reset(st);
	return seq;
}

int
report_chain(struct store *s, int64_t seq, report_chain_fn *fn, void *ctx,
    struct err *e)
{
	static const char sql[] = "SELECT prev FROM audit WHERE seq = :seq";
	struct stmt *st;
	int64_t prev;
	int rc;

	while (seq > 0) {
		st = db_stmt(store_db(s, STORE_MAIN), sql);
		stmt_int(st, 1, seq);
		if ((rc = stmt_step(st, e)) < 0)
			return rc;
		if (rc == 0)
			return 0;
		prev = stmt_get_int(st, 0);
		stmt_reset(st);
		if ((rc = fn(ctx, seq)) != 0)
			return rc;
		/* A chain that does not go backwards was tampered with. */
		seq = prev < seq ? prev : 0;
	}
	return 0;
}
