/*
 * The room of members and of the bindings that lead to them.
 */
#ifndef COMMON_MEMBER_H
#define COMMON_MEMBER_H

#include <stddef.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/buf.h"
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
	struct profile profile;	/* values as stored, without who decided */
	struct claims claims;
	int64_t audit;		/* newest row of audit about it */
};

/* Get member num, everything in the arena.  E_NOTFOUND; E_NOTSTORE if the row
 * cannot be understood. */
int member_get(struct store *, int64_t num, struct arena *, struct member *,
    struct err *);

/* The greatest member number, 0 if there is none; <0. */
int64_t member_last(struct store *, struct err *);

/* The number of a member by its id; E_NOTFOUND. */
int member_find(struct store *, const char *id, int64_t *num, struct err *);

/*
 * The hash under which loya-apply indexes members: by their e-mail address, and
 * by the fields that a match rule compares, at most MATCH_FIELDS.  Takes names,
 * and values as JSON.
 */
int64_t member_hash(struct store *, const char *const *name,
    const struct value *, size_t n);

/* The same for an e-mail address. */
int64_t member_email_hash(struct store *, const char *email);

/* The JSON columns of a member; attributes is NULL if it has none.  In the
 * arena; scratch is a buffer to reuse. */
struct member_text {
	const char *attributes, *decided, *claims;
	size_t nattributes, ndecided, nclaims;
};
void member_text(struct member_text *, const struct profile *,
    const struct claims *, struct arena *, struct buf *scratch);

/* Write a new member, or all of an existing one.  Inside a transaction, and
 * after the audit row m->audit about it: the trigger that checks this does not
 * run for the engine.  If its texts are not given, they are made. */
int member_add(struct store *, const struct member *,
    const struct member_text *, struct err *);
int member_put(struct store *, const struct member *,
    const struct member_text *, struct err *);

/* The decided column of member num, a JSON object from field to the index of
 * the link that decided it, in the arena: 0, E_NOTFOUND, <0. */
int member_decided(struct store *, int64_t num, struct arena *,
    const char **, size_t *len, struct err *);

/* Write only what the programme itself decides (hold, points, tier) and the
 * newest audit row.  What sources decide stays as it is. */
int member_touch(struct store *, const struct member *, struct err *);

/* Find the member of a source's external id: 0 and *num, *slot (the index of
 * its link in the claims); E_NOTFOUND. */
int binding_get(struct store *, const char *source, const char *external_id,
    int64_t *num, size_t *slot, struct err *);

/* For an id that names no member: always E_NOTFOUND, where *e says how members
 * are named and suggests one if only one source knows this id; <0.  what: what
 * was looked for, such as "member". */
int binding_unknown(struct store *, const char *who, const char *what,
    struct err *);

/* Set the time from which a link is valid, if it is an earlier one. */
int binding_from(struct store *, const char *source, const char *external_id,
    int64_t from_at, struct err *);

/* Add a link; snapshot: the number of the snapshot that names it, or 0. */
int binding_add(struct store *, const char *source, const char *external_id,
    int64_t num, size_t slot, int64_t from_at, int64_t snapshot, struct err *);

/* Note that snapshot num named the link (does nothing if there is none); note
 * that the link was listed as missing from the snapshot that began at inbox row
 * begin. */
int binding_named(struct store *, const char *source, const char *external_id,
    int64_t num, struct err *);
int binding_listed(struct store *, const char *source,
    const char *external_id, int64_t begin, struct err *);

/* A link that a snapshot did not name; or one that it did name but whose member
 * has left, and so does not count among those in use. */
struct unnamed {
	const char *external_id;
	int has;		/* it was named, but its member is suspended or
				 * closed */
	int64_t num;		/* the member's */
	size_t slot;
	int64_t listed;		/* where the snapshot began that it was last
				 * listed as missing from, 0: none */
	int64_t named;		/* links before it that were named and whose
				 * members are neither */
};

/*
 * Look at the next max links of the source after an external id, and return, in
 * the arena, those that snapshot num did not name and those named whose members
 * are suspended or closed.
 */
struct unnamed_links {
	struct unnamed *link;
	size_t n;
	const char *last;	/* id of the last one looked at, or NULL */
	int64_t named;		/* how many of the others were named */
};
int binding_unnamed(struct store *, const char *source, const char *behind,
    int64_t num, int max, struct arena *, struct unnamed_links *,
    struct err *);

/* Forget whose an external id is; also fine if nobody's. */
int binding_drop(struct store *, const char *source, const char *external_id,
    struct err *);

/* Add a member as member_empty() would leave it; uses only num, id and audit.
 * Inside a transaction, after the audit row about it. */
int member_add_empty(struct store *, const struct member *, struct err *);

/* Empty a member that is being erased: closed, without fields, hold, tier and
 * links.  Inside a transaction, after audit row `audit` about it. */
int member_empty(struct store *, int64_t num, int64_t audit, struct err *);

/* Whether a member was erased: it has no link, and every other member has one.
 * 1, 0 (also if there is no such member), <0. */
int member_erased(struct store *, int64_t num, struct err *);

/*
 * For reading through another connection while this one writes: how many writes
 * there have been, and whether none of those after number seen was about this
 * member, or about whom this id belongs to.  The answer is also "no" if it is
 * not certain: after a rollback, after another process wrote, or if two keys
 * collide.
 */
int64_t member_writes(struct store *);
int member_as_seen(struct store *, int64_t seen, int64_t num);
int binding_as_seen(struct store *, int64_t seen, const char *source,
    const char *external_id);

/* The names of the sources that have links, in order: the first after name
 * behind ("" for the first of all), in the arena; NULL after the last. */
int binding_source(struct store *, const char *behind, struct arena *,
    const char **name, struct err *);

/* Whether this source decides all of these fields of a member that anybody
 * decides (fields: a JSON object with them as keys): 1, 0, <0. */
int member_decided_by(struct store *, int64_t num, const char *source,
    const char *fields, size_t len, struct err *);

/* Every member, by number; a value other than 0 from fn ends the walk and is
 * returned. */
typedef int member_fn(void *ctx, int64_t num);
int member_walk(struct store *, member_fn *, void *ctx, struct err *);

#endif
