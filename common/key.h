/*
 * The key that secrets are sealed under: a file of one line,
 *
 *   loya-key-1 BASE64-OF-32-BYTES
 *
 * It is $CREDENTIALS_DIRECTORY/loya-key when that is there (systemd puts it
 * there), else the file that LOYA_KEY names, else CONFDIR/key.
 */
#ifndef COMMON_KEY_H
#define COMMON_KEY_H

#include "common/status.h"

enum { KEY_PATH = 4096 };

/* Where the key is, or belongs. */
const char *key_path(const char *confdir, char out[KEY_PATH]);

/*
 * Read it.  *key is crypt_alloc()ed, CRYPT_KEY bytes; the caller crypt_free()s
 * it.  E_KEY: missing, open to group or others (a systemd credential may be
 * open to its group), not a key.
 */
int key_load(const char *confdir, unsigned char **key, struct err *);

/* The same of the key that is to come: PATH.new, which is there only while
 * loya-token rotate works or when it was interrupted. */
int key_load_next(const char *confdir, unsigned char **key, struct err *);

/* Make a new one, mode 0600, durable, never over an old one (E_NO then). */
int key_make(const char *confdir, struct err *);

#endif
