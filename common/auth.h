/*
 * Who may post to a hook: one verifier with knobs.  The knobs are plain data,
 * filled from receive.auth of a source file (loya-source(5)); the decision is
 * a pure function of the knobs, the secrets, the request and the time.
 */
#ifndef COMMON_AUTH_H
#define COMMON_AUTH_H

#include <stddef.h>
#include <stdint.h>

#include "common/crypt.h"
#include "common/http.h"

struct buf;

enum auth_kind {
	AUTH_NONE,		/* nobody is asked; loopback peers only */
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

/* What is signed, piece by piece, in order. */
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
	const char *header;	/* where the signature is; AUTH_HEADER too */
	const char *prefix;	/* in front of it ("sha256="), or NULL */
	const char *field;	/* "v1" of "t=1,v1=ab,v1=cd", or NULL: then
				 * the value is one signature */
	struct auth_part *part;
	size_t npart;		/* 0: the body alone */
	const char *timestamp;	/* its header, or NULL */
	const char *timestamp_field;	/* "t" in ->header instead, or NULL */
	enum auth_unit unit;
	int64_t tolerance;	/* seconds both ways, from 1; 0: not judged,
				 * and AUTH_STANDARD takes the 300 of its
				 * text */
	const char *id;		/* header with the id, for AUTH_ID */
	const char *url;	/* scheme and host as the sender sees them, for
				 * AUTH_URL: put in front of the target */
	int url_decode;		/* AUTH_URL: with the escapes of AUTH_ESCAPES
				 * decoded, as HubSpot v3 signs it */
	/* AUTH_HEADER: one of these instead of ->header, or NULL */
	const char *query;	/* a query parameter: for senders that can set
				 * nothing but the URL (it ends up in logs) */
	const char *pointer;	/* a string in a JSON body (RFC 6901) */
	/* AUTH_BASIC; NULL: the empty name */
	const char *user;
	/* AUTH_MTLS: any one of these, or both NULL: any verified one */
	const char *cert;	/* SHA-256, lower-case hex */
	const char *cert_name;	/* subject */
};

/* What url_decode decodes: the characters of HubSpot's table, written %3A. */
#define AUTH_ESCAPES ":/?@!$'()*,;"

/* Signatures in one request beyond this many: malformed.  Svix, which keeps
 * more old keys than anybody, sends 11. */
enum { AUTH_CANDIDATES = 16 };

/* A secret as loya-token stored it; at most AUTH_SECRETS of them are good at
 * the same time, for rotation. */
enum { AUTH_SECRETS = 2 };

struct auth_secret {
	const unsigned char *p;
	size_t len;
};

/* Why it was refused: for the audit, never for the peer.  One constant word
 * each: auth_why_word(). */
enum auth_why {
	AUTH_OK, AUTH_NO_SECRET, AUTH_MISSING, AUTH_MALFORMED, AUTH_STALE,
	AUTH_MISMATCH, AUTH_NOT_LOOPBACK, AUTH_NO_CERT
};

/*
 * Judge a request at the time r->received.  Every secret and every signature
 * is tried, whichever matches first.  A header that is there twice is
 * malformed.  The age is judged last: AUTH_STALE says that the signature was
 * good.  AUTH_BEARER: the secret is the token (tokens that loya issues are
 * looked up by the caller).  Standard Webhooks: a secret may be whsec_ (HMAC,
 * base64 of 16 to 75 bytes, also without the prefix), whpk_ (Ed25519 public
 * key), whsk_ (its public half is taken), or raw bytes; headers webhook-* or
 * svix-*.
 */
enum auth_why auth_verify(const struct auth *, const struct auth_secret *,
    size_t nsecret, const struct http_request *r);

/*
 * The other side: append to the buf what AUTH_HMAC takes for a signature of a
 * body alone (no parts, no field), made by each secret in order, with a comma
 * between.
 */
void auth_hmac_sign(const struct auth *, const struct auth_secret *,
    size_t nsecret, const void *, size_t, struct buf *);

const char *auth_why_word(enum auth_why);

/* Whether a secret has the form its kind needs; NULL, or what is wrong. For
 * loya-token set and for loya-recv's start. */
const char *auth_secret_fault(const struct auth *, const struct auth_secret *);

#endif
