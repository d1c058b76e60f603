/*
 * Failed authentications, counted in the inbox file by loya-recv, are taken
 * over into the record: at the first of a source, minute and reason, and once
 * more when the minute is over.  So a flood makes two rows a minute.  What
 * loya-recv issued and revoked is taken over as well.
 */
#ifndef COMMON_TAKEOVER_H
#define COMMON_TAKEOVER_H

#include "common/apply_work.h"

/* Whether there is something to take (looks once a second at most). */
int takeover_waits(struct apply *);

/* Take it, inside a transaction; *did counts up. */
int takeover_run(struct apply *, int *did, struct err *);

#endif
