/*
 * Shared by the reports.  Nobody else includes this.
 */
#ifndef COMMON_REPORT_PART_H
#define COMMON_REPORT_PART_H

#include "common/arena.h"
#include "common/audit.h"
#include "common/buf.h"
#include "common/json.h"
#include "common/report.h"

/*
 * report_find.c: find the number of a member by its id, by SOURCE/EXTERNAL-ID
 * or by an e-mail address that only it has; E_NOTFOUND with a sentence.  If
 * nobody has the address now, whoever had it before is found, and a message
 * says so.
 */
int report_member(struct store *, const char *who, int64_t *num,
    struct err *);

/* The id of member num, in the arena. */
int report_member_id(struct store *, int64_t num, struct arena *,
    const char **id, struct err *);

/* The id of the member that r asks for, in the arena; NULL: all members. */
int report_whose(const struct report *, struct arena *, const char **id,
    struct err *);

/* The newest row of the record about member num. */
int64_t report_newest(struct store *, int64_t num, struct err *);

/* Walk over the rows about a member, backwards from its newest.  A value other
 * than 0 from fn ends the walk and is returned. */
typedef int report_chain_fn(void *ctx, int64_t seq);
int report_chain(struct store *, int64_t newest, report_chain_fn *, void *ctx,
    struct err *);

/*
 * report_batch.c: an open statement keeps the log of its file from being
 * copied, and whoever reads our output may take all day.  So long lists are
 * made of batches: a statement is left once its batch is full, and only then is
 * written what it gave; the next one begins behind its last row.  All zeros is
 * a new batch.
 */
struct report_batch {
	int rows;
	int64_t began;
};

/* Where a list begins: *at is the number before its first row, or behind it
 * with -r.  newest gives the number of the first of the newest r->limit rows,
 * and runs only if it is needed. */
int report_begin(const struct report *, struct stmt *newest, int64_t *at,
    struct err *);

/* A row was printed: 1 if the batch is full now. */
int report_full(struct report_batch *);

/* No statement is open: write, and begin another batch.  0 if the reader has
 * gone away. */
int report_write(const struct report *, struct report_batch *);

/* report_row.c: rows of the record. */
#define REPORT_AUDIT_COLUMNS \
	"seq, at, kind, source, event_id, inbox, member, prev, actor, detail"

/* A table for such rows; what: with a first column that says "audit". */
struct table *report_audit_table(const struct report *, int what);

/* Print the row that a statement over REPORT_AUDIT_COLUMNS is at.  0 or
 * E_IO. */
struct report_scratch {
	struct json json;
	struct buf buf, line;
	struct arena arena;
};
int report_audit_row(struct table *, const struct report *, int what,
    struct stmt *, struct report_scratch *);
void report_scratch_release(struct report_scratch *);

/* report_kinds.c: the kinds of rows which say that the answer was no, or that
 * something failed, waits for a person or is lost: a list in SQL. */
#define REPORT_FAILURES \
	"'event.refused', 'event.held', 'auth.refused',\n" \
	"  'oauth.refused', 'pull.failed', 'delivery.deferred',\n" \
	"  'delivery.dead', 'target.off', 'key.lost'"

/* report_credential.c: the rows about a token or client with this id. */
int report_credential(const struct report *, const char *id, struct err *);

/* report_siem.c: write the row as a line for a SIEM to s->line. */
void report_siem_row(const struct report *, struct stmt *,
    struct report_scratch *);

/* A cell of JSON; if it is not valid JSON (a tampered store), a string. */
void report_json(struct table *, const char *, size_t,
    struct report_scratch *);

/*
 * report_summary.c: put into the buf, as a sentence, what the detail of a row
 * of this kind says.  Afterwards s->json holds the detail, or nothing (n is 0)
 * if it was erased or is not JSON.
 */
void report_summary(struct buf *, const char *kind, const char *detail,
    size_t len, struct report_scratch *);

/* report_story.c: separate two parts of a story; JSON needs nothing. */
void report_gap(const struct report *);

/* Print all rows of a statement over REPORT_AUDIT_COLUMNS; below: something is
 * printed above them. */
int report_rows(const struct report *, int below, struct stmt *,
    struct err *e);

/* Print ledger entries from a statement over REPORT_POINTS. */
#define REPORT_POINTS \
	"SELECT seq, at, kind, points, balance, source, reference, " \
	"reverses, member, inbox, audit FROM ledger "
int report_points(const struct report *, struct stmt *, struct err *e);

/*
 * The state of a row o of the outbox as people see it.  A dead delivery needs
 * somebody's attention, unless it was dismissed, or cannot be sent any more
 * because its person was erased (the row it is made from is empty, or the
 * target did not know them).
 */
#define REPORT_DELIVERY_STATE \
	"CASE WHEN o.state <> 'dead' THEN o.state " \
	"WHEN o.answer = 'dismissed' THEN 'dismissed' " \
	"WHEN EXISTS (SELECT 1 FROM audit x WHERE x.seq = o.audit " \
	"AND x.detail IS NULL) OR (o.answer = '' AND EXISTS (SELECT 1 " \
	"FROM member x WHERE x.id = o.member AND x.claims = '[]')) " \
	"THEN 'erased' ELSE 'dead' END"

/* Print what is owed because of an event. */
int report_deliveries(const struct report *, int64_t inbox, struct err *e);

/* Print the story of the delivery that an audit row is about: 1, or 0 if it is
 * not about one, <0. */
int report_delivery(const struct report *, int64_t seq, struct err *e);

/* report_lag.c, report_queue.c: parts of stats.  0, 1 if the reader is gone,
 * <0. */
int report_lag(const struct report *, struct err *);
int report_queues(const struct report *, struct err *);

/* The reports as parts of show: a member as a block; each JSON line says what
 * it is. */
int report_members_as(const struct report *, int what, int *any,
    struct err *);
int report_log_as(const struct report *, int what, struct err *);

/* A JSON value as people read it: a string without quotes. */
void report_plain(struct buf *, const struct json *, uint32_t i);

/* A word and a time in whole seconds, for people; nothing if there is
 * no time. */
void report_seconds(struct buf *, const char *word, int64_t);

#endif
