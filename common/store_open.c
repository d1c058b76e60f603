/* Opening and closing the two files. */
#include "common/store_inner.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/crypt.h"
#include "common/die.h"
#include "common/lock.h"
#include "common/role.h"

enum { FILE_PATH = 4096 };

static int
allow(void *ctx, enum db_action action, const char *table, const char *column)
{
	const struct guard *g = ctx;

	return role_allows(g->role, g->file, action, table, column);
}

/* For programs that do not migrate. */
static int
up_to_date(struct file *fp, enum store_file f, struct err *e)
{
	int64_t version;
	int rc;

	if ((rc = store_version(fp->db, f, &version, e)) != 0 ||
	    version == STORE_VERSION)
		return rc;
	return err_set(e, E_NOSTORE, "%s: %s; run loya-apply -b once to bring "
	    "it up to date", db_path(fp->db), version == 0 ?
	    "empty, or being made right now" : "made by an older loya");
}

/* Open for reading only: nothing is made, locked or migrated. */
static int
open_reader(struct file *fp, enum store_file f, const char *path,
    struct err *e)
{
	int rc;

	if ((rc = db_open(&fp->db, path, DB_READONLY, e)) != 0)
		return rc;
	return up_to_date(fp, f, e);
}

/* To create the log of a new file SQLite must be alone with it, and does not
 * wait for that: one process after the other. */
static int
open_or_make(struct file *fp, const char *path, int how, struct err *e)
{
	struct stat st;
	int rc, is_new = stat(path, &st) != 0 || st.st_size == 0;

	if (is_new && (rc = lock_take(fp->lock, path, e)) != 0)
		return rc;
	rc = db_open(&fp->db, path, how, e);
	if (is_new)
		lock_give(fp->lock);
	return rc;
}

static int
open_writer(struct file *fp, enum store_file f, const char *path, enum role r,
    int flags, struct err *e)
{
	int rc, how = flags & STORE_CREATE ? DB_CREATE : 0;

	/* These engines are what the triggers keep everybody else out for. */
	if ((r == ROLE_APPLY || r == ROLE_PUSH) && f == STORE_MAIN)
		how |= DB_OWNER;
	if (!(flags & STORE_CREATE) && access(path, F_OK) != 0)
		return err_set(e, E_NOSTORE, "%s: %s", path, strerror(errno));
	if (access(path, F_OK) == 0 && access(path, W_OK) != 0)
		return err_set(e, E_READONLY, "%s: cannot be written: %s",
		    path, strerror(errno));
	if ((rc = lock_open(path, &fp->lock, e)) != 0 ||
	    (rc = open_or_make(fp, path, how, e)) != 0 ||
	    (rc = store_limit_log(fp, f, e)) != 0)
		return rc;
	return flags & STORE_AS_IS ? up_to_date(fp, f, e) :
	    store_migrate(fp, f, e);
}

/* Refuse a folder, a device or a symbolic link: SQLite would follow the link,
 * and then each of the two names would have its own lock. */
static int
plain_file(const char *path, struct err *e)
{
	struct stat st;

	if (lstat(path, &st) != 0)
		return 0;	/* not there: others say so */
	if (S_ISREG(st.st_mode))
		return 0;
	return err_set(e, E_NOTSTORE, "%s: is %s, not a file", path,
	    S_ISDIR(st.st_mode) ? "a folder" : S_ISLNK(st.st_mode) ?
	    "a symbolic link" : "something else");
}

/* The name of one of the store's files; -1: there is no room for it. */
static int
file_path(const struct store *s, enum store_file f, char path[FILE_PATH])
{
	int n = snprintf(path, FILE_PATH, "%s%s", s->path,
	    store_kind[f].suffix);

	return n < 0 || n >= FILE_PATH ? -1 : 0;
}

/* A reader has found no store, an old one, or one that is being made at this
 * moment: make or migrate it, if this process may.  If it may not, the fault to
 * report is the one already in *e, not that a reader cannot write. */
static int
open_after_all(struct file *fp, enum store_file f, const char *path,
    enum role r, int flags, struct err *e)
{
	struct err again;
	int rc;

