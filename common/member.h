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
	struct profile profile;	/* values as stored; who decided is not read */
	struct claims claims;
	int64_t audit;		/* newest row of audit about it */
};

/* Member num, everything in the arena.  E_NOTFOUND; E_NOTSTORE when the row
 * cannot be understood. */
int member_get(struct store *, int64_t num, struct arena *, struct member *,
    struct err *);

/* The greatest number of a member, 0 when there is none; <0. */
int64_t member_last(struct store *, struct err *);

/* The number of a member by its id; E_NOTFOUND. */
int member_find(struct store *, const char *id, int64_t *num, struct err *);

/*
 * What loya-apply notes members under in the hash index: their e-mail address,
 * and the fields that a match rule compares, MATCH_FIELDS at most.  Names, and
 * values as JSON.
 */
int64_t member_hash(struct store *, const char *const *name,
    const struct value *, size_t n);

/* The same for an e-mail address. */
int64_t member_email_hash(struct store *, const char *email);

/* The JSON columns of a member, attributes NULL when it has none.  In the
 * arena; scratch is a buffer to reuse. */
struct member_text {
	const char *attributes, *decided, *claims;
	size_t nattributes, ndecided, nclaims;
};
void member_text(struct member_text *, const struct profile *,
    const struct claims *, struct arena *, struct buf *scratch);

/* Write a new member, or all of a known one.  Inside a transaction; the audit
 * row m->audit about it must be there: the trigger that looks whether it is
 * does not run for the engine.  Its texts are made when they are not given. */
int member_add(struct store *, const struct member *,
    const struct member_text *, struct err *);
int member_put(struct store *, const struct member *,
    const struct member_text *, struct err *);

/* What was decided about member num as it is stored, a JSON object of field to
 * the place of the claim, in the arena: 0, E_NOTFOUND, <0. */
int member_decided(struct store *, int64_t num, struct arena *,
    const char **, size_t *len, struct err *);

/* Write only what the programme itself decides: hold, points, tier, and the
 * newest audit row.  What sources decide stays as it is. */
int member_touch(struct store *, const struct member *, struct err *);

/* Who a source's external id is: 0 and *num, *slot (the index of the link in
 * the claims); E_NOTFOUND. */
int binding_get(struct store *, const char *source, const char *external_id,
    int64_t *num, size_t *slot, struct err *);

/* For what is no member's id: E_NOTFOUND with how members are named in *e, and
 * who it is where only one source knows somebody by it; <0.  none: what there
 * is not, "no member". */
int binding_unknown(struct store *, const char *who, const char *none,
    struct err *);

int binding_from(struct store *, const char *source, const char *external_id,
    int64_t from_at, struct err *);

/* A new link; snapshot: the number of the one that names it, or 0. */
int binding_add(struct store *, const char *source, const char *external_id,
    int64_t num, size_t slot, int64_t from_at, int64_t snapshot, struct err *);

/* Note that snapshot num named the link (nothing when there is none), or that
 * it was listed as missing from the one that began at inbox row begin. */
int binding_named(struct store *, const char *source, const char *external_id,
    int64_t num, struct err *);
int binding_listed(struct store *, const char *source,
    const char *external_id, int64_t begin, struct err *);

/* A link that a snapshot did not name, or that is to be looked at all the same:
 * who has left does not count among those in use. */
struct unnamed {
	const char *external_id;
	int has;		/* it was named, but its member is suspended or
				 * closed */
	int64_t num;		/* the member's */
	size_t slot;
	int64_t listed;		/* where the one began that it was listed for
				 * last, 0: none */
	int64_t named;		/* links in front of it that were named, and
				 * whose members are not */
};

/*
 * Look at the next max links of the source behind an external id: those that
 * snapshot num did not name, and those named whose members are suspended or
 * closed, in the arena.  *last is the id of the last one looked at, NULL when
 * there was none; *named how many others were named.
 */
int binding_unnamed(struct store *, const char *source, const char *behind,
    int64_t num, int max, struct arena *, struct unnamed **out, size_t *n,
    const char **last, int64_t *named, struct err *);

int binding_drop(struct store *, const char *source, const char *external_id,
    struct err *);

/* A member that is what member_empty() leaves of one: num, id and audit are
 * taken.  Inside a transaction, behind the audit row about it. */
int member_add_empty(struct store *, const struct member *, struct err *);

/* Empty a member that was erased: closed, without fields, hold, tier and
 * links.  Inside a transaction, behind the audit row audit about it. */
int member_empty(struct store *, int64_t num, int64_t audit, struct err *);

/* Whether a member was erased: it has no link, which every other one has.  1,
 * 0 (also when there is none), <0. */
int member_erased(struct store *, int64_t num, struct err *);

/*
 * For who reads through another connection while this one writes: how many
 * writes there were so far, and whether none of those behind number seen was
 * about this member, or about who this id is.  "No" is also said when it is not
 * known for sure: after a rollback, when another process wrote, when two keys
 * fall together.
 */
int64_t member_writes(struct store *);
int member_as_seen(struct store *, int64_t seen, int64_t num);
int binding_as_seen(struct store *, int64_t seen, const char *source,
    const char *external_id);

/* The names of the sources that have links, in order: the first behind name
 * ("" for the first of all), in the arena; NULL behind the last. */
int binding_source(struct store *, const char *behind, struct arena *,
    const char **name, struct err *);

/* Whether each of these fields of a member (a JSON object that has them as
 * keys) that somebody decides is decided by this source: 1, 0, <0. */
int member_decided_by(struct store *, int64_t num, const char *source,
    const char *fields, size_t len, struct err *);

/* Every member by number; fn returns 0 to go on, else that is returned. */
typedef int member_fn(void *ctx, int64_t num);
int member_walk(struct store *, member_fn *, void *ctx, struct err *);

#endif
