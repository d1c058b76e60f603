/*
 * The output formats for other programs, with values that try to break out of
 * them: CSV, CEF, syslog, OCSF, Prometheus.
 */
#include "common/csv.h"
#include "t/unit/tap.h"

#include "common/cef.h"
#include "common/json.h"
#include "common/metrics.h"
#include "common/ocsf.h"
#include "common/syslog.h"

#define HOSTILE "a|b=c\\d\"e]f\ng\rh\x1b[2J,i"

static struct buf b;

static const char *
csv(const char *s, size_t n)
{
	buf_clear(&b);
	csv_field(&b, 1, s, n);
	csv_field(&b, 0, "x", 1);
	buf_adds(&b, CSV_END);
	return buf_str(&b);
}

#define CSV(s) csv(s, sizeof s - 1)

static void
test_csv(void)
{
	is_str(CSV("a b"), "a b,x\r\n", "csv: a plain field is unchanged");
	is_str(CSV(""), ",x\r\n", "csv: an empty one is nothing");
	is_str(csv(NULL, 0), ",x\r\n", "csv: so is one that is not there");
	is_str(CSV("a,b"), "\"a,b\",x\r\n", "csv: a comma wants quotes");
	is_str(CSV("a\"b"), "\"a\"\"b\",x\r\n", "csv: a quote is doubled");
	is_str(CSV("a\nb"), "\"a\nb\",x\r\n", "csv: a line feed wants quotes");
	is_str(CSV("a\rb"), "\"a\rb\",x\r\n", "csv: so does a return");
	is_str(CSV(HOSTILE), "\"a|b=c\\d\"\"e]f\ng\rh\x1b[2J,i\",x\r\n",
	    "csv: all of it");
}

static const char *
cef(const char *name, const char *s, size_t n, size_t max)
{
	buf_clear(&b);
	cef_begin(&b, "1", "k", name, 5, 1500000);
	cef_text(&b, "msg", s, n, max);
	cef_int(&b, "cn1", -7);
	return buf_str(&b);
}

static void
test_cef(void)
{
	is_str(cef("n", "v", 1, 9), "CEF:0|loya|loya|1|k|n|5|rt=1500 msg=v "
	    "cn1=-7", "cef: a line");
	is_str(cef("a|b\\c\nd=", "v", 1, 9), "CEF:0|loya|loya|1|k|a\\|b\\\\c?d="
	    "|5|rt=1500 msg=v cn1=-7", "cef: the header escapes pipe and "
	    "backslash, and holds no line end");
	is_str(cef("n", HOSTILE, sizeof HOSTILE - 1, 99),
	    "CEF:0|loya|loya|1|k|n|5|rt=1500 "
	    "msg=a|b\\=c\\\\d\"e]f\\ng\\rh?[2J,i cn1=-7",
	    "cef: a value escapes equals, backslash and line ends");
	is_str(cef("n", "x|", 2, 99), "CEF:0|loya|loya|1|k|n|5|rt=1500 msg=x| "
	    "cn1=-7",
	    "cef: a pipe at the end of a value does not end the header");
	is_str(cef("n\xc2\x85", "a\xc2\x9b\xe2\x80\xa8\xc3\xa9", 8, 99),
	    "CEF:0|loya|loya|1|k|n?|5|rt=1500 msg=a??\xc3\xa9 cn1=-7",
	    "cef: nor does another line end or control character stay");
	is_str(cef("n", NULL, 0, 9), "CEF:0|loya|loya|1|k|n|5|rt=1500 cn1=-7",
	    "cef: what is not there is left out");
	is_str(cef("n", "abcd\xc3\xa9\xc3\xa9", 8, 8), "CEF:0|loya|loya|1|k|n|"
	    "5|rt=1500 msg=abcd\xc3\xa9\xc3\xa9 cn1=-7", "cef: what fits");
	is_str(cef("n", "abcd\xc3\xa9\xc3\xa9g", 9, 8), "CEF:0|loya|loya|1|k|n|"
	    "5|rt=1500 msg=abcd... cn1=-7", "cef: a cut is at a character");
}

static const char *
syslog(const char *msgid, const char *s, size_t n)
{
	buf_clear(&b);
	syslog_begin(&b, SYSLOG_WARNING, 1500000, "h", "loya", msgid,
	    "loya@32473");
	syslog_int(&b, "seq", 7);
	syslog_text(&b, "v", s, n);
	syslog_end(&b, "text\n", 5);
	return buf_str(&b);
}

#define HEAD "<108>1 1970-01-01T00:00:01.500000Z h loya - "
#define TAIL " \xef\xbb\xbftext?"

