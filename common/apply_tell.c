/* What people are told of events that were refused or held. */
#include "common/apply_work.h"

#include <inttypes.h>
#include <stdio.h>

#include "common/clock.h"
#include "common/die.h"

/* What is refused together is told together. */
enum { SOON = 1000000, MINUTE = 60 * 1000000 };

/* How many, and how they are listed; what a dry run refuses is nowhere. */
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

void
apply_tell(struct apply *ap, int last)
{
	int64_t now;

	if (ap->refused == ap->told_refused && ap->held == ap->told_held)
		return;
	now = clock_mono();
	if (!ap->to_tell && ap->tell_due < now + SOON)
		ap->tell_due = now + SOON;
	ap->to_tell = !last && ap->tell_due > now;
	if (ap->to_tell)
		return;
	tell(ap);
	ap->tell_due = now + MINUTE;
}
