/*
 * Shared by auth.c and the verifiers beside it.  Nobody else includes this; the
 * way in is auth_verify() in auth.h.
 */
#ifndef COMMON_AUTH_RULES_H
#define COMMON_AUTH_RULES_H

#include "common/auth.h"

/* The value of a header that must occur exactly once: AUTH_MISSING if it does
 * not occur, AUTH_MALFORMED if it occurs twice. */
enum auth_why auth_rules_header(const struct http_request *, const char *name,
    const char **value);

/* Convert a timestamp in this unit to microseconds.  Numbers consist of digits
 * only, at most 18 of them. */
enum auth_why auth_rules_time(enum auth_unit, const char *, size_t,
    int64_t *t);

/* AUTH_OK, or AUTH_STALE if t is more than tolerance seconds away from
 * received. */
enum auth_why auth_rules_age(int64_t t, int64_t received, int64_t tolerance);

/* 1 if the text equals one of the secrets; it is compared with all of them. */
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

/* What is wrong with a secret for Standard Webhooks; or NULL. */
const char *auth_standard_fault(const struct auth_secret *);

#endif
