/*
 * The room of deliveries owed.  What is sent is made from the audit row.
 */
#ifndef COMMON_OUTBOX_H
#define COMMON_OUTBOX_H

#include <stdint.h>

#include "common/store.h"

/* Owe target the event of audit row audit, from time due_at on. */
int outbox_add(struct store *, const char *target, int64_t audit,
    const char *member, int64_t due_at, struct err *);

#endif
