/* Figures of the page, each above the query that gave it. */
#include "common/report_page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"

enum { COLUMNS = 6, DAYS = 3700 };

#define DAY (INT64_C(86400) * CLOCK_SECOND)

/* A query over :since and :until.  Columns of class "t" are times. */
struct query {
	enum store_file file;
	const char *heading;
	const char *sql;
	struct html_column column[COLUMNS];	/* ends with heading NULL */
};

static const struct query kinds = { STORE_MAIN, "What changed",
    "SELECT kind, count(*), count(DISTINCT member)\n"
    "FROM audit WHERE at >= :since AND at < :until\n"
    "GROUP BY kind ORDER BY kind",
    { { "Kind", "" }, { "Rows", "n" }, { "Members", "n" } } };

/*
 * Grouped at once, a million rows with a dozen fields each would be sorted in
 * memory; in blocks of 5000 rows they are not.  A block begins at the next
 * existing row, because a forged row with a huge number would otherwise cost
 * very many empty blocks.
 */
static const struct query fields = { STORE_MAIN, "Which fields changed",
    "WITH block(first) AS (SELECT min(seq) FROM audit UNION ALL\n"
    "  SELECT (SELECT min(seq) FROM audit WHERE seq >= first + 5000)\n"
    "  FROM block WHERE first IS NOT NULL)\n"
    "SELECT f.key, sum(f.value) FROM block, json_each((\n"
    "  SELECT json_group_object(key, n) FROM (\n"
    "    SELECT c.key, count(*) AS n FROM audit a, json_each(CASE\n"
    "      WHEN json_valid(a.detail) THEN a.detail ELSE '{}' END,\n"
    "      '$.changes') c\n"
    "    WHERE a.seq >= first AND a.seq < first + 5000\n"
    "    AND a.at >= :since AND a.at < :until GROUP BY c.key))) f\n"
    "GROUP BY f.key ORDER BY sum(f.value) DESC, f.key",
    { { "Field", "" }, { "Changes", "n" } } };

static const struct query actors = { STORE_MAIN, "By whom",
    "SELECT actor, source, count(*) FROM audit\n"
    "WHERE at >= :since AND at < :until\n"
    "GROUP BY actor, source ORDER BY actor, source",
    { { "Actor", "" }, { "Source or target", "" }, { "Rows", "n" } } };

static const struct query access_rows = { STORE_MAIN,
    "Keys, secrets and access",
    "SELECT at, kind, CASE WHEN json_valid(detail) THEN coalesce(\n"
    "  json_extract(detail, '$.name'), json_extract(detail, '$.client'),\n"
    "  json_extract(detail, '$.token'), json_extract(detail, '$.vkey'),\n"
    "  source, json_extract(detail, '$.source'),\n"
    "  json_extract(detail, '$.key'),\n"
    "  json_extract(detail, '$.sealed') || ' secrets') ELSE source END,\n"
    "actor, seq FROM audit\n"
    "WHERE at >= :since AND at < :until AND (kind LIKE 'key.%'\n"
    "  OR kind LIKE 'secret.%' OR kind LIKE 'client.%'\n"
    "  OR kind LIKE 'token.%' OR kind LIKE 'store.%'\n"
    "  OR kind LIKE 'headkey.%' OR kind LIKE 'target.%'\n"
    "  OR kind LIKE 'credential.%')\n"
    "ORDER BY seq DESC LIMIT 200",
    { { "When", "t" }, { "Kind", "" }, { "About", "" }, { "Actor", "" },
    { "Row", "n" } } };

static const struct query refused = { STORE_MAIN, "Refused, held and failed",
    "SELECT kind, source, CASE WHEN json_valid(detail)\n"
    "  THEN json_extract(detail, '$.why') END, count(*)\n"
    "FROM audit WHERE at >= :since AND at < :until\n"
    "AND kind IN (" REPORT_FAILURES ")\n"
    "GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
    { { "Kind", "" }, { "Source or target", "" }, { "Why", "" },
    { "Rows", "n" } } };

static const struct query authentication = { STORE_INBOX,
    "Failed authentications, and requests that were unreadable",
    "SELECT source, why, sum(count) FROM refusal\n"
    "WHERE minute >= :since / 60000000 AND minute < :until / 60000000\n"
    "GROUP BY source, why ORDER BY source, why",
    { { "Source", "" }, { "Why", "" }, { "Attempts", "n" } } };

static const struct query lost = { STORE_MAIN, "Lost events",
    "SELECT source, date(day * 86400, 'unixepoch'), count FROM repair\n"
    "WHERE day >= :since / 86400000000 AND day * 86400000000 < :until\n"
    "ORDER BY source, day",
    { { "Source", "" }, { "Day", "" }, { "Changes that only a snapshot "
    "found", "n" } } };

static const struct query waiting = { STORE_MAIN, "What waits now",
    "SELECT state, why, count(*) FROM event\n"
    "WHERE state <> 'applied' AND (state <> 'refused'\n"
    "OR due_at IS NOT NULL)\n"
    "GROUP BY state, why ORDER BY state, why",
    { { "State", "" }, { "Why", "" }, { "Events", "n" } } };

