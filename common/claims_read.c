/* Reading the text that claims_write() makes.  All functions here return 1, or
 * 0 for any other text. */
#include "common/claims.h"

#include <string.h>

#include "common/canon.h"

/* A number that may be left out together with its comma. */
static int
more_int(struct canon *c, int64_t *v)
{
	return !canon_char(c, ',') || canon_int(c, v);
}

static int
read_event(struct claim_event *ev, struct canon *c, struct arena *a)
{
	const char *s;
	size_t n;
	int64_t given = 0;

	memset(ev, 0, sizeof *ev);
	ev->version.text = "";
	if (!canon_char(c, '[') || !canon_int(c, &ev->seq) ||
	    !more_int(c, &given) || !more_int(c, &ev->version.num))
		return 0;
	ev->version.given = (int)given;
	if (canon_char(c, ',')) {
		if (!canon_text(c, &s, &n))
			return 0;
		if (n > 0)
			ev->version.text = arena_dup(a, s, n);
	}
	return more_int(c, &ev->version.sub) && more_int(c, &ev->time) &&
	    more_int(c, &ev->begin) && canon_char(c, ']');
}

static const char *
field_name(const char *s, size_t n, int *order, struct arena *a)
{
	enum core_field f = core_field_find(s, n);

	*order = (int)f;
	if (f != F_CORE)
		return core_field_name(f);
	if (n == 7 && memcmp(s, "deleted", 7) == 0)
		*order = CLAIM_DELETED;
	if (n == 8 && memcmp(s, "@missing", 8) == 0)
		*order = CLAIM_MISSING;
	return arena_dup(a, s, n);
}

static int
read_claim(struct claim *cl, size_t nevent, struct canon *c, struct arena *a)
{
	const char *s;
	int64_t event, floor = -1, tie = 0;
	size_t n;

	if (!canon_text(c, &s, &n) || !canon_word(c, ":["))
		return 0;
	cl->name = field_name(s, n, &cl->order, a);
	if (!canon_value(c, &cl->json, &cl->len) || !canon_char(c, ',') ||
	    !canon_int(c, &event) || event < 0 || (uint64_t)event >= nevent)
		return 0;
	if (!more_int(c, &tie) || (canon_char(c, ',') &&
	    (!canon_int(c, &floor) || floor < 0 || (uint64_t)floor >= nevent)))
		return 0;
	cl->event = (uint32_t)event;
	cl->floor = (uint32_t)(floor + 1);
	cl->tie = tie != 0;
	return canon_char(c, ']');
}

/* A link with more events or claims is left to claims_parse(). */
enum { EVENTS = 16, CLAIMS = 64 };

static int
read_events(struct link *l, struct canon *c, struct arena *a)
{
	struct claim_event ev[EVENTS];
	size_t n = 0;

	if (!canon_char(c, '['))
		return 0;
	do {
		if (n == EVENTS || !read_event(&ev[n++], c, a))
			return 0;
	} while (canon_char(c, ','));
	l->event = arena_alloc(a, n * sizeof *ev);
	memcpy(l->event, ev, n * sizeof *ev);
	l->nevent = n;
	return canon_char(c, ']');
}

static int
read_fields(struct link *l, struct canon *c, struct arena *a)
{
	struct claim cl[CLAIMS];
	size_t n = 0;

	if (!canon_char(c, '{'))
		return 0;
	if (!canon_char(c, '}')) {
		do {
			if (n == CLAIMS || !read_claim(&cl[n], l->nevent, c,
			    a) || (n > 0 && claims_compare(&cl[n - 1],
			    &cl[n]) >= 0))
				return 0;
			n++;
		} while (canon_char(c, ','));
		if (!canon_char(c, '}'))
			return 0;
	}
	l->claim = arena_alloc(a, (n + 1) * sizeof *cl);
	if (n > 0)
		memcpy(l->claim, cl, n * sizeof *cl);
	l->nclaim = n;
	return 1;
}

static int
read_link(struct link *l, struct canon *c, struct arena *a)
{
	const char *source, *id;
	size_t nsource, nid;

	memset(l, 0, sizeof *l);
	if (!canon_word(c, "{\"source\":") ||
	    !canon_text(c, &source, &nsource) ||
	    !canon_word(c, ",\"external_id\":") || !canon_text(c, &id, &nid) ||
	    !canon_word(c, ",\"from\":") || !canon_int(c, &l->from_at) ||
	    (canon_word(c, ",\"to\":") && !canon_int(c, &l->to_at)) ||
	    !canon_word(c, ",\"events\":") || !read_events(l, c, a) ||
	    !canon_word(c, ",\"fields\":") || !read_fields(l, c, a))
		return 0;
	l->source = arena_dup(a, source, nsource);
	l->external_id = arena_dup(a, id, nid);
	return canon_char(c, '}');
}

enum { LINKS = 8 };

static int
read_links(struct claims *out, struct canon *c, struct arena *a)
{
	struct link l[LINKS];
	size_t n = 0;

	if (!canon_char(c, '['))
		return 0;
	do {
		if (n == LINKS || !read_link(&l[n++], c, a))
			return 0;
	} while (canon_char(c, ','));
	if (!canon_char(c, ']') || c->p != c->end)
		return 0;
	out->link = arena_alloc(a, n * sizeof *l);
	memcpy(out->link, l, n * sizeof *l);
	out->n = n;
	return 1;
}

int
claims_read(struct claims *c, const char *json, size_t len, struct arena *a,
    struct json *j)
{
	struct canon at = { json, json + len };

	memset(c, 0, sizeof *c);
	return read_links(c, &at, a) ? 0 : claims_parse(c, json, len, a, j);
}
