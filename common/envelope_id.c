#include "common/envelope_part.h"

#include <stdio.h>
#include <string.h>

#include "common/buf.h"
#include "common/cloudevent.h"
#include "common/crypt.h"
#include "common/id.h"
#include "common/place.h"

/* The first bytes of the hash of a text, in hex digits behind a word. */
static const char *
hashed(struct arena *a, const char *word, size_t bytes, const char *id,
    size_t len)
{
	unsigned char hash[CRYPT_SHA256];
	struct crypt_part part = { id, len };
	size_t n = strlen(word);
	char *s;

	crypt_sha256(hash, &part, 1);
	s = arena_alloc(a, n + 2 * bytes + 1);
	memcpy(s, word, n);
	crypt_hex(hash, bytes, s + n);
	return s;
}

/* Ids are keys and stand in messages: a bounded text without controls. */
static const char *
bounded(struct arena *a, const char *id)
{
	size_t len = strlen(id);

	return len <= ENVELOPE_ID && cloudevent_text_ok(id, len) ? id :
	    hashed(a, "sha256:", CRYPT_SHA256, id, len);
}

/* The scene in which a place is looked up: for $ that from which the elements
 * were cut. */
static const struct scene *
scene_of(struct envelope *v, const struct scene *sc, const char *place)
{
	struct row *row;
	struct err e;

	if (*place != '$' || !v->slices)
		return sc;
	if (v->whole == NULL) {
		row = arena_alloc(v->a, sizeof *row);
		*row = *sc->row;
		row->body = v->r->body;
		row->len = v->r->len;
		v->whole = arena_alloc(v->a, sizeof *v->whole);
		/* It was parsed before; if that fails now, no place is
		 * found. */
		if (scene_open(v->whole, row, NULL, 0, v->a, &e) != 0)
			memset(v->whole, 0, sizeof *v->whole);
	}
	return v->whole;
}

/*
 * The id that one way gives, or NULL if a part of it is missing.  Ids stay when
 * a person is erased, and one that has to be put together mostly contains the
 * person's: it becomes the hash of its parts, joined by blanks.
 */
static const char *
joined(struct envelope *v, const struct scene *sc, const struct id_way *way)
{
	const struct scene *at;
	struct found f;
	struct buf b = { 0 };
	const char *s = NULL;
	size_t i;

	for (i = 0; i < way->npart; i++) {
		at = scene_of(v, sc, way->part[i]);
		if (!place_find(at, way->part[i], &f) ||
		    (s = place_text(at, &f)) == NULL || *s == '\0')
			break;
		if (i > 0)
			buf_addc(&b, ' ');
		buf_adds(&b, s);
	}
	s = i < way->npart || i == 0 ? NULL : way->joined ? hashed(v->a,
	    "join-", 16, b.p, b.len) : arena_dup(v->a, b.p, b.len);
	buf_release(&b);
	return s;
}

/* Whether a way only uses what all elements of the body have in common. */
static int
of_delivery(const struct id_way *way)
{
	size_t i;

	for (i = 0; i < way->npart; i++)
		if (way->part[i][0] != '@' && way->part[i][0] != '$')
			return 0;
	return 1;
}

/* The id that receive.id gives row i, or NULL. */
static const char *
told(struct envelope *v, size_t i)
{
	const struct receive *rc = &v->s->receive;
	struct scene sc;
	const char *id = NULL;
	char *s;
	size_t k, n;

	if (rc->nid == 0 || scene_open(&sc, &v->row[i],
	    (const char *const *)rc->root, rc->nroot, v->a, NULL) != 0)
		return NULL;
	for (k = 0; k < rc->nid && id == NULL; k++)
		id = joined(v, &sc, &rc->id[k]);
	scene_close(&sc);
	/* The elements of one delivery are different events. */
	if (id != NULL && v->slices && of_delivery(&rc->id[k - 1])) {
		n = strlen(id) + 24;
		s = arena_alloc(v->a, n);
		snprintf(s, n, "%s %zu", id, i + 1);
		id = s;
	}
	return id;
}

void
envelope_id(struct envelope *v, size_t i, const char *fallback)
{
	const char *id;

	id = told(v, i);
	if (id == NULL)
		id = fallback;
	if (id != NULL)
		v->row[i].event_id = bounded(v->a, id);
	else
		v->row[i].event_id = id_new(v->r->received,
		    arena_alloc(v->a, ID_TEXT));
}

int
envelope_organization(struct envelope *v, const struct row *row)
{
	const struct receive *rc = &v->s->receive;
	struct scene sc;
	struct found f;
	struct err e;
	const char *s = NULL;
	int same = 1;

	if (rc->org_place == NULL)
		return 0;
	if (scene_open(&sc, row, NULL, 0, v->a, &e) != 0)
		return envelope_refuse(v, 400, "%s", e.msg);
	if (place_find(&sc, rc->org_place, &f))
		s = place_text(&sc, &f);
	if (sc.xml || !rc->org_xml)
		same = s != NULL && (rc->org_prefix > 0 ?
		    strncmp(s, rc->org_value, rc->org_prefix) == 0 :
		    strcmp(s, rc->org_value) == 0);
	scene_close(&sc);
	return same ? 0 : envelope_refuse(v, 401, "not authenticated");
}
