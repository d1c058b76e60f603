/*
 * Where in a configuration text a value stands, for messages.  Apart from
 * conf.c because jansson's names and those of json.h collide.
 */
#ifndef COMMON_CONF_WHERE_H
#define COMMON_CONF_WHERE_H

#include <stddef.h>

#include "common/status.h"

struct where;
struct node;

/* Parse text, which stays the caller's and must outlive it; name is what
 * messages call it (copied).  E_CONF with NAME:LINE:COLUMN and the reason. */
int where_open(struct where **, const char *name, const char *text,
    size_t len, struct err *e);
void where_close(struct where *);

/* How far the way to n leads in the text: 1 all the way, else 0; *off is the
 * offset of the last value that is there. */
int where_find(const struct where *, const struct node *n, size_t *off);

const char *where_name(const struct where *);

/* "NAME:LINE:COLUMN" of an offset into out. */
void where_text(const struct where *, size_t off, char *out, size_t size);

#endif
