/*
 * Command-line options: one table per program, from which the usage text is
 * made too.  The common ones (-s -c -n -q -v -V -h) are handled here.
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
	const char *synopsis;	/* "[-b | -w] [-n]"; several are separated by
				 * \n; a leading blank continues the last */
	const struct option_def *option;	/* its own ones; the last has
						 * letter 0 */
	const char *repeated;	/* letters of options with an argument that may
				 * be repeated, or NULL */
};

/* The configuration folder if none is named. */
#define OPTIONS_CONF "/etc/loya"

struct options {
	const char *store;	/* -s, LOYA_STORE, /var/lib/loya/loya.db */
	const char *conf;	/* -c, LOYA_CONF, /etc/loya */
	int dry;		/* -n */
	int quiet, verbose;
	const char *verb;	/* the verb, once the program knows it, for the
				 * usage; or NULL */
	unsigned char given[128];	/* by letter: options with an argument
					 * that were given */
	char own[32];		/* letters of the program's own options that
				 * were given, in order */
};

/*
 * The next of the program's own options; its argument is in optarg.  -1 at the
 * end (optind is the first operand).  A wrong option, or one with an argument
 * given twice, exits as below.  -h prints the usage on stdout, -V the version;
 * both exit.
 */
int options_next(const struct program *, struct options *, int argc,
    char **argv);

/* Whether any of these letters is given.  Refuses nothing; to be called before
 * the first options_next(). */
int options_any(const struct program *, const char *any, int argc,
    char **argv);

/* Print why and a short usage on stderr, and exit with 64.  The usage is the
 * lines of the synopsis if they are few, else the verbs; or the lines about
 * this verb (as without a verb if it is NULL or unknown). */
void options_usage(const struct program *, const char *fmt, ...)
    __attribute__((noreturn, format(printf, 2, 3)));
void options_verb_usage(const struct program *, const char *verb,
    const char *fmt, ...) __attribute__((noreturn, format(printf, 3, 4)));

/* Exit like that if an own option was given that the verb does not have:
 * letters are those that it has. */
void options_fit(const struct program *, const struct options *,
    const char *verb, const char *letters);

/* A decimal number within bounds, with nothing else around it: 0 or E_USAGE. */
int options_number(const char *, int64_t min, int64_t max, int64_t *v);

#endif
