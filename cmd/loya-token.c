/* loya-token(1): secrets and tokens, and the key they are kept under. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/crypt.h"
#include "common/die.h"
#include "common/keeper.h"
#include "common/secret.h"

static const struct option_def option[] = {
	{ 'A', NULL, "list: also what has expired or was revoked" },
	{ 'L', NULL, "init: forget everything sealed under a lost key" },
	{ 'a', NULL, "set: keep the current secret as the older one" },
	{ 'f', "FD", "set, rotate, get -r: read it from this descriptor" },
	{ 'o', NULL, "unset, client rotate: drop only the older secret" },
	{ 'r', NULL, "get: a new one; the last, on standard input, was "
	    "refused" },
	{ 't', "TIME", "issue: valid for this long, like 90d, 12h, 30m (365d); "
	    "0: until revoked" },
	{ 0, NULL, NULL }
};

static const struct program program = {
	"init [-L] [-nqv] [-s STORE] [-c DIR]\n"
	"set [-a] [-f FD] [-nqv] [-s STORE] [-c DIR] NAME\n"
	"unset [-o] [-nqv] [-s STORE] [-c DIR] NAME\n"
	"list [-A] [-qv] [-s STORE] [-c DIR]\n"
	"rotate [-f FD] [-nqv] [-s STORE] [-c DIR]\n"
	"head init [-nqv] [-s STORE] [-c DIR]\n"
	"head rotate [-nqv] [-s STORE] [-c DIR]\n"
	"head list [-qv] [-s STORE] [-c DIR]\n"
	"client add [-nqv] [-s STORE] [-c DIR] NAME SCOPE ...\n"
	"client list [-A] [-qv] [-s STORE] [-c DIR]\n"
	"client rotate [-o] [-nqv] [-s STORE] [-c DIR] CLIENT\n"
	"client revoke [-nqv] [-s STORE] [-c DIR] CLIENT\n"
	"issue [-t TIME] [-nqv] [-s STORE] [-c DIR] SCOPE ...\n"
	"check [-qv] [-s STORE] [-c DIR]\n"
	"revoke [-nqv] [-s STORE] [-c DIR] [ID]\n"
	"get [-r] [-f FD] [-nqv] [-s STORE] [-c DIR] SOURCE",
	option, NULL
};

enum { MANY = 64 };

/* The verbs, some of two words.  options: letters besides the common ones;
 * operands: what it wants, in words; least, most: how many of them. */
static const struct verb {
	const char *name, *second, *options, *operands;
	int least, most;
	int (*fn)(struct keeper *, struct err *);
} verbs[] = {
	{ "init", NULL, "L", "no operand", 0, 0, keeper_init },
	{ "set", NULL, "af", "one NAME", 1, 1, keeper_set },
	{ "unset", NULL, "o", "one NAME", 1, 1, keeper_unset },
	{ "list", NULL, "A", "no operand", 0, 0, keeper_list },
	{ "rotate", NULL, "f", "no operand", 0, 0, keeper_rotate },
	{ "head", "init", "", "no operand", 0, 0, keeper_head_init },
	{ "head", "rotate", "", "no operand", 0, 0, keeper_head_rotate },
	{ "head", "list", "", "no operand", 0, 0, keeper_head_list },
	{ "client", "add", "", "a NAME and one or more SCOPEs", 2, MANY,
	    keeper_client_add },
	{ "client", "list", "A", "no operand", 0, 0, keeper_client_list },
	{ "client", "rotate", "o", "one CLIENT, by id or name", 1, 1,
	    keeper_client_rotate },
	{ "client", "revoke", "", "one CLIENT, by id or name", 1, 1,
	    keeper_client_revoke },
	{ "issue", NULL, "t", "one or more SCOPEs", 1, MANY, keeper_issue },
	{ "check", NULL, "", "no operand", 0, 0, keeper_check },
	{ "revoke", NULL, "", "one ID, or the token on standard input", 0, 1,
	    keeper_revoke },
	{ "get", NULL, "fr", "one SOURCE", 1, 1, keeper_get },
};

enum { VERBS = sizeof verbs / sizeof verbs[0] };

