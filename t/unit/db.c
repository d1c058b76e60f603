/* The files of a database: nothing that was committed, checkpointed or read
 * back waits in memory, in whatever order things happen. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/db.h"
#include "common/die.h"
#include "t/unit/tap.h"

enum { BIG = 300 * 1000, ROUNDS = 16 };

static char folder[] = "/tmp/loya-db.XXXXXX";
static char path[80], copy[80];
static unsigned dice = 7;

static unsigned
chance(unsigned n)
{
	dice = dice * 1103515245 + 12345;
	return (dice >> 16) % n;
}

static struct db *
opened(const char *name)
{
	struct db *db;
	struct err e;

	if (db_open(&db, name, DB_CREATE, &e) != 0)
		die_err(&e);
	return db;
}

static void
sql(struct db *db, const char *text)
{
	struct err e;

	if (db_exec(db, text, &e) != 0)
		die_err(&e);
}

/* A single number for the whole content. */
static int64_t
content(struct db *db)
{
	int64_t v = -1;
	struct err e;

	if (db_number(db, "SELECT count(*) * 7 + coalesce(sum(id * length(v) "
	    "+ unicode(v)), 0) FROM t", &v, &e) != 0)
		die_err(&e);
	return v;
}

static void
put(struct db *db, int64_t id, size_t len)
{
	static const char text[] = "INSERT INTO t(id, v) VALUES (:id, :v) "
	    "ON CONFLICT(id) DO UPDATE SET v = excluded.v";
	static char v[BIG];
	struct stmt *st;
	struct err e;

	memset(v, 'a' + (int)chance(26), sizeof v);
	st = db_stmt(db, text);
	stmt_int(st, 1, id);
	stmt_textn(st, 2, v, len);
	if (stmt_run(st, &e) != 0)
		die_err(&e);
}

static void
copy_file(const char *suffix)
{
	char cmd[300];

	snprintf(cmd, sizeof cmd, "cp %s%s %s%s", path, suffix, copy, suffix);
	if (system(cmd) != 0)
		die(E_IO, "cp failed");
}

/* The content on disk, as after a crash that loses only memory. */
static int64_t
on_disk(void)
{
	struct db *db;
	int64_t v;
	char shm[100];

	copy_file("");
	copy_file("-wal");
	snprintf(shm, sizeof shm, "%s-shm", copy);
	unlink(shm);
	db = opened(copy);
	v = content(db);
	db_close(db);
	return v;
}

/* A transaction; one in eight is larger than the cache, so that pages go to
 * the log before its end and are read back. */
static void
work(struct db *db)
{
	unsigned i, n = 1 + chance(20);
	int large = chance(8) == 0;

	if (large)
		n = 32;
	for (i = 0; i < n; i++) {
		put(db, chance(100), large ? BIG : 1 + chance(3000));
		if (chance(30) == 0)
			content(db);
	}
}

/* If the disk is full in the middle of a transaction, nothing of that
 * transaction is there, and the next one is complete. */
static void
full(struct db *db, struct db *other)
{
	struct rlimit was, now;
	int64_t before = content(db);
	struct err e;
	int rc;

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &was);
	now = was;
	now.rlim_cur = 20 * 1000;
	sql(db, "BEGIN IMMEDIATE;");
	put(db, 1, 100 * 1000);
	setrlimit(RLIMIT_FSIZE, &now);
	rc = db_exec(db, "COMMIT;", &e);
	setrlimit(RLIMIT_FSIZE, &was);
	ok(rc != 0, "a commit that cannot be written fails");
	if (db_in_transaction(db))
		sql(db, "ROLLBACK;");
	ok(content(db) == before && content(other) == before,
	    "nothing of it happened");
	sql(db, "BEGIN IMMEDIATE;");
	put(db, 1, 90 * 1000 + 1 + chance(1000));
	sql(db, "COMMIT;");
	ok(content(db) == content(other) && content(db) == on_disk() &&
	    content(db) != before, "the next one is whole");
}

static void
large(struct db *db)
{
	int i;

	for (i = 0; i < 32; i++)
		put(db, i, BIG);
}

/* What a transaction wrote to the log and rolled back must not overwrite what
 * another process has committed there since. */
static void
left_behind(struct db *db, struct db *other)
{
	int64_t theirs, sound = 0;
	struct err e;

	sql(db, "BEGIN IMMEDIATE;");
	large(db);
	sql(db, "ROLLBACK;");
	sql(other, "BEGIN IMMEDIATE;");
	large(other);
	sql(other, "COMMIT;");
	theirs = on_disk();
	sql(db, "BEGIN IMMEDIATE;");
	put(db, 1000, 1);
	sql(db, "ROLLBACK;");
	ok(content(db) == theirs && on_disk() == theirs,
	    "a rollback leaves nothing that could be written later");
	if (db_number(other, "SELECT count(*) FROM pragma_integrity_check "
	    "WHERE integrity_check = 'ok'", &sound, &e) != 0)
		die_err(&e);
	is_int(sound, 1, "the file is sound");
}

