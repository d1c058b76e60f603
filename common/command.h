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
 * Start argv in a process group of its own, with all signals set to their
 * defaults: standard input from descriptor in (-1: /dev/null), standard output
 * to out, and if both is set standard error too.  It gets no other descriptor.
 * The process id, or -1 and errno.
 */
pid_t command_spawn(const char *const *argv, int in, int out, int both);

/*
 * Run argv (NULL-terminated, argv[0] looked up in PATH) with standard input
 * from /dev/null and our standard error, in a process group of its own.  Its
 * output is returned terminated and crypt_alloc()ed, without one line feed at
 * the end.  E_CONF: it cannot be run, failed, or printed more than max bytes.
 * E_BUSY: it exited with 75; or it did not end within limit microseconds, or
 * *stop (stop may be NULL) became nonzero first, and it was killed with its
 * group.
 */
int command_output(const char *const *argv, size_t max, int64_t limit,
    const atomic_int *stop, char **out, size_t *len, struct err *);

#endif
