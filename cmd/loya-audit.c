/* loya-audit(1): what happened, why, and whether the record is sound. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/auditor.h"
#include "common/clock.h"
#include "common/crypt.h"
#include "common/die.h"
#include "common/options.h"
#include "common/when.h"

static const struct option_def option[] = {
	{ 'm', "MEMBER", "about this member: id, SOURCE/EXTERNAL-ID, e-mail" },
	{ 'o', "SOURCE", "from this source; report: the file" },
	{ 'k', "KIND", "log: of this kind, or all that begin KIND." },
	{ 'e', "EVENT", "log, inbox: of this event id" },
	{ 'F', "FIELD", "log: that changed this field" },
	{ 'A', "ACTOR", "log: done by this user or client, by id or name" },
	{ 'a', "TIME", "at this time or after: RFC 3339, 2h, yesterday" },
	{ 'b', "TIME", "before this time" },
	{ 'S', "STATE", "inbox, outbox: in this state; members: of this "
	    "status" },
	{ 'N', "COUNT", "at most this many, the newest" },
	{ 'r', NULL, "newest first" },
	{ 'f', NULL, "log: follow: print each new row as it comes" },
	{ 'i', "SEQ", "show: the inbox row of this number" },
	{ 't', "TIME", "show, why: the member as it was then" },
	{ 'H', "FILE", "prove: in this head; verify, check: must continue it" },
	{ 'K', "FILE", "check: keys, one a line" },
	{ 'u', NULL, "erase: lift an erasure: let the person come back" },
	{ 'x', NULL, "prove: include the detail of the row" },
	{ 'O', "FORMAT", "json, table, csv; log: also cef, syslog, ocsf; "
	    "stats: prometheus" },
	{ 'j', NULL, "JSON lines, also on a terminal: -O json" },
	{ 'T', NULL, "a table, also elsewhere: -O table" },
	{ 0, NULL, NULL }
};

static const struct program program = {
	"[log] [-m MEMBER] [-o SOURCE] [-k KIND] [-e EVENT] [-F FIELD]\n"
	" [-A ACTOR] [-a TIME] [-b TIME] [-N COUNT] [-O FORMAT] [-frv]\n"
	"show [-O FORMAT] SEQ | MEMBER | SOURCE/EVENT-ID | TOKEN |\n"
	" CLIENT | -i SEQ\n"
	"show [-O FORMAT] -t TIME MEMBER\n"
	"diff [-O FORMAT] MEMBER TIME [TIME]\n"
	"why [-t TIME] [-O FORMAT] MEMBER [FIELD]\n"
	"members [-S STATUS] [-o SOURCE] [-m MEMBER] [-N COUNT]\n"
	" [-O FORMAT] [-r] [FIELD=VALUE ...]\n"
	"inbox [-S STATE] [-o SOURCE] [-e EVENT] [-a TIME] [-b TIME]\n"
	" [-N COUNT] [-O FORMAT] [-r]\n"
	"outbox [-S STATE] [-o SOURCE] [-m MEMBER] [-a TIME] [-b TIME]\n"
	" [-N COUNT] [-O FORMAT] [-r]\n"
	"stats [-o SOURCE] [-O FORMAT]\n"
	"latency [-o SOURCE] [-a TIME] [-b TIME] [-O FORMAT]\n"
	"report -o FILE [-a TIME] [-b TIME]\n"
	"verify [-q] [-H FILE] [-O FORMAT]\n"
	"head [-n]\n"
	"prove [-H FILE] [-x] SEQ\n"
	"consistency OLD-HEAD\n"
	"check -K FILE [-H FILE] [-O FORMAT] [-q] [FILE]\n"
	"cosign [-nq] [FILE]\n"
	"erase [-O FORMAT] [-nu] MEMBER\n"
	"prune [-S STATE] [-O FORMAT] [-n] PERIOD",
	option, NULL
};

/* Never 0, which means that no time was given: for the epoch itself, the next
 * microsecond does as well. */
static int64_t
time_of(const struct auditor *a, const char *s)
{
	int64_t t;

	if (when_parse(s, clock_now(), &t) != 0)
		options_verb_usage(&program, a->o.verb, "'%s' is not a time; "
		    "write it like 2026-11-23T08:00:00Z, 2h or yesterday", s);
	return t != 0 ? t : 1;
}

static int64_t
number_of(const struct auditor *a, const char *s)
{
	int64_t n;

	if (options_number(s, 1, INT64_MAX, &n) != 0)
		options_verb_usage(&program, a->o.verb,
		    "'%s' is not a number from 1 up", s);
	return n;
}

/* Where an argument that is a text goes; NULL: that of no such option. */
static const char **
text_of(struct auditor *a, int c)
{
	switch (c) {
	case 'm':
		return &a->r.member;
	case 'o':
		return &a->r.source;
	case 'k':
		return &a->r.kind;
	case 'e':
		return &a->r.event;
	case 'F':
		return &a->r.field;
	case 'A':
		return &a->r.actor;
	case 'S':
		return &a->r.state;
	case 'H':
		return &a->head;
	case 'K':
		return &a->keys;
	case 'O':
		return &a->format;
	default:
		return NULL;
	}
}

