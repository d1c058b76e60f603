/*
 * What an event says, in loya's own words: the output of mapping and the input
 * of deciding.  Plain data; strings and values live in the arena of whoever
 * made it.
 */
#ifndef COMMON_CHANGE_H
#define COMMON_CHANGE_H

#include <stddef.h>
#include <stdint.h>

/*
 * The order of what one source says.  A change that carries a version of its
 * source is later than any that carries none (a source gives versions always
 * or never); then by num, then by text, then by sub; a change without version
 * is ordered by its source time, in num.  Where all are equal the receipt
 * decides and the claim is marked as a tie.
 */
struct version {
	int given;		/* 1: the source's own version, 0: its time */
	int64_t num;		/* whole number below it, or microseconds */
	const char *text;	/* its fraction, a version that is no number,
				 * or "" */
	int64_t sub;		/* second part of the version, or 0 */
};

enum change_kind {
	CHANGE_MEMBER, CHANGE_POINTS, CHANGE_HOLD, CHANGE_SNAPSHOT
};

enum points_kind {
	POINTS_EARN, POINTS_REDEEM, POINTS_ADJUST, POINTS_EXPIRE,
	POINTS_REVERSE
};

/* One field and what it shall be: canonical JSON, "null" to clear. */
struct field {
	const char *name;	/* core field, or attribute without prefix */
	const char *json;
	size_t len;
};

/* Attributes that an event may bring, and that a source may say of a record;
 * and changes that come of an event. */
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
	int missing;		/* a complete snapshot does not have it: then
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

	int lost;		/* only a look at everything told of it: its
				 * event never came */

	/* CHANGE_SNAPSHOT, and rows of one */
	const char *snapshot;	/* id, or NULL */
	int begin;		/* phase: 1 begin, 0 end */
	int64_t count;
};

/* Negative, 0, positive as a is older than, equal to, newer than b. */
int version_compare(const struct version *a, const struct version *b);

/*
 * The core fields, by the names of OpenID Connect Core section 5.1 where it has
 * them.  Everything else that a source file maps is an attribute.
 */
enum core_field {
	F_GIVEN_NAME, F_FAMILY_NAME, F_NAME, F_EMAIL, F_PHONE_NUMBER,
	F_BIRTHDATE, F_LOCALE, F_ZONEINFO, F_ADDRESS, F_STATUS, F_TAGS,
	F_ENROLLED_AT, F_ENDED_AT, F_CORE
};

const char *core_field_name(enum core_field);

/* F_CORE when the name is an attribute. */
enum core_field core_field_find(const char *name, size_t len);

/* The attribute that says which record took the place of one that was deleted:
 * of such an event it alone counts. */
#define FIELD_MERGED "merged_into"

/*
 * Whether canonical JSON is a value this field may have (null always is).
 * NULL, or what is wrong, as a constant phrase: status is one of four words,
 * tags is an array of strings that is sorted and has nothing twice, birthdate
 * is YYYY-MM-DD, enrolled_at and ended_at are times or dates, address is an
 * object or a string, the other core fields are strings of at most 1,024
 * bytes; an attribute is any scalar or a text of up to 4,096 bytes.
 */
const char *field_fault(const char *name, const char *json, size_t len);

/* Whether a JSON number is within what a double holds, however many of its
 * digits that keeps. */
int field_number_ok(const char *json, size_t len);

/* An attribute's name: letters, digits and _ - ., up to 64, not a core name,
 * none of the words of a canonical change. */
int attribute_name_ok(const char *name, size_t len);

enum member_status { ST_PENDING, ST_ACTIVE, ST_SUSPENDED, ST_CLOSED };

/* "active" and so on; -1 for another word. */
const char *member_status_name(enum member_status);
int member_status_find(const char *, size_t);

/* How much a status, as JSON, lets its member do: of several employments of
 * one person the one that lets do most counts. */
int member_status_liveliness(const char *json, size_t len);

/* Whether a change says something of a field. */
int change_names(const struct change *, const char *field);

#endif
