/* The first transaction: once it is committed, the member is anonymous. */
#include "common/erase_inner.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/audit.h"
#include "common/jsonw.h"
#include "common/notice.h"
#include "common/outbox.h"
#include "common/progress.h"
#include "common/snapshot.h"

/* Events that waited for the id would never find it now; erase_find() gets to
 * them by way of the record. */
static int
drop_pending(struct erase *x, const char *source, const char *id)
{
	int64_t seq = 0;
	int rc;

	while ((seq = pending_next(x->store, source, id, seq, x->e)) > 0)
		if ((rc = pending_drop(x->store, source, id, seq,
		    x->e)) != 0)
			return rc;
	return (int)seq;
}

int
erase_bury_id(struct erase *x, const char *source, const char *id)
{
	unsigned char hash[TOMBSTONE_HASH];
	int rc;

	tombstone_hash(x->key, source, id, hash);
	erase_know(x, hash);
	if ((rc = tombstone_add(x->store, hash, x->num, x->e)) != 0 ||
	    (rc = binding_drop(x->store, source, id, x->e)) != 0 ||
	    (rc = snapshot_forget(x->store, source, id, x->e)) != 0)
		return rc;
	x->receipt->links++;
	return drop_pending(x, source, id);
}

/* Owe the row to all targets that want its type. */
static int
owe(struct erase *x, const struct audit_row *r)
{
	const struct source *s;
	char type[64], seq[32];
	size_t i;
	int n, rc = 0;

	notice_type(r->kind, type, sizeof type);
	n = snprintf(seq, sizeof seq, "[%" PRId64 "]", r->seq);
	for (i = 0; i < x->config->nsource && rc == 0; i++) {
		s = &x->config->source[i];
		if (source_wants(s, type))
			rc = outbox_add(x->store, s->name, seq, (size_t)n,
			    r->at, x->e);
	}
	return rc;
}

static int
record(struct erase *x, struct member *m, const char *kind,
    const struct buf *detail)
{
	struct audit_row r;
	int rc;

	rc = erase_record(x->store, m, kind, detail, &r, x->e);
	return rc != 0 ? rc : owe(x, &r);
}

/* Record that the member is closed, for targets that want to know that of every
 * member. */
static int
record_closed(struct erase *x, struct member *m)
{
	const struct value *was = &m->profile.core[F_STATUS];
	struct difference d = { "status", was->json, "\"closed\"", was->len,
	    8 };
	struct buf b = { NULL, 0, 0 };
	struct jsonw w;
	int rc;

	if (profile_status(&m->profile) == ST_CLOSED)
		return 0;
	jsonw_init(&w, &b);
	jsonw_object(&w);
	jsonw_kstring(&w, "why", "erased");
	decide_changes(&d, 1, &w);
	jsonw_close(&w, '}');
	rc = record(x, m, "member.closed", &b);
	buf_release(&b);
	return rc;
}

static int
record_erased(struct erase *x, struct member *m, int64_t before)
{
	struct buf b = { NULL, 0, 0 };
	struct jsonw w;
	int rc;

	jsonw_init(&w, &b);
	jsonw_object(&w);
	jsonw_kint(&w, "before", before);
	jsonw_close(&w, '}');
	rc = record(x, m, "member.erased", &b);
	buf_release(&b);
	return rc;
}

static int
bury(struct erase *x)
{
	struct member m;
	int64_t before;
	size_t i;
	int rc;

	if ((rc = member_get(x->store, x->num, &x->arena, &m, x->e)) != 0 ||
	    m.claims.n == 0 ||
	    (rc = tombstone_key(x->store, 1, x->key, x->e)) != 0)
		return rc;
	for (i = 0; i < m.claims.n; i++)
		if ((rc = erase_bury_id(x, m.claims.link[i].source,
		    m.claims.link[i].external_id)) != 0)
			return rc;
	if ((before = audit_next(x->store, x->e)) < 0)
		return (int)before;
	if ((rc = record_closed(x, &m)) != 0 ||
	    (rc = record_erased(x, &m, before)) != 0 ||
	    (rc = erase_keep(x, &m)) != 0)
		return rc;
	return member_empty(x->store, x->num, m.audit, x->e);
}

int
erase_bury(struct erase *x)
{
	int rc;

	if ((rc = store_begin(x->store, STORE_MAIN, x->e)) != 0)
		return rc;
	return store_end(x->store, STORE_MAIN, bury(x), x->e);
}
