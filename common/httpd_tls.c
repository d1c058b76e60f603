#include "common/httpd_tls.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "common/buf.h"
#include "common/clock.h"
#include "common/crypt.h"
#include "common/die.h"

enum { MOST = 1024 * 1024 };

/* Read a whole text file, terminated. */
static int
read_file(const char *path, char **out, struct err *e)
{
	FILE *f;
	char *p;
	size_t n;

	*out = NULL;
	f = fopen(path, "re");
	if (f == NULL)
		return err_set(e, E_CONF, "%s: %s", path, strerror(errno));
	p = xmalloc(MOST + 1);
	n = fread(p, 1, MOST, f);
	if (ferror(f) || n == 0 || n == MOST) {
		fclose(f);
		crypt_wipe(p, n);
		free(p);
		return err_set(e, E_CONF, "%s: cannot be read, is empty or "
		    "too large", path);
	}
	fclose(f);
	p[n] = '\0';
	*out = xrealloc(p, n + 1, 1);
	return 0;
}

static gnutls_datum_t
datum(char *s)
{
	gnutls_datum_t d;

	d.data = (unsigned char *)s;
	d.size = s != NULL ? (unsigned)strlen(s) : 0;
	return d;
}

/* Until when the certificate is good. */
static int64_t
good_until(const struct httpd_tls *t)
{
	gnutls_datum_t pem = datum(t->cert);
	gnutls_x509_crt_t crt;
	int64_t end = -1;

	if (gnutls_x509_crt_init(&crt) != 0)
		return INT64_MAX;
	if (gnutls_x509_crt_import(crt, &pem, GNUTLS_X509_FMT_PEM) == 0)
		end = gnutls_x509_crt_get_expiration_time(crt);
	gnutls_x509_crt_deinit(crt);
	return end >= 0 ? end * CLOCK_SECOND : INT64_MAX;
}

void
httpd_tls_tell(const struct httpd_tls *t)
{
	char text[CLOCK_TEXT];

	if (t->good_until <= clock_now())
		warn("%s: the certificate was good until %s", t->name,
		    clock_format(t->good_until, text));
}

/* Have GnuTLS check all of it before the first peer does. */
static int
try_out(const struct httpd_tls *t, const char *cert, const char *trust,
    struct err *e)
{
	gnutls_certificate_credentials_t c;
	gnutls_datum_t pem, key;
	int rc;

	if (gnutls_certificate_allocate_credentials(&c) != 0)
		return err_set(e, E_BUG, "GnuTLS does not start");
	pem = datum(t->cert);
	key = datum(t->key);
	rc = gnutls_certificate_set_x509_key_mem(c, &pem, &key,
	    GNUTLS_X509_FMT_PEM);
	if (rc < 0) {
		gnutls_certificate_free_credentials(c);
		return err_set(e, E_CONF, "%s: certificate or its key: %s",
		    cert, gnutls_strerror(rc));
	}
	pem = datum(t->trust);
	rc = t->trust == NULL ? 1 : gnutls_certificate_set_x509_trust_mem(c,
	    &pem, GNUTLS_X509_FMT_PEM);
	gnutls_certificate_free_credentials(c);
	if (rc <= 0)
		return err_set(e, E_CONF, "%s: no certificate of a CA in it",
		    trust);
	return 0;
}

int
httpd_tls_load(struct httpd_tls *t, const char *cert, const char *key,
    const char *trust, struct err *e)
{
	int rc;

	memset(t, 0, sizeof *t);
	rc = read_file(cert, &t->cert, e);
	if (rc == 0)
		rc = read_file(key, &t->key, e);
	if (rc == 0 && trust != NULL)
		rc = read_file(trust, &t->trust, e);
	if (rc == 0)
		rc = try_out(t, cert, trust, e);
	if (rc != 0) {
		httpd_tls_release(t);
		return rc;
	}
	t->name = cert;
	t->good_until = good_until(t);
	httpd_tls_tell(t);
	return 0;
}

void
httpd_tls_release(struct httpd_tls *t)
{
	if (t->key != NULL)
		crypt_wipe(t->key, strlen(t->key));
	free(t->cert);
	free(t->key);
	free(t->trust);
	memset(t, 0, sizeof *t);
}

static int
copy_subject(gnutls_x509_crt_t crt, char name[TLS_SUBJECT])
{
	gnutls_datum_t dn = { NULL, 0 };
	int rc;

	rc = gnutls_x509_crt_get_dn3(crt, &dn, 0);
	/* The name may be in subjectAltName alone (RFC 5280 section
	 * 4.1.2.6). */
	if (rc == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
		return 0;
	if (rc == 0 && (dn.size >= TLS_SUBJECT ||
	    memchr(dn.data, '\0', dn.size) != NULL))
		rc = -1;
	if (rc == 0) {
		memcpy(name, dn.data, dn.size);
		name[dn.size] = '\0';
	}
	gnutls_free(dn.data);
	return rc;
}

int
httpd_tls_subject(const void *der, size_t len, char name[TLS_SUBJECT])
{
	gnutls_x509_crt_t crt;
	gnutls_datum_t whole = { (unsigned char *)(uintptr_t)der,
	    (unsigned)len };
	int rc;

	name[0] = '\0';
	if (gnutls_x509_crt_init(&crt) != 0)
		return -1;
	rc = gnutls_x509_crt_import(crt, &whole, GNUTLS_X509_FMT_DER);
	if (rc == 0)
		rc = copy_subject(crt, name);
	gnutls_x509_crt_deinit(crt);
	return rc == 0 ? 0 : -1;
}

int
httpd_tls_peer(void *session, char cert[TLS_FINGERPRINT],
    char name[TLS_SUBJECT])
{
	unsigned char sum[CRYPT_SHA256];
	gnutls_typed_vdata_st purpose = { GNUTLS_DT_KEY_PURPOSE_OID,
	    (unsigned char *)(uintptr_t)GNUTLS_KP_TLS_WWW_CLIENT, 0 };
	const gnutls_datum_t *chain;
	struct crypt_part part;
	unsigned n = 0, status = 0;

	cert[0] = name[0] = '\0';
	chain = gnutls_certificate_get_peers(session, &n);
	if (chain == NULL || n == 0 ||
	    gnutls_certificate_verify_peers(session, &purpose, 1,
	    &status) != 0 ||
	    status != 0)
		return 0;
	if (httpd_tls_subject(chain[0].data, chain[0].size, name) != 0)
		return 0;
	part.p = chain[0].data;
	part.len = chain[0].size;
	crypt_sha256(sum, &part, 1);
	crypt_hex(sum, sizeof sum, cert);
	return 1;
}

int
httpd_tls_unused(void *session)
{
	unsigned char seq[8] = { 0 };
	char *desc = gnutls_session_get_desc(session);

	/* There is no description before the end of the handshake. */
	gnutls_free(desc);
	if (desc == NULL)
		return 1;
	if (gnutls_record_get_state(session, 1, NULL, NULL, NULL, seq) != 0)
		return 0;
	/* Records that came under the present keys: with TLS 1.2 the last one
	 * of the handshake is among them. */
	return memcmp(seq, "\0\0\0\0\0\0\0", 7) == 0 && seq[7] <=
	    (gnutls_protocol_get_version(session) < GNUTLS_TLS1_3);
}

int
httpd_tls_rest(void *session)
{
	return gnutls_record_check_pending(session) > 0;
}

void
httpd_tls_last_words(void *session, const char *p, size_t n)
{
	if (gnutls_record_send(session, p, n) == (ssize_t)n)
		gnutls_bye(session, GNUTLS_SHUT_WR);
}
