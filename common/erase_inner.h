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

/* Numbers of rows. */
struct erase_list {
	int64_t *v;
	size_t n, cap;
};

/* Whom a row of the inbox is about, as far as the record or the row says. */
enum { ERASE_OURS = 1, ERASE_OTHERS = 2 };

struct erase {
	struct store *store;
	const struct config *config;
	struct erase_receipt *receipt;
	struct err *e;
	int dry;
	int64_t num;
	char id[ID_TEXT];
	int64_t before;		/* rows of the record from here on stay */
	unsigned char key[TOMBSTONE_KEY];
	unsigned char (*hash)[TOMBSTONE_HASH];	/* whom it was known as */
	size_t nhash;
	int unkept;		/* lifted, and nobody knows it any more */
	struct arena arena;
	struct json json;

	/* erase_find.c fills these. */
	struct erase_list audit;	/* rows to be emptied */
	struct erase_list blind;	/* others, that only their event leads
					 * to: before its body goes */
	struct erase_list outbox;
	struct erase_list unnamed;	/* of it, rows that name no member */
	struct erase_list event;	/* that wait */
	struct erase_list pending;	/* that still stand in the table, also
					 * when dismissed */
	struct erase_list body;		/* rows of the inbox */
	int again;			/* some of them can be tried again */
	/* Rows of the record that name no member, with the event: those that
	 * have the source's id of one, and those that have none. */
	struct erase_list named, named_inbox, loose, loose_inbox;
	/* Deliveries in the record that name no member, and of which row. */
	struct erase_list told, told_audit;
	unsigned char *mark;	/* by row of the inbox */
	int64_t last;		/* the last of them that was looked at */
	int64_t first_left;
};

void erase_add(struct erase_list *, int64_t);

/* Whether a source means the person by an id. */
int erase_is(const struct erase *, const char *source, const char *id);

/* One more hash to look for. */
void erase_know(struct erase *, const unsigned char *hash);

/* Forget what was found: it is looked for again. */
void erase_forget(struct erase *);

/* erase_bury.c: the first transaction; and whom the member was known as, one of
 * them, inside of it. */
int erase_bury(struct erase *);
int erase_bury_id(struct erase *, const char *source, const char *id);

/*
 * erase_stranger.c: the first transaction for SOURCE/EXTERNAL-ID that nobody is
 * known by and events name, after which x is about the member that it made.
 * E_NOTFOUND: none does.  When dry, what there is has been found behind it.
 */
int erase_stranger(struct erase *, const char *who);

/* erase_mail.c: nobody is found by an e-mail address: E_NOTFOUND, and *e says
 * which events have it (unless there is no config). */
int erase_mail(struct store *, const struct config *, const char *mail,
    struct err *);

/* erase_keep.c: a row of the member's chain, which m->audit comes to name. */
int erase_record(struct store *, struct member *, const char *kind,
    const struct buf *detail, struct audit_row *, struct err *);

/* Record whom the member was known as. */
int erase_keep(struct erase *, struct member *);

/* Put tombstones back that were lifted, of a member that was erased before. */
int erase_put_back(struct erase *);

/* erase_find.c: what is to be taken away. */
int erase_find(struct erase *);

/* erase_read.c: mark the rows of the inbox that the record says nothing about,
 * by what they say themselves. */
int erase_read(struct erase *);

/* erase_wipe.c: take it away. */
int erase_deliveries(struct erase *);
int erase_wipe(struct erase *);

#endif
