/*
 * Whether the files themselves are sound.  An index that lacks a row hides it
 * from everybody who looks by it: a points reference is taken for new, a
 * delivery is never sent.  SQLite can tell, in a thread of its own with files
 * of its own, while everything else is looked at.
 */
#include "common/verify_part.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct verify_sound {
	struct store *store;
	pthread_t thread;
	struct buf said[STORE_FILES];	/* sentences, each with its NUL */
	int rc;
	struct err e;
};

static int
ask(struct verify_sound *s, enum store_file f)
{
	static const char sql[] = "PRAGMA integrity_check(20)";
	struct stmt *st = db_stmt(store_db(s->store, f), sql);
	const char *text;
	size_t len;
	int rc;

	while ((rc = stmt_step(st, &s->e)) == 1) {
		text = stmt_get_text(st, 0, &len);
		if (text != NULL && strcmp(text, "ok") != 0)
			buf_add(&s->said[f], text, len + 1);
	}
	stmt_reset(st);
	return rc;
}

static void *
run(void *arg)
{
	struct verify_sound *s = arg;

	if ((s->rc = ask(s, STORE_MAIN)) == 0)
		s->rc = ask(s, STORE_INBOX);
	return NULL;
}

int
verify_sound_start(struct verify *v)
{
	struct verify_sound *s = xcalloc(1, sizeof *s);
	int rc;

	rc = store_open(&s->store, store_path(v->store), ROLE_AUDIT,
	    STORE_READ, v->e);
	if (rc == 0 && (rc = pthread_create(&s->thread, NULL, run, s)) != 0)
		rc = err_set(v->e, E_IO, "thread: %s", strerror(rc));
	if (rc != 0) {
		store_close(s->store);
		free(s);
		return rc;
	}
	v->sound = s;
	return 0;
}

static void
tell(struct verify *v, const struct buf *said, const char *table)
{
	const char *p;

	for (p = said->p; p < said->p + said->len; p += strlen(p) + 1)
		verify_named(v, table, "file", "%s", p);
}

int
verify_sound_end(struct verify *v)
{
	struct verify_sound *s = v->sound;
	int rc;

	if (s == NULL)
		return 0;
	v->sound = NULL;
	pthread_join(s->thread, NULL);
	if ((rc = s->rc) != 0) {
		*v->e = s->e;
	} else {
		tell(v, &s->said[STORE_MAIN], "schema");
		tell(v, &s->said[STORE_INBOX], "inbox schema");
	}
	buf_release(&s->said[STORE_MAIN]);
	buf_release(&s->said[STORE_INBOX]);
	store_close(s->store);
	free(s);
	return rc;
}
