/*
 * The room of the record: rows that are only ever added, each a leaf of an RFC
 * 6962 Merkle tree.  Leaf data is the JSON array
 *   [seq,at,kind,source,event_id,inbox,member,prev,actor,commitment]
 * (commitment in lower-case hex; absent values null), which the sqlite3 shell's
 * json_array() prints to the letter; commitment = SHA-256(salt || detail).
 * prev is the row before this one about the same member: a member's history is
 * a chain from member.audit backwards and needs no index.
 */
#ifndef COMMON_AUDIT_H
#define COMMON_AUDIT_H

#include <stddef.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/crypt.h"
#include "common/merkle.h"
#include "common/store.h"

struct arena;

/* What a row commits to its detail by. */
struct audit_seal {
	unsigned char salt[CRYPT_SALT], commitment[MERKLE_HASH];
};

struct audit_row {
	int64_t seq;		/* set by audit_add() */
	int64_t at;
	const char *kind;	/* "member.suspended", "auth.refused" ... */
	const char *source;	/* or NULL */
	const char *event_id;	/* or NULL */
	int64_t inbox;		/* 0: none */
	const char *member;	/* id, or NULL */
	int64_t prev;		/* 0: none */
	const char *actor;	/* "user:NAME", "client:ID", "loya" */
	const char *detail;	/* JSON object; NULL once erased */
	size_t detail_len;
	const struct audit_seal *seal;	/* for audit_add(), when it is made */
};

/* The seq of the last row, 0 when there is none; <0. */
int64_t audit_last(struct store *, struct err *);

/* The next seq that audit_add() will give; <0 enum status.  Inside a
 * transaction of STORE_MAIN. */
int64_t audit_next(struct store *, struct err *);

/* Seal a detail ahead of audit_add(), which does so itself otherwise.  Its salt
 * is random and never replaceable. */
void audit_seal(struct audit_seal *, const char *detail, size_t len);

/*
 * Add a row inside a transaction of STORE_MAIN.  What the rows of a transaction
 * change in the tree is written by store_commit(): the first call registers the
 * room (store_room_set()).  E_NOTSTORE when the tree in the store does not go
 * with its rows.
 */
int audit_add(struct store *, struct audit_row *, struct err *);

/* Add a row about no event and no member, at the time it is now. */
int audit_note(struct store *, const char *kind, const char *actor,
    const struct buf *detail, struct err *);

/* A row by its seq, its texts in the arena: 0, E_NOTFOUND (without *e), <0.
 * commitment may be NULL. */
int audit_get(struct store *, int64_t seq, struct audit_row *,
    unsigned char commitment[MERKLE_HASH], struct arena *, struct err *);

/* What opens the commitment of row seq, added to the bufs: 0; 1 when it was
 * erased; E_NOTFOUND (without *e), <0. */
int audit_opening(struct store *, int64_t seq, struct buf *salt,
    struct buf *detail, struct err *);

/* Empty detail and salt of row seq, inside a transaction of STORE_MAIN: the one
 * thing that is ever changed.  Commitment and leaf stay. */
int audit_erase(struct store *, int64_t seq, struct err *);

/* The two hashes of a row.  b is scratch; behind audit_leaf() it holds the
 * leaf data. */
void audit_commitment(unsigned char out[MERKLE_HASH], const void *salt,
    size_t saltlen, const char *detail, size_t len);
void audit_leaf(unsigned char out[MERKLE_HASH], const struct audit_row *,
    const unsigned char commitment[MERKLE_HASH], struct buf *b);

/* A tile of the stored tree; ctx is the struct store (see merkle.h). */
int audit_tile(void *ctx, int level, int64_t tile, unsigned char *hashes,
    size_t n, struct err *);

/* The tree over all rows.  E_NOTSTORE when it does not reach as far as they
 * do: such a record is not to be signed.  Inside a transaction. */
int audit_tree(struct store *, struct merkle *, struct err *);

/* "user:NAME" of the process's real user. */
const char *audit_actor(void);

#endif
