/*
 * What an event says, in loya's own words: the output of mapping and the input
 * of deciding.  Plain data; strings and values live in the arena of the mapper.
 */
#ifndef COMMON_CHANGE_H
#define COMMON_CHANGE_H

#include <stddef.h>
#include <stdint.h>

/*
 * The order of what one source says.  A change with a version of the source's
 * own is later than any without one (a source gives versions always or never);
 * then num decides, then text, then sub.  A change without a version is ordered
 * by its source time, kept in num.  If all are equal, the later receipt wins
 * and the claim is marked as a tie.
 */
struct version {
	int given;		/* 1: the source's own version, 0: its time */
	int64_t num;		/* integer part of the version, or source time
				 * in microseconds */
	const char *text;	/* fraction of the version, or a version that is
				 * not a number, or "" */
	int64_t sub;		/* second part of the version, or 0 */
};

enum change_kind {
	CHANGE_MEMBER, CHANGE_POINTS, CHANGE_HOLD, CHANGE_SNAPSHOT
};

enum points_kind {
	POINTS_EARN, POINTS_REDEEM, POINTS_ADJUST, POINTS_EXPIRE,
	POINTS_REVERSE
};

/* A field and its new value: canonical JSON, "null" to clear it. */
struct field {
	const char *name;	/* core field, or attribute without prefix */
	const char *json;
	size_t len;
};

/* At most this many attributes in one event, and in all that a source says of
 * one record; at most this many changes from one event. */
enum { CHANGE_ATTRIBUTES = 1000, CHANGE_MOST = 10000 };

struct change {
	enum change_kind kind;
	const char *external_id;	/* NULL when member is given */
	const char *member;		/* loya's id, or NULL */
	struct version version;
	int64_t time;		/* source time, 0 when not said */
	int64_t effective_at;	/* 0: at once */

	/* CHANGE_MEMBER */
	int deleted;		/* the source removed the record */
	int missing;		/* a complete snapshot does not have the record:
				 * nothing else is said */
	struct field *field;
	size_t nfield;

	/* CHANGE_POINTS */
	enum points_kind points_kind;
	int64_t points;		/* as the source wrote it */
	int has_points;
	const char *reference;
	const char *reverses;	/* or NULL */

	/* CHANGE_HOLD */
	const char *hold;	/* reason word; NULL lifts it */

	int lost;		/* found only by a full read: its own event
				 * never came */
	struct version back;	/* as of this it passed for gone, and it was
				 * found when it was asked for later; or num
				 * 0 */

	/* CHANGE_SNAPSHOT, and rows of one */
	const char *snapshot;	/* id, or NULL */
	int begin;		/* phase: 1 begin, 0 end */
	int64_t count;
};

/* Negative, 0 or positive as a is older than, equal to or newer than b. */
int version_compare(const struct version *a, const struct version *b);

/* The core fields, named as in OpenID Connect Core section 5.1 where it has
 * them.  Everything else that a source file maps is an attribute. */
enum core_field {
	F_GIVEN_NAME, F_FAMILY_NAME, F_NAME, F_EMAIL, F_PHONE_NUMBER,
	F_BIRTHDATE, F_LOCALE, F_ZONEINFO, F_ADDRESS, F_STATUS, F_TAGS,
	F_ENROLLED_AT, F_ENDED_AT, F_CORE
};

const char *core_field_name(enum core_field);	/* "given_name" ... */

/* "earn" ... */
const char *points_kind_name(enum points_kind);

/* F_CORE if the name is an attribute. */
enum core_field core_field_find(const char *name, size_t len);

/* The attribute that says which record took the place of a deleted one; of an
 * event that deletes a record, it is the only field that counts. */
#define FIELD_MERGED "merged_into"

/*
 * Whether canonical JSON is a value that this field may have (null always is).
 * NULL, or what is wrong, as a constant phrase.  status is one of four words;
 * tags is a sorted array of strings without duplicates; birthdate is
 * YYYY-MM-DD; enrolled_at and ended_at are times or dates; address is an object
 * or a string; the other core fields are strings of at most 1,024 bytes.  An
 * attribute is any scalar of at most 4,096 bytes.
 */
const char *field_fault(const char *name, const char *json, size_t len);

/* Whether a JSON number is in the range of a double, however many digits a
 * double would lose. */
int field_number_ok(const char *json, size_t len);

/* Whether a name can be an attribute's: letters, digits and _ - ., at most 64,
 * neither a core name nor a word of a canonical change. */
int attribute_name_ok(const char *name, size_t len);

enum member_status { ST_PENDING, ST_ACTIVE, ST_SUSPENDED, ST_CLOSED };

/* "active" and so on; -1 for any other word. */
const char *member_status_name(enum member_status);
int member_status_find(const char *, size_t);

/* How much a status, as JSON, lets its member do.  Of several employments of
 * one person, the one that lets them do most counts. */
int member_status_liveliness(const char *json, size_t len);

/* Whether a status, as JSON, is suspended or closed. */
int member_status_out_of_use(const char *json, size_t len);

/* The id by which a change names its member: external_id, or loya's own. */
const char *change_id(const struct change *);

/* Whether a change says something about a field. */
int change_names(const struct change *, const char *field);

/* Whether a names everything that b names.  What names no field says that there
 * is a record from then on, which nothing else says in its place. */
int change_covers(const struct change *a, const struct change *b);

/*
 * What an event of n changes, received at that time, says of a record for a day
 * to come, in place of what was said of that before; or NULL.  Of several
 * changes of the record that is the first to come.  If even that one held when
 * it was received, what the others will say leaves room for what older events
 * say until then.
 */
const struct change *change_to_come(const struct change *, size_t n,
    int64_t received_at, const char *id);

/*
 * Whether b overrides what both a and b say: two changes of one record, in one
 * event that was received at that time.  The version decides, in one event as
 * between several: a newer change that is still to come replaces others that
 * were still to come when the event was received, but not what was in force
 * then.  Changes of one version are what a record says about its future: of
 * those that have come due the last counts.
 */
int change_overrides(const struct change *b, const struct change *a,
    int64_t received_at, int64_t now);

#endif
