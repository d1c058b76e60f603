/*
 * The loop around the delivery engine (deliver.h): lines on standard input wake
 * it, what it says goes to standard output, SIGTERM and SIGINT end it in order
 * (a second one at once), and a person sees how far it is.
 */
#ifndef COMMON_COURIER_H
#define COMMON_COURIER_H

#include "common/status.h"

struct deliver;

/* Until standard input ends; only what is due; until it is told to end. */
enum courier_mode { COURIER_LINES, COURIER_BACKLOG, COURIER_WATCH };

/*
 * Signals are read from here on and not taken, for good.  progress: draw it on
 * standard error.  Joined (deliver_join()) before.  0 and the exit status, for
 * which a reason is said when it is not 0; or a failure.
 */
int courier_run(struct deliver *, enum courier_mode, int progress,
    int *status, struct err *);

#endif
