/*
 * Tokens as text: a prefix that secret scanners can look for, 43 random
 * characters, and a checksum, so that a mistyped one is recognised without a
 * look-up:
 *
 *   loya_ + 43 characters base62 (256 bits) + 6 characters of checksum
 *
 * The checksum is the CRC-32 (as in zip) of everything before it, in base62,
 * padded on the left with 0.
 */
#ifndef COMMON_TOKEN_H
#define COMMON_TOKEN_H

#include <stddef.h>
#include <stdint.h>

enum token_kind { TOKEN_ACCESS, TOKEN_SECRET };	/* loya_, loyas_ */

/* Room for a text, an id and a checksum, with the NUL. */
enum { TOKEN_TEXT = 64, TOKEN_ID = 24, TOKEN_SUM = 7 };

/* Make a token.  The text is a secret: the caller wipes it. */
void token_make(enum token_kind, char text[TOKEN_TEXT]);

/* Whether a text has the form and the checksum of its kind: 1 or 0. */
int token_ok(enum token_kind, const char *text, size_t len);

/* Whether it begins like a token, well-formed or not. */
int token_looks(enum token_kind, const char *text, size_t len);

/* Make a public name: "t_" (access tokens) or "c_" (clients, the owners of
 * secrets) and 16 random characters. */
void token_id(enum token_kind, char id[TOKEN_ID]);

/* Whether a text has the form of such a name. */
int token_id_ok(enum token_kind, const char *id);

/* The checksum of a text. */
void token_sum(const char *text, size_t len, char out[TOKEN_SUM]);

#endif
