/*
 * Figures with one or two names, as loya-audit stats shows them: a section is a
 * table with small bars for people, JSON lines, or metrics.  Fill struct
 * figures row by row, then print it with its section.
 */
#ifndef COMMON_REPORT_FIGURES_H
#define COMMON_REPORT_FIGURES_H

#include "common/report_part.h"

enum { FIGURE_NAMES = 2, FIGURE_VALUES = 10 };

struct figure {
	const char *name[FIGURE_NAMES];	/* NULL: none */
	int64_t v[FIGURE_VALUES];
};

struct figures {
	struct figure *row;
	size_t n, cap;
	struct arena arena;
};

/* The row with these names, added with zeros if it is missing; valid until the
 * next one is added. */
struct figure *report_figure(struct figures *, const char *, const char *);
void report_figures_release(struct figures *);

enum figure_kind { FIGURE_COUNT, FIGURE_TIME, FIGURE_SPAN /* microseconds */ };

/* A metric: value number v, with the names under these labels (NULL: left out),
 * and one more label whose value is fixed. */
struct figure_metric {
	const char *name, *type, *help;
	const char *label[FIGURE_NAMES];
	int v;
	const char *stat;	/* value of the label "stat", or NULL */
};

struct figure_section {
	const char *what;	/* in JSON */
	const char *title;	/* for people, above the table */
	const char *name[FIGURE_NAMES];	/* column headings; NULL: none */
	struct {
		const char *key;
		enum figure_kind kind;
	} value[FIGURE_VALUES];		/* ends with key NULL */
	const struct figure_metric *metric;	/* ends with name NULL */
};

/* Print all of them: 0, or 1 if the reader is gone. */
int report_figures_print(const struct report *, const struct figure_section *,
    const struct figures *);

/* The percentile of n sorted values (nearest rank); 0 if there are none. */
int64_t report_percentile(const int64_t *, size_t n, int percent);

/* Sort in ascending order. */
void report_sort(int64_t *, size_t n);

/* A duration: microseconds in JSON, "12 ms" or "3.5 h" for people. */
enum { REPORT_SPAN = 40 };
void report_span_text(char *, size_t, int64_t us);
void report_span(struct table *, int64_t us);

#endif
