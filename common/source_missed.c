/* pull.missed: lists that a system keeps of what has changed; and pull.some:
 * how the records of such a list are read. */
#include "common/source_inner.h"

#include <stdio.h>
#include <string.h>

#include "common/json.h"

static void
some(const struct node *n, struct arena *a, struct source_pull *p)
{
	static const char *const known[] = { "most", "query", NULL };
	struct pull_some *s;
	struct node m, q;

	if (!conf_get(n, "some", &m) || !conf_known(&m, known))
		return;
	s = arena_alloc(a, sizeof *s);
	memset(s, 0, sizeof *s);
	p->some = s;
	if (!conf_int(&m, "most", 1, 1000, &s->most) ||
	    !conf_get(&m, "query", &q)) {
		conf_bad(&m, "most and query are both needed");
		return;
	}
	query_conf(&q, a, p, "some", &s->query);
	if (s->query.key == NULL)
		conf_bad(&q, "there is no 'key' to tell which record is which");
	if (s->query.keys)
		conf_bad(&q, "its rows are the records: 'keys' has no meaning "
		    "here");
	if (p->parts != NULL)
		conf_bad(&m, "not with 'parts': a record with parts is read by "
		    "'one'");
}

static void
place(const struct node *n, const char *key, struct arena *a,
    const char **out)
{
	if (conf_string(n, key, a, out) && !json_pointer_ok(*out))
		conf_bad_at(n, key, "not a JSON Pointer");
}

/* The file names the cursor, so that reordering the lists does not move any. */
static void
name(const struct node *n, struct arena *a, struct pull_missed *m)
{
	char text[64];
	const char *s;

	if (!conf_string(n, "name", a, &s) || *s == '\0' || strlen(s) > 32) {
		conf_bad(n, "it needs a name of up to 32 bytes");
		s = "";
	}
	snprintf(text, sizeof text, "missed.%.32s", s);
	m->cursor = arena_str(a, text);
}

static void
list(const struct node *n, struct arena *a, struct source_pull *p,
    struct pull_missed *m)
{
	static const char *const known[] = { "name", "query", "covered",
	    "earliest", "deleted", "every", "reach", NULL };
	enum { DAY = 86400 };
	struct node q;

	memset(m, 0, sizeof *m);
	m->every = 300;
	m->reach = 30 * DAY;
	name(n, a, m);
	if (!conf_known(n, known))
		return;
	place(n, "covered", a, &m->covered);
	place(n, "earliest", a, &m->earliest);
	place(n, "deleted", a, &m->deleted);
	conf_int(n, "every", 120, DAY, &m->every);
	conf_int(n, "reach", 3600, 366 * DAY, &m->reach);
	if (m->covered == NULL || !conf_get(n, "query", &q)) {
		conf_bad(n, "query and covered are both needed");
		return;
	}
	query_conf(&q, a, p, m->cursor, &m->query);
	if (m->query.key == NULL)
		conf_bad(&q, "there is no 'key'");
	if (m->query.keys)
		conf_bad(&q, "its rows are keys anyway: leave 'keys' out");
}

void
missed_conf(const struct node *n, struct arena *a, struct source_pull *p)
{
	struct node m, item;
	size_t i, k;

	some(n, a, p);
	if (!conf_get(n, "missed", &m))
		return;
	p->nmissed = conf_type(&m) == CONF_ARRAY ? conf_count(&m) : 0;
	if (p->nmissed == 0 || p->nmissed > 8)
		conf_bad(&m, "not a list of up to 8 lists");
	if (p->some == NULL)
		conf_bad(&m, "there is no 'some' to read the records they "
		    "list");
	p->missed = arena_alloc(a, (p->nmissed + 1) * sizeof *p->missed);
	for (i = 0; i < p->nmissed; i++) {
		conf_item(&m, i, &item);
		list(&item, a, p, &p->missed[i]);
		for (k = 0; k < i; k++)
			if (strcmp(p->missed[k].cursor,
			    p->missed[i].cursor) == 0)
				conf_bad(&item, "another list has this name");
	}
}
