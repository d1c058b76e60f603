/*
 * The apply engine together with its configuration files and its output, as
 * loya-apply runs it: the configuration can be reloaded, and lines go to
 * standard output.
 */
#ifndef COMMON_APPLIER_H
#define COMMON_APPLIER_H

#include "common/apply.h"
#include "common/options.h"

struct applier {
	const char *dir;	/* of the configuration */
	struct config *config;
	struct store *store;
	struct apply *apply;
	int dry;
	size_t printed;		/* bytes of the output */
	int no_output;		/* the reader of our output has gone away */
};

/* With goes_on, a SIGHUP (unless it is ignored) makes the next step reload the
 * configuration; if the new one cannot be used, the old one stays in force,
 * with a warning. */
int applier_open(struct applier *, const struct options *, int goes_on,
    struct err *);
void applier_close(struct applier *);

/* apply_step(); if another process has brought the members in line with changed
 * files, this one first reloads its own. */
int applier_step(struct applier *, int *did, struct err *);

/* Print the lines about what is committed.  The store holds the truth, so a
 * reader that has gone away does not stop the work; it is reported once.  A dry
 * run holds the locks, so it keeps what the reader does not take at once. */
void applier_print(struct applier *);

/* The work is done: apply_tell() the last of it, and print what a dry run
 * kept. */
void applier_finish(struct applier *);

#endif
