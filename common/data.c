#include "common/data.h"

#include <string.h>

static const struct data table[] = {
#include "data.inc"
};

enum { ENTRIES = sizeof table / sizeof table[0] };

const char *
data_get(const char *name)
{
	size_t i;

	for (i = 0; i < ENTRIES; i++)
		if (strcmp(table[i].name, name) == 0)
			return table[i].text;
	return NULL;
}

const struct data *
data_walk(const char *prefix, size_t i)
{
	size_t k, n = strlen(prefix);

	/* The table is sorted by name: make lists the files with a wildcard. */
	for (k = 0; k < ENTRIES; k++)
		if (strncmp(table[k].name, prefix, n) == 0 && i-- == 0)
			return &table[k];
	return NULL;
}
