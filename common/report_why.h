/*
 * What report_why.c (which claim decided, which lost) and report_why_text.c
 * (the same in sentences) share.
 */
#ifndef COMMON_REPORT_WHY_H
#define COMMON_REPORT_WHY_H

#include "common/report_part.h"

#include "common/jsonw.h"
#include "common/member.h"

/* What is known about the claim of one link on one field. */
struct said {
	const struct link *link;
	const struct claim *claim;
	const char *json;	/* the value it claims */
	size_t len;
	const char *event_id;	/* or NULL: gone from the inbox file */
	int64_t inbox, time, received_at;
};

struct why {
	const struct report *r;
	int all;		/* of every field, so not of each trifle */
	struct member m;
	struct json decided;
	struct arena arena;
	struct buf line;
	struct applied {
		int64_t seq, inbox, at;
		int64_t until;	/* it was put off until then, or 0 */
	} *applied;		/* rows about it, newest first */
	size_t napplied, cap;
	struct jsonw w;
	struct err *e;
};

/* Read y->applied: 0, <0. */
int report_why_rows(struct why *);

/* The row of the record that took an event to this member, NULL when there is
 * none.  An event that waited has several rows; the newest is the one. */
const struct applied *report_why_row(const struct why *, int64_t inbox);

/* A field in sentences; won NULL: nobody decided it. */
void report_why_text(struct why *, const char *field, const struct value *,
    const struct said *won, const struct said *lost, size_t n,
    const char *rule);

/* The status of who was erased: by whom, in which row of the record, when. */
void report_why_erased(struct why *, const char *actor, int64_t seq,
    int64_t at);

/* The hold: who set it, in which event (or NULL) and row, and when. */
void report_why_hold(struct why *, const char *actor, const char *event_id,
    int64_t seq, int64_t at);

#endif
