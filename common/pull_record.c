/* What the record says about a run: begin and end of a snapshot, and all
 * failures. */
#include "common/pull_work.h"

#include <string.h>

#include "common/audit.h"
#include "common/clock.h"
#include "common/die.h"
#include "common/jsonw.h"

int
pull_record(struct pull *p, const char *kind, const char *why, struct err *e)
{
	struct buf b = { NULL, 0, 0 };
	struct jsonw w;
	int rc;

	jsonw_init(&w, &b);
	jsonw_object(&w);
	jsonw_kstring(&w, "snapshot", p->snapshot);
	if (p->snapshot != NULL && p->total >= 0)
		jsonw_kint(&w, "count", p->total);
	if (p->listed >= 0 && why == NULL) {
		jsonw_kint(&w, "count", p->listed);
		jsonw_kint(&w, "rows", p->count.fresh);
	}
	jsonw_kstring(&w, "why", why);
	jsonw_close(&w, '}');
	if ((rc = store_begin(p->store, STORE_MAIN, e)) == 0) {
		rc = audit_note(p->store, kind, p->source->name, &b, e);
		rc = store_end(p->store, STORE_MAIN, rc, e);
	}
	buf_release(&b);
	return rc;
}

void
pull_failed(struct pull *p, const struct err *why)
{
	struct err e;

	/* If the store is what failed, there is nothing to write to. */
	if (pull_record(p, "pull.failed", why->msg, &e) != 0)
		warn("source '%s': its failure is not recorded: %s",
		    p->source->name, e.msg);
}
