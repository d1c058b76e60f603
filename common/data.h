/*
 * The texts that are compiled in: the schema and the profiles, each under the
 * path of its file below common/ ("schema/store-1.sql",
 * "profiles/darwinbox.json").
 */
#ifndef COMMON_DATA_H
#define COMMON_DATA_H

/* The text under a name, or NULL. */
const char *data_get(const char *name);

#endif
