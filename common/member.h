/*
 * The room of members and of the bindings that lead to them.
 */
#ifndef COMMON_MEMBER_H
#define COMMON_MEMBER_H

#include <stddef.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/claims.h"
#include "common/decide.h"
#include "common/id.h"
#include "common/store.h"

struct member {
	int64_t num;
	char id[ID_TEXT];
	const char *hold;	/* reason word, or NULL */
	int64_t points;
	const char *tier;	/* or NULL */
	struct profile profile;	/* values as stored; who decided is not read */
	struct claims claims;
	int64_t audit;		/* newest row of audit about it */
};

/* Member num, everything in the arena.  E_NOTFOUND; E_NOTSTORE when the row
 * cannot be understood. */
int member_get(struct store *, int64_t num, struct arena *, struct member *,
    struct err *);

/* The number of a member by its id; E_NOTFOUND. */
int member_find(struct store *, const char *id, int64_t *num, struct err *);

/* Write a new member, or all of a known one.  Inside a transaction; the audit
 * row m->audit about it must be there (a trigger looks). */
int member_add(struct store *, const struct member *, struct err *);
int member_put(struct store *, const struct member *, struct err *);

/* Write only what the programme itself decides: hold, points, tier, and the
 * newest audit row.  What sources decide stays as it is. */
int member_touch(struct store *, const struct member *, struct err *);

/* Who a source's external id is: 0 and *num, *slot (the index of the link in
 * the claims); E_NOTFOUND. */
int binding_get(struct store *, const char *source, const char *external_id,
    int64_t *num, size_t *slot, struct err *);
int binding_from(struct store *, const char *source, const char *external_id,
    int64_t from_at, struct err *);
int binding_add(struct store *, const char *source, const char *external_id,
    int64_t num, size_t slot, int64_t from_at, struct err *);

/* The names of the sources that have links, in order: the first behind name
 * ("" for the first of all), in the arena; NULL behind the last. */
int binding_source(struct store *, const char *behind, struct arena *,
    const char **name, struct err *);

/* Every member by number; fn returns 0 to go on, else that is returned. */
typedef int member_fn(void *ctx, int64_t num);
int member_walk(struct store *, member_fn *, void *ctx, struct err *);

#endif
