/*
 * A page of an SQLite database as it is written to the file.  The gap between
 * the pointers of a b-tree page and its cells is unused, but SQLite leaves
 * bytes there of cells that moved to another page, secure_delete or not: they
 * would outlive the row.
 */
#ifndef COMMON_DB_PAGE_H
#define COMMON_DB_PAGE_H

#include <stddef.h>
#include <stdint.h>

/* In a file of this many bytes or more, a page that is not of a b-tree (part of
 * a long value, or free) could look like one. */
#define DB_PAGE_MAX (INT64_C(1) << 36)

/*
 * Zero that gap in the n bytes to be written at offset at of a file smaller
 * than DB_PAGE_MAX.  Anything that is not one whole b-tree page, by all that
 * its header says, is left alone.
 */
void db_page_clear(unsigned char *page, size_t n, int64_t at);

#endif
