#include "common/xml.h"

#include <stdlib.h>
#include <time.h>

#include "common/json.h"
#include "t/unit/soap.h"
#include "t/unit/tap.h"

#define DOCTYPE "a document type declaration is not allowed"

static struct buf out;

static int
convert(const char *xml, size_t n, struct err *e)
{
	struct json j = { 0 };
	int rc;

	rc = xml_to_json(xml, n, 1 << 20, &out, e);
	if (rc == 0 && json_parse(&j, out.p, out.len) != 0)
		printf("# not our JSON: %s\n", j.why);
	json_release(&j);
	return rc;
}

/* The name of a test, on one line. */
static const char *
label(const char *xml)
{
	static char s[48];
	size_t i;

	for (i = 0; i + 1 < sizeof s && xml[i] != '\0'; i++)
		s[i] = xml[i] >= ' ' && xml[i] != '#' ? xml[i] : '_';
	s[i] = '\0';
	return s;
}

static void
is(const char *xml, const char *want)
{
	struct err e;

	if (convert(xml, strlen(xml), &e) != 0)
		is_str(e.msg, "taken", "%s", label(xml));
	else
		is_str(buf_str(&out), want, "%s", label(xml));
}

static void
refused_n(const char *xml, size_t n, const char *want)
{
	struct err e = { 0 };

	is_int(convert(xml, n, &e), E_DATA, "refused: %s", label(xml));
	is_str(e.msg, want, "... and says why");
	is_int(out.len, 0, "... and leaves nothing");
}

#define REFUSED(xml, want) refused_n(xml, sizeof(xml) - 1, want)

static void
shapes(void)
{
	is("<a x=\"1\"><b>t</b><b/></a>",
	    "{\"a\":{\"@x\":\"1\",\"b\":[\"t\",null]}}");
	is("<a/>", "{\"a\":null}");
	is("<a></a>", "{\"a\":null}");
	is("<a>  </a>", "{\"a\":\"  \"}");
	is("<a>\n <b>1</b>\n <c> 2 </c>\n</a>",
	    "{\"a\":{\"b\":\"1\",\"c\":\" 2 \"}}");
	is("<a><b>1</b><c/><b>2</b><d/><b><e/></b></a>",
	    "{\"a\":{\"b\":[\"1\",\"2\",{\"e\":null}],\"c\":null,\"d\":null}}");
	is("<a x=\"1\">t</a>", "{\"a\":{\"@x\":\"1\",\"#text\":\"t\"}}");
	is("<a x=\"1\"> </a>", "{\"a\":{\"@x\":\"1\",\"#text\":\" \"}}");
	is("<a>one <b>two</b> three</a>",
	    "{\"a\":{\"b\":\"two\",\"#text\":\"one  three\"}}");
	is("<p:a xmlns:p=\"u\" xmlns=\"v\" p:x=\"1\"><p:b/><q:b/></p:a>",
	    "{\"a\":{\"@x\":\"1\",\"b\":[null,null]}}");
	is("<a p:x=\"1\" q:x=\"2\"/>", "{\"a\":{\"@x\":[\"1\",\"2\"]}}");
	is("<a xmlns:i=\"x\"><b i:nil=\"true\"/><c i:type=\"s:T\""
	    " i:nil=\"1\"/><d nil=\"y\"/></a>", "{\"a\":{\"b\":null,"
	    "\"c\":{\"@type\":\"s:T\"},\"d\":{\"@nil\":\"y\"}}}");
	is("<a><x/><x1/><y/><x2/><x/><z/><b1/><b2/><b3/><b4/><b5/><b6/><b7/>"
	    "<b8/><b9/><c1/><c2/><c3/><y/></a>", "{\"a\":{\"x\":[null,null],"
	    "\"x1\":null,\"y\":[null,null],\"x2\":null,\"z\":null,\"b1\":null,"
	    "\"b2\":null,\"b3\":null,\"b4\":null,\"b5\":null,\"b6\":null,"
	    "\"b7\":null,\"b8\":null,\"b9\":null,\"c1\":null,\"c2\":null,"
	    "\"c3\":null}}");
}

