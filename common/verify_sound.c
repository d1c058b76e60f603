/*
 * Whether the files themselves are sound.  If an index lacks a row, whoever
 * uses it does not see the row: a points reference is taken for new, a delivery
 * is never sent.  SQLite can tell; a thread per file, with its own connection,
 * asks it while the members are checked.
 */
#include "common/verify_part.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct sound {
	enum store_file file;
	struct store *store;	/* NULL: not begun */
	pthread_t thread;
	struct buf said;	/* sentences, each with its NUL */
	int rc;
	struct err e;
};

struct verify_sound {
	struct sound at[STORE_FILES];
};

static void *
ask(void *arg)
{
	static const char sql[] = "PRAGMA integrity_check(20)";
	struct sound *s = arg;
	struct stmt *st = db_stmt(store_db(s->store, s->file), sql);
	const char *text;
	size_t len;

	while ((s->rc = stmt_step(st, &s->e)) == 1) {
		text = stmt_get_text(st, 0, &len);
		if (text != NULL && strcmp(text, "ok") != 0)
			buf_add(&s->said, text, len + 1);
	}
	stmt_reset(st);
	return NULL;
}

static int
begin(struct verify *v, struct sound *s)
{
	int rc;

	rc = store_open(&s->store, store_path(v->store), ROLE_AUDIT,
	    STORE_READ, v->e);
	if (rc == 0)
		rc = store_map(s->store, v->e);
	if (rc == 0 && (rc = pthread_create(&s->thread, NULL, ask, s)) != 0)
		rc = err_set(v->e, E_IO, "thread: %s", strerror(rc));
	if (rc != 0) {
		store_close(s->store);
		s->store = NULL;
	}
	return rc;
}

int
verify_sound_start(struct verify *v)
{
	int f, rc = 0;

	v->sound = xcalloc(1, sizeof *v->sound);
	for (f = 0; f < STORE_FILES && rc == 0; f++) {
		v->sound->at[f].file = (enum store_file)f;
		rc = begin(v, &v->sound->at[f]);
	}
	return rc;
}

static void
tell(struct verify *v, const struct buf *said, const char *table)
{
	const char *p;

	for (p = said->p; p < said->p + said->len; p += strlen(p) + 1)
		verify_named(v, table, "file", "%s", p);
}

/* Report what was found, or why nothing can be said. */
static int
finish(struct verify *v, struct sound *s, const char *table)
{
	int rc;

	if (s->store == NULL)
		return 0;
	pthread_join(s->thread, NULL);
	if ((rc = s->rc) != 0)
		*v->e = s->e;
	else
		tell(v, &s->said, table);
	buf_release(&s->said);
	store_close(s->store);
	return rc;
}

int
verify_sound_end(struct verify *v)
{
	static const char *const table[STORE_FILES] = {
		[STORE_INBOX] = "inbox schema", [STORE_MAIN] = "schema"
	};
	struct verify_sound *s = v->sound;
	int f, one, rc = 0;

	if (s == NULL)
		return 0;
	v->sound = NULL;
	for (f = 0; f < STORE_FILES; f++)
		if ((one = finish(v, &s->at[f], table[f])) != 0)
			rc = one;
	free(s);
	return rc;
}
