/* When each member was last written: member_as_seen(). */
#include "common/member_inner.h"

#include <stdlib.h>

/* Rows were rolled back, or another process wrote. */
static void
forget(struct store *s, void *state)
{
	struct member_room *k = state;

	(void)s;
	k->known_from = ++k->writes;
}

static void
release(void *state)
{
	struct member_room *k = state;

	buf_release(&k->scratch);
	arena_release(&k->arena);
	free(k);
}

struct member_room *
member_room(struct store *s)
{
	static const struct store_room verbs = { NULL, forget, release };
	struct member_room *k;

	k = store_room_get(s, SLOT_MEMBER);
	if (k == NULL) {
		k = xcalloc(1, sizeof *k);
		store_room_set(s, SLOT_MEMBER, STORE_MAIN, &verbs, k);
	}
	return k;
}

static size_t
spread(uint64_t v)
{
	return (size_t)(v * UINT64_C(0x9e3779b97f4a7c15) >> 49);
}

size_t
member_key(int64_t num)
{
	return spread((uint64_t)num);
}

size_t
member_key_of(const char *source, const char *external_id)
{
	uint64_t v = 0;

	while (*source != '\0')
		v = v * 31 + (unsigned char)*source++;
	while (*external_id != '\0')
		v = v * 31 + (unsigned char)*external_id++;
	return spread(v);
}

void
member_wrote(struct store *s, size_t key)
{
	struct member_room *k = member_room(s);

	k->last[key] = ++k->writes;
}

static int
as_seen(struct store *s, int64_t seen, size_t key)
{
	struct member_room *k = member_room(s);

	return seen >= k->known_from && k->last[key] <= seen;
}

int64_t
member_writes(struct store *s)
{
	return member_room(s)->writes;
}

int
member_as_seen(struct store *s, int64_t seen, int64_t num)
{
	return as_seen(s, seen, member_key(num));
}

int
binding_as_seen(struct store *s, int64_t seen, const char *source,
    const char *external_id)
{
	return as_seen(s, seen, member_key_of(source, external_id));
}
