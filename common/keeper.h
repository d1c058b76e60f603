/*
 * The verbs of loya-token(1): what each does between reading the options and
 * setting the exit status.  A verb opens what it needs in struct keeper; the
 * caller releases it with keeper_release(), also after a failure.
 */
#ifndef COMMON_KEEPER_H
#define COMMON_KEEPER_H

#include <stddef.h>
#include <stdint.h>

#include "common/issuer.h"
#include "common/options.h"
#include "common/store.h"

struct keeper {
	/* from the command line */
	struct options o;
	int add, older, all, lost;
	int again;			/* get: the last token was refused */
	int64_t fd;			/* -1: not given */
	int64_t lifetime;		/* seconds; -1: not given; 0: for
					 * ever */
	char *const *operand;
	int noperand;
	/* of the verb */
	struct store *store;
	unsigned char *key, *secret;	/* crypt_alloc()ed */
	size_t len;			/* of secret */
	struct issuer *issuer;
};

void keeper_release(struct keeper *);

/* Open the store: with STORE_CREATE if the verb writes, but only for reading if
 * it may change nothing (-n). */
int keeper_open(struct keeper *, int writes, struct err *e);

/* The same for a verb that needs the key for what it writes; the key first, so
 * that no store is made if nothing can be sealed.  With -n the store need not
 * exist. */
int keeper_open_keyed(struct keeper *, struct err *e);

/* Check that a descriptor named by the user is open.  Ask before the store's
 * own files take the free numbers. */
int keeper_descriptor(int fd, struct err *e);

/* Load the key and the issuer; make: inside a transaction of STORE_MAIN. */
int keeper_issuer(struct keeper *, int make, struct err *e);

/* Call before making a secret that is shown once: E_IO if standard output is
 * closed. */
int keeper_can_show(struct err *e);

/* A secret goes to standard output: warn if that is a file that others can
 * read. */
void keeper_warn_readable(void);

/* The operands from the i-th on, as a scope; E_USAGE. */
int keeper_scope(struct keeper *, int i, char scope[SCOPE_TEXT],
    struct err *e);

/* Warn about hooks in a scope on which no source takes deliveries. */
void keeper_warn_hooks(const struct keeper *, const char *scope);

/* Revoke all tokens of a client (NULL: of everybody), and record it. */
int keeper_revoke_all(struct keeper *, const char *client, struct err *e);

/* Finish a walk that wrote a table and returned rc: the reader may be gone.  If
 * there were no rows, people are told this sentence (or NULL).  Frees the
 * table. */
struct table;
int keeper_listed(int rc, struct table *, const char *nothing, struct err *e);

/* The verbs.  Each 0, or a code with *e.
 * keeper_secret.c: one name, or none */
int keeper_init(struct keeper *, struct err *e);
int keeper_set(struct keeper *, struct err *e);
int keeper_unset(struct keeper *, struct err *e);
int keeper_rotate(struct keeper *, struct err *e);

/* keeper_head.c: no operand */
int keeper_head_init(struct keeper *, struct err *e);
int keeper_head_rotate(struct keeper *, struct err *e);
int keeper_head_list(struct keeper *, struct err *e);

/* keeper_list.c */
int keeper_list(struct keeper *, struct err *e);

/* keeper_client.c: NAME SCOPE..., nothing, CLIENT, CLIENT */
int keeper_client_add(struct keeper *, struct err *e);
int keeper_client_list(struct keeper *, struct err *e);
int keeper_client_rotate(struct keeper *, struct err *e);
int keeper_client_revoke(struct keeper *, struct err *e);

/* keeper_token.c: SCOPE..., nothing, ID or nothing */
int keeper_issue(struct keeper *, struct err *e);
int keeper_check(struct keeper *, struct err *e);
int keeper_revoke(struct keeper *, struct err *e);
/* keeper_get.c: the operand is a source. */
int keeper_get(struct keeper *, struct err *e);

#endif
