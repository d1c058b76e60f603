/*
 * Shared by the files of the JSON reader (json*.c, jsonw.c), and nobody else:
 * characters and escapes.
 */
#ifndef COMMON_JSON_INNER_H
#define COMMON_JSON_INNER_H

#include <stddef.h>
#include <stdint.h>

#include "common/json.h"

/* Length of the UTF-8 sequence at p < end, 0 if it is invalid. */
size_t json_sequence(const unsigned char *p, const unsigned char *end);

/* How many of the n bytes at s can be in a string unescaped: ASCII except
 * control characters, the quote and the backslash. */
size_t json_plain_run(const char *s, size_t n);

/* The value of the four hexadecimal digits at p, -1 if they are not there. */
int json_hex4(const unsigned char *p, const unsigned char *end);

/* Write the unescaped bytes of string i to out, which has room for its length;
 * returns how many there are. */
size_t json_unescape(const struct json *, uint32_t i, char *out);

/* Whether string i equals the n bytes at s. */
int json_equals(const struct json *, uint32_t i, const char *s, size_t n);

/* A key that occurs twice in object i, or JSON_NONE. */
uint32_t json_repeated(const struct json *, uint32_t i);

#endif
