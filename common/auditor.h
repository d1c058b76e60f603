/*
 * The verbs of loya-audit(1): what each does between the options and the exit
 * status.  The store is opened by the verb; auditor_release() closes it, also
 * after a failure.
 */
#ifndef COMMON_AUDITOR_H
#define COMMON_AUDITOR_H

#include <stdint.h>

#include "common/buf.h"
#include "common/options.h"
#include "common/report.h"
#include "common/role.h"

struct auditor {
	/* from the command line */
	struct options o;
	struct report r;	/* filters, and where and how to print; its
				 * store is NULL until a verb opened it */
	int64_t inbox;		/* -i, or 0 */
	int64_t then;		/* -t, or 0 */
	int follow;		/* -f */
	const char *format;	/* -O, or NULL */
	const char *head, *keys;	/* -H, -K: files, or NULL */
	int undo;		/* -u */
	int opened;		/* -x */
	char *const *operand;
	int noperand;
};

void auditor_release(struct auditor *);

/* Set mode and form of the report by the word of -O, which must be one of
 * these (with a blank between them); E_USAGE. */
int auditor_format(struct auditor *, const char *words, struct err *e);

/* Open the store for reading, in the role of an auditor; without its inbox
 * file, which is work to open, where nothing is asked of it. */
int auditor_open(struct auditor *, struct err *e);
int auditor_open_alone(struct auditor *, struct err *e);

/* The verbs.  Each 0, E_NO where the answer is no, or a code with *e; E_USAGE
 * where the operands are no good.
 * auditor.c: no operand (members: FIELD=VALUE); the filters of struct report */
int auditor_log(struct auditor *, struct err *e);
int auditor_members(struct auditor *, struct err *e);
int auditor_inbox(struct auditor *, struct err *e);
int auditor_outbox(struct auditor *, struct err *e);
int auditor_stats(struct auditor *, struct err *e);
int auditor_latency(struct auditor *, struct err *e);

/* SEQ, MEMBER or SOURCE/EVENT-ID; none with -i, MEMBER with -t.  MEMBER and
 * perhaps a FIELD.  MEMBER and one or two times. */
int auditor_show(struct auditor *, struct err *e);
int auditor_why(struct auditor *, struct err *e);
int auditor_diff(struct auditor *, struct err *e);

/* auditor_verify.c: no operand; report writes to the file that -o names. */
int auditor_verify(struct auditor *, struct err *e);
int auditor_report(struct auditor *, struct err *e);

/* auditor_proof.c: nothing, SEQ, OLD-HEAD or a number, FILE or nothing */
int auditor_head(struct auditor *, struct err *e);
int auditor_prove(struct auditor *, struct err *e);
int auditor_consistency(struct auditor *, struct err *e);
int auditor_check(struct auditor *, struct err *e);
int auditor_cosign(struct auditor *, struct err *e);

/* A head from a file, which must be signed with a key of the open store; b is
 * where its text stays. */
struct tlog_head;
int auditor_own_head(struct auditor *, const char *path, struct buf *b,
    const char **name, struct tlog_head *, struct err *e);

/* All of a file, or of standard input (NULL, "-"), up to so many bytes; *name
 * is what messages call it. */
int auditor_read(const char *path, size_t most, struct buf *b,
    const char **name, struct err *e);

/* auditor_erase.c: MEMBER; a PERIOD */
int auditor_erase(struct auditor *, struct err *e);
int auditor_prune(struct auditor *, struct err *e);

#endif
