/*
 * Who may post to a hook: one verifier with knobs.  The knobs are plain data,
 * filled from receive.auth of a source file (loya-source(5)); the decision is a
 * pure function of the knobs, the secrets, the request and the time.
 */
#ifndef COMMON_AUTH_H
#define COMMON_AUTH_H

#include <stddef.h>
#include <stdint.h>

#include "common/crypt.h"
#include "common/http.h"

struct buf;

enum auth_kind {
	AUTH_NONE,		/* no check; loopback peers only */
	AUTH_HMAC,		/* a keyed (or plain) hash over chosen parts */
	AUTH_STANDARD,		/* Standard Webhooks 1.0, v1 and v1a */
	AUTH_BEARER,		/* Authorization: Bearer (RFC 6750 2.1) */
	AUTH_BASIC,		/* Authorization: Basic (RFC 7617) */
	AUTH_HEADER,		/* a header (or query parameter, or value in
				 * the body) that equals the secret */
	AUTH_MTLS		/* a client certificate that TLS verified */
};

enum auth_hash { AUTH_HMAC_SHA256, AUTH_HMAC_SHA512, AUTH_PLAIN_SHA256 };
enum auth_encoding { AUTH_HEX, AUTH_BASE64 };
enum auth_unit { AUTH_SECONDS, AUTH_MILLISECONDS, AUTH_RFC3339 };

/* The pieces of what is signed, in order. */
enum auth_part_kind {
	AUTH_LITERAL, AUTH_BODY, AUTH_TIMESTAMP, AUTH_ID, AUTH_METHOD,
	AUTH_URL, AUTH_SECRET, AUTH_HEADER_VALUE
};

struct auth_part {
	enum auth_part_kind kind;
	const char *text;	/* AUTH_LITERAL, or the header's name */
};

struct auth {
	enum auth_kind kind;
	/* AUTH_HMAC */
	enum auth_hash hash;
	enum auth_encoding encoding;
	const char *header;	/* of the signature, or of the secret
				 * (AUTH_HEADER) */
	const char *prefix;	/* in front of it ("sha256="), or NULL */
	const char *field;	/* "v1" of "t=1,v1=ab,v1=cd"; NULL: the whole
				 * value is one signature */
	struct auth_part *part;
	size_t npart;		/* 0: the body alone */
	const char *timestamp;	/* header that holds it, or NULL */
	const char *timestamp_field;	/* or its field in ->header ("t") */
	enum auth_unit unit;
	int64_t tolerance;	/* seconds either way, at least 1; 0: the age is
				 * not checked, but AUTH_STANDARD allows the
				 * 300 of its specification */
	const char *id;		/* header that holds the id, for AUTH_ID */
	const char *url;	/* scheme and host as the sender sees them, for
				 * AUTH_URL: put in front of the target */
	int url_decode;		/* AUTH_URL: decode the escapes of AUTH_ESCAPES
				 * first, as HubSpot v3 does for signing */
	/* AUTH_HEADER: one of these instead of ->header, or NULL */
	const char *query;	/* a query parameter: for senders that can only
				 * set the URL (it ends up in logs) */
	const char *pointer;	/* a string in a JSON body (RFC 6901) */
	/* AUTH_BASIC; NULL: the empty name */
	const char *user;
	/* AUTH_MTLS: one of these must match; both NULL: any verified one */
	const char *cert;	/* SHA-256, lower-case hex */
	const char *cert_name;	/* subject */
};

/* The characters that url_decode decodes (%3A and so on): those of HubSpot's
 * table. */
#define AUTH_ESCAPES ":/?@!$'()*,;"

/* More signatures than this in one request are malformed.  Svix, which keeps
 * more old keys than anybody else, sends 11. */
enum { AUTH_CANDIDATES = 16 };

/* A secret as loya-token stored it; at most AUTH_SECRETS of them are valid at
 * the same time, for rotation. */
enum { AUTH_SECRETS = 2 };

struct auth_secret {
	const unsigned char *p;
	size_t len;
};

/* Why a request was refused: for the audit, never for the peer.
 * auth_why_word() has a constant word for each. */
enum auth_why {
	AUTH_OK, AUTH_NO_SECRET, AUTH_MISSING, AUTH_MALFORMED, AUTH_STALE,
	AUTH_MISMATCH, AUTH_NOT_LOOPBACK, AUTH_NO_CERT
};

/*
 * Judge a request as of the time r->received.  Every secret is tried with every
 * signature, also after a match.  A header that occurs twice is malformed.  The
 * age is judged last: AUTH_STALE means that the signature was good.
 * AUTH_BEARER: the secret is the token (tokens issued by loya are looked up by
 * the caller).  AUTH_STANDARD: a secret may be whsec_ (HMAC, base64 of 16 to 75
 * bytes, also without the prefix), whpk_ (Ed25519 public key), whsk_ (its
 * public half is used) or raw bytes; the headers are webhook-* or svix-*.
 */
enum auth_why auth_verify(const struct auth *, const struct auth_secret *,
    size_t nsecret, const struct http_request *r);

/* The other side: append to the buf signatures of a body alone (no parts, no
 * field) that AUTH_HMAC accepts, one by each secret in order, separated by
 * commas. */
void auth_hmac_sign(const struct auth *, const struct auth_secret *,
    size_t nsecret, const void *, size_t, struct buf *);

const char *auth_why_word(enum auth_why);	/* "no_secret" ... */

/* Whether a secret has the form that its kind requires: NULL, or what is wrong.
 * For loya-token set and for the start of loya-recv. */
const char *auth_secret_fault(const struct auth *, const struct auth_secret *);

#endif
