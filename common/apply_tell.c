/* Telling people about events that were refused or held. */
#include "common/apply_work.h"

#include <inttypes.h>
#include <stdio.h>

#include "common/clock.h"
#include "common/die.h"

/* Events refused at about the same time are reported together. */
enum { SOON = 1000000 };

/* How many there were, and how to list them; a dry run leaves nothing
 * to list. */
static void
tell(struct apply *ap)
{
	int64_t refused = ap->refused - ap->told_refused;
	int64_t held = ap->held - ap->told_held;
	char r[32] = "", h[32] = "";

	if (refused > 0)
		snprintf(r, sizeof r, "%" PRId64 " refused", refused);
	if (held > 0)
		snprintf(h, sizeof h, "%" PRId64 " held", held);
	say("%s%s%s%s%s%s%s", r, *r && *h ? ", " : "", h,
	    ap->dry ? "" : " (loya-audit inbox ",
	    ap->dry || !*r ? "" : *h ? "-S refused, " : "-S refused",
	    ap->dry || !*h ? "" : "-S held", ap->dry ? "" : ")");
	ap->told_refused = ap->refused;
	ap->told_held = ap->held;
}

/* Count what came since the last call; returns whether it is to be told. */
static int
is_due(struct apply *ap, int last)
{
	int64_t n = ap->refused - ap->told_refused + ap->held - ap->told_held;
	int64_t now = clock_mono();

	seldom_add(&ap->to_tell, n - ap->to_tell.n, now, SOON);
	n = seldom_take(&ap->to_tell, now);
	return n + (last ? seldom_rest(&ap->to_tell) : 0) > 0;
}

void
apply_tell(struct apply *ap, int last)
{
	if (is_due(ap, last))
		tell(ap);
}
