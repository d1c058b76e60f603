/*
 * The key that secrets are sealed under: a file of one line,
 *
 *   loya-key-1 BASE64-OF-32-BYTES
 *
 * It is $CREDENTIALS_DIRECTORY/loya-key if that exists (systemd puts it there),
 * else what LOYA_KEY names, which may be fd:N for an open descriptor, else
 * CONFDIR/key.
 */
#ifndef COMMON_KEY_H
#define COMMON_KEY_H

#include "common/status.h"

enum { KEY_PATH = 4096 };

/* Where the key is, or would be made. */
const char *key_path(const char *confdir, char out[KEY_PATH]);

/* Whether it is, or would be, a file of our own: neither a systemd credential
 * nor a descriptor. */
int key_is_file(const char *confdir);

/*
 * Read the key.  *key is crypt_alloc()ed, CRYPT_KEY bytes; the caller
 * crypt_free()s it.  E_KEY: missing, open to group or others (a systemd
 * credential may be open to its group; the mode of a descriptor is not
 * checked), not a key.  A descriptor that is a pipe can be read only once.
 */
int key_load(const char *confdir, unsigned char **key, struct err *);

/* The same for the next key, PATH.new, which exists only while loya-token
 * rotate is working or after it was interrupted. */
int key_load_next(const char *confdir, unsigned char **key, struct err *);

/* Read a key from a descriptor; path is what messages call it. */
int key_read(int fd, const char *path, unsigned char **key, struct err *);

/* Make a new key, mode 0600, durable, never over an old one (E_NO). */
int key_make(const char *confdir, struct err *);

/*
 * The steps of a rotation, for files only: make PATH.new (replacing what an
 * interrupted rotation left there), seal everything under it, move it to the
 * place of the key.  drop: delete it after all.
 */
int key_make_next(const char *confdir, unsigned char **key, struct err *);
int key_place_next(const char *confdir, struct err *);
void key_drop_next(const char *confdir);

#endif