static void
texts(void)
{
	static const char utf16[] = "\xfe\xff\0<\0a\0>\0\xe9\0<\0/\0a\0>";
	struct err e;

	is("<a>&lt;&amp;&gt;&quot;&apos;&#65;&#x20AC;</a>",
	    "{\"a\":\"<&>\\\"'A\xe2\x82\xac\"}");
	is("<a>x<![CDATA[<b>&amp;]]>y</a>", "{\"a\":\"x<b>&amp;y\"}");
	is("<?xml version=\"1.0\"?><?style x?><!-- c --><a>1<!-- 2 -->3<?p?>4"
	    "</a><!-- -->", "{\"a\":\"134\"}");
	is("<a>a\r\nb\rc\td</a>", "{\"a\":\"a\\nb\\nc\\td\"}");
	is("\xef\xbb\xbf<a>\xe2\x82\xac</a>", "{\"a\":\"\xe2\x82\xac\"}");
	is("<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>",
	    "{\"a\":\"\xc3\xa9\"}");
	is_int(convert(utf16, sizeof utf16 - 1, &e), 0, "UTF-16 is taken");
	is_str(buf_str(&out), "{\"a\":\"\xc3\xa9\"}", "... as what it says");
}

static void
refusals(void)
{
	struct buf b = { 0 };
	int i;

	REFUSED("<!DOCTYPE a><a/>",
	    "line 1 column 12: " DOCTYPE);
	REFUSED("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
	    "<a>&x;</a>",
	    "line 1 column 13: " DOCTYPE);
	REFUSED("<!DOCTYPE a SYSTEM 'http://127.0.0.1/x.dtd'><a/>",
	    "line 1 column 44: " DOCTYPE);
	REFUSED("<!DOCTYPE l [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>"
	    "<!ENTITY c '&b;&b;&b;&b;'>]><l>&c;</l>",
	    "line 1 column 13: " DOCTYPE);
	REFUSED("<a>&x;</a>", "line 1 column 4: undefined entity");
	REFUSED("<a>&#0;</a>",
	    "line 1 column 4: reference to invalid character number");
	REFUSED("<a>&#xD800;</a>",
	    "line 1 column 4: reference to invalid character number");
	REFUSED("<a>x\0y</a>",
	    "line 1 column 5: not well-formed (invalid token)");
	REFUSED("<a>\xc0\xa0</a>",
	    "line 1 column 4: not well-formed (invalid token)");
	REFUSED("<a>\x01</a>",
	    "line 1 column 4: not well-formed (invalid token)");
	REFUSED("<a>\n<b></a>", "line 2 column 6: mismatched tag");
	REFUSED("<a>", "line 1 column 4: no element found");
	REFUSED("", "line 1 column 1: no element found");
	REFUSED("<a/><b/>",
	    "line 1 column 5: junk after document element");
	REFUSED("<a x='1' x='2'/>", "line 1 column 10: duplicate attribute");
	REFUSED("<a:/>", "line 1 column 1: a name ends in a colon");
	REFUSED("{\"a\":1}",
	    "line 1 column 1: not well-formed (invalid token)");
	REFUSED("<?xml version='1.0' encoding='x-none'?><a/>",
	    "line 1 column 31: unknown encoding");
	for (i = 0; i < XML_DEPTH; i++)
		buf_adds(&b, "<a>");
	for (i = 0; i < XML_DEPTH; i++)
		buf_adds(&b, "</a>");
	is_int(convert(b.p, b.len, NULL), 0, "64 levels are taken");
	buf_clear(&b);
	for (i = 0; i < 100000; i++)
		buf_adds(&b, "<a>");
	refused_n(buf_str(&b), b.len, "line 1 column 193: nested too deeply");
	buf_clear(&b);
	for (i = 0; i < 40; i++)
		buf_adds(&b, "<a><a/>");
	for (i = 0; i < 40; i++)
		buf_adds(&b, "</a>");
	refused_n(buf_str(&b), b.len, "nested too deeply");
	buf_clear(&b);
	buf_addc(&b, '<');
	for (i = 0; i <= XML_NAME; i++)
		buf_addc(&b, 'n');
	buf_adds(&b, "/>");
	refused_n(buf_str(&b), b.len, "line 1 column 1: a name is too long");
	buf_release(&b);
	is_int(xml_to_json("<a>12345</a>", 12, 13, &out, NULL), 0,
	    "JSON of exactly max bytes is taken");
	is_int(xml_to_json("<a>12345</a>", 12, 12, &out, NULL), E_DATA,
	    "one more is refused");
}

/* Put n different elements into b: how long reading them takes (processor time,
 * so that other programs do not count). */
static clock_t
hostile_names(struct buf *b, int n)
{
	char s[32];
	clock_t t;
	int i;

	buf_clear(b);
	buf_adds(b, "<r>");
	for (i = 0; i < n; i++) {
		snprintf(s, sizeof s, "<samename%d/>", i * 7001 % (n + 1));
		buf_adds(b, s);
	}
	buf_adds(b, "</r>");
	t = clock();
	is_int(xml_to_json(b->p, b->len, 1 << 24, &out, NULL), 0,
	    "%d different elements are taken", n);
	return clock() - t;
}

