#include "common/xml.h"

#include <expat.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/xmltree.h"

/* The state of the handlers.  A handler that finds a fault stops the parser and
 * sets why; expat may call a few more handlers after that. */
struct reader {
	XML_Parser p;
	const char *why;
	unsigned long line, column;	/* where, for why */
	int depth;
	struct xmltree tree;
	/* xml_slices() */
	int slices;
	int matched;		/* how many names of the path are open */
	const char *rest[XML_DEPTH + 1];	/* the path after n names */
	struct xml_slice *slice;
	size_t n, cap;
};

static void
stop(struct reader *r, const char *why)
{
	if (r->why != NULL)
		return;
	r->why = why;
	r->line = (unsigned long)XML_GetCurrentLineNumber(r->p);
	r->column = (unsigned long)XML_GetCurrentColumnNumber(r->p);
	XML_StopParser(r->p, XML_FALSE);
}

static void
on_doctype(void *ctx, const XML_Char *name, const XML_Char *sysid,
    const XML_Char *pubid, int internal)
{
	(void)name, (void)sysid, (void)pubid, (void)internal;
	stop(ctx, "a document type declaration is not allowed");
}

/* The name without its prefix; "" if it cannot be used. */
static const char *
local(struct reader *r, const char *name)
{
	const char *colon;

	colon = strrchr(name, ':');
	if (colon != NULL)
		name = colon + 1;
	if (*name == '\0')
		stop(r, "a name ends in a colon");
	else if (strlen(name) > XML_NAME)
		stop(r, "a name is too long");
	return name;
}

/* Whether an attribute is dropped: namespace declarations, and xsi:nil, which
 * only says that there is no text. */
static int
dropped(const char *name)
{
	const char *colon;

	if (strcmp(name, "xmlns") == 0 || strncmp(name, "xmlns:", 6) == 0)
		return 1;
	colon = strchr(name, ':');
	return colon != NULL && strcmp(colon, ":nil") == 0;
}

static int
deeper(struct reader *r)
{
	if (r->why == NULL && ++r->depth > XML_DEPTH)
		stop(r, "nested too deeply");
	return r->why == NULL;
}

static void
on_start(void *ctx, const XML_Char *name, const XML_Char **attribute)
{
	struct reader *r = ctx;
	const char *s;

	if (!deeper(r))
		return;
	s = local(r, name);
	xmltree_open(&r->tree, s, strlen(s));
	for (; *attribute != NULL && r->why == NULL; attribute += 2) {
		if (dropped(attribute[0]))
			continue;
		s = local(r, attribute[0]);
		xmltree_attribute(&r->tree, s, strlen(s), attribute[1]);
	}
	if (r->tree.n > XML_NODES)
		stop(r, "too many elements");
}

static void
on_end(void *ctx, const XML_Char *name)
{
	struct reader *r = ctx;

	(void)name;
	if (r->why != NULL)
		return;
	r->depth--;
	xmltree_close(&r->tree);
}

static void
on_text(void *ctx, const XML_Char *s, int n)
{
	struct reader *r = ctx;

	if (r->why != NULL)
		return;
	xmltree_text(&r->tree, s, (size_t)n);
	if (r->tree.n > XML_NODES)
		stop(r, "too many elements");
}

/* Begin a slice: expat is at the < of the start tag. */
static void
slice_begin(struct reader *r)
{
	if (r->n == r->cap) {
		r->cap = r->cap == 0 ? 16 : r->cap * 2;
		r->slice = xrealloc(r->slice, r->cap, sizeof *r->slice);
	}
	r->slice[r->n].off = (size_t)XML_GetCurrentByteIndex(r->p);
	r->slice[r->n++].len = 0;
}

