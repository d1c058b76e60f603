/*
 * Shared by report_why.c (which claim decided, which lost), report_why_later.c
 * (which waits for its time), report_why_then.c (what will come of that),
 * report_why_since.c (rows without an event), report_why_hold.c,
 * report_why_json.c and report_why_text.c (how it is put).
 */
#ifndef COMMON_REPORT_WHY_H
#define COMMON_REPORT_WHY_H

#include "common/report_giver.h"
#include "common/report_past.h"

#include "common/jsonw.h"
#include "common/member.h"
#include "common/source.h"

/* A row of the record about the member. */
struct applied {
	int64_t seq, inbox, at;
	int64_t until;		/* it was put off until this time, or 0 */
	enum { BY_EVENT, BY_ABSENCE, BY_RULES } by;
};

/* What is known about the claim of one link on one field. */
struct said {
	const struct link *link;
	const struct claim *claim;
	const struct applied *row;	/* or NULL */
	const char *json;	/* the value it claims */
	size_t len;
	const char *event_id;	/* or NULL: gone from the inbox file */
	int64_t inbox, time, received_at;
	enum { MAY_UNKNOWN, MAY, MAY_NOT } may;	/* decide it now: for a claim
						 * that lost to another
						 * source's */
	const char *missing;	/* from the snapshot of this id, or NULL: it
				 * was said */
	int there;		/* it says only that the record is there */
	int lives_on;		/* it is gone: decide_lives_on() */
};

/* Why a claim lost. */
enum lost {
	LOST_ENDED,		/* its link has ended */
	LOST_THERE,		/* its record is gone, another is not */
	LOST_DENIED,
	LOST_NEWEST,		/* another claim of its source counts more */
	LOST_AUTHORITY
};
enum lost report_why_lost(const struct said *won, const struct said *lost);

/* A change that waits for its time. */
struct later {
	int64_t at;
	struct link link;	/* source and external id */
	struct said said;	/* of the present field; its JSON is NULL if the
				 * change does not name it */
	const char *to_come;	/* a JSON object: field to value */
	size_t len;
	struct change *change;	/* all that the event says, or NULL */
	size_t nchange;
	const struct change *is;	/* the one that waits until at; made of
					 * to_come if that is not known */
	struct claim_event event;	/* that one */
	struct profile was, will;	/* before it, and once it has come */
	const struct link *then;	/* its claims then; NULL: nothing comes
					 * of it */
	struct value becomes;	/* of the present field */
	int open;		/* only if its source may decide then, which is
				 * not known */
};

/* Since when a source may decide a field; seq 0: since it said so. */
struct since {
	int64_t seq, at;
	const char *actor;
};

/* A source that decides a field since then; NULL: nobody. */
struct owner {
	const char *field, *source;
	struct since since;
};

struct why {
	const struct report *r;
	const char *conf;	/* folder of the source files */
	int all;		/* all fields are asked: leave out trifles */
	struct member m;
	struct json decided;
	struct arena arena;
	struct buf line;
	struct applied *applied;	/* rows about it, newest first */
	size_t napplied, cap;
	struct later *later;		/* the next to come first */
	size_t nlater;
	struct owner *owner;	/* by field, then the newest first */
	size_t nowner, owner_cap;
	struct since since;	/* of the present field */
	struct past past;	/* as the record has the member now */
	struct report_givers givers;
	struct report_giver made;	/* what made the present field what it
					 * is; seq 0: not known */
	struct config *config;	/* NULL: not needed, or unreadable */
	int rules;		/* 0: not looked up yet; 1: its authority is the
				 * one the members were computed by; -1: is
				 * not */
	struct jsonw w;
	struct err *e;
};

/* Look up the event that a claim came with, in the inbox: 0, <0. */
int report_why_receipt(struct why *, struct said *);

/* report_why_later.c: read y->applied and y->later: 0, <0.  The caller frees
 * both. */
int report_why_rows(struct why *);

/* The row of the record that applied an event to this member, or NULL.  An
 * event that was retried has several; this is the newest. */
const struct applied *report_why_row(const struct why *, int64_t inbox);

/* Until when the event of this row had to wait, or 0. */
int64_t report_why_put_off(const struct why *, const struct applied *);

/* report_why_since.c: for a claim that its record is missing: its audit row and
 * event are those of the end of the snapshot, not of its begin, which is its
 * place in the order: 0, <0. */
int report_why_missing(struct why *, struct said *);

/* After report_why_rows(): read y->owner, which the caller frees: 0, <0. */
int report_why_owners(struct why *);

/* Find the audit row, newer than that of the claim that won (NULL: none did),
 * that lets other sources decide the field (y->since). */
void report_why_since(struct why *, const char *field, const struct said *won);

/* Find the row that made the field what it is (y->made), not one in which its
 * source only repeated it: 0, <0. */
int report_why_made(struct why *, const char *field);

/* Read the rules of the source files, once, into y->config and
 * y->rules: 0, <0. */
int report_why_rules(struct why *);

/* Find out whether the source of s may decide the field (s->may): 0, <0. */
int report_why_may(struct why *, const char *field, struct said *s);

/* report_why_then.c, after report_why_rules(): work out what will come
 * of what waits: 0, <0.  The caller frees y->config when there are no
 * more questions. */
int report_why_foresee(struct why *);

/* The next change after *i that will alter a field, with the new value; NULL at
 * the end.  *i begins with 0. */
const struct later *report_why_next(struct why *, const char *field,
    size_t *i);

/* The next field named by a change to come that was not shown yet; NULL at the
 * end.  *i begins with 0. */
const char *report_why_more(struct why *, size_t *i);

/* report_why_json.c: a field as a line of JSON; the same arguments as below. */
void report_why_json(struct why *, const char *field, const struct value *,
    const struct said *won, const struct said *lost, size_t n,
    const char *rule);

/* report_why_text.c: a field in sentences; won NULL: nobody decided it. */
void report_why_text(struct why *, const char *field, const struct value *,
    const struct said *won, const struct said *lost, size_t n,
    const char *rule);

/* The status of an erased member: erased by whom, in which audit row, when. */
void report_why_erased(struct why *, const char *actor, int64_t seq,
    int64_t at);

/* report_why_hold.c: the hold, which the programme itself sets: 0, <0. */
int report_why_explain_hold(struct why *);

/* The same in a sentence: who set it, by which event (or NULL), in which row,
 * and when. */
void report_why_hold(struct why *, const char *actor, const char *event_id,
    int64_t seq, int64_t at);

#endif
