/*
 * A member as the record alone says it was at a time: the changes in its rows
 * applied one after the other.  Zero-initialise, build, release.
 */
#ifndef COMMON_REPORT_PAST_H
#define COMMON_REPORT_PAST_H

#include "common/report_part.h"

struct past_field {
	const char *name;	/* NULL for points */
	const char *json;	/* NULL: it had none */
	size_t len;
	int64_t seq;		/* of the row that said so last */
};

struct past {
	struct past_field *field;	/* by name */
	size_t n, cap;
	struct past_field points;	/* json NULL: nothing posted yet */
	int64_t seq;		/* newest row of that time; 0: no member yet */
	int64_t *erased;	/* rows whose detail is gone */
	size_t nerased, cap_erased;
	struct arena arena;
};

/*
 * Member num at time t: as of its newest row that is not later than t, and all
 * rows before that one (clocks go backwards, the record does not).  0 also if
 * it was not there yet, and if rows were erased.
 */
int report_past(struct store *, int64_t num, int64_t t, struct past *,
    struct err *);
void report_past_release(struct past *);

/*
 * Nothing can be said about a time whose rows are partly erased: 0, or
 * E_NOTFOUND with these rows in *e.  report_past_of(): everything for one
 * member: its *id is in the past's arena; E_NOTFOUND also if it was not there
 * yet.
 */
int report_past_whole(const struct past *, const char *id, struct err *);
int report_past_of(struct store *, const char *who, int64_t t, struct past *,
    const char **id, struct err *);

/* report_why_at.c: print which row made the balance what it is in p: 0,
 * E_NOTFOUND with *e, <0. */
int report_why_points(const struct report *, const char *id,
    const struct past *p, struct err *);

/* The entry of a field, or NULL. */
const struct past_field *report_past_field(const struct past *,
    const char *name);

#endif
