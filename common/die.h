/*
 * Messages to people: "loya-apply: inbox 412: reason", on standard error, one
 * line, with '?' for anything that a terminal could take for more than text
 * (glyph.h).  The program's name and verbosity are the only file-static state
 * of the library.
 */
#ifndef COMMON_DIE_H
#define COMMON_DIE_H

#include "common/status.h"

/* Take the program's name from argv[0].  Call it first.  It also makes sure
 * that descriptors 0, 1 and 2 are open, and ignores SIGPIPE. */
void die_init(const char *argv0);

/*
 * For programs that only read, after die_init(): if the reader of standard
 * output goes away, SIGPIPE ends the program without a word, like any filter.
 * A program that changes something goes on and reports that nobody is reading.
 */
void die_by_pipe(void);

/* End in that way: the reader is gone. */
void die_pipe(void) __attribute__((noreturn));

/* Whether standard output was closed when the program began: what is written
 * there is silently lost. */
int die_deaf(void);

const char *die_name(void);

/* verbose counts -v, quiet is -q. */
void die_verbosity(int verbose, int quiet);

/* From here on messages go to syslog(3): under inetd standard error is the
 * peer. */
void die_to_syslog(void);

/* From here on, if a page of a mapped file cannot be read (SIGBUS), the program
 * ends with this message and EXIT_IO. */
void die_on_bus(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Print and go on.  warn() is for faults and ignores -q; say() is for news and
 * obeys it; debug(n, ...) prints only with n times -v. */
void warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void debug(int level, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Print, and exit with the status that belongs to code. */
void die(int code, const char *fmt, ...)
    __attribute__((noreturn, format(printf, 2, 3)));

/* die(e->code, "%s", e->msg) */
void die_err(const struct err *e) __attribute__((noreturn));

/* Flush standard output and exit; if that fails the status is EXIT_IO. */
void die_flush_exit(int status) __attribute__((noreturn));

#endif
