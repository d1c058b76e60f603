/*
 * An XML document as a tree that grows while it is read, and as JSON.  Plain C;
 * the reader is xml.c.  Zero-initialise; open, attribute, text and close as
 * they come; write; release.
 */
#ifndef COMMON_XMLTREE_H
#define COMMON_XMLTREE_H

#include <stddef.h>
#include <stdint.h>

#include "common/buf.h"

enum xmltree_kind { XMLTREE_ELEMENT, XMLTREE_ATTRIBUTE, XMLTREE_TEXT };

struct xmltree_node {
	size_t name, text;	/* offsets in pool; the name of an attribute
				 * includes its @ */
	uint32_t name_len, text_len;
	uint32_t parent, first, last, next;	/* 0: none */
	uint32_t elements, attributes;	/* how many are below it */
	uint32_t run, count;	/* for the writer: about nodes that share its
				 * name, set in the first of them */
	uint8_t kind;
	uint8_t ink;		/* has text that is not all white space */
};

/* Node 0 is the document. */
struct xmltree {
	struct xmltree_node *node;
	uint32_t n, cap;
	uint32_t at;		/* the element that is open */
	struct buf pool;
};

/* Begin an element inside the one that is open. */
void xmltree_open(struct xmltree *, const char *name, size_t len);

/* Add to the element opened last, and end it; the name of an attribute is
 * without the @.  Text that comes in pieces is joined. */
void xmltree_attribute(struct xmltree *, const char *name, size_t len,
    const char *value);
void xmltree_text(struct xmltree *, const char *, size_t);
void xmltree_close(struct xmltree *);

/* Write the whole as JSON.  NULL, or why not, as a constant phrase. */
const char *xmltree_write(struct xmltree *, size_t max, struct buf *json);

void xmltree_release(struct xmltree *);

#endif
