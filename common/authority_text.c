/* The rules by which members were computed, as text: if the text changes, a
 * rule did. */
#include "common/source_inner.h"

#include "common/buf.h"
#include "common/change.h"
#include "common/jsonw.h"

static const char *
authority_text(const struct authority *au, struct arena *a)
{
	struct buf b = { NULL, 0, 0 };
	struct jsonw w;
	const char *out;
	size_t i;

	jsonw_init(&w, &b);
	jsonw_object(&w);
	for (i = 0; i < F_CORE; i++)
		jsonw_klist(&w, core_field_name((enum core_field)i),
		    au->core[i]);
	for (i = 0; i < au->nrule; i++)
		jsonw_klist(&w, au->rule[i].field, au->rule[i].list);
	jsonw_klist(&w, "*", au->rest);
	jsonw_close(&w, '}');
	out = arena_dup(a, b.p, b.len);
	buf_release(&b);
	return out;
}

static const char *
match_text(const struct config *c, struct arena *a)
{
	struct buf b = { NULL, 0, 0 };
	struct jsonw w;
	const char *out, **f;
	size_t i, k;

	jsonw_init(&w, &b);
	jsonw_object(&w);
	for (i = 0; i < c->nsource; i++) {
		if (c->source[i].nmatch == 0)
			continue;
		jsonw_key(&w, c->source[i].name);
		jsonw_array(&w);
		for (k = 0; k < c->source[i].nmatch; k++) {
			jsonw_array(&w);
			for (f = c->source[i].match[k]; *f != NULL; f++)
				jsonw_string(&w, *f);
			jsonw_close(&w, ']');
		}
		jsonw_close(&w, ']');
	}
	jsonw_close(&w, '}');
	out = arena_dup(a, b.p, b.len);
	buf_release(&b);
	return out;
}

void
authority_texts(struct config *c, struct arena *a)
{
	c->authority->text = authority_text(c->authority, a);
	c->authority->match = match_text(c, a);
}
