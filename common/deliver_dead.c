/* What people are told of deliveries that are dead. */
#include "common/deliver_work.h"

#include <inttypes.h>
#include <stdio.h>

#include "common/clock.h"

/* What dies together is told together. */
enum { SOON = 1000000, MINUTE = 60 * 1000000 };

void
dead_add(struct job *j)
{
	struct lane *l = j->lane;
	int64_t soon = clock_mono() + SOON;

	if (l->dead++ == 0 && l->dead_due < soon)
		l->dead_due = soon;
	l->dead_status = j->feed == NULL ? j->status : 0;
}

static void
tell(struct deliver *d, struct lane *l)
{
	char status[16] = "", text[80];

	if (l->dead_status != 0)
		snprintf(status, sizeof status, "%d: ", l->dead_status);
	if (l->dead == 1)
		snprintf(text, sizeof text, "%sdelivery is dead", status);
	else
		snprintf(text, sizeof text, "%s%" PRId64 " deliveries are "
		    "dead", status, l->dead);
	deliver_complain(d, l, text, " (loya-audit outbox -S dead)");
	l->dead = 0;
	l->dead_due = clock_mono() + MINUTE;
}

void
dead_tell(struct deliver *d)
{
	int64_t now = clock_mono();
	size_t i;

	for (i = 0; i < d->nlane; i++)
		if (d->lane[i].dead > 0 && d->lane[i].dead_due <= now)
			tell(d, &d->lane[i]);
}

void
deliver_conclude(struct deliver *d)
{
	size_t i;

	for (i = 0; i < d->nlane; i++)
		if (d->lane[i].dead > 0)
			tell(d, &d->lane[i]);
}
