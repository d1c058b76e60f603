/*
 * Whether a source that was read has all that it takes to be delivered to and
 * to be read: what its file lacks beside the form, and its secrets.
 */
#ifndef COMMON_READY_H
#define COMMON_READY_H

#include "common/source.h"
#include "common/store.h"

/* Of one that has a push, or a pull: 0, or E_CONF with the file and what it
 * lacks. */
int ready_push(const struct config *, const struct source *, struct err *);
int ready_pull(const struct source *, struct err *);

/*
 * All sources: what is lacking is told on standard error, as news where it may
 * be only prepared by a profile, else as a fault; so is a rule of match that
 * compares what its source may not decide; what its map names and it may not
 * decide is news.  Without a store (NULL) no
 * secret is looked for; no key is needed.  0, or why the store cannot be read.
 */
int ready_check(const struct config *, struct store *, struct err *);

/* Whether any source takes the secret of this name, for whatever it may be. */
int ready_uses(const struct config *, const char *name);

#endif
