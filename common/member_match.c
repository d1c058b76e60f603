/* The hash index, by which members are found that no link leads to. */
#include "common/member_inner.h"

#include <string.h>

#include "common/crypt.h"
#include "common/jsonw.h"
#include "common/source.h"

int64_t
member_hash(struct store *s, const char *const *name, const struct value *v,
    size_t n)
{
	struct crypt_part p[2 * MATCH_FIELDS];
	size_t i;

	for (i = 0; i < n; i++) {
		p[2 * i].p = name[i];
		p[2 * i].len = strlen(name[i]) + 1;
		p[2 * i + 1].p = v[i].json;
		p[2 * i + 1].len = v[i].len;
	}
	return crypt_shorthash(store_hash_key(s, STORE_MAIN), p, 2 * n);
}

int64_t
member_email_hash(struct store *s, const char *email)
{
	static const char *const name = "email";
	struct buf b = { NULL, 0, 0 };
	struct value v = { .link = -1 };
	struct jsonw w;
	int64_t hash;

	jsonw_init(&w, &b);
	jsonw_string(&w, email);
	v.json = b.p;
	v.len = b.len;
	hash = member_hash(s, &name, &v, 1);
	buf_release(&b);
	return hash;
}