static void
test_syslog(void)
{
	is_str(syslog("k", "v", 1), HEAD "k [loya@32473 seq=\"7\" v=\"v\"]"
	    TAIL, "syslog: a line");
	is_str(syslog("", NULL, 0), HEAD "- [loya@32473 seq=\"7\"]" TAIL,
	    "syslog: nothing is a dash, or left out");
	is_str(syslog("a b\xc3\xa9", NULL, 0), HEAD "a?b?? [loya@32473 "
	    "seq=\"7\"]" TAIL, "syslog: a msgid is printable ASCII");
	is_str(syslog("0123456789012345678901234567890123456789", NULL, 0),
	    HEAD "01234567890123456789012345678901 [loya@32473 seq=\"7\"]"
	    TAIL, "syslog: of at most 32 characters");
	is_str(syslog("k", HOSTILE, sizeof HOSTILE - 1), HEAD "k [loya@32473 "
	    "seq=\"7\" v=\"a|b=c\\\\d\\\"e\\]f?g?h?[2J,i\"]" TAIL,
	    "syslog: a value escapes quote, backslash and bracket");
}

static void
test_metrics(void)
{
	struct metrics_label l[] = { { "source", HOSTILE }, { "kind", NULL } };
	struct metrics_label none[] = { { "kind", NULL } };

	buf_clear(&b);
	metrics_family(&b, "loya_x_total", "counter", "What.");
	metrics_int(&b, "loya_x_total", l, 2, 42);
	metrics_int(&b, "loya_x_total", none, 1, -1);
	metrics_seconds(&b, "loya_x_total", NULL, 0, 1500000);
	is_str(buf_str(&b), "# HELP loya_x_total What.\n"
	    "# TYPE loya_x_total counter\n"
	    "loya_x_total{source=\"a|b=c\\\\d\\\"e]f\\ng\rh\x1b[2J,i\"} 42\n"
	    "loya_x_total -1\n"
	    "loya_x_total 1.500000\n", "metrics: a family");
}

static void
test_ocsf(void)
{
	struct ocsf_event e = { .seq = 7, .at = 1500999, .kind =
	    "member.suspended", .source = "hr", .event_id = HOSTILE,
	    .member = "m", .actor = "user:a", .message = "s",
	    .message_len = 1 };
	struct json j = { 0 };
	struct jsonw w;
	uint32_t i;

	buf_clear(&b);
	jsonw_init(&w, &b);
	ocsf_write(&w, &e);
	is_str(buf_str(&b), "{\"class_uid\":3004,\"class_name\":"
	    "\"Entity Management\",\"category_uid\":3,\"category_name\":"
	    "\"Identity & Access Management\",\"activity_id\":12,"
	    "\"activity_name\":\"Suspend\",\"type_uid\":300412,\"time\":1500,"
	    "\"severity_id\":1,\"severity\":\"Informational\",\"status_id\":1,"
	    "\"status\":\"Success\",\"message\":\"s\",\"metadata\":{"
	    "\"version\":\"1.9.0-dev\",\"product\":{\"name\":\"loya\","
	    "\"vendor_name\":\"loya\","
	    "\"version\":\"" LOYA_VERSION "\"},\"log_name\":\"audit\","
	    "\"event_code\":\"member.suspended\",\"uid\":\"7\",\"sequence\":7},"
	    "\"actor\":{\"user\":{\"name\":\"user:a\"}},\"entity\":{"
	    "\"uid\":\"m\",\"type\":\"member\"},"
	    "\"unmapped\":{\"source\":\"hr\",\"event_id\":"
	    "\"a|b=c\\\\d\\\"e]f\\ng\\rh\\u001b[2J,i\",\"detail\":null}}",
	    "ocsf: a member that is suspended");
	e.member = NULL;
	e.kind = "auth.refused";
	e.why = "stale";
	e.failed = 1;
	buf_clear(&b);
	jsonw_init(&w, &b);
	ocsf_write(&w, &e);
	is_int(json_parse(&j, b.p, b.len), 0, "ocsf: JSON");
	ok(json_is(&j, json_get(&j, 0, "status_detail"), "stale") &&
	    json_pointer(&j, 0, "/type_uid", &i) &&
	    json_text(&j, i)[0] == '9',
	    "ocsf: everything else is a base event");
	json_release(&j);
}

int
main(void)
{
	test_csv();
	test_cef();
	test_syslog();
	test_metrics();
	test_ocsf();
	buf_release(&b);
	return done_testing();
}
