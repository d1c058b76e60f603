#include "common/notice.h"

#include <string.h>

#include "common/buf.h"
#include "common/claims.h"

/* Write the cause, "SOURCE/EVENT-ID"; nothing for what loya does by itself. */
static void
write_cause(struct jsonw *j, const struct notice *n)
{
	struct buf cause = { NULL, 0, 0 };

	if (n->seq == 0)
		return;
	buf_adds(&cause, n->source);
	buf_addc(&cause, '/');
	buf_adds(&cause, n->event_id);
	jsonw_key(j, "loyacause");
	jsonw_stringn(j, cause.p, cause.len);
	buf_release(&cause);
	jsonw_kint(j, "loyaseq", n->seq);
}

/* How much of data precedes the mark; all of it if there is none. */
static size_t
before_mark(const struct notice *n)
{
	static const char begin[] = ",\"" NOTICE_MARK "\":\"", end[] = "\"}";
	size_t len = sizeof begin - 1 + CLAIMS_MARK - 1 + sizeof end - 1;
	const char *p = n->data + n->len;

	if (n->len <= len || memcmp(p - len, begin, sizeof begin - 1) != 0 ||
	    memcmp(p - (sizeof end - 1), end, sizeof end - 1) != 0)
		return n->len;
	return n->len - len;
}

static void
write_data(struct jsonw *j, const struct notice *n)
{
	size_t len = before_mark(n);

	jsonw_kraw(j, "data", n->data, len);
	if (len < n->len)
		buf_addc(j->b, '}');
}

void
notice_write(struct jsonw *j, const struct notice *n)
{
	jsonw_object(j);
	jsonw_kstring(j, "specversion", "1.0");
	jsonw_kstring(j, "id", n->id);
	jsonw_kstring(j, "source", "loya");
	jsonw_kstring(j, "type", n->type);
	jsonw_kstring(j, "subject", n->member);
	jsonw_ktime(j, "time", n->at);
	write_cause(j, n);
	jsonw_kstring(j, "datacontenttype", "application/json");
	write_data(j, n);
	jsonw_close(j, '}');
}

int
notice_delivered(const char *type)
{
	static const char *const types[] = { "loya.member.enrolled",
	    "loya.member.updated", "loya.member.suspended",
	    "loya.member.reactivated", "loya.member.closed",
	    "loya.member.erased", "loya.member.unchanged",
	    "loya.member.missing", "loya.points.posted", "loya.event.refused",
	    "loya.event.held", "loya.event.scheduled",
	    "loya.event.superseded", "loya.event.duplicate" };
	size_t i;

	for (i = 0; i < sizeof types / sizeof types[0]; i++)
		if (strcmp(type, types[i]) == 0)
			return 1;
	return 0;
}

char *
notice_type(const char *kind, char *out, size_t size)
{
	static const char prefix[] = "loya.";
	size_t n = strlen(kind), room = size - sizeof prefix;

	memcpy(out, prefix, sizeof prefix - 1);
	n = n < room ? n : room;
	memcpy(out + sizeof prefix - 1, kind, n);
	out[sizeof prefix - 1 + n] = '\0';
	return out;
}
