/* Rows that nobody reads before the batch ends: written then, many at once. */
#include "common/apply_work.h"

#include <stdlib.h>

#include "common/clock.h"
#include "common/outbox.h"

static void
note(struct buf *b, int64_t seq)
{
	struct jsonw w;

	buf_addc(b, b->len == 0 ? '[' : ',');
	jsonw_init(&w, b);
	jsonw_int(&w, seq);
}

void
late_applied(struct apply *ap, int64_t seq)
{
	note(&ap->applied, seq);
}

void
late_owed(struct apply *ap, size_t source, int64_t audit)
{
	if (ap->owed == NULL)
		ap->owed = xcalloc(ap->config->nsource, sizeof *ap->owed);
	note(&ap->owed[source], audit);
}

int
late_write(struct apply *ap, struct err *e)
{
	struct buf *b = &ap->applied;
	size_t i;
	int rc = 0;

	if (b->len > 0) {
		buf_addc(b, ']');
		rc = event_put_applied(ap->store, b->p, b->len, e);
	}
	for (i = 0; ap->owed != NULL && i < ap->config->nsource && rc == 0;
	    i++) {
		b = &ap->owed[i];
		if (b->len == 0)
			continue;
		buf_addc(b, ']');
		rc = outbox_add(ap->store, ap->config->source[i].name, b->p,
		    b->len, clock_now(), e);
	}
	late_forget(ap);
	return rc;
}

void
late_forget(struct apply *ap)
{
	size_t i;

	buf_clear(&ap->applied);
	for (i = 0; ap->owed != NULL && i < ap->config->nsource; i++)
		buf_clear(&ap->owed[i]);
}

void
late_release(struct apply *ap)
{
	size_t i;

	buf_release(&ap->applied);
	for (i = 0; ap->owed != NULL && i < ap->config->nsource; i++)
		buf_release(&ap->owed[i]);
	free(ap->owed);
	ap->owed = NULL;
}
