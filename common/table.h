/*
 * What a program shows of the store: an aligned table for people, JSON lines
 * for programs, from the same calls.  table_new(); for each row every cell in
 * the order of the columns, and table_end(); then table_free().
 *
 * Text comes from outside: control characters, and those that change the
 * direction of writing, become '?', so that a name cannot move the cursor.
 *
 * A table is as wide as the terminal (or COLUMNS); without a terminal it is as
 * wide as it needs to be.  If it is too wide, free text gives way first: it is
 * cut at a character boundary with an ellipsis, or folded; long names lose
 * their middle.  Then columns that can be spared are left out.  Then a row
 * continues in the next line, indented, where names are shown in full.  Other
 * cells are cut only if they are longer than a line.  Text that continues below
 * is broken between words and numbers where possible.
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
	TABLE_ROWS,	/* one line per row below a line of headings */
	TABLE_BLOCK	/* one line per cell: "heading  value", long ones
			 * continue below; empty cells are left out */
};

enum { TABLE_RIGHT = 1, TABLE_ONLY_JSON = 2, TABLE_ONLY_TEXT = 4,
    TABLE_FREE = 8,	/* free text: cut */
    TABLE_SPARE = 16,	/* can be left out */
    TABLE_FOLD = 32,	/* free text: continues below, all of it; together
			 * with TABLE_FREE only a few lines */
    TABLE_NAME = 64 };	/* ids: in a one-line row both ends are kept */

struct table_column {
	const char *key;	/* in JSON; the heading is it in capitals */
	int flags;
};

/* Colours of a row, shown on a terminal that has them (NO_COLOR and TERM=dumb
 * are obeyed): unimportant, good, needs attention, bad. */
enum table_tint { TABLE_NORMAL, TABLE_FAINT, TABLE_GOOD, TABLE_CARE,
    TABLE_BAD };

struct table;

/* Resolve TABLE_AUTO to one of the others. */
enum table_mode table_mode(enum table_mode, FILE *);

/* columns must outlive the table.  Never fails. */
struct table *table_new(FILE *, enum table_mode, enum table_style,
    const struct table_column *, size_t n);

/* Whether the output is text, so that cells of TABLE_ONLY_TEXT count. */
int table_is_text(const struct table *);

/* Write what is still held back, and free the table.  NULL is allowed. */
void table_free(struct table *);

/* The cells.  NULL is null in JSON and empty in text.  A time is RFC 3339; 0 is
 * null.  JSON is copied as it is and must be well-formed. */
void table_text(struct table *, const char *);
void table_textn(struct table *, const char *, size_t);
void table_int(struct table *, int64_t);
void table_time(struct table *, int64_t us);
void table_json(struct table *, const char *, size_t);
void table_null(struct table *);

/* Set the colour of the present row, before its first cell. */
void table_tint(struct table *, enum table_tint);

/* End the row: 0, or E_IO if the reader is gone (there is no point in going
 * on). */
int table_end(struct table *);

/* How many rows have ended. */
size_t table_rows(const struct table *);

/* Write what is held back, and flush: more rows come later.  0 or E_IO. */
int table_flush(struct table *);

/* How many cells of a terminal a text takes when shown. */
size_t table_width(const char *, size_t);

/* Print a text the way a cell is: control characters replaced. */
void table_print(FILE *, const char *, size_t);

/* Write whole lines for programs: unchanged, except on a terminal, where they
 * are made harmless like cells. */
void table_write(FILE *, const char *, size_t);

/* The same for a sentence on one line, folded between words if it is longer
 * than a line may be; continuation lines are indented. */
void table_sentence(FILE *, const char *, size_t);

#endif
