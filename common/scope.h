/*
 * Scopes (RFC 6749 section 3.3): a list of words that say what a token may be
 * used for.  loya knows "hook:SOURCE" (post to that hook) and "introspect" (ask
 * about tokens of others).  Pure.
 */
#ifndef COMMON_SCOPE_H
#define COMMON_SCOPE_H

#include <stddef.h>

enum { SCOPE_TEXT = 1024 };	/* with the NUL */

/*
 * Parse the len bytes at s and write its words, each once, separated by one
 * blank: 0, or -1 if it is not a valid scope (empty, a character that the RFC
 * does not allow, too long).
 */
int scope_parse(const char *s, size_t len, char out[SCOPE_TEXT]);

/* The first word of a parsed scope that loya does not know: where it begins,
 * and *len; NULL if it knows all. */
const char *scope_unknown(const char *scope, size_t *len);

/* Whether a parsed scope has the word; whether it has all words of want. */
int scope_has(const char *scope, const char *word, size_t len);
int scope_within(const char *want, const char *scope);

#endif
