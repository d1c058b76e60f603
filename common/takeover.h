/*
 * Copies failed authentications, which loya-recv counts in the inbox file, into
 * the record: the first of each source, minute and reason, and the total when
 * the minute is over.  So a flood makes two rows a minute.  What loya-recv
 * issued and revoked is copied as well.
 */
#ifndef COMMON_TAKEOVER_H
#define COMMON_TAKEOVER_H

#include "common/apply_work.h"

/* Whether there is anything to copy (looks at most once a second). */
int takeover_waits(struct apply *);

/* Copy it, inside a transaction; *did is increased. */
int takeover_run(struct apply *, int *did, struct err *);

#endif
