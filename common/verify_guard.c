/*
 * The hash indexes.  The guard against replays, that of the inbox file, must
 * have an entry for each row, and random rows are looked up in it; likewise
 * random members in that of the store.  Looking up every one would cost as much
 * as everything else.
 */
#include "common/verify_part.h"

#include "common/crypt.h"
#include "common/hashindex.h"
#include "common/inbox.h"
#include "common/member.h"

enum { DRAWN = 256, SHARED = 64 };

/* *damaged: the index is, and nothing else would be found either. */
static int
find(struct verify *v, int64_t seq, int *damaged)
{
	struct row row, found;
	int rc;

	rc = inbox_get(v->store, seq, &v->arena, &row, v->e);
	if (rc == 0)
		rc = inbox_find(v->store, row.source, row.event_id, &v->arena,
		    &found, v->e);
	if (rc == E_NOTFOUND || (rc == 0 && found.seq != seq)) {
		verify_row(v, "inbox", seq, "is not in hash_run or hash_key: "
		    "the event would be taken again");
		rc = 0;
	} else if (rc == E_NOTSTORE) {
		verify_named(v, "hash_run", "-", "%s", v->e->msg);
		*damaged = 1;
		rc = 0;
	}
	arena_reset(&v->arena);
	return rc;
}

int
verify_guard(struct verify *v)
{
	/* During a merge some are in both. */
	static const char sql[] = "SELECT (SELECT count(*) FROM hash_key) + "
	    "(SELECT coalesce(sum(length(pairs)) / 16, 0) FROM hash_run)";
	uint64_t chance[DRAWN];
	int64_t has, n = v->result->inbox;
	size_t i;
	int rc, damaged = 0;

	rc = db_number(store_db(v->store, STORE_INBOX), sql, &has, v->e);
	if (rc != 0)
		return rc;
	if (has < n)
		verify_named(v, "hash_run", "-", "together with hash_key it "
		    "has %lld entries fewer than there are events: those "
		    "events would be taken again", (long long)(n - has));
	crypt_random(chance, sizeof chance);
	for (i = 0; i < DRAWN && (int64_t)i < n && rc == 0 && !damaged; i++)
		rc = find(v, n <= DRAWN ? (int64_t)i + 1 :
		    1 + (int64_t)(chance[i] % (uint64_t)n), &damaged);
	return rc;
}

int
verify_noted(struct verify *v, uint64_t key, int64_t num, const char *id,
    const char *email)
{
	int64_t found[SHARED];
	int i, n;

	/* Keys are odd, and chosen at random each time. */
	if ((key >> 1) % (v->trail.n / DRAWN + 1) != 0 || email == NULL ||
	    *email == '\0' || v->unmatched)
		return 0;
	n = hashindex_find(v->store, STORE_MAIN,
	    member_email_hash(v->store, email), found, SHARED, v->e);
	if (n == E_NOTSTORE) {
		v->unmatched = 1;
		verify_named(v, "hash_run", "-", "%s", v->e->msg);
		return 0;
	}
	for (i = 0; i < n && found[i] != num; i++)
		;
	if (i == n && n < SHARED)
		verify_named(v, "member", id, "its e-mail address is not in "
		    "hash_run or hash_key: match rules would not find it and "
		    "would make a second member");
	return n < 0 ? n : 0;
}
