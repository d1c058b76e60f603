/*
 * tamper STORE SEED ROWS LIST: changes values of every column of every table of
 * both files, one at a time, without any triggers, and runs the verifier each
 * time: does it find the change and name the table?  ROWS rows of each column,
 * drawn by SEED.  LIST has a line for what cannot be found:
 *
 *   FILE TABLE.COLUMN all|part	("meta.KEY" for the values of meta)
 *
 * What is listed with "all" must never be found; what is listed with "part"
 * must be found in some rows only (of that all rows are tried, some again).
 * Prints what is otherwise.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/crypt.h"
#include "common/die.h"
#include "common/verify.h"

enum { LINES = 400, MOST = 400 };

static const char *const files[] = { "store", "inbox" };

static sqlite3 *db[2];
static struct store *store;
static const char *path;
static uint64_t chance;
static long rows, tried, wrong;

static struct line {
	char what[120], how[8];
	long tried, found;
} lines[LINES];
static int nline;

static struct {
	const char *table;
	int faults, named;
	char first[700];
} now;

static void
check(sqlite3 *d, int rc)
{
	if (rc != SQLITE_OK && rc != SQLITE_DONE && rc != SQLITE_ROW)
		die(E_IO, "%s", sqlite3_errmsg(d));
}

/* xorshift64*: the same everywhere, unlike rand(). */
static uint64_t
draw(uint64_t below)
{
	chance ^= chance >> 12;
	chance ^= chance << 25;
	chance ^= chance >> 27;
	return (chance * 0x2545f4914f6cdd1du >> 16) % below;
}

static sqlite3_stmt *
prepare(sqlite3 *d, char *sql)
{
	sqlite3_stmt *st;

	check(d, sqlite3_prepare_v2(d, sql, -1, &st, NULL));
	sqlite3_free(sql);
	return st;
}

static void
read_list(const char *name_of)
{
	FILE *f = fopen(name_of, "r");
	struct line *l;
	char file[16], name[100];

	if (f == NULL)
		die(E_IO, "%s: cannot be read", name_of);
	for (; nline < LINES; nline++) {
		l = &lines[nline];
		if (fscanf(f, "%15s %99s %7s", file, name, l->how) != 3)
			break;
		snprintf(l->what, sizeof l->what, "%s %s", file, name);
	}
	fclose(f);
}

static struct line *
listed(const char *what)
{
	int i;

	for (i = 0; i < nline; i++)
		if (strcmp(lines[i].what, what) == 0)
			return &lines[i];
	return NULL;
}

static void
fault(void *ctx, const char *table, const char *row, const char *what)
{
	(void)ctx;
	if (now.faults++ == 0)
		snprintf(now.first, sizeof now.first, "%s %s: %s", table, row,
		    what);
	/* Faults name what a value of meta is used for. */
	now.named += strcmp(table, now.table) == 0 ||
	    strstr(what, now.table) != NULL || strcmp(now.table, "meta") == 0;
}

/* What the verifier says: 2 a fault with the right name, 1 another fault, 0
 * none. */
static int
ask(void)
{
	static const struct verify_options quick = { .no_schema = 1 };
	struct verify_result r;
	struct err e;

	now.faults = now.named = 0;
	tried++;
	/* Open it again: an open store caches some of what it has read. */
	store_close(store);
	store = NULL;
	if (store_open(&store, path, ROLE_AUDIT, STORE_READ, &e) != 0)
		return 2;
	if (verify_with(store, &quick, fault, NULL, &r, &e) != 0) {
		snprintf(now.first, sizeof now.first, "error: %s", e.msg);
		return 0;
	}
	return now.named > 0 ? 2 : now.faults > 0;
}

enum { COLUMNS = 32, TEXT = 1 << 16 };

struct table {
	int file, n;
	char name[40], column[COLUMNS][40], type[COLUMNS][16];
	int key[COLUMNS];
	sqlite3_value *row[MOST][COLUMNS];
	int nrow;
};

/* Bind a value in place of NULL. */
static void
bind_some(sqlite3_stmt *st, const char *type)
{
	if (strcmp(type, "INTEGER") == 0)
		sqlite3_bind_int64(st, 1, 1 + (int64_t)draw(1000));
	else if (strcmp(type, "BLOB") == 0)
		sqlite3_bind_blob(st, 1, "0123456789abcdef", 16,
		    SQLITE_STATIC);
	else
		sqlite3_bind_text(st, 1, "x", 1, SQLITE_STATIC);
}

