/*
 * sweep STORE EVERY TABLE...: changes every EVERYth byte of every column of
 * every row, one at a time and without any triggers, appends to it and cuts it;
 * removes every row; swaps neighbouring rows; and runs the verifier each time.
 * Prints what was not found, or was found in another place.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/crypt.h"
#include "common/die.h"
#include "common/verify.h"

enum { COLUMNS = 32, ROWS = 200 };

static sqlite3 *db;
static struct store *store;
static long tried, lost;

/* The row that is changed, as faults name it: before and after. */
static struct {
	const char *table;
	char name[2][400];
	char leaf[24];		/* the row of audit that a tile's hash is of */
	int faults, named;
	char first[400];
} now;

struct table {
	const char *name;
	char column[COLUMNS][40];
	int key[COLUMNS], n;
};

static void
check(int rc)
{
	if (rc != SQLITE_OK && rc != SQLITE_DONE && rc != SQLITE_ROW)
		die(E_IO, "%s", sqlite3_errmsg(db));
}

static sqlite3_stmt *
prepare(const char *fmt, const char *a, const char *b)
{
	sqlite3_stmt *st;
	char *sql = sqlite3_mprintf(fmt, a, b);

	check(sqlite3_prepare_v2(db, sql, -1, &st, NULL));
	sqlite3_free(sql);
	return st;
}

static void
fault(void *ctx, const char *table, const char *row, const char *what)
{
	(void)ctx;
	if (now.faults++ == 0)
		snprintf(now.first, sizeof now.first, "%s %s: %s", table, row,
		    what);
	if (strcmp(table, now.table) == 0 && (strcmp(row, now.name[0]) == 0 ||
	    strcmp(row, now.name[1]) == 0))
		now.named++;
	if (strcmp(table, "audit") == 0 && strcmp(row, now.leaf) == 0)
		now.named++;
}

static void
ask(const char *column, const char *what, int at)
{
	static const struct verify_options quick = { .no_schema = 1 };
	struct verify_result r;
	struct err e;

	now.faults = now.named = 0;
	if (verify_with(store, &quick, fault, NULL, &r, &e) != 0)
		die_err(&e);
	tried++;
	if (now.named > 0)
		return;
	lost++;
	printf("%s %s %s %d (%s): %s\n", now.table, now.name[0], column, at,
	    what, now.faults == 0 ? "not found" : now.first);
}

/* A value with a byte flipped (what 0), appended to or cut; NULL if that is not
 * possible. */
static sqlite3_value *
changed(sqlite3_value *v, const char *what, int at)
{
	static char out[65536];
	static sqlite3_stmt *make;
	int n = sqlite3_value_bytes(v);

	if (make == NULL)
		make = prepare("SELECT ?1", NULL, NULL);
	sqlite3_reset(make);
	if (sqlite3_value_type(v) == SQLITE_INTEGER) {
		if (strcmp(what, "flipped") != 0 || at > 7)
			return NULL;
		sqlite3_bind_int64(make, 1, sqlite3_value_int64(v) ^
		    (sqlite3_int64)((uint64_t)1 << (8 * at + at % 8)));
	} else {
		memcpy(out, sqlite3_value_blob(v), (size_t)n);
		if (strcmp(what, "flipped") == 0)
			out[at] ^= (char)(1 << at % 8);
		else if (strcmp(what, "appended") == 0)
			out[n++] = (char)(at == 0 ? 0 : 'x');
		else
			n--;
		if (sqlite3_value_type(v) == SQLITE_TEXT)
			sqlite3_bind_text(make, 1, out, n, SQLITE_STATIC);
		else
			sqlite3_bind_blob(make, 1, out, n, SQLITE_STATIC);
	}
	check(sqlite3_step(make));
	return sqlite3_value_dup(sqlite3_column_value(make, 0));
}

