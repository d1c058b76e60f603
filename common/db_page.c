/* The format of a page: https://www.sqlite.org/fileformat2.html section 1.6. */
#include "common/db_page.h"

#include <string.h>

/* The first byte of the four kinds of b-tree pages.  Every other page begins
 * with a page number, whose first byte is 0 or 1 in files of less than 2^25
 * pages; DB_PAGE_MAX is half of that for pages of 4 KiB. */
enum { INNER_INDEX = 2, INNER_TABLE = 5, LEAF_INDEX = 10, LEAF_TABLE = 13 };

enum { FILE_HEAD = 100, PAGE_MIN = 4096, PAGE_MAX = 32768, FRAGMENTS = 60 };

static size_t
two(const unsigned char *p)
{
	return (size_t)p[0] << 8 | p[1];
}

/* Where the bytes that a sound b-tree page does not use are: 1; 0: it is no
 * such page. */
static int
unused(const unsigned char *page, size_t n, size_t head, size_t *from,
    size_t *to)
{
	const unsigned char *p = page + head;
	size_t cells, free, i;

	if (p[0] == INNER_INDEX || p[0] == INNER_TABLE)
		*from = head + 12;
	else if (p[0] == LEAF_INDEX || p[0] == LEAF_TABLE)
		*from = head + 8;
	else
		return 0;
	free = two(p + 1);
	cells = two(p + 3);
	*to = two(p + 5);
	if (*to > n || *from + 2 * cells > *to || p[7] > FRAGMENTS ||
	    (free != 0 && (free < *to || free > n - 4)))
		return 0;
	for (i = 0; i < cells; i++, *from += 2)
		if (two(page + *from) < *to || two(page + *from) >= n)
			return 0;
	return 1;
}

void
db_page_clear(unsigned char *page, size_t n, int64_t at)
{
	size_t from, to;

	if (n < PAGE_MIN || n > PAGE_MAX || (n & (n - 1)) != 0 ||
	    at % (int64_t)n != 0)
		return;
	if (unused(page, n, at == 0 ? FILE_HEAD : 0, &from, &to))
		memset(page + from, 0, to - from);
}
