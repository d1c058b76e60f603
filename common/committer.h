/*
 * The one thread that writes: it takes every delivery that waits, stores them
 * together, and gives them back.  While it waits for the disk the next ones
 * come together by themselves; where the disk is faster than they are, and
 * several come, it waits a moment for them.
 */
#ifndef COMMON_COMMITTER_H
#define COMMON_COMMITTER_H

#include "common/receive.h"

struct committer;

/* Start it.  It alone uses the store's inbox file from here on, and writes to
 * wake_fd (an eventfd) when there is something to take.  Signals must be
 * blocked already. */
int committer_start(struct committer **, struct store *, int wake_fd,
    struct err *);

/* Hand over a list of deliveries; NULL is none. */
void committer_put(struct committer *, struct delivery *);

/* What is done, in the order it was put, or NULL.  *broken is set when the
 * disk's state is unknown: nothing is stored any more, and the program must
 * end with EXIT_IO. */
struct delivery *committer_take(struct committer *, int *broken);

/* Let it finish what it has, and end it.  What is done can still be taken. */
void committer_stop(struct committer *);
void committer_free(struct committer *);

#endif
