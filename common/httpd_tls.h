/*
 * The fence around GnuTLS: what the server needs of it besides what
 * libmicrohttpd does.
 */
#ifndef COMMON_HTTPD_TLS_H
#define COMMON_HTTPD_TLS_H

#include <stddef.h>

#include "common/status.h"

/* The files of a TLS server, read into memory. */
struct httpd_tls {
	char *cert, *key;	/* PEM */
	char *trust;		/* PEM of the CAs of clients, or NULL */
};

enum { TLS_FINGERPRINT = 65, TLS_SUBJECT = 2048 };

/* Protocol versions 1.2 and 1.3 only. */
#define TLS_PRIORITY "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

/*
 * Read the files; trust may be NULL.  E_CONF with *e naming the file that
 * cannot be read or is not what it should be; also when key and certificate
 * do not belong together.  Warns of a certificate that is over.
 */
int httpd_tls_load(struct httpd_tls *, const char *cert, const char *key,
    const char *trust, struct err *);

/* The key is wiped. */
void httpd_tls_release(struct httpd_tls *);

/*
 * The certificate that the peer of a session proved to have and that a CA of
 * trust stands for, now: its SHA-256 in hex, its subject (RFC 4514).  1, or 0
 * when there is none.
 */
int httpd_tls_peer(void *session, char cert[TLS_FINGERPRINT],
    char name[TLS_SUBJECT]);

/* The subject (RFC 4514) of a certificate (DER), empty where it has none: 0, or
 * -1 when it cannot be read, or is too long or holds a NUL. */
int httpd_tls_subject(const void *der, size_t len, char name[TLS_SUBJECT]);

/* Send a few bytes at once or not at all, and say that no more will come. */
void httpd_tls_last_words(void *session, const char *, size_t);

#endif
