/*
 * Lines from a descriptor, as they come: fill when there is something to read,
 * then take lines until no whole one is left.  A line that is too long is
 * reported once and skipped.
 */
#ifndef COMMON_LINES_H
#define COMMON_LINES_H

#include <stddef.h>
#include <stdint.h>

#include "common/buf.h"

struct lines {
	struct buf b;
	size_t start;		/* of what has not been taken yet */
	size_t seen;		/* no line feed between start and here */
	size_t max;		/* bytes in a line, without its line feed */
	int skipping;		/* inside a line that is too long */
	int ended;		/* the input has ended */
	int64_t number;		/* of the line taken last */
};

/* max: bytes in the longest line that is taken, without its line feed. */
void lines_init(struct lines *, size_t max);
void lines_release(struct lines *);

/* If fd is a pipe, enlarge it as far as the system allows, so that its writer
 * can go on while we work off what came. */
void lines_widen(int fd);

/* Whether nobody can write to fd any more: a file, or a pipe without a writer,
 * even if not all of it was read. */
int lines_over(int fd);

/* Read once: 1 something came, 0 the end, E_IO with errno. */
int lines_fill(struct lines *, int fd);

/*
 * The next whole line, not terminated, valid until the next fill: 1; 0 if there
 * is none yet (or no more, once ended); E_DATA for one that is too long.  Text
 * after the last line feed counts as a line once the input has ended.  Empty
 * lines are skipped.
 */
int lines_next(struct lines *, const char **line, size_t *len);

#endif
