/*
 * Outside text on a terminal: how wide it is, and how to make it harmless.  The
 * locale is not used: text in the store is UTF-8.
 */
#ifndef COMMON_GLYPH_H
#define COMMON_GLYPH_H

#include <stddef.h>

#include "common/buf.h"

/* Append the text with '?' for control characters, characters that change the
 * direction of writing, and invalid UTF-8; returns its width in cells. */
size_t glyph_clean(struct buf *, const char *, size_t);

/* The same in place; the text never gets longer; returns its length.  Needs no
 * memory, because the message that there is none goes through it. */
size_t glyph_mask(char *, size_t);

/* How many bytes of a clean text fit into width cells, whole characters only;
 * *used is how many cells they take. */
size_t glyph_fit(const char *, size_t, size_t width, size_t *used);

/* Whether a line may be broken before byte i of a clean text: at a blank, after
 * a comma, and between a name and its value in JSON, but not inside a number,
 * also of a telephone ("+91 98450 12345"). */
int glyph_breaks(const char *, size_t, size_t i);

/* Append as much of a clean text as fits into width cells, the last of which is
 * an ellipsis, padded with blanks to exactly that width. */
void glyph_cut(struct buf *, const char *, size_t, size_t width);

/* The same with the ellipsis in the middle; cells is the width of the whole
 * text.  The end of an id tells as much as its beginning. */
void glyph_pinch(struct buf *, const char *, size_t, size_t cells,
    size_t width);

/* The length in bytes of the control character (C0, DEL, C1) or line separator
 * that the text begins with; 0 if it begins with something else. */
size_t glyph_control(const char *, size_t);

#endif