	db_close(fp->db);
	fp->db = NULL;
	rc = open_writer(fp, f, path, r, flags, &again);
	if (rc == E_READONLY)
		return E_NOSTORE;
	if (rc != 0 && e != NULL)
		*e = again;
	return rc;
}

static int
only_reads(const struct store *s, enum store_file f, const char *path,
    int flags)
{
	if (flags & STORE_READ)
		return 1;
	return f == STORE_INBOX ? s->role == ROLE_HEAD :
	    s->role == ROLE_RECV && access(path, F_OK) == 0;
}

static int
set_up(struct store *s, enum store_file f, struct err *e)
{
	struct file *fp = &s->file[f];
	int rc;

	/* The receiver only appends: a large cache would be memory alone. */
	if (s->role == ROLE_RECV &&
	    (rc = db_exec(fp->db, "PRAGMA cache_size = -2000;", e)) != 0)
		return rc;
	rc = db_number(fp->db, "PRAGMA data_version;", &fp->seen, e);
	fp->guard.role = s->role;
	fp->guard.file = f;
	db_guard(fp->db, allow, &fp->guard);
	return rc;
}

/*
 * A role that may not write a file opens it for reading, but makes it when
 * it is the first to come.
 */
static int
open_file(struct store *s, enum store_file f, int flags, struct err *e)
{
	struct file *fp = &s->file[f];
	char path[FILE_PATH];
	int rc, reader;

	if (file_path(s, f, path) != 0)
		return err_set(e, E_NOSTORE, "%s: name too long", s->path);
	if ((rc = plain_file(path, e)) != 0)
		return rc;
	fp->checkpoint_at = store_kind[f].wal_limit;
	reader = only_reads(s, f, path, flags);
	rc = reader ? open_reader(fp, f, path, e) :
	    open_writer(fp, f, path, s->role, flags, e);
	if (rc == E_NOSTORE && reader && (flags & STORE_CREATE))
		rc = open_after_all(fp, f, path, s->role, flags, e);
	if (rc != 0 || (rc = store_load_key(fp, e)) != 0)
		return rc;
	return set_up(s, f, e);
}

/* The path with its links resolved, so that a store has only one name;
 * malloc()ed.  NULL if its folder does not exist. */
static char *
one_name(const char *path)
{
	char *real, *folder, *base;
	const char *slash;
	size_t n;

	real = realpath(path, NULL);
	if (real != NULL || errno != ENOENT)
		return real;
	slash = strrchr(path, '/');
	n = slash != NULL ? (size_t)(slash - path) + 1 : 0;
	folder = xmalloc(n + 2);
	memcpy(folder, n > 0 ? path : ".", n > 0 ? n : 1);
	folder[n > 0 ? n : 1] = '\0';
	real = realpath(folder, NULL);
	free(folder);
	if (real == NULL)
		return NULL;
	base = xmalloc(strlen(real) + strlen(path + n) + 2);
	sprintf(base, "%s/%s", real, path + n);
	free(real);
	return base;
}

/*
 * An inbox file that ends before what the store knows of it does not belong to
 * it: its new rows would be taken for old ones.  Checked before it is made and,
 * in the roles that write its rows, after it is opened.
 */
static int
inbox_fits(struct store *s, int flags, struct err *e)
{
	struct db *inbox = s->file[STORE_INBOX].db;
	char path[FILE_PATH];
	int64_t known, last = 0;
	int rc;

	if ((flags & STORE_READ) || s->role == ROLE_AUDIT ||
	    s->role == ROLE_HEAD || (inbox != NULL &&
	    (s->role == ROLE_TOKEN || s->role == ROLE_PUSH)))
		return 0;
	rc = db_number(s->file[STORE_MAIN].db, "SELECT max(seq) FROM event;",
	    &known, e);
	file_path(s, STORE_INBOX, path);
	if (inbox == NULL && access(path, F_OK) == 0)
		return rc;
	/* Read after the other one, so that rows that arrive in between do no
	 * harm. */
	if (rc == 0 && inbox != NULL)
		rc = db_number(inbox, "SELECT max(seq) FROM inbox;", &last,
		    e);
	if (rc != 0 || last >= known)
		return rc;
	return err_set(e, E_NOTSTORE, "%s: %s, but the store knows row %lld; "
	    "put back the inbox file that belongs to it", path, inbox == NULL ?
	    "is not there" : "is older", (long long)known);
}

