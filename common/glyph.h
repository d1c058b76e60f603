/*
 * Outside text on a terminal: how wide it is, and made harmless.  The locale is
 * not asked: text in the store is UTF-8.
 */
#ifndef COMMON_GLYPH_H
#define COMMON_GLYPH_H

#include <stddef.h>

#include "common/buf.h"

/* Add the text with '?' for control characters, marks that turn the direction
 * of writing, and bytes that are not UTF-8; returns its width in cells. */
size_t glyph_clean(struct buf *, const char *, size_t);

/* The same in the text itself, which gets no longer; returns its length.  Needs
 * no memory: what says that there is none goes through it. */
size_t glyph_mask(char *, size_t);

/* Bytes of a clean text that fit into width cells, whole characters only; *used
 * is how many cells they take. */
size_t glyph_fit(const char *, size_t, size_t width, size_t *used);

/* Whether a line may end in front of byte i of a clean text: at a blank, behind
 * a comma, and between a name and its value in JSON, but not inside a number,
 * that of a telephone ("+91 98450 12345") among them. */
int glyph_breaks(const char *, size_t, size_t i);

/* Add as much of a clean text as fits into width cells, the last of which is
 * an ellipsis, padded with blanks to exactly that width. */
void glyph_cut(struct buf *, const char *, size_t, size_t width);

/* The same with the ellipsis in the middle, of a text of this many cells: of an
 * id the end tells as much as the beginning. */
void glyph_pinch(struct buf *, const char *, size_t, size_t cells,
    size_t width);

/* Bytes of the control character (C0, DEL, C1) or line separator that the text
 * begins with; 0 when it begins with something else. */
size_t glyph_control(const char *, size_t);

#endif
