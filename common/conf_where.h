/*
 * Where a value is in a configuration text, for messages.  Separate from conf.c
 * because the names of jansson and json.h collide.
 */
#ifndef COMMON_CONF_WHERE_H
#define COMMON_CONF_WHERE_H

#include <stddef.h>

#include "common/status.h"

struct where;
struct node;

/* Parse text, which remains the caller's and must outlive it; name is what
 * messages call it (copied).  E_CONF with NAME:LINE:COLUMN and the reason. */
int where_open(struct where **, const char *name, const char *text,
    size_t len, struct err *e);
void where_close(struct where *);

/* Follow the path of n in the text: 1 if all of it is there, else 0; *off is
 * the offset of the last value on the path that is there. */
int where_find(const struct where *, const struct node *n, size_t *off);

const char *where_name(const struct where *);

/* Write "NAME:LINE:COLUMN" of an offset into out. */
void where_text(const struct where *, size_t off, char *out, size_t size);

#endif
