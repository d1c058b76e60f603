/*
 * Command-line options, one table a program, which also makes the usage text.
 * The common ones (-s -c -n -q -v -V -h) are handled here.
 */
#ifndef COMMON_OPTIONS_H
#define COMMON_OPTIONS_H

#include <stdint.h>

struct option_def {
	char letter;
	const char *arg;	/* name of its argument, or NULL */
	const char *text;	/* one line of help */
};

struct program {
	const char *synopsis;	/* "[-b | -w] [-n]"; one line each, with
				 * \n; a blank in front continues the last */
	const struct option_def *option;	/* own ones, ends with
						 * letter 0 */
	const char *repeated;	/* letters of those with an argument that may
				 * come again, or NULL */
};

/* The folder that nobody has to name. */
#define OPTIONS_CONF "/etc/loya"

struct options {
	const char *store;	/* -s, LOYA_STORE, /var/lib/loya/loya.db */
	const char *conf;	/* -c, LOYA_CONF, /etc/loya */
	int dry;		/* -n */
	int quiet, verbose;
	const char *verb;	/* what is known of it, or NULL: set by the
				 * program, for the usage */
	unsigned char given[128];	/* by letter: options with an argument
					 * that were there */
};

/*
 * The next of the program's own options; its argument is in optarg.  -1 at the
 * end (optind is the first operand).  A wrong option, or an argument for one
 * that has one already, ends as below; -h prints the usage on stdout, -V the
 * version, and end.
 */
int options_next(const struct program *, struct options *, int argc,
    char **argv);

/* Print why and a short usage on stderr, and end with 64: the lines of the
 * synopsis where they are few, else the verbs; or the lines about this verb
 * (NULL or an unknown one: as without). */
void options_usage(const struct program *, const char *fmt, ...)
    __attribute__((noreturn, format(printf, 2, 3)));
void options_verb_usage(const struct program *, const char *verb,
    const char *fmt, ...) __attribute__((noreturn, format(printf, 3, 4)));

/* A decimal number within bounds, nothing else around it: 0 or E_USAGE. */
int options_number(const char *, int64_t min, int64_t max, int64_t *v);

#endif
