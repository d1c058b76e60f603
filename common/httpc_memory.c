#include "common/httpc_inner.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/crypt.h"

/*
 * Memory for libcurl that is wiped when it is given back: requests and answers
 * pass through buffers of its own.  The size stands in front.
 */
union head {
	size_t size;
	max_align_t align;
};

void *
httpc_malloc(size_t n)
{
	union head *h = n < SIZE_MAX - sizeof *h ? malloc(sizeof *h + n) : NULL;

	if (h == NULL)
		return NULL;
	h->size = n;
	return h + 1;
}

void
httpc_mfree(void *p)
{
	union head *h = p;

	if (h == NULL)
		return;
	h--;
	crypt_wipe(h, sizeof *h + h->size);
	free(h);
}

void *
httpc_realloc(void *p, size_t n)
{
	size_t had = p != NULL ? ((union head *)p - 1)->size : 0;
	void *out = httpc_malloc(n);

	if (out == NULL)
		return NULL;
	if (p != NULL)
		memcpy(out, p, had < n ? had : n);
	httpc_mfree(p);
	return out;
}

void *
httpc_calloc(size_t n, size_t size)
{
	void *p = size == 0 || n <= SIZE_MAX / size ? httpc_malloc(n * size) :
	    NULL;

	return p != NULL ? memset(p, 0, n * size) : NULL;
}

char *
httpc_strdup(const char *s)
{
	size_t n = strlen(s) + 1;
	char *p = httpc_malloc(n);

	return p != NULL ? memcpy(p, s, n) : NULL;
}
