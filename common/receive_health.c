#include "common/receive_inner.h"

#include <string.h>

#include "common/clock.h"
#include "common/jsonw.h"
#include "common/progress.h"

/* What was learnt is valid for a second.  A failed write is remembered for
 * longer, because beginning a transaction works even on a full disk. */
static const int64_t fresh = CLOCK_SECOND, believed = 30 * CLOCK_SECOND;

static void
note_last(struct health *h, int64_t seq)
{
	h->last = seq;
	h->last_at = h->at;
}

void
receive_note(struct receiver *r, const struct delivery *d)
{
	struct health *h = &r->health;
	int wrote = d->nrow > 0 || d->nrefusal > 0;
	size_t i;

	h->known = 1;
	h->at = clock_mono();
	h->rc = d->rc;
	if (d->rc == E_FULL || d->rc == E_IO) {
		h->failed = d->rc;
		h->failed_at = h->at;
	} else if (d->rc == 0 && wrote) {
		h->failed = 0;
	}
	if (d->rc == 0 && d->probe)
		note_last(h, d->last);
	for (i = 0; i < d->nrow && d->rc == 0; i++)
		if (d->fresh[i])
			note_last(h, d->row[i].seq);
}

/* One word for why the store cannot be written; NULL: it can. */
static const char *
word(int rc)
{
	switch (rc) {
	case 0:
		return NULL;
	case E_BUSY:
		return "busy";
	case E_FULL:
		return "full";
	case E_READONLY:
		return "read_only";
	default:
		return "failing";
	}
}

static const char *
trouble(const struct health *h)
{
	int rc = h->rc;

	if (rc == 0 && h->failed != 0 &&
	    clock_mono() - h->failed_at < believed)
		rc = h->failed;
	return word(rc);
}

/* Roughly how many rows of the inbox nobody has looked at. */
static int64_t
backlog(struct receiver *r)
{
	struct err e;
	int64_t seen;

	seen = event_last(r->store, &e);
	return seen < 0 ? 0 : r->health.last - seen;
}

static void
healthy(struct delivery *d)
{
	static const char ok[] = "{\"status\":\"ok\"}\n";

	answer_json(&d->own, 200, ok, sizeof ok - 1);
}

static void
ailing(struct delivery *d, const char *why)
{
	struct buf b = { NULL, 0, 0 };
	struct jsonw w;

	jsonw_init(&w, &b);
	jsonw_object(&w);
	jsonw_kstring(&w, "status", "failing");
	jsonw_kstring(&w, "why", why);
	jsonw_close(&w, '}');
	jsonw_line(&w);
	receive_json(d, 503, &b);
	answer_header(&d->own, "Retry-After", "5");
}

void
receive_health_answer(struct receiver *r, struct delivery *d)
{
	const char *why = trouble(&r->health);

	if (why == NULL && r->backlog > 0 && backlog(r) > r->backlog)
		why = "backlog";
	if (why == NULL)
		healthy(d);
	else
		ailing(d, why);
	answer_header(&d->own, "Cache-Control", "no-store");
	d->answer = &d->own;
}

void
receive_health_closed(struct delivery *d)
{
	ailing(d, word(d->rc));
	answer_header(&d->own, "Cache-Control", "no-store");
	d->answer = &d->own;
}

int
receive_health(struct receiver *r, struct delivery *d)
{
	const struct health *h = &r->health;
	int64_t now = clock_mono();

	/* Refused or repeated deliveries tell nothing about the backlog. */
	if (h->known && now - h->at < fresh &&
	    (r->backlog == 0 || now - h->last_at < fresh)) {
		receive_health_answer(r, d);
		return 1;
	}
	d->probe = 1;
	return 0;
}
