/*
 * A file that replaces another atomically: whoever opens the path finds the old
 * file or all of the new one, also after a power failure.  Open, write to ->f,
 * commit; drop in every other case.
 */
#ifndef COMMON_REPLACE_H
#define COMMON_REPLACE_H

#include <stdio.h>

#include "common/status.h"

struct replace {
	char *path, *temp;
	FILE *f;
};

/* Begin a new file beside path, with the mode that open(2) would give it; "-"
 * is standard output, and a symbolic link is followed.  E_IO with *e, also if
 * there is something at path that is not a regular file. */
int replace_open(struct replace *, const char *path, struct err *);

/* Write it to the disk and rename it.  E_IO; then it is dropped. */
int replace_commit(struct replace *, struct err *);

/* A file's name survives a power failure once its folder is synced: do that.
 * 0, or -1 with errno. */
int replace_sync(const char *path);

/* Remove what was begun; does nothing after a commit. */
void replace_drop(struct replace *);

#endif
