/*
 * XML: what is accepted becomes JSON that our reader accepts, and every slice
 * of it is itself a document.
 */
#include "t/fuzz/fuzz.h"

#include "common/json.h"
#include "common/xml.h"

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
		fuzz_wrong(j.why);
	if (xml_slices(p, n, "a/b", &slice, &k, NULL) == 0) {
		for (i = 0; i < k; i++)
			if (xml_to_json(p + slice[i].off, slice[i].len,
			    1 << 20, &b, NULL) != 0)
				fuzz_wrong("a slice is no document");
		free(slice);
	}
	json_release(&j);
	buf_release(&b);
	return 0;
}
