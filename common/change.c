#include "common/change.h"

#include <string.h>

#include "common/clock.h"

/* Whether it is a time: as texts, times with and without a fraction, or in two
 * zones, would be ordered wrongly.  A date alone is not: revisions look like
 * that, too. */
static int
is_time(const char *s, int64_t *t)
{
	size_t len = strlen(s);

	*t = 0;
	return len > sizeof "2026-03-05" && s[0] >= '0' && s[0] <= '9' &&
	    clock_parse(s, len, t) == 0;
}

/* Two times of the same microsecond are ordered as texts, which may say more;
 * what is not a time comes before all that are. */
static int
text_compare(const char *a, const char *b)
{
	int64_t at, bt;
	int a_is, b_is, c = strcmp(a, b);

	if (c == 0)
		return 0;
	a_is = is_time(a, &at);
	b_is = is_time(b, &bt);
	if (a_is != b_is)
		return a_is - b_is;
	return at != bt ? (at < bt ? -1 : 1) : c;
}

int
version_compare(const struct version *a, const struct version *b)
{
	int c;

	if (a->given != b->given)
		return a->given - b->given;
	if (a->num != b->num)
		return a->num < b->num ? -1 : 1;
	c = text_compare(a->text != NULL ? a->text : "",
	    b->text != NULL ? b->text : "");
	if (c != 0)
		return c;
	return a->sub < b->sub ? -1 : a->sub > b->sub;
}

static const struct {
	const char *name;
	size_t len;
} core[F_CORE] = {
#define NAME(f, s) [f] = { s, sizeof s - 1 }
	NAME(F_GIVEN_NAME, "given_name"),
	NAME(F_FAMILY_NAME, "family_name"),
	NAME(F_NAME, "name"),
	NAME(F_EMAIL, "email"),
	NAME(F_PHONE_NUMBER, "phone_number"),
	NAME(F_BIRTHDATE, "birthdate"),
	NAME(F_LOCALE, "locale"),
	NAME(F_ZONEINFO, "zoneinfo"),
	NAME(F_ADDRESS, "address"),
	NAME(F_STATUS, "status"),
	NAME(F_TAGS, "tags"),
	NAME(F_ENROLLED_AT, "enrolled_at"),
	NAME(F_ENDED_AT, "ended_at"),
#undef NAME
};

const char *
core_field_name(enum core_field f)
{
	return core[f].name;
}

const char *
points_kind_name(enum points_kind k)
{
	static const char *const name[] =
	    { "earn", "redeem", "adjust", "expire", "reverse" };

	return name[k];
}

static int
is_core(enum core_field f, const char *name)
{
	return memcmp(core[f].name, name, core[f].len) == 0;
}

/* At most two names have the same length; this is called many times per
 * event. */
enum core_field
core_field_find(const char *name, size_t len)
{
	static const struct {
		unsigned char a, b;
	} by[] = {
		[4] = { F_NAME, F_TAGS }, [5] = { F_EMAIL, F_EMAIL },
		[6] = { F_LOCALE, F_STATUS }, [7] = { F_ADDRESS, F_ADDRESS },
		[8] = { F_ZONEINFO, F_ENDED_AT },
		[9] = { F_BIRTHDATE, F_BIRTHDATE },
		[10] = { F_GIVEN_NAME, F_GIVEN_NAME },
		[11] = { F_FAMILY_NAME, F_ENROLLED_AT },
		[12] = { F_PHONE_NUMBER, F_PHONE_NUMBER },
	};

	if (len < 4 || len >= sizeof by / sizeof by[0])
		return F_CORE;
	if (is_core((enum core_field)by[len].a, name))
		return (enum core_field)by[len].a;
	return is_core((enum core_field)by[len].b, name) ?
	    (enum core_field)by[len].b : F_CORE;
}

int
attribute_name_ok(const char *name, size_t len)
{
	static const char *const taken[] = {
		"attributes", "deleted", "effective_at", "external_id",
		"hold", "member", "points", "version"
	};
	size_t i;

	if (len == 0 || len > 64 || core_field_find(name, len) != F_CORE)
		return 0;
	for (i = 0; i < len; i++)
		if (name[i] == '\0' || strchr("abcdefghijklmnopqrstuvwxyz"
		    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.", name[i])
		    == NULL)
			return 0;
	for (i = 0; i < sizeof taken / sizeof taken[0]; i++)
		if (strlen(taken[i]) == len && memcmp(taken[i], name, len) == 0)
			return 0;
	return 1;
}

static const char *const status[] =
    { "pending", "active", "suspended", "closed" };

const char *
member_status_name(enum member_status s)
{
	return status[s];
}

int
member_status_find(const char *s, size_t len)
{
	int i;

	for (i = ST_PENDING; i <= ST_CLOSED; i++)
		if (strlen(status[i]) == len && memcmp(status[i], s, len) == 0)
			return i;
	return -1;
}

int
member_status_out_of_use(const char *json, size_t len)
{
	int i = member_status_find(json + 1, len >= 2 ? len - 2 : 0);

	return i == ST_SUSPENDED || i == ST_CLOSED;
}

int
member_status_liveliness(const char *json, size_t len)
{
	/* Whose status was cleared is active. */
	if (len == 4 && memcmp(json, "null", 4) == 0)
		return 3;
	switch (member_status_find(json + 1, len >= 2 ? len - 2 : 0)) {
	case ST_ACTIVE:
		return 3;
	case ST_PENDING:
		return 2;
	case ST_SUSPENDED:
		return 1;
	default:
		return 0;
	}
}

const char *
change_id(const struct change *c)
{
	return c->external_id != NULL ? c->external_id : c->member;
}

/* Whether it is about this record; a snapshot's begin and end are about
 * nobody. */
static int
is_about(const struct change *c, const char *id)
{
	const char *own = change_id(c);

	return own != NULL && strcmp(own, id) == 0;
}

const struct change *
change_to_come(const struct change *c, size_t n, int64_t received_at,
    const char *id)
{
	const struct change *first = NULL, *end = c + n;
	int d;

	for (; c < end; c++) {
		if (!is_about(c, id))
			continue;
		if (c->kind != CHANGE_MEMBER)
			return NULL;
		d = first == NULL ? 1 :
		    version_compare(&c->version, &first->version);
		if (d > 0 || (d == 0 && c->effective_at < first->effective_at))
			first = c;
	}
	return first != NULL && first->effective_at > received_at ? first :
	    NULL;
}

int
change_overrides(const struct change *b, const struct change *a,
    int64_t received_at, int64_t now)
{
	int d = version_compare(&b->version, &a->version);

	if (d > 0 && b->effective_at > now)
		return a->effective_at > received_at;
	if (d > 0)
		return a->effective_at != 0 || b->effective_at != 0;
	if (d < 0 || b->effective_at == 0 || b->effective_at > now)
		return 0;
	return b->effective_at != a->effective_at ?
	    b->effective_at > a->effective_at : b > a;
}

int
change_names(const struct change *c, const char *field)
{
	size_t i;

	for (i = 0; i < c->nfield; i++)
		if (strcmp(c->field[i].name, field) == 0)
			return 1;
	return 0;
}

int
change_covers(const struct change *a, const struct change *b)
{
	size_t i;

	if (b->deleted ? !a->deleted : b->nfield == 0)
		return 0;
	for (i = 0; i < b->nfield; i++)
		if (!change_names(a, b->field[i].name))
			return 0;
	return 1;
}
