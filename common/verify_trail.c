/* What the log makes of each member, in 40 bytes. */
#include "common/verify_part.h"

#include <stdlib.h>
#include <string.h>

#include "common/crypt.h"
#include "common/notice.h"

_Static_assert(sizeof(struct trail) == 40, "a trail is kept a million times");

/* This is called thirty times per row: short input is put together here. */
static uint64_t
hash(const struct verify_sums *s, const char *a, size_t an, const char *b,
    size_t bn)
{
	char near[256];
	const struct crypt_part part[] = { { a, an }, { "=", 1 }, { b, bn } },
	    whole = { near, an + 1 + bn };

	if (an >= sizeof near || bn >= sizeof near - an)
		return (uint64_t)crypt_shorthash(s->key, part, 3);
	memcpy(near, a, an);
	near[an] = '=';
	memcpy(near + an + 1, b, bn);
	return (uint64_t)crypt_shorthash(s->key, &whole, 1);
}

uint64_t
verify_trail_key(const struct verify_sums *s, const char *id, size_t len)
{
	return hash(s, "id", 2, id, len) | 1;
}

struct trail *
verify_trail(struct verify *v, uint64_t key, int make)
{
	return make ? slots_put(&v->trail, key) : slots_find(&v->trail, key);
}

uint64_t
verify_value(const struct verify_sums *s, const char *field, size_t flen,
    const char *json, size_t len)
{
	if (len == 4 && json[0] == 'n')
		return 0;
	return hash(s, field, flen, json, len);
}

void
verify_gone(const struct verify_sums *s, struct trail *t)
{
	t->sum = verify_value(s, "status", 6, "\"closed\"", 8);
	t->mark = 0;
	t->erased = 0;
	t->gone = t->kept = 1;
}

/* What the change of a field (its key) adds.  The record has values in
 * canonical form, so their source text will do. */
static uint64_t
change(const struct verify_sums *v, uint32_t key)
{
	const struct json *j = &v->json;
	uint64_t sum = 0, h;
	const char *s;
	size_t n;
	int old;

	if (json_type(j, key + 1) != JSON_OBJECT)
		return 0;
	for (JSON_EACH(j, key + 1, k)) {
		old = json_is(j, k, "old");
		if (!old && !json_is(j, k, "new"))
			continue;
		s = json_source(j, k + 1, &n);
		h = verify_value(v, json_text(j, key), j->tok[key].len, s, n);
		sum += old ? -h : h;
	}
	return sum;
}

uint64_t
verify_changes(struct verify_sums *v)
{
	uint64_t sum = 0;
	uint32_t all;

	all = json_get(&v->json, 0, "changes");
	if (all == JSON_NONE || json_type(&v->json, all) != JSON_OBJECT)
		return 0;
	for (JSON_EACH(&v->json, all, k))
		sum += change(v, k);
	return sum;
}

uint64_t
verify_mark(const struct verify_sums *s, const char *mark)
{
	return hash(s, "mark", 4, mark, CLAIMS_MARK - 1) | 1;
}

uint64_t
verify_marked(struct verify_sums *v)
{
	uint32_t i = json_get(&v->json, 0, NOTICE_MARK);

	return i == JSON_NONE || json_type(&v->json, i) != JSON_STRING ||
	    v->json.tok[i].len != CLAIMS_MARK - 1 ? 0 :
	    verify_mark(v, json_text(&v->json, i));
}
