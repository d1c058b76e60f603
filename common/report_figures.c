#include "common/report_figures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/metrics.h"

enum { COLUMNS = FIGURE_NAMES + FIGURE_VALUES + 2, BAR = 12 };

static int
same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

struct figure *
report_figure(struct figures *f, const char *a, const char *b)
{
	struct figure *r;
	size_t i;

	/* Rows come grouped, so the newest is the most likely. */
	for (i = f->n; i > 0; i--)
		if (same(f->row[i - 1].name[0], a) &&
		    same(f->row[i - 1].name[1], b))
			return &f->row[i - 1];
	if (f->n == f->cap) {
		f->cap = f->cap * 2 + 32;
		f->row = xrealloc(f->row, f->cap, sizeof *f->row);
	}
	r = &f->row[f->n++];
	memset(r, 0, sizeof *r);
	r->name[0] = arena_str(&f->arena, a);
	r->name[1] = arena_str(&f->arena, b);
	return r;
}

void
report_figures_release(struct figures *f)
{
	free(f->row);
	arena_release(&f->arena);
	memset(f, 0, sizeof *f);
}

int64_t
report_percentile(const int64_t *v, size_t n, int percent)
{
	return n == 0 ? 0 : v[(n * (size_t)percent + 99) / 100 - 1];
}

