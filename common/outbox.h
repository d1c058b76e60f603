/*
 * The room of deliveries owed.  What is sent is made from the audit row.
 */
#ifndef COMMON_OUTBOX_H
#define COMMON_OUTBOX_H

#include <stddef.h>
#include <stdint.h>

#include "common/store.h"

/* Owe target the events of a list of audit rows, a JSON array of their seqs in
 * order, from time due_at on. */
int outbox_add(struct store *, const char *target, const char *audits,
    size_t len, int64_t due_at, struct err *);

#endif
