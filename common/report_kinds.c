/* The kinds of rows that programs of loya write into the record. */
#include "common/report_part.h"

#include <string.h>

static const char *const kinds[] = {
	"member.enrolled", "member.updated", "member.suspended",
	"member.reactivated", "member.closed", "member.unchanged",
	"member.missing", "member.erased", "points.posted", "event.refused",
	"event.held", "event.scheduled", "event.superseded",
	"event.duplicate", "event.empty", "erasure.kept", "erasure.lifted",
	"auth.refused", "snapshot.begun", "snapshot.ended",
	"snapshot.complete", "store.init", "secret.set", "secret.unset",
	"key.rotated", "key.lost", "headkey.added", "client.added",
	"client.rotated", "client.settled", "client.revoked", "token.issued",
	"token.revoked", "delivery.sent", "delivery.deferred",
	"delivery.dead", "delivery.skipped", "delivery.again", "target.off",
	"target.on", "target.dismissed", "oauth.obtained", "oauth.refused",
	"credential.dropped", "prune.begun", "prune.ended",
	"pull.begun", "pull.ended", "pull.compared", "pull.failed",
};

enum { KINDS = sizeof kinds / sizeof kinds[0] };

static void
add(struct buf *b, const char *s, size_t n)
{
	buf_adds(b, b->len > 0 ? ", " : "");
	buf_add(b, s, n);
}

/* List the kinds with the same first word. */
static void
relatives(const char *kind, struct buf *b)
{
	size_t i, n = strcspn(kind, ".");

	for (i = 0; i < KINDS; i++)
		if (strncmp(kinds[i], kind, n) == 0 && kinds[i][n] == '.')
			add(b, kinds[i], strlen(kinds[i]));
}

/* List all first words; kinds that share one are consecutive. */
static void
families(struct buf *b)
{
	size_t i, n = 0;

	for (i = 0; i < KINDS; i++) {
		if (i > 0 && strncmp(kinds[i], kinds[i - 1], n) == 0 &&
		    kinds[i][n] == '.')
			continue;
		n = strcspn(kinds[i], ".");
		add(b, kinds[i], n);
	}
}

int
report_kind_known(const char *kind, struct buf *near)
{
	size_t i, n = strlen(kind);

	buf_clear(near);
	for (i = 0; i < KINDS; i++)
		if (strncmp(kinds[i], kind, n) == 0 &&
		    (kinds[i][n] == '\0' || kinds[i][n] == '.'))
			return 1;
	relatives(kind, near);
	if (near->len == 0)
		families(near);
	return 0;
}

int
report_kind_failed(const char *kind)
{
	const char *p = REPORT_FAILURES;
	size_t n = strlen(kind);

	while ((p = strstr(p, kind)) != NULL) {
		if (p[-1] == '\'' && p[n] == '\'')
			return 1;
		p += n;
	}
	return 0;
}
