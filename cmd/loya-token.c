/* loya-token(1): secrets and tokens, and the key they are kept under. */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/crypt.h"
#include "common/die.h"
#include "common/keeper.h"
#include "common/secret.h"

static const struct option_def option[] = {
	{ 'a', NULL, "set: keep what was current as the older secret" },
	{ 'f', "FD", "set, get -r: read the secret from this descriptor" },
	{ 'o', NULL, "unset: only the older secret" },
	{ 'r', NULL, "get: another one; the last, on stdin, was refused" },
	{ 0, NULL, NULL }
};

static const struct program program = {
	"init [-nqv] [-s STORE] [-c DIR]\n"
	"set [-a] [-f FD] [-nqv] [-s STORE] [-c DIR] NAME\n"
	"unset [-o] [-nqv] [-s STORE] [-c DIR] NAME\n"
	"list [-qv] [-s STORE] [-c DIR]\n"
	"get [-r] [-f FD] [-nqv] [-s STORE] [-c DIR] SOURCE",
	option
};

/* A verb may have a second word.  options: its own ones; operand: the name of
 * the one that it wants, or NULL. */
static const struct verb {
	const char *name, *second, *options, *operand;
	int (*fn)(struct keeper *, struct err *);
} verbs[] = {
	{ "init",	NULL,		"",	NULL,	keeper_init },
	{ "set",	NULL,		"af",	"NAME",	keeper_set },
	{ "unset",	NULL,		"o",	"NAME",	keeper_unset },
	{ "list",	NULL,		"",	NULL,	keeper_list },
	{ "get",	NULL,		"fr",	"SOURCE", keeper_get },
};

enum { VERBS = sizeof verbs / sizeof verbs[0] };

static const struct verb *
find_verb(char **argv)
{
	const struct verb *v;
	const char *name = argv[optind], *second = NULL;

	if (name == NULL)
		options_usage(&program, "what is to be done?");
	for (v = verbs; v < verbs + VERBS; v++) {
		if (strcmp(v->name, name) != 0)
			continue;
		second = argv[optind + 1];
		if (v->second == NULL || (second != NULL &&
		    strcmp(v->second, second) == 0)) {
			optind += v->second == NULL ? 1 : 2;
			return v;
		}
	}
	if (second != NULL)
		options_usage(&program, "'%s %s' is not known", name, second);
	options_usage(&program, "'%s' is not known", name);
}

/* What the operands are is the verb's business; here is only how many. */
static void
read_operands(struct keeper *k, const struct verb *v, int argc, char **argv)
{
	k->operand = argv + optind;
	k->noperand = argc - optind;
	if (k->noperand != (v->operand != NULL))
		options_usage(&program, v->operand != NULL ?
		    "%s wants one %s" : "%s wants no operand", v->name,
		    v->operand);
	if (v->operand != NULL && strcmp(v->operand, "NAME") == 0 &&
	    !secret_name_ok(k->operand[0]))
		options_usage(&program, "'%s' is no name: letters, digits and "
		    ". _ -, up to 64", k->operand[0]);
}

static void
own_option(struct keeper *k, int c)
{
	switch (c) {
	case 'a':
		k->add = 1;
		break;
	case 'f':
		if (options_number(optarg, 0, 1023, &k->fd) != 0)
			options_usage(&program, "'%s' is no descriptor",
			    optarg);
		break;
	case 'o':
		k->older = 1;
		break;
	case 'r':
		k->again = 1;
		break;
	}
}

static const struct verb *
read_arguments(struct keeper *k, int argc, char **argv)
{
	char given[16] = "";		/* letters of own options */
	const struct verb *v;
	size_t n = 0;
	int c;

	while ((c = options_next(&program, &k->o, argc, argv)) != -1) {
		own_option(k, c);
		if (strchr(given, c) == NULL)
			given[n++] = (char)c;
	}
	v = find_verb(argv);
	n = strspn(given, v->options);
	if (given[n] != '\0')
		options_usage(&program, "-%c does not go with %s", given[n],
		    v->name);
	read_operands(k, v, argc, argv);
	return v;
}

int
main(int argc, char **argv)
{
	static const struct rlimit none = { 0, 0 };
	const struct verb *v;
	struct keeper k = { 0 };
	struct err e = { 0 };
	int rc;

	die_init(argv[0]);
	setrlimit(RLIMIT_CORE, &none);	/* a core would hold the key */
	crypt_init();
	v = read_arguments(&k, argc, argv);
	rc = v->fn(&k, &e);
	keeper_release(&k);
	if (rc != 0)
		die_err(&e);
	die_flush_exit(EXIT_DONE);
}
