/* The logs of the two files: when they are copied, and how they stay short. */
#include "common/store_inner.h"

#include <assert.h>
#include <time.h>

#include "common/clock.h"
#include "common/die.h"
#include "common/lock.h"

enum { LONG = 4, MORE_OFTEN = 4, MOMENT = 20 };	/* the last one: ms */

/*
 * Whether a checkpoint is due, and if so set when the next one is.  A reader
 * may keep the log from being copied completely; then the next one is due after
 * as much again.  With many readers there always is one, and on an overloaded
 * machine the log grew without end: so a log that has become long is tried more
 * often, and then everybody who writes waits a moment for the readers.
 */
static enum store_due
due(struct file *fp, enum store_file f)
{
	int64_t frames = db_wal_frames(fp->db), limit = store_kind[f].wal_limit;
	int is_long = frames >= LONG * limit;

	if (frames < limit)
		fp->checkpoint_at = limit;
	if (frames < fp->checkpoint_at)
		return STORE_SHORT;
	fp->checkpoint_at = frames + (is_long ? limit / MORE_OFTEN : limit);
	return is_long ? STORE_LONG : STORE_DUE;
}

/* Under the lock, so that nobody is writing (SQLite's WAL-reset race). */
int
store_checkpoint(struct store *s, enum store_file f, struct db *db,
    enum store_due how, struct err *e)
{
	int rc;

	pthread_mutex_lock(&s->quiet_lock);
	if (s->quiet != NULL && f == STORE_MAIN)
		s->quiet(s->quiet_ctx, 1);
	rc = db_checkpoint(db, store_kind[f].pace,
	    how == STORE_LONG ? MOMENT : 0, e);
	if (s->quiet != NULL && f == STORE_MAIN)
		s->quiet(s->quiet_ctx, 0);
	pthread_mutex_unlock(&s->quiet_lock);
	return rc;
}

int
store_limit_log(struct file *fp, enum store_file f, struct err *e)
{
	return db_limit_log(fp->db, LONG * store_kind[f].wal_limit, e);
}

int
store_copied(int rc, const struct err *e)
{
	if (rc != 0 && rc != E_IO)
		warn("%s; the log grows until that is fixed", e->msg);
	return rc == E_IO ? rc : 0;
}

int
store_keep_short(struct store *s, enum store_file f, struct err *e)
{
	struct file *fp = &s->file[f];
	enum store_due how = due(fp, f);
	int rc;

	if (how == STORE_SHORT)
		return 0;
	if (fp->aside != NULL) {
		store_aside_wake(fp->aside, how);
		return 0;
	}
	rc = store_copied(store_checkpoint(s, f, fp->db, how, e), e);
	fp->failed |= rc != 0;
	return rc;
}

/* One try; the lock is released for whoever waits for it. */
static int
empty_log(struct file *fp, enum store_file f, struct err *e)
{
	int rc;

	if ((rc = lock_take(fp->lock, db_path(fp->db), e)) != 0)
		return rc;
	rc = db_empty_log(fp->db, store_kind[f].pace, e);
	if (rc == 0)
		fp->checkpoint_at = store_kind[f].wal_limit;
	lock_give(fp->lock);
	return rc;
}

int
store_empty_log(struct store *s, enum store_file f, struct err *e)
{
	static const struct timespec nap = { 0, 20000000 };
	struct file *fp = &s->file[f];
	int64_t start = clock_mono();
	int rc;

	assert(!fp->held && fp->lock >= 0);
	while ((rc = empty_log(fp, f, e)) == E_BUSY &&
	    clock_mono() - start < 5 * CLOCK_SECOND)
		nanosleep(&nap, NULL);
	if (rc == E_BUSY)
		return err_set(e, E_BUSY, "%s-wal: a reader or a copy under "
		    "way still uses it", db_path(fp->db));
	return rc;
}

/*
 * If each process has the files to itself (inetd, cron), each has to read the
 * whole log before it can begin, and none can restart the log, because how much
 * of it was copied is only known as long as somebody has the file open.
 */
void
store_tidy(struct file *fp, enum store_file f)
{
	enum { SHORT = 64 };	/* frames */
	struct err e;
	int rc;

	if (fp->db == NULL || fp->failed || fp->lock < 0 ||
	    db_wal_frames(fp->db) < SHORT ||
	    lock_try(fp->lock, db_path(fp->db), NULL) != 0)
		return;
	rc = db_empty_log(fp->db, store_kind[f].pace, &e);
	if (rc != 0 && rc != E_BUSY)
		warn("%s; the log grows until that is fixed", e.msg);
	lock_give(fp->lock);
}

void
store_on_checkpoint(struct store *s, store_quiet_fn *fn, void *ctx)
{
	pthread_mutex_lock(&s->quiet_lock);
	s->quiet = fn;
	s->quiet_ctx = ctx;
	pthread_mutex_unlock(&s->quiet_lock);
}
