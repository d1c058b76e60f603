/* Whether anybody knows a field of this name, or it was mistyped. */
#include "common/report_part.h"

#include <string.h>

#include "common/change.h"
#include "common/map.h"
#include "common/source.h"

enum { SLIPS = 2, LONGEST = 64 };	/* letters: wrong ones, of a name */

/* A name, and those that are near to it. */
struct wanted {
	const char *name;
	size_t len;
	int known;
	struct buf *near;
};

/* How many letters have to be inserted, removed or changed, for texts of at
 * most LONGEST letters; too many for others. */
static size_t
distance(const char *a, size_t n, const char *b, size_t m)
{
	size_t row[LONGEST + 1], i, k, left, above, best;

	if (n > LONGEST || m > LONGEST)
		return LONGEST;
	for (k = 0; k <= m; k++)
		row[k] = k;
	for (i = 1; i <= n; i++) {
		left = row[0];
		row[0] = i;
		for (k = 1; k <= m; k++) {
			above = row[k];
			best = left + (a[i - 1] != b[k - 1]);
			if (above + 1 < best)
				best = above + 1;
			if (row[k - 1] + 1 < best)
				best = row[k - 1] + 1;
			left = above;
			row[k] = best;
		}
	}
	return row[m];
}

static void
compare(struct wanted *w, const char *name)
{
	size_t n = strlen(name);

	if (n == w->len && memcmp(name, w->name, n) == 0)
		w->known = 1;
	else if (w->near->len == 0 &&
	    distance(w->name, w->len, name, n) <= SLIPS)
		buf_adds(w->near, name);
}

static void
core_fields(struct wanted *w)
{
	int i;

	for (i = 0; i < F_CORE; i++)
		compare(w, core_field_name((enum core_field)i));
	compare(w, "hold");
	compare(w, "tier");
}

/* The names in the source files; a reader who may not see these does
 * without. */
static void
mapped_fields(struct wanted *w, const char *conf)
{
	struct config *c = NULL;
	const char *const *name;
	struct err ignored;
	size_t i;

	if (config_load(&c, conf, &ignored) != 0)
		return;
	for (i = 0; i < c->nsource; i++)
		if (c->source[i].map != NULL)
			for (name = map_fields(c->source[i].map);
			    *name != NULL; name++)
				compare(w, *name);
	config_free(c);
}

/* The names that sources used about any member. */
static int
claimed(const struct report *r, struct wanted *w, struct err *e)
{
	static const char sql[] = "SELECT 1 FROM member m, json_each(CASE "
	    "WHEN json_valid(m.claims) THEN m.claims ELSE '[]' END) c "
	    "WHERE json_type(c.value, '$.fields.\"' || :name || '\"') "
	    "IS NOT NULL LIMIT 1";
	struct stmt *st = db_stmt(store_db(r->store, STORE_MAIN), sql);
	int rc;

	stmt_textn(st, 1, w->name, w->len);
	if ((rc = stmt_step(st, e)) < 0)
		return rc;
	w->known = rc == 1;
	stmt_reset(st);
	return 0;
}

int
report_field_known(const struct report *r, const char *name, size_t n,
    const char *conf, struct buf *near, struct err *e)
{
	struct wanted w = { name, n, 0, near };
	int rc = 0;

	buf_clear(near);
	core_fields(&w);
	if (!w.known)
		mapped_fields(&w, conf);
	if (!w.known)
		rc = claimed(r, &w, e);
	return rc < 0 ? rc : w.known;
}
