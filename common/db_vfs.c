#include "common/db_vfs.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/db.h"
#include "common/db_page.h"

/* SQLite's own VFS writes less than 128 KiB at once; this is 31 pages with
 * frame headers. */
enum { TOGETHER = 31 * (4096 + 24) };

/* How much of a log is read at once; the write lock, the first of SQLite's
 * eight locks on the index. */
enum { AHEAD = 256 * 1024, WRITE_LOCK = 0 };

/* An open file; SQLite's own struct for it follows. */
struct file {
	sqlite3_file base;
	sqlite3_file *real;
	int puts_together;	/* a database or its log */
	int is_database, is_small;	/* small: less than DB_PAGE_MAX */
	int apart;		/* of a database: DB_VFS_APART */
	int pace, unsynced;	/* of a database: DB_VFS_PACE, and so far */
	const struct db_aside *aside;	/* of a database: DB_VFS_ASIDE */
	int left;		/* its leave() was called, back() not yet */
	struct file *log;	/* of a database: its log, once that is open */
	struct file *owner;	/* of a log: its database */
	struct buf late;	/* not written yet */
	sqlite3_int64 at;	/* where late begins */
	int rc;			/* why that failed, see flush_told() */
	int alone;		/* of a database: only we write its log */
	struct buf ahead;	/* of a log: read before it was asked for */
	sqlite3_int64 ahead_at;
	sqlite3_int64 next;	/* where the last read ended */
};

static struct file *
of(sqlite3_file *f)
{
	return (struct file *)(void *)f;
}

/* Why a write of this thread last failed: SQLite reports a failure at commit
 * without that. */
static _Thread_local int why;

int
db_vfs_errno(void)
{
	return why;
}

/* An exhausted quota counts as a full file system. */
static int
write_now(struct file *f, const void *p, int n, sqlite3_int64 at)
{
	int rc = f->real->pMethods->xWrite(f->real, p, n, at);

	if (rc == SQLITE_OK)
		return rc;
	why = errno;
	return why == ENOSPC || why == EDQUOT ? SQLITE_FULL : rc;
}

/* This much was written: sync when it is enough. */
static int
keep_pace(struct file *f, size_t n)
{
	if (f->pace == 0)
		return SQLITE_OK;
	f->unsynced += (int)n;
	if (f->unsynced < f->pace)
		return SQLITE_OK;
	f->unsynced = 0;
	return f->real->pMethods->xSync(f->real, SQLITE_SYNC_NORMAL |
	    SQLITE_SYNC_DATAONLY);
}

/* Write what was held back. */
static int
flush(struct file *f)
{
	size_t n = f->late.len;

	if (n == 0)
		return f->rc;
	if (f->rc == SQLITE_OK)
		f->rc = write_now(f, f->late.p, (int)n, f->at);
	buf_clear(&f->late);
	if (f->rc == SQLITE_OK)
		f->rc = keep_pace(f, n);
	return f->rc;
}

/* The same for a caller that writes or syncs, and gives up when that fails:
 * nobody else has to be told any more. */
static int
flush_told(struct file *f)
{
	int rc;

	rc = flush(f);
	f->rc = SQLITE_OK;
	return rc;
}

/* From here on others may overwrite what was read ahead. */
static void
forget(struct file *log)
{
	buf_release(&log->ahead);
	log->next = -1;
}

/*
 * A process that finds a log without its index reads all of it to make one, one
 * frame at a time, while it holds the write lock.  Pages that are read later
 * are not consecutive: frame headers are in between.
 */
static void
read_ahead(struct file *f, int n, sqlite3_int64 at)
{
	sqlite3_int64 size;
	int go_on = f->owner->alone && at == f->next;

	f->next = at + n;
	if (!go_on || (at >= f->ahead_at &&
	    at + n <= f->ahead_at + (sqlite3_int64)f->ahead.len))
		return;
	buf_clear(&f->ahead);
	if (f->real->pMethods->xFileSize(f->real, &size) != SQLITE_OK ||
	    size - at < n)
		return;
	size = size - at < AHEAD ? size - at : AHEAD;
	if (f->real->pMethods->xRead(f->real, buf_reserve(&f->ahead, AHEAD),
	    (int)size, at) == SQLITE_OK)
		f->ahead.len = (size_t)size;
	f->ahead_at = at;
}

