/* What a role may do to a table: the role that erases can do what it needs and
 * nothing else; the others cannot do what it does. */
#include "common/role.h"
#include "t/unit/tap.h"

static const struct {
	enum store_file file;
	const char *table, *may;	/* of "riud" */
} erase[] = {
	{ STORE_INBOX, "meta", "r" },
	{ STORE_INBOX, "inbox", "ru" },
	{ STORE_INBOX, "hash_run", "" },
	{ STORE_INBOX, "hash_key", "" },
	{ STORE_INBOX, "cursor", "" },
	{ STORE_INBOX, "token", "" },
	{ STORE_MAIN, "meta", "riu" },
	{ STORE_MAIN, "event", "riu" },
	{ STORE_MAIN, "pending", "rd" },
	{ STORE_MAIN, "member", "riu" },
	{ STORE_MAIN, "binding", "rd" },
	{ STORE_MAIN, "ledger", "r" },
	{ STORE_MAIN, "snapshot", "ru" },
	{ STORE_MAIN, "outbox", "riu" },
	{ STORE_MAIN, "audit", "riu" },
	{ STORE_MAIN, "merkle", "riu" },
	{ STORE_MAIN, "tombstone", "riud" },
	{ STORE_MAIN, "hash_run", "ru" },
	{ STORE_MAIN, "hash_key", "rd" },
	{ STORE_MAIN, "secret", "" },
	{ STORE_MAIN, "credential", "" },
	{ STORE_MAIN, "client", "" },
	{ STORE_MAIN, "no such table", "" },
};

static const char *
may(enum role role, enum store_file f, const char *table)
{
	static char out[5];
	static const char letters[] = "riud";
	int i, n = 0;

	for (i = DB_READ; i <= DB_DELETE; i++)
		if (role_allows(role, f, (enum db_action)i, table, NULL))
			out[n++] = letters[i];
	out[n] = '\0';
	return out;
}

int
main(void)
{
	static const enum role others[] = { ROLE_RECV, ROLE_PULL, ROLE_APPLY,
	    ROLE_PUSH, ROLE_AUDIT, ROLE_TOKEN };
	size_t i;
	int n = 0;

	for (i = 0; i < sizeof erase / sizeof erase[0]; i++)
		is_str(may(ROLE_ERASE, erase[i].file, erase[i].table),
		    erase[i].may, "erase: %s%s", erase[i].table,
		    erase[i].file == STORE_INBOX ? " of the inbox file" : "");
	for (i = 0; i < sizeof others / sizeof others[0]; i++)
		n += role_allows(others[i], STORE_INBOX, DB_UPDATE, "inbox",
		    NULL) + role_allows(others[i], STORE_MAIN, DB_UPDATE,
		    "audit", NULL) + role_allows(others[i], STORE_MAIN,
		    DB_DELETE, "audit", NULL) + role_allows(others[i],
		    STORE_MAIN, DB_DELETE, "binding", NULL);
	is_int(n, 0, "no other role removes anything");
	ok(!role_allows(ROLE_ERASE, STORE_MAIN, DB_OTHER, NULL, NULL),
	    "and nothing but tables");
	return done_testing();
}