/*
 * The store is made before its inbox, so a missing store was lost.  A new one
 * in its place would apply and deliver once more everything that was ever
 * received; whoever wants that must say so with loya-token init.
 */
static int
store_fits(struct store *s, int flags, struct err *e)
{
	char path[FILE_PATH];
	struct stat st;
	int there;

	file_path(s, STORE_INBOX, path);
	if ((flags & STORE_ANEW) || access(path, F_OK) != 0)
		return 0;
	there = stat(s->path, &st) == 0;
	if (there ? st.st_size > 0 : errno != ENOENT)
		return 0;
	return err_set(e, E_NOTSTORE, "%s: is %s, but its inbox file is there; "
	    "put back the store that belongs to it", s->path,
	    there ? "empty" : "not there");
}

/* The store first, so that no inbox is made beside a file that is not a
 * store. */
static int
open_files(struct store *s, int flags, struct err *e)
{
	int rc;

	if ((rc = store_fits(s, flags, e)) != 0)
		return rc;
	rc = open_file(s, STORE_MAIN, flags, e);
	if (rc == E_NOSTORE && access(s->path, F_OK) != 0 && errno == ENOENT)
		return err_set(e, E_NOSTORE, "%s: there is no store; "
		    "loya-token init makes one, -s names another", s->path);
	if (rc != 0 || (flags & STORE_ALONE) ||
	    (rc = inbox_fits(s, flags, e)) != 0 ||
	    (rc = open_file(s, STORE_INBOX, flags, e)) != 0)
		return rc;
	return inbox_fits(s, flags, e);
}

int
store_open(struct store **out, const char *path, enum role role, int flags,
    struct err *e)
{
	struct store *s;
	mode_t mask;
	int f, rc = 0;

	*out = NULL;
	crypt_init();
	/* The files hold people's data: no access for others. */
	mask = umask(0);
	umask(mask | 0007);
	s = xcalloc(1, sizeof *s);
	s->path = one_name(path);
	if (s->path != NULL && strcmp(s->path, path) != 0)
		s->given = xstrdup(path);
	s->role = role;
	pthread_mutex_init(&s->quiet_lock, NULL);
	for (f = 0; f < STORE_FILES; f++)
		s->file[f].lock = -1;
	if (s->path == NULL && errno == ENOENT)
		rc = err_set(e, E_NOSTORE, "%s: its folder does not exist; "
		    "make it, or name another store with -s", path);
	else if (s->path == NULL)
		rc = err_set(e, E_NOSTORE, "%s: %s", path, strerror(errno));
	else
		rc = open_files(s, flags, e);
	umask(mask);
	if (rc != 0) {
		store_close(s);
		return rc;
	}
	*out = s;
	return 0;
}

int
store_map(struct store *s, struct err *e)
{
	int f, rc = 0;

	die_on_bus("%s or its inbox file: a page cannot be read, or the file "
	    "was cut short", s->path);
	for (f = 0; f < STORE_FILES && rc == 0; f++)
		if (s->file[f].db != NULL)
			rc = db_map(s->file[f].db, e);
	return rc;
}

/* Its thread must finish with the log first. */
static void
close_file(struct store *s, enum store_file f)
{
	struct file *fp = &s->file[f];

	if (fp->aside != NULL)
		fp->failed |= store_aside_stop(fp->aside) != 0;
	store_tidy(fp, f);
	db_close(fp->db);
	if (fp->lock >= 0)
		close(fp->lock);
}

void
store_close(struct store *s)
{
	int i;

	if (s == NULL)
		return;
	/* The rooms are told of it, so they must still be there. */
	for (i = 0; i < STORE_FILES; i++)
		store_rollback(s, (enum store_file)i);
	for (i = 0; i < STORE_SLOTS; i++)
		if (s->room[i].room != NULL)
			s->room[i].room->close(s->room[i].state);
	for (i = 0; i < STORE_FILES; i++)
		close_file(s, (enum store_file)i);
	pthread_mutex_destroy(&s->quiet_lock);
	free(s->path);
	free(s->given);
	free(s);
}
