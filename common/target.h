/*
 * The room of targets: one in trouble rests, one that answered 410 is off.
 * This table tells it to every loya-push.  Functions that write need a
 * transaction of STORE_MAIN.
 */
#ifndef COMMON_TARGET_H
#define COMMON_TARGET_H

#include <stdint.h>

#include "common/store.h"

struct target_row {
	int64_t rest_until;	/* 0: it does not rest */
	int64_t off_at;		/* 0: it is on */
};

/* All zero for a target about which nothing is stored. */
int target_get(struct store *, const char *name, struct target_row *,
    struct err *);

/* Let it rest; turn it off, with a sentence. */
int target_rest(struct store *, const char *name, int64_t until,
    const char *why, struct err *);
int target_off(struct store *, const char *name, int64_t at, const char *why,
    struct err *);

/* Turn it on and end its rest: 0, or E_NO without *e if there was no need. */
int target_on(struct store *, const char *name, struct err *);

#endif
