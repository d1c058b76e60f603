/*
 * Shared by table.c (cells, and output for programs), table_text.c (output for
 * people) and table_fold.c (texts on several lines).  Nobody else includes
 * this.
 */
#ifndef COMMON_TABLE_INNER_H
#define COMMON_TABLE_INNER_H

#include "common/table.h"

#include "common/buf.h"
#include "common/jsonw.h"

/* How many rows are looked at to find the widths before the first is
 * printed. */
enum { TABLE_SAMPLE = 200, TABLE_GAP = 2 };

/* How far continuation lines are indented. */
enum { TABLE_INDENT = 4 };

/* The place of a column in a line. */
struct place {
	size_t width;
	size_t from;
	int below;		/* begins the next line of the row */
	int out;		/* left out */
	int filled;		/* some row looked at has a cell here */
	int bare;		/* no heading: none of those rows has a cell */
	/* Folded text that is not printed yet. */
	const char *rest;
	size_t nrest;
	size_t rest_from, rest_width;
	int lines;		/* how many of its lines are printed */
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
	size_t got;		/* how many cells the line has so far */
	struct place *place;	/* of each column */
	size_t limit;		/* of a line; 0: none */
	struct buf text;	/* of the cells held back */
	struct cell *cell;
	size_t ncell, cap;
	int wraps;		/* a row has several lines: ids are whole */
	int below;		/* the next cell begins a line */
	int rests;		/* cells not yet printed to their end */
	int begun;		/* headings are printed and widths fixed; or a
				 * block is printed */
	int colour;		/* tints are shown */
	enum table_tint tint;	/* of the present row */
};

/* Whether column i is shown in this mode. */
int table_shown(const struct table *, size_t i);

/* Print the present line, in a colour. */
void table_put_line(struct table *, enum table_tint);

/* How much of a clean text to put on a line of width cells. */
size_t table_fold(const char *, size_t, size_t width);

/* Whether it contains something unbreakable that takes more than room cells,
 * but not more than line cells. */
int table_widest(const char *, size_t, size_t room, size_t line);

/* Print what is held back: rows, or a row as a block. */
void table_put_rows(struct table *);
void table_put_block(struct table *);

#endif
