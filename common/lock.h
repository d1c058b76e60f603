/*
 * One lock a file: an flock(2) on FILE-lock that every writer of FILE holds
 * while it writes or checkpoints.  It dies with its process.  FILE need not be
 * there: then it is the name of something that only one process shall do.
 */
#ifndef COMMON_LOCK_H
#define COMMON_LOCK_H

#include "common/status.h"

/* Open (make) FILE-lock; *fd, close it with close(2). */
int lock_open(const char *file, int *fd, struct err *);

/* The same with the mode of another file that is there. */
int lock_open_like(const char *file, const char *like, int *fd, struct err *);

/* Take it without waiting: 0, or E_BUSY when somebody has it (without *e). */
int lock_try(int fd, const char *file, struct err *);

/* Have it together with others who share it, in place of having it alone: then
 * nobody has it alone.  Waits. */
int lock_share(int fd, const char *file, struct err *);

/* Wait up to five seconds for it, then E_BUSY. */
int lock_take(int fd, const char *file, struct err *);
void lock_give(int fd);

#endif
