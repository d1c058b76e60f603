#include "common/refusals.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/clock.h"

static struct refusal_count *
find(struct refusals *r, const char *source, const char *why, int64_t minute)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (r->at[i].minute == minute &&
		    strcmp(r->at[i].why, why) == 0 &&
		    strcmp(r->at[i].source, source) == 0)
			return &r->at[i];
	return NULL;
}

static struct refusal_count *
add(struct refusals *r, const char *source, const char *why, int64_t minute)
{
	struct refusal_count *x;

	if (r->n == r->cap) {
		r->cap = r->cap == 0 ? 16 : r->cap * 2;
		r->at = xrealloc(r->at, r->cap, sizeof *r->at);
	}
	x = &r->at[r->n++];
	snprintf(x->source, sizeof x->source, "%s", source);
	snprintf(x->why, sizeof x->why, "%s", why);
	x->minute = minute;
	x->n = 0;
	return x;
}

/* Forget counts of past minutes that are stored: nobody asks for them
 * any more. */
static void
forget(struct refusals *r, int64_t minute)
{
	size_t i, kept = 0;

	for (i = 0; i < r->n; i++)
		if (r->at[i].n > 0 || r->at[i].minute >= minute)
			r->at[kept++] = r->at[i];
	r->n = kept;
}

int
refusals_count(struct refusals *r, const char *source, const char *why,
    int64_t at)
{
	int64_t minute = at / (60 * CLOCK_SECOND);
	struct refusal_count *x;

	x = find(r, source, why, minute);
	if (x == NULL) {
		forget(r, minute);
		add(r, source, why, minute);
		return 1;
	}
	x->n++;
	r->pending++;
	return 0;
}

struct refusal_count *
refusals_take(struct refusals *r, int64_t now, size_t *n)
{
	int64_t minute = now / (60 * CLOCK_SECOND);
	struct refusal_count *taken = NULL;
	size_t i;

	*n = 0;
	if (r->pending > 0)
		taken = xcalloc(r->n, sizeof *taken);
	for (i = 0; i < r->n; i++) {
		if (r->at[i].n > 0)
			taken[(*n)++] = r->at[i];
		r->at[i].n = 0;
	}
	forget(r, minute);
	r->pending = 0;
	return taken;
}

void
refusals_back(struct refusals *r, const struct refusal_count *back, size_t n)
{
	struct refusal_count *x;
	size_t i;

	for (i = 0; i < n; i++) {
		x = find(r, back[i].source, back[i].why, back[i].minute);
		if (x == NULL)
			x = add(r, back[i].source, back[i].why,
			    back[i].minute);
		x->n += back[i].n;
		r->pending += back[i].n;
	}
}

void
refusals_release(struct refusals *r)
{
	free(r->at);
	memset(r, 0, sizeof *r);
}
