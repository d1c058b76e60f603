/*
 * Lines from a descriptor, as they come: fill when there is something to read,
 * then take lines until there is no whole one left.  A line that is too long
 * is reported once and skipped.
 */
#ifndef COMMON_LINES_H
#define COMMON_LINES_H

#include <stddef.h>
#include <stdint.h>

#include "common/buf.h"

struct lines {
	struct buf b;
	size_t start;		/* of what was not taken yet */
	size_t seen;		/* so far no line feed from start */
	size_t max;		/* bytes a line, without its line feed */
	int skipping;		/* inside a line that is too long */
	int ended;		/* the input has ended */
	int64_t number;		/* of the line that was taken last */
};

void lines_init(struct lines *, size_t max);
void lines_release(struct lines *);

/* Where fd is a pipe, let it hold much, so that who writes can go on while what
 * came is worked off.  As good as the system allows. */
void lines_widen(int fd);

/* Read once: 1 something came, 0 the end, E_IO with errno. */
int lines_fill(struct lines *, int fd);

/* The next whole line, not terminated, valid until the next fill: 1; 0 when
 * there is none yet (or no more, when ended); E_DATA for one that is too long.
 * Text behind the last line feed is a line once the input has ended.  Empty
 * lines are passed over. */
int lines_next(struct lines *, const char **line, size_t *len);

#endif
