/*
 * The fence around expat: an XML text becomes JSON of the shape that the
 * mapping language reads.  Namespaces are ignored and local names kept.
 *
 *   <a x="1"><b>t</b><b/></a>   ->   {"a":{"@x":"1","b":["t",null]}}
 *
 * An element with neither attribute (besides xmlns and xsi:nil) nor child
 * element is its text as a string; null when it has no text at all.  An
 * attribute is a member "@name"; text beside attributes or child elements is
 * "#text".  xmlns declarations are dropped.  An element that stands more than
 * once below its parent is an array, at the place of the first; a single one
 * is not, so a mapping's pointer that wants a list (each) takes both.  Text is
 * kept to the letter, CDATA as text; text that is only white space between
 * elements is dropped, so are comments and processing instructions.
 *
 * Refused: a document type declaration, any entity but the five of XML and
 * character references, more than XML_DEPTH elements or JSON_DEPTH brackets
 * inside each other, names over XML_NAME bytes, more than XML_NODES elements,
 * attributes and texts, the JSON getting over max bytes.
 */
#ifndef COMMON_XML_H
#define COMMON_XML_H

#include <stddef.h>

#include "common/buf.h"
#include "common/status.h"

enum { XML_DEPTH = 64, XML_NAME = 256, XML_NODES = 300000 };

/* A max that suits a body of the largest size loya takes. */
enum { XML_MAX = 16 * 1024 * 1024 };

/* text (UTF-8, UTF-16 or ISO 8859-1 as its declaration says) into *json.
 * 0, or E_DATA with *e saying line, column and why. */
int xml_to_json(const char *text, size_t len, size_t max, struct buf *json,
    struct err *e);

/* One element that was found by its local name. */
struct xml_slice {
	size_t off, len;	/* from its < to behind its last > */
};

/*
 * The byte ranges of every element whose path of local names is path
 * ("Envelope/Body/notifications/Notification").  A range alone is a document
 * for xml_to_json.  *slice is malloced, the caller frees it.  E_DATA when the
 * text is none that xml_to_json takes, or is not in UTF-8 or ASCII.
 */
int xml_slices(const char *text, size_t len, const char *path,
    struct xml_slice **slice, size_t *n, struct err *e);

#endif
