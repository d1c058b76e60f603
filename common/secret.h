/*
 * The room of sealed secrets.  A secret is sealed under the key (key.h) with
 * XChaCha20-Poly1305 and bound to its name, so that it does not open if
 * somebody moves it to another name.  It is not bound to its slot: both slots
 * are valid anyway, and a rotation moves the row without opening it.
 */
#ifndef COMMON_SECRET_H
#define COMMON_SECRET_H

#include <stddef.h>
#include <stdint.h>

#include "common/key.h"
#include "common/store.h"

/* Whether a text can be the name of a secret: letters, digits and . _ -, at
 * most 64. */
int secret_name_ok(const char *name);

/* loya's own names, which secret_name_ok() rejects.  The first secret is the
 * key for hashing tokens and clients' secrets; the second is the seed of the
 * Ed25519 key that signs heads of the record. */
#define SECRET_PEPPER "@tokens"
#define SECRET_HEAD "@head"

/* At most two are valid at the same time: slot 0 is the current one, slot 1 the
 * older one during a rotation. */
enum { SECRET_SLOTS = 2, SECRET_MAX = 4096 };

struct secret {
	unsigned char *p;	/* crypt_alloc()ed, or NULL: empty slot */
	size_t len;
	int64_t created_at;
};

/* Open both slots of a name; E_NOTFOUND if it has none; E_KEY if one is sealed
 * under another key or was altered.  Release with secret_release(). */
int secret_get(struct store *, const unsigned char *key, const char *name,
    struct secret slot[SECRET_SLOTS], struct err *);
void secret_release(struct secret slot[SECRET_SLOTS]);

/* Whether a name has a secret: 1, 0, <0.  Needs no key. */
int secret_there(struct store *, const char *name, struct err *);

/* A number that changes whenever any secret is set, dropped or resealed. */
int secret_stamp(struct store *, int64_t *stamp, struct err *);
/* When each slot of a name was set, 0 for an empty one.  Needs no key. */
int secret_times(struct store *, const char *name,
    int64_t at[SECRET_SLOTS], struct err *);

/* When the current secret of a name was set; E_NOTFOUND.  Needs no key. */
int secret_time(struct store *, const char *name, int64_t *created_at,
    struct err *);

/* What secret_put() with add looks at first: E_NO when this secret is the
 * current one already, E_KEY when that does not open. */
int secret_is_new(struct store *, const unsigned char *key, const char *name,
    const unsigned char *, size_t, struct err *);

/*
 * Inside a transaction of STORE_MAIN: set a secret.  With add, the current one
 * becomes the older one; otherwise whatever was there is deleted.  With add and
 * the secret that is already current, nothing changes (E_NO): giving the same
 * command twice must not throw away the older one.
 */
int secret_put(struct store *, const unsigned char *key, const char *name,
    int add, const unsigned char *, size_t, struct err *);

/* Inside a transaction of STORE_MAIN.  older: only slot 1.  E_NOTFOUND if
 * nothing was there. */
int secret_drop(struct store *, const char *name, int older, struct err *);

/* Inside a transaction of STORE_MAIN: seal everything under another key, which
 * becomes the store's.  *count is increased.  E_KEY: one does not open. */
int secret_reseal(struct store *, const unsigned char *from,
    const unsigned char *to, int *count, struct err *);

/* All slots by name, without the secrets.  A value other than 0 from fn ends
 * the walk and is returned. */
typedef int secret_fn(void *ctx, const char *name, int slot,
    int64_t created_at);
int secret_walk(struct store *, secret_fn *, void *ctx, struct err *);

/*
 * Whether the store's secrets are sealed under this key: 0, or E_KEY.  A store
 * without secrets accepts any key, and with note (inside a transaction of
 * STORE_MAIN as ROLE_TOKEN) adopts this one.
 */
int secret_key_check(struct store *, const unsigned char *key, int note,
    struct err *);

/*
 * The way out if a key was lost, inside a transaction of STORE_MAIN: delete
 * every secret sealed under it, including loya's own, and make this key the
 * store's.  No earlier token or client's secret is valid any more.  *gone: how
 * many secrets.
 */
int secret_key_renew(struct store *, const unsigned char *key, int64_t *gone,
    struct err *);

/*
 * The key that this store's secrets are sealed under, from where key_load()
 * looks, also while loya-token rotate is working or after it was interrupted.
 * If a secret does not open (E_KEY) although its key did, the key may have been
 * changed since: call this again, once, before giving up.  *key as from
 * key_load(); E_KEY.
 */
int secret_key_open(struct store *, const char *confdir, unsigned char **key,
    struct err *);

/* Whether exactly this key was noted: 1 or 0. */
int secret_key_noted(struct store *, const unsigned char *key);

#endif
