/*
 * The room of the audit record: rows that are only ever added, each a leaf of
 * an RFC 6962 Merkle tree.  The leaf data is the JSON array
 *   [seq,at,kind,source,event_id,inbox,member,prev,actor,commitment]
 * (commitment in lower-case hex; absent values null), byte for byte as
 * json_array() of the sqlite3 shell prints it; commitment = SHA-256(salt ||
 * detail).  prev is the previous row about the same member: a member's history
 * is a chain that starts at member.audit and leads backwards, and needs no
 * index.
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

/* The salt and the commitment of a row's detail. */
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
	const struct audit_seal *seal;	/* for audit_add(): NULL, or made by
					 * audit_seal() */
};

/* The seq of the last row, 0 if there is none; <0. */
int64_t audit_last(struct store *, struct err *);

/* The seq that the next audit_add() will assign; <0.  Inside a transaction of
 * STORE_MAIN. */
int64_t audit_next(struct store *, struct err *);

/* Seal a detail ahead of audit_add(), which otherwise does so itself.  The salt
 * is random and can never be replaced from outside. */
void audit_seal(struct audit_seal *, const char *detail, size_t len);

/*
 * Add a row, inside a transaction of STORE_MAIN.  The changes that a
 * transaction makes to the tree are written by store_commit(): the first call
 * registers for that (store_room_set()).  E_NOTSTORE if the tree in the store
 * does not fit its rows.
 */
int audit_add(struct store *, struct audit_row *, struct err *);

/* Add a row about no event and no member, with the present time and actor.
 * source may be NULL. */
int audit_note(struct store *, const char *kind, const char *source,
    const struct buf *detail, struct err *);

/* Get a row by its seq, its strings in the arena: 0, E_NOTFOUND (without *e),
 * <0.  commitment may be NULL. */
int audit_get(struct store *, int64_t seq, struct audit_row *,
    unsigned char commitment[MERKLE_HASH], struct arena *, struct err *);

/* Append to the bufs what opens the commitment of row seq: 0; 1 if it was
 * erased; E_NOTFOUND (without *e), <0. */
int audit_opening(struct store *, int64_t seq, struct buf *salt,
    struct buf *detail, struct err *);

/* Empty the detail and salt of row seq, inside a transaction of STORE_MAIN: the
 * only change ever made to a row.  Commitment and leaf stay. */
int audit_erase(struct store *, int64_t seq, struct err *);

/* The two hashes of a row.  b is scratch; after audit_leaf() it holds the leaf
 * data. */
void audit_commitment(unsigned char out[MERKLE_HASH], const void *salt,
    size_t saltlen, const char *detail, size_t len);
void audit_leaf(unsigned char out[MERKLE_HASH], const struct audit_row *,
    const unsigned char commitment[MERKLE_HASH], struct buf *b);

/* A tile of the stored tree; ctx is the struct store (see merkle.h). */
int audit_tile(void *ctx, int level, int64_t tile, unsigned char *hashes,
    size_t n, struct err *);

/* The tree over all rows.  E_NOTSTORE if it ends before the rows do: such a
 * record must not be signed.  Inside a transaction. */
int audit_tree(struct store *, struct merkle *, struct err *);

/* "user:NAME" for the real user of the process. */
const char *audit_actor(void);

#endif
