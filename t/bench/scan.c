/*
 * scan STORE: reads every column that loya-audit verify reads, of every row,
 * and does nothing with it: what verifying is compared with.
 */
#include <sqlite3.h>
#include <stdio.h>

#include "common/die.h"

static long long total;

static void
scan(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *st;
	int i, n;

	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
		die(E_IO, "%s", sqlite3_errmsg(db));
	n = sqlite3_column_count(st);
	while (sqlite3_step(st) == SQLITE_ROW)
		for (i = 0; i < n; i++)
			if (sqlite3_column_type(st, i) == SQLITE_INTEGER)
				total += sqlite3_column_int64(st, i) & 1;
			else if (sqlite3_column_blob(st, i) != NULL)
				total += sqlite3_column_bytes(st, i);
	sqlite3_finalize(st);
}

static sqlite3 *
open(const char *path, const char *suffix)
{
	char name[4096];
	sqlite3 *db;

	snprintf(name, sizeof name, "%s%s", path, suffix);
	if (sqlite3_open_v2(name, &db, SQLITE_OPEN_READONLY, NULL) !=
	    SQLITE_OK)
		die(E_NOSTORE, "%s: %s", name, sqlite3_errmsg(db));
	return db;
}

int
main(int argc, char **argv)
{
	sqlite3 *db;

	die_init(argv[0]);
	if (argc != 2)
		die(E_USAGE, "usage: scan STORE");
	db = open(argv[1], "");
	scan(db, "SELECT seq, at, kind, source, event_id, inbox, member, prev, "
	    "actor, detail, salt, commitment FROM audit ORDER BY seq");
	scan(db, "SELECT num, id, given_name, family_name, name, email, "
	    "phone_number, birthdate, locale, zoneinfo, address, status, tags, "
	    "enrolled_at, ended_at, hold, tier, attributes, decided, claims, "
	    "points, audit FROM member ORDER BY num");
	scan(db, "SELECT source, external_id, member, slot, from_at, to_at "
	    "FROM binding");
	scan(db, "SELECT seq, audit, member, source, reference, kind, points, "
	    "balance, reverses, inbox, at FROM ledger ORDER BY seq");
	scan(db, "SELECT seq, audit, member, state FROM outbox ORDER BY seq");
	scan(db, "SELECT seq FROM event");
	scan(db, "SELECT hashes FROM merkle");
	sqlite3_close(db);
	db = open(argv[1], "-inbox");
	scan(db, "SELECT seq, source, event_id FROM inbox ORDER BY seq");
	sqlite3_close(db);
	printf("%lld\n", total);
	return 0;
}
