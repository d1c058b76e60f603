/* loya-audit(1): what happened, why, and whether the record is sound. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/crypt.h"
#include "common/die.h"
#include "common/options.h"
#include "common/report.h"
#include "common/store.h"
#include "common/verify.h"

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
	"verify [-q]",
	option
};

struct run {
	struct options o;
	struct report r;
	int64_t inbox;		/* -i */
	char **operand;
	int n;
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
set_option(struct run *run, int c)
{
	struct report *r = &run->r;

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
		run->inbox = number_of(optarg);
		break;
	case 'r':
		r->reverse = 1;
		break;
	default:
		r->mode = c == 'j' ? TABLE_JSON : TABLE_TEXT;
	}
}

static int
verb_show(struct run *run, struct err *e)
{
	if (run->inbox != 0)
		return report_show_inbox(&run->r, run->inbox, e);
	return report_show(&run->r, run->operand[0], e);
}

static int
verb_why(struct run *run, struct err *e)
{
	return report_why(&run->r, run->operand[0], run->n == 2 ?
	    run->operand[1] : NULL, e);
}

static const struct table_column fault_columns[] = {
	{ "table", 0 }, { "row", 0 }, { "fault", 0 },
};

static void
print_fault(void *ctx, const char *table, const char *row, const char *what)
{
	struct table *t = ctx;

	table_text(t, table);
	table_text(t, row);
	table_text(t, what);
	table_end(t);
}

static const struct table_column result_columns[] = {
	{ "size", TABLE_RIGHT }, { "root", 0 }, { "members", TABLE_RIGHT },
	{ "ledger", TABLE_RIGHT }, { "inbox", TABLE_RIGHT },
	{ "erased", TABLE_RIGHT }, { "unknown", TABLE_RIGHT },
	{ "faults", TABLE_RIGHT },
};

static void
print_result(const struct report *r, const struct verify_result *v)
{
	char root[64];
	struct table *t;

	crypt_base64(v->root, sizeof v->root, root);
	t = table_new(r->out, r->mode, TABLE_BLOCK, result_columns,
	    sizeof result_columns / sizeof result_columns[0]);
	table_int(t, v->size);
	table_text(t, root);
	table_int(t, v->members);
	table_int(t, v->entries);
	table_int(t, v->inbox);
	table_int(t, v->erased);
	table_int(t, v->unknown);
	table_int(t, v->faults);
	table_end(t);
	table_free(t);
}

/* Faults are always printed: they are what cron is to send. */
static int
verb_verify(struct run *run, struct err *e)
{
	struct verify_result v;
	struct table *t;
	int rc;

	t = table_new(run->r.out, run->r.mode, TABLE_ROWS, fault_columns,
	    sizeof fault_columns / sizeof fault_columns[0]);
	rc = verify(run->r.store, print_fault, t, &v, e);
	table_free(t);
	if (rc != 0)
		return rc;
	if (!run->o.quiet)
		print_result(&run->r, &v);
	return v.faults > 0 ? err_set(e, E_NO, "%lld faults",
	    (long long)v.faults) : 0;
}

static const struct verb {
	const char *name;
	int (*fn)(struct run *, struct err *);
	int (*list)(const struct report *, struct err *);	/* fn NULL */
	int min, max;		/* operands */
} verb[] = {
	{ "log", NULL, report_log, 0, 0 },
	{ "show", verb_show, NULL, 1, 1 },
	{ "why", verb_why, NULL, 1, 2 },
	{ "members", NULL, report_members, 0, 0 },
	{ "inbox", NULL, report_inbox, 0, 0 },
	{ "outbox", NULL, report_outbox, 0, 0 },
	{ "verify", verb_verify, NULL, 0, 0 },
};

static const struct verb *
find_verb(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof verb / sizeof verb[0]; i++)
		if (strcmp(name, verb[i].name) == 0)
			return &verb[i];
	options_usage(&program, "'%s' is no verb", name);
}

static void
want_operands(const struct run *run, const struct verb *v)
{
	/* show -i SEQ names what it is about by the option. */
	int only = v->fn == verb_show && run->inbox != 0;

	if (run->n < v->min && !only)
		options_usage(&program, "%s: of which?", v->name);
	if (run->n > (only ? 0 : v->max))
		options_usage(&program, "'%s' is not wanted",
		    run->operand[only ? 0 : v->max]);
}

/* The verb stands first, or behind the options. */
static const struct verb *
read_line(struct run *run, int argc, char **argv)
{
	const struct verb *v = NULL;
	int c;

	if (argc > 1 && argv[1][0] != '-') {
		v = find_verb(argv[1]);
		argc--;
		argv++;
	}
	while ((c = options_next(&program, &run->o, argc, argv)) != -1)
		set_option(run, c);
	if (v == NULL && optind < argc)
		v = find_verb(argv[optind++]);
	run->operand = argv + optind;
	run->n = argc - optind;
	v = v != NULL ? v : &verb[0];
	want_operands(run, v);
	return v;
}

int
main(int argc, char **argv)
{
	static struct run run;
	const struct verb *v;
	struct err e;
	int rc;

	die_init(argv[0]);
	v = read_line(&run, argc, argv);
	crypt_init();
	run.r.out = stdout;
	run.r.mode = table_mode(run.r.mode, stdout);
	rc = store_open(&run.r.store, run.o.store, ROLE_AUDIT, STORE_READ,
	    &e);
	if (rc == 0)
		rc = v->fn != NULL ? v->fn(&run, &e) : v->list(&run.r, &e);
	store_close(run.r.store);
	if (rc == E_USAGE)
		options_usage(&program, "%s", e.msg);
	if (rc != 0 && rc != E_NO)
		warn("%s", e.msg);
	die_flush_exit(status_exit(rc));
}
