/*
 * What the fuzz targets share.  A target is one file: libFuzzer's entry, which
 * aborts if the result breaks a promise.  `make fuzz` links it with libFuzzer;
 * with FUZZ_MAIN it has a main that runs the files it is given, so that `make
 * check` can run the seeds.
 *
 * NAME.c has its seeds in seeds/NAME and its words in NAME.dict.  An input that
 * once crashed a target becomes a seed when the fault is fixed.
 */
#ifndef T_FUZZ_H
#define T_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

__attribute__((unused))
static void
fuzz_wrong(const char *what)
{
	fprintf(stderr, "fuzz: %s\n", what);
	abort();
}

/* A folder of this process, removed at its end; in memory if possible. */
static char fuzz_folder[32];

static void
fuzz_remove(void)
{
	char rm[64];

	snprintf(rm, sizeof rm, "rm -rf %s", fuzz_folder);
	if (system(rm) != 0)
		fprintf(stderr, "%s: cannot be removed\n", fuzz_folder);
}

__attribute__((unused))
static const char *
fuzz_dir(void)
{
	static int made;

	if (made)
		return fuzz_folder;
	snprintf(fuzz_folder, sizeof fuzz_folder, "%s/loya-fuzz.XXXXXX",
	    access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (mkdtemp(fuzz_folder) == NULL || atexit(fuzz_remove) != 0)
		fuzz_wrong("no folder");
	made = 1;
	return fuzz_folder;
}

/* A file below that folder. */
__attribute__((unused))
static void
fuzz_file(const char *name, const void *p, size_t n)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", fuzz_dir(), name);
	f = fopen(path, "w");
	if (f == NULL || fwrite(p, 1, n, f) != n || fclose(f) != 0)
		fuzz_wrong("a file cannot be written");
}

/* The text up to the next line feed or NUL, terminated; NULL at the end.  The
 * caller frees it. */
__attribute__((unused))
static char *
fuzz_line(const uint8_t **p, size_t *n)
{
	size_t len = 0, over;
	char *s;

	if (*n == 0)
		return NULL;
	while (len < *n && (*p)[len] != '\n' && (*p)[len] != '\0')
		len++;
	s = strndup((const char *)*p, len);
	if (s == NULL)
		abort();
	over = len < *n;
	*p += len + over;
	*n -= len + over;
	return s;
}

#ifdef FUZZ_MAIN
static void
fuzz_one(const char *path)
{
	static uint8_t text[1 << 20];
	uint8_t *p;
	size_t n;
	FILE *f = fopen(path, "r");

	if (f == NULL)
		fuzz_wrong(path);
	n = fread(text, 1, sizeof text, f);
	fclose(f);
	/* Allocated to its exact size, so that reading beyond it is noticed. */
	p = malloc(n + (n == 0));
	if (p == NULL)
		abort();
	memcpy(p, text, n);
	LLVMFuzzerTestOneInput(p, n);
	free(p);
}

int
main(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++) {
		printf("%s\n", argv[i]);
		fflush(stdout);
		fuzz_one(argv[i]);
	}
	return 0;
}
#endif

#endif
