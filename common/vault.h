/*
 * What loya-token does to secrets: joins the room of secrets, the key and the
 * record.  Each call is a transaction of its own.
 */
#ifndef COMMON_VAULT_H
#define COMMON_VAULT_H

#include <stddef.h>

#include "common/note.h"
#include "common/secret.h"

struct redact;
struct source;

/* Make this key the store's and record that, unless it already is.  E_KEY if
 * the store's secrets are sealed under another one. */
int vault_init(struct store *, const unsigned char *key, const char *path,
    struct err *);

/*
 * The same in place of a key that was lost: the store's secrets and what loya
 * holds for other systems are deleted, and the clients revoked, since all of
 * that is lost with the key.  *secrets, *clients: how many.
 */
int vault_renew(struct store *, const unsigned char *key, const char *path,
    int64_t *secrets, int64_t *clients, struct err *);

/* secret_put() and its audit row.  E_NO: it already is the current one. */
int vault_set(struct store *, const unsigned char *key, const char *name,
    int add, const unsigned char *, size_t, struct err *);

/*
 * secret_drop() and its audit row.  With the last secret goes what loya
 * obtained with it: the credentials of the n sources; if there were any, it is
 * not an error that there was no secret left.
 */
int vault_unset(struct store *, const char *name, int older,
    const char *const *source, size_t n, struct err *);

/*
 * Seal everything under another key (vault_rotate.c).  next: that key; NULL:
 * one is made in the key's file, by way of PATH.new.  It may be killed at any
 * point: every program still finds the right key (secret_key_open()), and the
 * next call puts the files in order.  *count: how much was resealed; 0 if it
 * only completed an interrupted rotation.
 */
int vault_rotate(struct store *, const char *confdir,
    const unsigned char *next, int *count, struct err *);

/* Whether all that is sealed opens, as it has to for vault_rotate(): 0, or
 * E_KEY.  Changes nothing. */
int vault_opens(struct store *, const unsigned char *key, struct err *);

/*
 * The key with this origin that signs heads of the record (vault_head.c).  It
 * is made if there is none.  With another, or if its private part is gone (init
 * -L), a new one replaces it, and the old public part is kept.  *k is the
 * newest; E_NO with *e: it was there already.
 */
int vault_head(struct store *, const unsigned char *key, const char *origin,
    int another, struct note_key *k, struct err *);

/* Its private part, for crypt_ed25519_sign(): crypt_alloc()ed.  E_KEY,
 * E_NOTFOUND with *e. */
int vault_head_open(struct store *, const unsigned char *key,
    struct note_key *, unsigned char **sk, struct err *);

/*
 * Add to what is masked every secret that the source's file names and that is
 * set, whatever it is for, and what whsec_ stands before.  One that cannot be
 * opened is left out: who needs it will say so.
 */
void vault_mask(struct store *, const unsigned char *key,
    const struct source *, struct redact *);

/* The word for a slot: "current", "older". */
const char *vault_slot(int slot);

/*
 * Whether a secret has the form needed by the hooks that use it, according to
 * the configuration in confdir: 0, or E_DATA.  If no hook does, only a text
 * that looks like a whsec_ secret must be a valid one.  A configuration that
 * does not load is not an error here.
 */
int vault_check(const char *confdir, const char *name, const unsigned char *,
    size_t, struct err *);

#endif
