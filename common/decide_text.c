/* A decision in the words of the record. */
#include "common/decide.h"

#include "common/jsonw.h"

static void
value(struct jsonw *w, const char *key, const char *json, size_t len)
{
	jsonw_kraw(w, key, json != NULL ? json : "null",
	    json != NULL ? len : 4);
}

void
decide_changes(const struct difference *d, size_t n, struct jsonw *w)
{
	size_t i;

	jsonw_key(w, "changes");
	jsonw_object(w);
	for (i = 0; i < n; i++) {
		jsonw_key(w, d[i].name);
		jsonw_object(w);
		value(w, "old", d[i].old, d[i].old_len);
		value(w, "new", d[i].new, d[i].new_len);
		jsonw_close(w, '}');
	}
	jsonw_close(w, '}');
}

static void
names(struct jsonw *w, const char *key, const char *const *name, size_t n)
{
	size_t i;

	if (n == 0)
		return;
	jsonw_key(w, key);
	jsonw_array(w);
	for (i = 0; i < n; i++)
		jsonw_string(w, name[i]);
	jsonw_close(w, ']');
}

void
decide_detail(const struct decision *d, const struct change *c,
    const char *const *late, size_t nlate, struct jsonw *w)
{
	decide_changes(d->diff, d->ndiff, w);
	names(w, "superseded", d->superseded, d->nsuperseded);
	names(w, "scheduled_newer", late, nlate);
	names(w, "denied", d->denied, d->ndenied);
	names(w, "outranked", d->outranked, d->noutranked);
	names(w, "tie", d->tie, d->ntie);
	if (c->time != 0)
		jsonw_ktime(w, "time", c->time);
}
