/*
 * Configuration: loya.json, and after a line of "--" a source file.  It is
 * accepted, or refused with a message that names the file; an accepted one can
 * be queried.
 */
#include "t/fuzz/fuzz.h"

#include <sys/stat.h>

#include "common/change.h"
#include "common/crypt.h"
#include "common/json.h"
#include "common/map.h"
#include "common/source.h"

static void
ask(const struct config *c)
{
	const char *const *f;
	size_t i;

	for (i = 0; i < c->nsource; i++) {
		config_owner(c, "email");
		config_rank(c, "tags", c->source[i].name);
		if (c->source[i].map == NULL)
			continue;
		for (f = map_fields(c->source[i].map); *f != NULL; f++)
			if (config_authority(c, *f) == NULL)
				fuzz_wrong("a field without authority");
	}
	if (config_authority_text(c) == NULL || config_match_text(c) == NULL)
		fuzz_wrong("no rules");
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const char between[] = "\n--\n";
	static int made;
	struct config *c;
	struct err e = { 0 };
	const uint8_t *at;
	char sources[64];

	if (!made) {
		crypt_init();
		snprintf(sources, sizeof sources, "%s/sources", fuzz_dir());
		mkdir(sources, 0700);
	}
	made = 1;
	at = memmem(p, n, between, strlen(between));
	if (at == NULL)
		at = p;
	fuzz_file("loya.json", at > p ? p : (const uint8_t *)"{}",
	    at > p ? (size_t)(at - p) : 2);
	if (at > p)
		at += strlen(between);
	fuzz_file("sources/crm.json", at, (size_t)(p + n - at));
	if (config_load(&c, fuzz_dir(), &e) == 0) {
		ask(c);
		config_free(c);
	} else if (strstr(e.msg, ".json") == NULL ||
	    !json_utf8(e.msg, strlen(e.msg))) {
		fuzz_wrong(e.msg);
	}
	return 0;
}