/* As many hostile names as 4 MiB hold cost no more than their number: if each
 * were compared with all others, ten times as many would cost a hundred times
 * as much. */
static void
hostile(void)
{
	struct buf b = { 0 };
	clock_t few, many;
	int i;

	few = hostile_names(&b, 29000);
	many = hostile_names(&b, 290000);
	ok(many < 40 * few, "... and cost no more each (%ld us, then %ld us)",
	    (long)few, (long)many);
	b.len -= 4;
	for (i = 0; i < 20000; i++)
		buf_adds(&b, "<x/>");
	buf_adds(&b, "</r>");
	is_int(xml_to_json(b.p, b.len, 1 << 24, &out, NULL), E_DATA,
	    "more than XML_NODES are refused");
	buf_release(&b);
}

/* The pieces that path finds, with | between them. */
static void
cut(const char *xml, const char *path, const char *want)
{
	struct xml_slice *s;
	struct buf b = { 0 };
	size_t n, i;

	is_int(xml_slices(xml, strlen(xml), path, &s, &n, NULL), 0,
	    "cut %s at %s", label(xml), path);
	for (i = 0; i < n; i++) {
		buf_add(&b, xml + s[i].off, s[i].len);
		buf_addc(&b, '|');
	}
	is_str(buf_str(&b), want, "... into these");
	free(s);
	buf_release(&b);
}

static void
slices(void)
{
	static const char utf16[] = "\xfe\xff\0<\0a\0/\0>";
	struct xml_slice *s;
	struct err e;
	size_t n;

	cut("<a><b>1</b>x<b/><c><b>no</b></c><p:b q='>'>2</p:b ></a>", "a/b",
	    "<b>1</b>|<b/>|<p:b q='>'>2</p:b >|");
	cut("<a><l><i>1</i></l><l><i>2</i><i>3</i></l></a>", "a/l/i",
	    "<i>1</i>|<i>2</i>|<i>3</i>|");
	cut("<a><a><a/></a></a>", "a/a", "<a><a/></a>|");
	cut("<a/>", "a", "<a/>|");
	cut("\xef\xbb\xbf<a><b>\xc3\xa9</b><!-- <b/> --></a>", "a/b",
	    "<b>\xc3\xa9</b>|");
	cut("<a><b><![CDATA[</b>]]></b></a>", "a/b",
	    "<b><![CDATA[</b>]]></b>|");
	cut("<a><b/></a>", "a/c", "");
	cut("<a><b/></a>", "b", "");
	cut("<a><b/></a>", "a/b/", "<b/>|");
	cut("<a><b/></a>", "/a/b", "");
	cut("<a><b/></a>", "", "");
	cut("<?xml version='1.0' encoding='utf-8'?><a><b/></a>", "a/b",
	    "<b/>|");
	is_int(xml_slices(utf16, sizeof utf16 - 1, "a", &s, &n, &e), E_DATA,
	    "UTF-16 is not cut");
	is_str(e.msg, "cannot be cut: not in UTF-8", "... and says so");
	ok(s == NULL && n == 0, "... and gives nothing");
	is_int(xml_slices("<?xml version='1.0' encoding='ISO-8859-1'?><a/>", 47,
	    "a", &s, &n, &e), E_DATA, "ISO 8859-1 is not cut");
}

static void
soap(void)
{
	struct xml_slice *s;
	size_t n;
	struct err e;

	is(soap_outbound, soap_outbound_json);
	is(soap_external, soap_external_json);
	is_int(xml_slices(soap_outbound, strlen(soap_outbound),
	    "Envelope/Body/notifications/Notification", &s, &n, &e), 0,
	    "an outbound message is cut");
	is_int(n, 2, "... into its notifications");
	is_int(convert(soap_outbound + s[1].off, s[1].len, &e), 0,
	    "a slice is a document, its prefixes declared outside");
	is_str(buf_str(&out), "{\"Notification\":{"
	    "\"Id\":\"04lZz00000LoyaOIAR\",\"sObject\":{"
	    "\"@type\":\"sf:Contact\",\"Id\":\"003Zz00000LoyA2IAJ\"}}}",
	    "... with the same content");
	free(s);
}

int
main(void)
{
	shapes();
	texts();
	refusals();
	hostile();
	slices();
	soap();
	buf_release(&out);
	return done_testing();
}
