#include "common/html.h"

#include <stdio.h>
#include <string.h>

#include "common/glyph.h"

enum { PLOT_WIDTH = 720, PLOT_HEIGHT = 120, PLOT_MARGIN = 16 };

static const char style[] =
    ":root{color-scheme:light}"
    "body{font:15px/1.45 sans-serif;color:#222;background:#fff;max-width:60em;"
    "margin:2em auto;padding:0 1em}\n"
    "h1{font-size:1.5em}h2{font-size:1.15em;margin-top:2em;"
    "border-bottom:1px solid #ccc}\n"
    "table{border-collapse:collapse;margin:.6em 0}"
    "th,td{text-align:left;padding:.15em .8em .15em 0;vertical-align:top;"
    "border-bottom:1px solid #eee}\n"
    "th{font-weight:600}.n{text-align:right;"
    "font-variant-numeric:tabular-nums}\n"
    "pre{font:12px/1.4 monospace;background:#f6f6f4;padding:.5em .8em;"
    "white-space:pre-wrap;overflow-wrap:anywhere}\n"
    "svg{display:block;margin:.6em 0;max-width:100%}"
    "figcaption{font-size:.9em}figure{margin:0}\n"
    ".bad{color:#a00;font-weight:600}.good{color:#060;font-weight:600}\n"
    "@media print{body{margin:0;max-width:none;font-size:11px}"
    "h2,tr,svg,pre{break-inside:avoid}h2{break-after:avoid}"
    "pre{break-before:avoid}}\n";

void
html_text(struct buf *b, const char *s, size_t n)
{
	struct buf clean = { NULL, 0, 0 };
	size_t i;

	glyph_clean(&clean, s, n);
	for (i = 0; i < clean.len; i++)
		switch (clean.p[i]) {
		case '&':
			buf_adds(b, "&amp;");
			break;
		case '<':
			buf_adds(b, "&lt;");
			break;
		case '>':
			buf_adds(b, "&gt;");
			break;
		case '"':
			buf_adds(b, "&quot;");
			break;
		default:
			buf_addc(b, clean.p[i]);
		}
	buf_release(&clean);
}

static void
string(struct buf *b, const char *s)
{
	html_text(b, s, strlen(s));
}

void
html_begin(struct buf *b, const char *title)
{
	buf_adds(b, "<!DOCTYPE html>\n"
	    "<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n"
	    "<head>\n<meta charset=\"utf-8\"/>\n<title>");
	string(b, title);
	buf_adds(b, "</title>\n<style>\n");
	buf_adds(b, style);
	buf_adds(b, "</style>\n</head>\n<body>\n<h1>");
	string(b, title);
	buf_adds(b, "</h1>\n");
}

void
html_end(struct buf *b)
{
	buf_adds(b, "</body>\n</html>\n");
}

void
html_section(struct buf *b, const char *heading)
{
	buf_adds(b, "<h2>");
	string(b, heading);
	buf_adds(b, "</h2>\n");
}

void
html_paragraph(struct buf *b, const char *s)
{
	buf_adds(b, "<p>");
	string(b, s);
	buf_adds(b, "</p>\n");
}

void
html_verbatim(struct buf *b, const char *s, size_t n)
{
	size_t line;

	buf_adds(b, "<pre>");
	while (n > 0) {
		for (line = 0; line < n && s[line] != '\n'; line++)
			;
		html_text(b, s, line);
		if (line < n)
			buf_addc(b, '\n');
		line += line < n;
		s += line;
		n -= line;
	}
	buf_adds(b, "</pre>\n");
}

void
html_table(struct buf *b, const struct html_column *c, size_t n)
{
	size_t i;

	buf_adds(b, "<table>\n<thead><tr>");
	for (i = 0; i < n; i++) {
		buf_adds(b, "<th class=\"");
		buf_adds(b, c[i].class);
		buf_adds(b, "\">");
		string(b, c[i].heading);
		buf_adds(b, "</th>");
	}
	buf_adds(b, "</tr></thead>\n<tbody>\n");
}

void
html_row(struct buf *b)
{
	buf_adds(b, "<tr>");
}

void
html_cell(struct buf *b, const char *class, const char *s, size_t n)
{
	buf_adds(b, "<td class=\"");
	buf_adds(b, class);
	buf_adds(b, "\">");
	if (s != NULL)
		html_text(b, s, n);
	buf_adds(b, "</td>");
}

void
html_row_end(struct buf *b)
{
	buf_adds(b, "</tr>\n");
}

void
html_table_end(struct buf *b)
{
	buf_adds(b, "</tbody>\n</table>\n");
}

static void
rect(struct buf *b, double x, double y, double w, double h, const char *fill)
{
	char text[160];

	if (h <= 0)
		return;
	snprintf(text, sizeof text, "<rect x=\"%.1f\" y=\"%.1f\" "
	    "width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>\n", x, y, w, h,
	    fill);
	buf_adds(b, text);
}

static void
label(struct buf *b, int x, int y, const char *anchor, const char *s)
{
	char text[96];

	snprintf(text, sizeof text, "<text x=\"%d\" y=\"%d\" "
	    "text-anchor=\"%s\">", x, y, anchor);
	buf_adds(b, text);
	string(b, s);
	buf_adds(b, "</text>\n");
}

void
html_bars(struct buf *b, const char *caption, const struct html_bar *bar,
    size_t n, const char *first, const char *last, const char *top)
{
	double max = 0, step = n > 0 ? (double)PLOT_WIDTH / (double)n : 0;
	double width = step > 3 ? step - 1 : step, low, high;
	char head[200];
	size_t i;

	for (i = 0; i < n; i++)
		if ((double)bar[i].low + (double)bar[i].high > max)
			max = (double)bar[i].low + (double)bar[i].high;
	snprintf(head, sizeof head, "<figure><svg "
	    "xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
	    "width=\"%d\" height=\"%d\" role=\"img\" font-size=\"11\">\n",
	    PLOT_WIDTH, PLOT_HEIGHT + 2 * PLOT_MARGIN, PLOT_WIDTH,
	    PLOT_HEIGHT + 2 * PLOT_MARGIN);
	buf_adds(b, head);
	for (i = 0; i < n && max > 0; i++) {
		low = (double)bar[i].low * PLOT_HEIGHT / max;
		high = (double)bar[i].high * PLOT_HEIGHT / max;
		rect(b, (double)i * step, PLOT_MARGIN + PLOT_HEIGHT - low,
		    width, low, "#4a7fb5");
		rect(b, (double)i * step, PLOT_MARGIN + PLOT_HEIGHT - low -
		    high, width, high, "#b5493a");
	}
	rect(b, 0, PLOT_MARGIN + PLOT_HEIGHT, PLOT_WIDTH, 1, "#888");
	label(b, 0, PLOT_MARGIN - 4, "start", top);
	label(b, 0, PLOT_HEIGHT + 2 * PLOT_MARGIN - 2, "start", first);
	label(b, PLOT_WIDTH, PLOT_HEIGHT + 2 * PLOT_MARGIN - 2, "end", last);
	buf_adds(b, "</svg><figcaption>");
	string(b, caption);
	buf_adds(b, "</figcaption></figure>\n");
}
