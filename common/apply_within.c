/* What one event says several times of one record. */
#include "common/apply_work.h"

#include <stdlib.h>
#include <string.h>

/* The place of a change, and of the next one about the same record: a ring. */
struct twin {
	const char *id;
	size_t at, next;
};

static int
by_id(const void *a, const void *b)
{
	const struct twin *x = a, *y = b;
	int d = strcmp(x->id, y->id);

	return d != 0 ? d : x->at < y->at ? -1 : x->at > y->at;
}

static int
by_place(const void *a, const void *b)
{
	const struct twin *x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

/* Link the changes from a up to b, which are about one record, to a ring. */
static void
link_ring(struct twin *t, size_t a, size_t b)
{
	size_t i;

	for (i = a; i < b; i++)
		t[i].next = t[i + 1 < b ? i + 1 : a].at;
}

struct twin *
apply_twins(struct work *w, const struct change *c, size_t n)
{
	struct twin *t;
	size_t i, first, timed = 0;

	for (i = 0; i < n; i++)
		timed += c[i].kind == CHANGE_MEMBER && c[i].effective_at != 0;
	if (timed == 0 || n < 2)
		return NULL;
	t = arena_alloc(&w->ap->arena, n * sizeof *t);
	for (i = 0; i < n; i++) {
		t[i].id = c[i].kind == CHANGE_MEMBER &&
		    c[i].external_id != NULL ? c[i].external_id : "";
		t[i].at = i;
	}
	qsort(t, n, sizeof *t, by_id);
	for (first = 0; first < n; first = i) {
		for (i = first + 1; i < n && strcmp(t[first].id, t[i].id) == 0;)
			i++;
		link_ring(t, first, i);
	}
	qsort(t, n, sizeof *t, by_place);
	return t;
}

/* Whether another change says field (NULL: whether the record is gone, namely
 * this) in place of change i. */
static int
is_taken(const struct work *w, const struct change *c, size_t i,
    const struct twin *t, const char *field, int gone)
{
	size_t k;

	for (k = t[i].next; k != i; k = t[k].next)
		if (change_overrides(&c[k], &c[i], w->row->received_at,
		    w->now) && (field == NULL ? c[k].deleted == gone :
		    change_names(&c[k], field)))
			return 1;
	return 0;
}

/* Whom a change is about must not depend on what else is said: the fields that
 * match rules compare stay in it. */
int
apply_still_says(const struct work *w, struct change *c, size_t i)
{
	const struct twin *t = w->twin;
	const struct source *s;
	struct change *own = &c[i];
	size_t k, n = 0, left = 0, before = own->nfield;
	int taken;

	if (t == NULL || *t[i].id == '\0')
		return 1;
	/* What had no time, or an earlier one, was applied before. */
	if (w->due != 0 && own->effective_at < w->due)
		return 0;
	s = config_source(w->ap->config, w->row->source);
	for (k = 0; k < before; k++) {
		taken = is_taken(w, c, i, t, own->field[k].name, 0);
		left += !taken;
		if (!taken || source_matches(s, own->field[k].name))
			own->field[n++] = own->field[k];
	}
	own->nfield = n;
	if (own->deleted)
		return !is_taken(w, c, i, t, NULL, 0) &&
		    (left > 0 || !is_taken(w, c, i, t, NULL, 1));
	return before == 0 || left > 0;
}

/* Whether no other change of the event is about the record of change i. */
static int
is_only(const struct work *w, size_t i)
{
	return w->twin == NULL || w->twin[i].next == i;
}

int
apply_comes_last(const struct work *w, size_t i)
{
	const struct change *c = w->change;
	size_t k;

	if (!c[i].deleted || is_only(w, i))
		return 0;
	for (k = w->twin[i].next; k != i; k = w->twin[k].next)
		if (k > i && change_overrides(&c[i], &c[k],
		    w->row->received_at, w->now))
			return 1;
	return 0;
}

int
apply_says_more(const struct work *w, size_t i)
{
	const struct authority_view *av = &w->ap->view;
	const struct change *c = w->change;
	const struct twin *t = w->twin;
	size_t k, f;

	if (is_only(w, i) || *t[i].id == '\0')
		return 0;
	for (k = t[i].next; k != i; k = t[k].next)
		for (f = 0; f < c[k].nfield; f++)
			if (av->rank(av->ctx, c[k].field[f].name,
			    w->row->source) >= 0)
				return 1;
	return 0;
}

int
apply_awaits_twin(struct work *w, size_t i)
{
	const struct change *c = w->change;
	const struct twin *t = w->twin;
	struct match found[2];
	size_t k;
	int n;

	if (is_only(w, i) || *t[i].id == '\0')
		return 0;
	for (k = t[i].next; k != i; k = t[k].next) {
		if (c[k].deleted || !match_asked(w, &c[k]))
			continue;
		if (c[k].effective_at > w->now)
			return 1;
		if ((n = match_candidates(w, &c[k], found, 2)) != 0)
			return n < 0 ? n : 1;
	}
	return 0;
}