static void
on_slice_start(void *ctx, const XML_Char *name, const XML_Char **attribute)
{
	struct reader *r = ctx;
	const char *s, *rest;
	size_t n;

	(void)attribute;
	rest = r->rest[r->matched];
	if (!deeper(r) || r->depth != r->matched + 1 || *rest == '\0')
		return;
	s = local(r, name);
	n = strcspn(rest, "/");
	if (strlen(s) != n || memcmp(s, rest, n) != 0)
		return;
	rest += n + (rest[n] == '/');
	r->rest[++r->matched] = rest;
	if (*rest == '\0')
		slice_begin(r);
}

static void
on_slice_end(void *ctx, const XML_Char *name)
{
	struct reader *r = ctx;
	struct xml_slice *s;

	(void)name;
	if (r->why != NULL || r->depth-- != r->matched)
		return;
	if (*r->rest[r->matched--] != '\0')
		return;
	/* After the single tag of an empty element, expat counts 0 bytes. */
	s = &r->slice[r->n - 1];
	s->len = (size_t)XML_GetCurrentByteIndex(r->p) +
	    (size_t)XML_GetCurrentByteCount(r->p) - s->off;
}

/* Slices need an encoding without a declaration: a range of bytes must be a
 * document by itself. */
static void
on_declaration(void *ctx, const XML_Char *version, const XML_Char *encoding,
    int standalone)
{
	(void)version, (void)standalone;
	if (encoding != NULL && strcasecmp(encoding, "UTF-8") != 0 &&
	    strcasecmp(encoding, "US-ASCII") != 0)
		stop(ctx, "cannot be cut: not in UTF-8");
}

static void *
more(void *p, size_t n)
{
	return xrealloc(p, n, 1);
}

/* Run the handlers over the whole text at once, so that byte offsets are those
 * of text and no token is scanned twice. */
static int
parse(struct reader *r, const char *text, size_t len, struct err *e)
{
	static const XML_Memory_Handling_Suite memory = { xmalloc, more, free };

	if (len > INT_MAX)
		return err_set(e, E_DATA, "too long");
	r->p = XML_ParserCreate_MM(NULL, &memory, NULL);
	XML_SetUserData(r->p, r);
	XML_SetStartDoctypeDeclHandler(r->p, on_doctype);
	if (r->slices) {
		XML_SetXmlDeclHandler(r->p, on_declaration);
		XML_SetElementHandler(r->p, on_slice_start, on_slice_end);
	} else {
		XML_SetElementHandler(r->p, on_start, on_end);
		XML_SetCharacterDataHandler(r->p, on_text);
	}
	if (XML_Parse(r->p, text, (int)len, 1) == XML_STATUS_OK)
		return 0;
	stop(r, XML_ErrorString(XML_GetErrorCode(r->p)));
	return err_set(e, E_DATA, "line %lu column %lu: %s", r->line,
	    r->column + 1, r->why);
}

int
xml_to_json(const char *text, size_t len, size_t max, struct buf *json,
    struct err *e)
{
	struct reader r = { 0 };
	const char *why;
	int rc;

	buf_clear(json);
	rc = parse(&r, text, len, e);
	if (rc == 0 && (why = xmltree_write(&r.tree, max, json)) != NULL)
		rc = err_set(e, E_DATA, "%s", why);
	if (rc != 0)
		buf_clear(json);
	XML_ParserFree(r.p);
	xmltree_release(&r.tree);
	return rc;
}

int
xml_slices(const char *text, size_t len, const char *path,
    struct xml_slice **slice, size_t *n, struct err *e)
{
	struct reader r = { 0 };
	int rc;

	*slice = NULL;
	*n = 0;
	if (len > 1 && (memcmp(text, "\xfe\xff", 2) == 0 ||
	    memcmp(text, "\xff\xfe", 2) == 0 || text[0] == '\0' ||
	    text[1] == '\0'))
		return err_set(e, E_DATA, "cannot be cut: not in UTF-8");
	r.rest[0] = path;
	r.slices = 1;
	rc = parse(&r, text, len, e);
	XML_ParserFree(r.p);
	if (rc == 0) {
		*slice = r.slice;
		*n = r.n;
		r.slice = NULL;
	}
	free(r.slice);
	return rc;
}
