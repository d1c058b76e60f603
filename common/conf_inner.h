/*
 * Shared by conf.c (jansson), conf_preset.c (words that stand for parts of a
 * file) and conf_read.c (what is read out of it).
 */
#ifndef COMMON_CONF_INNER_H
#define COMMON_CONF_INNER_H

#include "common/buf.h"
#include "common/conf.h"
#include "common/conf_where.h"

/* The file itself, and the profile under it. */
enum { CONF_OWN, CONF_PROFILE, CONF_LAYERS };

struct conf {
	void *tree;			/* json_t */
	struct buf text[CONF_LAYERS];
	struct where *where[CONF_LAYERS];
	void **made;			/* trees of conf_patch() */
	size_t nmade;
	int bad;
	struct err err;
};

/* A scalar of the tree. */
const char *conf_value_text(const void *value, size_t *len);
int64_t conf_value_int(const void *value);
double conf_value_real(const void *value);

/* A new json_t: patch over target (NULL: nothing) by RFC 7396, with "from" as
 * described in conf.h. */
void *conf_merge(void *target, void *patch);

/* conf_preset.c: expand the presets that a tree names.  under is the tree of
 * its profile, which is changed, or NULL. */
void conf_presets(void *under, void *tree);

/* The JSON text of a value, malloc()ed. */
char *conf_value_dump(const void *value);

#endif
