/* The unused bytes of a page are cleared, and nothing else. */
#include <stdlib.h>

#include "common/db_page.h"
#include "t/unit/tap.h"

enum { SIZE = 4096, OTHER = 0xaa };

/* A page of this kind with two cells of 10 bytes at its end; all other bytes
 * are OTHER. */
static void
make(unsigned char *page, size_t head, unsigned char kind)
{
	size_t from = head + (kind < 10 ? 12 : 8);

	memset(page, OTHER, SIZE);
	page[head] = kind;
	memcpy(page + head + 1, "\0\0\0\2\x0f\xec\0", 7);
	memcpy(page + from, "\x0f\xf6\x0f\xec", 4);
}

/* How many bytes of the page became zero; 0 if one of them is outside from and
 * to. */
static int
cleared(const unsigned char *was, const unsigned char *is, size_t from,
    size_t to)
{
	size_t i;
	int n = 0;

	for (i = 0; i < SIZE; i++)
		if (was[i] != is[i]) {
			if (is[i] != 0 || i < from || i >= to)
				return 0;
			n++;
		}
	return n;
}

static void
test_kinds(void)
{
	static const unsigned char kinds[] = { 2, 5, 10, 13 };
	unsigned char was[SIZE], is[SIZE];
	size_t i, head, from;

	for (i = 0; i < sizeof kinds; i++)
		for (head = 0; head <= 100; head += 100) {
			make(was, head, kinds[i]);
			memcpy(is, was, SIZE);
			db_page_clear(is, SIZE, head > 0 ? 0 : SIZE);
			from = head + (kinds[i] < 10 ? 12 : 8) + 4;
			is_int(cleared(was, is, from, 0xfec), 0xfec - from,
			    "kind %d%s", kinds[i], head > 0 ? ", page 1" : "");
		}
}

/* A change of the page header after which it is not a b-tree page: offset,
 * byte. */
static const struct {
	const char *what;
	size_t at;
	unsigned char byte;
} heads[] = {
	{ "another kind is left alone", 0, 0 },
	{ "a number of a page as well", 0, 1 },
	{ "too many cells", 3, 0x10 },
	{ "cells that begin beyond the page", 5, 0x10 },
	{ "cells that begin in their pointers", 5, 0 },
	{ "a free block before the cells", 1, 0x0e },
	{ "a free block at the very end", 1, 0x0f },
	{ "more fragments than there can be", 7, 61 },
	{ "a pointer before the cells", 8, 0x0e },
	{ "a pointer beyond the page", 10, 0x10 },
};

static void
test_heads(void)
{
	unsigned char was[SIZE], is[SIZE];
	size_t i;

	for (i = 0; i < sizeof heads / sizeof heads[0]; i++) {
		make(was, 0, 13);
		was[heads[i].at] = heads[i].byte;
		if (heads[i].at == 1)
			was[2] = 0xff;
		if (heads[i].byte == 0 && heads[i].at == 5)
			was[6] = 0x0a;
		memcpy(is, was, SIZE);
		db_page_clear(is, SIZE, SIZE);
		ok(memcmp(was, is, SIZE) == 0, "%s", heads[i].what);
	}
}

static void
test_sizes(void)
{
	unsigned char was[SIZE], is[SIZE];

	make(was, 0, 13);
	memcpy(is, was, SIZE);
	db_page_clear(is, 24, SIZE);
	db_page_clear(is, SIZE - 1, SIZE);
	db_page_clear(is, SIZE, SIZE + 512);
	ok(memcmp(was, is, SIZE) == 0, "what is not one whole page");
	memset(was, 0, SIZE);
	memcpy(was, "\x0d\0\0\0\0\x10\0\0", 8);
	memcpy(is, was, SIZE);
	db_page_clear(is, SIZE, SIZE);
	ok(memcmp(was, is, SIZE) == 0, "a page without cells");
}

int
main(void)
{
	test_kinds();
	test_heads();
	test_sizes();
	return done_testing();
}
