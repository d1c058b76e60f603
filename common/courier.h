/*
 * The loop around the delivery engine (deliver.h): lines on standard input wake
 * it, its output goes to standard output, SIGTERM and SIGINT end it in order (a
 * second one at once), and a person can see its progress.
 *
 *	courier_hold(), any other work in the store, courier_run()
 */
#ifndef COMMON_COURIER_H
#define COMMON_COURIER_H

#include "common/status.h"

struct deliver;

/* Until standard input ends; only what is due; until it is told to stop. */
enum courier_mode { COURIER_LINES, COURIER_BACKLOG, COURIER_WATCH };

/* Block SIGTERM and SIGINT for good; from here on only courier_run() reads
 * them. */
void courier_hold(void);

/* Tell which targets are resting and until when (deliver_resting()). */
void courier_say_resting(const struct deliver *);

/*
 * Join (deliver_join()) and deliver.  progress: draw it on standard error.  0
 * and the exit status, with a message if that is not 0; or a failure with *e.
 */
int courier_run(struct deliver *, enum courier_mode, int progress,
    int *status, struct err *);

#endif
