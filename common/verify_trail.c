/* What the log makes of each member, in 32 bytes. */
#include "common/verify_part.h"

#include <stdlib.h>

#include "common/crypt.h"

_Static_assert(sizeof(struct trail) == 32, "a trail is kept a million times");

static struct trail *
place(struct trail *all, size_t cap, uint64_t key)
{
	size_t i = (size_t)key & (cap - 1);

	while (all[i].key != 0 && all[i].key != key)
		i = (i + 1) & (cap - 1);
	return &all[i];
}

static void
grow(struct verify *v)
{
	struct trail *old = v->trail;
	size_t i, n = v->cap;

	v->cap = n > 0 ? n * 2 : 1024;
	v->trail = xcalloc(v->cap, sizeof *v->trail);
	for (i = 0; i < n; i++)
		if (old[i].key != 0)
			*place(v->trail, v->cap, old[i].key) = old[i];
	free(old);
}

struct trail *
verify_trail(struct verify *v, const char *id, size_t len, int make)
{
	uint64_t key = verify_hash(v, "id", 2, id, len) | 1;
	struct trail *t;

	if (v->ntrail * 4 >= v->cap * 3)
		grow(v);
	t = place(v->trail, v->cap, key);
	if (t->key == 0 && !make)
		return NULL;
	v->ntrail += t->key == 0;
	t->key = key;
	return t;
}

uint64_t
verify_value(struct verify *v, const char *field, size_t flen,
    const char *json, size_t len)
{
	if (len == 4 && json[0] == 'n')
		return 0;
	return verify_hash(v, field, flen, json, len);
}

void
verify_gone(struct verify *v, struct trail *t)
{
	t->sum = verify_value(v, "status", 6, "\"closed\"", 8);
	t->erased = 0;
	t->gone = 1;
}

/* The record holds values in their canonical form: source text will do. */
static uint64_t
side(struct verify *v, uint32_t key, const char *which)
{
	const struct json *j = &v->json;
	const char *s;
	uint32_t i;
	size_t n;

	i = json_get(j, key + 1, which);
	if (i == JSON_NONE)
		return 0;
	s = json_source(j, i, &n);
	return verify_value(v, json_text(j, key), j->tok[key].len, s, n);
}

int
verify_changes(struct verify *v, struct trail *t, const char *detail,
    size_t len)
{
	uint32_t all;

	v->readable = json_parse(&v->json, detail, len) == 0;
	if (!v->readable)
		return E_DATA;
	all = json_get(&v->json, 0, "changes");
	if (all == JSON_NONE || json_type(&v->json, all) != JSON_OBJECT)
		return 0;
	for (JSON_EACH(&v->json, all, k))
		t->sum += side(v, k, "new") - side(v, k, "old");
	return 0;
}
