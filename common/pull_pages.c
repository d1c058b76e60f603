/* All pages of a query, and the records that it only names. */
#include "common/pull_work.h"

#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/crypt.h"
#include "common/die.h"
#include "common/jsonw.h"
#include "common/map.h"

/* Most bytes of what a page names, and of records that a run knows: their
 * memory must be limited, whatever a system says. */
enum { NAMED = 64 << 20, KNOWN = 32 << 20 };

uint64_t
pull_hash(struct pull *p, const char *key)
{
	struct crypt_part c = { key, strlen(key) };
	int64_t hash;

	hash = crypt_shorthash(store_hash_key(p->store, STORE_INBOX), &c, 1);
	return (uint64_t)hash + (hash == 0);
}

int
pull_knows(struct pull *p, const char *key)
{
	return slots_find(&p->known, pull_hash(p, key)) != NULL;
}

int
pull_know(struct pull *p, const char *key)
{
	size_t n = p->known.n;

	slots_put(&p->known, pull_hash(p, key));
	return p->known.n == n;
}

int
pull_name(struct pull *p, const char *text, struct err *e)
{
	buf_add(&p->keys, text, strlen(text) + 1);
	return p->keys.len <= NAMED ? 0 : err_set(e, E_IO, "a list in one "
	    "answer is longer than %d MiB", NAMED >> 20);
}

int
pull_is_alone(const struct pull *p, int rc)
{
	return rc == E_IO || p->refused;
}

/* A snapshot without it would not be one, and who is not listed may be gone. */
static int
put_off(struct pull *p, const char *key, struct err *e)
{
	struct err why = *e;

	debug(1, "source '%s': record '%s': %s", p->source->name, key,
	    why.msg);
	if (p->snapshot == NULL && p->listed < 0)
		return pull_put_off(p, key, &why, e);
	if (p->alone.code == 0)
		p->alone = why;
	return 0;
}

int
pull_one_of_many(struct pull *p, const char *key, struct err *e)
{
	int rc;

	p->refused = 0;
	if ((rc = pull_one(p, key, e)) == 0) {
		p->in_a_row = 0;
	} else if (pull_is_alone(p, rc) && ++p->in_a_row < PULL_IN_A_ROW) {
		e->code = rc;
		rc = put_off(p, key, e);
	}
	/* After any other fault it may be named again, when pages are read
	 * afresh. */
	if (rc == 0)
		pull_know(p, key);
	return rc;
}

int
pull_alone(struct pull *p, struct err *e)
{
	int rc = p->alone.code;

	if (rc == 0)
		return 0;
	*e = p->alone;
	p->alone.code = p->in_a_row = 0;
	/* What was judged last was another answer. */
	p->verdict = PULL_GOOD;
	p->refused = 1;
	return rc;
}

int
pull_one_named(struct pull *p, const char *key, struct err *e)
{
	int done = pull_knows(p, key);

	/* One that waits is tried as a thin event. */
	if (!done && p->snapshot == NULL)
		done = pull_is_put_off(p, pull_who(p, key, 1), e);
	if (done != 0)
		return done < 0 ? done : 0;
	return pull_one_of_many(p, key, e);
}

/* Read the records that a page named. */
static int
named(struct pull *p, struct err *e)
{
	struct buf keys = p->keys;
	const char *key;
	size_t at;
	int rc = 0;

	memset(&p->keys, 0, sizeof p->keys);
	for (at = 0; at < keys.len && rc == 0; at += strlen(key) + 1) {
		key = keys.p + at;
		rc = pull_one_named(p, key, e);
	}
	buf_release(&keys);
	if (p->batch.n == 0)
		pull_forget(p);
	return rc;
}

/* The numbers in an answer must fit its rows: otherwise nobody knows whether
 * there is more. */
static int
fits(const struct pull_at *at, const struct pull_page *page, struct err *e)
{
	static const char not_it[] = "unexpected answer";
	const struct pull_query *q = at->q;
	long long end = at->offset + page->rows;

	if (q->next != NULL)
		return 0;
	if (q->pages != NULL && page->rows > 0 && page->pages == 0)
		return err_set(e, E_IO, "%s: %s: there are rows, but '%s' is 0",
		    q->name, not_it, q->pages);
	if (!q->by_offset || q->total == NULL)
		return 0;
	if (page->rows > 0 && end > page->total)
		return err_set(e, E_IO, "%s: %s: there are rows up to %lld, "
		    "but '%s' is %lld", q->name, not_it, end, q->total,
		    (long long)page->total);
	if (page->rows == 0 && end < page->total)
		return err_set(e, E_IO, "%s: %s: no row at %lld of %lld",
		    q->name, not_it, end, (long long)page->total);
	return 0;
}

/* Whether there are fewer rows than the previous page said: then later ones
 * have moved up, some of them onto pages that were already read. */
static int
moved_up(struct pull *p, const struct pull_at *at, int64_t said,
    const struct pull_page *page, struct err *e)
{
	if (at->q->total == NULL || page->total >= said)
		return 0;
	p->verdict = PULL_RESTART;
	return err_set(e, E_IO, "%s: rows disappeared while they were being "
	    "read: '%s' was %lld, and is now %lld", at->q->name, at->q->total,
	    (long long)said, (long long)page->total);
}

/* Whether there is another page; if so, move at there. */
static int
more(struct pull_at *at, const struct pull_page *page)
{
	const struct pull_query *q = at->q;

	if (q->next != NULL)
		return page->next != NULL;
	if (q->pages != NULL)
		return at->page++ < page->pages;
	if (!q->by_offset)
		return 0;
	at->offset += page->rows;
	/* If nobody says how many there are, a short page is the last. */
	return q->total != NULL ? at->offset < page->total :
	    page->rows >= q->limit;
}