/* Set column c of the row with these keys: 1, or 0 if the table refuses. */
static int
set(const struct table *t, sqlite3_value **row, int c, sqlite3_value *to,
    sqlite3_value *was)
{
	char where[400] = "1";
	sqlite3_stmt *st;
	char *sql;
	int i, rc, n = 1;

	for (i = 0; i < t->n; i++)
		if (t->key[i])
			snprintf(where + strlen(where), sizeof where -
			    strlen(where), " AND %s IS ?%d", t->column[i],
			    i + 2);
	sql = sqlite3_mprintf("UPDATE %s SET %s = ?1 WHERE %s", t->name,
	    t->column[c], where);
	check(sqlite3_prepare_v2(db, sql, -1, &st, NULL));
	sqlite3_free(sql);
	sqlite3_bind_value(st, 1, to);
	for (i = 0; i < t->n; i++)
		if (t->key[i])
			sqlite3_bind_value(st, i + 2, i == c ? was : row[i]);
	rc = sqlite3_step(st);
	n = rc == SQLITE_DONE && sqlite3_changes(db) == 1;
	if (rc != SQLITE_DONE && (sqlite3_errcode(db) & 255) !=
	    SQLITE_CONSTRAINT)
		check(rc);
	sqlite3_finalize(st);
	return n;
}

/* The name of a row in faults. */
static void
name_row(const struct table *t, sqlite3_value **row, char *out, size_t n)
{
	const char *a = (const char *)sqlite3_value_text(row[0]);
	const char *b = (const char *)sqlite3_value_text(row[1]);

	if (strcmp(t->name, "member") == 0)
		snprintf(out, n, "%s", b);
	else if (strcmp(t->name, "cosignature") == 0)
		snprintf(out, n, "%s/%s", a, b);
	else if (strcmp(t->name, "merkle") == 0)
		snprintf(out, n, "level %s tile %s", a, b);
	else
		snprintf(out, n, "%s", a);
}

static void
try_value(const struct table *t, sqlite3_value **row, int c, const char *what,
    int at)
{
	sqlite3_value *was = row[c], *to = changed(was, what, at);

	if (to == NULL)
		return;
	if (set(t, row, c, to, was)) {
		row[c] = to;
		name_row(t, row, now.name[1], sizeof now.name[1]);
		row[c] = was;
		if (strcmp(t->column[c], "hashes") == 0)
			snprintf(now.leaf, sizeof now.leaf, "%d", at / 32 + 1);
		ask(t->column[c], what, at);
		now.leaf[0] = '\0';
		if (!set(t, row, c, was, to))
			die(E_BUG, "cannot put it back");
	}
	sqlite3_value_free(to);
}

static void
sweep_row(const struct table *t, sqlite3_value **row, int every)
{
	static int phase;
	int c, i, n;

	name_row(t, row, now.name[0], sizeof now.name[0]);
	for (c = 0; c < t->n; c++) {
		if (sqlite3_value_type(row[c]) == SQLITE_NULL)
			continue;
		n = sqlite3_value_type(row[c]) == SQLITE_INTEGER ? 8 :
		    sqlite3_value_bytes(row[c]);
		for (i = phase++ % every; i < n; i += every)
			try_value(t, row, c, "flipped", i);
		if (n > 0 && (every == 1 || phase % 3 == 0)) {
			try_value(t, row, c, "appended", 0);
			try_value(t, row, c, "appended", 1);
			try_value(t, row, c, "cut", n - 1);
		}
	}
}

static void
take_out(const struct table *t, sqlite3_value **row)
{
	sqlite3_stmt *st;
	char sql[600];
	int i;

	name_row(t, row, now.name[0], sizeof now.name[0]);
	strcpy(now.name[1], now.name[0]);
	snprintf(sql, sizeof sql, "DELETE FROM %s WHERE 1", t->name);
	for (i = 0; i < t->n; i++)
		if (t->key[i])
			snprintf(sql + strlen(sql), sizeof sql - strlen(sql),
			    " AND %s IS ?%d", t->column[i], i + 1);
	check(sqlite3_prepare_v2(db, sql, -1, &st, NULL));
	for (i = 0; i < t->n; i++)
		if (t->key[i])
			sqlite3_bind_value(st, i + 1, row[i]);
	check(sqlite3_step(st));
	sqlite3_finalize(st);
	ask("row", "taken out", 0);
	snprintf(sql, sizeof sql, "INSERT INTO %s VALUES (?1", t->name);
	for (i = 1; i < t->n; i++)
		snprintf(sql + strlen(sql), sizeof sql - strlen(sql), ", ?%d",
		    i + 1);
	strcat(sql, ")");
	check(sqlite3_prepare_v2(db, sql, -1, &st, NULL));
	for (i = 0; i < t->n; i++)
		sqlite3_bind_value(st, i + 1, row[i]);
	check(sqlite3_step(st));
	sqlite3_finalize(st);
}

