#include "common/syslog.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "common/glyph.h"

enum { FACILITY = 13, HOST_MAX = 255, APP_MAX = 48, MSGID_MAX = 32 };

/* PRINTUSASCII, at most max of it. */
static void
word(struct buf *b, const char *s, size_t max)
{
	size_t i;

	buf_addc(b, ' ');
	if (*s == '\0')
		buf_addc(b, '-');
	for (i = 0; i < max && s[i] != '\0'; i++)
		buf_addc(b, s[i] > ' ' && s[i] < 0x7f ? s[i] : '?');
}

void
syslog_begin(struct buf *b, enum syslog_severity severity, int64_t at,
    const char *host, const char *app, const char *msgid, const char *sd)
{
	char head[16], text[CLOCK_TEXT];

	snprintf(head, sizeof head, "<%d>1 ", FACILITY * 8 + (int)severity);
	buf_adds(b, head);
	buf_adds(b, clock_format(at, text));
	word(b, host, HOST_MAX);
	word(b, app, APP_MAX);
	word(b, "", 1);
	word(b, msgid, MSGID_MAX);
	buf_adds(b, " [");
	buf_adds(b, sd);
}

/* Collectors end a line at other characters than a line feed, too. */
static void
visible(struct buf *b, const char *s, size_t n, const char *escaped)
{
	size_t i, k;

	for (i = 0; i < n; i += k > 0 ? k : 1) {
		k = glyph_control(s + i, n - i);
		if (k == 0 && strchr(escaped, s[i]) != NULL)
			buf_addc(b, '\\');
		buf_addc(b, k > 0 ? '?' : s[i]);
	}
}

void
syslog_text(struct buf *b, const char *name, const char *s, size_t n)
{
	if (s == NULL)
		return;
	buf_addc(b, ' ');
	buf_adds(b, name);
	buf_adds(b, "=\"");
	visible(b, s, n, "\"\\]");
	buf_addc(b, '"');
}

void
syslog_int(struct buf *b, const char *name, int64_t v)
{
	char digits[24];
	int n;

	n = snprintf(digits, sizeof digits, "%" PRId64, v);
	syslog_text(b, name, digits, (size_t)n);
}

void
syslog_end(struct buf *b, const char *text, size_t len)
{
	/* The mark says that UTF-8 follows. */
	buf_adds(b, "] \xef\xbb\xbf");
	visible(b, text, len, "");
}
