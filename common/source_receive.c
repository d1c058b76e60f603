/* receive: how a hook takes deliveries. */
#include "common/source_inner.h"

#include <string.h>
#include <strings.h>

#include "common/json.h"
#include "common/map.h"
#include "common/names.h"
#include "common/place.h"

static const char *const keys[] = { "auth", "secret", "organization", "each",
    "root", "id", "headers", "xml", "form", "text", "status", "answer", "fault",
    "origin", "rate", "silence", NULL };

/* organization: {"place", "value", "prefix", "xml"}; without value the profile
 * has only prepared it. */
static void
organization(const struct node *n, struct arena *a, struct receive *r)
{
	static const char *const known[] =
	    { "place", "value", "prefix", "xml", NULL };
	struct node o, place;
	int64_t prefix = 0;

	if (!conf_get(n, "organization", &o) || !conf_known(&o, known))
		return;
	conf_string(&o, "value", a, &r->org_value);
	conf_int(&o, "prefix", 1, 1000, &prefix);
	conf_bool(&o, "xml", &r->org_xml);
	r->org_prefix = (size_t)prefix;
	if (!conf_get(&o, "place", &place)) {
		conf_bad(&o, "there is no place");
		return;
	}
	r->org_place = conf_text(&place, a);
	if (place_fault(r->org_place) != NULL)
		conf_bad(&place, "'%s': %s", r->org_place,
		    place_fault(r->org_place));
	if (r->org_value == NULL)
		r->org_place = NULL;
	else if (*r->org_value == '\0' ||
	    strlen(r->org_value) < r->org_prefix)
		conf_bad_at(&o, "value", "empty, or shorter than 'prefix'");
}

static void
place_ok(const struct node *n, const char *place)
{
	const char *fault;

	fault = place_fault(place);
	if (fault != NULL)
		conf_bad(n, "'%s': %s", place, fault);
}

static void
way(const struct node *n, struct arena *a, struct id_way *w)
{
	static const char *const known[] = { "join", NULL };
	size_t i;

	memset(w, 0, sizeof *w);
	if (conf_type(n) == CONF_STRING) {
		w->part = arena_alloc(a, sizeof *w->part);
		w->part[0] = conf_text(n, a);
		w->npart = 1;
	} else {
		if (!conf_known(n, known))
			return;
		if (!conf_texts(n, "join", a, &w->part, &w->npart))
			conf_bad(n, "neither a place nor {\"join\": [...]}");
		w->joined = 1;
	}
	for (i = 0; i < w->npart; i++)
		place_ok(n, w->part[i]);
}

/* An id that can never be found would make each delivery an event of its own.
 * A profile's id may well be in headers that its file does without. */
static void
one_id(const struct node *n, struct arena *a, struct receive *r, int own)
{
	struct id_way *w = &r->id[r->nid++];

	way(n, a, w);
	if (own)
		map_places_kept(n, (const char *const *)w->part, w->npart,
		    (const char *const *)r->headers, r->nheaders);
}

/* id: a way, or a list of ways. */
static void
ids(const struct node *n, struct arena *a, struct receive *r)
{
	struct node id, item;
	size_t i;
	int own;

	if (!conf_get(n, "id", &id))
		return;
	own = conf_own(&id);
	r->id = arena_alloc(a, (conf_count(&id) + 1) * sizeof *r->id);
	if (conf_type(&id) != CONF_ARRAY) {
		one_id(&id, a, r, own);
		return;
	}
	if (conf_count(&id) == 0)
		conf_bad(&id, "an empty list");
	for (i = 0; i < conf_count(&id); i++) {
		conf_item(&id, i, &item);
		one_id(&item, a, r, own);
	}
}

static void
headers(const struct node *n, struct arena *a, struct receive *r)
{
	static const char *const never[] = { "authorization", "cookie",
	    "proxy-authorization", NULL };
	const char *s;
	size_t i, k;

	conf_texts(n, "headers", a, &r->headers, &r->nheaders);
	for (i = 0; i < r->nheaders; i++) {
		s = r->headers[i];
		if (*s == '\0' || strspn(s, "abcdefghijklmnopqrstuvwxyz"
		    "0123456789-_") != strlen(s))
			conf_bad_at(n, "headers", "'%s' is not the "
			    "lower-case name of a header", s);
		for (k = 0; never[k] != NULL; k++)
			if (strcmp(never[k], s) == 0)
				conf_bad_at(n, "headers", "'%s' holds a "
				    "secret and is not kept", s);
		if (names_among((const char *const *)r->headers, i, s))
			conf_bad_at(n, "headers", "'%s' is listed twice", s);
	}
}

