/*
 * Names sorted by their bytes, in a time that no choice of names can make long:
 * no hash, so no collisions.  Used where outside data decides how many names
 * there are (members of an object, children of an element).  Fill each with
 * name_set(), sort, compare neighbours with name_same().
 */
#ifndef COMMON_NAMES_H
#define COMMON_NAMES_H

#include <stddef.h>
#include <stdint.h>

struct name {
	uint64_t head;		/* the first eight bytes, so that most
				 * comparisons touch nothing else */
	const char *p;		/* the caller's; holds no NUL */
	uint32_t len;
	uint32_t index;		/* the caller's; decides between equal names */
};

void name_set(struct name *, const char *p, uint32_t len, uint32_t index);

/* Ascending by bytes; equal names by index. */
void names_sort(struct name *, size_t n);

int name_same(const struct name *, const struct name *);	/* by bytes */

/* Sort strings, and drop those that are there already: how many are left. */
size_t names_unique(const char **, size_t n);

/* Whether one is among these: for short lists that are not outside data. */
int names_among(const char *const *, size_t n, const char *one);

#endif
