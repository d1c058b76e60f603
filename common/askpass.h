/*
 * Taking a secret in: from a descriptor, never from an argument or the
 * environment.  A terminal is asked, without echo.
 */
#ifndef COMMON_ASKPASS_H
#define COMMON_ASKPASS_H

#include <stddef.h>

#include "common/status.h"

/*
 * Read all of fd (of a terminal: one line, after printing prompt on standard
 * error) and strip one line feed from its end.  *out is crypt_alloc()ed, the
 * caller crypt_free()s it.  E_DATA: nothing (*len is 0), or more than max
 * bytes.  E_IO: reading failed.
 */
int askpass_read(int fd, const char *prompt, size_t max, unsigned char **out,
    size_t *len, struct err *);

#endif
