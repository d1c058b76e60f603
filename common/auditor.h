/*
 * The verbs of loya-audit(1): what each does between reading the options and
 * setting the exit status.  The verb opens the store; auditor_release() closes
 * it, also after a failure.
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
				 * store is NULL until a verb opens it */
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

/* Set mode and form of the report from the word given with -O, which must be
 * one of words (separated by blanks); E_USAGE. */
int auditor_format(struct auditor *, const char *words, struct err *e);

/* Open the store for reading, in the role of an auditor; _alone without the
 * inbox file, which is costly to open, for verbs that do not need it. */
int auditor_open(struct auditor *, struct err *e);
int auditor_open_alone(struct auditor *, struct err *e);

/* The verbs.  Each returns 0, E_NO if the answer is no, or a code with *e;
 * E_USAGE if the operands are wrong.  In auditor.c, those that take no operand
 * (members: FIELD=VALUE), with the filters of struct report: */
int auditor_log(struct auditor *, struct err *e);
int auditor_members(struct auditor *, struct err *e);
int auditor_inbox(struct auditor *, struct err *e);
int auditor_outbox(struct auditor *, struct err *e);
int auditor_stats(struct auditor *, struct err *e);
int auditor_latency(struct auditor *, struct err *e);

/* Operands of show: SEQ, MEMBER or SOURCE/EVENT-ID; none with -i, MEMBER with
 * -t.  Of why: MEMBER and optionally FIELD.  Of diff: MEMBER and one or two
 * times. */
int auditor_show(struct auditor *, struct err *e);
int auditor_why(struct auditor *, struct err *e);
int auditor_diff(struct auditor *, struct err *e);

/* auditor_verify.c: no operand; report writes to the file named by -o. */
int auditor_verify(struct auditor *, struct err *e);
int auditor_report(struct auditor *, struct err *e);

/* auditor_proof.c: the operands are, in this order: none; SEQ; OLD-HEAD or a
 * number; FILE or none; FILE or none. */
int auditor_head(struct auditor *, struct err *e);
int auditor_prove(struct auditor *, struct err *e);
int auditor_consistency(struct auditor *, struct err *e);
int auditor_check(struct auditor *, struct err *e);
int auditor_cosign(struct auditor *, struct err *e);

/* Read a head from a file.  It must be signed with a key of the open store.
 * The text stays in b. */
struct tlog_head;
int auditor_own_head(struct auditor *, const char *path, struct buf *b,
    const char **name, struct tlog_head *, struct err *e);

/* auditor_erase.c: MEMBER; a PERIOD */
int auditor_erase(struct auditor *, struct err *e);
int auditor_prune(struct auditor *, struct err *e);

#endif
