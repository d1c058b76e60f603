/*
 * The apply engine with its files and its output, as loya-apply runs it: the
 * configuration can be read again, and lines go to standard output.
 */
#ifndef COMMON_APPLIER_H
#define COMMON_APPLIER_H

#include "common/apply.h"
#include "common/options.h"

struct applier {
	const char *dir;	/* the configuration's */
	struct config *config;
	struct store *store;
	struct apply *apply;
	int no_output;		/* nobody reads it any more */
};

/* goes_on: SIGHUP, unless it is ignored, makes the next step read the
 * configuration again; where it cannot be used that of before stays, with a
 * warning. */
int applier_open(struct applier *, const struct options *, int goes_on,
    struct err *);
void applier_close(struct applier *);

/* apply_step(), by the files as they are now when another process has brought
 * the members in line with them. */
int applier_step(struct applier *, int *did, struct err *);

/* Print what is committed.  The store is the truth: a reader that went away
 * does not stop the work, and is told of once. */
void applier_print(struct applier *);

#endif
