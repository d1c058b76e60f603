/*
 * The hooks: each source of the configuration with its secrets, opened and in
 * locked memory, and with the answer that its sender wants.  A reload makes
 * new ones, and those in use stay until their last delivery is done; only the
 * secrets change in place.
 */
#ifndef COMMON_HOOKS_H
#define COMMON_HOOKS_H

#include <stddef.h>

#include "common/answer.h"
#include "common/auth.h"
#include "common/issuer.h"
#include "common/secret.h"
#include "common/source.h"
#include "common/store.h"

struct hook {
	const struct source *source;
	struct secret slot[SECRET_SLOTS];
	struct auth_secret secret[AUTH_SECRETS];
	size_t nsecret;
	int unread;		/* one is set that our key does not open */
	struct answer taken, other;	/* constant; other has no body where
					 * the source has none */
};

struct hooks {
	int refs;
	struct config *config;
	struct hook *hook;	/* in the order of config->source */
	size_t n;
	struct issuer *issuer;	/* NULL: no token was issued yet */
	int stale;		/* the issuer is not that of the store any
				 * more: load all of it anew */
};

/*
 * Read the configuration below dir and the secrets of its sources.  E_CONF;
 * E_KEY when a source needs a secret and there is no key for it.  A source
 * whose secret is not set, or not of the form that its scheme needs, is warned
 * about here: nobody can post to it but with a token of ours.
 */
int hooks_load(struct hooks **, const char *dir, struct store *,
    struct err *);

/* Say of which sources the files lack something to be posted to, as
 * hooks_load() does. */
void hooks_tell_lacks(const struct config *);

/*
 * Open the secrets again, for they changed.  When the key does not open them
 * (E_KEY: it was changed, and this program cannot get the other one) those stay
 * good that are still set, and the hooks of others say so (unread).
 */
int hooks_refresh(struct hooks *, struct store *, struct err *);

/* The issuer, also when the first token or client was made after hooks_load():
 * 0, and h->issuer may be NULL; or what went wrong. */
int hooks_issuer(struct hooks *, struct store *, struct err *);

/* The hook of a source named by the len bytes at name; NULL when there is no
 * such source, or it takes no deliveries. */
struct hook *hooks_find(struct hooks *, const char *name, size_t len);

struct hooks *hooks_take(struct hooks *);
void hooks_drop(struct hooks *);	/* NULL is allowed */

#endif
