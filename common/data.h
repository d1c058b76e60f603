/*
 * The texts that are compiled in: the schema and the profiles, each under the
 * path of its file below common/ ("schema/store-1.sql",
 * "profiles/darwinbox.json").
 */
#ifndef COMMON_DATA_H
#define COMMON_DATA_H

#include <stddef.h>

struct data {
	const char *name, *text;
};

/* The text under a name, or NULL. */
const char *data_get(const char *name);

/* The i-th entry, from 0, of those whose name begins with prefix, in the order
 * of their names; NULL after the last. */
const struct data *data_walk(const char *prefix, size_t i);

#endif
