/*
 * The room of targets as a whole: one that is in trouble rests, one that said
 * 410 is off.  All loya-push know it by this table.  What writes stands inside
 * a transaction of STORE_MAIN.
 */
#ifndef COMMON_TARGET_H
#define COMMON_TARGET_H

#include <stdint.h>

#include "common/store.h"

struct target_row {
	int64_t rest_until;	/* 0: it does not rest */
	int64_t off_at;		/* 0: it is on */
};

/* All zero for a target of which nothing is known. */
int target_get(struct store *, const char *name, struct target_row *,
    struct err *);

/* Let it rest; and turn it off, with a sentence. */
int target_rest(struct store *, const char *name, int64_t until,
    const char *why, struct err *);
int target_off(struct store *, const char *name, int64_t at, const char *why,
    struct err *);

/* On again, rested: 0, or E_NO without *e: it was. */
int target_on(struct store *, const char *name, struct err *);

#endif
