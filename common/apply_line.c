/* Lines that come from a pipe or a file. */
#include "common/apply_work.h"

#include <string.h>

#include "common/canon.h"
#include "common/clock.h"
#include "common/crypt.h"
#include "common/http.h"
#include "common/inbox.h"
#include "common/receive.h"

static const char *
attribute(struct apply *ap, const char *name)
{
	struct json *j = &ap->json;
	uint32_t i;

	i = json_get(j, 0, name);
	if (i == JSON_NONE || json_type(j, i) != JSON_STRING)
		return NULL;
	return json_string(j, i, &ap->incoming_arena, NULL);
}

/* Source, id and content type stand in columns and messages: printable, and of
 * a length that a person can read. */
static int
presentable(const char *s, size_t max)
{
	size_t n;

	for (n = 0; s[n] != '\0'; n++)
		if ((unsigned char)s[n] < 0x20 || s[n] == 0x7f)
			return 0;
	return n > 0 && n <= max;
}

static int
envelope(struct apply *ap, struct row *r, const char **type, struct err *e)
{
	struct json *j = &ap->json;
	uint32_t i;

	i = json_get(j, 0, "specversion");
	if (json_type(j, 0) != JSON_OBJECT || i == JSON_NONE ||
	    !json_is(j, i, "1.0"))
		return err_set(e, E_DATA, "not a CloudEvent 1.0");
	r->source = attribute(ap, "source");
	r->event_id = attribute(ap, "id");
	*type = attribute(ap, "type");
	if (r->source == NULL || r->event_id == NULL || *type == NULL)
		return err_set(e, E_DATA, "source, id or type is missing");
	if (!presentable(r->source, 64) || !presentable(r->event_id, 512))
		return err_set(e, E_DATA, "source or id is empty, too long or "
		    "has control characters");
	return 0;
}

/* Whether the row that the line names is there and is the one it means. */
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
		return err_set(e, E_DATA, "loyaseq is no integer");
	st = db_stmt(store_db(ap->store, STORE_INBOX), sql);
	stmt_int(st, 1, seq);
	stmt_text(st, 2, line->source);
	stmt_text(st, 3, line->event_id);
	rc = stmt_step(st, e);
	stmt_reset(st);
	return rc;
}

/* The body that a loya.received line carries: data as JSON or as text, or
 * data_base64. */
static int
received_body(struct apply *ap, struct row *r, struct err *e)
{
	struct arena *a = &ap->incoming_arena;
	struct json *j = &ap->json;
	unsigned char *raw;
	const char *s;
	uint32_t data, base64;
	size_t n;
	long len;

	r->content_type = attribute(ap, "datacontenttype");
	if (r->content_type == NULL)
		r->content_type = "application/json";
	if (!presentable(r->content_type, 256))
		return err_set(e, E_DATA, "datacontenttype is not one");
	r->head = attribute(ap, "loyahead");
	data = json_get(j, 0, "data");
	base64 = json_get(j, 0, "data_base64");
	if (base64 != JSON_NONE && data == JSON_NONE) {
		s = json_string(j, base64, a, &n);
		raw = arena_alloc(a, n + 1);
		len = s == NULL ? -1 : crypt_unbase64(s, n, 0, raw, n + 1);
		if (len < 0)
			return err_set(e, E_DATA, "data_base64 is not base64");
		r->body = (const char *)raw;
		r->len = (size_t)len;
		return 0;
	}
	if (data == JSON_NONE || base64 != JSON_NONE)
		return err_set(e, E_DATA, "one of data and data_base64 is "
		    "wanted");
	if (json_type(j, data) == JSON_STRING &&
	    !http_is_json(r->content_type)) {
		r->body = json_string(j, data, a, &r->len);
		return 0;
	}
	s = json_source(j, data, &r->len);
	r->body = arena_dup(a, s, r->len);
	return 0;
}

/*
 * Whether the line is what loya-recv and loya-pull print of a row, byte for
 * byte: then it says nothing that does not stand in the row.  A full pull has a
 * line for each record, and to read all of them costs a fifth of applying them.
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

int
apply_line(struct apply *ap, const char *line, size_t len, struct err *e)
{
	struct row r;
	const char *type = NULL;
	int rc;

	if (ap->looking && (rc = is_told(ap, line, len, e)) != 0)
		return rc < 0 ? rc : 0;
	memset(&r, 0, sizeof r);
	/* Of lines behind which a row stands nothing is kept. */
	if (ap->nincoming == 0)
		arena_reset(&ap->incoming_arena);
	if (json_parse(&ap->json, line, len) != 0)
		return err_set(e, E_DATA, "byte %zu: %s", ap->json.bad + 1,
		    ap->json.why);
	if ((rc = envelope(ap, &r, &type, e)) != 0 ||
	    (rc = stands_behind(ap, &r, e)) != 0)
		return rc < 0 ? rc : 0;
	if (strcmp(type, "loya.received") == 0) {
		if ((rc = received_body(ap, &r, e)) != 0)
			return rc;
	} else {
		r.content_type = ROW_CLOUDEVENT;
		r.body = arena_dup(&ap->incoming_arena, line, len);
		r.len = len;
	}
	r.received_at = clock_now();
	if (ap->nincoming == ap->incoming_cap) {
		ap->incoming_cap = ap->incoming_cap * 2 + 64;
		ap->incoming = xrealloc(ap->incoming, ap->incoming_cap,
		    sizeof *ap->incoming);
	}
	ap->incoming[ap->nincoming++] = r;
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
