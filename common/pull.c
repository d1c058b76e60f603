#include "common/pull_work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/cursor.h"
#include "common/die.h"
#include "common/inbox.h"
#include "common/lock.h"

void
pull_new(struct pull **out, struct store *store, const struct config *c,
    const char *confdir, pull_fn *fn, void *ctx)
{
	struct pull *p = xcalloc(1, sizeof *p);

	p->store = store;
	slots_init(&p->known, sizeof(uint64_t));
	slots_init(&p->answers, sizeof(uint64_t));
	p->config = c;
	p->confdir = confdir;
	p->fn = fn;
	p->ctx = ctx;
	httpc_new(&p->http);
	oauth_new(&p->oauth, store, confdir);
	*out = p;
}

void
pull_free(struct pull *p)
{
	if (p == NULL)
		return;
	pull_close(p);
	oauth_free(p->oauth);
	httpc_free(p->http);
	arena_release(&p->batch.arena);
	buf_release(&p->batch.text);
	buf_release(&p->lines);
	buf_release(&p->canonical);
	buf_release(&p->keys);
	buf_release(&p->whole);
	buf_release(&p->part);
	json_release(&p->json);
	slots_release(&p->known);
	slots_release(&p->answers);
	free(p);
}

const struct pull_count *
pull_counts(const struct pull *p)
{
	return &p->count;
}

/* Let only one process read the changes of a source: two would do no harm, but
 * ask for everything twice. */
static int
only_one(struct pull *p, int *fd, struct err *e)
{
	const char *path = store_path(p->store);
	struct buf b = { 0 };
	int rc;

	buf_adds(&b, path);
	buf_adds(&b, "-pull-");
	buf_adds(&b, p->source->name);
	rc = lock_open_like(buf_str(&b), path, fd, e);
	if (rc == 0 && (rc = lock_try(*fd, buf_str(&b), e)) == E_BUSY)
		err_set(e, E_BUSY, "another loya-pull is reading it");
	buf_release(&b);
	return rc;
}

/* Add the name of the source to an error; that of a token begins with it
 * already. */
static void
name_it(const struct source *s, int rc, struct err *e)
{
	char msg[sizeof e->msg], name[80];

	snprintf(name, sizeof name, "source '%s': ", s->name);
	if (strncmp(e->msg, name, strlen(name)) == 0)
		return;
	memcpy(msg, e->msg, sizeof msg);
	err_set(e, rc, "%s%s", name, msg);
}

/* What the file lacks for a way of reading its source; or NULL. */
static const char *
lacking(const struct source_pull *c, enum pull_way way)
{
	if (way == PULL_DIFFERENCES)
		return c->nindex > 0 ? NULL : "there is no 'index'; -f "
		    "reads everything";
	if (c->command != NULL)
		return NULL;
	if (way == PULL_EVERYTHING)
		return c->nall > 0 ? NULL : "there is no 'all', which -f "
		    "needs";
	/* If only single records can be asked for, there is nothing to do but
	 * read back those that waited. */
	return c->nchanges > 0 || c->nall == 0 ? NULL : "there is no "
	    "'changes'; -f reads everything";
}

int
pull_ready(struct pull *p, const struct source *s, enum pull_way way,
    struct err *e)
{
	const char *lack;
	int rc = pull_open(p, s, e);

	if (rc == 0 && (lack = lacking(&s->pull, way)) != NULL)
		rc = err_set(e, E_CONF, "%s: pull: %s", s->at.pull, lack);
	return rc;
}

/* Run over a source: a failure gets the source's name and is recorded, unless
 * the file just has no such way of reading. */
static int
run(struct pull *p, const struct source *s, int alone, enum pull_way way,
    int (*fn)(struct pull *, struct err *), struct err *e)
{
	int rc, fd = -1;

	rc = alone ? pull_ready(p, s, way, e) : pull_open(p, s, e);
	if (rc == 0 && alone)
		rc = only_one(p, &fd, e);
	if (rc == 0 && (rc = fn(p, e)) != 0) {
		/* An answer without a token: this is no input of ours. */
		if (rc == E_DATA)
			rc = e->code = E_IO;
		/* What was read is kept; the first fault is the one to
		 * report. */
		pull_flush(p, 0, NULL);
		pull_failed(p, e);
	}
	if (p->source != NULL) {
		pull_put_off_told(p);
		pull_odd_rest(p);
	}
	if (fd >= 0)
		close(fd);
	if (rc != 0)
		name_it(s, rc, e);
	pull_close(p);
	return rc;
}

/* A bridge that forwards changes may seem to work and yet hear nothing for
 * days. */
static int
silent(struct pull *p, struct err *e)
{
	const struct receive *r = &p->source->receive;
	int rc;

	if (r->silence == 0 || !r->hook)
		return 0;
	if ((rc = pull_flush(p, 0, e)) != 0 || p->count.fresh == 0)
		return rc;
	rc = inbox_heard(p->store, p->source->name, clock_now() -
	    r->silence * CLOCK_SECOND, e);
	if (rc == 0)
		warn("source '%s': there are changes, but its hook has "
		    "received nothing for %lld s", p->source->name,
		    (long long)r->silence);
	return rc < 0 ? rc : 0;
}

static int
changes(struct pull *p, struct err *e)
{
	int64_t since;
	int rc, first;

	if (p->conf->command != NULL)
		return pull_command(p, e);
	if (p->conf->nchanges == 0)
		return 0;
	first = cursor_get(p->store, p->source->name, "changes", &since, e);
	if (first < 0)
		return first;
	if ((rc = pull_catch_up(p, e)) == 0 && first != 0)
		rc = silent(p, e);
	if (rc == 0)
		rc = pull_lead(p, first == 0, e);
	return rc != 0 ? rc : pull_missed(p, e);
}

int
pull_changes(struct pull *p, const struct source *s, struct err *e)
{
	return run(p, s, 1, PULL_CHANGES, changes, e);
}

int
pull_everything(struct pull *p, const struct source *s, struct err *e)
{
	return run(p, s, 1, PULL_EVERYTHING, pull_snapshot, e);
}

int
pull_differences(struct pull *p, const struct source *s, struct err *e)
{
	return run(p, s, 1, PULL_DIFFERENCES, pull_compare, e);
}

int
pull_waiting(struct pull *p, const struct source *s, struct err *e)
{
	return run(p, s, 0, PULL_CHANGES, pull_thin_waiting, e);
}

int
pull_read_back(struct pull *p, const struct source *s, const struct row *row,
    struct err *e)
{
	p->row = row;
	return run(p, s, 0, PULL_CHANGES, pull_thin_row, e);
}

int
pull_graver(int a, int b)
{
	static const int order[] = { EXIT_DONE, EXIT_LATER, EXIT_NO,
	    EXIT_DATA, EXIT_IO, EXIT_CONFIG, EXIT_BUG };
	int i, ra = 0, rb = 0;

	for (i = 0; i < (int)(sizeof order / sizeof order[0]); i++) {
		if (order[i] == a)
			ra = i;
		if (order[i] == b)
			rb = i;
	}
	return ra > rb ? a : b;
}