/* Exchange the numbers of two rows of audit. */
static void
swap(int64_t a, int64_t b)
{
	char sql[300];

	snprintf(sql, sizeof sql, "UPDATE audit SET seq = -1 WHERE seq = %lld;"
	    "UPDATE audit SET seq = %lld WHERE seq = %lld;"
	    "UPDATE audit SET seq = %lld WHERE seq = -1", (long long)a,
	    (long long)a, (long long)b, (long long)b);
	check(sqlite3_exec(db, sql, NULL, NULL, NULL));
}

static void
swap_rows(int n)
{
	int i;

	for (i = 1; i < n; i++) {
		swap(i, i + 1);
		snprintf(now.name[0], sizeof now.name[0], "%d", i);
		snprintf(now.name[1], sizeof now.name[1], "%d", i + 1);
		ask("seq", "swapped with the next", i);
		swap(i, i + 1);
	}
}

/* What cannot be seen from the store alone: that the newest head (a head kept
 * elsewhere shows it) or a cosignature was removed.  A missing last entry of
 * the ledger is reported as the row of audit that posted it. */
static int
may_go(const char *name, int last)
{
	return strcmp(name, "cosignature") == 0 || (last &&
	    (strcmp(name, "head") == 0 || strcmp(name, "ledger") == 0));
}

static void
sweep(const char *name, int every)
{
	static sqlite3_value *row[ROWS][COLUMNS];
	struct table t = { .name = name };
	sqlite3_stmt *st;
	int n = 0, i, all;

	st = prepare("PRAGMA table_info(%s)", name, NULL);
	for (; sqlite3_step(st) == SQLITE_ROW; t.n++) {
		snprintf(t.column[t.n], sizeof t.column[0], "%s",
		    (const char *)sqlite3_column_text(st, 1));
		t.key[t.n] = sqlite3_column_int(st, 5) > 0;
	}
	sqlite3_finalize(st);
	now.table = name;
	st = prepare("SELECT * FROM %s", name, NULL);
	for (; sqlite3_step(st) == SQLITE_ROW && n < ROWS; n++)
		for (i = 0; i < t.n; i++)
			row[n][i] = sqlite3_value_dup(
			    sqlite3_column_value(st, i));
	sqlite3_finalize(st);
	if (strcmp(name, "audit") == 0)
		swap_rows(n);
	for (all = n; n-- > 0; ) {
		sweep_row(&t, row[n], every);
		if (!may_go(name, n == all - 1))
			take_out(&t, row[n]);
		for (i = 0; i < t.n; i++)
			sqlite3_value_free(row[n][i]);
	}
}

int
main(int argc, char **argv)
{
	struct err e;
	int i;

	die_init(argv[0]);
	crypt_init();
	if (argc < 4)
		die(E_USAGE, "usage: sweep STORE EVERY TABLE...");
	if (store_open(&store, argv[1], ROLE_AUDIT, STORE_READ, &e) != 0)
		die_err(&e);
	check(sqlite3_open(argv[1], &db));
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	check(sqlite3_exec(db, "PRAGMA synchronous = OFF; "
	    "PRAGMA ignore_check_constraints = ON", NULL, NULL, NULL));
	for (i = 3; i < argc; i++)
		sweep(argv[i], atoi(argv[2]));
	fprintf(stderr, "%ld tried, %ld lost\n", tried, lost);
	sqlite3_close(db);
	store_close(store);
	return lost > 0;
}
