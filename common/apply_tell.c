/* Telling people about events that were refused or held. */
#include "common/apply_work.h"

#include <inttypes.h>
#include <stdio.h>

#include "common/buf.h"
#include "common/clock.h"
#include "common/die.h"

/* Events refused at about the same time are reported together. */
enum { SOON = 1000000 };

/* "2 refused, 1 held", and "-S refused, -S held". */
static void
add(struct buf *counts, struct buf *options, int64_t n, const char *state)
{
	char text[32];

	if (n == 0)
		return;
	if (counts->len > 0) {
		buf_adds(counts, ", ");
		buf_adds(options, ", ");
	}
	snprintf(text, sizeof text, "%" PRId64 " ", n);
	buf_adds(counts, text);
	buf_adds(counts, state);
	buf_adds(options, "-S ");
	buf_adds(options, state);
}

/* How many there were, and how to list them; a dry run leaves nothing
 * to list. */
static void
tell(struct apply *ap)
{
	struct buf counts = { NULL, 0, 0 }, options = { NULL, 0, 0 };

	add(&counts, &options, ap->refused - ap->told_refused, "refused");
	add(&counts, &options, ap->held - ap->told_held, "held");
	if (ap->dry)
		say("%s", buf_str(&counts));
	else
		say("%s (loya-audit inbox %s)", buf_str(&counts),
		    buf_str(&options));
	buf_release(&counts);
	buf_release(&options);
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
