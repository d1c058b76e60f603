/*
 * One lock a file: an flock(2) on FILE-lock that every writer of FILE holds
 * while it writes or checkpoints.  It dies with its process.
 */
#ifndef COMMON_LOCK_H
#define COMMON_LOCK_H

#include "common/status.h"

/* Open (make) FILE-lock; *fd, close it with close(2). */
int lock_open(const char *file, int *fd, struct err *);

/* Wait up to five seconds for it, then E_BUSY. */
int lock_take(int fd, const char *file, struct err *);
void lock_give(int fd);

#endif
