/*
 * Whether a source is ready to be delivered to and to be read: what its file
 * still lacks although it is well-formed, and its secrets.
 */
#ifndef COMMON_READY_H
#define COMMON_READY_H

#include <stddef.h>

#include "common/source.h"
#include "common/store.h"

/* Check a source with a push, or with a pull: 0, or E_CONF with the file and
 * what it lacks. */
int ready_push(const struct config *, const struct source *, struct err *);
int ready_pull(const struct source *, struct err *);

/*
 * Check all sources.  What is lacking is reported on standard error: as news if
 * the profile may only have prepared it, else as a fault.  A match rule that
 * compares fields that its source may not decide is a fault; fields that a map
 * names but its source may not decide are news.  Without a store (NULL) no
 * secret is looked for; no key is needed.  0, or the failure to read the store.
 */
int ready_check(const struct config *, struct store *, struct err *);

/* People shall hear of all secrets at once that are not set: E_CONF if there
 * are several, which the message names, and their source unless it is NULL; 0
 * if it is one or none; or the failure to read the store.  first may be NULL,
 * or in more as well. */
int ready_unset(struct store *, const char *source, const char *first,
    const char *const *more, size_t n, struct err *);

/* Whether any source uses the secret of this name, for any purpose. */
int ready_uses(const struct config *, const char *name);

#endif
