/*
 * One lock per file: an flock(2) on FILE-lock that every writer of FILE holds
 * while it writes or checkpoints.  It ends with its process.  FILE need not
 * exist: then the lock is for something that only one process shall do.
 */
#ifndef COMMON_LOCK_H
#define COMMON_LOCK_H

#include <stdint.h>

#include "common/status.h"

enum { LOCK_PATIENCE = 5000000 };	/* microseconds */

/* Open FILE-lock, making it if need be; close *fd with close(2). */
int lock_open(const char *file, int *fd, struct err *);

/* The same with the mode of another, existing file. */
int lock_open_like(const char *file, const char *like, int *fd, struct err *);

/* Take it without waiting: 0, or E_BUSY (without *e) if somebody else
 * has it. */
int lock_try(int fd, const char *file, struct err *);

/* Share it with others, giving up exclusive hold if we have it; while it is
 * shared, nobody can take it.  Waits. */
int lock_share(int fd, const char *file, struct err *);

/* Wait up to LOCK_PATIENCE for it, or up to so many microseconds (0 or less: do
 * not wait), then E_BUSY. */
int lock_take(int fd, const char *file, struct err *);
int lock_take_for(int fd, const char *file, int64_t patience, struct err *);
void lock_give(int fd);

#endif
