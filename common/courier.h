/*
 * The loop around the delivery engine (deliver.h): lines on standard input wake
 * it, what it says goes to standard output, SIGTERM and SIGINT end it in order
 * (a second one at once), and a person sees how far it is.
 *
 *	courier_hold(), whatever else is to be done in the store, courier_run()
 */
#ifndef COMMON_COURIER_H
#define COMMON_COURIER_H

#include "common/status.h"

struct deliver;

/* Until standard input ends; only what is due; until it is told to end. */
enum courier_mode { COURIER_LINES, COURIER_BACKLOG, COURIER_WATCH };

/* SIGTERM and SIGINT are not taken from here on, for good: courier_run() reads
 * them. */
void courier_hold(void);

/* Say which targets rest and until when (deliver_resting()). */
void courier_say_resting(const struct deliver *);

/*
 * Join (deliver_join()) and deliver.  progress: draw it on standard error.  0
 * and the exit status, for which a reason is said when it is not 0; or a
 * failure.
 */
int courier_run(struct deliver *, enum courier_mode, int progress,
    int *status, struct err *);

#endif