/* A value different from v: with a bit flipped, or from another row. */
static sqlite3_value *
another(const struct table *t, int c, sqlite3_value *v)
{
	static char out[TEXT];
	static sqlite3_stmt *make;
	sqlite3_value *other = t->row[draw((uint64_t)t->nrow)][c];
	size_t len = (size_t)sqlite3_value_bytes(v);
	int64_t i = sqlite3_value_int64(v);
	int type = sqlite3_value_type(v);

	if (make == NULL)
		make = prepare(db[0], sqlite3_mprintf("SELECT ?1"));
	sqlite3_reset(make);
	if (type == SQLITE_NULL) {
		bind_some(make, t->type[c]);
	} else if (type == SQLITE_INTEGER) {
		/* A time changes by at least minutes. */
		sqlite3_bind_int64(make, 1, i ^ (int64_t)1 << (i >> 40 != 0 ?
		    28 + draw(8) : draw(3)));
	} else if (draw(2) == 0 && sqlite3_value_type(other) == type &&
	    (len != (size_t)sqlite3_value_bytes(other) || (len > 0 &&
	    memcmp(sqlite3_value_blob(v), sqlite3_value_blob(other), len)))) {
		sqlite3_bind_value(make, 1, other);
	} else {
		len = len > TEXT - 1 ? TEXT - 1 : len;
		/* An empty one has no address. */
		if (len > 0)
			memcpy(out, sqlite3_value_blob(v), len);
		else
			out[len++] = 'y';
		out[draw(len)] ^= 1;
		if (type == SQLITE_TEXT)
			sqlite3_bind_text(make, 1, out, (int)len,
			    SQLITE_STATIC);
		else
			sqlite3_bind_blob(make, 1, out, (int)len,
			    SQLITE_STATIC);
	}
	check(db[0], sqlite3_step(make));
	return sqlite3_value_dup(sqlite3_column_value(make, 0));
}

/* Change column c of a row from was to another value: 1, or 0 if the table
 * refuses. */
static int
set(const struct table *t, sqlite3_value **row, int c, sqlite3_value *to,
    sqlite3_value *was)
{
	sqlite3 *d = db[t->file];
	char where[400] = "1";
	sqlite3_stmt *st;
	int i, rc, done;

	for (i = 0; i < t->n; i++)
		if (t->key[i])
			snprintf(where + strlen(where), sizeof where -
			    strlen(where), " AND %s IS ?%d", t->column[i],
			    i + 2);
	st = prepare(d, sqlite3_mprintf("UPDATE %s SET %s = ?1 WHERE %s",
	    t->name, t->column[c], where));
	sqlite3_bind_value(st, 1, to);
	for (i = 0; i < t->n; i++)
		if (t->key[i])
			sqlite3_bind_value(st, i + 2, i == c ? was : row[i]);
	rc = sqlite3_step(st);
	done = rc == SQLITE_DONE && sqlite3_changes(d) == 1;
	if (rc != SQLITE_DONE && (sqlite3_errcode(d) & 255) !=
	    SQLITE_CONSTRAINT && (sqlite3_errcode(d) & 255) !=
	    SQLITE_MISMATCH)
		check(d, rc);
	sqlite3_finalize(st);
	return done;
}

/* Another value that the table accepts. */
static sqlite3_value *
change(const struct table *t, int r, int c)
{
	sqlite3_value *to;
	int i;

	for (i = 0; i < 8; i++) {
		to = another(t, c, t->row[r][c]);
		if (set(t, (sqlite3_value **)t->row[r], c, to, t->row[r][c]))
			return to;
		sqlite3_value_free(to);
	}
	return NULL;
}

static const char *
text(sqlite3_value *v)
{
	const char *s = (const char *)sqlite3_value_text(v);

	return s != NULL ? s : "NULL";
}

static void
try_row(const struct table *t, int r, int c)
{
	sqlite3_value *was = t->row[r][c], *to;
	struct line *l;
	char what[120];
	int found;

	if (strcmp(t->name, "meta") == 0)
		snprintf(what, sizeof what, "%s meta.%s", files[t->file],
		    (const char *)sqlite3_value_text(t->row[r][0]));
	else
		snprintf(what, sizeof what, "%s %s.%s", files[t->file],
		    t->name, t->column[c]);
	if ((to = change(t, r, c)) == NULL)
		return;
	now.table = t->name;
	found = ask();
	l = listed(what);
	if (l != NULL) {
		l->tried++;
		l->found += found > 0;
	} else if (found < 2) {
		wrong++;
		printf("%s of %s, %s -> %s: %s\n", what,
		    text(t->row[r][0]), text(was), text(to),
		    found == 0 ? "not found" : now.first);
	}
	if (!set(t, (sqlite3_value **)t->row[r], c, was, to))
		die(E_BUG, "%s: cannot be put back", what);
	sqlite3_value_free(to);
}

static struct line *
in_part(const struct table *t, int c)
{
	char what[120];
	struct line *l;

	snprintf(what, sizeof what, "%s %s.%s", files[t->file], t->name,
	    t->column[c]);
	l = listed(what);
	return l != NULL && strcmp(l->how, "part") == 0 ? l : NULL;
}

