/*
 * Ids that loya makes: UUIDv7 (RFC 9562 section 5.7), ascending within a
 * process also inside one millisecond (12-bit counter in rand_a, method 1 of
 * section 6.2).  LOYA_SEED in the environment (a number) makes the random part
 * repeatable, for tests and replays; keys, tokens and salts never come from
 * here.
 */
#ifndef COMMON_ID_H
#define COMMON_ID_H

#include <stdint.h>

enum { ID_TEXT = 37 };	/* 36 characters and a NUL */

/* A new id, with a time not before now (microseconds). */
char *id_new(int64_t now, char out[ID_TEXT]);

/*
 * The upper 48 + 12 bits (time and counter) of an id as one ascending number
 * from 0, or -1 if the text is not a UUIDv7 in lower case.
 */
int64_t id_number(const char *id);

/* From here on make ids with numbers greater than n. */
void id_after(int64_t n);

#endif
