/* Finding what is to be removed, without the lock: whatever arrives meanwhile
 * is held by loya-apply, because the tombstones are there. */
#include "common/erase_inner.h"

#include <stdlib.h>
#include <string.h>

#include "common/inbox.h"
#include "common/progress.h"

/* Columns of the walk over the record. */
enum { C_SEQ, C_KIND, C_SOURCE, C_INBOX, C_MEMBER, C_DETAIL };

static void
mark(struct erase *x, int64_t inbox, int bit)
{
	if (inbox > 0 && inbox <= x->last)
		x->mark[inbox] |= (unsigned char)bit;
}

static const char *
text_of(struct erase *x, const char *key)
{
	return json_get_string(&x->json, 0, key, &x->arena, NULL);
}

/* A delivery made from a row about no member belongs to that row's event. */
static void
look_at_delivery(struct erase *x, int64_t seq)
{
	const char *who = text_of(x, "member");
	uint32_t i = json_get(&x->json, 0, "audit");
	int64_t audit;

	if (who != NULL && strcmp(who, x->id) == 0) {
		erase_add(&x->audit, seq);
	} else if (who == NULL && i != JSON_NONE &&
	    json_int(&x->json, i, &audit) == 0) {
		erase_add(&x->told, seq);
		erase_add(&x->told_audit, audit);
	}
}

/* A row about no member may name one in its detail: a delivery by loya's id, a
 * refused or held event by the source's. */
static void
look_inside(struct erase *x, struct stmt *st)
{
	int64_t seq = stmt_get_int(st, C_SEQ);
	int64_t inbox = stmt_get_int(st, C_INBOX);
	const char *source = stmt_get_text(st, C_SOURCE, NULL);
	const char *detail, *who;
	size_t n;

	detail = stmt_get_text(st, C_DETAIL, &n);
	/* That there was a snapshot says nothing about anybody. */
	if (detail == NULL || source == NULL ||
	    strncmp(stmt_get_text(st, C_KIND, NULL), "snapshot.", 9) == 0 ||
	    json_parse(&x->json, detail, n) != 0)
		return;
	if (strncmp(stmt_get_text(st, C_KIND, NULL), "delivery.", 9) == 0) {
		look_at_delivery(x, seq);
	} else if (inbox > 0) {
		who = text_of(x, "external_id");
		if (who == NULL) {
			erase_add(&x->loose, seq);
			erase_add(&x->loose_inbox, inbox);
		} else if (strcmp(who, x->id) == 0 ||
		    erase_is(x, source, who)) {
			mark(x, inbox, ERASE_OURS);
			erase_add(&x->named, seq);
			erase_add(&x->named_inbox, inbox);
		} else {
			mark(x, inbox, ERASE_OTHERS);
		}
	}
	arena_reset(&x->arena);
}

static void
look(struct erase *x, struct stmt *st)
{
	const char *member = stmt_get_text(st, C_MEMBER, NULL);
	int64_t seq = stmt_get_int(st, C_SEQ);

	if (member == NULL) {
		look_inside(x, st);
	} else if (strcmp(member, x->id) != 0) {
		mark(x, stmt_get_int(st, C_INBOX), ERASE_OTHERS);
	} else {
		mark(x, stmt_get_int(st, C_INBOX), ERASE_OURS);
		if (seq < x->before && !stmt_is_null(st, C_DETAIL))
			erase_add(&x->audit, seq);
	}
}

static int
walk_record(struct erase *x)
{
	static const char sql[] = "SELECT seq, kind, source, inbox, member, "
	    "detail FROM audit ORDER BY seq";
	struct stmt *st;
	int rc;

	st = db_stmt(store_db(x->store, STORE_MAIN), sql);
	while ((rc = stmt_step(st, x->e)) == 1)
		look(x, st);
	return rc;
}

/* Sort an inbox row about the person.  An event that may still take effect and
 * is about others too has to stay. */
static int
sort_event(struct erase *x, int64_t seq)
{
	struct event_row ev;
	int rc, waits, settled;

	if ((rc = event_get(x->store, seq, &ev, x->e)) != 0)
		return rc;
	waits = ev.state == EV_HELD || ev.state == EV_SCHEDULED ||
	    ev.state == EV_UNREAD || ev.due_at != 0;
	settled = ev.state == EV_APPLIED || strcmp(ev.why, "dismissed") == 0 ||
	    strcmp(ev.why, "erased") == 0;
	if ((x->mark[seq] & ERASE_OTHERS) && (waits || !settled)) {
		x->mark[seq] &= (unsigned char)~ERASE_OURS;
		if (x->receipt->left++ == 0)
			x->first_left = seq;
		return 0;
	}
	if (waits)
		erase_add(&x->event, seq);
	x->again |= ev.state != EV_APPLIED;
	return 0;
}

