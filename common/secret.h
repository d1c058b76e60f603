/*
 * The room of sealed secrets.  A secret is sealed under the key (key.h) with
 * XChaCha20-Poly1305; its name is bound in, so that a sealed text that somebody
 * moves to another name does not open.  The slot is not bound in: both slots
 * are good anyway, and a rotation moves the row without opening it.
 */
#ifndef COMMON_SECRET_H
#define COMMON_SECRET_H

#include <stddef.h>
#include <stdint.h>

#include "common/key.h"
#include "common/store.h"

/* Name of a secret: letters, digits and . _ -, up to 64. */
int secret_name_ok(const char *name);

/* The names that are loya's own, no secret_name_ok(): under the first secret
 * tokens and the secrets of clients are hashed, the second is the seed of the
 * Ed25519 key that heads of the record are signed with. */
#define SECRET_PEPPER "@tokens"
#define SECRET_HEAD "@head"

/* Up to two are good at the same time: slot 0 is the current one, slot 1 the
 * older one during a rotation. */
enum { SECRET_SLOTS = 2, SECRET_MAX = 4096 };

struct secret {
	unsigned char *p;	/* crypt_alloc()ed, or NULL: empty slot */
	size_t len;
	int64_t created_at;
};

/* Open both slots of a name; a name without any gives E_NOTFOUND; sealed under
 * another key, or changed: E_KEY.  Release with secret_release(). */
int secret_get(struct store *, const unsigned char *key, const char *name,
    struct secret slot[SECRET_SLOTS], struct err *);
void secret_release(struct secret slot[SECRET_SLOTS]);

/* Whether a name has a secret; needs no key: 1, 0, or what went wrong. */
int secret_there(struct store *, const char *name, struct err *);

/* A number that differs when any secret was set, dropped or sealed anew. */
int secret_stamp(struct store *, int64_t *stamp, struct err *);
/* When each slot of a name was set, 0 for an empty one.  No key is needed. */
int secret_times(struct store *, const char *name,
    int64_t at[SECRET_SLOTS], struct err *);

/* When the current one of a name was set; E_NOTFOUND.  No key is needed. */
int secret_time(struct store *, const char *name, int64_t *created_at,
    struct err *);

/*
 * Inside a transaction of STORE_MAIN.  add keeps what was current as the older
 * one; without it all that was there goes.  With add and the secret that is
 * current already nothing is changed (E_NO): the same command given twice
 * shall not throw away the older one.
 */
int secret_put(struct store *, const unsigned char *key, const char *name,
    int add, const unsigned char *, size_t, struct err *);

/* Inside a transaction of STORE_MAIN.  older: only slot 1.  E_NOTFOUND when
 * nothing was there. */
int secret_drop(struct store *, const char *name, int older, struct err *);

/* Inside a transaction of STORE_MAIN: seal everything under another key, which
 * becomes the store's.  *count counts up.  E_KEY: one does not open. */
int secret_reseal(struct store *, const unsigned char *from,
    const unsigned char *to, int *count, struct err *);

/* Every slot by name, without its secret.  What fn returns other than 0 ends
 * the walk and is returned. */
typedef int secret_fn(void *ctx, const char *name, int slot,
    int64_t created_at);
int secret_walk(struct store *, secret_fn *, void *ctx, struct err *);

/*
 * Whether this key is the one that the store's secrets are sealed under: 0, or
 * E_KEY.  A store that holds none takes any, and with note (inside a
 * transaction of STORE_MAIN as ROLE_TOKEN) this one as its own.
 */
int secret_key_check(struct store *, const unsigned char *key, int note,
    struct err *);

/*
 * The way out when a key was lost, inside a transaction of STORE_MAIN: forget
 * every secret that is sealed under it, loya's own too, and take this key as
 * the store's.  No token and no client's secret from before is good any more.
 * *gone: how many secrets.
 */
int secret_key_renew(struct store *, const unsigned char *key, int64_t *gone,
    struct err *);

/*
 * The key that this store's secrets are sealed under, from where key_load()
 * looks; also when loya-token rotate was interrupted, or does its work right
 * now.  A secret that does not open although its key did (E_KEY) may mean that
 * the key was changed since: call this again, once, before giving up.  *key as
 * of key_load(); E_KEY.
 */
int secret_key_open(struct store *, const char *confdir, unsigned char **key,
    struct err *);

/* Whether this very key was noted: 1 or 0. */
int secret_key_noted(struct store *, const unsigned char *key);

#endif
