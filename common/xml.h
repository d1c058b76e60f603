/*
 * The fence around expat: turns an XML text into JSON of the shape that the
 * mapping language reads.  Namespaces are ignored, local names kept.
 *
 *   <a x="1"><b>t</b><b/></a>   ->   {"a":{"@x":"1","b":["t",null]}}
 *
 * An element with neither attributes (besides xmlns and xsi:nil) nor child
 * elements becomes its text as a string; null if it has no text at all.  An
 * attribute becomes a member "@name"; text beside attributes or child elements
 * becomes "#text".  xmlns declarations are dropped.  An element that occurs
 * more than once below its parent becomes an array, at the place of the first;
 * a single one does not, so a pointer of a mapping that wants a list (each)
 * accepts both.  Text is kept unchanged, CDATA as text; text between elements
 * that is only white space is dropped, and so are comments and processing
 * instructions.
 *
 * Refused: a document type declaration; any entity except the five of XML and
 * character references; more than XML_DEPTH nested elements or JSON_DEPTH
 * nested brackets; names over XML_NAME bytes; more than XML_NODES elements,
 * attributes and texts; JSON of more than max bytes.
 */
#ifndef COMMON_XML_H
#define COMMON_XML_H

#include <stddef.h>

#include "common/buf.h"
#include "common/status.h"

enum { XML_DEPTH = 64, XML_NAME = 256, XML_NODES = 300000 };

/* A max suitable for a body of the largest size that loya accepts. */
enum { XML_MAX = 16 * 1024 * 1024 };

/* Convert text (UTF-8, UTF-16 or ISO 8859-1, as it declares) to *json.  0, or
 * E_DATA with *e giving line, column and reason. */
int xml_to_json(const char *text, size_t len, size_t max, struct buf *json,
    struct err *e);

/* An element found by its local name. */
struct xml_slice {
	size_t off, len;	/* from its first < to after its last > */
};

/*
 * The byte ranges of all elements whose path of local names is path
 * ("Envelope/Body/notifications/Notification").  Each range alone is a document
 * for xml_to_json().  *slice is malloc()ed; the caller frees it.  E_DATA if
 * xml_to_json() would not accept the text, or it is not UTF-8 or ASCII.
 */
int xml_slices(const char *text, size_t len, const char *path,
    struct xml_slice **slice, size_t *n, struct err *e);

#endif
