/*
 * A command of the configuration that is asked for a secret: run without a
 * shell, its standard output kept in locked memory.
 */
#ifndef COMMON_COMMAND_H
#define COMMON_COMMAND_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "common/status.h"

/*
 * Start argv in a process group of its own, with our signals as they are by
 * default: standard input from descriptor in (-1: /dev/null), standard output
 * to out, with both also standard error.  Its process, or -1 and errno.
 */
pid_t command_spawn(const char *const *argv, int in, int out, int both);

/*
 * Run argv (NULL-terminated, argv[0] looked up in PATH) with standard input
 * from /dev/null and our standard error, in a process group of its own.  What
 * it prints is given terminated, crypt_alloc()ed, one line feed at its end
 * stripped.  E_CONF: it cannot be run, failed, or printed more than max bytes;
 * E_BUSY: it said 75, or did not end within limit microseconds, or before *stop
 * (which may be NULL) was not 0 any more, and was killed with its group.
 */
int command_output(const char *const *argv, size_t max, int64_t limit,
    const atomic_int *stop, char **out, size_t *len, struct err *);

#endif
