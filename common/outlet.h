/*
 * Lines to a reader that may be slow, stopped or gone, without ever waiting
 * for it.  The descriptor stays in blocking mode (that belongs to everybody
 * who shares it), so a write is only made when poll(2) says that there is room
 * and is never larger than PIPE_BUF.  When the reader is too slow whole lines
 * are dropped until it has read everything; a begun line is always finished,
 * and one that fits into PIPE_BUF is written at once.
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
	int failed;		/* to write; a reader that is gone is none */
	struct buf b;
	size_t sent;		/* of b */
	int begun;		/* a line whose end is not written */
	struct seldom slow;	/* how often it was */
};

/* fd -1 or /dev/null: nobody reads, nothing is kept. */
void outlet_init(struct outlet *, int fd);
void outlet_release(struct outlet *);

/* Whether lines that are added have a chance to be read. */
int outlet_open(const struct outlet *);

/* Add whole lines, or drop them. */
void outlet_add(struct outlet *, const char *, size_t);

/* Whether to poll for POLLOUT; then write what goes without waiting. */
int outlet_wants(const struct outlet *);
void outlet_write(struct outlet *);

/* Write the rest, but wait no longer than ms for the reader, and as long again
 * for the end of a begun line. */
void outlet_finish(struct outlet *, int ms);

#endif
