/* Rows that are not records, because of their encoding or for want of a key.
 * They must not hold up all others for ever: they are stored, and loya-apply
 * refuses them for everybody to see. */
#include "common/pull_work.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/die.h"

/* This many in a run are reported one by one. */
enum { TOLD = 10 };

/*
 * If the first rows of an answer, this many, are all no records, the answer
 * itself is wrong, for example a report that has lost a column: then nothing of
 * it is stored, and the cursor does not move.
 */
enum { NONE = 10 };

int
pull_odd_only(const struct pull *p)
{
	return p->odd_here > 0 && p->odd_here == p->rows_here;
}

static int
none(struct pull *p, struct err *e)
{
	p->batch.n -= NONE;
	p->odd_here = 0;
	return err_set(e, E_IO, "%s, and none of the rows before it is a "
	    "record either",
	    p->batch.row[p->batch.n + NONE - 1].fault);
}

int
pull_odd(struct pull *p, const char *type, const char *s, size_t n,
    struct err *e, const char *why, ...)
{
	struct pull_row *r;
	char text[300];
	va_list ap;
	int rc;

	va_start(ap, why);
	vsnprintf(text, sizeof text, why, ap);
	va_end(ap);
	/* Keep together the rows that may have to be withdrawn. */
	if (p->rows_here == 1 && (rc = pull_flush(p, 0, e)) != 0)
		return rc;
	buf_clear(&p->canonical);
	buf_add(&p->canonical, s, n);
	r = pull_new_row(p, s, n, type);
	r->head = pull_head(p, 0, 0);
	r->fault = arena_str(&p->batch.arena, text);
	pull_state_id(p, "", "", r->id);
	if (++p->odd_here == NONE && p->rows_here == NONE)
		return none(p, e);
	return pull_room(p, e);
}

void
pull_odd_stored(struct pull *p, const struct pull_row *r)
{
	if (p->count.odd++ < TOLD)
		warn("source '%s': %s: it is stored as it is",
		    p->source->name, r->fault);
}

void
pull_odd_rest(const struct pull *p)
{
	if (p->count.odd > TOLD)
		warn("source '%s': %lld more like this", p->source->name,
		    (long long)p->count.odd - TOLD);
}
