/*
 * What every source said about one member, field by field: the links of the
 * member, each with its claims.  No source overwrites what another one said;
 * the profile is computed from the claims (decide.h).
 *
 * As JSON (member.claims), always in the same order, so that equal claims are
 * equal bytes:
 *   [{"source":"hr","external_id":"E1","from":US,"to":US,
 *     "events":[[SEQ,GIVEN,NUM,"TEXT",SUB,TIME], ...],
 *     "fields":{"email":["a@b",0],"name":["A",1,1]}}]
 * "to" is there only if the link was cut.  An event is the version (change.h)
 * and source time of inbox row SEQ; a row may occur more than once, with
 * different versions.  For a row of a snapshot there is a seventh part, the
 * inbox row where the snapshot began.  Trailing empty parts are left out.  A
 * field is its value, the index of its event, and 1 if it is a tie.  If a row
 * of a snapshot said it there can be a fourth part: the index of the event
 * whose word it replaced (decide_order.c).
 *
 * Among the fields, "deleted" is true while the newest word of the source is
 * that the record is gone, and "@missing" while the newest is that a complete
 * snapshot does not have it (no attribute can have that name).
 */
#ifndef COMMON_CLAIMS_H
#define COMMON_CLAIMS_H

#include <stddef.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/change.h"
#include "common/json.h"

struct claim_event {
	int64_t seq;		/* inbox row */
	struct version version;
	int64_t time;		/* source time; 0: not said */
	int64_t begin;		/* where its snapshot began; 0: no row of one */
};

struct claim {
	const char *name;
	int order;		/* claims_order() of the name */
	const char *json;	/* canonical */
	size_t len;
	uint32_t event;		/* index into the link's events */
	uint32_t floor;		/* 1 + index of the event whose word a snapshot
				 * row replaced; 0: none */
	int tie;
};

struct link {
	const char *source, *external_id;
	int64_t from_at, to_at;	/* to_at 0: in force */
	struct claim_event *event;
	size_t nevent;
	struct claim *claim;
	size_t nclaim;
};

struct claims {
	struct link *link;
	size_t n;
	const char *member;	/* id of their member; NULL: not needed by the
				 * caller, or not made yet */
};

/* Whether a link is to a record of its source.  A line may name the member by
 * its id instead: if the source has a record of the member as well, it will
 * never say that such a link is gone, nor list it among its records. */
int claims_is_record(const struct claims *, const struct link *);

/* Parse claims; everything points into the arena or the text, which must live
 * as long.  scratch is a parser to reuse.  0 or E_DATA. */
int claims_parse(struct claims *, const char *json, size_t len,
    struct arena *, struct json *scratch);

/* The same for claims that loya wrote itself: faster, because it does not check
 * what such text always has right (canon.h).  verify uses claims_parse(). */
int claims_read(struct claims *, const char *json, size_t len,
    struct arena *, struct json *scratch);

/* Append claims as the JSON text that these two read. */
void claims_write(struct buf *, const struct claims *);

/*
 * The mark by which an audit record covers the claims that it left behind: the
 * first 16 bytes, in hex, of SHA-256 over the columns decided and claims.  The
 * record itself names neither the claims that lost nor the versions.
 */
enum { CLAIMS_MARK = 33 };

void claims_mark(char out[CLAIMS_MARK], const char *decided, size_t ndecided,
    const char *claims, size_t nclaims);

/* The place of a field among the others: the number of a core field (change.h),
 * F_CORE for an attribute (these are ordered by name), then the two about the
 * record. */
enum { CLAIM_DELETED = F_CORE + 1, CLAIM_MISSING };

int claims_order(const char *name);	/* of a field of this name */

/* The order of two claims wherever fields are listed. */
int claims_compare(const struct claim *, const struct claim *);

/* The claim of a link on a field, or NULL; order is claims_order(name). */
struct claim *claims_field(const struct link *, int order, const char *name);

/*
 * What a link claims about the status: 1, the claim that says so, and the
 * value; or 0.  A deleted record claims that its member is closed; a missing
 * one that its member is suspended, unless it had said closed.
 */
int claims_status(const struct link *, const struct claim **, const char **json,
    size_t *len);

#endif
