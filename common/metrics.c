#include "common/metrics.h"

#include <inttypes.h>
#include <stdio.h>

#include "common/clock.h"

void
metrics_family(struct buf *b, const char *name, const char *type,
    const char *help)
{
	buf_adds(b, "# HELP ");
	buf_adds(b, name);
	buf_addc(b, ' ');
	buf_adds(b, help);
	buf_adds(b, "\n# TYPE ");
	buf_adds(b, name);
	buf_addc(b, ' ');
	buf_adds(b, type);
	buf_addc(b, '\n');
}

static void
value(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '\n') {
			buf_adds(b, "\\n");
			continue;
		}
		if (*s == '"' || *s == '\\')
			buf_addc(b, '\\');
		buf_addc(b, *s);
	}
}

static void
name_of(struct buf *b, const char *name, const struct metrics_label *l, int n)
{
	const char *sep = "{";
	int i;

	buf_adds(b, name);
	for (i = 0; i < n; i++) {
		if (l[i].value == NULL)
			continue;
		buf_adds(b, sep);
		buf_adds(b, l[i].name);
		buf_adds(b, "=\"");
		value(b, l[i].value);
		buf_addc(b, '"');
		sep = ",";
	}
	buf_adds(b, *sep == ',' ? "} " : " ");
}

void
metrics_int(struct buf *b, const char *name, const struct metrics_label *l,
    int n, int64_t v)
{
	char digits[24];

	name_of(b, name, l, n);
	snprintf(digits, sizeof digits, "%" PRId64 "\n", v);
	buf_adds(b, digits);
}

void
metrics_seconds(struct buf *b, const char *name,
    const struct metrics_label *l, int n, int64_t us)
{
	char digits[40];

	name_of(b, name, l, n);
	snprintf(digits, sizeof digits, "%s%" PRId64 ".%06d\n",
	    us < 0 ? "-" : "", (us < 0 ? -us : us) / CLOCK_SECOND,
	    (int)((us < 0 ? -us : us) % CLOCK_SECOND));
	buf_adds(b, digits);
}
