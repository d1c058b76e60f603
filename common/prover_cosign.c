/* Taking in what witnesses sign of heads, if it is genuine. */
#include "common/prover.h"

#include <string.h>

#include "common/clock.h"

enum { DAY = 86400 };	/* in seconds */

/* A head for which lines are tried. */
struct trial {
	struct store *store;
	const struct note_keys *witness;
	struct note *note;	/* the lines, and the text when there is one */
	int bare;		/* lines alone: any head may be meant */
	int64_t head;		/* the one that they are about */
	struct buf text;
	struct err *e;
};

/* Whether one of the lines is a witness's signature of this head; a line that
 * does not verify is about another one. */
static int
about(void *ctx, const struct head *h)
{
	struct trial *t = ctx;
	struct note own;
	size_t i;

	if (note_parse(&own, h->note, h->len) != 0)
		return 0;
	if (!t->bare && (own.len != t->note->len ||
	    memcmp(own.text, t->note->text, own.len) != 0))
		return 0;
	t->head = h->seq;
	if (!t->bare)
		return 1;
	t->note->text = own.text;
	t->note->len = own.len;
	for (i = 0; i < t->witness->n; i++)
		if (note_verify(t->note, &t->witness->key[i], NULL,
		    NULL) == 1)
			break;
	if (i == t->witness->n)
		return 0;
	buf_clear(&t->text);
	buf_add(&t->text, own.text, own.len);
	t->note->text = t->text.p;
	return 1;
}

/* Clocks differ, but not by days: the newest signature of a witness counts, and
 * one from far ahead would keep its place for good. */
static int
check_ahead(const struct trial *t, const char *name, const char *witness,
    int64_t at)
{
	int64_t now = clock_now() / CLOCK_SECOND;
	char text[CLOCK_TEXT];

	if (at <= now + DAY)
		return 0;
	return err_set(t->e, E_NO, "%s: witness '%s' signed it at %s, which is "
	    "in the future", name, witness, clock_format(at > INT64_MAX /
	    CLOCK_SECOND ? INT64_MAX : at * CLOCK_SECOND, text));
}

/* Take the signature of every known witness that has signed. */
static int
take(struct trial *t, const char *name, int64_t *signed_by, int64_t *news)
{
	const struct note_sig *line;
	const struct note_key *k;
	char vkey[NOTE_VKEY];
	int64_t at;
	size_t i;
	int rc;

	for (i = 0; i < t->witness->n; i++) {
		k = &t->witness->key[i];
		rc = note_verify(t->note, k, &at, &line);
		if (rc < 0)
			return err_set(t->e, E_NO, "%s: the signature of "
			    "witness '%s' is wrong", name, k->name);
		if (rc == 0)
			continue;
		if ((rc = check_ahead(t, name, k->name, at)) != 0)
			return rc;
		++*signed_by;
		note_key_text(k, vkey);
		rc = head_witness_add(t->store, t->head, vkey, line->line,
		    line->len, at, t->e);
		if (rc < 0)
			return rc;
		*news += rc;
	}
	return *signed_by > 0 ? 0 : err_set(t->e, E_NO, "%s: no witness of "
	    "loya.json signed it", name);
}

static int
cosign(struct trial *t, const char *name, int64_t *signed_by, int64_t *news)
{
	int rc;

	rc = head_walk_back(t->store, about, t, t->e);
	if (rc < 0)
		return rc;
	if (rc == 0)
		return err_set(t->e, E_NO, t->bare ? "%s: no witness of "
		    "loya.json signed a head of this store with it" :
		    "%s: not a head of this store", name);
	return take(t, name, signed_by, news);
}

int
prover_cosign(struct store *s, const struct note_keys *witness, int dry,
    const char *name, const char *text, size_t len, int64_t *news,
    struct err *e)
{
	static const char dash[] = "\xe2\x80\x94 ";
	struct note n = { 0 };
	struct trial t = { .store = s, .witness = witness, .note = &n,
	    .e = e };
	int64_t signed_by = 0;
	int rc;

	*news = 0;
	t.bare = len >= sizeof dash - 1 &&
	    memcmp(text, dash, sizeof dash - 1) == 0;
	if ((t.bare ? note_parse_signatures(&n, text, len) :
	    note_parse(&n, text, len)) != 0)
		return err_set(e, E_DATA, "%s: neither a signed head nor "
		    "lines of signatures", name);
	if ((rc = store_begin(s, STORE_MAIN, e)) != 0)
		return rc;
	if ((rc = cosign(&t, name, &signed_by, news)) == 0 && !dry)
		rc = store_commit(s, STORE_MAIN, e);
	else
		store_rollback(s, STORE_MAIN);
	buf_release(&t.text);
	return rc;
}