/* Copy the files, with the log cut at n bytes. */
static void
copy_cut(off_t n)
{
	char name[100];

	copy_file("");
	copy_file("-wal");
	snprintf(name, sizeof name, "%s-wal", copy);
	if (truncate(name, n) != 0)
		die(E_IO, "truncate failed");
	snprintf(name, sizeof name, "%s-shm", copy);
	unlink(name);
}

/* What others do while a checkpoint goes on. */
struct during {
	struct db *db;
	int64_t now;
	int lost, away, times;
};

static void
write_on(void *ctx)
{
	struct during *d = ctx;
	int n;

	d->away = 1;
	d->times++;
	for (n = (int)chance(4); n > 0; n--) {
		sql(d->db, "BEGIN IMMEDIATE;");
		work(d->db);
		d->now = content(d->db);
		sql(d->db, "COMMIT;");
		d->lost += on_disk() != d->now;
	}
}

static int
come_back(void *ctx)
{
	((struct during *)ctx)->away = 0;
	return chance(4) == 0 ? E_BUSY : 0;
}

/* The same if the copying process cannot come back, so that nobody is told. */
static void
aside(struct db *db, struct db *other)
{
	struct during d = { db, content(db), 0, 0, 0 };
	const struct db_aside how = { write_on, come_back, &d };
	struct err e;
	int i, away = 0;

	for (i = 0; i < ROUNDS / 4; i++) {
		write_on(&d);
		d.away = 0;
		if (db_checkpoint_aside(other, chance(2) ? 65536 : 0, &how,
		    &e) != 0)
			die_err(&e);
		away += d.away;
		d.lost += on_disk() != d.now || content(other) != d.now;
		if (chance(4) == 0 && db_checkpoint(other, 0, 0, &e) != 0)
			die_err(&e);
		d.lost += on_disk() != d.now;
	}
	is_int(d.lost, 0, "nor by one that others write beside");
	is_int(away, 0, "who left came back");
	ok(d.times > i, "and did leave");
	put(db, 1, 1);
	ok(db_checkpoint(other, 0, 0, &e) == 0, "then what came meanwhile is "
	    "copied,");
	put(db, 1, 1);
	is_int(db_wal_frames(db), 1, "and the log starts over");
}

/* A checkpoint that a reader cuts short syncs nothing.  If part of it could not
 * be written, that must be reported all the same, or the next one drops the
 * log. */
static void
cut_short(void)
{
	struct rlimit was, now;
	struct db *db, *reader;
	struct err e;

	copy_cut(0);
	db = opened(copy);
	reader = opened(copy);
	sql(db, "DELETE FROM t;");
	if (db_empty_log(db, 0, &e) != 0)
		die_err(&e);
	put(db, 1, 1);
	sql(reader, "BEGIN;");
	content(reader);
	sql(db, "CREATE TABLE other(id INTEGER) STRICT;");
	getrlimit(RLIMIT_FSIZE, &was);
	now = was;
	now.rlim_cur = 4096;
	setrlimit(RLIMIT_FSIZE, &now);
	ok(db_checkpoint(db, 0, 0, &e) != 0, "a checkpoint that could not be "
	    "written fails, also in front of a reader");
	setrlimit(RLIMIT_FSIZE, &was);
	sql(reader, "COMMIT;");
	if (db_empty_log(db, 0, &e) != 0)
		die_err(&e);
	is_int(content(reader), content(db), "and is made again");
	db_close(reader);
	db_close(db);
}

/* What the copy holds according to the sqlite3 shell. */
static int64_t
by_shell(void)
{
	char cmd[200];
	long long v = -1;
	FILE *f;

	snprintf(cmd, sizeof cmd, "sqlite3 %s 'PRAGMA "
	    "wal_autocheckpoint = 0; SELECT count(*) FROM t' | tail -n 1",
	    copy);
	f = popen(cmd, "r");
	if (f == NULL || fscanf(f, "%lld", &v) != 1 || pclose(f) != 0)
		die(E_IO, "sqlite3 failed");
	return v;
}

/* A log that ends anywhere, as a crash leaves it, is read up to its last whole
 * transaction, as SQLite does by itself. */
static void
torn(struct db *db)
{
	enum { COMMITS = 400, CUTS = 40, STEP = 61000 };
	int64_t ours, rows = 0;
	struct db *cut;
	int i, same = 0;
	struct err e;

	sql(db, "DELETE FROM t;");
	for (i = 0; i < COMMITS; i++)
		put(db, i, 9000);
	for (i = 0; i < CUTS; i++) {
		copy_cut(33 + (off_t)i * STEP);
		cut = opened(copy);
		if (db_number(cut, "SELECT count(*) FROM t", &ours, &e) != 0)
			die_err(&e);
		db_close(cut);
		rows += ours;
		copy_cut(33 + (off_t)i * STEP);
		same += ours == by_shell();
	}
	is_int(same, CUTS, "a log that was cut is read as SQLite reads it");
	ok(rows > COMMITS, "to where it was cut");
}

static off_t
log_size(void)
{
	struct stat st;
	char name[100];

	snprintf(name, sizeof name, "%s-wal", copy);
	return stat(name, &st) == 0 ? st.st_size : -1;
}