static void
time_cell(struct buf *b, int64_t us)
{
	char text[CLOCK_TEXT];

	clock_format(us, text);
	memcpy(text + 19, "Z", 2);
	html_cell(b, "", text, strlen(text));
}

static size_t
count_columns(const struct query *q)
{
	size_t n = 0;

	while (n < COLUMNS && q->column[n].heading != NULL)
		n++;
	return n;
}

static void
row(struct buf *b, const struct query *q, size_t n, struct stmt *st)
{
	const char *s;
	size_t i, len;

	html_row(b);
	for (i = 0; i < n; i++) {
		if (strcmp(q->column[i].class, "t") == 0) {
			time_cell(b, stmt_get_int(st, (int)i));
			continue;
		}
		s = stmt_get_text(st, (int)i, &len);
		html_cell(b, q->column[i].class, s, len);
	}
	html_row_end(b);
}

/* Parameters that a query does not have are not bound. */
static struct stmt *
prepare(struct page *p, const struct query *q)
{
	struct stmt *st = db_stmt(store_db(p->r->store, q->file), q->sql);

	if (strstr(q->sql, ":since") != NULL) {
		stmt_int(st, 1, p->r->since);
		stmt_int(st, 2, p->r->until);
	}
	return st;
}

static int
figures(struct page *p, const struct query *q)
{
	size_t n = count_columns(q), rows = 0;
	struct stmt *st = prepare(p, q);
	int rc;

	html_section(&p->b, q->heading);
	while ((rc = stmt_step(st, p->e)) == 1) {
		if (rows++ == 0)
			html_table(&p->b, q->column, n);
		row(&p->b, q, n, st);
	}
	if (rows > 0)
		html_table_end(&p->b);
	else
		html_paragraph(&p->b, "None.");
	html_verbatim(&p->b, q->sql, strlen(q->sql));
	return rc;
}

static const char day_sql[] =
    "SELECT at / 86400000000, date(at / 1000000, 'unixepoch'),\n"
    "count(*) - sum(failed), sum(failed), count(*)\n"
    "FROM (SELECT at, kind IN (" REPORT_FAILURES ") AS failed FROM audit)\n"
    "WHERE at >= :since AND at < :until\n"
    "GROUP BY 1 ORDER BY 1 LIMIT 3700";

/* Fill the bars, one per day from *first on; that becomes the day of the first
 * row if the whole period has too many.  Returns how many, or <0; and the
 * highest. */
static int
day_bars(struct page *p, struct html_bar *bar, int64_t *first, int64_t *max)
{
	static const struct query q = { STORE_MAIN, "", day_sql,
	    { { NULL, NULL } } };
	int64_t day, last = (p->r->until - 1) / DAY;
	struct stmt *st = prepare(p, &q);
	int rc;

	*max = 0;
	*first = p->r->since / DAY;
	if (last - *first >= DAYS)
		*first = -1;
	while ((rc = stmt_step(st, p->e)) == 1) {
		day = stmt_get_int(st, 0);
		if (*first < 0)
			*first = day;
		if (day - *first >= DAYS)
			continue;
		bar[day - *first].low = stmt_get_int(st, 2);
		bar[day - *first].high = stmt_get_int(st, 3);
		if (stmt_get_int(st, 4) > *max)
			*max = stmt_get_int(st, 4);
	}
	if (rc < 0)
		return rc;
	return last - *first < DAYS ? (int)(last - *first + 1) : DAYS;
}

/* Rows of the record per day: what was done, and what failed. */
static int
days(struct page *p)
{
	struct html_bar *bar = xcalloc(DAYS, sizeof *bar);
	char from[CLOCK_TEXT], to[CLOCK_TEXT], top[64];
	int64_t first, max;
	int n;

	if ((n = day_bars(p, bar, &first, &max)) < 0) {
		free(bar);
		return n;
	}
	html_section(&p->b, "Rows of the record a day");
	clock_format(first * DAY, from);
	clock_format((first + n - 1) * DAY, to);
	from[10] = to[10] = '\0';
	snprintf(top, sizeof top, "%lld rows", (long long)max);
	if (max > 0)
		html_bars(&p->b, "Blue: done. Red, above it: refused, held "
		    "or failed.", bar, (size_t)n, from, to, top);
	else
		html_paragraph(&p->b, "None.");
	html_verbatim(&p->b, day_sql, strlen(day_sql));
	free(bar);
	return 0;
}

int
report_page_changes(struct page *p)
{
	int rc;

	if ((rc = days(p)) != 0 || (rc = figures(p, &kinds)) != 0 ||
	    (rc = figures(p, &fields)) != 0 || (rc = figures(p, &actors)) != 0)
		return rc;
	return figures(p, &access_rows);
}

int
report_page_refusals(struct page *p)
{
	int rc;

	if ((rc = figures(p, &refused)) != 0 ||
	    (rc = figures(p, &authentication)) != 0 ||
	    (rc = figures(p, &lost)) != 0)
		return rc;
	return figures(p, &waiting);
}
