/* The memory of requests; a finished one's is reused for the next. */
#include "common/httpd_inner.h"

#include <stdlib.h>
#include <string.h>

enum { SPARE = 64 };		/* requests kept for the next ones */

struct work *
httpd_work_new(struct conn *c)
{
	struct httpd *h = c->h;
	struct work *w = h->spare, old;

	if (w == NULL) {
		w = xcalloc(1, sizeof *w);
	} else {
		h->spare = w->next;
		h->nspare--;
		old = *w;
		memset(w, 0, sizeof *w);
		w->pub.arena = old.pub.arena;
		w->body = old.body;
	}
	w->conn = c;
	h->works++;
	return w;
}

static void
work_free(struct work *w)
{
	arena_release(&w->pub.arena);
	buf_release(&w->body);
	free(w);
}

static void
work_done(struct httpd *h, struct work *w)
{
	h->works--;
	h->bodies -= w->counted;
	if (h->nspare >= SPARE || w->body.cap > HTTPD_SMALL) {
		work_free(w);
		return;
	}
	arena_reset(&w->pub.arena);
	buf_clear(&w->body);
	w->next = h->spare;
	h->spare = w;
	h->nspare++;
}

void
httpd_work_over(struct conn *c)
{
	struct work *w = c->work;

	c->work = NULL;
	if (w == NULL)
		return;
	if (w->head_seen)
		c->h->handler.over(c->h->handler.ctx, &w->pub);
	work_done(c->h, w);
}

void
httpd_spare_release(struct httpd *h)
{
	struct work *w;

	while ((w = h->spare) != NULL) {
		h->spare = w->next;
		work_free(w);
	}
}
