#include "common/options.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/die.h"

/* A wrong usage shows the verbs of a synopsis longer than this; the width of
 * their lines. */
enum { FEW = 5, WIDTH = 80 };

static const struct option_def common[] = {
	{ 's', "STORE", "the store (LOYA_STORE, /var/lib/loya/loya.db)" },
	{ 'c', "DIR", "the configuration (LOYA_CONF, /etc/loya)" },
	{ 'n', NULL, "change nothing, show what would be done" },
	{ 'q', NULL, "say nothing but faults" },
	{ 'v', NULL, "say more; may be repeated" },
	{ 'V', NULL, "print the version" },
	{ 'h', NULL, "print this" },
	{ 0, NULL, NULL }
};

static void
letters(const struct option_def *o, char **out)
{
	for (; o->letter != 0; o++) {
		*(*out)++ = o->letter;
		if (o->arg != NULL)
			*(*out)++ = ':';
	}
	**out = '\0';
}

static void
list(const struct option_def *o, FILE *f)
{
	for (; o->letter != 0; o++)
		fprintf(f, "  -%c %-8s %s\n", o->letter,
		    o->arg != NULL ? o->arg : "", o->text);
}

/* Whether a line of the synopsis is about this verb, which may be in
 * brackets. */
static int
is_about(const char *line, const char *verb)
{
	size_t n = strlen(verb);

	line += *line == '[';
	return strncmp(line, verb, n) == 0 &&
	    strchr(" ]\n", line[n]) != NULL;
}

/* Print the lines about the verb, or all of them; returns how many.  Without a
 * file, only count. */
static int
synopsis(const struct program *p, const char *verb, FILE *f)
{
	const char *s = p->synopsis, *lead = "usage:";
	int n, about = 1, lines = 0;

	for (; *s != '\0'; s += n + (s[n] == '\n')) {
		n = (int)strcspn(s, "\n");
		/* A line that begins with a blank continues the
		 * previous one. */
		if (*s != ' ')
			about = verb == NULL || is_about(s, verb);
		lines += about && *s != ' ';
		if (!about || f == NULL)
			continue;
		fprintf(f, "%-6s %*s %.*s\n", lead, (int)strlen(die_name()),
		    *s == ' ' ? "" : die_name(), n, s);
		lead = "";
	}
	return lines;
}

/* Print the verbs, with which the lines of the synopsis begin. */
static void
verbs(const struct program *p, FILE *f)
{
	const char *s = p->synopsis, *last = "";
	int n, k, at, lead;

	lead = at = fprintf(f, "usage: %s", die_name());
	for (; *s != '\0'; s += n + (s[n] == '\n')) {
		n = (int)strcspn(s, "\n");
		k = (int)strcspn(s, " ]\n");
		if (*s == ' ' || strncmp(s, last, (size_t)k + 1) == 0)
			continue;
		last = s;
		if (at > lead)
			at += fprintf(f, " |");
		if (at + k + 3 > WIDTH)
			at = fprintf(f, "\n%*s", lead, "") - 1;
		at += fprintf(f, " %.*s", k - (*s == '['), s + (*s == '['));
	}
	fputc('\n', f);
}

static void
usage(const struct program *p, FILE *f)
{
	synopsis(p, NULL, f);
	list(p->option, f);
	list(common, f);
}

/* Print the fault and a usage short enough that the fault stays visible: only
 * what has to do with it. */
__attribute__((format(printf, 3, 0)))
static void
wrong(const struct program *p, const char *verb, const char *fmt, va_list ap)
{
	int lines = synopsis(p, verb, NULL);
	char why[256];

	vsnprintf(why, sizeof why, fmt, ap);
	warn("%s", why);
	if (lines > 0 && lines <= FEW)
		synopsis(p, verb, stderr);
	else
		verbs(p, stderr);
	fprintf(stderr, "%s -h says what each option is\n", die_name());
}

void
options_usage(const struct program *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	wrong(p, NULL, fmt, ap);
	va_end(ap);
	exit(EXIT_USAGE);
}

