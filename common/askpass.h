/*
 * Reading a secret: from a descriptor, never from an argument or the
 * environment.  On a terminal it prompts, without echo.
 */
#ifndef COMMON_ASKPASS_H
#define COMMON_ASKPASS_H

#include <stddef.h>

#include "common/status.h"

/*
 * Read all of fd and strip one line feed from the end.  From a terminal, read
 * one line, after printing prompt on standard error.  *out is crypt_alloc()ed;
 * the caller crypt_free()s it.  E_DATA: nothing was read (*len is 0), or more
 * than max bytes.  E_IO: reading failed.
 */
int askpass_read(int fd, const char *prompt, size_t max, unsigned char **out,
    size_t *len, struct err *);

#endif
