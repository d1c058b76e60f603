/* How fast it went, on the page. */
#include "common/report_page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/report_figures.h"
#include "common/report_latency.h"

static void
span(struct buf *b, int64_t us)
{
	char text[REPORT_SPAN];

	report_span_text(text, sizeof text, us);
	html_cell(b, "n", text, strlen(text));
}

static void
row(struct buf *b, const struct latency_group *g)
{
	static const int percent[] = { 50, 95, 99 };
	char text[CLOCK_TEXT];
	size_t i;
	int n;

	html_row(b);
	html_cell(b, "", g->source, strlen(g->source));
	clock_format(g->day * 86400 * CLOCK_SECOND, text);
	html_cell(b, "", text, 10);
	html_cell(b, "", report_stage_name[g->stage],
	    strlen(report_stage_name[g->stage]));
	n = snprintf(text, sizeof text, "%zu", g->n);
	html_cell(b, "n", text, (size_t)n);
	for (i = 0; i < 3; i++)
		span(b, report_percentile(g->us, g->n, percent[i]));
	span(b, g->us[g->n - 1]);
	html_row_end(b);
}

/* "hr 2026-11-23" */
static void
name_bar(char *text, size_t n, const struct latency_group *g)
{
	char day[CLOCK_TEXT];

	clock_format(g->day * 86400 * CLOCK_SECOND, day);
	snprintf(text, n, "%.40s %.10s", g->source, day);
}

/* Plot the 99th percentile of "applied", bar by bar in the order of the table;
 * nothing if all of them are 0. */
static void
plot(struct buf *b, const struct latency *l)
{
	struct html_bar *bar = xcalloc(l->n + 1, sizeof *bar);
	char top[REPORT_SPAN], first[64] = "", last[64] = "";
	int64_t max = 0;
	size_t i, n = 0;

	for (i = 0; i < l->n; i++) {
		if (l->group[i].stage != STAGE_APPLIED)
			continue;
		if (n == 0)
			name_bar(first, sizeof first, &l->group[i]);
		else
			name_bar(last, sizeof last, &l->group[i]);
		bar[n].low = report_percentile(l->group[i].us, l->group[i].n,
		    99);
		bar[n].low = bar[n].low > 0 ? bar[n].low : 0;
		max = bar[n].low > max ? bar[n].low : max;
		n++;
	}
	report_span_text(top, sizeof top, max);
	if (max > 0)
		html_bars(b, "99 of 100 events were in the record within this "
		    "time after receipt: a bar for each source and day, in the "
		    "order below.", bar, n, first, last, top);
	free(bar);
}

int
report_page_speed(struct page *p)
{
	static const struct html_column columns[] = {
	    { "Source or target", "" }, { "Day", "" }, { "Stage", "" },
	    { "Events", "n" }, { "p50", "n" }, { "p95", "n" }, { "p99", "n" },
	    { "max", "n" } };
	char from[CLOCK_TEXT], to[CLOCK_TEXT], command[120];
	struct latency l = { 0 };
	size_t i;
	int rc;

	html_section(&p->b, "How fast");
	if ((rc = report_latency_collect(p->r, &l, p->e)) == 0 && l.n > 0) {
		plot(&p->b, &l);
		html_table(&p->b, columns, sizeof columns / sizeof columns[0]);
		for (i = 0; i < l.n; i++)
			row(&p->b, &l.group[i]);
		html_table_end(&p->b);
	} else if (rc == 0) {
		html_paragraph(&p->b, "None.");
	}
	snprintf(command, sizeof command, "loya-audit latency -a %s -b %s",
	    clock_format(p->r->since, from), clock_format(p->r->until, to));
	html_verbatim(&p->b, command, strlen(command));
	report_latency_release(&l);
	return rc;
}
