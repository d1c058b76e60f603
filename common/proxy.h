/*
 * Requests that come through a proxy: who really sent them.  Only the peers
 * named in loya.json are believed; the same headers from anybody else mean
 * nothing.
 */
#ifndef COMMON_PROXY_H
#define COMMON_PROXY_H

#include "common/arena.h"
#include "common/http.h"
#include "common/source.h"

/*
 * Call before a request is judged.  If its peer is a trusted proxy, the client
 * takes the peer's place (peer, loopback, cert, cert_name), as far as the proxy
 * identifies it.  A client whose address the proxy does not give is not on this
 * machine; one for which it does not vouch for a certificate has none.  If the
 * peer is not trusted but a header claims that it speaks for others, it is not
 * on this machine either.  Strings are put in the arena.  0, or -1 and *why, a
 * constant phrase: what the proxy says makes no sense, and the request must not
 * be taken as anybody's.
 */
int proxy_judge(const struct proxies *, struct http_request *, struct arena *,
    const char **why);

#endif
