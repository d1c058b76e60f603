/*
 * Pieces of a page that is both HTML and XML and complete in itself: no script,
 * no reference to anything outside.
 */
#ifndef COMMON_HTML_H
#define COMMON_HTML_H

#include <stddef.h>
#include <stdint.h>

#include "common/buf.h"

/* Text from anywhere, for an element or an attribute: escaped; characters that
 * XML does not allow or that would move the text become '?'. */
void html_text(struct buf *, const char *, size_t);

/* The page up to the first section, and its end. */
void html_begin(struct buf *, const char *title);
void html_end(struct buf *);

/* Sections and paragraphs of our own text. */
void html_section(struct buf *, const char *heading);
void html_paragraph(struct buf *, const char *);

/* Text that keeps its line breaks: a query, a signed note. */
void html_verbatim(struct buf *, const char *, size_t);

/* A table: headings, each with its class ("" or "n" for numbers); then rows. */
struct html_column {
	const char *heading, *class;
};
void html_table(struct buf *, const struct html_column *, size_t n);
void html_row(struct buf *);
void html_cell(struct buf *, const char *class, const char *, size_t);
void html_row_end(struct buf *);
void html_table_end(struct buf *);

/*
 * A plot of n bars, each of two parts on top of each other, as an inline SVG.
 * first and last label the ends of the axis, top its highest value.
 */
struct html_bar {
	int64_t low, high;
};
void html_bars(struct buf *, const char *caption, const struct html_bar *,
    size_t n, const char *first, const char *last, const char *top);

#endif
