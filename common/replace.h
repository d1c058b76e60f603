/*
 * A file that takes the place of another at once: whoever opens the path finds
 * the old one or all of the new one, also when the power fails.  Open, write to
 * ->f, commit; drop in every other case.
 */
#ifndef COMMON_REPLACE_H
#define COMMON_REPLACE_H

#include <stdio.h>

#include "common/status.h"

struct replace {
	char *path, *temp;
	FILE *f;
};

/* A new file beside path, with the mode that open(2) would give it; "-" is
 * standard output, and of a link what it leads to is meant.  E_IO with *e, also
 * when something that is no regular file stands there. */
int replace_open(struct replace *, const char *path, struct err *);

/* Write it to the disk and rename it.  E_IO; it is dropped then. */
int replace_commit(struct replace *, struct err *);

/* The name of a file is safe from a loss of power when its folder is: sync
 * that.  0, or -1 with errno. */
int replace_sync(const char *path);

/* Remove what was begun; nothing after a commit. */
void replace_drop(struct replace *);

#endif
