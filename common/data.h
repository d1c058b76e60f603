/*
 * The texts that are compiled in: the schema and the profiles, by the name of
 * their file below common/ ("schema/store-1.sql", "profiles/darwinbox.json").
 */
#ifndef COMMON_DATA_H
#define COMMON_DATA_H

#include <stddef.h>

struct data {
	const char *name, *text;
};

/* The text of a name, or NULL. */
const char *data_get(const char *name);

/* The entries whose name begins with prefix, in the order of their names: the
 * i-th of them from 0, or NULL behind the last. */
const struct data *data_walk(const char *prefix, size_t i);

#endif