static int
on_close(sqlite3_file *file)
{
	struct file *f = of(file);
	int rc, rc2;

	rc = flush(f);
	rc2 = f->real->pMethods->xClose(f->real);
	if (f->owner != NULL)
		f->owner->log = NULL;
	buf_release(&f->late);
	buf_release(&f->ahead);
	return rc != SQLITE_OK ? rc : rc2;
}

static int
on_read(sqlite3_file *file, void *p, int n, sqlite3_int64 at)
{
	struct file *f = of(file);
	int rc;

	if (f->late.len > 0 && at + n > f->at && (rc = flush(f)) != SQLITE_OK)
		return rc;
	if (f->owner != NULL)
		read_ahead(f, n, at);
	if (f->ahead.len > 0 && at >= f->ahead_at &&
	    at + n <= f->ahead_at + (sqlite3_int64)f->ahead.len) {
		memcpy(p, f->ahead.p + (at - f->ahead_at), (size_t)n);
		return SQLITE_OK;
	}
	return f->real->pMethods->xRead(f->real, p, n, at);
}

/* Whether the kinds of pages can be distinguished. */
static int
is_small(struct file *f, sqlite3_int64 at)
{
	sqlite3_int64 size;

	return at < DB_PAGE_MAX && f->real->pMethods->xFileSize(f->real,
	    &size) == SQLITE_OK && size < DB_PAGE_MAX;
}

/* In WAL mode only checkpoints write to a database. */
static void
leave(struct file *f)
{
	if (f->aside == NULL || f->left)
		return;
	f->left = 1;
	f->aside->leave(f->aside->ctx);
}

/* To SQLite a checkpoint that is not let back in looks like one that a reader
 * kept from being complete. */
static int
come_back(struct file *f)
{
	if (!f->left)
		return SQLITE_OK;
	f->left = 0;
	return f->aside->back(f->aside->ctx) == 0 ? SQLITE_OK : SQLITE_BUSY;
}

static int
on_write(sqlite3_file *file, const void *p, int n, sqlite3_int64 at)
{
	struct file *f = of(file);
	int rc;

	forget(f);
	if (!f->puts_together)
		return write_now(f, p, n, at);
	leave(f);
	if ((at != f->at + (sqlite3_int64)f->late.len || f->late.len +
	    (size_t)n > TOGETHER) && (rc = flush_told(f)) != SQLITE_OK)
		return rc;
	if (f->late.len == 0) {
		f->at = at;
		f->is_small = f->is_database && is_small(f, at);
	}
	buf_add(&f->late, p, (size_t)n);
	if (f->is_small)
		db_page_clear((unsigned char *)f->late.p + f->late.len - n,
		    (size_t)n, at);
	/* A checkpoint cut short by a reader syncs nothing, and says in the
	 * index that its pages are there before it releases its lock. */
	return f->is_database ? flush_told(f) : SQLITE_OK;
}

static int
on_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	struct file *f = of(file);
	int rc;

	forget(f);
	if ((rc = flush_told(f)) != SQLITE_OK)
		return rc;
	return f->real->pMethods->xTruncate(f->real, size);
}

static int
on_sync(sqlite3_file *file, int flags)
{
	struct file *f = of(file);
	int rc;

	rc = flush_told(f);
	f->unsynced = 0;
	if (rc == SQLITE_OK)
		rc = f->real->pMethods->xSync(f->real, flags);
	return rc == SQLITE_OK ? come_back(f) : rc;
}

static int
on_size(sqlite3_file *file, sqlite3_int64 *size)
{
	struct file *f = of(file);
	int rc;

	if ((rc = flush(f)) != SQLITE_OK)
		return rc;
	return f->real->pMethods->xFileSize(f->real, size);
}

static int
on_lock(sqlite3_file *f, int how)
{
	return of(f)->real->pMethods->xLock(of(f)->real, how);
}

static int
on_unlock(sqlite3_file *f, int how)
{
	flush(of(f));
	return of(f)->real->pMethods->xUnlock(of(f)->real, how);
}

static int
on_check_lock(sqlite3_file *f, int *out)
{
	return of(f)->real->pMethods->xCheckReservedLock(of(f)->real, out);
}

static int
set_apart(struct file *f, int apart)
{
	f->apart = apart;
	if (f->log == NULL)
		return SQLITE_OK;
	f->log->puts_together = !apart;
	return flush(f->log);
}

/* SQLite does not sync a checkpoint if others have written after it. */
static int
set_aside(struct file *f, const struct db_aside *aside)
{
	int rc = SQLITE_OK;

	if (f->left)
		rc = on_sync(&f->base, SQLITE_SYNC_NORMAL |
		    SQLITE_SYNC_DATAONLY);
	f->aside = aside;
	f->left = 0;
	return rc == SQLITE_BUSY ? SQLITE_OK : rc;
}

