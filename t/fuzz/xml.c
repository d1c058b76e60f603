/*
 * XML: what is taken becomes JSON that our reader takes, and every slice of
 * it is a document of its own.
 *
 * clang -g -O1 -fsanitize=fuzzer,address,undefined -D_GNU_SOURCE -I. \
 *     -o build/fuzz-xml t/fuzz/xml.c common/xml.c common/xmltree.c \
 *     common/json*.c common/names.c common/buf.c common/arena.c \
 *     common/clock.c common/die.c common/status.c -lexpat
 *
 * With gcc: -DFUZZ_MAIN instead of -fsanitize=fuzzer.
 */
#include "t/fuzz/fuzz.h"

#include "common/json.h"
#include "common/xml.h"

static const char *const fuzz_seed[] = {
	"<a x=\"1\"><b>t</b><b/></a>",
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?><p:a xmlns:p=\"u\">"
	    "<p:b i:nil=\"true\"/><b>x<![CDATA[y]]>z<!-- c -->&amp;&#65;</b>"
	    "<c><b/>text</c></p:a>",
	"<a><b><a><b><a><b/></a></b></a></b></a>",
	"\xef\xbb\xbf<a>\xc3\xa9<?p i?><b>1</b> <b>2</b></a>",
	"<?xml version='1.0' encoding='ISO-8859-1'?><a><b>\xe9</b></a>", NULL
};

static const char *const fuzz_word[] = {
	"<", ">", "/>", "</", "<b>", "</b>", "<b/>", "<!DOCTYPE a>", "&", ";",
	"&#x", "&lt;", "<![CDATA[", "]]>", "<!--", "-->", "<?", "?>", ":",
	"xmlns", "x:nil='true'", " y='2'", "\"", "encoding='UTF-16'", "\xc3",
	"\xff\xfe", "\xed\xa0\x80", NULL
};

static void
wrong(const char *what)
{
	fprintf(stderr, "%s\n", what);
	abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const char *p = (const char *)data;
	struct buf b = { 0 };
	struct json j = { 0 };
	struct xml_slice *slice;
	size_t i, k;

	if (xml_to_json(p, n, 1 << 20, &b, NULL) != 0) {
		buf_release(&b);
		return 0;
	}
	if (json_parse(&j, b.p, b.len) != 0)
		wrong(j.why);
	if (xml_slices(p, n, "a/b", &slice, &k, NULL) == 0) {
		for (i = 0; i < k; i++)
			if (xml_to_json(p + slice[i].off, slice[i].len,
			    1 << 20, &b, NULL) != 0)
				wrong("a slice is no document");
		free(slice);
	}
	json_release(&j);
	buf_release(&b);
	return 0;
}

FUZZ_DEFINE_MAIN
