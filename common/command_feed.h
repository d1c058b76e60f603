/*
 * A command of the configuration that is fed text on its standard input: run
 * without a shell and without blocking; its exit status is the answer.
 *
 *	command_feed_start(), then until command_feed_step() says that it has
 *	ended, wait for command_feed_fds(); command_feed_free().
 */
#ifndef COMMON_COMMAND_FEED_H
#define COMMON_COMMAND_FEED_H

#include <stddef.h>
#include <stdint.h>

#include "common/status.h"

struct command_feed;
struct pollfd;

enum { COMMAND_FEED_KEEP = 512, COMMAND_FEED_FDS = 2 };

/*
 * Run argv (NULL-terminated, argv[0] looked up in PATH) in a process group of
 * its own.  The text is not copied.  After limit microseconds the command is
 * killed with its group.  E_CONF: it cannot be run.
 */
int command_feed_start(struct command_feed **, const char *const *argv,
    const void *, size_t, int64_t limit, struct err *);

/* Kills a command that is still running. */
void command_feed_free(struct command_feed *);

/* Write and read what is possible without blocking: 1 it has ended, 0
 * not yet. */
int command_feed_step(struct command_feed *);

/* What to poll for: up to COMMAND_FEED_FDS entries are written; returns how
 * many. */
size_t command_feed_fds(const struct command_feed *, struct pollfd *);

/* Once it has ended: its exit status; -1: it took too long; -2: a signal ended
 * it.  And the first COMMAND_FEED_KEEP bytes of what it printed. */
int command_feed_status(const struct command_feed *);
const char *command_feed_text(const struct command_feed *, size_t *len);
int64_t command_feed_took(const struct command_feed *);

#endif
