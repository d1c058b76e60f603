/* Conversions to days and times. */
#include "common/map_inner.h"

#include <string.h>

#include "common/map_date.h"
#include "common/zone.h"

#define DAY (86400 * CLOCK_SECOND)

const char *
map_convert_datetime(struct mapper *m, const struct way *w, struct got *g)
{
	(void)m;
	if (g->kind == GOT_TIME)
		return NULL;
	if (g->kind != GOT_TEXT || map_date_read(g->s, g->len, w->format,
	    w->zone, &g->time) != 0)
		return "is not a time";
	g->kind = GOT_TIME;
	g->timed = 1;
	return NULL;
}

const char *
map_convert_date(struct mapper *m, const struct way *w, struct got *g)
{
	char t[CLOCK_TEXT];
	int64_t shown;

	if (g->kind == GOT_TIME) {
		shown = zone_shown(w->zone, g->time);
	} else {
		/* A date stays the date as written: no zone moves it. */
		if (g->kind != GOT_TEXT || map_date_read_day(g->s, g->len,
		    w->format, &shown) != 0)
			return "is not a date";
	}
	clock_format(shown, t);
	g->s = arena_dup(m->arena, t, 10);
	g->len = 10;
	g->kind = GOT_TEXT;
	g->timed = 1;
	shown -= shown % DAY < 0 ? shown % DAY + DAY : shown % DAY;
	g->time = zone_time(w->zone, shown);
	return NULL;
}

/* Digits of a number or text, times unit microseconds. */
static const char *
epoch(struct got *g, int64_t unit)
{
	/* 9999-12-31 in microseconds. */
	const int64_t max = INT64_C(253402300799) * CLOCK_SECOND;
	int64_t v = 0;
	size_t i = 0;
	int neg;

	neg = g->len > 0 && g->s[0] == '-';
	if (g->len == (size_t)neg || g->len > 18 + (size_t)neg ||
	    (g->kind != GOT_TEXT && g->kind != GOT_JSON))
		return "is not a number of seconds or milliseconds since 1970";
	for (i = (size_t)neg; i < g->len; i++) {
		if (g->s[i] < '0' || g->s[i] > '9')
			return "is not a number of seconds or milliseconds "
			    "since 1970";
		v = v * 10 + (g->s[i] - '0');
	}
	if (v > max / unit)
		return "is not a number of seconds or milliseconds since 1970";
	g->kind = GOT_TIME;
	g->timed = 1;
	g->time = (neg ? -v : v) * unit;
	return NULL;
}

const char *
map_convert_epoch_ms(struct mapper *m, const struct way *w, struct got *g)
{
	(void)m;
	(void)w;
	return epoch(g, 1000);
}

const char *
map_convert_epoch_s(struct mapper *m, const struct way *w, struct got *g)
{
	(void)m;
	(void)w;
	return epoch(g, CLOCK_SECOND);
}

/*
 * The midnight that ends a day: what is true through that day ends there.  The
 * last day of all is how systems write that there is no end.  As a field it is
 * null; timed stays set, because for a time to take effect null would mean now.
 */
const char *
map_convert_day_after(struct mapper *m, const struct way *w, struct got *g)
{
	char t[CLOCK_TEXT];
	int64_t day;

	if (g->kind != GOT_TEXT || !g->timed || g->len != 10 ||
	    clock_parse(g->s, g->len, &day) != 0)
		return "is not a date: put 'date' before 'day-after'";
	if (strcmp(g->s, "9999-12-31") == 0) {
		g->kind = GOT_NULL;
		g->timed = w->invalid == INVALID_REFUSE;
		return NULL;
	}
	clock_format(day + DAY, t);
	g->s = arena_dup(m->arena, t, 10);
	g->time = zone_next_day(w->zone, g->time);
	return NULL;
}
