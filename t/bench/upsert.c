/*
 * upsert STORE FILE new|update N PAGES
 *
 * The limit that loya-apply is compared with: its member rows alone, by plain
 * prepared upserts, 100 a transaction, with the store's SQLite settings and a
 * checkpoint every PAGES pages.  The rows come from STORE, so they have the
 * same size; FILE gets the member table without its triggers and nothing else.
 * new: FILE is emptied first, and gets N rows.  update: N random rows get the
 * content of another row; if FILE does not exist it is filled first, which is
 * not counted.  Prints rows per second.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/die.h"
#include "common/options.h"

enum { COLUMNS = 22, TOGETHER = 100, LOADING = 10000 };

#define NAMES "num, id, given_name, family_name, name, email, phone_number, " \
	"birthdate, locale, zoneinfo, address, status, tags, enrolled_at, " \
	"ended_at, hold, points, tier, attributes, decided, claims, audit"

struct cell {
	int type;		/* SQLITE_INTEGER, _TEXT, _NULL */
	int64_t num;
	const char *text;
	int len;
};

struct rows {
	struct cell *cell;	/* COLUMNS each */
	long n;
	struct arena arena;
};

static void
check(sqlite3 *c, int rc)
{
	if (rc != SQLITE_OK && rc != SQLITE_ROW && rc != SQLITE_DONE)
		die(E_IO, "%s", sqlite3_errmsg(c));
}

static sqlite3 *
open_file(const char *path, int flags)
{
	sqlite3 *c;

	check(NULL, sqlite3_open_v2(path, &c, flags, NULL));
	return c;
}

static void
exec(sqlite3 *c, const char *sql)
{
	check(c, sqlite3_exec(c, sql, NULL, NULL, NULL));
}

static sqlite3_stmt *
prepare(sqlite3 *c, const char *sql)
{
	sqlite3_stmt *st;

	check(c, sqlite3_prepare_v3(c, sql, -1, SQLITE_PREPARE_PERSISTENT,
	    &st, NULL));
	return st;
}

static void
read_cell(sqlite3_stmt *st, int i, struct cell *c, struct arena *a)
{
	c->type = sqlite3_column_type(st, i);
	c->num = sqlite3_column_int64(st, i);
	c->text = (const char *)sqlite3_column_text(st, i);
	c->len = sqlite3_column_bytes(st, i);
	if (c->text != NULL)
		c->text = arena_dup(a, c->text, (size_t)c->len);
}

static void
read_rows(sqlite3 *c, struct rows *r)
{
	sqlite3_stmt *st = prepare(c, "SELECT " NAMES " FROM member");
	size_t cap = 0;
	int i;

	while (sqlite3_step(st) == SQLITE_ROW) {
		if ((size_t)r->n == cap) {
			cap = cap ? 2 * cap : 1024;
			r->cell = xrealloc(r->cell, cap,
			    COLUMNS * sizeof *r->cell);
		}
		for (i = 0; i < COLUMNS; i++)
			read_cell(st, i, &r->cell[r->n * COLUMNS + i],
			    &r->arena);
		r->n++;
	}
	sqlite3_finalize(st);
	if (r->n == 0)
		die(E_CONF, "the store has no members");
}

