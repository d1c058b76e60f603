/* Lines that come from a pipe or a file. */
#include "common/apply_work.h"

#include <string.h>

#include "common/canon.h"
#include "common/clock.h"
#include "common/cloudevent.h"
#include "common/inbox.h"
#include "common/incoming.h"
#include "common/receive.h"

/* Whether the row named by the line exists and is the one it means. */
static int
stands_behind(struct apply *ap, const struct row *line, struct err *e)
{
	static const char sql[] = "SELECT 1 FROM inbox WHERE seq = :seq "
	    "AND source = :source AND event_id = :event_id";
	struct json *j = &ap->json;
	struct stmt *st;
	uint32_t i;
	int64_t seq;
	int rc;

	i = json_get(j, 0, "loyaseq");
	if (i == JSON_NONE)
		return 0;
	if (json_int(j, i, &seq) != 0)
		return err_set(e, E_DATA, "loyaseq is not an integer");
	st = db_stmt(store_db(ap->store, STORE_INBOX), sql);
	stmt_int(st, 1, seq);
	stmt_text(st, 2, line->source);
	stmt_text(st, 3, line->event_id);
	rc = stmt_step(st, e);
	stmt_reset(st);
	return rc;
}

/*
 * Whether the line is byte for byte what loya-recv and loya-pull print for a
 * row: then it says nothing that is not in the row.  A full pull has a line for
 * each record, and parsing all of them costs a fifth of applying them.
 */
static int
is_told(struct apply *ap, const char *line, size_t len, struct err *e)
{
	struct canon c = { line, line + len };
	const char *s;
	struct row r;
	int64_t seq;
	size_t n;
	int rc;

	if (!canon_word(&c, "{\"specversion\":\"1.0\",\"id\":") ||
	    !canon_text(&c, &s, &n) || !canon_word(&c, ",\"source\":") ||
	    !canon_text(&c, &s, &n) || !canon_word(&c, ",\"type\":"
	    "\"loya.received\",\"time\":") || !canon_text(&c, &s, &n) ||
	    !canon_word(&c, ",\"loyaseq\":") || !canon_int(&c, &seq))
		return 0;
	if ((rc = inbox_follow(ap->store, seq, &r, e)) != 1)
		return rc;
	return receive_is_line(&r, line, len, &ap->told);
}

/* What is to be applied: the body that the line carries, or the line itself. */
static int
take_body(struct apply *ap, const char *type, const char *line, size_t len,
    struct row *r, struct err *e)
{
	int rc;

	if (strcmp(type, "loya.received") == 0)
		return incoming_body(&ap->json, &ap->incoming_arena, r, e);
	if ((rc = cloudevent_payload(&ap->json, 0, &ap->incoming_arena,
	    e)) != 0)
		return rc;
	r->content_type = ROW_CLOUDEVENT;
	r->body = arena_dup(&ap->incoming_arena, line, len);
	r->len = len;
	return 0;
}

static void
add_incoming(struct apply *ap, const struct row *r)
{
	if (ap->nincoming == ap->incoming_cap) {
		ap->incoming_cap = ap->incoming_cap * 2 + 64;
		ap->incoming = xrealloc(ap->incoming, ap->incoming_cap,
		    sizeof *ap->incoming);
	}
	ap->incoming[ap->nincoming++] = *r;
}

int
apply_line(struct apply *ap, const char *line, size_t len, struct err *e)
{
	struct row r;
	const char *type = NULL;
	int rc;

	if (ap->looking && (rc = is_told(ap, line, len, e)) != 0)
		return rc < 0 ? rc : 0;
	memset(&r, 0, sizeof r);
	/* Nothing is kept of lines that have a row. */
	if (ap->nincoming == 0)
		arena_reset(&ap->incoming_arena);
	if (json_parse(&ap->json, line, len) != 0)
		return err_set(e, E_DATA, "byte %zu: %s", ap->json.bad + 1,
		    ap->json.why);
	if ((rc = incoming_event(&ap->json, &ap->incoming_arena, &r, &type,
	    e)) != 0 ||
	    (rc = stands_behind(ap, &r, e)) != 0)
		return rc < 0 ? rc : 0;
	if ((rc = take_body(ap, type, line, len, &r, e)) != 0)
		return rc;
	r.received_at = clock_now();
	add_incoming(ap, &r);
	return 0;
}

/* A dry run has a transaction of its own once it has begun. */
int
apply_lines_begin(struct apply *ap, struct err *e)
{
	int rc = ap->dry ? 0 : store_look(ap->store, STORE_INBOX, e);

	ap->looking = rc == 0 && !ap->dry;
	return rc;
}

void
apply_lines_end(struct apply *ap)
{
	if (!ap->looking)
		return;
	inbox_follow_end(ap->store);
	store_look_end(ap->store, STORE_INBOX);
	ap->looking = 0;
}
