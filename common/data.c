#include "common/data.h"

#include <string.h>

static const struct {
	const char *name, *text;
} table[] = {
#include "data.inc"
};

const char *
data_get(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof table / sizeof table[0]; i++)
		if (strcmp(table[i].name, name) == 0)
			return table[i].text;
	return NULL;
}
