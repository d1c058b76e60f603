/*
 * Shared by the files of proxy.h; nobody else includes it.
 */
#ifndef COMMON_PROXY_PART_H
#define COMMON_PROXY_PART_H

#include <stddef.h>

#include "common/proxy.h"

enum { PROXY_CERT = 16 * 1024 };	/* bytes of a certificate, at most */

/*
 * Decode a certificate (DER) from the value of a header, in the arena: :BASE64:
 * (RFC 9440), or if escaped is set, PEM with characters written as %0A.  NULL
 * if it has neither form, or is not exactly one certificate.
 */
const unsigned char *proxy_cert(const char *value, int escaped,
    struct arena *, size_t *len);

#endif