static int
on_control(sqlite3_file *f, int op, void *arg)
{
	if (op == DB_VFS_APART)
		return set_apart(of(f), *(int *)arg);
	if (op == DB_VFS_PACE) {
		of(f)->pace = *(int *)arg;
		return SQLITE_OK;
	}
	if (op == DB_VFS_ASIDE)
		return set_aside(of(f), arg);
	return of(f)->real->pMethods->xFileControl(of(f)->real, op, arg);
}

static int
on_sector(sqlite3_file *f)
{
	return of(f)->real->pMethods->xSectorSize(of(f)->real);
}

static int
on_traits(sqlite3_file *f)
{
	return of(f)->real->pMethods->xDeviceCharacteristics(of(f)->real);
}

static int
on_shm_map(sqlite3_file *f, int page, int size, int extend,
    void volatile **out)
{
	return of(f)->real->pMethods->xShmMap(of(f)->real, page, size, extend,
	    out);
}

/*
 * Before the write lock is released, everything must be written, also what a
 * rollback left in the log.  Later it would overwrite what another process
 * wrote since.
 */
static int
on_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
	struct file *f = of(file);
	int rc;

	if (flags == (SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE) &&
	    f->log != NULL) {
		flush(f->log);
		forget(f->log);
	}
	rc = f->real->pMethods->xShmLock(f->real, offset, n, flags);
	if (offset == WRITE_LOCK && (flags & SQLITE_SHM_EXCLUSIVE))
		f->alone = rc == SQLITE_OK && (flags & SQLITE_SHM_LOCK);
	return rc;
}

/* This is between the two copies of the index header: others see the new state
 * only afterwards.  (With synchronous=FULL the log was synced by then.) */
static void
on_shm_barrier(sqlite3_file *f)
{
	if (of(f)->log != NULL)
		flush(of(f)->log);
	of(f)->real->pMethods->xShmBarrier(of(f)->real);
}

static int
on_shm_unmap(sqlite3_file *f, int delete)
{
	return of(f)->real->pMethods->xShmUnmap(of(f)->real, delete);
}

/* Only for a mapped database (db_map), and whoever maps one does not write. */
static int
on_fetch(sqlite3_file *f, sqlite3_int64 at, int n, void **out)
{
	return of(f)->real->pMethods->xFetch(of(f)->real, at, n, out);
}

static int
on_unfetch(sqlite3_file *f, sqlite3_int64 at, void *page)
{
	return of(f)->real->pMethods->xUnfetch(of(f)->real, at, page);
}

static const sqlite3_io_methods methods = {
	3, on_close, on_read, on_write, on_truncate, on_sync, on_size,
	on_lock, on_unlock, on_check_lock, on_control, on_sector, on_traits,
	on_shm_map, on_shm_lock, on_shm_barrier, on_shm_unmap, on_fetch,
	on_unfetch
};

static sqlite3_vfs *
below(sqlite3_vfs *v)
{
	return v->pAppData;
}

static int
on_open(sqlite3_vfs *v, sqlite3_filename name, sqlite3_file *file, int flags,
    int *out)
{
	struct file *f = of(file);
	int rc;

	memset(f, 0, sizeof *f);
	f->real = (sqlite3_file *)(void *)(f + 1);
	rc = below(v)->xOpen(below(v), name, f->real, flags, out);
	if (f->real->pMethods == NULL)
		return rc;
	f->base.pMethods = &methods;
	f->puts_together = (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL))
	    != 0;
	f->is_database = (flags & SQLITE_OPEN_MAIN_DB) != 0;
	if (rc == SQLITE_OK && (flags & SQLITE_OPEN_WAL)) {
		f->owner = of(sqlite3_database_file_object(name));
		f->owner->log = f;
		f->puts_together = !f->owner->apart;
	}
	return rc;
}

const char *
db_vfs(void)
{
	static sqlite3_vfs vfs;
	sqlite3_vfs *real;

	if (vfs.zName != NULL)
		return vfs.zName;
	real = sqlite3_vfs_find(NULL);
	vfs = *real;
	vfs.pNext = NULL;
	vfs.pAppData = real;
	vfs.szOsFile = (int)sizeof(struct file) + real->szOsFile;
	vfs.xOpen = on_open;
	vfs.zName = "loya";
	sqlite3_vfs_register(&vfs, 0);
	return vfs.zName;
}
