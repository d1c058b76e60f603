/*
 * Lines to a reader that may be slow, stopped or gone, without ever waiting for
 * it.  The descriptor stays in blocking mode (which affects everybody who
 * shares it), so a write is made only when poll(2) reports room, and never
 * exceeds PIPE_BUF.  If the reader is too slow, whole lines are dropped until
 * it has read everything; a line once begun is always finished, and one that
 * fits into PIPE_BUF is written at once.
 */
#ifndef COMMON_OUTLET_H
#define COMMON_OUTLET_H

#include <stddef.h>

#include "common/buf.h"
#include "common/seldom.h"

struct outlet {
	int fd;			/* -1: nobody reads */
	int socket;
	int dropping;
	int failed;		/* to write; not if the reader is gone */
	struct buf b;
	size_t sent;		/* bytes of b */
	int begun;		/* a line whose end is not written yet */
	struct seldom slow;	/* how often the reader was */
};

/* fd -1 or /dev/null: nobody reads, nothing is kept. */
void outlet_init(struct outlet *, int fd);
void outlet_release(struct outlet *);

/* Whether lines that are added have a chance of being read. */
int outlet_open(const struct outlet *);

/* Add whole lines, or drop them. */
void outlet_add(struct outlet *, const char *, size_t);

/* Whether to poll for POLLOUT; then write what is possible without blocking. */
int outlet_wants(const struct outlet *);
void outlet_write(struct outlet *);

/* Write the rest, but wait at most ms for the reader, and as long again for the
 * end of a line once begun. */
void outlet_finish(struct outlet *, int ms);

#endif
