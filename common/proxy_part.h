/*
 * What the files of proxy.h share; nobody else includes it.
 */
#ifndef COMMON_PROXY_PART_H
#define COMMON_PROXY_PART_H

#include <stddef.h>

#include "common/proxy.h"

enum { PROXY_CERT = 16 * 1024 };	/* bytes of a certificate, at most */

/*
 * A certificate (DER) out of a header's value, in the arena: :BASE64: (RFC
 * 9440), or with escaped set PEM in which signs are written %0A.  NULL, when
 * it is of neither form, or is not one certificate from end to end.
 */
const unsigned char *proxy_cert(const char *value, int escaped,
    struct arena *, size_t *len);

#endif
