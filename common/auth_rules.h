/*
 * What auth.c and the verifiers beside it share.  Nobody else includes it: the
 * door is auth_verify() in auth.h.
 */
#ifndef COMMON_AUTH_RULES_H
#define COMMON_AUTH_RULES_H

#include "common/auth.h"

/* The value of a header that must stand exactly once: AUTH_MISSING when it
 * does not stand, AUTH_MALFORMED when it stands twice. */
enum auth_why auth_rules_header(const struct http_request *, const char *name,
    const char **value);

/* A timestamp in its unit to microseconds.  Numbers are digits only, at most
 * 18 of them. */
enum auth_why auth_rules_time(enum auth_unit, const char *, size_t,
    int64_t *t);

/* AUTH_OK, or AUTH_STALE when t is more than tolerance seconds off. */
enum auth_why auth_rules_age(int64_t t, int64_t received, int64_t tolerance);

/* 1 when the text equals one of the secrets; all are compared. */
int auth_rules_equal(const struct auth_secret *, size_t nsecret, const char *,
    size_t);

/* The verifiers: auth_hmac.c, auth_standard.c, auth_token.c. */
enum auth_why auth_hmac_verify(const struct auth *,
    const struct auth_secret *, size_t nsecret, const struct http_request *);
enum auth_why auth_standard_verify(const struct auth *,
    const struct auth_secret *, size_t nsecret, const struct http_request *);
enum auth_why auth_token_bearer(const struct auth_secret *, size_t nsecret,
    const struct http_request *);
enum auth_why auth_token_basic(const struct auth *,
    const struct auth_secret *, size_t nsecret, const struct http_request *);
enum auth_why auth_token_value(const struct auth *,
    const struct auth_secret *, size_t nsecret, const struct http_request *);

/* What is wrong with a secret for Standard Webhooks, or NULL. */
const char *auth_standard_fault(const struct auth_secret *);

#endif
