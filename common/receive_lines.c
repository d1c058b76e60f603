#include "common/receive.h"

#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/canon.h"
#include "common/clock.h"
#include "common/crypt.h"
#include "common/json.h"
#include "common/jsonw.h"

/* How a row's data is written: not at all, as it is (compact JSON), or
 * whichever way fits. */
enum how { NO_DATA, COMPACT, ANY };

static void
base64(struct jsonw *w, const struct row *row)
{
	char *text;

	text = xmalloc(crypt_base64_len(row->len));
	crypt_base64(row->body, row->len, text);
	jsonw_kstring(w, "data_base64", text);
	free(text);
}

static void
data(struct jsonw *w, struct json *j, const struct row *row, enum how how)
{
	if (row->len == 0)
		return;
	if (how == COMPACT)
		jsonw_kraw(w, "data", row->body, row->len);
	else if (http_is_json(row->content_type) &&
	    json_parse(j, row->body, row->len) == 0) {
		jsonw_key(w, "data");
		jsonw_compact(w, j, 0);
	} else if (json_utf8(row->body, row->len)) {
		jsonw_key(w, "data");
		jsonw_stringn(w, row->body, row->len);
	} else {
		base64(w, row);
	}
}

static int
says(const struct json *j, const char *key, const char *want)
{
	uint32_t i = json_get(j, 0, key);

	return i != JSON_NONE && json_is(j, i, want);
}

/* Print a row that is a line of loya's own, as loya-pull makes them, as that
 * line, with its number added. */
static int
own_line(const struct row *row, struct json *j, struct buf *b)
{
	struct jsonw w;

	if (strcmp(row->content_type, ROW_CLOUDEVENT) != 0 ||
	    row->head != NULL || json_parse(j, row->body, row->len) != 0 ||
	    json_type(j, 0) != JSON_OBJECT ||
	    !says(j, "id", row->event_id) || !says(j, "source", row->source) ||
	    json_get(j, 0, "loyaseq") != JSON_NONE)
		return 0;
	jsonw_init(&w, b);
	jsonw_compact(&w, j, 0);
	b->len--;
	jsonw_resume(&w, b);
	jsonw_kint(&w, "loyaseq", row->seq);
	jsonw_close(&w, '}');
	jsonw_line(&w);
	return 1;
}

static void
line(const struct row *row, struct json *j, enum how how, struct buf *b)
{
	struct jsonw w;

	jsonw_init(&w, b);
	jsonw_object(&w);
	jsonw_kstring(&w, "specversion", "1.0");
	jsonw_kstring(&w, "id", row->event_id);
	jsonw_kstring(&w, "source", row->source);
	jsonw_kstring(&w, "type", "loya.received");
	jsonw_ktime(&w, "time", row->received_at);
	jsonw_kint(&w, "loyaseq", row->seq);
	jsonw_kstring(&w, "datacontenttype", row->content_type);
	/* An extension attribute is never an object, so this is its text. */
	jsonw_kstring(&w, "loyahead", row->head);
	if (how != NO_DATA)
		data(&w, j, row, how);
	jsonw_close(&w, '}');
	jsonw_line(&w);
}

void
receive_lines(const struct delivery *d, struct buf *b)
{
	struct json j;
	size_t i, start;

	memset(&j, 0, sizeof j);
	for (i = 0; i < d->nrow; i++) {
		if (d->rc != 0 || !d->fresh[i])
			continue;
		start = b->len;
		/* What came by a hook is printed as it came. */
		if (d->hook != NULL || !own_line(&d->row[i], &j, b))
			line(&d->row[i], &j, d->compact != NULL &&
			    d->compact[i] ? COMPACT : ANY, b);
		if (b->len - start <= RECEIVE_LINE)
			continue;
		/* Too long: the row holds the data. */
		b->len = start;
		line(&d->row[i], &j, NO_DATA, b);
	}
	json_release(&j);
}

/* Skip key and the string s, which needs no escape: 1, or 0 if something else
 * is there. */
static int
is_text(struct canon *c, const char *key, const char *s)
{
	size_t n = strlen(s);

	return canon_bytes(c, key, strlen(key)) && canon_bytes(c, s, n) &&
	    canon_char(c, '"') && jsonw_plain(s, n);
}

static int
is_head(struct canon *c, const char *head, struct buf *b)
{
	struct jsonw w;

	if (head == NULL)
		return 1;
	buf_clear(b);
	jsonw_init(&w, b);
	jsonw_string(&w, head);
	return canon_word(c, ",\"loyahead\":") && canon_bytes(c, b->p, b->len);
}

/* Compare with what line() would write, in the same order.  Writing it only to
 * compare would cost three times as much. */
int
receive_is_line(const struct row *row, const char *line, size_t n,
    struct buf *b)
{
	struct canon c = { line, line + n };
	char time[CLOCK_TEXT];
	int64_t seq;

	return row->len > 0 && http_is_json(row->content_type) &&
	    is_text(&c, "{\"specversion\":\"1.0\",\"id\":\"",
	    row->event_id) &&
	    is_text(&c, ",\"source\":\"", row->source) &&
	    is_text(&c, ",\"type\":\"loya.received\",\"time\":\"",
	    clock_format(row->received_at, time)) &&
	    canon_word(&c, ",\"loyaseq\":") && canon_int(&c, &seq) &&
	    seq == row->seq &&
	    is_text(&c, ",\"datacontenttype\":\"", row->content_type) &&
	    is_head(&c, row->head, b) && canon_word(&c, ",\"data\":") &&
	    canon_bytes(&c, row->body, row->len) && canon_char(&c, '}') &&
	    c.p == c.end;
}