static const struct verb *
find_verb(char **argv)
{
	const struct verb *v;
	const char *name = argv[optind], *second = NULL;
	int found = 0;

	if (name == NULL)
		options_usage(&program, "a verb is needed");
	for (v = verbs; v < verbs + VERBS; v++) {
		if (strcmp(v->name, name) != 0)
			continue;
		found = 1;
		second = v->second != NULL ? argv[optind + 1] : NULL;
		if (v->second == NULL || (second != NULL &&
		    strcmp(v->second, second) == 0)) {
			optind += v->second == NULL ? 1 : 2;
			return v;
		}
	}
	if (found && second == NULL)
		options_verb_usage(&program, name, "%s needs a second word",
		    name);
	if (found)
		options_verb_usage(&program, name, "'%s %s' is not a verb",
		    name, second);
	options_usage(&program, "'%s' is not a verb", name);
}

static void
read_operands(struct keeper *k, const struct verb *v, int argc, char **argv)
{
	const char *more = v->second != NULL ? v->second : "";

	k->operand = argv + optind;
	k->noperand = argc - optind;
	if (k->noperand < v->least || k->noperand > v->most)
		options_verb_usage(&program, v->name, "%s%s%s wants %s",
		    v->name, *more != '\0' ? " " : "", more, v->operands);
	/* The operand names a secret or a new client; if it is not a name it
	 * may be a secret, and is not repeated. */
	if ((strcmp(v->name, "set") == 0 || strcmp(v->name, "unset") == 0 ||
	    strcmp(more, "add") == 0) && !secret_name_ok(k->operand[0]))
		options_verb_usage(&program, v->name, "that is not a name: "
		    "letters, digits and . _ -, up to 64");
}

/* 2w, 90d, 12h, 30m, 45s, or a number of seconds. */
static void
read_lifetime(struct keeper *k)
{
	static const struct {
		char letter;
		int64_t seconds;
	} units[] = { { 'w', 7 * 86400 }, { 'd', 86400 },
	    { 'h', 3600 }, { 'm', 60 }, { 's', 1 } };
	char text[24];
	size_t n = strlen(optarg), i;
	int64_t unit = 1;

	for (i = 0; i < sizeof units / sizeof units[0]; i++)
		if (n > 0 && optarg[n - 1] == units[i].letter)
			unit = units[i].seconds;
	snprintf(text, sizeof text, "%s", optarg);
	if (n > 0 && n < sizeof text && strchr("wdhms", text[n - 1]) != NULL)
		text[n - 1] = '\0';
	if (n >= sizeof text ||
	    options_number(text, 0, INT32_MAX, &k->lifetime) != 0)
		options_verb_usage(&program, k->o.verb, "'%s' is not a time; "
		    "write it like 12w, 90d, 12h, 30m or 45s", optarg);
	k->lifetime *= unit;
	if (k->lifetime > 100 * 365 * INT64_C(86400))
		options_verb_usage(&program, k->o.verb, "-t is at most a "
		    "hundred years; 0 means until revoked");
}

static void
own_option(struct keeper *k, int c)
{
	switch (c) {
	case 'A':
		k->all = 1;
		break;
	case 'L':
		k->lost = 1;
		break;
	case 'a':
		k->add = 1;
		break;
	case 'f':
		if (options_number(optarg, 0, 1023, &k->fd) != 0)
			options_verb_usage(&program, k->o.verb,
			    "'%s' is not a descriptor", optarg);
		break;
	case 'o':
		k->older = 1;
		break;
	case 'r':
		k->again = 1;
		break;
	case 't':
		read_lifetime(k);
		break;
	}
}

static const struct verb *
read_arguments(struct keeper *k, int argc, char **argv)
{
	const struct verb *v;
	int c;

	if (argc > 1 && argv[1][0] != '-')
		k->o.verb = argv[1];
	while ((c = options_next(&program, &k->o, argc, argv)) != -1)
		own_option(k, c);
	v = find_verb(argv);
	options_fit(&program, &k->o, v->name, v->options);
	read_operands(k, v, argc, argv);
	return v;
}

int
main(int argc, char **argv)
{
	const struct verb *v;
	struct keeper k = { .fd = -1, .lifetime = -1 };
	struct err e = { 0 };
	int rc;

	die_init(argv[0]);
	crypt_init();
	crypt_private();
	v = read_arguments(&k, argc, argv);
	rc = v->fn(&k, &e);
	keeper_release(&k);
	if (rc != 0)
		die_err(&e);
	die_flush_exit(EXIT_DONE);
}
