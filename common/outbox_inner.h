/*
 * What outbox.c and outbox_list.c share.
 */
#ifndef COMMON_OUTBOX_INNER_H
#define COMMON_OUTBOX_INNER_H

#include "common/outbox.h"

/* A row of a SELECT of seq, audit, tries, member, alone, in this order. */
void outbox_row_read(struct stmt *, struct outbox_row *);

#endif
