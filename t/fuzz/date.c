/*
 * Dates in every form that is read: what clock_format() writes of one is read
 * as the same time.
 */
#include "t/fuzz/fuzz.h"

#include "common/backoff.h"
#include "common/clock.h"
#include "common/cloudevent.h"
#include "common/map_date.h"

static void
again(int64_t t)
{
	char text[CLOCK_TEXT];
	int64_t back;

	clock_format(t, text);
	if (strlen(text) != CLOCK_TEXT - 1)
		fuzz_wrong("a time is not written whole");
	/* A zone or a number can give a year outside of those that are read. */
	if (memcmp(text, "1900", 4) < 0 || t >= INT64_C(253402300800000000))
		return;
	if (clock_parse(text, strlen(text), &back) != 0 || back != t)
		fuzz_wrong("a time is not the same when it is read again");
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const char *const format[] = { NULL, "DD-MM-YYYY",
	    "DD-MM-YYYY HH:mm:ss", "YYYYMMDD", "MM/DD/YYYY HH:mm" };
	const char *s = (const char *)p;
	char *text = strndup(s, n);
	int64_t t;
	size_t i;

	if (text == NULL)
		abort();
	if (clock_parse(s, n, &t) == 0)
		again(t);
	else if (cloudevent_time_ok(s, n) && memcmp(s, "1900", 4) >= 0)
		fuzz_wrong("a time of CloudEvents cannot be read");
	for (i = 0; i < sizeof format / sizeof format[0]; i++) {
		if (map_date_read(s, n, format[i], NULL, &t) == 0)
			again(t);
		map_date_read_day(s, n, format[i], &t);
	}
	t = backoff_after(text, INT64_C(1790000000000000));
	if (t < -1 || t > 86400 * CLOCK_SECOND)
		fuzz_wrong("Retry-After is more than a day");
	free(text);
	return 0;
}