static void
tamper(struct table *t)
{
	enum { ENOUGH = 24 };	/* to meet either end of what is in part, */
	enum { MORE = 20 * ENOUGH };	/* mostly */
	const struct line *l;
	int c, k, n, meta = strcmp(t->name, "meta") == 0;

	for (c = meta; c < t->n; c++) {
		n = in_part(t, c) && t->nrow < ENOUGH ? ENOUGH :
		    in_part(t, c) || meta || t->nrow < rows ? t->nrow :
		    (int)rows;
		for (k = 0; k < n; k++)
			try_row(t, n < t->nrow ? (int)draw((uint64_t)t->nrow) :
			    k % t->nrow, c);
		l = in_part(t, c);
		for (k = 0; l != NULL && k < MORE && (l->found == 0 ||
		    l->found == l->tried); k++)
			try_row(t, k % t->nrow, c);
	}
}

static void
load(struct table *t, int file, const char *name)
{
	sqlite3_stmt *st;
	int i;

	memset(t, 0, sizeof *t);
	t->file = file;
	snprintf(t->name, sizeof t->name, "%s", name);
	st = prepare(db[file], sqlite3_mprintf("PRAGMA table_info(%s)", name));
	for (; sqlite3_step(st) == SQLITE_ROW && t->n < COLUMNS; t->n++) {
		snprintf(t->column[t->n], sizeof t->column[0], "%s",
		    (const char *)sqlite3_column_text(st, 1));
		snprintf(t->type[t->n], sizeof t->type[0], "%s",
		    (const char *)sqlite3_column_text(st, 2));
		t->key[t->n] = sqlite3_column_int(st, 5) > 0;
	}
	sqlite3_finalize(st);
	st = prepare(db[file], sqlite3_mprintf("SELECT * FROM %s", name));
	for (; sqlite3_step(st) == SQLITE_ROW && t->nrow < MOST; t->nrow++)
		for (i = 0; i < t->n; i++)
			t->row[t->nrow][i] = sqlite3_value_dup(
			    sqlite3_column_value(st, i));
	sqlite3_finalize(st);
	/* A small index has only runs. */
	if (t->nrow == 0 && strncmp(name, "hash_", 5) != 0) {
		printf("%s %s: has no rows to be changed\n", files[file], name);
		wrong++;
	}
}

static void
tables(int file)
{
	static struct table t;
	sqlite3_stmt *st;
	int i, k;

	st = prepare(db[file], sqlite3_mprintf("SELECT name FROM sqlite_schema "
	    "WHERE type = 'table' AND name NOT IN ('hash_merge') "
	    "ORDER BY name"));
	while (sqlite3_step(st) == SQLITE_ROW) {
		load(&t, file, (const char *)sqlite3_column_text(st, 0));
		if (t.nrow > 0)
			tamper(&t);
		for (i = 0; i < t.nrow; i++)
			for (k = 0; k < t.n; k++)
				sqlite3_value_free(t.row[i][k]);
	}
	sqlite3_finalize(st);
}

/* Check that what the list says is true. */
static void
judge(void)
{
	const struct line *l;
	int i, all;

	for (i = 0; i < nline; i++) {
		l = &lines[i];
		all = strcmp(l->how, "all") == 0;
		if (l->tried > 0 && l->found < l->tried &&
		    (all ? l->found == 0 : l->found > 0))
			continue;
		wrong++;
		printf("%s: is listed with '%s', and of %ld changes %ld were "
		    "found\n", l->what, l->how, l->tried, l->found);
	}
}

static void
open_file(int i, const char *name)
{
	check(db[i], sqlite3_open(name, &db[i]));
	sqlite3_db_config(db[i], SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	check(db[i], sqlite3_exec(db[i], "PRAGMA synchronous = OFF; "
	    "PRAGMA ignore_check_constraints = ON", NULL, NULL, NULL));
}

int
main(int argc, char **argv)
{
	char inbox[4096];

	die_init(argv[0]);
	crypt_init();
	if (argc != 5)
		die(E_USAGE, "usage: tamper STORE SEED ROWS LIST");
	chance = strtoull(argv[2], NULL, 10) * 2 + 1;
	rows = atol(argv[3]);
	read_list(argv[4]);
	path = argv[1];
	snprintf(inbox, sizeof inbox, "%s-inbox", argv[1]);
	open_file(0, argv[1]);
	open_file(1, inbox);
	tables(0);
	tables(1);
	judge();
	fprintf(stderr, "%ld tried, %ld wrong\n", tried, wrong);
	sqlite3_close(db[0]);
	sqlite3_close(db[1]);
	store_close(store);
	return wrong > 0;
}
