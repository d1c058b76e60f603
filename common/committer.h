/*
 * The one thread that writes: it takes all deliveries that are waiting, stores
 * them together, and gives them back.  While it waits for the disk, the next
 * ones pile up by themselves; if the disk is faster than they arrive, and
 * several are arriving, it waits a moment for them.
 */
#ifndef COMMON_COMMITTER_H
#define COMMON_COMMITTER_H

#include "common/receive.h"

struct committer;

/* Start it.  From here on it alone uses the store's inbox file.  It writes to
 * wake_fd (an eventfd) when there is something to take.  Signals must already
 * be blocked. */
int committer_start(struct committer **, struct store *, int wake_fd,
    struct err *);

/* Hand over a list of deliveries; NULL is an empty list. */
void committer_put(struct committer *, struct delivery *);

/* The finished deliveries, in the order they were put; or NULL.  *broken is set
 * if the state of the disk is unknown: nothing is stored any more, and the
 * program must end with EXIT_IO. */
struct delivery *committer_take(struct committer *, int *broken);

/* Let it finish what it has, and stop it.  Finished deliveries can still be
 * taken. */
void committer_stop(struct committer *);
void committer_free(struct committer *);

#endif
