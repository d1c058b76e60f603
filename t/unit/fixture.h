/*
 * Invented bodies in the shapes that are documented: t/data.
 */
#ifndef T_FIXTURE_H
#define T_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *
slurp(const char *name)
{
	static char text[16384];
	char path[256];
	size_t n;
	FILE *f;

	/* Tests run from the top folder. */
	snprintf(path, sizeof path, "t/data/%s", name);
	f = fopen(path, "r");
	if (f == NULL) {
		perror(path);
		exit(1);
	}
	n = fread(text, 1, sizeof text - 1, f);
	fclose(f);
	text[n] = '\0';
	return text;
}

/* A fixture with one text replaced. */
static const char *
with(const char *name, const char *from, const char *to)
{
	static char out[16384];
	char *text = slurp(name), *at;

	at = strstr(text, from);
	if (at == NULL) {
		printf("# %s has no %s\n", name, from);
		exit(1);
	}
	snprintf(out, sizeof out, "%.*s%s%s", (int)(at - text), text, to,
	    at + strlen(from));
	return out;
}

#endif
