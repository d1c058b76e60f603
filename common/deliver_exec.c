/* A delivery by a command: lines into its standard input. */
#include "common/deliver_work.h"

#include <stdio.h>
#include <string.h>

#include "common/clock.h"

int
exec_start(struct job *j, struct err *e)
{
	const struct push *p = &j->lane->source->push;

	return command_feed_start(&j->feed, p->command, j->body.p,
	    j->body.len, p->timeout * CLOCK_SECOND, e);
}

/* Exit status 0: all lines are done.  65: this line will never be accepted
 * (only meaningful for a single one; of many it would be a guess which is
 * meant).  Anything else: try later. */
int
exec_ended(struct job *j, int64_t now)
{
	const char *text;
	size_t n;

	if (!command_feed_step(j->feed))
		return 0;
	j->took = command_feed_took(j->feed);
	j->status = command_feed_status(j->feed);
	text = command_feed_text(j->feed, &n);
	job_words(j, &j->all, text, n);
	if (j->status == 0) {
		j->all.end = OUTBOX_SENT;
		lane_worked(j->lane);
	} else if (j->status == EXIT_DATA && j->nrow == 1) {
		j->all.end = OUTBOX_DEAD;
		j->all.why = "refused";
		lane_worked(j->lane);
	} else {
		/* 75 says that the system behind it is down; else it may be one
		 * of these lines. */
		job_defer(j, now, j->status == EXIT_LATER || j->status < 0);
	}
	if (j->status < 0)
		snprintf(j->all.answer, sizeof j->all.answer, "%s",
		    j->status == -1 ? "it did not end in time" :
		    "a signal ended it");
	return 1;
}
