/*
 * What table.c (cells and what programs read) and table_text.c (what people
 * read) share.  Nobody else includes this.
 */
#ifndef COMMON_TABLE_INNER_H
#define COMMON_TABLE_INNER_H

#include "common/table.h"

#include "common/buf.h"
#include "common/jsonw.h"

/* Rows that are looked at for the widths before the first is printed. */
enum { TABLE_SAMPLE = 200, TABLE_GAP = 2 };

/* So far in stands what goes on below. */
enum { TABLE_INDENT = 4 };

/* Where the cells of a column stand in a line. */
struct place {
	size_t width;
	size_t from;
	int below;		/* begins the next line of the row */
	int out;		/* is left out */
	int filled;		/* a row that was looked at has a cell here */
	int bare;		/* without a heading: none of those has */
	/* what is folded and not printed yet */
	const char *rest;
	size_t nrest;
	size_t rest_from, rest_width;
	int lines;		/* of it that are printed */
};

struct cell {
	size_t off, len;	/* in text */
	size_t width;
	enum table_tint tint;	/* of the row, in its first cell */
};

struct table {
	FILE *f;
	enum table_mode mode;	/* never TABLE_AUTO */
	enum table_style style;
	const struct table_column *column;
	size_t n;
	size_t at;		/* the next cell's column */
	size_t rows;		/* that were ended */
	int tty;
	struct jsonw w;
	struct buf line;
	/* text only */
	struct place *place;	/* of each column */
	size_t limit;		/* of a line; 0: none */
	struct buf text;	/* of the cells held back */
	struct cell *cell;
	size_t ncell, cap;
	int wraps;		/* a row has several lines: ids are whole */
	int below;		/* the next cell begins a line */
	int rests;		/* cells that are not printed to their end */
	int begun;		/* headings are out, widths stand; or a block
				 * is out */
	int colour;		/* tints are shown */
	enum table_tint tint;	/* of the row at hand */
};

/* Whether column i is one of those that the mode shows. */
int table_shown(const struct table *, size_t i);

/* The line at hand, in a colour. */
void table_put_line(struct table *, enum table_tint);

/* What of a clean text goes into a line of width cells. */
size_t table_fold(const char *, size_t, size_t width);

/* Whether something in it that a line should not end in takes more than room
 * cells, and no more than line cells. */
int table_widest(const char *, size_t, size_t room, size_t line);

/* Print what is held back: rows below each other, or a row as a block. */
void table_put_rows(struct table *);
void table_put_block(struct table *);

#endif
