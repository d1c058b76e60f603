/*
 * What every source said about one member, field by field: the links of the
 * member, each with its claims.  Nothing a source said is overwritten by
 * another source; the profile is computed from here (decide.h).
 *
 * As JSON (member.claims), always in the same order, so that equal claims are
 * equal bytes:
 *   [{"source":"hr","external_id":"E1","from":US,"to":US,
 *     "events":[[SEQ,GIVEN,NUM,"TEXT",SUB,TIME], ...],
 *     "fields":{"email":["a@b",0],"name":["A",1,1]}}]
 * "to" only when the link was cut.  An event is the version (change.h) and
 * source time of inbox row SEQ, which may stand there with several versions,
 * and for a row of a snapshot a seventh part, the
 * inbox row where that began; trailing empty parts are left out.  A field is
 * its value, the index of its event, and 1 when it is a tie.  Where a row of a
 * snapshot said it there is a fourth part, when there is one: the index of the
 * event whose word it took the place of (decide_order.c).
 *
 * "deleted" stands among the fields, as true, while the newest word of the
 * source is that the record is gone; "@missing" while the newest is that a
 * complete snapshot does not have it (no attribute can have that name).
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
	int64_t time;		/* as the source said, 0: it did not */
	int64_t begin;		/* a row of the snapshot that began there; 0 */
};

struct claim {
	const char *name;
	int order;		/* claims_order() of the name */
	const char *json;	/* canonical */
	size_t len;
	uint32_t event;		/* index into the link's events */
	uint32_t floor;		/* 1 and that of the event below a row's word;
				 * 0: there is none */
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
};

/* Parse; everything points into the arena or the text, which must live as
 * long.  scratch is a parser to reuse.  0 or E_DATA. */
int claims_parse(struct claims *, const char *json, size_t len,
    struct arena *, struct json *scratch);

/* The same for claims that loya wrote itself: quicker, and it does not look at
 * what such text always has right (canon.h).  verify reads with the other. */
int claims_read(struct claims *, const char *json, size_t len,
    struct arena *, struct json *scratch);

void claims_write(struct buf *, const struct claims *);

/*
 * What the record says of the claims that a row left: 16 bytes of SHA-256 over
 * the columns decided and claims, in hex.  The row does not say what lost, nor
 * versions; with this it covers them.
 */
enum { CLAIMS_MARK = 33 };

void claims_mark(char out[CLAIMS_MARK], const char *decided, size_t ndecided,
    const char *claims, size_t nclaims);

/* The place of a field among others: a core field's number (change.h), F_CORE
 * for an attribute (those go by name), the two about the record last. */
enum { CLAIM_DELETED = F_CORE + 1, CLAIM_MISSING };

int claims_order(const char *name);

/* Which of two goes first wherever fields are listed. */
int claims_compare(const struct claim *, const struct claim *);

/* The claim of a link on a field, or NULL; order is claims_order(name). */
struct claim *claims_field(const struct link *, int order, const char *name);

/*
 * What a link claims of the status: 1, the claim that says so, and the value;
 * or 0.  A record that is gone claims that its member is closed, one that is
 * missing that its member is suspended, if it is not closed anyway.
 */
int claims_status(const struct link *, const struct claim **, const char **json,
    size_t *len);

#endif
