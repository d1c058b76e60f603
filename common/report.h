/*
 * What loya-audit shows: each verb asks the store and writes rows through a
 * table (common/table.h).  Nothing here changes anything.
 *
 * All of them return 0, or enum status with *e filled: E_NOTFOUND for a
 * member or an event that is not there, E_DATA for a name that cannot be one.
 */
#ifndef COMMON_REPORT_H
#define COMMON_REPORT_H

#include <stdint.h>

#include "common/buf.h"
#include "common/store.h"
#include "common/table.h"

/* What is no table: a line a row for a SIEM, figures for Prometheus. */
enum report_form { REPORT_TABLE, REPORT_CEF, REPORT_SYSLOG, REPORT_OCSF,
    REPORT_METRICS };

struct report {
	struct store *store;
	FILE *out;
	enum table_mode mode;	/* of REPORT_TABLE; never TABLE_AUTO */
	enum report_form form;
	int verbose;		/* log: a row as a block, nothing left out */
	/* Filters; NULL and 0 let everything pass. */
	const char *member;	/* id, SOURCE/EXTERNAL-ID or e-mail address */
	const char *source;
	const char *kind;	/* also the word before the point */
	const char *event;	/* event id */
	const char *field;	/* that changed */
	const char *actor;	/* also without "user:" or "client:"; of a
				 * client its name, too */
	const char *state;	/* of an event or a delivery, or status of a
				 * member */
	const char *match;	/* members: [["FIELD", "value"], ...] or NULL */
	int64_t since, until;	/* until 0: no end */
	int64_t limit;		/* 0: all; else the newest so many */
	int reverse;		/* newest first */
	int *sections;		/* stats: how many stand above the next; else
				 * NULL */
};

/* *any, here and below: whether a row passed the filters. */
int report_log(const struct report *, int *any, struct err *);

/* Whether a text of n bytes can be the name of a field, hold and tier among
 * them. */
int report_field_ok(const char *, size_t n);

/* Whether a field of this name is one of every member, one that a source file
 * below conf maps, or one that a source said something of: 1, 0, <0; if not,
 * what comes near to it is put into the buf.  Looks at all members. */
int report_field_known(const struct report *, const char *name, size_t n,
    const char *conf, struct buf *near, struct err *);

/* The log, and then each row as it comes, until the reader is gone, which ends
 * the program, or the store: E_BUSY.  r->reverse makes no sense. */
int report_follow(const struct report *, struct err *);

/* Whether loya writes rows of this kind, or of this family of kinds; if not,
 * what comes near to it is put into the buf. */
int report_kind_known(const char *kind, struct buf *near);

/* Whether rows of this kind tell of a failure: to collectors, by their colour,
 * and on the page for reviewers. */
int report_kind_failed(const char *kind);

/* Whether the record, a link or a delivery has anything of this kind (NULL:
 * any) and of this source (NULL: any): 1, 0, <0. */
int report_knows(const struct report *, const char *kind, const char *source,
    struct err *);

int report_members(const struct report *, int *any, struct err *);
int report_inbox(const struct report *, int *any, struct err *);
int report_outbox(const struct report *, int *any, struct err *);

/* The whole story of a row of the record, of a member, of an event, or of a
 * token or client: what is "SEQ", a member, "SOURCE/EVENT-ID", or an id that
 * loya-token made. */
int report_show(const struct report *, const char *what, struct err *);

/* The same of an inbox row. */
int report_show_inbox(const struct report *, int64_t seq, struct err *);

/* A member as it was at a time, from the record alone; E_NOTFOUND when rows of
 * before were erased.  What gave each field, or this one, its value of then.
 * What is different at a later time, field by field. */
int report_show_then(const struct report *, const char *member, int64_t at,
    struct err *);
int report_why_then(const struct report *, const char *member,
    const char *field, int64_t at, struct err *);
int report_diff(const struct report *, const char *member, int64_t from,
    int64_t to, int *any, struct err *);

/* Counts, rates, lag, and how long what waits has been waiting. */
int report_stats(const struct report *, struct err *);

/* How fast it went: percentiles by source, day and stage. */
int report_latency(const struct report *, int *any, struct err *);

/* A page for reviewers, of since to until: E_NO when the record has faults. */
int report_page(const struct report *, FILE *, struct err *);

/* Why each field of the member, or this one, has its value.  conf: the folder
 * of the source files, by which what waits is read. */
int report_why(const struct report *, const char *member, const char *field,
    const char *conf, struct err *);

#endif
