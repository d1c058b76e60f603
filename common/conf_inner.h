/*
 * What conf.c (jansson) and conf_read.c (what is read out of it) share.
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

/* RFC 7396, with "from" as conf.h says: patch over target (NULL: nothing), a
 * new json_t. */
void *conf_merge(void *target, void *patch);

/* conf_preset.c: the presets that a tree names, put under it; under is that of
 * its profile, which is changed, or NULL. */
void conf_presets(void *under, void *tree);

/* Its JSON text, malloced. */
char *conf_value_dump(const void *value);

#endif
