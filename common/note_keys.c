/* Lists of verifier keys. */
#include "common/note.h"

#include <stdlib.h>
#include <string.h>

#include "common/status.h"

void
note_keys_add(struct note_keys *all, const struct note_key *k)
{
	all->key = xrealloc(all->key, all->n + 1, sizeof *all->key);
	all->key[all->n++] = *k;
}

void
note_keys_release(struct note_keys *all)
{
	free(all->key);
	all->key = NULL;
	all->n = 0;
}

int
note_keys_parse(struct note_keys *all, const char *p, size_t n, int *line)
{
	const char *end = p + n, *lf;
	struct note_key k;
	size_t len;

	for (*line = 1; p < end; p = lf + 1, (*line)++) {
		lf = memchr(p, '\n', (size_t)(end - p));
		if (lf == NULL)
			lf = end;
		len = (size_t)(lf - p);
		if (len == 0 || *p == '#')
			continue;
		if (all->n == NOTE_SIGS || note_key_parse(&k, p, len) != 0)
			return E_DATA;
		note_keys_add(all, &k);
	}
	return 0;
}