/* Nor may it be this source's own secret. */
static void
own_secret(const struct node *n, const struct receive *r)
{
	size_t i;

	if (r->auth.kind != AUTH_HEADER || r->auth.header == NULL)
		return;
	for (i = 0; i < r->nheaders; i++)
		if (strcasecmp(r->headers[i], r->auth.header) == 0)
			conf_bad_at(n, "headers", "'%s' holds a secret and is "
			    "not kept", r->headers[i]);
}

/* other: a sender of another generation gets its own answer. */
static void
other(const struct node *n, struct arena *a, struct receive *r)
{
	static const char *const known[] = { "holds", "body", NULL };
	struct node o;

	if (!conf_get(n, "other", &o) || !conf_known(&o, known))
		return;
	conf_string(&o, "holds", a, &r->other_holds);
	conf_string(&o, "body", a, &r->other_body);
	if (r->other_holds == NULL || *r->other_holds == '\0' ||
	    r->other_body == NULL)
		conf_bad(&o, "holds and body are both needed");
}

static void
answers(const struct node *n, struct arena *a, struct receive *r)
{
	static const char *const known[] = { "type", "body", "other", NULL };
	struct node child;
	int64_t status = 202;

	if (conf_int(n, "status", 200, 299, &status) && status == 204 &&
	    conf_get(n, "answer", &child))
		conf_bad(&child, "an answer of status 204 has no body");
	r->status = (int)status;
	if (conf_get(n, "answer", &child) && conf_known(&child, known)) {
		conf_string(&child, "type", a, &r->answer_type);
		conf_string(&child, "body", a, &r->answer_body);
		if (r->answer_type == NULL || r->answer_body == NULL)
			conf_bad(&child, "type and body are both needed");
		other(&child, a, r);
	}
	if (conf_string(n, "fault", a, &r->fault_body) &&
	    r->answer_type == NULL)
		conf_bad_at(n, "fault", "it needs 'answer'");
}

/* text: true, or "any". */
static void
texts(const struct node *n, struct receive *r)
{
	static const char *const words[] = { "any", NULL };
	struct node child;
	int word;

	if (!conf_get(n, "text", &child))
		return;
	if (conf_type(&child) != CONF_STRING)
		conf_bool(n, "text", &r->text);
	else if (conf_word(n, "text", words, &word))
		r->text = TEXT_ANY;
}

/* Where each event of a delivery is. */
static void
shape(const struct node *n, struct arena *a, struct receive *r)
{
	size_t i;

	conf_bool(n, "xml", &r->xml);
	conf_bool(n, "form", &r->form);
	texts(n, r);
	conf_texts(n, "root", a, &r->root, &r->nroot);
	for (i = 0; i < r->nroot; i++)
		if (!json_pointer_ok(r->root[i]))
			conf_bad_at(n, "root", "'%s' is not a JSON Pointer",
			    r->root[i]);
	if (!conf_string(n, "each", a, &r->each))
		return;
	if (json_pointer_ok(r->each))
		return;
	if (*r->each == '/' || !r->xml || strchr(r->each, ' ') != NULL)
		conf_bad_at(n, "each", "not a JSON Pointer (JSON bodies), nor "
		    "a path of names (XML bodies)");
}

void
receive_conf(const struct node *n, struct arena *a, struct source *s)
{
	struct receive *r = &s->receive;
	struct node auth;
	size_t i;

	if (!conf_known(n, keys))
		return;
	/* The map uses these even without a hook. */
	headers(n, a, r);
	/* A profile's section alone is only prepared, as oauth is. */
	if (!conf_get(n, "auth", &auth) && !conf_own(n)) {
		r->lacks = "its profile has no receive.auth";
		return;
	}
	r->hook = 1;
	if (conf_string(n, "secret", a, &r->secret) &&
	    !source_secret_name(r->secret))
		conf_bad_at(n, "secret", "not the name of a secret");
	if (conf_get(n, "auth", &auth))
		receive_auth_conf(&auth, a, &r->auth);
	else
		conf_bad(n, "a hook needs authentication: 'auth', here or in "
		    "the profile");
	own_secret(n, r);
	shape(n, a, r);
	organization(n, a, r);
	ids(n, a, r);
	answers(n, a, r);
	conf_texts(n, "origin", a, &r->origin, &r->norigin);
	for (i = 0; i < r->norigin; i++)
		if (*r->origin[i] == '\0')
			conf_bad_at(n, "origin", "an empty name");
	conf_int(n, "rate", 1, 1000000, &r->rate);
	conf_int(n, "silence", 60, 31 * 86400, &r->silence);
}
