/*
 * The decision: rules 3, 4 and 5 of applying (loya(7)) as a pure function of
 * what is known about a member, one change, who may decide what, and the time.
 *
 * Any order and any repetition of the same changes leads to the same claims and
 * the same profile.  If a source contradicts itself under one version, the
 * later receipt wins and the claim is marked as a tie.
 */
#ifndef COMMON_DECIDE_H
#define COMMON_DECIDE_H

#include <stddef.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/change.h"
#include "common/claims.h"

/* Who may decide a field: rank() returns the place of the source in the field's
 * list: 0 for the owner, -1 if it is not in the list. */
struct authority_view {
	int (*rank)(const void *ctx, const char *field, const char *source);
	const void *ctx;
};

/* The value of a field; json NULL: it has none. */
struct value {
	const char *json;
	size_t len;
	int link;		/* index of the link that decided it, or -1 */
};

/* A computed profile.  core[F_STATUS] always has a value. */
struct profile {
	struct value core[F_CORE];
	struct field *attr;	/* sorted by name, those with a value */
	int *attr_link;
	size_t nattr;
	struct field *cleared;	/* attributes that their owner cleared */
	int *cleared_link;
	size_t ncleared;
};

/* Who said it, and its place in the order of receipt. */
struct receipt {
	const char *source, *external_id;
	int64_t seq;
	int64_t received_at;
	int64_t snapshot_seq;	/* where its snapshot began; 0: no row of one */
	int64_t behind;		/* it waited for its time, which came after the
				 * snapshot that began here; 0: none */
};

enum outcome {
	OUTCOME_ENROLLED, OUTCOME_UPDATED, OUTCOME_SUSPENDED,
	OUTCOME_REACTIVATED, OUTCOME_CLOSED, OUTCOME_UNCHANGED,
	OUTCOME_SUPERSEDED,	/* everything in it was older */
	OUTCOME_DENIED		/* nothing in it was this source's to say */
};

/* A field of the profile that has changed.  NULL: no value. */
struct difference {
	const char *name;
	const char *old, *new;	/* canonical JSON */
	size_t old_len, new_len;
};

struct decision {
	enum outcome outcome;
	struct claims claims;	/* as they are to be stored */
	size_t link;		/* the one that the change was about */
	int claims_changed;
	int old;		/* all that the change says is older than what
				 * its source had said of the record before */
	struct profile profile;
	struct difference *diff;
	size_t ndiff;
	const char **superseded, **denied, **tie;	/* names of fields */
	const char **outranked;	/* another claim decides them differently */
	size_t nsuperseded, ndenied, ntie, noutranked;
};

/*
 * Decide a member change.  claims and profile are what is stored (claims->n 0:
 * no member yet, profile is ignored).  link is the index of the link that the
 * change is about, or claims->n for a new link.  Everything in *d lives in the
 * arena or in the arguments.
 */
void decide(const struct claims *, const struct profile *, size_t link,
    const struct change *, const struct receipt *,
    const struct authority_view *, struct arena *, struct decision *d);

/* Compute only the profile, from claims. */
void decide_profile(const struct claims *, const struct authority_view *,
    struct arena *, struct profile *);

/* Whether a link whose record is gone or missing says nothing about its member:
 * another link of the same source is in force and has said no status, or is in
 * the snapshot that this one is missing from.  (Otherwise the livelier of the
 * two counts.) */
int decide_lives_on(const struct claims *, size_t link);

/* A change as an event: received as inbox row seq; begin: where its snapshot
 * began, 0 if it is no row of one.  A row with neither a version nor a time has
 * no place but that of the snapshot. */
void decide_as_event(const struct change *, int64_t seq, int64_t begin,
    struct claim_event *);

/* Rule 6: whether a said its word about a day to come later than b did. */
int decide_later(const struct claim_event *a, const struct claim_event *b);

/* Whether two events said something under the same version of the same source,
 * so that the receipt has to decide. */
int decide_is_tie(const struct claim_event *, const struct claim_event *);

/* Whether that was so between this link and another one for a field. */
int decide_links_tie(const struct claims *, size_t link, const char *field,
    const struct authority_view *);

/* The differences between two profiles, in the order of the fields. */
void decide_diff(const struct profile *old, const struct profile *new,
    struct arena *, struct difference **, size_t *n);

/* The outcome of a changed profile: updated, suspended, reactivated or
 * closed. */
enum outcome decide_outcome(const struct profile *old,
    const struct profile *new);

/* Write the differences as the audit row has them, "changes":{field:{old,new}},
 * into an open object. */
struct jsonw;
void decide_changes(const struct difference *, size_t n, struct jsonw *);

/* The same with everything else that the audit row says about a decision; late:
 * fields that a newer scheduled change takes away from this one. */
void decide_detail(const struct decision *, const struct change *,
    const char *const *late, size_t nlate, struct jsonw *);

/* The value of a field by name; json NULL if it has none. */
struct value profile_value(const struct profile *, const char *name);

/* The names of all attributes claimed by any link, with a value or without,
 * each once, sorted. */
size_t profile_attributes(const struct claims *, struct arena *,
    const char ***name);

/* The status as a number. */
enum member_status profile_status(const struct profile *);

#endif