/* The log grows while there is a reader, and shrinks again. */
static void
limited(void)
{
	enum { FRAMES = 10, FRAME = 24 + 4096, HEAD = 32 };
	struct db *db, *reader;
	struct err e;
	int i;

	copy_cut(0);
	db = opened(copy);
	reader = opened(copy);
	if (db_limit_log(db, FRAMES, &e) != 0)
		die_err(&e);
	sql(reader, "BEGIN;");
	content(reader);
	for (i = 0; i < 3 * FRAMES; i++)
		put(db, 1, 3000);
	ok(log_size() > 2 * FRAMES * FRAME, "in front of a reader the log "
	    "grows");
	sql(reader, "COMMIT;");
	if (db_checkpoint(db, 0, 0, &e) != 0)
		die_err(&e);
	put(db, 1, 3000);
	is_int(log_size(), HEAD + FRAMES * FRAME, "the next one gives it back");
	db_close(reader);
	db_close(db);
}

/* How a program ends whose file is cut short while it reads. */
static int
cut_while_read(int out)
{
	static const char all[] = "SELECT v FROM t";
	struct stmt *st;
	struct db *db;
	struct err e;
	int rc;

	dup2(out, STDERR_FILENO);
	if (db_open(&db, copy, DB_READONLY, &e) != 0 || db_map(db, &e) != 0)
		return 1;
	die_on_bus("%s: cannot be read", copy);
	st = db_stmt(db, all);
	rc = stmt_step(st, &e);
	if (rc != 1 || truncate(copy, 4096) != 0)
		return 2;
	while (stmt_step(st, &e) == 1)
		;
	return 3;
}

/* As long as nothing happens to it, a mapped file is read like any other. */
static void
map(void)
{
	char got[200], want[200];
	struct db *db;
	int64_t was, now;
	int how, fd[2];
	ssize_t n;
	pid_t child;
	struct err e;

	copy_cut(0);
	db = opened(copy);
	sql(db, "DELETE FROM t;");
	large(db);
	if (db_empty_log(db, 0, &e) != 0)
		die_err(&e);
	was = content(db);
	put(db, 7, 9);
	now = content(db);
	db_close(db);
	if (db_open(&db, copy, DB_READONLY, &e) != 0 || db_map(db, &e) != 0)
		die_err(&e);
	ok(now != was && content(db) == now, "a file that is mapped is read "
	    "with its log");
	db_close(db);
	if (pipe(fd) != 0 || (child = fork()) < 0)
		die(E_IO, "no child");
	if (child == 0)
		_exit(cut_while_read(fd[1]));
	close(fd[1]);
	waitpid(child, &how, 0);
	n = read(fd[0], got, sizeof got - 1);
	got[n > 0 ? n : 0] = '\0';
	snprintf(want, sizeof want, "db: %s: cannot be read\n", copy);
	is_int(how, EXIT_IO << 8, "cut meanwhile, it is the end of who reads");
	is_str(got, want, "who says so");
	close(fd[0]);
}

int
main(void)
{
	struct db *db, *other;
	struct err e;
	int64_t was, now;
	int i, seen = 0, safe = 0, back = 0, rounds = 0;

	die_init("db");
	if (mkdtemp(folder) == NULL)
		die(E_IO, "no folder");
	snprintf(path, sizeof path, "%s/a", folder);
	snprintf(copy, sizeof copy, "%s/b", folder);
	db = opened(path);
	sql(db, "CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT) STRICT;");
	other = opened(path);
	for (i = 0; i < ROUNDS; i++) {
		was = content(db);
		sql(db, "BEGIN IMMEDIATE;");
		work(db);
		now = content(db);
		if (chance(5) == 0) {
			sql(db, "ROLLBACK;");
			back += content(db) != was || content(other) != was;
			continue;
		}
		sql(db, "COMMIT;");
		rounds++;
		seen += content(other) == now;
		safe += on_disk() == now;
		if (chance(4) == 0 && db_checkpoint(db,
		    chance(2) ? 65536 : 0, 0, &e) != 0)
			die_err(&e);
		if (chance(4) == 0)
			back += on_disk() != now || content(other) != now;
	}
	is_int(seen, rounds, "what is committed is seen by others at once");
	is_int(safe, rounds, "and is in the files");
	is_int(back, 0, "nothing changes by a rollback or a checkpoint");
	aside(db, other);
	left_behind(db, other);
	full(db, other);
	if (db_soft(db, 1, &e) != 0)
		die_err(&e);
	sql(db, "BEGIN IMMEDIATE;");
	work(db);
	now = content(db);
	sql(db, "COMMIT;");
	ok(content(other) == now && on_disk() == now,
	    "a commit that is not synced is in the files at once");
	full(db, other);
	if (db_soft(db, 0, &e) != 0)
		die_err(&e);
	cut_short();
	limited();
	map();
	db_close(other);
	torn(db);
	db_close(db);
	snprintf(copy, sizeof copy, "rm -r %s", folder);
	i = system(copy);
	return done_testing() || i != 0;
}