static int
sort_events(struct erase *x)
{
	static const char sql[] = "SELECT 1 FROM inbox WHERE seq = :seq "
	    "AND (body IS NOT NULL OR head IS NOT NULL)";
	struct stmt *st;
	int64_t seq;
	int rc;

	for (seq = 1; seq <= x->last; seq++) {
		if (!(x->mark[seq] & ERASE_OURS))
			continue;
		if ((rc = sort_event(x, seq)) != 0)
			return rc;
		if (!(x->mark[seq] & ERASE_OURS))
			continue;
		st = db_stmt(store_db(x->store, STORE_INBOX), sql);
		stmt_int(st, 1, seq);
		if ((rc = stmt_step(st, x->e)) < 0)
			return rc;
		stmt_reset(st);
		if (rc == 1)
			erase_add(&x->body, seq);
	}
	return 0;
}

/* An event may also wait by an id that a local line gave and that no
 * link has. */
static int
sort_pending(struct erase *x)
{
	static const char sql[] = "SELECT seq FROM pending";
	struct stmt *st;
	int64_t seq;
	int rc;

	st = db_stmt(store_db(x->store, STORE_MAIN), sql);
	while ((rc = stmt_step(st, x->e)) == 1) {
		seq = stmt_get_int(st, 0);
		if (seq > 0 && seq <= x->last &&
		    (x->mark[seq] & ERASE_OURS))
			erase_add(&x->pending, seq);
	}
	return rc;
}

/* Keep the rows of events that are only about the person.  If an event has to
 * stay, its rows stay too: they lead to it. */
static void
sort_rows(struct erase *x, const struct erase_list *rows,
    const struct erase_list *inbox, struct erase_list *to)
{
	size_t i;

	for (i = 0; i < rows->n; i++)
		if (inbox->v[i] <= x->last &&
		    (x->mark[inbox->v[i]] & ERASE_OURS))
			erase_add(to, rows->v[i]);
}

static int
order(const void *a, const void *b)
{
	int64_t l = *(const int64_t *)a, r = *(const int64_t *)b;

	return (l > r) - (l < r);
}

static int
is_in(const struct erase_list *l, int64_t v)
{
	return l->n > 0 && bsearch(&v, l->v, l->n, sizeof v, order) != NULL;
}

/* Find deliveries of these rows, which name no member either, and the answers
 * to them. */
static int
sort_told(struct erase *x, const struct erase_list *of,
    struct erase_list *rows)
{
	static const char sql[] = "SELECT seq, audit FROM outbox "
	    "WHERE member IS NULL AND (answer IS NOT NULL "
	    "OR state = 'waiting' OR state = 'leased') ORDER BY seq";
	struct stmt *st;
	size_t i;
	int rc;

	if (of->n == 0)
		return 0;
	st = db_stmt(store_db(x->store, STORE_MAIN), sql);
	while ((rc = stmt_step(st, x->e)) == 1)
		if (is_in(of, stmt_get_int(st, 1)))
			erase_add(&x->unnamed, stmt_get_int(st, 0));
	for (i = 0; i < x->told.n && rc == 0; i++)
		if (is_in(of, x->told_audit.v[i]))
			erase_add(rows, x->told.v[i]);
	return rc;
}

static int
sort_record(struct erase *x)
{
	struct erase_list named = { NULL, 0, 0 }, loose = { NULL, 0, 0 };
	size_t i;
	int rc;

	/* Both lists are in the order of the record. */
	sort_rows(x, &x->named, &x->named_inbox, &named);
	sort_rows(x, &x->loose, &x->loose_inbox, &loose);
	rc = sort_told(x, &named, &x->blind);
	if (rc == 0)
		rc = sort_told(x, &loose, &x->blind);
	for (i = 0; i < loose.n; i++)
		erase_add(&x->blind, loose.v[i]);
	for (i = 0; i < named.n; i++)
		erase_add(&x->audit, named.v[i]);
	free(named.v);
	free(loose.v);
	return rc;
}

int
erase_find(struct erase *x)
{
	int rc;

	/* Nobody has looked at later rows yet: loya-apply will hold them. */
	if ((x->last = event_last(x->store, x->e)) < 0)
		return (int)x->last;
	x->mark = xcalloc((size_t)x->last + 1, 1);
	if ((rc = walk_record(x)) != 0 || (rc = erase_read(x)) != 0 ||
	    (rc = sort_events(x)) != 0 || (rc = sort_pending(x)) != 0)
		return rc;
	return sort_record(x);
}
