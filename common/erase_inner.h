/*
 * What the parts of erasing share.  Nobody else includes this.
 */
#ifndef COMMON_ERASE_INNER_H
#define COMMON_ERASE_INNER_H

#include <stddef.h>

#include "common/arena.h"
#include "common/erase.h"
#include "common/json.h"
#include "common/member.h"
#include "common/tombstone.h"

struct audit_row;

/* Row numbers. */
struct erase_list {
	int64_t *v;
	size_t n, cap;
};

/* Whom an inbox row is about, as far as the record or the row itself says. */
enum { ERASE_OURS = 1, ERASE_OTHERS = 2 };

struct erase {
	struct store *store;
	const struct config *config;
	struct erase_receipt *receipt;
	struct err *e;
	int dry;
	int64_t num;
	char id[ID_TEXT];
	int64_t before;		/* the record's rows from here on are kept */
	unsigned char key[TOMBSTONE_KEY];
	unsigned char (*hash)[TOMBSTONE_HASH];	/* of the ids it had */
	size_t nhash;
	int unkept;		/* lifted before, and its ids are not known */
	struct arena arena;
	struct json json;

	/* erase_find.c fills these. */
	struct erase_list audit;	/* rows to be emptied */
	struct erase_list blind;	/* others that only their event leads
					 * to: emptied before its body */
	struct erase_list outbox;
	struct erase_list unnamed;	/* rows of outbox that name no member */
	struct erase_list event;	/* that wait */
	struct erase_list pending;	/* rows in pending, also of dismissed
					 * events */
	struct erase_list body;		/* rows of the inbox */
	int again;			/* some can be retried */
	/* Rows of the record that name no member, each with its inbox row:
	 * with an id of the source, and without one. */
	struct erase_list named, named_inbox, loose, loose_inbox;
	/* Records of deliveries that name no member, and of which row. */
	struct erase_list told, told_audit;
	unsigned char *mark;	/* by row of the inbox */
	int64_t last;		/* newest inbox row that was looked at */
	int64_t first_left;	/* first event counted in receipt->left */
};

void erase_add(struct erase_list *, int64_t);

/* Whether this id of a source means the person. */
int erase_is(const struct erase *, const char *source, const char *id);

/* Add a hash to look for. */
void erase_know(struct erase *, const unsigned char *hash);

/* With -n: get the key of tombstones; where there is none yet, a random one. */
int erase_key(struct erase *);

/* Forget what was found, before looking for it again. */
void erase_forget(struct erase *);

/* erase_bury.c: the first transaction; and, inside it, one of the ids that the
 * member was known by. */
int erase_bury(struct erase *);
int erase_bury_id(struct erase *, const char *source, const char *id);

/*
 * erase_stranger.c: the first transaction for a SOURCE/EXTERNAL-ID that no
 * member is known by but that events name; it makes a member, and x is then
 * about that.  E_NOTFOUND: no event names it.  If dry, x holds what there is to
 * remove.
 */
int erase_stranger(struct erase *, const char *who);

/* erase_mail.c: an e-mail address names nobody: always E_NOTFOUND, and *e lists
 * the events that contain it (unless config is NULL). */
int erase_mail(struct store *, const struct config *, const char *mail,
    struct err *);

/* erase_keep.c: add a row to the member's chain, and point m->audit to it. */
int erase_record(struct store *, struct member *, const char *kind,
    const struct buf *detail, struct audit_row *, struct err *);

/* Record the hashes of the ids that the member was known by. */
int erase_keep(struct erase *, struct member *);

/* Restore the tombstones, since lifted, of a member that was erased before. */
int erase_put_back(struct erase *);

/* erase_find.c: find what is to be removed. */
int erase_find(struct erase *);

/* erase_read.c: mark the inbox rows that the record says nothing about, by
 * their own contents. */
int erase_read(struct erase *);

/* erase_wipe.c: remove it. */
int erase_deliveries(struct erase *);
int erase_wipe(struct erase *);

#endif
