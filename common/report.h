/*
 * What loya-audit shows: each verb queries the store and writes rows to a table
 * (common/table.h).  Nothing here changes anything.
 *
 * All of them return 0, or <0 with *e: E_NOTFOUND for a member or an event that
 * does not exist, E_DATA for an impossible name.
 */
#ifndef COMMON_REPORT_H
#define COMMON_REPORT_H

#include <stdint.h>

#include "common/buf.h"
#include "common/store.h"
#include "common/table.h"

/* What is not a table: a line per row for a SIEM, figures for Prometheus. */
enum report_form { REPORT_TABLE, REPORT_CEF, REPORT_SYSLOG, REPORT_OCSF,
    REPORT_METRICS };

struct report {
	struct store *store;
	FILE *out;
	enum table_mode mode;	/* of REPORT_TABLE; never TABLE_AUTO */
	enum report_form form;
	int verbose;		/* log: each row as a block, with everything */
	/* Filters; NULL and 0 let everything pass. */
	const char *member;	/* id, SOURCE/EXTERNAL-ID or e-mail address */
	const char *source;
	const char *kind;	/* also only the word before the point */
	const char *event;	/* event id */
	const char *field;	/* that changed */
	const char *actor;	/* also without "user:" or "client:"; a client
				 * also by its name */
	const char *state;	/* of an event or a delivery, or status of a
				 * member */
	const char *match;	/* members: [["FIELD", "value"], ...] or NULL */
	int64_t since, until;	/* until 0: no end */
	int64_t limit;		/* only this many, the newest; 0: all */
	int reverse;		/* newest first */
	int *sections;		/* stats: number of sections above the next;
				 * else NULL */
};

/* *any, here and below: whether any row passed the filters. */
int report_log(const struct report *, int *any, struct err *);

/* Whether a text of n bytes can be the name of a field, including hold and
 * tier. */
int report_field_ok(const char *, size_t n);

/* Whether every member has a field of this name, or a source file below conf
 * maps it, or a source has said something about it: 1, 0, <0; if not, similar
 * names are put into the buf.  Looks at all members. */
int report_field_known(const struct report *, const char *name, size_t n,
    const char *conf, struct buf *near, struct err *);

/* The log, and then each new row, until the reader is gone, which ends the
 * program, or the store is: E_BUSY.  r->reverse is meaningless here. */
int report_follow(const struct report *, struct err *);

/* Whether loya writes rows of this kind, or of this family of kinds; if not,
 * similar ones are put into the buf. */
int report_kind_known(const char *kind, struct buf *near);

/* Whether rows of this kind report a failure: for collectors, for their colour,
 * and for the page for reviewers. */
int report_kind_failed(const char *kind);

/* Whether the record, a link or a delivery has anything of this kind (NULL:
 * any) and this source (NULL: any): 1, 0, <0. */
int report_knows(const struct report *, const char *kind, const char *source,
    struct err *);

/* Print a table of what matches; *any: it has rows.  0; E_USAGE for a state
 * that there is not; or another failure. */
int report_members(const struct report *, int *any, struct err *);
int report_inbox(const struct report *, int *any, struct err *);
int report_outbox(const struct report *, int *any, struct err *);

/* The whole story of a row of the record, a member, an event, or a token or
 * client: what is "SEQ", a member, "SOURCE/EVENT-ID", or an id that loya-token
 * made. */
int report_show(const struct report *, const char *what, struct err *);

/* The same for an inbox row. */
int report_show_inbox(const struct report *, int64_t seq, struct err *);

/* A member as it was at a time, from the record alone; E_NOTFOUND if earlier
 * rows were erased.  Why each field, or this one, had its value then.  What is
 * different at a later time, field by field. */
int report_show_then(const struct report *, const char *member, int64_t at,
    struct err *);
int report_why_then(const struct report *, const char *member,
    const char *field, int64_t at, struct err *);
int report_diff(const struct report *, const char *member, int64_t from,
    int64_t to, int *any, struct err *);

/* Counts, rates, lag, and how long waiting things have been waiting. */
int report_stats(const struct report *, struct err *);

/* How fast it went: percentiles by source, day and stage. */
int report_latency(const struct report *, int *any, struct err *);

/* A page for reviewers, from since to until: E_NO if the record has faults. */
int report_page(const struct report *, FILE *, struct err *);

/* Why each field of the member, or this one, has its value.  conf: the folder
 * of the source files, needed to read changes that wait. */
int report_why(const struct report *, const char *member, const char *field,
    const char *conf, struct err *);

#endif
