/* Lines behind which no row stands: somebody else's, or of a file. */
#include "common/readback_inner.h"

#include <string.h>

#include "common/clock.h"
#include "common/crypt.h"
#include "common/http.h"
#include "common/inbox.h"
#include "common/receive.h"

/* An attribute as text, NULL: there is none, or it is no string. */
static const char *
attribute(const struct json *j, struct arena *a, const char *name)
{
	uint32_t i = json_get(j, 0, name);

	return i == JSON_NONE ? NULL : json_string(j, i, a, NULL);
}

/* As loya-apply takes them, for they stand in columns and messages. */
static int
presentable(const char *s, size_t max)
{
	size_t n;

	if (s == NULL)
		return 0;
	for (n = 0; s[n] != '\0'; n++)
		if ((unsigned char)s[n] < 0x20 || s[n] == 0x7f)
			return 0;
	return n > 0 && n <= max;
}

static int
base64(const struct json *j, struct arena *a, uint32_t i, struct row *r)
{
	unsigned char *raw;
	const char *s;
	size_t n;
	long len;

	if ((s = json_string(j, i, a, &n)) == NULL)
		return 0;
	raw = arena_alloc(a, n + 1);
	if ((len = crypt_unbase64(s, n, 0, raw, n + 1)) < 0)
		return 0;
	r->body = (const char *)raw;
	r->len = (size_t)len;
	return 1;
}

static int
body(const struct json *j, struct arena *a, struct row *r)
{
	uint32_t data = json_get(j, 0, "data");
	uint32_t raw = json_get(j, 0, "data_base64");
	const char *s;

	if ((data == JSON_NONE) == (raw == JSON_NONE))
		return 0;
	if (raw != JSON_NONE)
		return base64(j, a, raw, r);
	if (json_type(j, data) == JSON_STRING &&
	    !http_is_json(r->content_type)) {
		r->body = json_string(j, data, a, &r->len);
		return 1;
	}
	s = json_source(j, data, &r->len);
	r->body = arena_dup(a, s, r->len);
	return 1;
}

int
readback_row(const struct json *j, struct arena *a, struct row *r)
{
	uint32_t version = json_get(j, 0, "specversion");

	memset(r, 0, sizeof *r);
	r->source = attribute(j, a, "source");
	r->event_id = attribute(j, a, "id");
	r->content_type = attribute(j, a, "datacontenttype");
	if (r->content_type == NULL)
		r->content_type = "application/json";
	r->head = attribute(j, a, "loyahead");
	r->received_at = clock_now();
	return version != JSON_NONE && json_is(j, version, "1.0") &&
	    presentable(r->source, 64) && presentable(r->event_id, 512) &&
	    presentable(r->content_type, 256) && body(j, a, r);
}

int
readback_store(struct store *s, struct row *r, struct buf *line, struct err *e)
{
	static unsigned char yes = 1;
	struct delivery d = { .row = r, .nrow = 1, .fresh = &yes };
	int rc;

	if ((rc = store_begin(s, STORE_INBOX, e)) != 0)
		return rc;
	if ((rc = inbox_add(s, r, e)) < 0) {
		store_rollback(s, STORE_INBOX);
		return rc;
	}
	if ((rc = store_commit(s, STORE_INBOX, e)) == 0)
		receive_lines(&d, line);
	return rc;
}
