/* Opening and closing the engine. */
#include "common/deliver_work.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "common/audit.h"
#include "common/clock.h"
#include "common/conf.h"
#include "common/crypt.h"
#include "common/files.h"
#include "common/lock.h"
#include "common/ready.h"

static int
lane_init(struct deliver *d, const struct config *c, const struct source *s,
    struct err *e)
{
	struct lane *l = &d->lane[d->nlane];
	int rc;

	memset(l, 0, sizeof *l);
	l->source = s;
	l->number = d->nlane++;
	l->window = (s->push.concurrency < 5 ? s->push.concurrency : 5) *
	    1000;
	l->look = 1;
	l->next_due = INT64_MAX;
	l->credit_at = clock_mono();
	l->claim = -1;
	d->count.targets++;
	if ((rc = ready_push(c, s, e)) != 0)
		return lane_judge(d, l, LANE_FILE, rc, e);
	return lane_judge(d, l, LANE_SECRET, lane_keys(d, l, e), e);
}

/* A source without a push: say which presets its file may name, if its profile
 * has any. */
static void
no_push(const struct source *s, struct err *e)
{
	struct arena a = { NULL };
	const char *names;

	names = conf_preset_names(s->profile, "push", &a);
	err_set(e, E_CONF, "%s: it has no push%s%s", s->file,
	    names != NULL ? "; push.preset can be: " : "",
	    names != NULL ? names : "");
	arena_release(&a);
}

/* Open the lane of a named source.  A wrong name does not keep the others from
 * being delivered to. */
static int
lane_named(struct deliver *d, const struct config *c, const char *name,
    struct err *e)
{
	const struct source *s = config_source(c, name);
	size_t i;

	for (i = 0; i < d->nlane; i++)
		if (d->lane[i].source == s)
			return 0;
	if (s != NULL && s->push.kind != PUSH_NONE)
		return lane_init(d, c, s, e);
	if (s == NULL)
		err_set(e, E_CONF, "source '%s': there is no file "
		    "%s/sources/%s.json", name, c->dir, name);
	else
		no_push(s, e);
	deliver_tell(d, e->msg);
	d->count.targets++;
	d->count.faulty++;
	return 0;
}

/*
 * Descriptors for all that may be under way at the same time: that there is
 * none for a request is no fault of its target.  A request has up to four while
 * its host is looked up, and so has a command as it begins.
 */
static void
raise_files(const struct deliver *d)
{
	enum { OWN = 64, EACH = 4 };
	uint64_t want = OWN;
	size_t i;

	for (i = 0; i < d->nlane; i++)
		want += EACH * (uint64_t)d->lane[i].source->push.concurrency;
	files_raise(want);
}

int
deliver_new(struct deliver **out, struct store *store, const struct config *c,
    const char *confdir, char *const *name, size_t n, struct err *e)
{
	struct deliver *d = xcalloc(1, sizeof *d);
	size_t i;
	int rc;

	*out = NULL;
	d->store = store;
	d->confdir = confdir;
	d->all = n == 0;
	d->ended_tail = &d->ended;
	d->lane = xcalloc(c->nsource + 1, sizeof *d->lane);
	d->alive = -1;
	d->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE);
	/* Looked up before there are threads. */
	audit_actor();
	rc = d->wake >= 0 ? httpc_many_new(&d->http, e) :
	    err_set(e, E_IO, "eventfd: %s", strerror(errno));
	if (rc == 0)
		rc = secret_stamp(store, &d->stamp, e);
	for (i = 0; i < n && rc == 0; i++)
		rc = lane_named(d, c, name[i], e);
	for (i = 0; i < c->nsource && n == 0 && rc == 0; i++)
		if (c->source[i].push.kind != PUSH_NONE)
			rc = lane_init(d, c, &c->source[i], e);
	raise_files(d);
	if (rc == 0 && n > 0 && d->count.targets == 1 && d->count.faulty == 1)
		rc = err_set(e, E_CONF, "%s", deliver_complaint(d));
	if (rc != 0) {
		deliver_free(d);
		return rc;
	}
	*out = d;
	return 0;
}

/* If no other process delivers, take back everything that is leased.  The lock
 * is held exclusively only inside a transaction, so that nobody waits for it
 * who is not waiting for the store anyway. */
static int
take_back(struct store *s, int fd, const char *name, struct err *e)
{
	int alone, rc;

	if ((rc = store_begin_soft(s, STORE_MAIN, e)) != 0)
		return rc;
	rc = lock_try(fd, name, e);
	alone = rc == 0;
	if (alone)
		rc = outbox_reclaim(s, INT64_MAX, e);
	else if (rc == E_BUSY)
		rc = 0;
	if (rc == 0)
		rc = lock_share(fd, name, e);
	if (rc == 0 && alone)
		return store_commit(s, STORE_MAIN, e);
	store_rollback(s, STORE_MAIN);
	return rc;
}

int
alive_join(struct store *s, int *fd, struct err *e)
{
	const char *store = store_path(s), *name;
	struct buf b = { NULL, 0, 0 };
	int rc = 0;

	buf_adds(&b, store);
	buf_adds(&b, "-push");
	name = buf_str(&b);
	if (*fd < 0)
		rc = lock_open_like(name, store, fd, e);
	if (rc == 0)
		rc = take_back(s, *fd, name, e);
	buf_release(&b);
	return rc;
}

int
deliver_join(struct deliver *d, struct err *e)
{
	size_t i;
	int rc;

	rc = alive_join(d->store, &d->alive, e);
	for (i = 0; i < d->nlane && rc == 0; i++)
		rc = lane_claim(d, &d->lane[i], e);
	return rc;
}

static void
free_jobs(struct job *j)
{
	struct job *next;

	for (; j != NULL; j = next) {
		next = j->next;
		job_free(j);
	}
}

void
deliver_free(struct deliver *d)
{
	size_t i;

	if (d == NULL)
		return;
	turn_free(d);
	httpc_many_free(d->http);
	free_jobs(d->running);
	job_forget(d);
	for (i = 0; i < d->nlane; i++) {
		token_release(&d->lane[i]);
		lane_release(&d->lane[i]);
		if (d->lane[i].claim >= 0)
			close(d->lane[i].claim);
	}
	if (d->wake >= 0)
		close(d->wake);
	if (d->alive >= 0)
		close(d->alive);
	buf_release(&d->complaint);
	free(d->lane);
	crypt_free(d->key);
	arena_release(&d->arena);
	buf_release(&d->detail);
	buf_release(&d->output);
	free(d);
}
