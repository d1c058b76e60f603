/* What a peer says, made fit for a message. */
#include "common/redact.h"
#include "t/unit/tap.h"

#include "common/crypt.h"

static struct redact r;

static const char *
shown(const char *text)
{
	static char out[64];

	return redact_text(&r, text, strlen(text), out, sizeof out);
}

static void
test_plain(void)
{
	is_str(shown(""), "", "nothing");
	is_str(shown("no such client"), "no such client", "as it is");
	is_str(shown("a\r\nb\tc\x1b[2J\x7f"), "a  b c [2J ", "controls");
	is_str(shown("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"),
	    "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "UTF-8");
	is_str(shown("\xff\xc3"), "??", "not UTF-8");
	is_str(shown("\xc2\x9b" "2J"), "??2J", "a C1 control");
	is_str(shown("0123456789012345678901234567890123456789"
	    "0123456789012345678901234567890"),
	    "012345678901234567890123456789012345678901234567890123456...",
	    "too long");
}

static void
test_secret(void)
{
	redact_add(&r, "s3cr3t/with+reserved\"", 21);
	redact_add(&r, "ab", 2);
	redact_add(&r, "", 0);
	is_str(shown("bad s3cr3t/with+reserved\" here"), "bad *** here",
	    "a secret");
	is_str(shown("S3CR3T/WITH+RESERVED\""), "***", "in another case");
	is_str(shown("secret=s3cr3t%2fwith%2breserved%22&x"),
	    "secret=***&x", "as a form has it");
	is_str(shown("\"s3cr3t\\/with+reserved\\\"\""), "\"***\"",
	    "as JSON has it");
	is_str(shown("s3cr3t/with reserved\""), "***", "half decoded");
	is_str(shown("it began with s3cr3t/w"), "it began with ***",
	    "the beginning of one");
	is_str(shown("ends: reserved\""), "ends:***", "the end of one");
	is_str(shown("s3cr3t&#47;"), "***&#47;", "six bytes of one");
	is_str(shown("s3cr3"), "s3cr3", "five bytes of one");
	is_str(shown("tab"), "t***", "a short one");
	is_str(shown("ababab"), "***", "one behind the other");
	redact_release(&r);
	is_str(shown("tab"), "tab", "forgotten");
	redact_add(&r, "Q", 1);
	is_str(shown("aqua q"), "a***ua ***", "one of a byte");
	redact_release(&r);
}

/* A run that is masked does not get longer: not even where the end of an
 * address is shorter than what stands for it. */
static void
test_address(void)
{
	is_str(shown("see https://host.example/Path%20/x now"),
	    "see https://host.example*** now", "the host stays");
	is_str(shown("https://Other.example0? 12"),
	    "https://Other.example0* 12", "a tail of one byte");
	is_str(shown("https://Other.example0/x 12"),
	    "https://Other.example0** 12", "of two");
	is_str(shown("a b c d e f g h i j k l m n o p "
	    "https://Other.exampl1/"),
	    "a b c d e f g h i j k l m n o p https://Other.exampl1*",
	    "at the end of the room");
}

int
main(void)
{
	crypt_init();
	test_plain();
	test_secret();
	test_address();
	return done_testing();
}
