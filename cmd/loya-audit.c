/* loya-audit(1): what happened, why, and whether the record is sound. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/auditor.h"
#include "common/clock.h"
#include "common/crypt.h"
#include "common/die.h"
#include "common/options.h"

static const struct option_def option[] = {
	{ 'm', "MEMBER", "about this member: its id, or SOURCE/EXTERNAL-ID" },
	{ 'o', "SOURCE", "from this source" },
	{ 'k', "KIND", "log: of this kind, or all that begin KIND." },
	{ 'e', "EVENT", "log, inbox: of this event id" },
	{ 'F', "FIELD", "log: that changed this field" },
	{ 'a', "TIME", "log, inbox, outbox: at this time (RFC 3339) or after" },
	{ 'b', "TIME", "log, inbox, outbox: before this time" },
	{ 'S', "STATE", "inbox, outbox: in this state; members: of this "
	    "status" },
	{ 'N', "COUNT", "no more than the newest so many" },
	{ 'r', NULL, "newest first" },
	{ 'i', "SEQ", "show: the inbox row of this number" },
	{ 'u', NULL, "erase: let who was erased come back" },
	{ 'j', NULL, "JSON lines, also on a terminal" },
	{ 'T', NULL, "a table, also elsewhere" },
	{ 0, NULL, NULL }
};

static const struct program program = {
	"[log] [-m MEMBER] [-o SOURCE] [-k KIND] [-e EVENT] [-F FIELD]\n"
	"show SEQ | MEMBER | SOURCE/EVENT-ID | -i SEQ\n"
	"why MEMBER [FIELD]\n"
	"members [-S STATUS] [-o SOURCE] [-m MEMBER]\n"
	"inbox [-S STATE] [-o SOURCE] [-e EVENT]\n"
	"outbox [-S STATE] [-o SOURCE] [-m MEMBER]\n"
	"verify [-q]\n"
	"erase [-nu] MEMBER\n"
	"prune [-n] [-S STATE] PERIOD",
	option
};

static int64_t
time_of(const char *s)
{
	int64_t t;

	if (clock_parse(s, strlen(s), &t) != 0)
		options_usage(&program, "'%s' is no time; write it like "
		    "2026-11-23T08:00:00Z", s);
	return t;
}

static int64_t
number_of(const char *s)
{
	int64_t n;

	if (options_number(s, 1, INT64_MAX, &n) != 0)
		options_usage(&program, "'%s' is no number from 1", s);
	return n;
}

static void
own_option(struct auditor *a, int c)
{
	struct report *r = &a->r;

	switch (c) {
	case 'm':
		r->member = optarg;
		break;
	case 'o':
		r->source = optarg;
		break;
	case 'k':
		r->kind = optarg;
		break;
	case 'e':
		r->event = optarg;
		break;
	case 'F':
		r->field = optarg;
		break;
	case 'S':
		r->state = optarg;
		break;
	case 'a':
		r->since = time_of(optarg);
		break;
	case 'b':
		r->until = time_of(optarg);
		break;
	case 'N':
		r->limit = number_of(optarg);
		break;
	case 'i':
		a->inbox = number_of(optarg);
		break;
	case 'r':
		r->reverse = 1;
		break;
	case 'u':
		a->undo = 1;
		break;
	default:
		r->mode = c == 'j' ? TABLE_JSON : TABLE_TEXT;
	}
}

static const struct verb {
	const char *name;
	const char *options;	/* own ones that go with it */
	int least, most;	/* operands */
	int (*fn)(struct auditor *, struct err *);
} verbs[] = {
	{ "log", "mokeFabNrjT", 0, 0, auditor_log },
	{ "show", "ijT", 0, 1, auditor_show },
	{ "why", "jT", 1, 2, auditor_why },
	{ "members", "SomNrjT", 0, 0, auditor_members },
	{ "inbox", "SoeabNrjT", 0, 0, auditor_inbox },
	{ "outbox", "SomabNrjT", 0, 0, auditor_outbox },
	{ "verify", "jT", 0, 0, auditor_verify },
	{ "erase", "ujT", 1, 1, auditor_erase },
	{ "prune", "SjT", 1, 1, auditor_prune },
};

static const struct verb *
find_verb(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
		if (strcmp(name, verbs[i].name) == 0)
			return &verbs[i];
	options_usage(&program, "'%s' is no verb", name);
}

static void
read_operands(struct auditor *a, const struct verb *v, int argc, char **argv)
{
	a->operand = argv + optind;
	a->noperand = argc - optind;
	if (a->noperand < v->least)
		options_usage(&program, "%s: of which?", v->name);
	if (a->noperand > v->most)
		options_usage(&program, "'%s' is not wanted",
		    a->operand[v->most]);
}

/* The verb stands first, or behind the options. */
static const struct verb *
read_arguments(struct auditor *a, int argc, char **argv)
{
	const struct verb *v = NULL;
	char given[32] = "";		/* letters of own options */
	size_t n = 0;
	int c;

	if (argc > 1 && argv[1][0] != '-') {
		v = find_verb(argv[1]);
		argc--;
		argv++;
	}
	while ((c = options_next(&program, &a->o, argc, argv)) != -1) {
		own_option(a, c);
		if (strchr(given, c) == NULL)
			given[n++] = (char)c;
	}
	if (v == NULL && optind < argc)
		v = find_verb(argv[optind++]);
	if (v == NULL)
		v = &verbs[0];
	n = strspn(given, v->options);
	if (given[n] != '\0')
		options_usage(&program, "-%c does not go with %s", given[n],
		    v->name);
	read_operands(a, v, argc, argv);
	return v;
}

int
main(int argc, char **argv)
{
	const struct verb *v;
	struct auditor a = { 0 };
	struct err e = { 0 };
	int rc;

	die_init(argv[0]);
	crypt_init();
	v = read_arguments(&a, argc, argv);
	a.r.out = stdout;
	a.r.mode = table_mode(a.r.mode, stdout);
	rc = v->fn(&a, &e);
	auditor_release(&a);
	if (rc == E_USAGE)
		options_usage(&program, "%s", e.msg);
	if (rc != 0 && rc != E_NO)
		warn("%s", e.msg);
	die_flush_exit(status_exit(rc));
}