void
options_verb_usage(const struct program *p, const char *verb, const char *fmt,
    ...)
{
	va_list ap;

	va_start(ap, fmt);
	wrong(p, verb, fmt, ap);
	va_end(ap);
	exit(EXIT_USAGE);
}

static const char *
from_environment(const char *name, const char *otherwise)
{
	const char *s = getenv(name);

	return s != NULL && *s != '\0' ? s : otherwise;
}

static void
defaults(struct options *o)
{
	if (o->store == NULL)
		o->store = from_environment("LOYA_STORE",
		    "/var/lib/loya/loya.db");
	if (o->conf == NULL)
		o->conf = from_environment("LOYA_CONF", OPTIONS_CONF);
	die_verbosity(o->verbose, o->quiet);
}

/* Handle a common option: 1, or 0 when it is the program's own. */
static int
shared(const struct program *p, struct options *o, int c)
{
	switch (c) {
	case 's':
		o->store = optarg;
		return 1;
	case 'c':
		o->conf = optarg;
		return 1;
	case 'n':
		o->dry = 1;
		return 1;
	case 'q':
		o->quiet = 1;
		return 1;
	case 'v':
		o->verbose++;
		return 1;
	case 'V':
		printf("%s %s\n", die_name(), LOYA_VERSION);
		die_flush_exit(EXIT_DONE);
	case 'h':
		usage(p, stdout);
		die_flush_exit(EXIT_DONE);
	default:
		return 0;
	}
}

/* Refuse a second argument, as one of the two would be silently ignored. */
static void
once(const struct program *p, struct options *o, const char *spec, int c)
{
	size_t i = (size_t)c % sizeof o->given;

	if (strchr(spec + 1, c)[1] != ':' ||
	    (p->repeated != NULL && strchr(p->repeated, c) != NULL))
		return;
	if (o->given[i])
		options_verb_usage(p, o->verb, "-%c is given twice", c);
	o->given[i] = 1;
}

enum { SPEC = 160 };

/* What getopt() wants to know, who is to print nothing. */
static void
specify(const struct program *p, char spec[SPEC])
{
	char *end = spec;

	*end++ = ':';
	letters(common, &end);
	letters(p->option, &end);
	opterr = 0;
}

int
options_any(const struct program *p, const char *any, int argc, char **argv)
{
	char spec[SPEC];
	int c, found = 0;

	specify(p, spec);
	while ((c = getopt(argc, argv, spec)) != -1)
		found |= strchr(any, c) != NULL;
	optind = 1;
	return found;
}

int
options_next(const struct program *p, struct options *o, int argc, char **argv)
{
	char spec[SPEC];
	int c;

	specify(p, spec);
	while ((c = getopt(argc, argv, spec)) != -1) {
		if (c == '?')
			options_verb_usage(p, o->verb, "unknown option -%c",
			    optopt);
		if (c == ':')
			options_verb_usage(p, o->verb, "option -%c needs an "
			    "argument", optopt);
		once(p, o, spec, c);
		if (shared(p, o, c))
			continue;
		if (strchr(o->own, c) == NULL)
			o->own[strlen(o->own)] = (char)c;
		return c;
	}
	defaults(o);
	return -1;
}

void
options_fit(const struct program *p, const struct options *o,
    const char *verb, const char *letters)
{
	size_t n = strspn(o->own, letters);

	if (o->own[n] != '\0')
		options_verb_usage(p, verb, "-%c does not go with %s",
		    o->own[n], verb);
}

int
options_number(const char *s, int64_t min, int64_t max, int64_t *v)
{
	int neg = *s == '-';
	uint64_t u = 0, d;

	*v = 0;
	s += neg;
	if (*s == '\0' || strlen(s) > 19)
		return E_USAGE;
	for (; *s != '\0'; s++) {
		if (*s < '0' || *s > '9')
			return E_USAGE;
		d = (uint64_t)(*s - '0');
		u = u * 10 + d;
	}
	if (u > INT64_MAX)
		return E_USAGE;
	*v = neg ? -(int64_t)u : (int64_t)u;
	if (*v >= min && *v <= max)
		return OK;
	*v = 0;
	return E_USAGE;
}
