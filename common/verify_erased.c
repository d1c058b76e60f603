/*
 * Whether a person that an event waits for has been erased, and so is no longer
 * in table pending.  If they were not yet a member when the event came, only
 * the source's id names them.  The tombstones know this id, or if they were
 * lifted, the record, which has their hashes.
 */
#include "common/verify_event.h"

#include <string.h>

#include "common/crypt.h"
#include "common/tombstone.h"

enum { HEX = 2 * TOMBSTONE_HASH + 1 };

/* The hash of the person that an audit row names: 1; 0: nobody, or the store
 * has no key; <0. */
static int
hash_of(struct verify *v, int64_t seq, unsigned char *hash)
{
	static const char sql[] = "SELECT source, CASE WHEN json_valid(detail) "
	    "THEN detail ->> '$.external_id' END FROM audit WHERE seq = :seq";
	unsigned char key[TOMBSTONE_KEY];
	const char *source, *id;
	struct stmt *st;
	int rc;

	rc = tombstone_key(v->store, 0, key, v->e);
	if (rc == E_NOTFOUND || rc == E_NOTSTORE)
		return 0;	/* which verify_facts() reports */
	st = db_stmt(store_db(v->store, STORE_MAIN), sql);
	stmt_int(st, 1, seq);
	if (rc == 0 && (rc = stmt_step(st, v->e)) == 1) {
		source = verify_text(v, st, 0);
		id = verify_text(v, st, 1);
		rc = source != NULL && id != NULL;
		if (rc)
			tombstone_hash(key, source, id, hash);
		stmt_reset(st);
	}
	crypt_wipe(key, sizeof key);
	return rc;
}

/* Whether the record says that this hash kept somebody from coming back. */
static int
was_kept(struct verify *v, const unsigned char *hash)
{
	static const char sql[] = "SELECT 1 FROM json_each(:rows || ']') j "
	    "JOIN audit a ON a.seq = j.value, json_each(CASE "
	    "WHEN json_valid(a.detail) THEN a.detail END, '$.hashes') h "
	    "WHERE a.kind = 'erasure.kept' AND h.value = :hash";
	char hex[HEX];
	struct stmt *st;
	int rc;

	if (v->kept == 0)
		return 0;
	crypt_hex(hash, TOMBSTONE_HASH, hex);
	st = db_stmt(store_db(v->store, STORE_MAIN), sql);
	stmt_textn(st, 1, v->noted.p, v->noted.len);
	stmt_text(st, 2, hex);
	rc = stmt_step(st, v->e);
	stmt_reset(st);
	return rc;
}

int
verify_was_erased(struct verify *v, int64_t seq)
{
	unsigned char hash[TOMBSTONE_HASH];
	int64_t num;
	int rc;

	if (!v->gone || (rc = hash_of(v, seq, hash)) == 0)
		return 0;
	if (rc > 0)
		rc = tombstone_get(v->store, hash, &num, v->e);
	if (rc == E_NOTFOUND)
		return was_kept(v, hash);
	return rc == 0 ? 1 : rc;
}
