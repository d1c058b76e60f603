/*
 * Requests that come through a proxy: who really sent them.  Only the peers
 * that loya.json names are believed; what others say in the same headers is
 * nothing.
 */
#ifndef COMMON_PROXY_H
#define COMMON_PROXY_H

#include "common/arena.h"
#include "common/http.h"
#include "common/source.h"

/*
 * Before a request is judged: where its peer is a proxy that is trusted, put
 * the client in its place (peer, loopback, cert, cert_name), as far as the
 * proxy says who that is.  A client of which it does not say where it is, is
 * not on this machine; of which it says nothing good about a certificate, has
 * none.  Where the peer is nobody who is trusted but a header says that he
 * stands for others, he is not on this machine either.  Texts are put in the
 * arena.  0, or -1 and *why, a constant phrase: the proxy says what has no
 * sense, and the request must not be taken as anybody's.
 */
int proxy_judge(const struct proxies *, struct http_request *, struct arena *,
    const char **why);

#endif
