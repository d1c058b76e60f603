/*
 * Everything that can go wrong, as one list of codes.  A function returns 0 or
 * one of these (they are negative); status_text() and status_exit() say what a
 * code means to a reader and to a shell.  The function that knows the detail
 * fills a struct err, and the caller that knows what it was about prints it,
 * once.
 */
#ifndef COMMON_STATUS_H
#define COMMON_STATUS_H

enum status {
	OK = 0,
	E_NO = -1,		/* the answer is no: refused, held, not so */
	E_NOTFOUND = -2,	/* no such member, event, secret */
	E_USAGE = -3,		/* wrong option or argument */
	E_DATA = -4,		/* input not in the promised form */
	E_BUG = -5,		/* cannot happen */
	E_IO = -6,		/* reading or writing failed */
	E_FULL = -7,		/* no room on the disk */
	E_BUSY = -8,		/* somebody holds the store; try later */
	E_CONF = -9,		/* source file, loya.json or profile wrong */
	E_NOSTORE = -10,	/* there is no store, or it cannot be opened */
	E_NOTSTORE = -11,	/* the file is something else */
	E_NEWER = -12,		/* the store was made by a later release */
	E_KEY = -13,		/* key file missing, unsafe or not the one */
	E_READONLY = -14	/* the store cannot be written */
};

/* The sysexits(3) values that loya uses; EXIT STATUS of every page. */
enum {
	EXIT_DONE = 0, EXIT_NO = 1, EXIT_USAGE = 64, EXIT_DATA = 65,
	EXIT_BUG = 70, EXIT_IO = 74, EXIT_LATER = 75, EXIT_CONFIG = 78
};

/* A code with the sentence that explains it.  msg never holds a secret. */
struct err {
	int code;
	char msg[512];
};

/* Fill *e (which may be NULL) and return code, so that a caller can write
 * return err_set(e, E_DATA, "..."). */
int err_set(struct err *e, int code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The code in words, without detail. */
const char *status_text(int code);

/* The exit status that belongs to the code. */
int status_exit(int code);

#endif
