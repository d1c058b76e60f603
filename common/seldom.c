#include "common/seldom.h"

#include <inttypes.h>
#include <stdio.h>

#include "common/clock.h"

static const int64_t minute = INT64_C(60000000);

void
seldom_add(struct seldom *s, int64_t n, int64_t now, int64_t wait)
{
	if (s->n == 0 && n > 0 && s->due < now + wait)
		s->due = now + wait;
	s->n += n;
}

int64_t
seldom_take(struct seldom *s, int64_t now)
{
	if (s->n == 0 || s->due > now)
		return 0;
	s->due = now + minute;
	return seldom_rest(s);
}

int64_t
seldom_rest(struct seldom *s)
{
	int64_t n = s->n;

	s->n = 0;
	return n;
}

const char *
seldom_text(int64_t n, char out[SELDOM_TEXT])
{
	out[0] = '\0';
	if (n > 1)
		snprintf(out, SELDOM_TEXT, " (the last of %" PRId64 ")", n);
	return out;
}

const char *
seldom_now(struct seldom *s, char out[SELDOM_TEXT])
{
	int64_t n, now = clock_mono();

	seldom_add(s, 1, now, 0);
	n = seldom_take(s, now);
	return n > 0 ? seldom_text(n, out) : NULL;
}