/*
 * Endless pages would be asked for for ever, with the lock of the source held.
 * One page is remembered, the 1st, 2nd, 4th ... (Brent), by its URL and by its
 * rows: a cycle comes back to it, whatever it calls its pages, and so does a
 * peer that does not understand how it is asked for the next one.
 */
enum { PAGES = 1000 * 1000, EMPTY = 100 };

struct course {
	char *url;
	int64_t rows, left, power, pages, empty;
};

static int
course_ok(struct course *c, const struct pull_page *page, const char *url,
    int keyed, struct err *e)
{
	int same = keyed && page->rows > 0 && page->hash == c->rows;

	if ((c->url != NULL && url != NULL && strcmp(c->url, url) == 0) ||
	    (c->pages > 0 && same))
		return err_set(e, E_IO, "the next page is one that was already "
		    "read");
	c->empty = page->rows == 0 ? c->empty + 1 : 0;
	if (c->empty > EMPTY)
		return err_set(e, E_IO, "%d empty pages in a row, and there is "
		    "still a next one", EMPTY);
	if (++c->pages == PAGES)
		return err_set(e, E_IO, "more than %d pages", PAGES);
	if (c->left-- > 0)
		return 0;
	free(c->url);
	c->url = url != NULL ? xstrdup(url) : NULL;
	c->rows = page->hash;
	c->power = c->power == 0 ? 1 : c->power * 2;
	c->left = c->power - 1;
	return 0;
}

/* Everything that a page must be, and what is taken from it besides its
 * rows. */
static int
look_at(struct pull *p, const struct pull_at *at, int64_t total,
    const struct pull_page *page, struct err *e)
{
	int rc;

	if ((rc = fits(at, page, e)) != 0 ||
	    (rc = moved_up(p, at, total, page, e)) != 0 ||
	    (at->q->keys && (rc = named(p, e)) != 0) ||
	    (at->q == p->listing && (rc = pull_index_page(p, e)) != 0))
		return rc;
	return p->known.n <= KNOWN ? 0 : err_set(e, E_IO, "more than %d "
	    "records are named", KNOWN);
}

int
pull_pages_from(struct pull *p, struct pull_at *at, struct err *e)
{
	struct pull_page page = { 0 };
	struct course course = { 0 };
	char *url = NULL;
	int64_t total = 0;
	int rc;

	/* These are of pages that failed. */
	buf_clear(&p->keys);
	do {
		rc = pull_ask(p, at, url, &page, e);
		free(url);
		url = page.next;
		page.next = NULL;
		p->count.pages++;
		if (rc == 0)
			rc = look_at(p, at, total, &page, e);
		total = page.total;
		if (rc == 0)
			p->fn(p->ctx, NULL, 0, &p->count);
		page.next = url;
	} while (rc == 0 && more(at, &page) && (rc = course_ok(&course, &page,
	    url, at->q->key != NULL, e)) == 0);
	free(course.url);
	free(url);
	return rc;
}

int
pull_pages(struct pull *p, const struct pull_query *q, struct err *e)
{
	struct pull_at at = { .q = q, .page = 1 };

	return pull_pages_from(p, &at, e);
}

/* Add a row that says that a record is gone. */
int
pull_gone(struct pull *p, const char *key, int64_t at, int said, struct err *e)
{
	struct buf b = { NULL, 0, 0 };
	char id[PULL_ID];
	struct pull_row *r;
	struct jsonw w;

	if (p->conf->gone == PULL_GONE_TIME && map_versions(p->source->map)) {
		p->refused = 1;
		return err_set(e, E_CONF, "a record is gone, and the line "
		    "about it would be older than every version: pull.gone "
		    "says whether versions are times");
	}
	pull_gone_id(p, key, at, id);
	pull_event(p, &w, &b, id, "loya.member");
	jsonw_ktime(&w, "time", at);
	jsonw_kstring(&w, "loyalost", pull_index_lost(p, NULL) ? "true" :
	    NULL);
	jsonw_key(&w, "data");
	jsonw_object(&w);
	jsonw_kstring(&w, "external_id", key);
	if (p->conf->gone == PULL_GONE_VERSION)
		jsonw_kint(&w, "version", at);
	jsonw_key(&w, "deleted");
	jsonw_bool(&w, 1);
	r = pull_event_end(p, &w, id);
	if (!said) {
		r->who = pull_who(p, key, 0);
		r->mark_at = at;
	}
	return pull_room(p, e);
}

/* A record that was asked for is not in the answer.  Its time is that of the
 * answer: anything older is known to be over. */
static int
gone(struct pull *p, const char *key, struct err *e)
{
	/* It is not part of a snapshot. */
	if (p->snapshot != NULL)
		return 0;
	if (p->conf->gone == PULL_GONE_NEVER)
		return err_set(e, E_IO, "one: the record that was asked for "
		    "is not in the answer");
	return pull_gone(p, key, p->server - p->server % CLOCK_SECOND, 0, e);
}

int
pull_one(struct pull *p, const char *key, struct err *e)
{
	struct pull_at at = { .q = p->conf->one, .key = key, .page = 1 };
	int64_t before = p->server;
	int rc;

	p->key = key;
	p->matched = 0;
	p->server = 0;
	rc = pull_pages_from(p, &at, e);
	if (rc == 0 && p->matched > 0 && p->conf->parts != NULL)
		rc = pull_parts(p, e);
	p->key = NULL;
	if ((rc != 0 && p->verdict == PULL_GONE) ||
	    (rc == 0 && p->matched == 0))
		rc = gone(p, key, e);
	if (before != 0)
		p->server = before;
	return rc;
}
