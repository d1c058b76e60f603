/* What targets get has no marks of the audit log. */
#include "common/notice.h"

#include "t/unit/tap.h"

#define MARK "fbe22f10dbeb9ba1afd4ae1a4857f1ae"

static const char *
data_of(const char *detail)
{
	static struct buf b;
	struct notice n = { .id = "1", .type = "loya.member.updated",
	    .data = detail, .len = strlen(detail) };
	struct jsonw j;

	buf_clear(&b);
	jsonw_init(&j, &b);
	notice_write(&j, &n);
	return strstr(buf_str(&b), "\"data\":") + 7;
}

int
main(void)
{
	is_str(data_of("{\"a\":1}"), "{\"a\":1}}", "data without a mark");
	is_str(data_of("{\"a\":1,\"claims\":\"" MARK "\"}"), "{\"a\":1}}",
	    "the mark is left out");
	is_str(data_of("{\"a\":1,\"claims\":\"short\"}"),
	    "{\"a\":1,\"claims\":\"short\"}}", "what is not a mark stays");
	is_str(data_of("{\"a\":{\"b\":1,\"claims\":\"" MARK "\"}}"),
	    "{\"a\":{\"b\":1,\"claims\":\"" MARK "\"}}}",
	    "nor one that is deeper");
	is_str(data_of("{}"), "{}}", "an empty object");
	return done_testing();
}
