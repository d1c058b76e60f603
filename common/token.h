/*
 * Tokens as text: a prefix that secret scanners can look for, 32 random bytes
 * and a checksum, so that a false one is told without a look-up:
 *
 *   loya_ + 43 characters base62 + 6 characters base62 of the CRC-32 of all
 *   that stands before (left-padded with 0)
 */
#ifndef COMMON_TOKEN_H
#define COMMON_TOKEN_H

#include <stddef.h>

enum token_kind { TOKEN_ACCESS, TOKEN_CLIENT };	/* loya_, loyas_ */

/* Room for a text and for an id, with the NUL. */
enum { TOKEN_TEXT = 64, TOKEN_ID = 24 };

/* A new one.  The text is a secret: the caller wipes it. */
void token_make(enum token_kind, char text[TOKEN_TEXT]);

/* Whether it has the form and the checksum of its kind: 1 or 0. */
int token_ok(enum token_kind, const char *text, size_t len);

/* A new public name: "t_" or "c_" and 16 random characters base62. */
void token_id(enum token_kind, char id[TOKEN_ID]);

#endif
