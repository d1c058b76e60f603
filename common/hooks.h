/*
 * The hooks: each source of the configuration with its secrets, opened and in
 * locked memory, and with the answers that its sender expects.  A reload makes
 * new hooks; the old ones stay until their last delivery is done.  Only the
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
	int unread;		/* a secret is set that our key does not open */
	struct answer taken, other;	/* constant; other has no body if the
					 * source defines none */
};

struct hooks {
	int refs;
	struct config *config;
	struct hook *hook;	/* in the order of config->source */
	size_t n;
	struct issuer *issuer;	/* NULL: no token has been issued yet */
	int stale;		/* the issuer is no longer that of the store:
				 * load everything anew */
};

/*
 * Read the configuration below dir and the secrets of its sources.  E_CONF;
 * E_KEY if a source needs a secret and there is no key for it.  Warns about a
 * source whose secret is not set or is not of the form that its scheme needs:
 * nobody can post to it except with a token of ours.  asked: as below.
 */
int hooks_load(struct hooks **, const char *dir, struct store *, int asked,
    struct err *);

/* Tell, as hooks_load() does, which sources' files lack something without which
 * nobody can post to them, or wait for certificates in vain: asked says whether
 * TLS asks clients for one. */
void hooks_tell_lacks(const struct config *, int asked);

/*
 * Open the secrets again because they have changed.  If the key does not open
 * them (E_KEY: the key was changed, and this program cannot get the new one),
 * those that are still set stay valid, and the hooks of the others say so
 * (unread).
 */
int hooks_refresh(struct hooks *, struct store *, struct err *);

/* Make sure of the issuer, also if the first token or client was made after
 * hooks_load(): 0, and h->issuer may still be NULL; or a failure. */
int hooks_issuer(struct hooks *, struct store *, struct err *);

/* The hook of the source named by the len bytes at name; NULL if there is no
 * such source or it takes no deliveries. */
struct hook *hooks_find(struct hooks *, const char *name, size_t len);

/* One more user of them (returns the same), and one less: the last frees them.
 * NULL may be dropped. */
struct hooks *hooks_take(struct hooks *);
void hooks_drop(struct hooks *);

#endif
