/* Lines without a row: somebody else's, or from a file. */
#include "common/readback_inner.h"

#include <string.h>

#include "common/clock.h"
#include "common/inbox.h"
#include "common/incoming.h"
#include "common/receive.h"

int
readback_row(const struct json *j, struct arena *a, struct row *r)
{
	const char *type, *s;
	struct err ignored;

	memset(r, 0, sizeof *r);
	r->received_at = clock_now();
	if (incoming_event(j, a, r, &type, &ignored) != 0)
		return 0;
	if (strcmp(type, "loya.received") == 0)
		return incoming_body(j, a, r, &ignored) == 0;
	r->content_type = ROW_CLOUDEVENT;
	s = json_source(j, 0, &r->len);
	r->body = arena_dup(a, s, r->len);
	return 1;
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
