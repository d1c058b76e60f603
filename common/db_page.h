/*
 * A page of an SQLite database as it is written to the file.  The space between
 * the pointers of a b-tree page and its cells belongs to nobody, but SQLite
 * leaves bytes of cells there that moved to another page, secure_delete or not:
 * they would outlive the row.
 */
#ifndef COMMON_DB_PAGE_H
#define COMMON_DB_PAGE_H

#include <stddef.h>
#include <stdint.h>

/* In files of so many bytes and more a page that is none of a b-tree (of a long
 * value, or a free one) could look like one. */
#define DB_PAGE_MAX (INT64_C(1) << 36)

/* Overwrite that space with zeros in the n bytes that are written at offset at
 * of a file that is smaller than DB_PAGE_MAX.  What is not one whole page of a
 * b-tree, by all that its head says, is left alone. */
void db_page_clear(unsigned char *page, size_t n, int64_t at);

#endif
