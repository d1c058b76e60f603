/* Telling people about dead deliveries. */
#include "common/deliver_work.h"

#include <inttypes.h>
#include <stdio.h>

#include "common/clock.h"

/* What dies at about the same time is reported together. */
enum { SOON = 1000000 };

void
dead_add(struct job *j)
{
	struct lane *l = j->lane;

	seldom_add(&l->dead, 1, clock_mono(), SOON);
	l->dead_status = j->feed == NULL ? j->status : 0;
}

static void
tell(struct deliver *d, struct lane *l, int64_t n)
{
	char status[16] = "", text[80];

	if (n == 0)
		return;
	if (l->dead_status != 0)
		snprintf(status, sizeof status, "%d: ", l->dead_status);
	snprintf(text, sizeof text, "%s%" PRId64 " %s dead", status, n,
	    n == 1 ? "delivery is" : "deliveries are");
	deliver_complain(d, l, text, " (loya-audit outbox -S dead)");
}

void
dead_tell(struct deliver *d)
{
	int64_t now = clock_mono();
	size_t i;

	for (i = 0; i < d->nlane; i++)
		tell(d, &d->lane[i], seldom_take(&d->lane[i].dead, now));
}

void
deliver_conclude(struct deliver *d)
{
	size_t i;

	for (i = 0; i < d->nlane; i++)
		tell(d, &d->lane[i], seldom_rest(&d->lane[i].dead));
}
