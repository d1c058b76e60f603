/*
 * What the files of the JSON reader (json*.c, jsonw.c) share and nobody else
 * needs: characters and escapes.
 */
#ifndef COMMON_JSON_INNER_H
#define COMMON_JSON_INNER_H

#include <stddef.h>
#include <stdint.h>

#include "common/json.h"

/* Length of the UTF-8 sequence at p < end, 0 when it is none. */
size_t json_sequence(const unsigned char *p, const unsigned char *end);

/* How many of n bytes from s on stand in a string as they are: ASCII but for
 * control characters, the quote and the backslash. */
size_t json_plain_run(const char *s, size_t n);

/* The value of four hexadecimal digits at p, -1 when they are not there. */
int json_hex4(const unsigned char *p, const unsigned char *end);

/* The unescaped bytes of string i into out, which has room for its length;
 * returns how many they are. */
size_t json_unescape(const struct json *, uint32_t i, char *out);

/* Whether string i is the n bytes at s. */
int json_equals(const struct json *, uint32_t i, const char *s, size_t n);

/* A key that object i has twice, or JSON_NONE. */
uint32_t json_repeated(const struct json *, uint32_t i);

#endif
