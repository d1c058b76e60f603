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

void
db_page_clear(unsigned char *page, size_t n, int64_t at)
{
	size_t head = at == 0 ? FILE_HEAD : 0, cells, from, to, free, i;
	unsigned char *p = page + head;

	if (n < PAGE_MIN || n > PAGE_MAX || (n & (n - 1)) != 0 ||
	    at % (int64_t)n != 0)
		return;
	if (p[0] == INNER_INDEX || p[0] == INNER_TABLE)
		from = head + 12;
	else if (p[0] == LEAF_INDEX || p[0] == LEAF_TABLE)
		from = head + 8;
	else
		return;
	free = two(p + 1);
	cells = two(p + 3);
	to = two(p + 5);
	if (to > n || from + 2 * cells > to || p[7] > FRAGMENTS ||
	    (free != 0 && (free < to || free > n - 4)))
		return;
	for (i = 0; i < cells; i++)
		if (two(page + from + 2 * i) < to ||
		    two(page + from + 2 * i) >= n)
			return;
	from += 2 * cells;
	memset(page + from, 0, to - from);
}
