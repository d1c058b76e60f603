/*
 * What loya-token does to secrets: the room of secrets, the key and the record
 * together, each call one transaction of its own.
 */
#ifndef COMMON_VAULT_H
#define COMMON_VAULT_H

#include <stddef.h>

#include "common/note.h"
#include "common/secret.h"

/* Make this key the store's and record it, unless it is already.  E_KEY when
 * the store's secrets are sealed under another one. */
int vault_init(struct store *, const unsigned char *key, const char *path,
    struct err *);

/* The same in the place of one that was lost: the secrets and what loya holds
 * of other systems are forgotten and the clients are revoked, for all of that
 * is lost as well.  *secrets, *clients: how many. */
int vault_renew(struct store *, const unsigned char *key, const char *path,
    int64_t *secrets, int64_t *clients, struct err *);

/* secret_put() and its row of the record.  E_NO: it is the current one. */
int vault_set(struct store *, const unsigned char *key, const char *name,
    int add, const unsigned char *, size_t, struct err *);

/* secret_drop() and its row of the record.  With the last secret goes what loya
 * obtained by it: the credentials of those of the n sources; then it is no
 * fault that there was no secret any more. */
int vault_unset(struct store *, const char *name, int older,
    const char *const *source, size_t n, struct err *);

/*
 * Seal everything under another key (vault_rotate.c).  next: that key; NULL:
 * one is made in the key's file, by way of PATH.new.  May be killed at any
 * point: every program finds the key that fits (secret_key_open()), and the
 * next call brings the files in order.  *count: how much was sealed anew; 0
 * when only a rotation that was interrupted was brought to its end.
 */
int vault_rotate(struct store *, const char *confdir,
    const unsigned char *next, int *count, struct err *);

/*
 * The key that heads of the record are signed with, of this origin
 * (vault_head.c).  One is made when there is none; with another, or when there
 * is no private part of it any more (init -L), in the place of the one that is
 * there, whose public part is kept.  *k is the newest; E_NO with *e: it was
 * there already.
 */
int vault_head(struct store *, const unsigned char *key, const char *origin,
    int another, struct note_key *k, struct err *);

/* Its private part, as crypt_ed25519_sign() wants it: crypt_alloc()ed.  E_KEY,
 * E_NOTFOUND with *e. */
int vault_head_open(struct store *, const unsigned char *key,
    struct note_key *, unsigned char **sk, struct err *);

/* The word for a slot: "current", "older". */
const char *vault_slot(int slot);

/*
 * Whether a secret has the form that the hooks need that use it by the
 * configuration in confdir: 0, or E_DATA.  Without such a hook only what says
 * that it is a whsec_ must be one.  A configuration that does not load is no
 * fault here.
 */
int vault_check(const char *confdir, const char *name, const unsigned char *,
    size_t, struct err *);

#endif
