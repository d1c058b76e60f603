/*
 * The verbs of loya-token(1): what each does between the options and the exit
 * status.  A verb opens what it needs in struct keeper; the caller releases it
 * with keeper_release(), also after a failure.
 */
#ifndef COMMON_KEEPER_H
#define COMMON_KEEPER_H

#include <stddef.h>
#include <stdint.h>

#include "common/options.h"
#include "common/store.h"

struct keeper {
	/* from the command line */
	struct options o;
	int add, older;
	int again;		/* get: the last token was refused */
	int64_t fd;
	char *const *operand;
	int noperand;
	/* of the verb */
	struct store *store;
	unsigned char *key, *secret;	/* crypt_alloc()ed */
	size_t len;			/* of secret */
};

void keeper_release(struct keeper *);

/* Warn when standard output is a file that others can read: what is going to
 * be printed is a secret. */
void keeper_warn_readable(void);

/* keeper_secret.c: one name, or none.  Each 0 or a code with *e. */
int keeper_init(struct keeper *, struct err *e);
int keeper_set(struct keeper *, struct err *e);
int keeper_unset(struct keeper *, struct err *e);
int keeper_list(struct keeper *, struct err *e);

/* keeper_get.c: the operand is a source. */
int keeper_get(struct keeper *, struct err *e);

#endif
