#include "common/role.h"

#include <string.h>

enum { R = 1, I = 2, U = 4, D = 8, IR = I | R, RU = R | U, RI = R | I,
    RD = R | D, RIU = R | I | U, ALL = R | I | U | D };

static const struct {
	enum store_file file;
	const char *table;
	unsigned char recv, pull, apply, push, audit, token, head, erase;
} table[] = {
	{ STORE_INBOX, "meta",         R,   R,   R,   R,   R,   R,   R,   R },
	{ STORE_INBOX, "inbox",        IR,  IR,  IR,  0,   R,   0,   0,   RU },
	{ STORE_INBOX, "hash_run",     ALL, ALL, ALL, 0,   R,   0,   0,   0 },
	{ STORE_INBOX, "hash_key",     RI,  RI,  RI,  0,   R,   0,   0,   0 },
	{ STORE_INBOX, "hash_merge",   ALL, ALL, ALL, 0,   R,   0,   0,   0 },
	{ STORE_INBOX, "cursor",       0,   RIU, 0,   0,   R,   0,   0,   0 },
	{ STORE_INBOX, "seen",         0,   RIU, 0,   0,   R,   0,   0,   0 },
	{ STORE_INBOX, "read_back",    0,   RI,  R,   0,   R,   0,   0,   0 },
	{ STORE_INBOX, "token",        ALL, 0,   R,   0,   R,   ALL, 0,   0 },
	{ STORE_INBOX, "refusal",      RIU, 0,   R,   0,   R,   0,   0,   0 },
	{ STORE_MAIN,  "meta",         R,   R,   RIU, R,   R,   RIU, R,   RIU },
	{ STORE_MAIN,  "event",        R,   RIU, RIU, R,   R,   R,   0,   RIU },
	{ STORE_MAIN,  "pending",      0,   R,   ALL, 0,   R,   0,   0,   RD },
	{ STORE_MAIN,  "member",       0,   R,   RIU, R,   R,   0,   0,   RIU },
	{ STORE_MAIN,  "binding",      0,   R,   RIU, R,   R,   0,   0,   RD },
	{ STORE_MAIN,  "link",         0,   R,   R,   R,   R,   0,   0,   R },
	{ STORE_MAIN,  "ledger",       0,   0,   RI,  R,   R,   0,   0,   R },
	{ STORE_MAIN,  "snapshot",     0,   R,   RIU, 0,   R,   0,   0,   RU },
	{ STORE_MAIN,  "repair",       0,   0,   RIU, 0,   R,   0,   0,   0 },
	{ STORE_MAIN,  "outbox",       0,   0,   RI,  RU,  R,   0,   0,   RIU },
	{ STORE_MAIN,  "target",       0,   0,   0,   RIU, R,   0,   0,   0 },
	{ STORE_MAIN,  "audit",        0,   RI,  RI,  RI,  R,   RI,  R,   RIU },
	{ STORE_MAIN,  "merkle",       0,   RIU, RIU, RIU, R,   RIU, R,   RIU },
	{ STORE_MAIN,  "tally",        0,   RIU, RIU, RIU, R,   RIU, 0,   RIU },
	{ STORE_MAIN,  "tombstone",    0,   0,   R,   0,   R,   0,   0,   ALL },
	{ STORE_MAIN,  "hash_run",     0,   0,   ALL, 0,   R,   0,   0,   RU },
	{ STORE_MAIN,  "hash_key",     0,   0,   ALL, 0,   R,   0,   0,   RD },
	{ STORE_MAIN,  "hash_merge",   0,   0,   ALL, 0,   R,   0,   0,   R },
	{ STORE_MAIN,  "refusal_seen", 0,   0,   RIU, 0,   R,   0,   0,   0 },
	{ STORE_MAIN,  "secret",       R,   R,   0,   R,   R,   ALL, R,   0 },
	{ STORE_MAIN,  "head_key",     0,   0,   0,   0,   R,   RI,  R,   0 },
	{ STORE_MAIN,  "head",         0,   0,   0,   0,   R,   0,   RI,  0 },
	{ STORE_MAIN,  "cosignature",  0,   0,   0,   0,   R,   0,   RIU, 0 },
	{ STORE_MAIN,  "credential",   0,   RIU, 0,   RIU, 0,   ALL, 0,   0 },
	{ STORE_MAIN,  "client",       R,   0,   0,   0,   R,   RIU, 0,   0 },
};

static unsigned char
bits(size_t i, enum role role)
{
	switch (role) {
	case ROLE_RECV:
		return table[i].recv;
	case ROLE_PULL:
		return table[i].pull;
	case ROLE_APPLY:
		return table[i].apply;
	case ROLE_PUSH:
		return table[i].push;
	case ROLE_AUDIT:
		return table[i].audit;
	case ROLE_TOKEN:
		return table[i].token;
	case ROLE_HEAD:
		return table[i].head;
	case ROLE_ERASE:
		return table[i].erase;
	}
	return 0;
}

int
role_allows(enum role role, enum store_file file, enum db_action action,
    const char *name, const char *column)
{
	static const unsigned char need[] = { R, I, U, D };
	size_t i;

	/* Sealed texts are only for those who have the key. */
	if (role == ROLE_AUDIT && name != NULL && column != NULL &&
	    strcmp(name, "secret") == 0 && strcmp(column, "sealed") == 0)
		return 0;
	if (action == DB_OTHER || name == NULL)
		return 0;
	if (action == DB_READ && strncmp(name, "sqlite_", 7) == 0)
		return 1;
	for (i = 0; i < sizeof table / sizeof table[0]; i++)
		if (table[i].file == file && strcmp(table[i].table, name) == 0)
			return (bits(i, role) & need[action]) != 0;
	/* json_each() and the like are tables too, which belong to nobody. */
	return action == DB_READ && strncmp(name, "json_", 5) == 0;
}
