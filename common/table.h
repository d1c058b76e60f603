/*
 * What a program shows of the store: an aligned table for people, JSON lines
 * for programs, from the same calls.  table_new(), then for each row every
 * cell in the order of the columns and table_end(), then table_free().
 *
 * Text comes from outside: control characters, and those that turn the
 * direction of writing, become '?', so that a name cannot move the cursor.
 *
 * A table is as wide as the terminal (or COLUMNS); elsewhere it is as wide as
 * it is.  Free text gives way first: it is cut with an ellipsis, at whole
 * characters, or folded; long names lose their middle.  Then columns that can
 * be spared are left out; then a row goes on in the next line, indented, and
 * names stand there whole.  Other cells are cut only when they are longer than
 * a line.  Of what goes on below, words and numbers are whole where a line has
 * room for them.
 */
#ifndef COMMON_TABLE_H
#define COMMON_TABLE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum table_mode {
	TABLE_AUTO,	/* text on a terminal, JSON lines elsewhere */
	TABLE_JSON,	/* -j */
	TABLE_TEXT,	/* -T */
	TABLE_CSV	/* what JSON shows, with a line of headings */
};

enum table_style {
	TABLE_ROWS,	/* one line a row below a line of headings */
	TABLE_BLOCK	/* a cell a line: "heading  value", and below itself
			 * what is longer; empty ones not */
};

enum { TABLE_RIGHT = 1, TABLE_ONLY_JSON = 2, TABLE_ONLY_TEXT = 4,
    TABLE_FREE = 8,	/* free text: cut */
    TABLE_SPARE = 16,	/* can be left out */
    TABLE_FOLD = 32,	/* free text: goes on below itself, all of it; with
			 * TABLE_FREE a few lines of it */
    TABLE_NAME = 64 };	/* ids: where a row is one line, both ends stay */

struct table_column {
	const char *key;	/* in JSON, and in capitals the heading */
	int flags;
};

/* Colours of a row, shown on a terminal that has some (NO_COLOR and TERM=dumb
 * are obeyed): of no weight, good, look at it, bad. */
enum table_tint { TABLE_NORMAL, TABLE_FAINT, TABLE_GOOD, TABLE_CARE,
    TABLE_BAD };

struct table;

/* TABLE_AUTO made into one of the other two. */
enum table_mode table_mode(enum table_mode, FILE *);

/* columns must outlive the table.  Never fails. */
struct table *table_new(FILE *, enum table_mode, enum table_style,
    const struct table_column *, size_t n);

/* Whether the cells of text are the ones that count. */
int table_is_text(const struct table *);

/* Write what is still held back, and free.  NULL is allowed. */
void table_free(struct table *);

/* The cells.  NULL is null in JSON and empty in text.  A time is RFC 3339, 0
 * is null; JSON text stands as it is, it must be well formed. */
void table_text(struct table *, const char *);
void table_textn(struct table *, const char *, size_t);
void table_int(struct table *, int64_t);
void table_time(struct table *, int64_t us);
void table_json(struct table *, const char *, size_t);
void table_null(struct table *);

/* Of the row at hand, before its first cell. */
void table_tint(struct table *, enum table_tint);

/* End the row: 0, or E_IO when the reader is gone (nobody needs to go on). */
int table_end(struct table *);

/* How many rows were ended. */
size_t table_rows(const struct table *);

/* Write what is held back now, and flush: more rows come later.  0 or E_IO. */
int table_flush(struct table *);

/* How long a line may be: of COLUMNS or of the terminal; 0: as it is. */
size_t table_limit(FILE *);

/* How many cells of a terminal a text takes, as it would be shown. */
size_t table_width(const char *, size_t);

/* Print a text the way a cell is: control characters replaced. */
void table_print(FILE *, const char *, size_t);

/* Write whole lines for programs: as they are, but on a terminal, where nobody
 * has asked for their letters, the way cells are. */
void table_write(FILE *, const char *, size_t);

/* The same of a sentence as a line, folded between its words where it is longer
 * than a line may be; what goes on stands further in. */
void table_sentence(FILE *, const char *, size_t);

#endif
