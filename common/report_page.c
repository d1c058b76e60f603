/* The page for reviewers: what happened in a period, and proof of it. */
#include "common/report_page.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/clock.h"

static void
cell(struct buf *b, const char *s)
{
	html_cell(b, "", s, strlen(s));
}

static void
period(struct page *p)
{
	char from[CLOCK_TEXT], to[CLOCK_TEXT], now[CLOCK_TEXT], text[400];

	snprintf(text, sizeof text, "From %s up to, but excluding, %s. Made by "
	    "loya-audit %s at %s from %s. Times are UTC.",
	    clock_format(p->r->since, from), clock_format(p->r->until, to),
	    LOYA_VERSION, clock_format(clock_now(), now),
	    store_path(p->r->store));
	html_paragraph(&p->b, text);
	snprintf(text, sizeof text, "Each figure stands above the query that "
	    "gave it: any SQLite can ask it again, read-only, with "
	    ":since = %lld and :until = %lld (microseconds since 1970).",
	    (long long)p->r->since, (long long)p->r->until);
	html_paragraph(&p->b, text);
}

/* What reviewers ask for, and where to find it here. */
static void
evidence(struct page *p)
{
	static const struct html_column columns[] = { { "Asked by", "" },
	    { "What", "" }, { "Where" , "" } };
	static const char *const rows[][3] = {
		{ "ISO/IEC 27001:2022 A.8.15", "Activities, exceptions and "
		    "faults are logged, with who, what and when",
		    "What changed; By whom; Refused, held and failed; every "
		    "row has time, kind, source, event and actor" },
		{ "ISO/IEC 27001:2022 A.8.15", "Logs are protected, also "
		    "against administrators",
		    "Verification: each row is a leaf of a Merkle tree, heads "
		    "of it are signed and can be kept elsewhere" },
		{ "ISO/IEC 27001:2022 A.8.15", "Logs are analysed",
		    "Refused, held and failed; Failed authentications; this "
		    "page, made for each period" },
		{ "SOC 2 CC7.2", "The system is monitored for anomalies over "
		    "the whole period, and they are looked into",
		    "Rows of the record a day; Lost events; Refused, held and "
		    "failed; How fast; what waits for a person now" },
		{ "SOC 2 CC7", "Changes to keys, secrets and access are "
		    "accounted for", "Keys, secrets and access" },
	};
	size_t i, k;

	html_section(&p->b, "What reviewers ask for");
	html_table(&p->b, columns, 3);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		html_row(&p->b);
		for (k = 0; k < 3; k++)
			cell(&p->b, rows[i][k]);
		html_row_end(&p->b);
	}
	html_table_end(&p->b);
}

int
report_page(const struct report *r, FILE *f, struct err *e)
{
	struct page p = { .r = r, .e = e };
	int rc;

	html_begin(&p.b, "Audit report of the member store");
	period(&p);
	rc = report_page_proof(&p);
	if (rc == 0)
		rc = report_page_changes(&p);
	if (rc == 0)
		rc = report_page_refusals(&p);
	if (rc == 0)
		rc = report_page_speed(&p);
	evidence(&p);
	html_end(&p.b);
	if (rc == 0 && (fwrite(p.b.p, 1, p.b.len, f) != p.b.len ||
	    fflush(f) != 0))
		rc = err_set(e, E_IO, "the report cannot be written: %s",
		    strerror(errno));
	buf_release(&p.b);
	if (rc == 0 && p.faults > 0)
		rc = err_set(e, E_NO, "%lld fault%s", (long long)p.faults,
		    p.faults == 1 ? "" : "s");
	return rc;
}
