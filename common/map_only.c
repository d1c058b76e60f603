#include "common/map_inner.h"

#include <string.h>

/* The array at one of the places of the lists; JSON_NONE when there is none,
 * or an empty one. */
static uint32_t
list(const struct mapper *m, const char *place, const struct json **j)
{
	struct found f;

	if (!place_find(&m->scene, place, &f) || f.j == NULL)
		return JSON_NONE;
	*j = f.j;
	if (json_type(f.j, f.tok) != JSON_ARRAY || f.j->tok[f.tok].count == 0)
		return JSON_NONE;
	return f.tok;
}

int
map_only(const struct mapper *m)
{
	const struct form *fm = m->form;
	const struct json *j;
	size_t i;

	for (i = 0; i < fm->nchanged; i++)
		if (list(m, fm->changed[i], &j) != JSON_NONE)
			return 1;
	for (i = 0; i < fm->ncleared; i++)
		if (list(m, fm->cleared[i], &j) != JSON_NONE)
			return 1;
	return 0;
}

/* Whether a is below b, or b itself, both in dotted notation. */
static int
below(const char *a, size_t alen, const char *b, size_t blen)
{
	return alen >= blen && memcmp(a, b, blen) == 0 &&
	    (alen == blen || a[blen] == '.');
}

/* What the lists say about name: NAMED_YES, NAMED_PART or NAMED_NO. */
static enum named
search(const struct mapper *m, const char **place, size_t n, const char *name)
{
	const struct json *j = NULL;
	enum named best = NAMED_NO;
	const char *s;
	size_t i, len = strlen(name), slen;
	uint32_t t;

	for (i = 0; i < n; i++) {
		if ((t = list(m, place[i], &j)) == JSON_NONE)
			continue;
		for (JSON_EACH(j, t, k)) {
			if (json_type(j, k) != JSON_STRING)
				continue;
			s = json_text(j, k);
			slen = j->tok[k].len;
			if (below(name, len, s, slen))
				return NAMED_YES;
			if (below(s, slen, name, len))
				best = NAMED_PART;
		}
	}
	return best;
}

enum named
map_named(const struct mapper *m, const struct way *w, size_t i)
{
	const struct form *fm = m->form;
	const char *name = w->dotted[i];
	enum named a, b;

	if (name == NULL)
		return NAMED_YES;
	b = search(m, fm->cleared, fm->ncleared, name);
	if (b == NAMED_YES)
		return NAMED_CLEARED;
	a = search(m, fm->changed, fm->nchanged, name);
	if (a == NAMED_YES)
		return NAMED_YES;
	return a == NAMED_PART || b == NAMED_PART ? NAMED_PART : NAMED_NO;
}