/* The table as the store has it, with its indexes, without triggers. */
static void
make_table(sqlite3 *from, sqlite3 *c)
{
	sqlite3_stmt *st = prepare(from, "SELECT sql FROM sqlite_master "
	    "WHERE tbl_name = 'member' AND type IN ('table', 'index') "
	    "AND sql IS NOT NULL");

	while (sqlite3_step(st) == SQLITE_ROW)
		exec(c, (const char *)sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
}

static void
settings(sqlite3 *c, const char *pages)
{
	char sql[80];

	exec(c, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
	    "PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON;"
	    "PRAGMA trusted_schema = OFF; PRAGMA secure_delete = ON;"
	    "PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;"
	    "PRAGMA cache_size = -8000;");
	snprintf(sql, sizeof sql, "PRAGMA wal_autocheckpoint = %.9s", pages);
	exec(c, sql);
}

static void
bind(sqlite3_stmt *st, int n, const struct cell *c)
{
	if (c->type == SQLITE_INTEGER)
		sqlite3_bind_int64(st, n, c->num);
	else if (c->type == SQLITE_TEXT)
		sqlite3_bind_text(st, n, c->text, c->len, SQLITE_STATIC);
	else
		sqlite3_bind_null(st, n);
}

/* Row i with its own num and id, and the rest of row other. */
static void
upsert(sqlite3 *c, sqlite3_stmt *st, const struct rows *r, long i,
    long other)
{
	int k;

	for (k = 0; k < COLUMNS; k++)
		bind(st, 1 + k, &r->cell[(k < 2 ? i : other) * COLUMNS + k]);
	check(c, sqlite3_step(st));
	sqlite3_reset(st);
}

static sqlite3_stmt *
prepare_upsert(sqlite3 *c)
{
	return prepare(c, "INSERT INTO member(" NAMES ") VALUES (?, ?, ?, ?, "
	    "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
	    "ON CONFLICT(num) DO UPDATE SET (given_name, family_name, name, "
	    "email, phone_number, birthdate, locale, zoneinfo, address, "
	    "status, tags, enrolled_at, ended_at, hold, points, tier, "
	    "attributes, decided, claims, audit) = (excluded.given_name, "
	    "excluded.family_name, excluded.name, excluded.email, "
	    "excluded.phone_number, excluded.birthdate, excluded.locale, "
	    "excluded.zoneinfo, excluded.address, excluded.status, "
	    "excluded.tags, excluded.enrolled_at, excluded.ended_at, "
	    "excluded.hold, excluded.points, excluded.tier, "
	    "excluded.attributes, excluded.decided, excluded.claims, "
	    "excluded.audit)");
}

static void
work(sqlite3 *c, const struct rows *r, int update, long n, long together)
{
	sqlite3_stmt *st = prepare_upsert(c), *begin, *commit;
	long i;

	begin = prepare(c, "BEGIN IMMEDIATE");
	commit = prepare(c, "COMMIT");
	for (i = 0; i < n; i++) {
		if (i % together == 0) {
			check(c, sqlite3_step(begin));
			sqlite3_reset(begin);
		}
		if (update)
			upsert(c, st, r, random() % r->n, random() % r->n);
		else
			upsert(c, st, r, i, i);
		if (i % together == together - 1 || i == n - 1) {
			check(c, sqlite3_step(commit));
			sqlite3_reset(commit);
		}
	}
	sqlite3_finalize(st);
	sqlite3_finalize(begin);
	sqlite3_finalize(commit);
}

static void
empty(const char *path)
{
	static const char *const part[] = { "", "-wal", "-shm" };
	char name[4096];
	size_t i;

	for (i = 0; i < 3; i++) {
		snprintf(name, sizeof name, "%s%s", path, part[i]);
		unlink(name);
	}
}

static void
open_both(char **argv, int update, sqlite3 **from, sqlite3 **to,
    struct rows *r)
{
	int there;

	*from = open_file(argv[1], SQLITE_OPEN_READWRITE);
	exec(*from, "PRAGMA wal_autocheckpoint = 0");
	sqlite3_db_config(*from, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	read_rows(*from, r);
	if (!update)
		empty(argv[2]);
	there = access(argv[2], F_OK) == 0;
	*to = open_file(argv[2], SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
	settings(*to, argv[5]);
	sqlite3_db_config(*to, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	if (!there)
		make_table(*from, *to);
	if (update && !there)
		work(*to, r, 0, r->n, LOADING);
}

int
main(int argc, char **argv)
{
	static struct rows r;
	sqlite3 *from, *to;
	int64_t n, start;
	int update;

	die_init(argv[0]);
	if (argc != 6 || options_number(argv[4], 1, 1 << 30, &n) != 0)
		die(E_USAGE, "usage: upsert STORE FILE new|update N PAGES");
	update = strcmp(argv[3], "update") == 0;
	/* As the store does it, before the first connection. */
	sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	open_both(argv, update, &from, &to, &r);
	if (!update && n > r.n)
		die(E_CONF, "the store has only %ld members", r.n);
	srandom((unsigned)clock_now());
	sync();
	start = clock_mono();
	work(to, &r, update, (long)n, TOGETHER);
	printf("%.0f\n", (double)n * 1e6 / (double)(clock_mono() - start));
	sqlite3_close(to);
	sqlite3_close(from);
	die_flush_exit(0);
}
