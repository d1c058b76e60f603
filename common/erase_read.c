/*
 * Inbox rows for which the record names nobody: events that could not be mapped
 * or read, that wait to be read back, or were loya's own echo.  They are looked
 * at themselves, with the map of their source; what cannot be read is searched
 * for the ids, word by word.
 */
#include "common/erase_inner.h"

#include <ctype.h>
#include <string.h>

#include "common/inbox.h"
#include "common/map.h"

enum { WORD = 512 };

/* How much of a text to take for an id: the characters of nearly all ids; for
 * ids with a form of their own ("urn:x:7", "a/b") up to what separates words;
 * or up to what ends a value. */
enum width { NARROW, WIDE, WHOLE, WIDTHS };

static int
in_word(char c, enum width w)
{
	static const char *const ends[] = { [WIDE] = " \"'<>,;()[]{}",
	    [WHOLE] = "\"<>" };

	if (w == NARROW)
		return isalnum((unsigned char)c) || (unsigned char)c >= 0x80 ||
		    (c != '\0' && strchr("-_.@+", c) != NULL);
	return (unsigned char)c >= ' ' && strchr(ends[w], c) == NULL;
}

/* Whether a word was not looked at already with a narrower width. */
static int
is_new(const char *p, size_t n, enum width w)
{
	size_t i = 0;

	while (w != NARROW && i < n && in_word(p[i], w - 1))
		i++;
	return w == NARROW || i < n;
}

static int
has_word_of(const struct erase *x, const char *source, const char *p, size_t n,
    enum width w)
{
	char word[WORD + 1];
	size_t i = 0, from;

	while (i < n) {
		for (from = i; i < n && in_word(p[i], w); i++)
			;
		if (i > from && i - from <= WORD && is_new(p + from, i - from,
		    w)) {
			memcpy(word, p + from, i - from);
			word[i - from] = '\0';
			if (erase_is(x, source, word))
				return 1;
		}
		i += i == from;
	}
	return 0;
}

/* Whether a text in no particular format contains an id of the person. */
static int
has_word(const struct erase *x, const char *source, const char *p, size_t n)
{
	enum width w;

	for (w = NARROW; w < WIDTHS; w++)
		if (has_word_of(x, source, p, n, w))
			return 1;
	return 0;
}

static int
is_about(struct erase *x, const struct row *r)
{
	const char **id;
	size_t i, n;

	if (map_ids(config_source(x->config, r->source), r, &x->arena, &id,
	    &n) != 0 || n == 0)
		return has_word(x, r->source, r->body, r->len) ||
		    (r->head != NULL && has_word(x, r->source, r->head,
		    strlen(r->head)));
	for (i = 0; i < n; i++) {
		if (strcmp(id[i], x->id) == 0 ||
		    erase_is(x, r->source, id[i]))
			x->mark[r->seq] |= ERASE_OURS;
		else
			x->mark[r->seq] |= ERASE_OTHERS;
	}
	return 0;
}

int
erase_read(struct erase *x)
{
	static const char sql[] = "SELECT seq FROM inbox "
	    "WHERE seq > 0 AND seq <= :last AND body IS NOT NULL ORDER BY seq";
	struct stmt *st;
	struct row row;
	int64_t seq;
	int rc;

	st = db_stmt(store_db(x->store, STORE_INBOX), sql);
	stmt_int(st, 1, x->last);
	while ((rc = stmt_step(st, x->e)) == 1) {
		seq = stmt_get_int(st, 0);
		if (x->mark[seq] != 0)
			continue;
		if ((rc = inbox_get(x->store, seq, &x->arena, &row,
		    x->e)) != 0)
			break;
		if (is_about(x, &row))
			x->mark[seq] |= ERASE_OURS;
		arena_reset(&x->arena);
	}
	stmt_reset(st);
	return rc;
}