static int
compare(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Sort by one byte of the numbers, keeping the order of equal ones; 0 if all
 * are equal, and nothing was done. */
static int
by_byte(const int64_t *v, int64_t *to, size_t n, int shift)
{
	/* The sign bit sorts the other way round. */
	const unsigned flip = shift == 56 ? 0x80 : 0;
	size_t at[257] = { 0 }, i;

	for (i = 0; i < n; i++)
		at[1 + (((uint64_t)v[i] >> shift & 0xff) ^ flip)]++;
	for (i = 1; i <= 256; i++)
		if (at[i] == n)
			return 0;
	for (i = 1; i <= 256; i++)
		at[i] += at[i - 1];
	for (i = 0; i < n; i++)
		to[at[((uint64_t)v[i] >> shift & 0xff) ^ flip]++] = v[i];
	return 1;
}

/* A million durations differ in five of their bytes: sorting by these costs a
 * third of comparing. */
void
report_sort(int64_t *v, size_t n)
{
	enum { FEW = 1000 };
	int64_t *a = v, *b, *t, *other;
	int shift;

	if (n < FEW) {
		if (n > 0)
			qsort(v, n, sizeof *v, compare);
		return;
	}
	other = b = xrealloc(NULL, n, sizeof *b);
	for (shift = 0; shift < 64; shift += 8)
		if (by_byte(a, b, n, shift)) {
			t = a;
			a = b;
			b = t;
		}
	if (a != v)
		memcpy(v, a, n * sizeof *v);
	free(other);
}

void
report_span_text(char *text, size_t size, int64_t us)
{
	static const struct {
		int64_t from, unit;
		const char *name;
	} unit[] = {
		{ 2 * 86400 * CLOCK_SECOND, 86400 * CLOCK_SECOND, "d" },
		{ 2 * 3600 * CLOCK_SECOND, 3600 * CLOCK_SECOND, "h" },
		{ 120 * CLOCK_SECOND, 60 * CLOCK_SECOND, "min" },
		{ CLOCK_SECOND, CLOCK_SECOND, "s" },
		{ 1000, 1000, "ms" },
		{ INT64_MIN, 1, "us" },
	};
	const char *sign = us < 0 ? "-" : "";
	size_t i;

	if (us < 0)
		us = us == INT64_MIN ? INT64_MAX : -us;
	for (i = 0; us < unit[i].from; i++)
		;
	if (unit[i].unit == 1 || us / unit[i].unit >= 100)
		snprintf(text, size, "%s%lld %s", sign, (long long)(us /
		    unit[i].unit), unit[i].name);
	else
		snprintf(text, size, "%s%lld.%d %s", sign, (long long)(us /
		    unit[i].unit), (int)(us % unit[i].unit * 10 /
		    unit[i].unit), unit[i].name);
}

void
report_span(struct table *t, int64_t us)
{
	char text[REPORT_SPAN];

	if (!table_is_text(t)) {
		table_int(t, us);
		return;
	}
	report_span_text(text, sizeof text, us);
	table_text(t, text);
}

/* v of max as a bar, to an eighth of a cell. */
static void
bar(struct table *t, int64_t v, int64_t max)
{
	char text[3 * BAR + 1] = "";
	int eighths, i = 0;

	eighths = max > 0 && v > 0 ? (int)((double)v * 8 * BAR / (double)max +
	    0.5) : 0;
	if (v > 0 && eighths == 0)
		eighths = 1;
	for (; eighths >= 8; eighths -= 8, i += 3)
		memcpy(text + i, "\xe2\x96\x88", 4);
	/* U+2589 is seven eighths, U+258F one. */
	if (eighths > 0) {
		memcpy(text + i, "\xe2\x96\x88", 4);
		text[i + 2] = (char)(0x88 + 8 - eighths);
	}
	table_text(t, text);
}

/* For people "to_1m" becomes 1M; otherwise a line is wider than 80 cells. */
static size_t
columns_of(const struct figure_section *s, enum table_mode mode,
    struct table_column *c)
{
	const char *key;
	size_t i, n = 0;

	c[n].key = "what";
	c[n++].flags = TABLE_ONLY_JSON;
	for (i = 0; i < FIGURE_NAMES && s->name[i] != NULL; i++) {
		c[n].key = s->name[i];
		c[n++].flags = 0;
	}
	for (i = 0; i < FIGURE_VALUES && s->value[i].key != NULL; i++) {
		key = s->value[i].key;
		c[n].key = mode == TABLE_TEXT && strncmp(key, "to_", 3) == 0 ?
		    key + 3 : key;
		c[n++].flags = s->value[i].kind == FIGURE_TIME ? 0 :
		    TABLE_RIGHT;
	}
	c[n].key = "";
	c[n++].flags = TABLE_ONLY_TEXT | TABLE_SPARE;
	return n;
}

static int
row(struct table *t, const struct figure_section *s, const struct figure *f,
    int64_t max)
{
	size_t i;

	table_text(t, s->what);
	for (i = 0; i < FIGURE_NAMES && s->name[i] != NULL; i++)
		table_text(t, f->name[i]);
	for (i = 0; i < FIGURE_VALUES && s->value[i].key != NULL; i++)
		if (s->value[i].kind == FIGURE_TIME)
			table_time(t, f->v[i]);
		else if (s->value[i].kind == FIGURE_SPAN && f->v[0] == 0 &&
		    table_is_text(t))
			table_null(t);		/* of nothing */
		else if (s->value[i].kind == FIGURE_SPAN)
			report_span(t, f->v[i]);
		else
			table_int(t, f->v[i]);
	bar(t, f->v[0], max);
	return table_end(t) != 0;
}

static int
print_table(const struct report *r, const struct figure_section *s,
    const struct figures *f)
{
	struct table_column c[COLUMNS];
	struct table *t;
	int64_t max = 0;
	size_t i, n;
	int rc = 0;

	if (f->n == 0)
		return 0;
	if (r->mode == TABLE_TEXT) {
		if ((*r->sections)++ > 0)
			fputc('\n', r->out);
		table_sentence(r->out, s->title, strlen(s->title));
	}
	for (i = 0; i < f->n; i++)
		max = f->row[i].v[0] > max ? f->row[i].v[0] : max;
	n = columns_of(s, r->mode, c);
	t = table_new(r->out, r->mode, TABLE_ROWS, c, n);
	for (i = 0; i < f->n && rc == 0; i++)
		rc = row(t, s, &f->row[i], max);
	table_free(t);
	return rc;
}

static void
sample(struct buf *b, const struct figure_metric *m, const struct figure *f,
    enum figure_kind kind)
{
	struct metrics_label l[FIGURE_NAMES + 1];
	int n = 0, i;

	for (i = 0; i < FIGURE_NAMES && m->label[i] != NULL; i++) {
		l[n].name = m->label[i];
		l[n++].value = f->name[i];
	}
	l[n].name = "stat";
	l[n++].value = m->stat;
	(kind == FIGURE_COUNT ? metrics_int : metrics_seconds)(b, m->name, l,
	    n, f->v[m->v]);
}

static int
print_metrics(const struct report *r, const struct figure_section *s,
    const struct figures *f)
{
	const struct figure_metric *m;
	struct buf b = { NULL, 0, 0 };
	size_t i;
	int rc;

	for (m = s->metric; m->name != NULL; m++) {
		if (m->help != NULL)
			metrics_family(&b, m->name, m->type, m->help);
		for (i = 0; i < f->n; i++)
			sample(&b, m, &f->row[i], s->value[m->v].kind);
	}
	table_write(r->out, b.p, b.len);
	rc = ferror(r->out) != 0;
	buf_release(&b);
	return rc;
}

int
report_figures_print(const struct report *r, const struct figure_section *s,
    const struct figures *f)
{
	return r->form == REPORT_METRICS ? print_metrics(r, s, f) :
	    print_table(r, s, f);
}