static void
own_option(struct auditor *a, int c)
{
	const char **text = text_of(a, c);

	if (text != NULL) {
		*text = optarg;
		return;
	}
	switch (c) {
	case 'a':
		a->r.since = time_of(a, optarg);
		break;
	case 'b':
		a->r.until = time_of(a, optarg);
		break;
	case 't':
		a->then = time_of(a, optarg);
		break;
	case 'N':
		a->r.limit = number_of(a, optarg);
		break;
	case 'i':
		a->inbox = number_of(a, optarg);
		break;
	case 'r':
		a->r.reverse = 1;
		break;
	case 'f':
		a->follow = 1;
		break;
	case 'u':
		a->undo = 1;
		break;
	case 'x':
		a->opened = 1;
		break;
	default:
		a->format = c == 'j' ? "json" : "table";
	}
}

#define LINES "json table"
#define ROWS LINES " csv"
#define ALL_ROWS ROWS " cef syslog ocsf"

static const struct verb {
	const char *name;
	const char *options;	/* letters besides the common ones */
	const char *formats;	/* that -O may name */
	int least, most;	/* number of operands */
	int writes;
	const char *operands[2];	/* names of those required */
	int (*fn)(struct auditor *, struct err *);
} verbs[] = {
	{ "log", "mokeFAabNrfOjT", ALL_ROWS,
	    0, 0, 0, { NULL }, auditor_log },
	{ "show", "itOjT", LINES,
	    0, 1, 0, { NULL }, auditor_show },
	{ "diff", "OjT", ROWS,
	    2, 3, 0, { "MEMBER", "TIME" }, auditor_diff },
	{ "why", "tOjT", LINES,
	    1, 2, 0, { "MEMBER" }, auditor_why },
	{ "members", "SomNrOjT", ROWS,
	    0, INT_MAX, 0, { NULL }, auditor_members },
	{ "inbox", "SoeabNrOjT", ROWS,
	    0, 0, 0, { NULL }, auditor_inbox },
	{ "outbox", "SomabNrOjT", ROWS,
	    0, 0, 0, { NULL }, auditor_outbox },
	{ "stats", "oOjT", LINES " prometheus",
	    0, 0, 0, { NULL }, auditor_stats },
	{ "latency", "oabOjT", ROWS,
	    0, 0, 0, { NULL }, auditor_latency },
	{ "report", "oab", NULL,
	    0, 0, 0, { NULL }, auditor_report },
	{ "verify", "HOjT", LINES,
	    0, 0, 0, { NULL }, auditor_verify },
	{ "head", "", NULL,
	    0, 0, 1, { NULL }, auditor_head },
	{ "prove", "Hx", NULL,
	    1, 1, 0, { "SEQ" }, auditor_prove },
	{ "consistency", "", NULL,
	    1, 1, 0, { "OLD-HEAD" }, auditor_consistency },
	{ "check", "HKOjT", LINES,
	    0, 1, 0, { NULL }, auditor_check },
	{ "cosign", "", NULL,
	    0, 1, 1, { NULL }, auditor_cosign },
	{ "erase", "uOjT", LINES,
	    1, 1, 1, { "MEMBER" }, auditor_erase },
	{ "prune", "SOjT", LINES,
	    1, 1, 1, { "PERIOD" }, auditor_prune },
};

static const struct verb *
find_verb(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
		if (strcmp(name, verbs[i].name) == 0)
			return &verbs[i];
	options_usage(&program, "'%s' is not a verb", name);
}

static void
read_operands(struct auditor *a, const struct verb *v, int argc, char **argv)
{
	a->operand = argv + optind;
	a->noperand = argc - optind;
	if (a->noperand < v->least)
		options_verb_usage(&program, v->name, "%s: %s is missing",
		    v->name, v->operands[a->noperand]);
	if (a->noperand > v->most)
		options_verb_usage(&program, v->name, "'%s': unexpected "
		    "argument",
		    a->operand[v->most]);
}

/* The verb may be the first argument, or come after the options. */
static const struct verb *
read_arguments(struct auditor *a, int argc, char **argv)
{
	const struct verb *v = NULL;
	struct err e = { 0 };
	int c;

	if (argc > 1 && argv[1][0] != '-') {
		v = find_verb(argv[1]);
		a->o.verb = v->name;
		argc--;
		argv++;
	}
	while ((c = options_next(&program, &a->o, argc, argv)) != -1)
		own_option(a, c);
	if (v == NULL && optind < argc)
		v = find_verb(argv[optind++]);
	if (v == NULL)
		v = &verbs[0];
	options_fit(&program, &a->o, v->name, v->options);
	if (auditor_format(a, v->formats, &e) != 0)
		options_verb_usage(&program, v->name, "%s: %s", v->name,
		    e.msg);
	read_operands(a, v, argc, argv);
	return v;
}

int
main(int argc, char **argv)
{
	static char room[1 << 20];
	const struct verb *v;
	struct auditor a = { 0 };
	struct err e = { 0 };
	int rc;

	die_init(argv[0]);
	crypt_init();
	v = read_arguments(&a, argc, argv);
	if (!v->writes || a.o.dry)
		die_by_pipe();
	/* Room for what is printed while a statement is open.  People at a
	 * terminal want to see it at once. */
	if (!isatty(STDOUT_FILENO))
		setvbuf(stdout, room, _IOFBF, sizeof room);
	a.r.out = stdout;
	a.r.mode = table_mode(a.r.mode, stdout);
	a.r.verbose = a.o.verbose;
	rc = v->fn(&a, &e);
	auditor_release(&a);
	if (rc == E_USAGE)
		options_verb_usage(&program, v->name, "%s", e.msg);
	if (rc != 0 && rc != E_NO)
		warn("%s", e.msg);
	die_flush_exit(status_exit(rc));
}
