/*
 * Shared by key.c (finding and reading) and key_file.c (making); nobody else
 * includes it.
 */
#ifndef COMMON_KEY_INNER_H
#define COMMON_KEY_INNER_H

#include "common/key.h"

#define KEY_LEAD "loya-key-1 "

/* The line: lead, 44 characters, a line feed; and room to notice a
 * longer one. */
enum { KEY_LINE = sizeof KEY_LEAD - 1 + 44 + 1, KEY_ROOM = KEY_LINE + 8 };

/* The path of the next key. */
enum { KEY_NEXT = KEY_PATH + 8 };
const char *key_path_next(const char *confdir, char out[KEY_NEXT]);

#endif
