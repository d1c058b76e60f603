/*
 * The verbs of loya-token(1): what each does between the options and the exit
 * status.  A verb opens what it needs in struct keeper; the caller releases it
 * with keeper_release(), also after a failure.
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

/* Open the store: with STORE_CREATE where the verb writes, and only for
 * reading when it may change nothing (-n). */
int keeper_open(struct keeper *, int writes, struct err *e);

/* The same for a verb that writes what it needs the key for; the key first, so
 * that no store is made where nothing can be sealed.  With -n the store need
 * not be there. */
int keeper_open_keyed(struct keeper *, struct err *e);

/* Whether a descriptor that was named is open.  To be asked before the store's
 * own files take those that are free. */
int keeper_descriptor(int fd, struct err *e);

/* The issuer, and the key for it; make: inside a transaction of STORE_MAIN. */
int keeper_issuer(struct keeper *, int make, struct err *e);

/* Commit or, when rc is not 0, roll back: rc, or what went wrong. */
int keeper_end(struct keeper *, enum store_file, int rc, struct err *e);

/* Before a secret is made that is shown once: E_IO when standard output is
 * closed. */
int keeper_can_show(struct err *e);

/* A secret goes to standard output: say so when that is a file which others
 * can read. */
void keeper_warn_readable(void);

/* The operands from the i-th on as a scope; E_USAGE. */
int keeper_scope(struct keeper *, int i, char scope[SCOPE_TEXT],
    struct err *e);

/* Warn of hooks in a scope that no source takes deliveries on. */
void keeper_warn_hooks(const struct keeper *, const char *scope);

/* Revoke all tokens of a client (NULL: of everybody), and record it. */
int keeper_revoke_all(struct keeper *, const char *client, struct err *e);

/* What a walk that wrote a table returned: the reader may be gone.  People are
 * told when there was nothing, with this sentence (or NULL).  Frees the
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
