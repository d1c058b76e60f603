/*
 * The fence around GnuTLS: what the server needs besides what libmicrohttpd
 * does.
 */
#ifndef COMMON_HTTPD_TLS_H
#define COMMON_HTTPD_TLS_H

#include <stddef.h>
#include <stdint.h>

#include "common/status.h"

/* The files of a TLS server, read into memory. */
struct httpd_tls {
	char *cert, *key;	/* PEM */
	char *trust;		/* PEM of the CAs of clients, or NULL */
	const char *name;	/* of the certificate's file: the caller's */
	int64_t good_until;	/* INT64_MAX: not known */
};

enum { TLS_FINGERPRINT = 65, TLS_SUBJECT = 2048 };

/* Protocol versions 1.2 and 1.3 only. */
#define TLS_PRIORITY "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

/*
 * Read the files; trust may be NULL.  E_CONF with *e naming the file that
 * cannot be read or is not what it should be; also if key and certificate do
 * not belong together.  Does what httpd_tls_tell() does.
 */
int httpd_tls_load(struct httpd_tls *, const char *cert, const char *key,
    const char *trust, struct err *);

/* If all peers turn away because the certificate has expired, say why. */
void httpd_tls_tell(const struct httpd_tls *);

/* Wipes the key. */
void httpd_tls_release(struct httpd_tls *);

/*
 * The certificate that the peer of a session has proved to own, if a CA in
 * trust vouches for it now: its SHA-256 in hex and its subject (RFC 4514).  1,
 * or 0 if there is none.
 */
int httpd_tls_peer(void *session, char cert[TLS_FINGERPRINT],
    char name[TLS_SUBJECT]);

/* The subject (RFC 4514) of a certificate (DER), empty if it has none: 0, or -1
 * if it cannot be read, is too long or contains a NUL. */
int httpd_tls_subject(const void *der, size_t len, char name[TLS_SUBJECT]);

/* Whether nothing but the handshake has come, if that. */
int httpd_tls_unused(void *session);

/* Whether it holds bytes of the peer that nobody has read yet. */
int httpd_tls_rest(void *session);

/* Send a few bytes at once or not at all, and end the session's sending
 * side. */
void httpd_tls_last_words(void *session, const char *, size_t);

#endif
